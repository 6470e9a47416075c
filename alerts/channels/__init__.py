"""Channels, one file each: a way a notification reaches people.

A channel file has `NAME` (its row in channels.toml) and `open_channel(settings)`, which returns a Channel, or None
where the operator has not set it up. A channel sends one message or raises RetryLater in words without secrets.
"""

import importlib
import pkgutil
from collections.abc import Sequence
from typing import Protocol

from config.channels import ChannelRow
from config.settings import Settings
from records.errors import ConfigError
from records.issue import Notification


class Channel(Protocol):
    """Sends messages one way."""

    def send(self, notification: Notification) -> None:
        """Send one message. Raises RetryLater when it did not go out."""
        ...


class ChannelModule(Protocol):
    """What a channel file offers."""

    NAME: str

    def open_channel(self, settings: Settings) -> Channel | None:
        """Return the channel, or None where it is not set up."""
        ...


def modules() -> dict[str, ChannelModule]:
    """Return every channel file by its name."""
    found: dict[str, ChannelModule] = {}
    for info in pkgutil.iter_modules(__path__):
        module: ChannelModule = importlib.import_module(f"{__name__}.{info.name}")
        found[module.NAME] = module
    return found


def open_channels(rows: Sequence[ChannelRow], settings: Settings) -> dict[str, Channel]:
    """Open the channels that are on and set up. Raises ConfigError for a row without a file."""
    known = modules()
    found: dict[str, Channel] = {}
    for row in rows:
        if row.name not in known:
            raise ConfigError(f"没有名为 {row.name} 的提醒渠道; 可用的有 {'、'.join(known)}")
        channel = known[row.name].open_channel(settings) if row.on else None
        if channel is not None:
            found[row.name] = channel
    return found


def usable(rows: Sequence[ChannelRow], channels: dict[str, Channel]) -> tuple[ChannelRow, ...]:
    """Return the rows whose channel is open; only for these are notifications made."""
    return tuple(row for row in rows if row.name in channels)
