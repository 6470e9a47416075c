"""A written week as the stream of documents the spiders make of it, without crawling; for end-to-end tests of judgement."""

from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from config.sources import Source, load_sources
from crawlers.week import Written, load_week
from records.document import Document, Kind, SourceClass, document_id

KINDS: dict[str, Kind] = {
    "news": "article",
    "feed": "article",
    "posts": "post",
    "hotline": "message",
    "board": "board",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Streamed:
    """One document with the key it bears in the written week."""

    key: str
    document: Document


def stream(week: Path, sources: Path) -> tuple[Streamed, ...]:
    """Return the week's documents in (seen_at, id) order."""
    table = {source.name: source for source in load_sources(sources).sources}
    media = {source.title: source.source_class for source in table.values()}
    found = []
    for written in load_week(week).documents:
        source = table[written.source]
        found.append(Streamed(key=written.key, document=_document(written, source, media)))
    return tuple(sorted(found, key=lambda one: (one.document.seen_at, one.document.id)))


def _document(written: Written, source: Source, media: dict[str, SourceClass]) -> Document:
    name, kind = source.name, source.kind
    author = written.author if written.author != "individual" else None
    if kind == "news":
        author = written.origin or author
    return Document(
        id=document_id(name, str(written.native)),
        source=name,
        platform=source.platform,
        kind=KINDS[kind],
        source_class=_class(author, kind, source.source_class, media),
        url=f"http://{name}.test/{written.native}",
        title=written.title,
        text=written.text,
        published_at=written.published_at.astimezone(UTC),
        precision="second",
        seen_at=written.visible_at.astimezone(UTC),
        collected_at=written.visible_at.astimezone(UTC),
        author=author if kind != "hotline" else None,
        voice=None if author else written.key,
        source_name=author or source.title,
        region=source.districts.get(written.district, source.region),
        label=written.label or None,
        reposts=written.counts[0],
        comments=written.counts[1],
        likes=written.counts[2],
        rank=written.rank or None,
    )


def _class(
    author: str | None, kind: str, own: SourceClass, media: dict[str, SourceClass]
) -> SourceClass:
    """Return who speaks: on a posts source an institution is official (发布), a medium, or another institution."""
    if kind != "posts" or author is None:
        return own
    if author.endswith(("发布", "政府", "局", "委")):
        return "official"
    return media.get(author, "institution")
