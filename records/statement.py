"""Statement: an authoritative answer as published: by whom, what, where and when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

StatementKind = Literal[
    "first", "follow_up", "final", "clarification", "policy_answer", "correction"
]
"""首发 续报 终报 澄清 政策答问 更正."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One published answer of a case. `answers` lists the questions it answers, `url` is its public address."""

    id: str
    case_id: str
    kind: StatementKind
    body: str
    title: str
    text: str
    url: str
    published_at: datetime
    answers: tuple[str, ...] = ()
