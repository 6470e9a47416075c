"""The spool's part of the SQLite corpus: accepted documents, frontier, what was set aside, source health."""

import json
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from records.document import Document
from records.source import Outage, Rejected, SourceState
from store.codec import decode, encode, micros, moment
from store.sqlite_library import Connections
from store.sqlite_rows import Numbers, Prepared, insert, prepared

BATCH = 500
SECONDS = 0.2
"""Bounds of one write transaction, so that no other writer waits long."""

_GOOD = frozenset({"ok", "empty", "changed"})
"""A changed site is still read, by automatic extraction: it gives documents, so it is no outage."""
Row = TypeVar("Row")


def in_batches(
    connections: Connections, rows: Sequence[Row], write: Callable[[Any, Sequence[Row]], int]
) -> None:
    """Call `write` with what is left, one transaction a call, until all is written; it returns how many it did."""
    done = 0
    while done < len(rows):
        with connections.writing() as connection:
            done += write(connection, rows[done : done + BATCH])


class Stopwatch:
    """Tells a batch when its transaction has lasted long enough."""

    def __init__(self) -> None:
        self._until = time.monotonic() + SECONDS

    def over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() > self._until


class Spool:
    """Accept, frontier, quarantine, health."""

    _connections: Connections

    def accept(self, documents: Sequence[Document]) -> int:
        """Commit `documents`; return how many were new. A known id is left as it is."""
        new = 0
        for start in range(0, len(documents), BATCH):
            fresh = self._fresh(documents[start : start + BATCH])

            def write(connection: Any, rows: Sequence[Prepared]) -> int:
                nonlocal new
                seen, added = _insert_new(connection, rows)
                new += added
                return seen

            in_batches(self._connections, fresh, write)
        return new

    def _fresh(self, documents: Sequence[Document]) -> list[Prepared]:
        """Prepare what is not known yet, outside any transaction; the write looks again under its lock.

        In time order: FTS5 writes out what it has gathered whenever a rowid is smaller than the last (measured: an
        unordered batch of 500 costs a quarter more).
        """
        first = {document.id: document for document in reversed(documents)}
        known = self.known(first)
        fresh = [prepared(document) for name, document in first.items() if name not in known]
        return sorted(fresh, key=lambda row: (row.second, row.id))

    def known(self, ids: Collection[str]) -> set[str]:
        """Return those of `ids` that were accepted before (tombstones included)."""
        with self._connections.reading() as connection:
            return _known(connection, ids)

    def visited(self, source: str, keys: Collection[str]) -> set[str]:
        """Return those frontier `keys` of `source` that need no second fetch."""
        with self._connections.reading() as connection:
            return {
                row[0]
                for row in connection.execute(
                    "SELECT key FROM frontier WHERE source = ?"
                    " AND key IN (SELECT value FROM json_each(?))",
                    (source, json.dumps(list(keys))),
                )
            }

    def visit(self, source: str, key: str, at: datetime) -> None:
        """Remember that `key` was fetched and dealt with."""
        with self._connections.writing() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO frontier VALUES (?, ?, ?)", (source, key, micros(at))
            )

    def reject(self, rejected: Rejected) -> None:
        """Set something aside once, with its reason; a document set aside leaves the queues of later stages."""
        with self._connections.writing() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO rejected VALUES (?, ?, ?, ?)",
                (rejected.id, rejected.stage, micros(rejected.at), encode(rejected)),
            )
            if rejected.stage != "crawl":
                connection.execute("UPDATE document SET aside = 1 WHERE id = ?", (rejected.id,))

    def rejected(self, *, limit: int = 100) -> list[Rejected]:
        """Return what was set aside, newest first."""
        with self._connections.reading() as connection:
            rows = connection.execute(
                "SELECT record FROM rejected ORDER BY at DESC, id, stage LIMIT ?", (limit,)
            )
            return [decode(Rejected, row[0]) for row in rows]

    def save_source(self, state: SourceState) -> None:
        """Replace the state of one source; open or close an outage when it stops or goes on giving documents."""
        with self._connections.writing() as connection:
            kept = replace(state, since=_since(connection, state))
            connection.execute(
                "INSERT OR REPLACE INTO source_state VALUES (?, ?)", (state.source, encode(kept))
            )
            if state.checked_at is not None and state.health != "idle":
                _note_outage(connection, state, micros(state.checked_at))

    def sources(self) -> list[SourceState]:
        """Return the state of every source seen so far, by name."""
        with self._connections.reading() as connection:
            rows = connection.execute("SELECT record FROM source_state ORDER BY source")
            return [decode(SourceState, row[0]) for row in rows]

    def outages(self, *, since: datetime, until: datetime) -> list[Outage]:
        """Return outages that overlap [since, until), by begin."""
        with self._connections.reading() as connection:
            rows = connection.execute(
                "SELECT source, health, begun_at, ended_at FROM outage"
                " WHERE begun_at < ? AND (ended_at IS NULL OR ended_at > ?)"
                " ORDER BY begun_at, source",
                (micros(until), micros(since)),
            )
            return [
                Outage(
                    source=row[0],
                    health=row[1],
                    begun_at=moment(row[2]),
                    ended_at=None if row[3] is None else moment(row[3]),
                )
                for row in rows
            ]


def _known(connection: Any, ids: Collection[str]) -> set[str]:
    asked = json.dumps(list(ids))
    return {
        row[0]
        for row in connection.execute(
            "SELECT id FROM document WHERE id IN (SELECT value FROM json_each(?1))"
            " UNION SELECT id FROM tombstone WHERE id IN (SELECT value FROM json_each(?1))",
            (asked,),
        )
    }


def _insert_new(connection: Any, rows: Sequence[Prepared]) -> tuple[int, int]:
    """Insert rows until the time is up; return how many were dealt with and how many of them were new."""
    known = _known(connection, [row.id for row in rows])
    numbers, watch = Numbers(connection), Stopwatch()
    seen = added = 0
    for row in rows:
        seen += 1
        if row.id not in known:
            insert(connection, row, numbers.take(row.second))
            known.add(row.id)
            added += 1
        if watch.over():
            break
    return seen, added


def _since(connection: Any, state: SourceState) -> datetime | None:
    """Return when the source began to be in this health."""
    row = connection.execute(
        "SELECT record FROM source_state WHERE source = ?", (state.source,)
    ).fetchone()
    before = decode(SourceState, row[0]) if row else None
    if before is not None and before.health == state.health:
        return before.since or before.checked_at or state.checked_at
    return state.checked_at


def _note_outage(connection: Any, state: SourceState, at: int) -> None:
    """One stretch without documents is one outage, however its reason changes; the last reason stands."""
    begun = connection.execute(
        "SELECT begun_at FROM outage WHERE source = ? AND ended_at IS NULL", (state.source,)
    ).fetchone()
    if state.health in _GOOD:
        if begun:
            connection.execute(
                "UPDATE outage SET ended_at = ? WHERE source = ? AND ended_at IS NULL",
                (max(at, begun[0]), state.source),
            )
    elif begun:
        connection.execute(
            "UPDATE outage SET health = ? WHERE source = ? AND ended_at IS NULL",
            (state.health, state.source),
        )
    else:
        connection.execute(
            "INSERT INTO outage (source, begun_at, health) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET ended_at = NULL, health = excluded.health",
            (state.source, at, state.health),
        )
