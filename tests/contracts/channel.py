"""What every channel must do. Inherit the class and give the fixtures; a meta-test finds a channel without it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerts.channels import Channel
from alerts.outbox import deliver
from records.clock import FixedClock
from records.errors import RetryLater
from records.issue import Notification
from store.ledger import SqlLedger

NOW = datetime(2025, 6, 2, 8, 0, tzinfo=UTC)
SECRET = "p@ss:word-9"


def message(key: str = "issue:channel", channel: str = "channel") -> Notification:
    """Return one notification."""
    return Notification(
        key=key,
        channel=channel,
        subject="[III 级议题] 溟东区夜间异味",
        body="建议回应主体: 溟岸市生态环境局\n- C03 予以回应",
        created_at=NOW,
    )


class ChannelContract:
    """Sends once, survives failure, never leaks a secret."""

    @pytest.fixture
    def channel(self) -> Channel:
        """Give a channel that works."""
        raise NotImplementedError

    @pytest.fixture
    def broken(self) -> Channel:
        """Give the channel with its far end out of order and SECRET as its secret, where it has one."""
        raise NotImplementedError

    @pytest.fixture
    def received(self) -> Callable[[], list[str]]:
        """Give a function that returns what arrived at the far end."""
        raise NotImplementedError

    @pytest.fixture
    def ledger(self, tmp_path: Path) -> SqlLedger:
        """Give an empty ledger."""
        return SqlLedger("sqlite://", key_file=tmp_path / "key", clock=FixedClock(NOW))

    def test_it_sends_once(
        self, channel: Channel, received: Callable[[], list[str]], ledger: SqlLedger
    ) -> None:
        """Enqueued twice, delivered twice: one message arrives, with its words."""
        ledger.enqueue([message()])
        ledger.enqueue([message()])
        for _ in range(2):
            deliver(ledger, {"channel": channel}, FixedClock(NOW), owner="test")
        arrived = received()
        assert len(arrived) == 1
        assert "溟岸市生态环境局" in arrived[0]

    def test_it_survives_failure_and_tries_again_later(
        self,
        channel: Channel,
        broken: Channel,
        received: Callable[[], list[str]],
        ledger: SqlLedger,
    ) -> None:
        """A failure is marked, not tried at once again, and the next try goes through."""
        ledger.enqueue([message()])
        assert deliver(ledger, {"channel": broken}, FixedClock(NOW), owner="test").failed == 1
        assert deliver(ledger, {"channel": channel}, FixedClock(NOW), owner="test").sent == 0
        later = FixedClock(NOW + timedelta(minutes=2))
        assert deliver(ledger, {"channel": channel}, later, owner="test").sent == 1
        assert len(received()) == 1

    def test_it_never_leaks_a_secret(self, broken: Channel, ledger: SqlLedger) -> None:
        """Neither the error nor the outbox nor the channel's own face shows it."""
        with pytest.raises(RetryLater) as raised:
            broken.send(message())
        ledger.enqueue([message()])
        deliver(ledger, {"channel": broken}, FixedClock(NOW), owner="test")
        kept = ledger.notifications()[0].error or ""
        chain = f"{raised.value!r} {raised.value.__cause__!r} {raised.value.__context__!r}"
        assert SECRET not in kept + chain + repr(broken)
