"""Switching a source off: it is shown as off, its outage ends, and what it brought stays said."""

from datetime import timedelta
from pathlib import Path

from config.desk import Desk
from config.settings import load
from config.sources import Source, SourceTable
from crawlers.run import Runner
from records.clock import ReplayClock
from records.source import SourceState
from store.sqlite import SqliteCorpus
from tests.contracts.spider import NOW

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def _off(folder: Path, corpus: SqliteCorpus) -> SourceState:
    """Start the crawlers with the source switched off; return what is said of it."""
    source = Source(
        name="daily",
        title="柳溪日报",
        kind="news",
        start=("http://daily.liuxi.test/",),
        source_class="city",
        platform="测试",
        on=False,
    )
    settings = load(file=None, environ={})
    desk = Desk(settings=settings, sample=True, folder=folder, body="", region="")
    ReplayClock(start=NOW, end=NOW, rate=1.0, anchor=NOW).save(desk.clock_file)
    table = SourceTable(patience_minutes=30, sources=(source,))
    Runner(desk, corpus, table, once=True)._mark_off([])
    (state,) = corpus.sources()
    return state


def test_switching_off_keeps_what_is_known_and_ends_the_outage(tmp_path: Path) -> None:
    """Health and sentence change; documents, ok_at and complete_to stay; a second start changes nothing."""
    corpus = SqliteCorpus(":memory:")
    before = SourceState(
        source="daily",
        health="unreachable",
        said="超时没有回应",
        checked_at=NOW - HOUR,
        ok_at=NOW - 2 * HOUR,
        complete_to=NOW - 2 * HOUR,
        documents=712,
        failures=3,
    )
    corpus.save_source(before)
    state = _off(tmp_path, corpus)
    assert (state.health, state.said) == ("off", "已停用")
    assert (state.documents, state.failures) == (712, 3)
    assert (state.ok_at, state.complete_to) == (before.ok_at, before.complete_to)
    (outage,) = corpus.outages(since=NOW - DAY, until=NOW + DAY)
    assert (outage.begun_at, outage.ended_at) == (NOW - HOUR, NOW)
    assert _off(tmp_path, corpus) == state
    assert corpus.outages(since=NOW - DAY, until=NOW + DAY) == [outage]
    corpus.close()


def test_a_source_that_was_fine_or_never_tried_gets_no_outage(tmp_path: Path) -> None:
    """Nobody is told of an outage where somebody chose not to listen."""
    corpus = SqliteCorpus(":memory:")
    assert _off(tmp_path, corpus).health == "off"
    fine = SourceState(
        source="daily",
        health="ok",
        said="正常",
        checked_at=NOW - HOUR,
        ok_at=NOW - HOUR,
        complete_to=NOW - HOUR,
        documents=5,
        failures=0,
    )
    corpus.save_source(fine)
    assert _off(tmp_path, corpus).documents == 5
    assert corpus.outages(since=NOW - DAY, until=NOW + DAY) == []
    corpus.close()
