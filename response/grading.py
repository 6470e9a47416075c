"""Register the grade of an incident as a competent body set it, and let the clocks follow the grade.

Grades are set by people and registered here; nothing grades by itself. Replaced clocks stay on record in the move.
"""

from dataclasses import replace

from config.rulebook import GRADES, RuleBook
from config.rules import Timing, clocks_of
from records.case import Case
from records.errors import UsageError
from records.issue import Issue, ReplyBy
from response.follow import current, trace
from response.steps import By, Detail, Doing, take
from store.interface import Ledger

REPLACED = frozenset({"C01", "C02", "C03", "C05"})
"""The clocks that depend on the grade: another grade starts others in their place, from the same first moment."""


def grade(
    ledger: Ledger, case_id: str, by: By, *, book: RuleBook, grade: str, authority: str
) -> Case:
    """Register an incident grade set by `authority` (有权机关认定): 较大 replaces C01 and C02 by C05."""
    if grade not in GRADES:
        raise UsageError(f"没有“{grade}”这一级别; 可用的有 {'、'.join(GRADES)}")
    if not authority.strip():
        raise UsageError("请写明由哪个有权机关认定")
    case = current(ledger, case_id, by)
    issue = ledger.issue(case.issue_id)
    if issue is None:
        raise UsageError(f"找不到“{case.title}”的议题, 不能登记级别")
    said = (("grade", grade), ("authority", authority))
    if issue.incident_grade == grade and _is_set(ledger, case, said):
        return case
    clocks = _regraded(book, issue, case.clocks, grade)
    doing = Doing(
        note=f"{authority}认定为{grade}",
        detail=(*said, *trace(case.clocks, clocks)),
        changes={"clocks": clocks},
        issue_change=lambda stored: replace(
            stored,
            incident_grade=grade,
            reply_by=_regraded(book, stored, stored.reply_by, grade),
        ),
    )
    return take(ledger, case, by, "grade", doing)


def _is_set(ledger: Ledger, case: Case, said: Detail) -> bool:
    """Whether this very grade is the one in force."""
    moves = [move for move in ledger.moves(case.id) if move.kind == "grade"]
    return bool(moves) and set(said) <= set(moves[-1].detail)


def _regraded(
    book: RuleBook, issue: Issue, clocks: tuple[ReplyBy, ...], grade: str
) -> tuple[ReplyBy, ...]:
    timing = Timing(
        rule="emergency",
        level=issue.level,
        first_seen_at=issue.first_seen_at,
        met_at=issue.raised_at,
        grade=grade,
    )
    kept = [row for row in clocks if row.clock not in REPLACED]
    fresh = [row for row in clocks_of(book, timing) if row.clock in REPLACED]
    return tuple(sorted((*fresh, *kept), key=lambda row: row.clock))
