"""The watch scores and places what waits, sets aside what fails, and waits for no source that has gone silent."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.desk import Desk, open_desk
from config.settings import load
from config.sources import Source, SourceTable
from nlp.events import Arrival, Clusterer
from nlp.score import Scorer, scorer_for
from nlp.watch import Watcher
from records.document import Document, document_id
from records.event import Placement
from records.score import Score
from records.source import SourceState
from store.interface import Corpus
from store.open import open_corpus

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


class Still:
    """A live desk's clock that stands still."""

    def now(self) -> datetime:
        """Return the frozen time."""
        return NOW


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Give a live desk of an invented body in a folder of its own."""
    environ = {
        "HUIYING_DATA_DIR": str(tmp_path),
        "HUIYING_BODY": "某市人民政府办公室",
        "HUIYING_REGION": "990100",
    }
    return open_desk(load(file=None, environ=environ), sample=False)


@pytest.fixture
def corpus(desk: Desk) -> Iterator[Corpus]:
    """Give the desk's corpus."""
    opened = open_corpus(desk)
    yield opened
    opened.close()


def document(number: int, text: str, source: str = "daily") -> Document:
    """Make a post seen `number` minutes before now."""
    at = NOW - timedelta(minutes=number)
    return Document(
        id=document_id(source, str(number)),
        source=source,
        platform="微博",
        kind="post",
        source_class="individual",
        url=f"http://{source}.test/{number}",
        title="",
        text=text,
        published_at=at,
        precision="second",
        seen_at=at,
        collected_at=NOW,
    )


def source(name: str, *, poll: float = 60) -> Source:
    """Make a source that is polled every minute."""
    return Source(
        name=name, title=name, kind="news", start=("http://a.test/",), source_class="city",
        platform="网站", poll_seconds=poll,
    )  # fmt: skip


def state(name: str, complete: datetime | None) -> SourceState:
    """Make the state of a source that is complete to a moment."""
    return SourceState(
        source=name, health="ok", said="正常", checked_at=NOW, ok_at=complete, complete_to=complete,
        documents=0, failures=0,
    )  # fmt: skip


def watcher(desk: Desk, corpus: Corpus, *names: str) -> Watcher:
    """Make a watcher with a frozen clock and these sources, patient for half an hour."""
    table = SourceTable(patience_minutes=30, sources=tuple(source(name) for name in names))
    made = Watcher(desk, corpus, scorer_for(desk), table)
    made._clock = Still()
    return made


def test_a_document_that_cannot_be_scored_is_set_aside_and_the_rest_go_on(
    desk: Desk, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, with its reason; the watermark is not held up by it."""
    corpus.accept([document(3, "路灯不亮"), document(2, "玻璃碎了"), document(1, "井盖丢了")])
    made, score = watcher(desk, corpus), Scorer.score

    def fails(self: Scorer, documents: Sequence[Document], now: datetime) -> list[Score]:
        if any("碎" in one.text for one in documents):
            raise ValueError
        return score(self, documents, now)

    monkeypatch.setattr(Scorer, "score", fails)
    while made.score():
        pass
    assert [(one.id, one.stage) for one in corpus.rejected()] == [
        (document_id("daily", "2"), "score")
    ]
    assert corpus.counts().unscored == 0
    assert made.watermark() == NOW
    assert made.place() == 2


def test_a_document_that_cannot_be_placed_is_set_aside_and_the_rest_are_placed(
    desk: Desk, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clusterer begins again from the store, so no half batch stays in its memory."""
    corpus.accept([document(3, "路灯不亮"), document(2, "玻璃碎了"), document(1, "井盖丢了")])
    made, place = watcher(desk, corpus), Clusterer.place

    def fails(self: Clusterer, arrivals: Sequence[Arrival]) -> list[Placement]:
        if any("碎" in one.text for one in arrivals):
            raise ValueError
        return place(self, arrivals)

    monkeypatch.setattr(Clusterer, "place", fails)
    while made.score() or made.place():
        pass
    assert [(one.id, one.stage) for one in corpus.rejected()] == [
        (document_id("daily", "2"), "event")
    ]
    assert corpus.counts().unplaced == 0
    assert corpus.counts().events == 2


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ({}, NOW),
        (
            {"a": NOW - timedelta(minutes=1), "b": NOW - timedelta(minutes=9)},
            NOW - timedelta(minutes=9),
        ),
        (
            {"a": NOW - timedelta(minutes=1), "b": NOW - timedelta(minutes=40)},
            NOW - timedelta(minutes=1),
        ),
        ({"a": NOW - timedelta(minutes=1), "b": None}, None),
        ({"a": NOW - timedelta(days=2), "b": NOW - timedelta(days=2)}, NOW),
    ],
    ids=["nothing crawled", "the slowest", "one silent", "one never heard", "crawlers stopped"],
)
def test_the_watermark_waits_for_the_slowest_source_within_patience(
    desk: Desk, corpus: Corpus, states: dict[str, datetime | None], expected: datetime | None
) -> None:
    """A source whose polls stopped, for whatever reason, holds nobody up for longer than the table says."""
    for name, complete in states.items():
        corpus.save_source(state(name, complete))
    assert watcher(desk, corpus, "a", "b").watermark() == expected


def test_what_waits_to_be_scored_holds_the_watermark(desk: Desk, corpus: Corpus) -> None:
    """A later document never overtakes an earlier one that has no score yet."""
    corpus.accept([document(5, "井盖丢了")])
    assert watcher(desk, corpus).watermark() == NOW - timedelta(minutes=5, microseconds=1)
