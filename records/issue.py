"""Issue 议题: an event that, by a named rule, needs an authoritative public answer; with its reasons and clocks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from records.score import Criterion

Level = Literal["I", "II", "III", "IV"]
"""Our own issue level (内部工作分级, 非法定); never to be mixed with incident grade, warning colour or response level."""

IssueState = Literal["new", "acknowledged", "in_case", "dismissed", "closed"]
Scope = Literal["ours", "elsewhere"]
"""`elsewhere` (外地同类): the like outside the operator's remit; no clock, no notification."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyBy:
    """One reply-by clock: its id (C03 …), start, due time, duty, and where the figure comes from.

    `source` names the article or document, or 本系统默认值. `provisional` marks a clock that runs on a provisional
    incident grade (待认定). Times are aware UTC.
    """

    clock: str
    duty: str
    start: datetime
    due: datetime
    source: str
    provisional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsible:
    """The body suggested to answer, the rule (W01 …) that named it, why in words, and who assists."""

    name: str
    rule: str
    why: str
    assisting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A frozen copy of one document that carried the judgement, masked; it stays when the corpus forgets."""

    document_id: str
    source: str
    platform: str
    speaker: str
    published_at: datetime
    excerpt: str
    url: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A matter that needs an authoritative answer.

    `id` derives from (event, rule), so raising it again is harmless. `raised_at` is the moment the criteria were
    first met by documents already seen; `first_seen_at` is the event's first appearance, shown beside it.
    `reasons` are sentences in Chinese, each with its figure and threshold; `questions` are what people ask most.
    """

    id: str
    event_id: str
    title: str
    rule: str
    criterion: Criterion
    domain: str
    domains: tuple[str, ...]
    level: Level
    scope: Scope
    place: str
    body: Responsible
    reply_by: tuple[ReplyBy, ...]
    reasons: tuple[str, ...]
    questions: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    first_seen_at: datetime
    raised_at: datetime
    state: IssueState = "new"
    incident_grade: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One message in the outbox. `key` makes it single: the same key is never enqueued twice."""

    key: str
    channel: str
    subject: str
    body: str
    created_at: datetime
    attempts: int = 0
    next_try_at: datetime | None = None
    sent_at: datetime | None = None
    error: str | None = None
