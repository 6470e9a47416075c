"""Clocks at a moment: running, met, late, overdue; lights; orders, promises, the next release."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.case import Case, CaseState, Move, Promise
from records.issue import ReplyBy
from records.statement import Statement, StatementKind
from response.casefile import CaseFile
from response.clocks import (
    ClockState,
    clock_states,
    elapsed,
    is_overdue,
    issue_clocks,
    light_at,
    worst_light,
)
from tests.response_material import at, clock, issue


def _file(
    *clocks: ReplyBy,
    state: CaseState = "received",
    statements: tuple[Statement, ...] = (),
    promises: tuple[Promise, ...] = (),
    moves: tuple[Move, ...] = (),
) -> CaseFile:
    answered = min((row.published_at for row in statements), default=None)
    case = Case(
        id="case",
        issue_id="issue",
        event_id="event",
        title="异味",
        level="II",
        state=state,
        body="市局",
        assisting=(),
        contact="",
        clocks=clocks,
        promises=promises,
        opened_at=at("14 22:00"),
        state_since=at("14 22:00"),
        answered_at=answered,
        closed_at=None,
        version=1,
    )
    return CaseFile(case=case, issue=None, moves=moves, statements=statements, evaluations=())


def _statement(when: str, kind: StatementKind = "first") -> Statement:
    return Statement(
        id=f"s-{when}",
        case_id="case",
        kind=kind,
        body="市局",
        title="通报",
        text="正文",
        url="http://env.test/1",
        published_at=at(when),
    )


def _move(when: str, kind: str, *detail: tuple[str, str]) -> Move:
    return Move(
        case_id="case",
        seq=2,
        kind=kind,
        actor="政务公开科",
        role="coordinator",
        at=at(when),
        before="received",
        after="received",
        note="",
        detail=detail,
    )


def _only(file: CaseFile, now: datetime) -> ClockState:
    (state,) = clock_states(file, now)
    return state


@pytest.mark.parametrize(
    ("now", "light", "standing"),
    [
        ("14 21:10", "绿", "running"),
        ("16 09:09", "绿", "running"),
        ("16 09:10", "黄", "running"),
        ("16 21:09", "黄", "running"),
        ("16 21:10", "红", "overdue"),
    ],
)
def test_a_clock_turns_yellow_at_three_quarters_and_red_when_due(
    now: str, light: str, standing: str
) -> None:
    """48 hours from Tuesday 21:10: yellow after 36, red at 48."""
    state = _only(_file(clock("C03", "14 21:10", 48)), at(now))
    assert (state.light, state.standing) == (light, standing)


def test_the_first_answer_meets_the_clock_or_meets_it_late() -> None:
    """What counts is when the answer was published, not when it was recorded."""
    row = clock("C03", "14 21:10", 48)
    met = _only(_file(row, statements=(_statement("16 16:00"),), state="published"), at("19 08:30"))
    assert (met.standing, met.light, met.met_at) == ("met", "绿", at("16 16:00"))
    late = _only(
        _file(row, statements=(_statement("17 10:00"),), state="published"), at("19 08:30")
    )
    assert (late.standing, late.light) == ("late", "红")
    assert not late.waits


def test_a_promise_is_a_clock_of_its_own() -> None:
    """Overdue after its time, met when kept."""
    given_move = _move(
        "16 16:05", "promise", ("text", "公布结果"), ("due", at("18 16:00").isoformat())
    )
    promise = Promise(text="公布结果", due=at("18 16:00"))
    file = _file(state="published", promises=(promise,), moves=(given_move,))
    state = _only(file, at("19 08:30"))
    assert (state.promise, state.standing, state.start) == ("公布结果", "overdue", at("16 16:05"))
    assert is_overdue(file, at("19 08:30"))
    kept = replace(file.case, promises=(replace(promise, kept_at=at("18 15:00")),))
    assert not is_overdue(replace(file, case=kept), at("19 08:30"))


def test_an_order_from_above_is_met_by_feedback_only() -> None:
    """Publication does not settle K5."""
    row = clock("K5", "17 10:00", 104)
    file = _file(row, statements=(_statement("17 11:00"),), state="published")
    assert _only(file, at("19 08:30")).standing == "running"
    told = replace(file, moves=(_move("18 09:00", "order", ("met", "K5")),))
    assert _only(told, at("19 08:30")).standing == "met"


def test_a_press_conference_meets_its_clock_and_a_text_does_not() -> None:
    """C02 asks for a press conference."""
    row = clock("C02", "16 06:58", 24)
    statement = _statement("16 09:20")
    publish = ("statement", statement.id)
    text = _file(
        row,
        statements=(statement,),
        moves=(_move("16 09:22", "publish", publish, ("form", "text")),),
    )
    rows = {state.clock: state for state in clock_states(text, at("16 10:00"))}
    assert rows["C02"].standing == "running"
    held = _file(
        row,
        statements=(statement,),
        moves=(_move("16 09:22", "publish", publish, ("form", "conference")),),
    )
    rows = {state.clock: state for state in clock_states(held, at("16 10:00"))}
    assert rows["C02"].standing == "met"


def test_after_a_release_the_next_is_due_in_24_hours_while_an_incident_runs() -> None:
    """C04 runs from the last release; an announced time takes its place; 终报 and 办结 end it."""
    incident = clock("C05", "16 06:58", 24)
    file = _file(incident, statements=(_statement("18 10:00"),), state="published")
    rows = {state.clock: state for state in clock_states(file, at("19 08:30"))}
    assert rows["C04"].due == at("19 10:00")
    assert "本系统默认值" in rows["C04"].source
    promise = Promise(text="发布第六次通报", due=at("19 12:00"))
    announced = replace(file, case=replace(file.case, promises=(promise,)))
    rows = {state.clock: state for state in clock_states(announced, at("19 08:30"))}
    assert (rows["C04"].due, rows["C04"].promise) == (at("19 12:00"), "发布第六次通报")
    assert "承诺" not in rows
    final = replace(file, statements=(_statement("18 10:00", "final"),))
    assert "C04" not in {state.clock for state in clock_states(final, at("19 08:30"))}
    closed = replace(file, case=replace(file.case, state="closed"))
    assert "C04" not in {state.clock for state in clock_states(closed, at("19 08:30"))}


def test_an_ordinary_matter_has_no_next_release_clock() -> None:
    """C04 is not put on every topic."""
    file = _file(
        clock("C03", "14 21:10", 48), statements=(_statement("15 10:00"),), state="published"
    )
    assert [state.clock for state in clock_states(file, at("19 08:30"))] == ["C03"]


def test_the_publics_time_to_speak_is_no_time_to_answer() -> None:
    """P04 is a least time; it neither runs out nor turns red."""
    file = _file(clock("P04", "13 00:00", 720))
    assert _only(file, at("19 08:30")).standing == "idle"
    open_draft = issue(
        "养犬", "18 19:00", clocks=(clock("P04", "13 00:00", 720), clock("C03", "18 19:00", 48))
    )
    assert [state.clock for state in issue_clocks(open_draft, at("19 08:30"))] == ["C03"]


def test_a_closed_case_waits_for_nothing() -> None:
    """A case merged away unanswered lights no lamp."""
    file = _file(clock("C03", "14 21:10", 48), state="closed")
    assert not any(state.waits for state in clock_states(file, at("19 08:30")))
    assert worst_light(clock_states(file, at("19 08:30"))) == ""


@given(st.integers(0, 6000), st.integers(0, 6000))
def test_time_only_makes_a_light_worse(first: int, later: int) -> None:
    """Elapsed time never falls, so a lamp never turns back."""
    start, due = at("14 21:10"), at("16 21:10")
    early, late = sorted((first, later))
    order = "绿黄红"
    moments = [
        datetime.fromtimestamp(start.timestamp() + 60 * minutes, start.tzinfo)
        for minutes in (early, late)
    ]
    assert elapsed(start, due, moments[0]) <= elapsed(start, due, moments[1]) <= 1
    lights = [order.index(light_at(start, due, moment)) for moment in moments]
    assert lights == sorted(lights)
