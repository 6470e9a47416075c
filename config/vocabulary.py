"""The tables of words: the 25 domains (topics.toml) and the lists the scorer reads as signs (lexicon.toml), checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from config.tables import BodyLevel, Vertical, check_names, named, refuse, rows, unique
from records.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """One field of government: its words, what people ask in it, and who answers for it by default at each level."""

    id: str
    name: str
    priority: bool
    strong: tuple[str, ...]
    keywords: tuple[str, ...]
    colloquial: tuple[str, ...]
    typical_questions: tuple[str, ...]
    vertical: Vertical
    joint: tuple[str, ...] = ()
    bodies: Mapping[BodyLevel, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordList:
    """Words that are read as one sign, and the sign's name in Chinese."""

    name: str
    words: tuple[str, ...]


def load_domains(file: Path) -> tuple[Domain, ...]:
    """Read the domains in their order. Raises ConfigError with file, line and what is allowed."""
    check_names(file, ("domains",))
    found = unique(file, "domains", "id", rows(file, "domains", Domain))
    for number, domain in enumerate(found):
        if not domain.strong and not domain.keywords:
            message = f"领域 {domain.id} 至少要有 strong 或 keywords 里的一个词"
            raise refuse(file, "domains", number, "strong", message)
    return found


def load_lexicon(file: Path) -> Mapping[str, WordList]:
    """Read the lists by their ids. Raises ConfigError with file, line and what is allowed."""
    check_names(file, ("lists",))
    found = named(file, "lists", WordList)
    empty = [key for key, row in found.items() if not row.words]
    if empty or not found:
        raise ConfigError(f"lists 缺少或为空: {'、'.join(empty) or 'lists'}", file=file, line=1)
    return found
