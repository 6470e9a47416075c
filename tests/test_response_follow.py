"""A case follows its issue's level and clocks: recorded, once, and with the same result whenever it was opened."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from config.rulebook import load_rulebook
from records.case import Case
from records.issue import Issue, Level, ReplyBy
from response import commands, grading
from response.follow import NOTE, follow_all
from store.ledger import SqlLedger
from tests.response_material import at, by, clock, issue, open_ledger

BRIDGE = issue(
    "引桥塌陷",
    "16 06:58",
    level="II",
    rule="emergency",
    clocks=(clock("C05", "16 06:58", 24, provisional=True),),
)
SEVERE = (
    clock("C01", "16 06:58", 5, provisional=True),
    clock("C02", "16 06:58", 24, provisional=True),
)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    """Open a ledger that holds the bridge's issue."""
    ledger = open_ledger(tmp_path)
    ledger.raise_issue(BRIDGE, ())
    yield ledger
    ledger.close()


def _rises(ledger: SqlLedger, level: Level, clocks: tuple[ReplyBy, ...]) -> None:
    def change(stored: Issue) -> Issue:
        return replace(stored, level=level, reply_by=clocks)

    ledger.change_issue(
        BRIDGE.id, change, actor="alerts", role="system", action="issue.update", note=""
    )


def _picture(case: Case) -> tuple[str, frozenset[ReplyBy]]:
    return case.level, frozenset(case.clocks)


def test_it_does_not_matter_when_a_case_was_opened(ledger: SqlLedger, tmp_path: Path) -> None:
    """Opened before the issue rose or after: the same level, the same clocks; the move says what went and came."""
    early = commands.open_case(ledger, BRIDGE.id, by("16 07:00"))
    _rises(ledger, "I", SEVERE)
    assert follow_all(ledger, at("16 08:00")) == 1
    assert follow_all(ledger, at("16 08:01")) == 0
    followed = ledger.case(early.id)
    assert followed is not None
    (tmp_path / "other").mkdir()
    other = open_ledger(tmp_path / "other")
    other.raise_issue(BRIDGE, ())
    _rises(other, "I", SEVERE)
    late = commands.open_case(other, BRIDGE.id, by("16 09:00"))
    other.close()
    assert _picture(followed) == _picture(late)
    move = ledger.moves(early.id)[-1]
    assert (move.kind, move.role, move.note, move.at) == ("follow", "system", NOTE, at("16 08:00"))
    told = dict(move.detail)
    assert told["level"] == "II → I"
    assert "C05" in told["replaced"]
    assert "C01" in told["started"]
    assert ledger.audit(subject=early.id)[0].action == "case.follow"


def test_a_command_finds_the_case_as_its_issue_stands(ledger: SqlLedger) -> None:
    """Whoever is quicker than the watch: the move comes before the command; the screen is not called out of date."""
    case = commands.open_case(ledger, BRIDGE.id, by("16 07:00"))
    _rises(ledger, "I", SEVERE)
    hand = replace(by("16 08:00", "supervisor"), seen=case.version)
    urged = commands.urge(ledger, case.id, hand, text="请抓紧")
    again = commands.urge(ledger, case.id, hand, text="请抓紧")
    assert urged == again
    assert _picture(urged) == ("I", frozenset(SEVERE))
    assert [move.kind for move in ledger.moves(case.id)] == ["open", "follow", "urge"]


def test_orders_registered_by_hand_stay(ledger: SqlLedger) -> None:
    """They are the case's own, under their own names, also when the issue brings an order too."""
    case = commands.open_case(ledger, BRIDGE.id, by("16 07:00"))
    due = at("18 12:00")
    commands.order(
        ledger, case.id, by("16 08:00"), from_body="省政府办公厅", text="请反馈", due=due
    )
    _rises(ledger, "I", (*SEVERE, clock("K5", "16 09:00", 20), clock("C04", "16 09:00", 24)))
    follow_all(ledger, at("16 09:00"))
    followed = ledger.case(case.id)
    assert followed is not None
    named = {row.clock: row.due for row in followed.clocks}
    assert sorted(named) == ["C01", "C02", "K5", "K5-2"]
    assert named["K5"] == due
    more = commands.order(
        ledger, case.id, by("16 10:00"), from_body="省政府办公厅", text="再报", due=due
    )
    assert more.clocks[-1].clock == "K5-3"
    assert follow_all(ledger, at("16 11:00")) == 0


def test_a_grade_set_on_the_case_leaves_nothing_to_follow(ledger: SqlLedger) -> None:
    """Case and issue change in one step, and agree."""
    _rises(ledger, "I", SEVERE)
    case = commands.open_case(ledger, BRIDGE.id, by("16 07:00"))
    grading.grade(
        ledger, case.id, by("16 15:30"), book=load_rulebook(), grade="较大", authority="市政府"
    )
    assert follow_all(ledger, at("16 16:00")) == 0
    assert [move.kind for move in ledger.moves(case.id)] == ["open", "grade"]


def test_a_closed_case_follows_no_more(ledger: SqlLedger) -> None:
    """Until it is opened again."""
    case = commands.open_case(ledger, BRIDGE.id, by("16 07:00"))
    commands.close(ledger, case.id, by("16 08:00"), reason="并入他案")
    _rises(ledger, "I", SEVERE)
    assert follow_all(ledger, at("16 09:00")) == 0
    commands.reopen(ledger, case.id, by("16 10:00"), reason="又有新情况")
    assert follow_all(ledger, at("16 10:01")) == 1
