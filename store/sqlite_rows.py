"""Documents as rows of the corpus file and back; the running number that makes rid order time order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from records.document import Document
from records.errors import WorkFailed
from records.event import Placement
from records.score import Score
from store.codec import decode, micros, moment, storable
from store.interface import Found
from store.text import token_string

START = micros(datetime(2020, 1, 1, tzinfo=UTC))
SEQ_BITS = 20
"""Backfills with date-only times put thousands of posts into one second; 10 bits overflowed in a trial."""

_LARGEST = 2**63 - 1
_READ = """
SELECT d.id, d.source, d.platform, d.kind, d.source_class, d.published_at, d.seen_at,
       o.url, o.title, o.text, o.precision, o.collected_at, o.author, o.voice, o.source_name, o.region, o.label,
       o.reposts, o.comments, o.likes, o.views, o.rank,
       s.record, p.event_id, p.copy_of, p.at, d.rid
FROM document d JOIN original o USING (rid) LEFT JOIN score s USING (rid) LEFT JOIN placement p USING (rid)
"""


@dataclass(frozen=True, slots=True)
class Prepared:
    """One document ready to be written, its tokens made before the write lock is taken."""

    id: str
    second: int
    narrow: tuple[Any, ...]
    wide: tuple[Any, ...]
    words: tuple[str, str]
    region: str | None


def second_of(published_at: int) -> int:
    """Return the seconds since 2020 (negative before) in which a microsecond time lies."""
    return (published_at - START) // 1_000_000


def _text(value: str | None) -> str | None:
    return None if value is None else storable(value)


def _count(value: int | None) -> int | None:
    return None if value is None else max(-_LARGEST, min(_LARGEST, value))


def prepared(document: Document) -> Prepared:
    """Return the rows of a document, all but its rid."""
    d = document
    published_at = micros(d.published_at)
    return Prepared(
        id=storable(d.id),
        second=second_of(published_at),
        narrow=(
            *map(_text, (d.id, d.source, d.platform, d.kind, d.source_class)),
            published_at,
            micros(d.seen_at),
        ),
        wide=(
            *map(_text, (d.url, d.title, d.text, d.precision)),
            micros(d.collected_at),
            *map(_text, (d.author, d.voice, d.source_name, d.region, d.label)),
            *map(_count, (d.reposts, d.comments, d.likes, d.views, d.rank)),
        ),
        words=(storable(token_string(d.title)), storable(token_string(d.text))),
        region=_text(d.region),
    )


def insert(connection: Any, row: Prepared, rid: int) -> None:
    """Write a document in all its tables."""
    connection.execute(
        "INSERT INTO document (rid, id, source, platform, kind, source_class, published_at, seen_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (rid, *row.narrow),
    )
    connection.execute(
        "INSERT INTO original VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (rid, *row.wide),
    )
    connection.execute("INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)", (rid, *row.words))
    if row.region:
        connection.execute("INSERT INTO tag VALUES ('region', ?, ?)", (row.region, rid))


class Numbers:
    """Hands out rids within one transaction: the highest of the second, plus one."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._last: dict[int, int] = {}

    def take(self, second: int) -> int:
        """Return the next free rid of `second`."""
        low = second << SEQ_BITS
        high = low + (1 << SEQ_BITS) - 1
        last = self._last.get(second)
        if last is None:
            row = self._connection.execute(
                "SELECT max(rid) FROM document WHERE rid BETWEEN ? AND ?", (low, high)
            ).fetchone()
            last = low - 1 if row[0] is None else row[0]
        if last >= high:
            raise WorkFailed("同一秒内的文档超过一百万篇, 请检查来源的时间是否只有日期")
        self._last[second] = last + 1
        return last + 1


def document_of(row: Sequence[Any]) -> Document:
    """Return the document of a row of `_READ`."""
    return Document(
        id=row[0],
        source=row[1],
        platform=row[2],
        kind=row[3],
        source_class=row[4],
        published_at=moment(row[5]),
        seen_at=moment(row[6]),
        url=row[7],
        title=row[8],
        text=row[9],
        precision=row[10],
        collected_at=moment(row[11]),
        author=row[12],
        voice=row[13],
        source_name=row[14],
        region=row[15],
        label=row[16],
        reposts=row[17],
        comments=row[18],
        likes=row[19],
        views=row[20],
        rank=row[21],
    )


def found_of(row: Sequence[Any]) -> Found:
    """Return the hit of a row of `_READ`."""
    placement = None
    if row[23] is not None:
        placement = Placement(
            document_id=row[0], event_id=row[23], copy_of=row[24], at=moment(row[25])
        )
    return Found(
        document=document_of(row),
        score=None if row[22] is None else decode(Score, row[22]),
        placement=placement,
    )


def read(connection: Any, where: str, parameters: Iterable[Any] = ()) -> Iterable[Sequence[Any]]:
    """Return joined rows of documents; `where` is our own text, never a user's."""
    rows: Iterable[Sequence[Any]] = connection.execute(_READ + where, tuple(parameters))
    return rows
