"""The operator's tables the scorer reads: domains with their words (topics.toml) and signs (lexicon.toml)."""

from dataclasses import dataclass
from pathlib import Path

from config.settings import TABLES
from config.vocabulary import Domain, load_domains, load_lexicon

FOLDER = TABLES
"""Where the shipped tables lie; an operator's own folder is passed instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """One list of the lexicon: words that are read as the same sign, and its name in Chinese."""

    id: str
    name: str
    words: tuple[str, ...]


def domains(folder: Path = FOLDER) -> tuple[Domain, ...]:
    """Return the domains of topics.toml in their order."""
    return load_domains(folder / "topics.toml")


def signs(folder: Path = FOLDER) -> tuple[Signs, ...]:
    """Return the lists of lexicon.toml in their order."""
    lists = load_lexicon(folder / "lexicon.toml")
    return tuple(Signs(id=key, name=row.name, words=row.words) for key, row in lists.items())
