"""The SQLite corpus' scores, places and events, and the queues of the stages that make them."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from records.document import Document
from records.event import Event, Placement
from records.score import Score
from store.codec import decode, encode, micros, moment
from store.interface import Found
from store.sqlite_library import Connections
from store.sqlite_rows import document_of, found_of, read
from store.sqlite_spool import Stopwatch, in_batches

_OTHER_VERSIONS = """
WITH RECURSIVE each (version) AS (
  SELECT min(version) FROM document WHERE aside = 0
  UNION ALL
  SELECT (SELECT min(d.version) FROM document d WHERE d.aside = 0 AND d.version > each.version)
  FROM each WHERE each.version IS NOT NULL
)
SELECT version FROM each WHERE version IS NOT NULL AND version <> ?
"""
"""Jumps through the index from version to version, so it costs the number of versions, not of documents."""


class Events:
    """Scores, placements, events, and who waits for them."""

    _connections: Connections

    def documents(self, ids: Collection[str]) -> dict[str, Document]:
        """Return the known documents among `ids`."""
        with self._connections.reading() as connection:
            return {row[0]: document_of(row) for row in _by_id(connection, ids)}

    def scores(self, ids: Collection[str]) -> dict[str, Score]:
        """Return the newest score of each document of `ids` that has one."""
        with self._connections.reading() as connection:
            rows = connection.execute(
                "SELECT d.id, s.record FROM document d JOIN score s USING (rid)"
                " WHERE d.id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(ids)),),
            )
            return {row[0]: decode(Score, row[1]) for row in rows}

    def unscored(self, version: str, *, limit: int) -> list[Document]:
        """Return documents without a score of `version` and not set aside, oldest `seen_at` first (ties by id)."""
        with self._connections.reading() as connection:
            waiting: list[tuple[int, str]] = []
            for other in _other_versions(connection, version):
                waiting += connection.execute(
                    "SELECT seen_at, id FROM document WHERE aside = 0 AND version = ?"
                    " ORDER BY seen_at, id LIMIT ?",
                    (other, limit),
                )
            ids = [pair[1] for pair in sorted(waiting)[:limit]]
            found = {row[0]: document_of(row) for row in _by_id(connection, ids)}
            return [found[document_id] for document_id in ids]

    def oldest_unscored(self, version: str) -> datetime | None:
        """Return the smallest `seen_at` among documents without a score of `version` and not set aside."""
        with self._connections.reading() as connection:
            oldest = [
                connection.execute(
                    "SELECT min(seen_at) FROM document WHERE aside = 0 AND version = ?", (other,)
                ).fetchone()[0]
                for other in _other_versions(connection, version)
            ]
        return moment(min(oldest)) if oldest else None

    def save_scores(self, scores: Sequence[Score]) -> None:
        """Store scores; an earlier score of the same document is replaced, one of an unknown document passed over."""
        in_batches(self._connections, [(score, encode(score)) for score in scores], _write_scores)

    def unplaced(self, *, up_to: datetime, limit: int) -> list[tuple[Document, Score]]:
        """Return scored documents without a place and not set aside, `seen_at` ≤ `up_to`, by (seen_at, id)."""
        where = (
            "WHERE d.event_id IS NULL AND d.version <> '' AND d.aside = 0 AND d.seen_at <= ?"
            " ORDER BY d.seen_at, d.id LIMIT ?"
        )
        with self._connections.reading() as connection:
            hits = [found_of(row) for row in read(connection, where, (micros(up_to), limit))]
        return [(hit.document, hit.score) for hit in hits if hit.score is not None]

    def save_placements(
        self, placements: Sequence[Placement], events: Sequence[Event], cursor: bytes
    ) -> None:
        """Store places, the events they touch and the clusterer's own state, all in one transaction."""
        rows = [(event, encode(event)) for event in events]
        with self._connections.writing() as connection:
            connection.execute(
                "INSERT INTO clusterer VALUES (1, 1, ?) ON CONFLICT DO UPDATE"
                " SET revision = revision + 1, cursor = excluded.cursor",
                (cursor,),
            )
            revision = connection.execute("SELECT revision FROM clusterer").fetchone()[0]
            touched = {name for placement in placements for name in _place(connection, placement)}
            connection.executemany(
                "INSERT OR REPLACE INTO touch VALUES (?, ?)",
                [(name, revision) for name in touched],
            )
            _write_events(connection, rows)

    def cursor(self) -> bytes | None:
        """Return the clusterer's state as last saved with the placements, or None."""
        with self._connections.reading() as connection:
            row = connection.execute("SELECT cursor FROM clusterer").fetchone()
            return bytes(row[0]) if row else None

    def placements(self, ids: Collection[str]) -> dict[str, Placement]:
        """Return the places of those of `ids` that have one."""
        with self._connections.reading() as connection:
            rows = connection.execute(
                "SELECT p.document_id, p.event_id, p.copy_of, p.at"
                " FROM document d JOIN placement p USING (rid)"
                " WHERE d.id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(ids)),),
            )
            return {
                row[0]: Placement(
                    document_id=row[0], event_id=row[1], copy_of=row[2], at=moment(row[3])
                )
                for row in rows
            }

    def save_events(self, events: Sequence[Event]) -> None:
        """Replace events (heat and stage move without new members)."""
        rows = [(event, encode(event)) for event in events]
        in_batches(self._connections, rows, _write_events)

    def event(self, event_id: str) -> Event | None:
        """Return one event."""
        with self._connections.reading() as connection:
            row = connection.execute(
                "SELECT record FROM event WHERE id = ?", (event_id,)
            ).fetchone()
        return decode(Event, row[0]) if row else None

    def events(
        self, *, since: datetime | None = None, minimum: int = 1, limit: int = 100
    ) -> list[Event]:
        """Return events with `last_at` ≥ `since` and at least `minimum` documents, hottest first (ties by id)."""
        where = "documents >= ?" + ("" if since is None else " AND last_at >= ?")
        bounds = (minimum,) if since is None else (minimum, micros(since))
        with self._connections.reading() as connection:
            rows = connection.execute(
                f"SELECT record FROM event WHERE {where} ORDER BY heat DESC, id LIMIT ?",  # noqa: S608 - our own text
                (*bounds, limit),
            )
            return [decode(Event, row[0]) for row in rows]

    def members(self, event_id: str, *, limit: int = 10_000) -> list[Found]:
        """Return an event's members by (placement.at, document id)."""
        where = "WHERE p.event_id = ? ORDER BY p.at, p.document_id LIMIT ?"
        with self._connections.reading() as connection:
            return [found_of(row) for row in read(connection, where, (event_id, limit))]

    def touched(self, after: int, *, limit: int) -> tuple[int, list[str]]:
        """Return event ids whose membership changed after revision `after`, and the revision reached.

        A revision is given whole: one with more than `limit` events makes the list longer than `limit`.
        """
        with self._connections.reading() as connection:
            newest = connection.execute("SELECT max(revision) FROM clusterer").fetchone()[0] or 0
            last = connection.execute(
                "SELECT revision FROM touch WHERE revision > ? ORDER BY revision LIMIT 1 OFFSET ?",
                (after, limit),
            ).fetchone()
            reached = newest
            if last:
                first = connection.execute(
                    "SELECT min(revision) FROM touch WHERE revision > ?", (after,)
                ).fetchone()[0]
                reached = max(first, last[0] - 1)
            rows = connection.execute(
                "SELECT event_id FROM touch WHERE revision > ? AND revision <= ?"
                " ORDER BY revision, event_id",
                (after, reached),
            )
            return reached, [row[0] for row in rows]


def _by_id(connection: Any, ids: Collection[str]) -> list[Sequence[Any]]:
    where = "WHERE d.id IN (SELECT value FROM json_each(?))"
    return list(read(connection, where, (json.dumps(list(ids)),)))


def _other_versions(connection: Any, version: str) -> list[str]:
    return [row[0] for row in connection.execute(_OTHER_VERSIONS, (version,))]


def _write_scores(connection: Any, rows: Sequence[tuple[Score, str]]) -> int:
    watch, done = Stopwatch(), 0
    for score, record in rows:
        done += 1
        found = connection.execute(
            "SELECT rid, region FROM document JOIN original USING (rid) WHERE id = ?",
            (score.document_id,),
        ).fetchone()
        if found:
            _write_score(connection, score, record, *found)
        if watch.over():
            break
    return done


def _write_score(connection: Any, score: Score, record: str, rid: int, region: str | None) -> None:
    connection.execute("INSERT OR REPLACE INTO score VALUES (?, ?)", (rid, record))
    connection.execute(
        "UPDATE document SET version = ?, sentiment = ?, appeal = ? WHERE rid = ?",
        (score.version, score.sentiment.label, score.appeal, rid),
    )
    regions = {place.code for place in score.places} | ({region} if region else set())
    tags = [("topic", topic) for topic, _ in score.topics] + [("region", code) for code in regions]
    connection.execute("DELETE FROM tag WHERE rid = ?", (rid,))
    connection.executemany(
        "INSERT OR IGNORE INTO tag VALUES (?, ?, ?)", [(*tag, rid) for tag in tags]
    )


def _place(connection: Any, placement: Placement) -> set[str]:
    """Write a place; return the events whose membership it changes."""
    row = connection.execute(
        "SELECT d.rid, p.event_id, p.copy_of, p.at FROM document d LEFT JOIN placement p USING (rid)"
        " WHERE d.id = ?",
        (placement.document_id,),
    ).fetchone()
    at = micros(placement.at)
    if row is None or tuple(row[1:]) == (placement.event_id, placement.copy_of, at):
        return set()
    connection.execute(
        "INSERT OR REPLACE INTO placement VALUES (?, ?, ?, ?, ?)",
        (row[0], placement.document_id, placement.event_id, placement.copy_of, at),
    )
    connection.execute(
        "UPDATE document SET event_id = ? WHERE rid = ?", (placement.event_id, row[0])
    )
    return {placement.event_id} | ({row[1]} if row[1] else set())


def _write_events(connection: Any, rows: Sequence[tuple[Event, str]]) -> int:
    connection.executemany(
        "INSERT OR REPLACE INTO event VALUES (?, ?, ?, ?, ?)",
        [
            (event.id, event.heat, micros(event.last_at), event.documents, record)
            for event, record in rows
        ],
    )
    return len(rows)
