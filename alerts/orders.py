"""Orders from above (K5): registered by hand for one event, kept as corrections of our own judgement."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from records.errors import UsageError
from records.identity import make_id
from records.source import Correction

JUDGEMENT = "superior_order"
_SEPARATOR = "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order from above, registered by hand for one event: from whom, when registered, by when to answer."""

    event_id: str
    authority: str
    at: datetime
    due: datetime | None


def order_row(order: Order, *, actor: str, reason: str) -> Correction:
    """Return the ledger row that keeps an order. Raises UsageError when it names no authority."""
    if not order.authority.strip():
        raise UsageError("请写明是哪个上级机关的要求")
    due = order.due.isoformat() if order.due else ""
    return Correction(
        id=make_id(JUDGEMENT, order.event_id, order.authority, due),
        subject=order.event_id,
        judgement=JUDGEMENT,
        before="",
        after=_SEPARATOR.join((order.authority, due)),
        actor=actor,
        at=order.at,
        reason=reason,
    )


def orders_in(corrections: Iterable[Correction]) -> tuple[Order, ...]:
    """Return the orders among ledger rows, oldest first."""
    found = [_order(row) for row in corrections if row.judgement == JUDGEMENT]
    return tuple(sorted(found, key=lambda order: (order.at, order.event_id, order.authority)))


def orders_for(orders: Sequence[Order], event_id: str) -> tuple[Order, ...]:
    """Return the orders for one event."""
    return tuple(order for order in orders if order.event_id == event_id)


def _order(row: Correction) -> Order:
    authority, _, due = row.after.partition(_SEPARATOR)
    when = datetime.fromisoformat(due) if due else None
    return Order(event_id=row.subject, authority=authority, at=row.at, due=when)
