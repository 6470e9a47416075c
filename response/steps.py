"""The steps a case can take: from which states, to which, in which words; and how one step is committed.

`records.case.MOVES` is the law of the state table; this file gives each command its place in it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from config.roles import check_may
from records.case import MOVES, Case, CaseState, Move
from records.errors import UsageError, WorkFailed
from records.issue import IssueState, Notification
from records.statement import Statement
from store.interface import IssueChange, Ledger

STATE_NAMES: Mapping[CaseState, str] = {
    "open": "待交办",
    "assigned": "待签收",
    "received": "核实中",
    "drafting": "拟稿中",
    "reviewing": "待保密审查",
    "signing": "待签发",
    "published": "已回应",
    "evaluating": "待评估",
    "closed": "已办结",
    "returned": "已退回",
}
ALIVE: tuple[CaseState, ...] = tuple(state for state in STATE_NAMES if state != "closed")
FOLLOW = "follow"
"""The kind of the system's own move by which a case takes over what changed on its issue (response.follow)."""
REPEAT_WITHIN = timedelta(minutes=5)
"""The same words by the same hand within this time are one press of the button, not two (本系统默认值)."""

Detail = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Whose hand: the actor, in which role, when; `seen` is the version on the screen, when there was one."""

    actor: str
    role: str
    at: datetime
    seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command's place in the state table: its right, the kind of move, from where, to where (None: it stays)."""

    right: str
    kind: str
    name: str
    before: tuple[CaseState, ...]
    after: CaseState | None = None


STEPS: Mapping[str, Step] = {
    "assign": Step(
        right="assign",
        kind="assign",
        name="交办",
        before=("open", "assigned", "received", "drafting", "returned"),
        after="assigned",
    ),
    "receive": Step(
        right="receive", kind="receive", name="签收", before=("assigned",), after="received"
    ),
    "note": Step(right="note", kind="note", name="登记进展", before=ALIVE),
    "draft": Step(
        right="draft",
        kind="draft",
        name="拟稿",
        before=("received", "drafting", "published", "evaluating", "returned"),
        after="drafting",
    ),
    "submit": Step(
        right="submit", kind="submit", name="送审", before=("drafting",), after="reviewing"
    ),
    "review_pass": Step(
        right="review", kind="pass", name="通过保密审查", before=("reviewing",), after="signing"
    ),
    "review_return": Step(
        right="review", kind="return", name="退回修改", before=("reviewing",), after="drafting"
    ),
    "sign": Step(right="sign", kind="sign", name="签发", before=("signing",)),
    "sign_return": Step(
        right="sign", kind="return", name="退回修改", before=("signing",), after="drafting"
    ),
    "publish": Step(
        right="publish",
        kind="publish",
        name="登记发布",
        before=("open", "assigned", "received", "drafting", "signing", "published"),
        after="published",
    ),
    "promise": Step(right="promise", kind="promise", name="登记承诺", before=ALIVE),
    "kept": Step(right="kept", kind="promise", name="登记承诺兑现", before=ALIVE),
    "urge": Step(right="urge", kind="urge", name="催办", before=ALIVE),
    "order": Step(right="order", kind="order", name="登记上级要求", before=ALIVE),
    "feedback": Step(right="feedback", kind="order", name="登记向上级反馈", before=ALIVE),
    "grade": Step(right="grade", kind="grade", name="登记事件级别", before=ALIVE),
    "return_to": Step(
        right="return",
        kind="return",
        name="退回",
        before=("assigned", "received"),
        after="returned",
    ),
    "close": Step(
        right="close",
        kind="close",
        name="办结",
        before=("open", "published", "evaluating"),
        after="closed",
    ),
    "reopen": Step(right="reopen", kind="reopen", name="重启", before=("closed",), after="open"),
    "wait": Step(
        right="evaluate", kind="evaluate", name="评估", before=("published",), after="evaluating"
    ),
    "evaluate": Step(right="evaluate", kind="evaluate", name="评估", before=tuple(STATE_NAMES)),
}
"""Every command on an open case. Opening has no state before it; it is `commands.open_case`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """What one step writes beside the new state: words, details, changed fields, and what commits with it."""

    note: str = ""
    detail: Detail = ()
    changes: Mapping[str, Any] = field(default_factory=dict)
    statement: Statement | None = None
    issue_state: IssueState | None = None
    issue_change: IssueChange | None = None
    notifications: Sequence[Notification] = ()


def steps_from(state: CaseState) -> tuple[str, ...]:
    """Return the names of the steps that the state table allows from `state`, for views that offer buttons."""
    return tuple(name for name, step in STEPS.items() if state in step.before)


def find(ledger: Ledger, case_id: str) -> Case:
    """Return the case. Raises UsageError when there is none."""
    case = ledger.case(case_id)
    if case is None:
        raise UsageError(f"没有编号为 {case_id} 的回应事项; 请在事项列表里选一件")
    return case


def take(
    ledger: Ledger,
    case: Case,
    by: By,
    name: str,
    doing: Doing,
    *,
    check: Callable[[], None] = lambda: None,
) -> Case:
    """Take one step: check right, repetition, freshness, state table and the step's own `check`, then commit at once."""
    step = STEPS[name]
    check_may(by.role, step.right, step.name)
    if repeated(ledger, case.id, by, step.kind, doing):
        return case
    check_fresh(ledger, case, by)
    if case.state not in step.before:
        raise UsageError(_refusal(case, step))
    after = step.after or case.state
    if after != case.state and after not in MOVES[case.state]:
        raise UsageError(_refusal(case, step))
    check()
    since = case.state_since if after == case.state else by.at
    changed = replace(
        case, state=after, state_since=since, version=case.version + 1, **doing.changes
    )
    commit(ledger, changed, _move(case, changed, by, step.kind, doing), doing)
    return changed


def commit(ledger: Ledger, case: Case, move: Move, doing: Doing) -> None:
    """Commit case, move, audit row and what goes with them. Raises WorkFailed when somebody was quicker."""
    try:
        ledger.save_move(
            case,
            move,
            statement=doing.statement,
            issue_state=doing.issue_state,
            issue_change=doing.issue_change,
            notifications=doing.notifications,
        )
    except WorkFailed as error:
        raise WorkFailed("这一事项刚刚被别人变动过, 请刷新后再办") from error


def repeated(ledger: Ledger, case_id: str, by: By, kind: str, doing: Doing) -> bool:
    """Whether the same hand gave this same command before: at the same moment, or as the last move just now."""
    moves = [move for move in ledger.moves(case_id) if move.kind != FOLLOW]
    same = [move for move in moves if _same(move, by, kind, doing)]
    if any(move.at == by.at for move in same):
        return True
    return bool(same) and same[-1] is moves[-1] and by.at - moves[-1].at < REPEAT_WITHIN


def check_fresh(ledger: Ledger, case: Case, by: By) -> None:
    """Refuse when somebody moved the case since the version the screen showed; following its issue is no such move."""
    if by.seen is None or by.seen == case.version:
        return
    since = [move for move in ledger.moves(case.id) if move.seq > by.seen]
    if not since or any(move.kind != FOLLOW for move in since):
        raise UsageError("这一事项刚刚被别人变动过, 请刷新后再办")


def _same(move: Move, by: By, kind: str, doing: Doing) -> bool:
    return (move.kind, move.actor, move.role, move.note, move.detail) == (
        kind,
        by.actor,
        by.role,
        doing.note,
        doing.detail,
    )


def _move(case: Case, changed: Case, by: By, kind: str, doing: Doing) -> Move:
    return Move(
        case_id=case.id,
        seq=changed.version,
        kind=kind,
        actor=by.actor,
        role=by.role,
        at=by.at,
        before=case.state,
        after=changed.state,
        note=doing.note,
        detail=doing.detail,
    )


def _refusal(case: Case, step: Step) -> str:
    allowed = "、".join(STATE_NAMES[state] for state in step.before)
    return f"“{case.title}”现在是{STATE_NAMES[case.state]}, 不能{step.name}; 要先到{allowed}"
