"""What a corpus must answer, computed over plain records: no index, no tokens, no SQL."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache

from records.clock import BEIJING
from records.document import Document
from store.interface import Bucket, Facet, Found, Query
from store.text import Phrase, Search, Segment, parse, segments


def matching(hits: Iterable[Found], query: Query) -> list[Found]:
    """Return the hits of a query in (published_at, id) descending order."""
    search = parse(query.text)
    kept = [hit for hit in hits if _holds(hit, query) and _reads(hit.document, search, hit)]
    return sorted(kept, key=lambda hit: (hit.document.published_at, hit.document.id), reverse=True)


def facet(hits: Iterable[Found], by: Facet) -> list[tuple[str, int]]:
    """Count hits by a field, largest first (ties by value)."""
    counts = Counter(value for hit in hits for value in VALUES[by](hit) if value)
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def histogram(hits: Iterable[Found], bucket: Bucket) -> list[tuple[datetime, str, int]]:
    """Count hits by time bucket and sentiment label."""
    counts = Counter((_start(hit.document.published_at, bucket), _sentiment(hit)) for hit in hits)
    return [(start, label, count) for (start, label), count in sorted(counts.items())]


def _start(at: datetime, bucket: Bucket) -> datetime:
    if bucket == "hour":
        return at.replace(minute=0, second=0, microsecond=0)
    day = at.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
    return day.astimezone(UTC)


def _sentiment(hit: Found) -> str:
    return hit.score.sentiment.label if hit.score else ""


def _topics(hit: Found) -> set[str]:
    return {topic for topic, _ in hit.score.topics} if hit.score else set()


def _regions(hit: Found) -> set[str]:
    own = {hit.document.region} if hit.document.region else set()
    return own | ({place.code for place in hit.score.places} if hit.score else set())


VALUES: dict[Facet, Callable[[Found], set[str]]] = {
    "platform": lambda hit: {hit.document.platform},
    "source": lambda hit: {hit.document.source},
    "topic": _topics,
    "sentiment": lambda hit: {_sentiment(hit)},
    "appeal": lambda hit: {hit.score.appeal} if hit.score else set(),
    "region": _regions,
    "source_class": lambda hit: {hit.document.source_class},
    "kind": lambda hit: {hit.document.kind},
}


def _holds(hit: Found, query: Query) -> bool:
    """Whether the filters outside the text hold."""
    at = hit.document.published_at
    asked: tuple[tuple[Facet, tuple[str, ...]], ...] = (
        ("platform", query.platforms),
        ("source", query.sources),
        ("topic", query.topics),
        ("sentiment", query.sentiments),
        ("appeal", query.appeals),
        ("region", query.regions),
    )
    return (
        (query.since is None or at >= query.since)
        and (query.until is None or at < query.until)
        and all(not values or VALUES[by](hit) & set(values) for by, values in asked)
        and (
            query.event_id is None
            or (hit.placement is not None and hit.placement.event_id == query.event_id)
        )
    )


def _reads(document: Document, search: Search, hit: Found) -> bool:
    """Whether the text's own conditions hold."""
    fields = [_runs(document.title), _runs(document.text)]

    def has(phrase: Phrase) -> bool:
        return any(_stands_in(phrase.runs, runs) for runs in fields)

    named = {by for by, _ in search.fields}
    return (
        all(any(has(phrase) for phrase in group) for group in search.groups)
        and not any(has(phrase) for phrase in search.without)
        and all(
            VALUES[by](hit) & {value for name, value in search.fields if name == by} for by in named
        )
        and not any(value in VALUES[by](hit) for by, value in search.not_fields)
    )


@cache
def _runs(text: str) -> list[Segment]:
    return segments(text)


def _stands_in(asked: tuple[Segment, ...], runs: list[Segment]) -> bool:
    """Whether the runs of a phrase follow each other: the first may begin and the last may end inside a CJK run."""
    last = len(asked) - 1
    for start in range(len(runs) - last):
        for place, (kind, text) in enumerate(asked):
            found_kind, found = runs[start + place]
            if found_kind != kind or not _run_fits(kind, text, found, place == 0, place == last):
                break
        else:
            return True
    return False


def _run_fits(kind: str, asked: str, found: str, is_first: bool, is_last: bool) -> bool:  # noqa: FBT001 - two ends of a phrase
    if kind != "cjk" or not (is_first or is_last):
        return asked == found
    if is_first and is_last:
        return asked in found
    return found.endswith(asked) if is_first else found.startswith(asked)
