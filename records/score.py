"""Score: what the NLP stage says of one document, with the words that carried each judgement."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

SentimentLabel = Literal["negative", "neutral", "positive"]
AppealLabel = Literal[
    "complaint", "report", "help", "consult", "suggest", "praise", "news", "opinion", "other"
]
Criterion = Literal[
    "policy_misread",
    "public_interest",
    "moral_bottom_line",
    "emergency_disaster",
    "superior_order",
    "local_social_hotspot",
    "routine_service_request",
    "none",
]
"""The five classes of 国办发〔2016〕61号, the sixth that provinces add, and two that need no authoritative answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentiment:
    """Attitude to the matter. `sure` is False inside the abstain band (shown as 不确定)."""

    label: SentimentLabel
    p_negative: float
    p_positive: float
    sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One severity hint read in the text: `kind` is deaths, injuries, exposed or money (yuan); `span` counts characters."""

    kind: Literal["deaths", "injuries", "exposed", "money"]
    value: float
    span: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A named place and its administrative code (six digits, or nine for a township)."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The judgements on one document by scorer `version`. Probabilities lie in [0, 1]."""

    document_id: str
    version: str
    scored_at: datetime
    sentiment: Sentiment
    appeal: AppealLabel
    p_appeal: float
    topics: tuple[tuple[str, float], ...]
    p_needs_answer: float
    criterion: Criterion
    places: tuple[Place, ...]
    bodies: tuple[str, ...]
    keywords: tuple[str, ...]
    facts: tuple[Fact, ...]
    fingerprint: str
    reasons: tuple[tuple[str, tuple[str, ...]], ...]
    """Judgement name (`sentiment`, `appeal`, `topics`, `needs_answer`) and the words or rules that carried it."""
