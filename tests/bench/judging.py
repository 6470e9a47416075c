"""The judgement's figures: the whole score beside the usual three calls, one process and two, events, extraction."""

import logging
import multiprocessing
import time
from collections.abc import Sequence
from datetime import timedelta
from multiprocessing.connection import Connection
from typing import Any

from config.desk import open_desk
from config.settings import load
from crawlers.extract.page import read_page
from nlp.events import Arrival, Clusterer
from nlp.score import Scorer, scorer_for
from records.document import Document, document_id
from records.event import Placement
from tests.bench.material import (
    START,
    Saved,
    own_pages,
    posts,
    real_posts,
    saved_pages,
)
from tests.bench.measure import Row, Sizes, cpu_rate, interleaved, row

BASELINE = "jieba.lcut + SnowNLP.sentiments + jieba.analyse.extract_tags"


def scorer() -> Scorer:
    """Return the scorer as the sample desk has it, tables included."""
    return scorer_for(open_desk(load(file=None, environ={}), sample=True))


def as_documents(texts: Sequence[str]) -> list[Document]:
    """Return texts as posts."""
    return [
        Document(
            id=document_id("bench", str(number)),
            source="bench",
            platform="微博",
            kind="post",
            source_class="individual",
            url="http://bench.test/",
            title="",
            text=text,
            published_at=START,
            precision="second",
            seen_at=START,
            collected_at=START,
        )
        for number, text in enumerate(texts)
    ]


def baseline(texts: Sequence[str]) -> None:
    """Do what a first version usually does with a post."""
    import jieba  # noqa: PLC0415 - a second of dictionary that only this row needs
    import jieba.analyse  # noqa: PLC0415
    from snownlp import SnowNLP  # noqa: PLC0415

    for text in texts:
        jieba.lcut(text)
        _ = SnowNLP(text).sentiments
        jieba.analyse.extract_tags(text)


def scoring(sizes: Sizes) -> list[Row]:
    """Measure the whole score and the baseline on the same posts, in turns."""
    logging.getLogger("jieba").setLevel(logging.ERROR)
    texts = posts(sizes.posts)
    few = texts[:: max(1, len(texts) // sizes.baseline)][: sizes.baseline]
    documents, judge = as_documents(texts), scorer()
    judge.score(documents[:10], START)
    baseline(few[:2])
    found = interleaved(
        sizes.rounds,
        {
            "baseline": lambda: cpu_rate(len(few), lambda: baseline(few)),
            "score": lambda: cpu_rate(len(documents), lambda: judge.score(documents, START)),
        },
    )
    ratios = [ours / theirs for ours, theirs in zip(found["score"], found["baseline"], strict=True)]
    kind = _kind()
    size = sum(map(len, texts)) / len(texts)
    return [
        row("whole score against the baseline", "times", ratios, BASELINE),
        row("baseline", "posts/cpu-s", found["baseline"], f"{len(few)} {kind}"),
        row("whole score", "posts/cpu-s", found["score"], f"{len(texts):,} {kind}, {size:.0f} characters each"),
    ]  # fmt: skip


def _worker(pipe: Connection, count: int) -> None:
    documents, judge = as_documents(posts(count)), scorer()
    judge.score(documents[:10], START)
    pipe.send("ready")
    while pipe.recv():
        judge.score(documents, START)
        pipe.send("done")


def _together(pipes: Sequence[Connection], count: int) -> float:
    """Return posts a second of some workers at once."""
    begun = time.perf_counter()
    for pipe in pipes:
        pipe.send(True)
    for pipe in pipes:
        pipe.recv()
    return len(pipes) * count / (time.perf_counter() - begun)


def two_processes(sizes: Sizes) -> list[Row]:
    """Measure two scoring processes against one."""
    context = multiprocessing.get_context("spawn")
    ends = [context.Pipe() for _ in range(2)]
    workers: list[Any] = [
        context.Process(target=_worker, args=(theirs, sizes.together), daemon=True)
        for _, theirs in ends
    ]
    for worker in workers:
        worker.start()
    pipes = [ours for ours, _ in ends]
    for pipe in pipes:
        pipe.recv()
    found = interleaved(
        sizes.rounds,
        {
            "one": lambda: _together(pipes[:1], sizes.together),
            "two": lambda: _together(pipes, sizes.together),
        },
    )
    for pipe, worker in zip(pipes, workers, strict=True):
        pipe.send(False)
        worker.join()
    ratios = [two / one for two, one in zip(found["two"], found["one"], strict=True)]
    return [
        row("two scoring processes against one", "times", ratios, "wall clock; needs idle cores")
    ]


def events(sizes: Sizes) -> list[Row]:
    """Measure placing a batch of new posts in a window that holds so many, each in turn in its own round."""
    rows = []
    for count in sizes.events:
        total = count + sizes.placed * (sizes.rounds + 1)
        step = timedelta(hours=70) / total
        arrivals = [
            Arrival(id=str(number), text=text, at=START + step * number)
            for number, text in enumerate(posts(total))
        ]
        clusterer = filled(arrivals[:count])
        batches = [
            arrivals[begin : begin + sizes.placed] for begin in range(count, total, sizes.placed)
        ]
        clusterer.place(batches[0])  # loads its tables
        rates = [_placing(clusterer, batch) for batch in batches[1:]]
        rows.append(row(f"events, window of {count:,}", "posts/cpu-s", rates, _kind()))
    return rows


def _placing(clusterer: Clusterer, batch: Sequence[Arrival]) -> float:
    return cpu_rate(len(batch), lambda: clusterer.place(batch))


def filled(arrivals: Sequence[Arrival]) -> Clusterer:
    """Return a clusterer whose window holds these, each its own event, as nearly all Weibo posts are."""
    clusterer = Clusterer()
    places = [
        Placement(document_id=one.id, event_id=one.id, copy_of=None, at=one.at or START)
        for one in arrivals
    ]
    clusterer.restore(arrivals, places)
    return clusterer


def _kind() -> str:
    return "own and SMP2020 posts" if real_posts() else "own posts"


def extraction(sizes: Sizes) -> list[Row]:
    """Measure text, title, time and source of article pages."""
    rows = []
    for kind, pages in (("sample sites", own_pages()), ("saved real pages", saved_pages())):
        some = pages[:: max(1, len(pages) // sizes.pages)][: sizes.pages]
        if not some:
            continue
        _read(some[:2])
        rates = [cpu_rate(len(some), lambda pages=some: _read(pages)) for _ in range(sizes.rounds)]  # type: ignore[misc]
        rows.append(row(f"extraction, {kind}", "pages/cpu-s", rates, f"{len(some)} pages"))
    return rows


def _read(pages: Sequence[Saved]) -> None:
    for content, url in pages:
        read_page(content, url=url, now=START)
