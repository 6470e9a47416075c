"""Notices of a case: one a channel that wants its level, keyed so that each goes out once; `alerts` delivers them."""

from datetime import datetime
from functools import cache

from config.channels import ChannelRow, load_channels, set_up
from config.settings import TABLES, load
from records.identity import make_id
from records.issue import Level, Notification


def notices(
    issue_id: str, level: Level, what: tuple[str, ...], *, subject: str, body: str, at: datetime
) -> tuple[Notification, ...]:
    """Return the notices of one happening; `what` tells it from every other of the same issue.

    The key begins with the issue, so that silencing an issue silences these too.
    """
    name = make_id("notice", issue_id, *what)
    return tuple(
        Notification(
            key=f"{issue_id}:{name}:{row.name}",
            channel=row.name,
            subject=subject,
            body=body,
            created_at=at,
        )
        for row in _channels()
        if level in row.levels
    )


@cache
def _channels() -> tuple[ChannelRow, ...]:
    return set_up(load_channels(TABLES / "channels.toml"), load())
