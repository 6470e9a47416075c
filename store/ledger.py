"""The ledger on SQL: issues, cases, statements, corrections, audit chain and outbox, through SQLAlchemy Core.

SQLite today, PostgreSQL by another URL; no statement is one backend's own.
"""

from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from records.clock import Clock, SystemClock
from records.source import AuditRow, Correction
from store.codec import decode, encode, micros, storable
from store.ledger_audit import Chain, Entry, audit_key, rows_of
from store.ledger_cases import Cases
from store.ledger_database import Database
from store.ledger_outbox import Outbox
from store.ledger_rows import add, put
from store.ledger_schema import REVISIONS, corrections, notes


class SqlLedger(Cases, Outbox):
    """See `store.interface.Ledger`; `sqlite://` keeps everything in memory."""

    def __init__(self, url: str, *, key_file: Path, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._chain = Chain(audit_key(key_file))
        self._database = Database(url)
        self.schema_version = REVISIONS[-1]
        try:
            self._database.open()
        except BaseException:
            self._database.close()
            raise

    def save_correction(self, correction: Correction, *, role: str) -> None:
        """Store a correction with its audit row; harmless when repeated."""
        with self._database.writing() as connection:
            new = add(
                connection,
                corrections,
                id=correction.id,
                judgement=correction.judgement,
                at=micros(correction.at),
                record=encode(correction),
            )
            if new:
                entry = Entry(
                    actor=correction.actor,
                    role=role,
                    action=f"correct.{correction.judgement}",
                    subject=correction.subject,
                    detail=encode(correction),
                    at=correction.at,
                )
                self._chain.append(connection, entry)

    def corrections(self, judgement: str | None = None) -> list[Correction]:
        """Return corrections by time (ties by id)."""
        asked = select(corrections.c.record).order_by(corrections.c.at, corrections.c.id)
        if judgement is not None:
            asked = asked.where(corrections.c.judgement == judgement)
        with self._database.reading() as connection:
            return [decode(Correction, record) for record in connection.execute(asked).scalars()]

    def append_audit(
        self, *, actor: str, role: str, action: str, subject: str, detail: str, at: datetime
    ) -> None:
        """Append a row to the audit chain."""
        entry = Entry(actor=actor, role=role, action=action, subject=subject, detail=detail, at=at)
        with self._database.writing() as connection:
            self._chain.append(connection, entry)

    def audit(self, *, subject: str | None = None, limit: int = 1000) -> list[AuditRow]:
        """Return audit rows, newest first."""
        with self._database.reading() as connection:
            return rows_of(connection, subject, limit)

    def verify_audit(self) -> str | None:
        """Return None when the chain is whole, else one sentence that names the first broken row."""
        with self._database.reading() as connection:
            return self._chain.verify(connection)

    def get_note(self, key: str) -> str | None:
        """Return a small value kept between runs."""
        with self._database.reading() as connection:
            return connection.execute(select(notes.c.value).where(notes.c.key == key)).scalar()

    def set_note(self, key: str, value: str) -> None:
        """Keep a small value between runs."""
        with self._database.writing() as connection:
            put(connection, notes, key=key, value=storable(value))

    def close(self) -> None:
        """Release the connections."""
        self._database.close()
