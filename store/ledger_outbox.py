"""The ledger's outbox: notifications wait, are leased by one sender at a time, and go out once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, or_, select

from records.issue import Notification
from store.codec import micros, moment, storable
from store.ledger_database import Database
from store.ledger_rows import add
from store.ledger_schema import outbox

LEASE = timedelta(seconds=60)


class Outbox:
    """Enqueue, lease, mark."""

    _database: Database

    def enqueue(self, notifications: Iterable[Notification]) -> int:
        """Add notifications; a known key is left as it is. Returns how many were new."""
        with self._database.writing() as connection:
            return enqueue(connection, notifications)

    def lease_notifications(self, *, now: datetime, owner: str, limit: int) -> list[Notification]:
        """Take unsent notifications that are due and not leased, for 60 s, oldest first.

        A lease of the same owner counts like another's: two processes may go by one name.
        """
        at = micros(now)
        free = or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= at)
        due = or_(outbox.c.next_try_at.is_(None), outbox.c.next_try_at <= at)
        asked = (
            select(outbox)
            .where(outbox.c.sent_at.is_(None), due, free)
            .order_by(outbox.c.created_at, outbox.c.key)
            .limit(limit)
        )
        with self._database.writing() as connection:
            rows = list(connection.execute(asked))
            connection.execute(
                outbox.update()
                .where(outbox.c.key.in_([row.key for row in rows]))
                .values(lease_owner=owner, lease_until=micros(now + LEASE))
            )
        return [_notification(row) for row in rows]

    def mark_sent(self, key: str, at: datetime) -> None:
        """Record that a notification went out; the first time stands."""
        self._mark(
            key,
            (outbox.c.sent_at.is_(None),),
            sent_at=micros(at),
            attempts=outbox.c.attempts + 1,
            next_try_at=None,
            error=None,
        )

    def mark_failed(self, key: str, error: str, next_try_at: datetime) -> None:
        """Record a failure and when to try again; the same report twice counts once."""
        later = micros(next_try_at)
        again = or_(outbox.c.next_try_at.is_(None), outbox.c.next_try_at != later)
        self._mark(
            key,
            (outbox.c.sent_at.is_(None), again),
            attempts=outbox.c.attempts + 1,
            next_try_at=later,
            error=storable(error),
        )

    def _mark(self, key: str, conditions: tuple[Any, ...], **values: Any) -> None:
        with self._database.writing() as connection:
            connection.execute(
                outbox.update()
                .where(outbox.c.key == key, *conditions)
                .values(**values, lease_owner=None, lease_until=None)
            )

    def notifications(self, *, unsent: bool = False, limit: int = 100) -> list[Notification]:
        """Return notifications, newest first (ties by key)."""
        asked = select(outbox).order_by(outbox.c.created_at.desc(), outbox.c.key).limit(limit)
        if unsent:
            asked = asked.where(outbox.c.sent_at.is_(None))
        with self._database.reading() as connection:
            return [_notification(row) for row in connection.execute(asked)]


def enqueue(connection: Connection, notifications: Iterable[Notification]) -> int:
    """Add notifications within the caller's write transaction; return how many were new."""
    return sum(
        add(
            connection,
            outbox,
            key=storable(one.key),
            channel=storable(one.channel),
            subject=storable(one.subject),
            body=storable(one.body),
            created_at=micros(one.created_at),
            attempts=one.attempts,
            next_try_at=None if one.next_try_at is None else micros(one.next_try_at),
            sent_at=None if one.sent_at is None else micros(one.sent_at),
            error=None if one.error is None else storable(one.error),
        )
        for one in notifications
    )


def _notification(row: Any) -> Notification:
    return Notification(
        key=row.key,
        channel=row.channel,
        subject=row.subject,
        body=row.body,
        created_at=moment(row.created_at),
        attempts=row.attempts,
        next_try_at=None if row.next_try_at is None else moment(row.next_try_at),
        sent_at=None if row.sent_at is None else moment(row.sent_at),
        error=row.error,
    )
