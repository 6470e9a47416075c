"""The table of notification channels: which are on and from which issue level they want to hear."""

from dataclasses import dataclass
from pathlib import Path

from config.desk import Desk
from config.tables import check_names, rows, unique
from records.issue import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRow:
    """One channel; `name` is its file in alerts/channels/."""

    name: str
    on: bool
    levels: tuple[Level, ...]


def load_channels(file: Path) -> tuple[ChannelRow, ...]:
    """Read the table. Raises ConfigError with file, line and what is allowed."""
    check_names(file, ("channels",))
    return unique(file, "channels", "name", rows(file, "channels", ChannelRow))


def channels_of(desk: Desk) -> tuple[ChannelRow, ...]:
    """Return the channels of a desk."""
    return load_channels(desk.table("channels.toml"))
