"""Deadline arithmetic in natural hours (自然时)."""

from datetime import datetime, timedelta


def after_hours(start: datetime, hours: float) -> datetime:
    """Return `start` plus natural hours (时限按自然时计算)."""
    return start + timedelta(hours=hours)
