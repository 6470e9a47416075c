"""Times and durations as people read them."""

from datetime import datetime, timedelta

from dashboard import text
from records.clock import beijing


def moment(at: datetime | None) -> str:
    """Return month, day and time in Beijing."""
    return text.NONE if at is None else f"{beijing(at):%m-%d %H:%M}"


def full(at: datetime) -> str:
    """Return the whole date with its weekday."""
    local = beijing(at)
    return f"{local:%Y-%m-%d} (周{text.WEEKDAYS[local.weekday()]}) {local:%H:%M}"


def duration(span: timedelta) -> str:
    """Return a length of time in its two largest units."""
    minutes = int(abs(span).total_seconds() // 60)
    days, rest = divmod(minutes, 1440)
    hours, left = divmod(rest, 60)
    if days:
        return text.DAYS_HOURS.format(days=days, hours=hours)
    if hours:
        return text.HOURS_MINUTES.format(hours=hours, minutes=left)
    return text.MINUTES.format(minutes=left)
