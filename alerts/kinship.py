"""Kinship: whether a new issue tells the same matter as one already raised, when the events split it in two.

Both must lie in the same field and place, within a week, and share much of their words; the earlier one stands.
"""

from collections.abc import Iterable
from datetime import timedelta

from records.issue import Issue

APART = timedelta(days=7)
ALIKE = 0.28
"""Share of the smaller text's character pairs that must stand in the other (本系统默认值)."""


def kin_of(issue: Issue, known: Iterable[Issue]) -> Issue | None:
    """Return the issue already raised of the same matter, the earliest, or None."""
    found = [other for other in known if _kin(issue, other)]
    return min(found, key=lambda other: (other.raised_at, other.id)) if found else None


def _kin(issue: Issue, other: Issue) -> bool:
    if issue.event_id == other.event_id:
        return issue.rule == other.rule
    if issue.scope != other.scope or abs(issue.raised_at - other.raised_at) > APART:
        return False
    if not set(issue.domains) & set(other.domains):
        return False
    mine, theirs = _pairs(issue), _pairs(other)
    return len(mine & theirs) >= ALIKE * max(1, min(len(mine), len(theirs)))


def _pairs(issue: Issue) -> set[str]:
    texts = [issue.title, *(evidence.excerpt for evidence in issue.evidence)]
    return {text[at : at + 2] for text in texts for at in range(len(text) - 1)}
