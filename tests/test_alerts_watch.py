"""The watch on real stores: raises once, notifies once, loses nothing when killed, and any cut gives the same ledger."""

import dataclasses
import itertools
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.commands import acknowledge, dismiss
from alerts.orders import Order, order_row
from alerts.watch import READ_TO, Watcher, regraded
from config.channels import ChannelRow
from config.settings import TABLES
from config.signs import Sign, SignBook
from config.tables import rows
from records.clock import FixedClock
from records.errors import UsageError, WorkFailed
from records.event import Event
from records.issue import Issue
from store.interface import Found
from store.ledger import SqlLedger
from store.sqlite import SqliteCorpus
from tests.alerts_material import (
    AWAY,
    CALM,
    COLLAPSE,
    MISREAD,
    RUMOUR,
    SCHOOL_MEAL,
    SMELL,
    START,
    found,
    view,
)

NOW = START + timedelta(days=1)
CONSOLE = (ChannelRow(name="console", on=True, levels=("I", "II", "III", "IV")),)
VIEW = view()


class Bench:
    """A corpus, a ledger and a watcher over them."""

    def __init__(self, folder: Path) -> None:
        self.corpus = SqliteCorpus(":memory:")
        self.ledger = SqlLedger("sqlite://", key_file=folder / "key", clock=FixedClock(NOW))
        self.watcher = Watcher(corpus=self.corpus, ledger=self.ledger, view=VIEW, channels=CONSOLE)

    def add(self, members: Sequence[Found]) -> None:
        """Accept, score and place members as the stages before would."""
        self.corpus.accept([one.document for one in members])
        self.corpus.save_scores([one.score for one in members if one.score])
        places = [one.placement for one in members if one.placement]
        self.corpus.save_placements(places, [_event(one) for one in members], b"")

    def issues(self) -> list[Issue]:
        """Return what the ledger holds."""
        return self.ledger.issues()

    def close(self) -> None:
        """Release both."""
        self.corpus.close()
        self.ledger.close()


def _event(member: Found) -> Event:
    placement = member.placement
    assert placement is not None
    return Event(
        id=placement.event_id,
        title="",
        keywords=(),
        first_at=placement.at,
        last_at=placement.at,
        updated_at=placement.at,
        documents=1,
        copies=0,
        platforms=1,
        heat=0.0,
        growth=0.0,
        stage="latent",
    )


def _in_event(members: Sequence[Found], event: str) -> list[Found]:
    return [
        dataclasses.replace(one, placement=dataclasses.replace(one.placement, event_id=event))
        for one in members
        if one.placement is not None
    ]


@pytest.fixture
def bench(tmp_path: Path):  # type: ignore[no-untyped-def]  # noqa: ANN201 - a generator fixture
    """Give a bench."""
    made = Bench(tmp_path)
    yield made
    made.close()


def test_an_issue_is_raised_and_notified_once(bench: Bench) -> None:
    """A second pass over the same documents changes nothing."""
    bench.add(_in_event(SMELL, "smell"))
    assert bench.watcher.once().raised == 1
    before = bench.issues()
    bench.corpus.set_note(READ_TO, "0")
    assert bench.watcher.once().raised == 0
    assert bench.issues() == before
    assert [one.key for one in bench.ledger.notifications()] == [f"{before[0].id}:console"]


def test_nothing_changed_means_nothing_judged(bench: Bench) -> None:
    """A pass reads only what was touched since the last."""
    bench.add(_in_event(SMELL, "smell"))
    assert bench.watcher.once().judged == 1
    assert bench.watcher.once().judged == 0


def test_what_lies_elsewhere_is_kept_without_notification(bench: Bench) -> None:
    """外地同类."""
    bench.add(
        [
            found("阙川市体育馆顶棚塌了, 刚才的事", 0, places=(AWAY,), event="away"),
            found("阙川体育馆塌了一半, 有人受伤", 3, places=(AWAY,), event="away"),
        ]
    )
    bench.watcher.once()
    assert [issue.scope for issue in bench.issues()] == ["elsewhere"]
    assert bench.ledger.notifications() == []


def test_a_person_s_decision_is_never_overruled(bench: Bench) -> None:
    """A dismissed issue stays as it is, whatever comes; an acknowledged one keeps its state."""
    bench.add(_in_event(SMELL[:5], "smell"))
    bench.watcher.once()
    assert bench.issues() == []
    bench.add(_in_event(SMELL[5:], "smell"))
    bench.watcher.once()
    one = bench.issues()[0]
    acknowledge(bench.ledger, one.id, actor="值班", role="press_officer", now=NOW)
    west = [found(f"溟西区也有异味, 第{n}天, 谁管", 400 + n, places=("970103",)) for n in range(3)]
    bench.add(_in_event(west, "smell"))
    bench.watcher.once()
    kept = bench.issues()[0]
    assert (kept.state, kept.level) == ("acknowledged", "II")
    dismiss(
        bench.ledger, one.id, reason="与另一议题重复", actor="值班", role="press_officer", now=NOW
    )
    before = bench.issues()
    bench.corpus.set_note(READ_TO, "0")
    bench.watcher.once()
    assert bench.issues() == before
    assert bench.ledger.verify_audit() is None


def test_a_dismissal_needs_a_reason_and_a_known_issue(bench: Bench) -> None:
    """Nobody waves an issue away in silence."""
    bench.add(_in_event(SMELL, "smell"))
    bench.watcher.once()
    key = bench.issues()[0].id
    with pytest.raises(UsageError, match="理由"):
        dismiss(bench.ledger, key, reason=" ", actor="a", role="press_officer", now=NOW)
    with pytest.raises(WorkFailed, match="没有编号"):
        acknowledge(bench.ledger, "x", actor="a", role="press_officer", now=NOW)


def test_only_a_role_that_may_acknowledges_or_dismisses(bench: Bench) -> None:
    """roles.toml decides; the refusal says who may."""
    bench.add(_in_event(SMELL, "smell"))
    bench.watcher.once()
    key = bench.issues()[0].id
    with pytest.raises(UsageError, match="可以由"):
        acknowledge(bench.ledger, key, actor="a", role="reviewer", now=NOW)
    with pytest.raises(UsageError, match="没有名为"):
        dismiss(bench.ledger, key, reason="重复", actor="a", role="nobody", now=NOW)


def test_a_dismissed_issue_sends_nothing_more(bench: Bench) -> None:
    """Its waiting notifications are put off for ever, and the audit says who did it."""
    bench.add(_in_event(SMELL, "smell"))
    bench.watcher.once()
    key = bench.issues()[0].id
    dismiss(bench.ledger, key, reason="已另案答复", actor="值班", role="press_officer", now=NOW)
    due = bench.ledger.lease_notifications(now=NOW + timedelta(days=30), owner="t", limit=9)
    assert due == []
    assert "issue.silence" in {row.action for row in bench.ledger.audit(subject=key)}


def test_a_grade_set_by_people_moves_the_clocks_and_stays(bench: Bench) -> None:
    """较大 by hand: C05 instead of C01 and C02, also after the next pass."""
    bench.add(_in_event(COLLAPSE, "hall"))
    bench.watcher.once()
    issue = bench.issues()[0]
    graded = dataclasses.replace(
        issue, incident_grade="较大", reply_by=regraded(issue, "较大", VIEW)
    )
    bench.ledger.update_issue(graded, actor="总值班室", role="coordinator", action="x", note="较大")
    bench.add(_in_event([found("体育馆那边还封着, 溟东区的绕行", 90)], "hall"))
    bench.corpus.set_note(READ_TO, "0")
    bench.watcher.once()
    assert [clock.clock for clock in bench.issues()[0].reply_by] == ["C05"]


def test_changed_tables_judge_recent_events_again(bench: Bench) -> None:
    """What an event needed is not lost because the rule came after its last document."""
    signs = rows(TABLES / "signs.toml", "signs", Sign)
    deaf = SignBook(tuple(dataclasses.replace(sign, words=("无此词",)) for sign in signs))
    old = dataclasses.replace(VIEW, signs=deaf, version="old")
    bench.add(_in_event(COLLAPSE, "hall"))
    watcher = Watcher(corpus=bench.corpus, ledger=bench.ledger, view=old)
    assert watcher.once().raised == 0
    new = dataclasses.replace(VIEW, version="new")
    again = Watcher(corpus=bench.corpus, ledger=bench.ledger, view=new)
    assert again.once().raised == 1
    assert again.once().judged == 0


def test_an_order_from_above_raises_what_no_rule_found(bench: Bench) -> None:
    """K5: registered by hand, taken up at the next pass."""
    bench.add(_in_event(CALM["表扬"], "praise"))
    bench.watcher.once()
    assert bench.issues() == []
    order = Order(event_id="praise", authority="省政府办公厅", at=NOW, due=NOW + timedelta(days=3))
    row = order_row(order, actor="协调员", reason="上级要求回应")
    bench.ledger.save_correction(row, role="coordinator")
    assert bench.watcher.once().raised == 1
    assert bench.issues()[0].rule == "superior_order"


def test_one_matter_split_over_two_events_is_one_issue(bench: Bench) -> None:
    """The earlier issue stands; the twin is not raised beside it."""
    twin = [
        dataclasses.replace(
            one,
            document=dataclasses.replace(one.document, id=f"t{one.document.id[1:]}"),
            score=dataclasses.replace(one.score, document_id=f"t{one.document.id[1:]}"),
            placement=dataclasses.replace(
                one.placement,
                document_id=f"t{one.document.id[1:]}",
                at=one.placement.at + timedelta(hours=9),
            ),
        )
        for one in SMELL
        if one.score and one.placement
    ]
    bench.add(_in_event(SMELL, "smell"))
    bench.add(_in_event(twin, "twin"))
    assert bench.watcher.once().raised == 1
    assert bench.issues()[0].event_id == "smell"


STREAM = sorted(
    [
        *_in_event(SMELL, "smell"),
        *_in_event(RUMOUR, "rumour"),
        *_in_event(SCHOOL_MEAL, "meal"),
        *_in_event(MISREAD, "card"),
        *_in_event(COLLAPSE, "hall"),
        *_in_event(CALM["演练"], "drill"),
        *_in_event(CALM["抢票"], "tickets"),
    ],
    key=lambda one: (one.placement.at, one.document.id),  # type: ignore[union-attr]
)


@settings(max_examples=12, deadline=None)
@given(cuts=st.sets(st.integers(1, len(STREAM) - 1), max_size=6))
def test_however_the_stream_is_cut_the_ledger_is_the_same(
    cuts: set[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """One pass over all, or a pass after each batch: byte for byte the same issues and notifications."""
    whole, parts = Bench(tmp_path_factory.mktemp("a")), Bench(tmp_path_factory.mktemp("b"))
    try:
        whole.add(STREAM)
        whole.watcher.once()
        edges = [0, *sorted(cuts), len(STREAM)]
        for begin, end in itertools.pairwise(edges):
            parts.add(STREAM[begin:end])
            parts.watcher.once()
        assert parts.issues() == whole.issues()
        assert len(whole.issues()) == 5
        assert {one.key for one in parts.ledger.notifications()} == {
            one.key for one in whole.ledger.notifications()
        }
    finally:
        whole.close()
        parts.close()


def test_killed_after_raising_and_started_again_it_doubles_nothing(bench: Bench) -> None:
    """The place read up to is noted last, so the same work is done again and changes nothing."""
    bench.add(STREAM)
    bench.watcher.once()
    before = bench.issues(), bench.ledger.notifications()
    bench.corpus.set_note(READ_TO, "0")
    bench.watcher.once()
    assert (bench.issues(), bench.ledger.notifications()) == before
