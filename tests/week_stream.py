"""A written week as the stream of documents the spiders make of it, judged on real stores without crawling."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from alerts.remit import remit_of
from alerts.view import View
from alerts.watch import Watcher
from config.bodies import domain_names
from config.rulebook import load_rulebook
from config.settings import TABLES
from config.signs import load_signs
from config.sources import Source, load_sources
from config.tables import Body, Region, load_bodies, load_regions
from crawlers.week import Written, _written
from nlp.background import mask
from nlp.events import Clusterer, arrival
from nlp.gazetteer import short_name
from nlp.portrait import portrait
from nlp.score import Scorer
from records.clock import FixedClock
from records.document import Document, Kind, SourceClass, document_id
from records.issue import Issue
from records.score import Score
from store.ledger import SqlLedger
from store.sqlite import SqliteCorpus

KINDS: dict[str, Kind] = {
    "news": "article",
    "feed": "article",
    "posts": "post",
    "hotline": "message",
    "board": "board",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """The city a week is about: its code, regions and bodies, and the sources that tell of it."""

    region: str
    regions: tuple[Region, ...]
    bodies: tuple[Body, ...]
    sources: dict[str, Source]

    @property
    def name(self) -> str:
        """The city's name."""
        return next(row.name for row in self.regions if row.code == self.region)

    def view(self) -> View:
        """Return what a judgement reads."""
        return View(
            book=load_rulebook(),
            signs=load_signs(),
            bodies=self.bodies,
            remit=remit_of(self.region, self.regions),
            region_name=self.name,
            domain_names=domain_names(TABLES / "topics.toml"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What came of a week: its issues, and the key of each document."""

    issues: tuple[Issue, ...]
    keys: dict[str, str] = field(default_factory=dict)


def city(folder: Path, region: str) -> City:
    """Return the city of a folder with regions.toml and bodies.toml; the sources are those of the sample, moved there."""
    regions = load_regions(folder / "regions.toml")
    parent = next(row.parent for row in regions if row.code == region)
    districts = {name: row.code for row in regions for name in (row.name, *row.aliases)}
    sources = {}
    for source in load_sources(TABLES / "sample" / "sources.toml").sources:
        where = {"990100": region, "990000": parent}.get(source.region or "")
        sources[source.name] = replace(source, region=where, districts=districts)
    return City(
        region=region,
        regions=regions,
        bodies=load_bodies(folder / "bodies.toml"),
        sources=sources,
    )


def written(files: Sequence[Path]) -> tuple[Written, ...]:
    """Read documents in the written form."""
    taken: set[int] = set()
    rows = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    return tuple(_written(row, taken) for row in sorted(rows, key=lambda row: str(row["key"])))


def judge(
    place: City,
    files: Sequence[Path],
    folder: Path,
    *,
    batch: int = 100,
    end: datetime | None = None,
) -> Judged:
    """Score, group and judge a week in batches, in the order in which its documents became visible."""
    stream = sorted(
        ((_document(row, place.sources[row.source]), row.key) for row in written(files)),
        key=lambda pair: (pair[0].seen_at, pair[0].id),
    )
    documents = [document for document, _ in stream if end is None or document.seen_at <= end]
    now = documents[-1].seen_at
    names = [name for body in place.bodies for name in (body.name, body.short, *body.aliases)]
    scorer = Scorer.load(regions=place.regions, bodies=names)
    scored = list(zip(documents, scorer.score(documents, now), strict=True))
    corpus = SqliteCorpus(":memory:")
    ledger = SqlLedger("sqlite://", key_file=folder / "key", clock=FixedClock(now))
    watcher = Watcher(corpus=corpus, ledger=ledger, view=place.view())
    try:
        _feed(corpus, watcher, scored, _clusterer(place), batch)
        return Judged(
            issues=tuple(ledger.issues()), keys={document.id: key for document, key in stream}
        )
    finally:
        ledger.close()
        corpus.close()


def _clusterer(place: City) -> Clusterer:
    top = [row.name for row in place.regions if row.kind in {"province", "city"}]
    return Clusterer(masked=mask([*top, *(short_name(name) for name in top)]))


def _feed(
    corpus: SqliteCorpus,
    watcher: Watcher,
    scored: Sequence[tuple[Document, Score]],
    clusterer: Clusterer,
    batch: int,
) -> None:
    scores = {document.id: score for document, score in scored}
    documents = [document for document, _ in scored]
    for begin in range(0, len(documents), batch):
        part = documents[begin : begin + batch]
        corpus.accept(part)
        corpus.save_scores([scores[document.id] for document in part])
        placements = clusterer.place([arrival(document) for document in part])
        events: dict[str, list[tuple[Document, Score | None, object]]] = {}
        for document, placement in zip(part, placements, strict=True):
            parts = events.setdefault(placement.event_id, _known(corpus, placement.event_id))
            parts.append((document, scores[document.id], placement))
        portraits = [portrait(parts, part[-1].seen_at, 1.0) for parts in events.values()]  # type: ignore[arg-type]
        corpus.save_placements(placements, portraits, b"")
        watcher.once()


def _known(corpus: SqliteCorpus, event_id: str) -> list[tuple[Document, Score | None, object]]:
    return [(found.document, found.score, found.placement) for found in corpus.members(event_id)]


def _document(row: Written, source: Source) -> Document:
    author = row.author if row.author != "individual" else None
    if source.kind == "news":
        author = row.origin or author
    private = author is None and source.kind in {"posts", "hotline"}
    return Document(
        id=document_id(source.name, str(row.native)),
        source=source.name,
        platform=source.platform,
        kind=KINDS[source.kind],
        source_class=_class(author, source),
        url=f"http://{source.name}.test/{row.native}",
        title=row.title,
        text=row.text,
        published_at=row.published_at.astimezone(UTC),
        precision="second",
        seen_at=row.visible_at.astimezone(UTC),
        collected_at=row.visible_at.astimezone(UTC),
        author=author if source.kind != "hotline" else None,
        voice=row.key if private else None,
        source_name=author or source.title,
        region=source.districts.get(row.district, source.region),
        label=row.label or None,
        reposts=row.counts[0],
        comments=row.counts[1],
        likes=row.counts[2],
        rank=row.rank or None,
    )


def _class(author: str | None, source: Source) -> SourceClass:
    """Return who speaks; on a posts source an authority is official, a medium keeps a tier, others are institutions."""
    if source.kind != "posts" or author is None:
        return source.source_class
    if author.endswith(("发布", "政府", "局", "委", "公安", "交警", "消防", "疾控")):
        return "official"
    media = author.endswith(("日报", "晚报", "新闻网", "广播电视台", "通讯社", "早报"))
    return "city" if media else "institution"
