"""Event 话题: documents that speak of one matter, grouped online; and a document's place in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Stage = Literal["latent", "outbreak", "spread", "decline", "calm", "recurrence"]
"""潜伏 爆发 蔓延 消退 平息 反复, by the open thresholds of `lifecycle` in the domain rules (本系统默认值)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where one document stands: its event, the copy it repeats (an earlier document's id) or None.

    `at` is the moment the document reached the events (its `seen_at`, or the latest moment seen before it when
    that is later); (at, document_id) is the order in which everything downstream reads an event's members.
    """

    document_id: str
    event_id: str
    copy_of: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One matter under discussion. `id` is the id of its first document and never changes.

    `documents` counts members, `copies` those that repeat another. `heat` is heat100 of the open formula
    (0-100) and `growth` its hourly growth, both at `updated_at`. `platforms` counts platforms with ≥ 5 % of members.
    """

    id: str
    title: str
    keywords: tuple[str, ...]
    first_at: datetime
    last_at: datetime
    updated_at: datetime
    documents: int
    copies: int
    platforms: int
    heat: float
    growth: float
    stage: Stage
