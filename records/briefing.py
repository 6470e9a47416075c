"""Briefing 简报: the leader's page; every line keeps the ids it was made from, so it can be recomputed."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One sentence of the page, with the case, issue or source ids it rests on."""

    text: str
    refs: tuple[str, ...] = ()
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A headed group of lines."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """The leader's page as of `as_of` (aware UTC); at most 22 lines of 28 characters, exactly one side of A4."""

    title: str
    as_of: datetime
    sample: bool
    sections: tuple[Section, ...]
