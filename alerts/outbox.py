"""The outbox's delivery: take what is due, send it by its channel, mark it; a failure is tried again, ever later.

Time here is the machine's: a replayed week stands still at its end, but a mail server comes back in real minutes.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.channels import Channel
from records.clock import Clock
from records.errors import RetryLater
from records.issue import Notification
from store.interface import Ledger

LOG = logging.getLogger(__name__)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
AT_ONCE = 3
"""Leased together: three mail servers that let us wait 15 s each stay inside a lease of 60 s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What one pass did."""

    sent: int = 0
    failed: int = 0


def deliver(
    ledger: Ledger, channels: Mapping[str, Channel], clock: Clock, *, owner: str
) -> Delivery:
    """Send what is due. Each message is marked right after it went out, before the next is tried."""
    sent = failed = 0
    for notification in ledger.lease_notifications(now=clock.now(), owner=owner, limit=AT_ONCE):
        error = _try(notification, channels)
        if error is None:
            ledger.mark_sent(notification.key, clock.now())
            sent += 1
        else:
            ledger.mark_failed(notification.key, error, next_try(notification, clock.now()))
            LOG.warning("notification by %s failed: %s", notification.channel, error)
            failed += 1
    return Delivery(sent=sent, failed=failed)


def next_try(notification: Notification, now: datetime) -> datetime:
    """Return when to try again: 1, 2, 4 … minutes, at most an hour (本系统默认值)."""
    wait = FIRST_WAIT * (1 << min(notification.attempts, 10))
    return now + min(wait, LONGEST_WAIT)


def _try(notification: Notification, channels: Mapping[str, Channel]) -> str | None:
    channel = channels.get(notification.channel)
    if channel is None:
        return f"渠道 {notification.channel} 没有启用或没有配置"
    try:
        channel.send(notification)
    except RetryLater as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - one channel's fault must not stop the others, nor the watch
        return f"渠道 {notification.channel} 出错: {type(error).__name__}"
    return None
