"""The store's figures on SQLite, at two sizes to show growth: ingest, and what a page asks for."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from store.interface import Corpus, Query
from store.sqlite import SqliteCorpus
from tests.bench.material import (
    DAYS,
    START,
    TOPICS,
    WORDS,
    made_documents,
    made_places,
    made_scores,
)
from tests.bench.measure import Row, Sizes, latency, row, wall_rate

WEEK_AGO = START + timedelta(days=DAYS - 7)
AT_ONCE = 500


def store(sizes: Sizes) -> list[Row]:
    """Measure every size in a folder of its own."""
    rows = []
    for count in sizes.store:
        with TemporaryDirectory(prefix="huiying-bench-") as folder:
            corpus = SqliteCorpus(Path(folder) / "corpus.db")
            rows += [*_ingest(corpus, count, Path(folder)), *_queries(corpus, count, sizes.queries)]
            corpus.close()
    return rows


def _ingest(corpus: Corpus, count: int, folder: Path) -> list[Row]:
    documents = made_documents(count)
    parts = [documents[begin : begin + AT_ONCE] for begin in range(0, count, AT_ONCE)]
    accepted = [
        wall_rate(len(part), lambda part=part: corpus.accept(part))  # type: ignore[misc]
        for part in parts
    ]
    scores = made_scores(documents)
    scored = wall_rate(count, lambda: corpus.save_scores(scores))
    corpus.save_placements(*made_places(documents), b"")
    size = sum(file.stat().st_size for file in folder.iterdir()) / count
    return [
        row(f"store ingest, to {count:,}", "documents/s", accepted, f"batches of {AT_ONCE}, synchronous=FULL"),
        row(f"store scores, {count:,}", "documents/s", [scored], f"{size:,.0f} bytes a document on disk"),
    ]  # fmt: skip


def _queries(corpus: Corpus, count: int, number: int) -> list[Row]:
    asked: dict[str, Callable[[Query, int], object]] = {
        "newest 20 for two words": lambda query, _: corpus.search(query),
        "newest 20, word, topic and 7 days": lambda query, n: corpus.search(
            Query(text=_word(n), topics=(TOPICS[n % len(TOPICS)],), since=query.since)
        ),
        "facet by topic, 7 days": lambda query, _: corpus.facet(Query(since=query.since), "topic"),
        "facet by source, two words": lambda query, _: corpus.facet(query, "source"),
        "histogram hour × sentiment, 7 days": lambda query, _: corpus.histogram(
            Query(since=query.since), "hour"
        ),
    }
    queries = [
        Query(text=f"{_word(n)} OR {_word(n + 7)}", since=WEEK_AGO + timedelta(minutes=n))
        for n in range(number)
    ]
    return [
        latency(
            f"{name}, at {count:,}",
            [lambda ask=ask, query=query, n=n: ask(query, n) for n, query in enumerate(queries)],  # type: ignore[misc]
            f"p50; high is p95 of {number}",
        )
        for name, ask in asked.items()
    ]


def _word(number: int) -> str:
    return WORDS[number % len(WORDS)]
