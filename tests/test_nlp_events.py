"""Events decide online: a prefix of the stream is answered as the whole is, and a restart changes nothing."""

import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.events import Arrival, Clusterer, run
from records.event import Placement

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
STREAM = (
    "翠屏小区三栋的电梯又困人了，物业说等配件，老人上不去楼",
    "今天的晚霞真好看，河边全是拍照的人",
    "翠屏小区电梯困人，住户说这个月第三次，物业回应配件未到",
    "翠屏小区三栋的电梯又困人了，物业说等配件，老人上不去楼",
    "中学生运动会周六开幕，比赛日程公布",
    "转发：翠屏小区三栋的电梯又困人了，物业说等配件，老人上不去楼 大家看看",
    "",
    "[笑cry]",
    "电梯困人的小区叫什么？翠屏？我姑姑就住那",
)


def arrivals(texts: tuple[str, ...] = STREAM) -> list[Arrival]:
    """Return one arrival a minute."""
    return [
        Arrival(id=f"d{number}", text=text, at=NOON + timedelta(minutes=number))
        for number, text in enumerate(texts)
    ]


def placed(stream: list[Arrival]) -> list[Placement]:
    """Place a stream with a fresh clusterer."""
    return Clusterer().place(stream)


def test_one_matter_told_by_several_voices_is_one_event() -> None:
    """The elevator posts share an event; sunset and sports day do not join it."""
    events = [placement.event_id for placement in placed(arrivals())]
    assert events[0] == events[2] == events[3] == events[5] == "d0"
    assert events[1] != "d0"
    assert events[4] != "d0"


def test_a_copy_points_to_its_original_and_is_kept() -> None:
    """An exact repeat and a repost with a few words around it both name the first document."""
    copies = {p.document_id: p.copy_of for p in placed(arrivals())}
    assert copies["d3"] == "d0"
    assert copies["d5"] == "d0"
    assert copies["d2"] is None
    assert len(copies) == len(STREAM)


@pytest.mark.parametrize("cut", range(1, len(STREAM)))
def test_the_answer_on_a_prefix_is_the_prefix_of_the_answer(cut: int) -> None:
    """No look-ahead, wherever the stream is cut."""
    assert placed(arrivals()[:cut]) == placed(arrivals())[:cut]


@pytest.mark.parametrize("cut", [1, 4, 7])
def test_a_process_that_starts_again_goes_on_as_if_it_had_never_stopped(cut: int) -> None:
    """The window rebuilt from what was placed decides like the one that was lost."""
    stream = arrivals()
    whole = placed(stream)
    second = Clusterer()
    second.restore(stream[:cut], whole[:cut])
    assert second.place(stream[cut:]) == whole[cut:]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(STREAM), st.integers(0, 30)), min_size=2, max_size=24),
    st.data(),
)
def test_a_restart_beyond_the_window_changes_nothing(
    told: list[tuple[str, int]], data: st.DataObject
) -> None:
    """Also when originals have left the window: the rebuilt one hands their place to the same document."""
    at, stream = NOON, []
    for number, (text, hours) in enumerate(told):
        at += timedelta(hours=hours)
        stream.append(Arrival(id=f"d{number}", text=text, at=at))
    whole = placed(stream)
    cut = data.draw(st.integers(1, len(stream) - 1))
    live = [place for place in whole[:cut] if place.at >= whole[cut - 1].at - timedelta(hours=72)]
    second = Clusterer()
    second.restore(stream[cut - len(live) : cut], live)
    assert second.place(stream[cut:]) == whole[cut:]


def test_what_is_older_than_the_window_is_forgotten() -> None:
    """After 72 hours the same words begin a new event, unless they repeat nothing at all."""
    first = Arrival(id="a", text=STREAM[0], at=NOON)
    late = Arrival(id="b", text=STREAM[0], at=NOON + timedelta(hours=73))
    assert [p.event_id for p in placed([first, late])] == ["a", "b"]


def test_a_missing_or_earlier_time_counts_as_the_latest_seen() -> None:
    """Order of arrival is order of time."""
    stream = [
        Arrival(id="a", text="水管爆了", at=NOON),
        Arrival(id="b", text="路灯坏了", at=None),
        Arrival(id="c", text="井盖丢了", at=NOON - timedelta(days=1)),
    ]
    assert [p.at for p in placed(stream)] == [NOON, NOON, NOON]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=80), max_size=12))
def test_any_text_is_placed_exactly_once(texts: list[str]) -> None:
    """Total on hostile input, and each answer names an event that exists."""
    stream = arrivals(tuple(texts))
    answers = placed(stream)
    assert [a.document_id for a in answers] == [a.id for a in stream]
    seen: set[str] = set()
    for answer in answers:
        seen.add(answer.document_id)
        assert answer.event_id in seen
        assert answer.copy_of is None or answer.copy_of in seen


def test_the_filter_reports_a_broken_line_by_number_and_goes_on() -> None:
    """Exit 1, the good lines answered in order."""
    lines = [b'{"id": "a", "text": "x"}\n', b"nonsense\n", b'{"id": "b", "text": "y"}\n']
    out, errors = io.StringIO(), io.StringIO()
    assert run(lines, out, errors, batch=2, clusterer=Clusterer()) == 1
    assert [json.loads(line)["id"] for line in out.getvalue().splitlines()] == ["a", "b"]
    assert "第 2 行" in errors.getvalue()
