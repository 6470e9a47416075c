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
from tests.bench.material import (
    START,
    Saved,
    made_documents,
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
    kind = "own and SMP2020 posts" if real_posts() else "own posts"
    size = sum(map(len, texts)) / len(texts)
    return [
        row("whole score against the baseline", "times", ratios, BASELINE),
        row("baseline", "posts/cpu-s", found["baseline"], f"{len(few)} {kind}"),
        row("whole score", "posts/cpu-s", found["score"], f"{len(texts)} {kind}, {size:.0f} characters each"),
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
    """Measure the clusterer on made posts, the stream as long as one window."""
    rows = []
    for count in sizes.events:
        step = timedelta(hours=70) / count
        arrivals = [
            Arrival(id=document.id, text=document.text, at=START + step * number)
            for number, document in enumerate(made_documents(count))
        ]
        rates = [_placing(arrivals) for _ in range(sizes.rounds)]
        rows.append(row(f"events, window of {count:,}", "documents/cpu-s", rates, "made posts"))
    return rows


def _placing(arrivals: Sequence[Arrival]) -> float:
    clusterer = Clusterer()
    parts = [arrivals[begin : begin + 200] for begin in range(0, len(arrivals), 200)]
    return cpu_rate(len(arrivals), lambda: [clusterer.place(part) for part in parts])


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
