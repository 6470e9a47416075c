"""Deadline arithmetic: natural hours and days, and working days by a holiday table that the caller brings.

Law counts 工作日; which days those are is published each year, so the table is data (`config`), not code.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from records.clock import BEIJING

IsWorkday = Callable[[date], bool]


def weekday_only(day: date) -> bool:
    """Monday to Friday: the estimate used before a year's holiday arrangement is published."""
    return day.weekday() < 5


def after_hours(start: datetime, hours: float) -> datetime:
    """Return `start` plus natural hours (时限按自然时计算)."""
    return start + timedelta(hours=hours)


def after_workdays(start: datetime, days: int, is_workday: IsWorkday = weekday_only) -> datetime:
    """Return the end (24:00 Beijing) of the `days`-th working day after `start`; the start day is not counted."""
    day = start.astimezone(BEIJING).date()
    left = days
    while left > 0:
        day += timedelta(days=1)
        if is_workday(day):
            left -= 1
    midnight = datetime(day.year, day.month, day.day, tzinfo=BEIJING) + timedelta(days=1)
    return midnight.astimezone(start.tzinfo)
