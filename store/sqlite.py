"""The corpus on one SQLite file: documents, scores, events, and the spool in front of them, which is the same file.

Each thread of each process has its own connection; a commit is synced before it returns.
"""

from pathlib import Path

from store.codec import moment
from store.interface import CorpusCounts
from store.sqlite_events import Events
from store.sqlite_library import Connections
from store.sqlite_schema import upgrade
from store.sqlite_search import Reading
from store.sqlite_spool import Spool

_UNPLACED = """
SELECT count(*) FROM document WHERE event_id IS NULL AND version <> '' AND aside = 0
"""
_NEWEST = """
SELECT max(published_at) FROM document
WHERE rid >= (SELECT (max(rid) >> 20) << 20 FROM document)
"""


class SqliteCorpus(Spool, Events, Reading):
    """See `store.interface.Corpus`; `":memory:"` as path keeps everything in memory."""

    def __init__(self, path: Path | str) -> None:
        self._connections = Connections(path)
        try:
            self.schema_version = upgrade(self._connections)
        except BaseException:
            self._connections.close()
            raise

    def counts(self, version: str | None = None) -> CorpusCounts:
        """Return what the corpus holds; `unscored` is against scorer `version` (any score when None)."""
        with self._connections.reading() as connection:

            def one(sql: str, *values: str) -> int:
                return int(connection.execute(sql, values).fetchone()[0])

            documents = one("SELECT count(*) FROM document")
            active = documents - one("SELECT count(*) FROM document WHERE aside = 1")
            bare = one("SELECT count(*) FROM document WHERE aside = 0 AND version = ''")
            if version is not None:
                bare = active - one(
                    "SELECT count(*) FROM document WHERE aside = 0 AND version = ?", version
                )
            newest = connection.execute(_NEWEST).fetchone()[0]
            return CorpusCounts(
                documents=documents,
                unscored=bare,
                unplaced=one(_UNPLACED),
                events=one("SELECT count(*) FROM event"),
                rejected=one("SELECT count(*) FROM rejected"),
                newest=None if newest is None else moment(newest),
            )

    def get_note(self, key: str) -> str | None:
        """Return a small value a stage keeps between runs."""
        with self._connections.reading() as connection:
            row = connection.execute("SELECT value FROM note WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else None

    def set_note(self, key: str, value: str) -> None:
        """Keep a small value between runs."""
        with self._connections.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (key, value))

    def close(self) -> None:
        """Release the connections."""
        self._connections.close()
