"""Case 回应事项: the way of one answer from opening to closing; its state table, clocks and moves.

The state table is whole, so that the thin workflow of today and the full one share it; a view may offer fewer moves.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from records.issue import Level, ReplyBy

CaseState = Literal[
    "open",  # 待交办: opened, no body yet
    "assigned",  # 待签收: body named, not yet received
    "received",  # 核实中: the body has it and verifies facts
    "drafting",  # 拟稿中
    "reviewing",  # 待保密审查
    "signing",  # 待签发
    "published",  # 已回应: an authoritative answer is out
    "evaluating",  # 待评估
    "closed",  # 已办结
    "returned",  # 退回: wrong body, or sent back with a reason
]

MOVES: dict[CaseState, tuple[CaseState, ...]] = {
    "open": ("assigned", "published", "closed"),
    "assigned": ("received", "returned", "assigned", "published"),
    "received": ("drafting", "returned", "assigned", "published"),
    "drafting": ("reviewing", "published", "assigned"),
    "reviewing": ("signing", "drafting"),
    "signing": ("published", "drafting"),
    "published": ("drafting", "evaluating", "published", "closed"),
    "evaluating": ("closed", "drafting"),
    "returned": ("assigned", "drafting"),
    "closed": ("open",),
}
"""From each state, the states a move may lead to. `published → drafting` is the follow-up (续报)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A publicly given promise: what, by when, and when it was kept (None while open)."""

    text: str
    due: datetime
    kept_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One audited step of a case: who did what, when, from which state to which, in which words.

    `kind` is the command (open assign receive note draft submit pass return sign publish promise urge order grade
    close reopen evaluate, follow by the system); `detail` holds its fields as (name, value) pairs of text.
    """

    case_id: str
    seq: int
    kind: str
    actor: str
    role: str
    at: datetime
    before: CaseState
    after: CaseState
    note: str
    detail: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One answer under way. `version` counts its moves and guards against two people moving it at once."""

    id: str
    issue_id: str
    event_id: str
    title: str
    level: Level
    state: CaseState
    body: str
    assisting: tuple[str, ...]
    contact: str
    clocks: tuple[ReplyBy, ...]
    promises: tuple[Promise, ...]
    opened_at: datetime
    state_since: datetime
    answered_at: datetime | None
    closed_at: datetime | None
    version: int
