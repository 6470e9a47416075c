"""The one side of A4: how many lines of 28 characters a briefing takes, and how it is cut to 22."""

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from records.briefing import Briefing, Line, Section

LINES = 22
WIDTH = 28
"""22 lines of 28 characters fill one side (GB/T 9704-2012 版心)."""
HEAD_LINES = 2
"""The title, and the line with date and 示例数据."""
LISTED = "今天请您"
"""A section whose heading begins so is a numbered list; any other runs on after its heading."""


def is_listed(section: Section) -> bool:
    """Whether the section is written as a numbered list below its heading."""
    return section.heading.startswith(LISTED)


def paragraphs(section: Section) -> list[str]:
    """Return the section's paragraphs as they are set."""
    if is_listed(section):
        items = [f"{at}. {line.text}" for at, line in enumerate(section.lines, 1)]
        return [section.heading, *items]
    return [section.heading + "　" + "".join(line.text for line in section.lines)]


def lines_taken(briefing: Briefing) -> int:
    """Return how many lines of 28 full-width characters the page takes."""
    texts = [text for section in briefing.sections for text in paragraphs(section)]
    return HEAD_LINES + sum(_lines(text) for text in texts)


def fit(briefing: Briefing, *, give_way: Sequence[str]) -> Briefing:
    """Cut the briefing to one side: sections named in `give_way` lose their last lines first, and say how many."""
    lost: dict[str, int] = {}
    while lines_taken(_with_tails(briefing, lost)) > LINES:
        heading = next((name for name in give_way if _length(briefing, name) > 1), None)
        if heading is None:
            break
        lost[heading] = lost.get(heading, 0) + 1
        briefing = _without_last(briefing, heading)
    return _with_tails(briefing, lost)


def _lines(text: str) -> int:
    width = sum(1.0 if unicodedata.east_asian_width(sign) in "WFA" else 0.5 for sign in text)
    return max(1, math.ceil(width / WIDTH))


def _length(briefing: Briefing, heading: str) -> int:
    return sum(len(row.lines) for row in briefing.sections if row.heading == heading)


def _without_last(briefing: Briefing, heading: str) -> Briefing:
    sections = tuple(
        replace(row, lines=row.lines[:-1]) if row.heading == heading else row
        for row in briefing.sections
    )
    return replace(briefing, sections=sections)


def _with_tails(briefing: Briefing, lost: dict[str, int]) -> Briefing:
    sections = tuple(
        replace(row, lines=(*row.lines, _tail(lost[row.heading]))) if row.heading in lost else row
        for row in briefing.sections
    )
    return replace(briefing, sections=sections)


def _tail(number: int) -> Line:
    return Line(text=f"另有{number}件见系统。")
