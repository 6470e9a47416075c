"""The table of notification channels: which are on and from which issue level they want to hear."""

from dataclasses import dataclass
from pathlib import Path

from config.desk import Desk
from config.settings import SETTINGS, Settings, line_of
from config.tables import check_names, rows, unique
from records.errors import ConfigError
from records.issue import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRow:
    """One channel; `name` is its file in alerts/channels/, `needs` the setting without which it is not set up."""

    name: str
    on: bool
    levels: tuple[Level, ...]
    needs: str = ""


def load_channels(file: Path) -> tuple[ChannelRow, ...]:
    """Read the table. Raises ConfigError with file, line and what is allowed."""
    check_names(file, ("channels",))
    table = unique(file, "channels", "name", rows(file, "channels", ChannelRow))
    for row in table:
        if row.needs and row.needs not in {setting.name for setting in SETTINGS}:
            message = f"渠道 {row.name} 的 needs 应是一项设置的名字, 现在是 {row.needs!r}"
            raise ConfigError(message, file=file, line=line_of(file, f'needs = "{row.needs}"'))
    return table


def channels_of(desk: Desk) -> tuple[ChannelRow, ...]:
    """Return the channels of a desk."""
    return load_channels(desk.table("channels.toml"))


def set_up(table: tuple[ChannelRow, ...], settings: Settings) -> tuple[ChannelRow, ...]:
    """Return the channels that are on and have what they need; a notice for another would wait for ever."""
    return tuple(row for row in table if row.on and (not row.needs or settings.text(row.needs)))
