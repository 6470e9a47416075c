"""Source health, quarantine and corrections: the records by which the product says what it could not do or got wrong."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Health = Literal["idle", "ok", "unreachable", "blocked", "login_needed", "changed", "empty", "off"]
"""Not tried yet, fine, no answer, refused by robots or the site, cookie expired, layout changed, fine but nothing, off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How one source is doing. `complete_to` is the moment up to which its documents are all here (watermark).

    `since` is when it began to be in this health; the store keeps it, whatever a caller gives.
    """

    source: str
    health: Health
    said: str
    checked_at: datetime | None
    ok_at: datetime | None
    complete_to: datetime | None
    documents: int
    failures: int
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A closed or open stretch of time in which a source gave nothing; the briefing's data note reads these."""

    source: str
    health: Health
    begun_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """Something that could not be processed, set aside once with its reason. `sample` is cleaned text, never a raw page."""

    id: str
    stage: Literal["crawl", "score", "event"]
    source: str
    url: str
    reason: str
    sample: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A person's correction of one judgement: what, before, after, by whom, when; kept as data for training."""

    id: str
    subject: str
    judgement: str
    before: str
    after: str
    actor: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """One row of the audit chain; `digest` is an HMAC over the row and the digest before it."""

    seq: int
    at: datetime
    actor: str
    role: str
    action: str
    subject: str
    detail: str
    digest: str
