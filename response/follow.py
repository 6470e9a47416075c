"""A case follows its issue: level and clocks, by a recorded move of the system, whenever somebody takes it in hand.

So it does not matter whether a case was opened before or after the issue rose or its clocks were replaced. Orders
registered by hand are the case's own and stay. C04 is no copy: it runs from the case's own releases.
"""

import logging
from dataclasses import replace
from datetime import datetime

from records.case import Case, Move
from records.errors import WorkFailed
from records.issue import Issue, ReplyBy
from response.steps import ALIVE, FOLLOW, By, Detail, Doing, commit, find
from store.interface import Ledger

NOTE = "时限随议题调整"
ACTOR = "系统"
ROLE = "system"
BY_HAND = " (人工登记)"
"""Ends the source of an order's clock that was registered on the case itself."""

logger = logging.getLogger(__name__)


def current(ledger: Ledger, case_id: str, by: By) -> Case:
    """Return the case as it stands by its issue now. Raises UsageError when there is none."""
    return follow(ledger, find(ledger, case_id), by.at)


def follow_all(ledger: Ledger, at: datetime) -> int:
    """Let every open case follow its issue; return how many moved. One that somebody moves right now waits a turn."""
    moved = 0
    for case in ledger.cases(states=ALIVE):
        try:
            moved += follow(ledger, case, at) != case
        except WorkFailed as error:
            logger.info("%s: %s", case.id, error)
    return moved


def follow(ledger: Ledger, case: Case, at: datetime) -> Case:
    """Take over the issue's level and clocks, with a move that says what went and what came."""
    issue = ledger.issue(case.issue_id)
    if issue is None or case.state == "closed":
        return case
    clocks = clocks_of_case(issue, case.clocks)
    if issue.level == case.level and set(clocks) == set(case.clocks):
        return case
    level = (("level", f"{case.level} → {issue.level}"),) if issue.level != case.level else ()
    detail = (*level, *trace(case.clocks, clocks))
    moved = replace(case, level=issue.level, clocks=clocks, version=case.version + 1)
    move = Move(
        case_id=case.id,
        seq=moved.version,
        kind=FOLLOW,
        actor=ACTOR,
        role=ROLE,
        at=max(at, case.opened_at),
        before=case.state,
        after=case.state,
        note=NOTE,
        detail=detail,
    )
    commit(ledger, moved, move, Doing())
    return moved


def clocks_of_case(issue: Issue, held: tuple[ReplyBy, ...] = ()) -> tuple[ReplyBy, ...]:
    """Return the issue's clocks with the orders registered by hand among those `held`, each under its own name."""
    own = tuple(row for row in held if row.source.endswith(BY_HAND))
    taken = {row.clock for row in own}
    brought = []
    for row in issue.reply_by:
        if row.clock == "C04":
            continue
        free = free_name(row.clock, taken)
        taken.add(free)
        brought.append(replace(row, clock=free))
    return (*brought, *own)


def free_name(name: str, taken: set[str]) -> str:
    """Return `name`, or `name` with the first number from 2 that nobody has."""
    number = 1
    while (found := name if number == 1 else f"{name}-{number}") in taken:
        number += 1
    return found


def trace(before: tuple[ReplyBy, ...], after: tuple[ReplyBy, ...]) -> Detail:
    """Return which clocks went and which came, with the times they are due, as the details of a move."""
    stays = set(before) & set(after)
    gone = "; ".join(_said(row) for row in before if row not in stays)
    come = "; ".join(_said(row) for row in after if row not in stays)
    return tuple((name, text) for name, text in (("replaced", gone), ("started", come)) if text)


def _said(row: ReplyBy) -> str:
    provisional = " (待认定)" if row.provisional else ""
    return f"{row.clock} {row.due.isoformat()}{provisional}"
