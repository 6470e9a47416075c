"""Evaluation 效果评估: what an answer achieved, figure by figure; a fall in heat alone is never a success."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Figures of one case over `hours` after its first answer. None means: too few documents (n < 30) or void.

    `questions_answered` / `questions` is question coverage; `recurrence` is posts an hour asking an answered
    question after ÷ before; `half_life_h` the hours until hourly volume fell to half its peak.
    """

    case_id: str
    at: datetime
    hours: int
    first_reply_h: float
    clock_met: bool
    questions: int
    questions_answered: int
    recurrence: float | None
    half_life_h: float | None
    documents: int
