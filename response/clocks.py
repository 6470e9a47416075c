"""The state of a case's clocks at a moment: running, met, overdue; how long is left; which light.

Only the clocks that the issue brought, the orders registered by hand and the promises given in public run here.
Lights: 绿 below 75 %, 黄 from 75 %, 红 from 100 % (elapsed; percentages 本系统默认值). Public clocks never pause.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Literal

from config.rulebook import Clock, load_rulebook
from records.calendar import after_hours
from records.issue import Issue, ReplyBy
from records.statement import Statement
from response.casefile import CaseFile

Standing = Literal["running", "overdue", "met", "late", "idle"]
"""Running, past its due time, met in time, met too late, or not applicable now."""
Light = Literal["绿", "黄", "红", ""]

INCIDENT_CLOCKS = frozenset({"C01", "C02", "C04", "C05"})
PROMISE = "承诺"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockState:
    """One clock at a moment. `remaining` is negative once overdue; `promise` is the promise it carries, if any."""

    clock: str
    duty: str
    start: datetime
    due: datetime
    source: str
    standing: Standing
    light: Light
    remaining: timedelta
    met_at: datetime | None = None
    provisional: bool = False
    promise: str = ""

    @property
    def waits(self) -> bool:
        """Whether somebody still has to act for it."""
        return self.standing in {"running", "overdue"}


def clock_states(file: CaseFile, now: datetime) -> tuple[ClockState, ...]:
    """Return every clock of the case, its next release (C04) and its promises, by due time."""
    plain = [_fixed(file, row, now) for row in file.case.clocks if row.clock != "C04"]
    rolling = _next_release(file, now)
    taken = rolling[0].promise if rolling else ""
    states = [*plain, *rolling, *_promises(file, now, taken)]
    return tuple(sorted(states, key=lambda state: (state.due, state.clock)))


def issue_clocks(issue: Issue, now: datetime) -> tuple[ClockState, ...]:
    """Return the clocks of an issue that has no case yet, by due time."""
    rows = [row for row in issue.reply_by if _counts(row) and row.clock != "C04"]
    return tuple(sorted((_state(row, None, now) for row in rows), key=lambda state: state.due))


def is_overdue(file: CaseFile, now: datetime) -> bool:
    """Whether a clock or a promise of the case is past its due time and not met."""
    return any(state.standing == "overdue" for state in clock_states(file, now))


def worst_light(states: Iterable[ClockState]) -> Light:
    """Return the light of a row on the board: the worst of its waiting clocks."""
    lights = {state.light for state in states if state.waits}
    order: tuple[Light, ...] = ("红", "黄", "绿")
    return next((light for light in order if light in lights), "")


def elapsed(start: datetime, due: datetime, now: datetime) -> float:
    """Return the share of the time that has gone; 1 from the due time on."""
    if now >= due:
        return 1.0
    return max(0.0, (now - start) / (due - start))


def light_at(start: datetime, due: datetime, now: datetime) -> Light:
    """Return 绿, 黄 or 红 by the share of time gone."""
    share = elapsed(start, due, now)
    if share >= 1:
        return "红"
    return "黄" if share >= 0.75 else "绿"


def _fixed(file: CaseFile, row: ReplyBy, now: datetime) -> ClockState:
    if not _counts(row):
        return _state(row, None, now, idle=True)
    met_at = _met_at(file, row)
    return _state(row, met_at, now, idle=met_at is None and file.case.state == "closed")


def _counts(row: ReplyBy) -> bool:
    """Whether the clock is a time to answer; P clocks are the least time the public has to speak."""
    return not row.clock.startswith("P")


def _met_at(file: CaseFile, row: ReplyBy) -> datetime | None:
    """Return when the clock's duty was done: by feedback, press conference, or the first answer."""
    if row.clock.startswith("K5"):
        return _moved(file, "met", row.clock)
    if row.clock == "C02":
        return _conference(file)
    return file.case.answered_at


def _moved(file: CaseFile, name: str, value: str) -> datetime | None:
    return next((move.at for move in file.moves if (name, value) in move.detail), None)


def _conference(file: CaseFile) -> datetime | None:
    held = {
        dict(move.detail).get("statement")
        for move in file.moves
        if ("form", "conference") in move.detail
    }
    return min((row.published_at for row in file.statements if row.id in held), default=None)


def _state(
    row: ReplyBy, met_at: datetime | None, now: datetime, *, idle: bool = False, promise: str = ""
) -> ClockState:
    standing = _standing(row, met_at, now, idle=idle)
    lights: dict[Standing, Light] = {"met": "绿", "late": "红", "idle": ""}
    return ClockState(
        clock=row.clock,
        duty=row.duty,
        start=row.start,
        due=row.due,
        source=row.source,
        standing=standing,
        light=lights.get(standing, light_at(row.start, row.due, now)),
        remaining=row.due - (met_at or now),
        met_at=met_at,
        provisional=row.provisional,
        promise=promise,
    )


def _standing(row: ReplyBy, met_at: datetime | None, now: datetime, *, idle: bool) -> Standing:
    if idle:
        return "idle"
    if met_at is not None:
        return "met" if met_at <= row.due else "late"
    return "overdue" if now >= row.due else "running"


def _next_release(file: CaseFile, now: datetime) -> list[ClockState]:
    """Return the C04 clock while an incident (or an issue that brought C04) is being handled after an answer.

    A next release that was announced takes the place of the 24 hours: what was promised is what counts.
    """
    last = _last_release(file.statements)
    over = file.case.state in {"closed", "evaluating"} or (
        last is not None and last.kind == "final"
    )
    brought = (*file.case.clocks, *(file.issue.reply_by if file.issue else ()))
    if last is None or over or not any(row.clock in INCIDENT_CLOCKS for row in brought):
        return []
    open_promises = [given for given in file.case.promises if given.kept_at is None]
    announced = min(open_promises, key=lambda given: given.due, default=None)
    rule = _next_release_rule()
    row = ReplyBy(
        clock="C04",
        duty=rule.duty,
        start=last.published_at,
        due=announced.due if announced else after_hours(last.published_at, rule.hours),
        source="公开承诺的下次发布时间" if announced else rule.shown_source,
    )
    return [_state(row, None, now, promise=announced.text if announced else "")]


@cache
def _next_release_rule() -> Clock:
    return load_rulebook().clocks["C04"]


def _last_release(statements: Iterable[Statement]) -> Statement | None:
    return max(statements, key=lambda row: row.published_at, default=None)


def _promises(file: CaseFile, now: datetime, taken: str) -> list[ClockState]:
    states = []
    for given in file.case.promises:
        if given.kept_at is None and given.text == taken:
            continue
        row = ReplyBy(
            clock=PROMISE,
            duty=given.text,
            start=_given_at(file, given.text, given.due),
            due=given.due,
            source="公开承诺",
        )
        states.append(_state(row, given.kept_at, now, promise=given.text))
    return states


def _given_at(file: CaseFile, text: str, due: datetime) -> datetime:
    wanted = {("text", text), ("due", due.isoformat())}
    at = next((move.at for move in file.moves if wanted <= set(move.detail)), None)
    return min(at or file.case.opened_at, due)
