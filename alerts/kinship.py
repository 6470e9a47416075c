"""Kinship: whether a new issue tells the same matter as one already raised, when the events split it in two.

The same rule within a week, and either a document in both or the same subject in most of the evidence and the same
place (or one of them the whole region). The earlier issue stands, and what the other event tells is added to it.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta

from config.rulebook import RuleBook
from records.issue import Issue
from store.interface import Ledger

APART = timedelta(days=7)
NOTE = "alerts.kin"


def kin_of(issue: Issue, known: Iterable[Issue], book: RuleBook, region: str) -> Issue | None:
    """Return the issue already raised of the same matter, the earliest, or None."""
    found = [other for other in known if _kin(issue, other, book, region)]
    return min(found, key=lambda other: (other.raised_at, other.id)) if found else None


def _kin(issue: Issue, other: Issue, book: RuleBook, region: str) -> bool:
    if issue.id == other.id or issue.rule != other.rule or issue.scope != other.scope:
        return False
    if abs(issue.raised_at - other.raised_at) > APART:
        return False
    if _evidence(issue) & _evidence(other):
        return True
    near = issue.place == other.place or (
        issue.scope == "ours" and region in {issue.place, other.place}
    )
    mine, theirs = subject_of(issue, book), subject_of(other, book)
    return near and mine is not None and mine == theirs


def _evidence(issue: Issue) -> set[str]:
    return {evidence.document_id for evidence in issue.evidence}


def subject_of(issue: Issue, book: RuleBook) -> str | None:
    """Return the subject that most of the evidence names, None when none holds half."""
    texts = [evidence.excerpt for evidence in issue.evidence]
    held = Counter(subject for text in texts for subject in book.subjects(text))
    if not held:
        return None
    best = min(held, key=lambda subject: (-held[subject], subject))
    return best if held[best] * 2 >= len(texts) else None


def links_in(ledger: Ledger) -> dict[str, str]:
    """Return which events were found kin, each with the event whose issue stands."""
    found: dict[str, str] = json.loads(ledger.get_note(NOTE) or "{}")
    return found


def keep_links(ledger: Ledger, links: Mapping[str, str]) -> None:
    """Keep the links."""
    ledger.set_note(NOTE, json.dumps(dict(sorted(links.items()))))
