"""The watch: reminders once, evaluation in time, the morning page, the recorded desk in the sample."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.desk import Desk, open_desk
from config.settings import load
from records.clock import FixedClock
from records.errors import RetryLater
from response import commands
from response.__main__ import main
from response.reminders import due_notices, remind_due
from response.replay import apply_due, read_log
from response.watch import Watch, evaluate_due, open_watch, pages, run, turn
from store.interface import Corpus, Ledger
from store.open import open_corpus, open_ledger
from store.sqlite import SqliteCorpus
from tests import response_material as material
from tests.response_material import NOW, at, by, clock, issue, week_issues


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Open the sample desk on a folder of its own."""
    monkeypatch.setenv("HUIYING_DATA_DIR", str(tmp_path))
    monkeypatch.setattr("config.desk.LOCAL", tmp_path / "no.toml")
    return open_desk(load(file=None), sample=True)


@pytest.fixture
def stores(desk: Desk) -> Iterator[tuple[Ledger, Corpus]]:
    """Open the desk's stores with the week's issues."""
    ledger, corpus = open_ledger(desk, FixedClock(NOW)), open_corpus(desk)
    for one in week_issues():
        ledger.raise_issue(one, ())
    yield ledger, corpus
    corpus.close()
    ledger.close()


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    """Open a sample desk that took one turn at Sunday 08:30."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("walked")
        patch.setenv("HUIYING_DATA_DIR", str(folder))
        desk = open_desk(load(file=None), sample=True)
        ledger, corpus = open_ledger(desk, FixedClock(NOW)), open_corpus(desk)
    for one in week_issues():
        ledger.raise_issue(one, ())
    watch = _watch(desk, ledger, corpus)
    turn(watch)
    yield watch
    corpus.close()
    ledger.close()


def test_a_reminder_goes_out_once_at_each_step(tmp_path: Path) -> None:
    """50, 75, 90 and 100 %: four reminders in the life of a clock, however often the watch looks."""
    ledger = material.open_ledger(tmp_path)
    ledger.raise_issue(issue("积水", "14 21:10", clocks=(clock("C03", "14 21:10", 48),)), ())
    told = []
    for when in (
        "15 20:00",
        "15 21:10",
        "15 22:00",
        "16 09:10",
        "16 16:22",
        "16 21:10",
        "17 09:00",
    ):
        remind_due(ledger, at(when))
        told.append(len({row.subject for row in ledger.notifications()}))
    assert told == [0, 1, 1, 2, 3, 4, 4]
    assert "本级政府分管负责人" in ledger.notifications()[0].body
    ledger.close()


def test_opening_a_case_does_not_repeat_a_reminder(tmp_path: Path) -> None:
    """The clock is the issue's and the case's: one reminder."""
    ledger = material.open_ledger(tmp_path)
    water = issue("积水", "14 21:10")
    ledger.raise_issue(water, ())
    remind_due(ledger, at("15 22:00"))
    commands.open_case(ledger, water.id, by("15 22:10"))
    assert remind_due(ledger, at("15 22:30")) == 0
    ledger.close()


def test_an_answered_or_closed_case_is_not_reminded(tmp_path: Path) -> None:
    """What is met does not ring."""
    ledger = material.open_ledger(tmp_path)
    water = issue("积水", "14 21:10")
    ledger.raise_issue(water, ())
    case = commands.open_case(ledger, water.id, by("14 22:00"))
    commands.close(ledger, case.id, by("14 23:00"), reason="并入他案")
    assert list(due_notices(ledger, at("16 22:00"))) == []
    ledger.close()


def test_the_sample_watch_walks_the_week_to_the_page(walked: Watch) -> None:
    """One turn at Sunday 08:30 does all that is due; a second turn changes nothing."""
    ledger = walked.ledger
    file = pages(walked.desk.folder) / "2025-10-19.md"
    text = file.read_text(encoding="utf-8")
    assert "签发：石棠区学校配餐情况通报（已过保密审查，等10小时20分）" in text
    assert "办结" in text
    assert "示例数据" in file.with_suffix(".html").read_text(encoding="utf-8")
    rows, notices = len(ledger.audit()), len(ledger.notifications(limit=1000))
    turn(walked)
    assert len(ledger.audit()) == rows
    assert len(ledger.notifications(limit=1000)) == notices
    assert file.read_text(encoding="utf-8") == text


def test_evaluations_come_before_what_the_desk_did_after_them(walked: Watch) -> None:
    """The rumour's case is evaluated at 72 hours and closed half an hour later, in that order."""
    case = next(case for case in walked.ledger.cases() if "水质" in case.title)
    kinds = [move.kind for move in walked.ledger.moves(case.id)]
    assert kinds[-2:] == ["evaluate", "close"]
    assert case.state == "closed"
    moments = [move.at for move in walked.ledger.moves(case.id)]
    assert moments == sorted(moments)


def test_the_notes_of_the_recorded_desk_are_readable(walked: Watch) -> None:
    """What was applied and what was skipped stands in one note of the ledger."""
    noted = json.loads(walked.ledger.get_note("desk_log") or "{}")
    assert set(noted) == {entry.id for entry in read_log().entries}
    assert set(noted.values()) == {"done"}


def test_an_evaluation_waits_for_the_events_to_reach_its_end(
    stores: tuple[Ledger, Corpus],
) -> None:
    """Documents still under way are waited for, half a day at most."""
    ledger, corpus = stores
    log = read_log()
    apply_due(ledger, log, at("17 20:00"))
    early, late = at("18 11:30"), at("19 08:00")
    assert not evaluate_due(ledger, corpus, due_by=early, now=early)
    assert evaluate_due(ledger, corpus, due_by=late, now=late)


def test_a_live_desk_has_no_recorded_office(desk: Desk) -> None:
    """Sample and live never mix."""
    live = Desk(
        settings=desk.settings, sample=False, folder=desk.folder, body="某办", region="990100"
    )
    ledger, corpus = material.open_ledger(desk.folder.parent), SqliteCorpus(":memory:")
    assert open_watch(ledger, corpus, live).log is None
    assert open_watch(ledger, corpus, desk).log is not None
    corpus.close()
    ledger.close()


def test_the_watch_stops_when_told(desk: Desk) -> None:
    """A stop is heard within a turn."""
    ledger, corpus = open_ledger(desk, FixedClock(NOW)), open_corpus(desk)
    stop = threading.Event()
    worker = threading.Thread(target=run, args=(_watch(desk, ledger, corpus), stop))
    worker.start()
    stop.set()
    worker.join(30)
    assert not worker.is_alive()
    corpus.close()
    ledger.close()


def test_the_commands_answer_on_an_empty_desk(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """due, brief, verify-audit speak before anything happened; what comes later says so with exit 2."""
    assert desk.sample
    assert main(["due"]) == 0
    assert main(["brief"]) == 0
    assert main(["brief", "--format", "html"]) == 0
    assert main(["verify-audit"]) == 0
    out = capsys.readouterr().out
    assert "没有在走的时限" in out
    assert "今天没有要您办的事" in out
    assert "审计链完整" in out
    assert main(["brief", "--format", "pdf"]) == 2
    assert main(["publish"]) == 2
    assert main(["evaluate", "nothing"]) == 2
    assert main(["brief", "--date", "2025-10-01"]) == 1
    assert capsys.readouterr().err.count("\n") == 4


def test_a_store_that_cannot_be_written_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """RetryLater ends a command with 1, not with a trace."""

    def busy() -> Desk:
        raise RetryLater("磁盘已满, 稍后再试")

    monkeypatch.setattr("response.__main__.open_desk", busy)
    assert main(["due"]) == 1
    assert capsys.readouterr().err == "磁盘已满, 稍后再试\n"


def test_due_lists_what_waits_by_time(
    desk: Desk, stores: tuple[Ledger, Corpus], capsys: pytest.CaptureFixture[str]
) -> None:
    """Nearest first, each with its light and source."""
    ledger, _ = stores
    assert ledger.issues()
    assert desk.sample
    assert main(["due"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 9
    assert "老年卡年底作废 待交办 予以回应 (国办发〔2016〕61号)" in "".join(lines)


def test_a_stored_page_of_an_earlier_day_is_given_again(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was known that morning is what was written that morning."""
    folder = pages(desk.folder)
    folder.mkdir(parents=True)
    (folder / "2025-10-17.md").write_text("# 那天的一页\n", encoding="utf-8")
    assert main(["brief", "--date", "2025-10-17"]) == 0
    assert capsys.readouterr().out == "# 那天的一页\n"


def test_the_process_ends_on_sigterm(desk: Desk) -> None:
    """The supervisor's signal ends the watch cleanly, exit 0."""
    environ = {**os.environ, "HUIYING_DATA_DIR": str(desk.folder.parent)}  # noqa: TID251 - a child's environment
    process = subprocess.Popen([sys.executable, "-m", "response", "watch"], env=environ)
    deadline = time.monotonic() + 30
    while not (desk.folder / "corpus.db").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0


def _watch(desk: Desk, ledger: Ledger, corpus: Corpus) -> Watch:
    frozen = _Frozen(
        settings=desk.settings, sample=True, folder=desk.folder, body=desk.body, region=desk.region
    )
    return Watch(ledger=ledger, corpus=corpus, desk=frozen, clock=FixedClock(NOW), log=read_log())


class _Frozen(Desk):
    """The sample desk with its clock at the end of the week."""

    __slots__ = ()

    def clock(self) -> FixedClock:
        """Return the end of the week."""
        return FixedClock(NOW)
