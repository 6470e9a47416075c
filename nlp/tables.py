"""The operator's tables the scorer reads: domains with their words (topics.toml) and signs (lexicon.toml)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from records.errors import ConfigError

FOLDER = Path(__file__).parents[1] / "config"
"""Where the shipped tables lie; an operator's own folder is passed to `load` instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """One of the 25 domains: its words, who answers for it by default, what people ask."""

    id: str
    name: str
    priority: bool
    strong: tuple[str, ...]
    keywords: tuple[str, ...]
    colloquial: tuple[str, ...]
    typical_questions: tuple[str, ...]
    vertical: str
    bodies: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """One list of the lexicon: words that are read as the same sign, and its name in Chinese."""

    id: str
    name: str
    words: tuple[str, ...]


def domains(folder: Path = FOLDER) -> tuple[Domain, ...]:
    """Return the domains of topics.toml in their order."""
    return tuple(_domain(row, folder) for row in _read(folder / "topics.toml")["domains"])


def signs(folder: Path = FOLDER) -> tuple[Signs, ...]:
    """Return the lists of lexicon.toml in their order."""
    lists = _read(folder / "lexicon.toml")["lists"]
    return tuple(
        Signs(id=key, name=row["name"], words=tuple(row["words"])) for key, row in lists.items()
    )


def _domain(row: Mapping[str, Any], folder: Path) -> Domain:
    try:
        return Domain(
            id=row["id"],
            name=row["name"],
            priority=row["priority"],
            strong=tuple(row["strong"]),
            keywords=tuple(row["keywords"]),
            colloquial=tuple(row["colloquial"]),
            typical_questions=tuple(row["typical_questions"]),
            vertical=row["vertical"],
            bodies={level: tuple(names) for level, names in row["bodies"].items()},
        )
    except KeyError as missing:
        file = folder / "topics.toml"
        raise ConfigError(f"领域 {row.get('id', '?')} 缺少 {missing}。", file=file) from missing


def _read(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"读不了这张表：{error}", file=path) from error
