"""Times, durations and clipped texts in the words of the leader's page."""

from datetime import datetime, timedelta

from records.clock import beijing

DAYS = "一二三四五六日"
COUNTS = "零一两三四五六七八九十"


def moment(at: datetime, now: datetime) -> str:
    """Return a time as one says it: 今日16时, 昨日16时30分, 16日9时, 9月30日9时."""
    there = beijing(at)
    minutes = f"{there.minute}分" if there.minute else ""
    return f"{day(at, now)}{there.hour}时{minutes}"


def day(at: datetime, now: datetime) -> str:
    """Return a day as one says it: 今日, 昨日, 明日, 24日, 9月30日."""
    there, here = beijing(at).date(), beijing(now).date()
    near = {0: "今日", -1: "昨日", 1: "明日"}.get((there - here).days)
    if near:
        return near
    same_month = (there.year, there.month) == (here.year, here.month)
    return f"{there.day}日" if same_month else f"{there.month}月{there.day}日"


def clock_time(at: datetime, now: datetime) -> str:
    """Return 09:30 for today, 明日09:30 otherwise."""
    there = beijing(at)
    return f"{'' if day(at, now) == '今日' else day(at, now)}{there:%H:%M}"


def heading_time(at: datetime) -> str:
    """Return 2025年10月19日（周日）08:30."""
    there = beijing(at)
    return f"{there.year}年{there.month}月{there.day}日（周{DAYS[there.weekday()]}）{there:%H:%M}"


def gap(length: timedelta) -> str:
    """Return a duration in words, its sign left out: 10小时20分, 3天2小时."""
    minutes = int(abs(length).total_seconds() // 60)
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days >= 2:
        return f"{days}天{hours}小时" if hours else f"{days}天"
    hours += days * 24
    if not hours:
        return f"{rest}分钟"
    return f"{hours}小时{rest}分" if rest else f"{hours}小时"


def count(number: int) -> str:
    """Return a small count in Chinese numerals, a larger one in digits."""
    return COUNTS[number] if 0 <= number <= 10 else str(number)


def clip(text: str, limit: int) -> str:
    """Return one line of at most `limit` characters, cut with an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def quoted(text: str) -> str:
    """Return a question between quotation marks, without its own end mark."""
    return f"“{clip(text, 20).rstrip('？?。.')}”"
