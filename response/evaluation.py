"""What an answer achieved, 72 hours after it: clock, question coverage, and whether people still ask what was answered.

A fall in heat alone is no success. Shares and rates of fewer than 30 documents are left out. Whether a post asks
a question is decided by the question's own character pairs (本系统默认值), counted over individuals and the hotline only.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from records.document import Document
from records.errors import UsageError
from records.evaluation import Evaluation
from response.casefile import CaseFile, read_file
from response.clocks import clock_states
from response.follow import current
from response.steps import By, Doing, take
from store.interface import Corpus, Ledger

LEAST = 30
"""Fewer documents than this give no rate (the rule of the sample week and of the dashboard)."""
ASKS = 0.6
"""Share of a question's character pairs that a text must hold to count as asking it (本系统默认值)."""
FIRST_HOURS = 72
NOT_TEXT = frozenset("，。？?！!“”\"'、：:；; （）()的了吗呢是不")


def evaluate(
    ledger: Ledger, corpus: Corpus, case_id: str, by: By, *, hours: int = FIRST_HOURS
) -> Evaluation:
    """Work out the figures over `hours` after the first answer, keep them, and note it on the case."""
    file = read_file(ledger, current(ledger, case_id, by))
    answered = file.case.answered_at
    if answered is None:
        raise UsageError(f"“{file.case.title}”还没有公开回应, 不能评估")
    if by.at < answered + timedelta(hours=hours):
        raise UsageError(f"“{file.case.title}”回应还不满 {hours} 小时, 到时再评估")
    members = [found.document for found in corpus.members(file.case.event_id)]
    evaluation = measure(file, members, at=by.at, hours=hours)
    ledger.save_evaluation(evaluation)
    doing = Doing(note=f"回应后 {hours} 小时评估", detail=(("hours", str(hours)),))
    waits = file.case.state == "published" and not has_open_promise(file)
    take(ledger, file.case, by, "wait" if waits else "evaluate", doing)
    return evaluation


def has_open_promise(file: CaseFile) -> bool:
    """Whether a promise of the case is still to be kept."""
    return any(given.kept_at is None for given in file.case.promises)


def measure(
    file: CaseFile, documents: Sequence[Document], *, at: datetime, hours: int
) -> Evaluation:
    """Return the figures of a case whose first answer is out."""
    answered = file.case.answered_at
    if answered is None:
        raise UsageError(f"“{file.case.title}”还没有公开回应, 不能评估")
    end = answered + timedelta(hours=hours)
    seen = [document for document in documents if document.published_at < end]
    questions = file.issue.questions if file.issue else ()
    done = [question for question in questions if is_answered(file, question)]
    enough = len(seen) >= LEAST
    return Evaluation(
        case_id=file.case.id,
        at=at,
        hours=hours,
        first_reply_h=round(_hours(answered - _clock_start(file)), 2),
        clock_met=_clock_met(file, at),
        questions=len(questions),
        questions_answered=len(done),
        recurrence=recurrence(seen, done, answered, end) if enough else None,
        half_life_h=half_life(seen, answered),
        documents=len(seen),
    )


def is_answered(file: CaseFile, question: str) -> bool:
    """Whether a person recorded this question as answered in one of the case's statements."""
    told = [text for statement in file.statements for text in statement.answers]
    return any(asks(text, question) or asks(question, text) for text in told)


def asks(text: str, question: str) -> bool:
    """Whether `text` asks `question`: it holds most of the question's character pairs."""
    wanted = _pairs(question)
    return bool(wanted) and len(wanted & _pairs(text)) / len(wanted) >= ASKS


def recurrence(
    documents: Iterable[Document], questions: Sequence[str], answered: datetime, end: datetime
) -> float | None:
    """Return posts an hour that ask an answered question, after ÷ before; None when nobody asked before."""
    asking = [
        document.published_at
        for document in documents
        if document.source_class == "individual"
        and any(asks(document.body, question) for question in questions)
    ]
    before = [at for at in asking if at < answered]
    after = [at for at in asking if at >= answered]
    if not before:
        return None
    rate_before = len(before) / max(1.0, _hours(answered - min(before)))
    return round(len(after) / _hours(end - answered) / rate_before, 2)


def half_life(documents: Sequence[Document], answered: datetime) -> float | None:
    """Return the hours from the answer until hourly volume was at most half its peak and stayed there three hours."""
    hourly = Counter(
        document.published_at.replace(minute=0, second=0, microsecond=0) for document in documents
    )
    if not hourly:
        return None
    peak = max(hourly.values())
    hour = answered.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    last = max(hourly)
    while hour <= last + timedelta(hours=1):
        quiet = all(hourly[hour + timedelta(hours=ahead)] <= peak / 2 for ahead in range(3))
        if quiet:
            return round(_hours(hour - answered), 1)
        hour += timedelta(hours=1)
    return None


def _clock_start(file: CaseFile) -> datetime:
    starts = [row.start for row in file.case.clocks if not row.clock.startswith(("K5", "P"))]
    return min(starts, default=file.case.opened_at)


def _clock_met(file: CaseFile, now: datetime) -> bool:
    answered = [state for state in clock_states(file, now) if state.met_at is not None]
    return bool(answered) and all(state.standing == "met" for state in answered)


def _hours(gap: timedelta) -> float:
    return gap.total_seconds() / 3600


def _pairs(text: str) -> set[str]:
    plain = "".join(sign for sign in text if sign not in NOT_TEXT)
    return {plain[at : at + 2] for at in range(len(plain) - 1)}
