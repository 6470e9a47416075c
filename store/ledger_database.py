"""How the ledger reaches its database: one engine a process, read and write transactions, errors as sentences.

Writers are one at a time on every backend: SQLite's BEGIN IMMEDIATE, elsewhere the lock on the audit chain's head,
which every change has to move anyway.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool, StaticPool

from records.errors import RetryLater
from store.ledger_schema import REVISIONS, audit_head, revision_of
from store.sqlite_library import MEMORY, explained, library, prepare

_WRITE = "huiying_write"


class Database:
    """Gives connections inside a transaction."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._sqlite = self._url.get_backend_name() == "sqlite"
        self.where = (
            (self._url.database or MEMORY) if self._sqlite else self._url.render_as_string()
        )
        self._memory = self._sqlite and self.where == MEMORY
        self._turn = threading.RLock() if self._memory else nullcontext()
        self._pid = os.getpid()
        self._engine = self._made()

    def _made(self) -> Engine:
        if not self._sqlite:
            return create_engine(self._url, isolation_level="REPEATABLE READ")
        engine = create_engine(
            self._url,
            module=library(),
            poolclass=StaticPool if self._memory else QueuePool,
            connect_args={"check_same_thread": False, "isolation_level": None},
        )
        where = self.where

        @event.listens_for(engine, "connect")
        def _on_connect(connection: Any, _record: object) -> None:
            prepare(connection, where)

        @event.listens_for(engine, "begin")
        def _on_begin(connection: Connection) -> None:
            write = connection.get_execution_options().get(_WRITE)
            connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

        return engine

    def open(self) -> None:
        """Bring the database to the current schema."""
        with self.reading() as connection:
            found = revision_of(connection, self.where)
        if found == REVISIONS[-1]:
            return
        # Imported before the lock is taken, and only when needed: it takes half a second.
        from store.ledger_upgrade import upgrade  # noqa: PLC0415

        with self._transaction(write=True) as connection:
            if revision_of(connection, self.where) != REVISIONS[-1]:
                upgrade(connection)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection whose reads all see one moment."""
        with self._transaction(write=False) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in the one write transaction, committed at the end, undone on an error."""
        with self._transaction(write=True) as connection:
            connection.execute(select(audit_head.c.seq).with_for_update())
            yield connection

    @contextmanager
    def _transaction(self, *, write: bool) -> Iterator[Connection]:
        if self._pid != os.getpid():
            # The parent's connections must be neither used nor closed by a fork.
            self._engine.dispose(close=False)
            self._pid = os.getpid()
        try:
            with (
                self._turn,
                self._engine.connect() as plain,
                plain.execution_options(**{_WRITE: write}) as connection,
                connection.begin(),
            ):
                yield connection
        except DBAPIError as error:
            raise self._explained(error) from error
        except library().Error as error:
            raise explained(error, self.where) from error

    def _explained(self, error: DBAPIError) -> Exception:
        if self._sqlite:
            return explained(error.orig or error, self.where)
        return RetryLater(f"台账数据库 {self.where} 出错, 稍后再试: {error.orig}")

    def close(self) -> None:
        """Close the connections of this process."""
        self._engine.dispose(close=self._pid == os.getpid())
