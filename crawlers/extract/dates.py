"""When something was published: from a labelled line, a meta tag, a script, an address, in Beijing time.

A time is never invented: what lies in the future, is impossible or is only 成文日期 is not taken for it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from records.clock import BEIJING
from records.document import Precision

EARLIEST = 1990
AHEAD = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A publication time and how exact it is."""

    at: datetime
    precision: Precision


_STAMP = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)\s?[-/.年]\s?(?P<m>\d{1,2})\s?[-/.月]\s?(?P<d>\d{1,2})(?!\d)\s?日?"
    r"(?:[\sT\u3000,，]{0,4}(?:星期[一二三四五六日天])?[\s\u3000]{0,4}(?P<half>上午|下午|晚上|凌晨)?\s?(?P<h>\d{1,2})\s?[:：时点]\s?(?P<mi>\d{1,2})"
    r"(?:\s?[:：分]\s?(?P<s>\d{2}))?(?P<zone>\.?\d{0,6}(?:Z|[+-]\d{2}:?\d{2}))?)?"
)
_NO_YEAR = re.compile(
    r"(?<![\d年/.-])(?P<m>\d{1,2})[-/月](?P<d>\d{1,2})日?[\s\u3000]{1,3}(?P<h>\d{1,2})[:：](?P<mi>\d{2})(?:[:：](?P<s>\d{2}))?"
)
_MONTH_DAY = re.compile(r"^\s*(?P<m>\d{1,2})[-/月](?P<d>\d{1,2})日?\s*$")
_AGO = re.compile(r"(?P<n>\d{1,3})\s?(?P<unit>秒|分钟|小时|天)前")
_DAY_WORD = re.compile(
    r"(?P<word>今天|昨天|前天|昨日|今日)\s{0,2}(?P<h>\d{1,2})[:：](?P<mi>\d{2})(?:[:：](?P<s>\d{2}))?"
)
_SLASHED = re.compile(
    r"[/_-](?:t|c|d)?(?P<y>(?:19|20)\d\d)[-/]?(?P<m>[01]\d)[-/]?(?P<d>[0-3]\d)(?!\d)"
)
WRITTEN = re.compile(
    r"(?:成文|生成|印发|签发|施行|生效|实施|有效期至?|截止|更新|今天是|现在是|当前|开标|报名|会议)(?:日期|时间)?[\s:：]{0,4}$"
)
ISSUED = re.compile(
    r"(?:发布|发表|公布|发文|刊发|发稿|播出|公开|发布于|发表于|Posted)(?:日期|时间)?[\s于:：]{0,4}$"
)
LABEL = re.compile(r"(?:时间|日期|Date)[\s:：]{0,4}$", re.IGNORECASE)


def stamp(text: str, now: datetime) -> Moment | None:
    """Return the first full date of `text` that can be a publication time."""
    for found in _STAMP.finditer(text):
        moment = _from(found, now)
        if moment is not None:
            return moment
    return None


def relative(text: str, now: datetime) -> Moment | None:
    """Return the time that 刚刚, 5分钟前, 昨天 10:20, 10-14 mean at `now`."""
    local = now.astimezone(BEIJING)
    if "刚刚" in text:
        return Moment(at=now, precision="minute")
    ago = _AGO.search(text)
    if ago:
        seconds = {"秒": 1, "分钟": 60, "小时": 3600, "天": 86_400}[ago["unit"]] * int(ago["n"])
        exact = ago["unit"] in ("秒", "分钟")
        return Moment(at=now - timedelta(seconds=seconds), precision="minute" if exact else "day")
    word = _DAY_WORD.search(text)
    if word:
        day = local.date() - timedelta(days={"昨": 1, "前": 2}.get(word["word"][0], 0))
        return _made(day.year, day.month, day.day, word, now)
    found = _NO_YEAR.search(text) or _MONTH_DAY.match(text)
    if found:
        month, day_of = int(found["m"]), int(found["d"])
        moment = _made(local.year, month, day_of, found, now)
        return moment or _made(local.year - 1, month, day_of, found, now)
    return None


def in_lines(lines: Iterable[str], now: datetime, *, labelled: bool = False) -> Moment | None:
    """Return the publication time in the lines around a title: labelled 发布 first, 成文 never."""
    best: tuple[int, Moment] | None = None
    for line in lines:
        for found in _STAMP.finditer(line[:400]):
            moment = _from(found, now)
            rank = _rank(line[: found.start()])
            if moment is None or rank is None or (labelled and rank < 4):
                continue
            rank += 0 if moment.precision == "day" else 1
            if best is None or rank > best[0]:
                best = (rank, moment)
    return best[1] if best else None


def _rank(before: str) -> int | None:
    """Return how good the label before a date is; None where it says another thing than publication."""
    before = before[-14:]
    if WRITTEN.search(before):
        return None
    if ISSUED.search(before):
        return 4
    return 2 if LABEL.search(before) else 0


def from_address(url: str, now: datetime) -> Moment | None:
    """Return the day that an address such as /2020/0825/ or t20251013_7.html names."""
    found = _SLASHED.search(url)
    if not found:
        return None
    return _checked((int(found["y"]), int(found["m"]), int(found["d"])), (0, 0, 0), "day", now)


def iso(text: str, now: datetime) -> Moment | None:
    """Return the time of a machine-made stamp: ISO 8601 with or without zone, else as written; seconds count."""
    text = text.strip()
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return stamp(text, now)
    if len(text) <= 10:
        return _checked((at.year, at.month, at.day), (0, 0, 0), "day", now)
    at = at if at.tzinfo else at.replace(tzinfo=BEIJING)
    return Moment(at=at.astimezone(UTC), precision="second") if possible(at, now) else None


def possible(at: datetime, now: datetime) -> bool:
    """Whether something can have been published at `at`."""
    return at.year >= EARLIEST and at <= now + AHEAD


def sharper(first: Moment | None, second: Moment | None) -> Moment | None:
    """Return the more exact of two moments of one day; of two days the first."""
    if first is None or second is None:
        return first or second
    same = first.at.astimezone(BEIJING).date() == second.at.astimezone(BEIJING).date()
    return second if same and first.precision == "day" else first


def _from(found: re.Match[str], now: datetime) -> Moment | None:
    moment = _made(int(found["y"]), int(found["m"]), int(found["d"]), found, now)
    zone = found["zone"]
    if moment is None or not zone:
        return moment
    text = found.group().strip().replace("Z", "+00:00")
    return iso(text, now) or moment


def _made(year: int, month: int, day: int, found: re.Match[str], now: datetime) -> Moment | None:
    parts = found.groupdict()
    if not parts.get("h"):
        return _checked((year, month, day), (0, 0, 0), "day", now)
    hour = int(parts["h"])
    if parts.get("half") in ("下午", "晚上") and hour < 12:
        hour += 12
    second = parts.get("s")
    precision: Precision = "second" if second else "minute"
    return _checked((year, month, day), (hour, int(parts["mi"]), int(second or 0)), precision, now)


def _checked(
    ymd: tuple[int, int, int], hms: tuple[int, int, int], precision: Precision, now: datetime
) -> Moment | None:
    try:
        at = datetime(*ymd, *hms, tzinfo=BEIJING)
    except ValueError:
        return None
    return Moment(at=at.astimezone(UTC), precision=precision) if possible(at, now) else None
