"""The data note of the page: up to when the data is whole, and which source was broken, when and for how long."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from records.briefing import Line
from records.source import Outage, SourceState
from response.wording import clip, clock_time, moment

WORTH_TELLING = timedelta(hours=1)
"""Shorter gaps are caught up by the next poll and left out (本系统默认值)."""
HEALTH_WORDS: Mapping[str, str] = {
    "unreachable": "不可达",
    "blocked": "拒绝采集",
    "login_needed": "登录失效",
}
GIVING = frozenset({"ok", "empty", "changed"})
"""A changed site is still read, by automatic extraction."""


def data_lines(
    sources: Sequence[SourceState],
    outages: Sequence[Outage],
    titles: Mapping[str, str],
    now: datetime,
) -> tuple[Line, ...]:
    """Return the note: 截至, then one sentence a broken source."""
    ever_ok = {state.source for state in sources if state.ok_at is not None}
    told = [
        _outage(outage, titles, ever_ok, now)
        for outage in outages
        if (outage.ended_at or now) - outage.begun_at >= WORTH_TELLING
    ]
    if sources and not told:
        told = [Line(text="来源没有中断。", refs=tuple(state.source for state in sources))]
    changed = [_changed(state, titles, now) for state in sources if state.health == "changed"]
    return (_as_of(sources, now), *told, *changed)


def _as_of(sources: Sequence[SourceState], now: datetime) -> Line:
    """Return up to when every working source is complete."""
    working = [state for state in sources if state.health in GIVING]
    moments = [state.complete_to for state in working if state.complete_to is not None]
    if not moments:
        return Line(text="还没有采集到数据。", refs=())
    at = clock_time(min(*moments, now), now)
    return Line(text=f"截至{at}。", refs=tuple(state.source for state in working))


def _about(at: datetime, now: datetime) -> str:
    """Return the hour: a gap is known only to within one poll."""
    return f"{moment(at.replace(minute=0, second=0, microsecond=0), now)}许"


def _outage(outage: Outage, titles: Mapping[str, str], ever_ok: set[str], now: datetime) -> Line:
    name = clip(titles.get(outage.source, outage.source), 14)
    said = HEALTH_WORDS.get(outage.health, "中断")
    if outage.source not in ever_ok:
        text = f"{name}一直{said}。"
    elif outage.ended_at is None:
        text = f"{name}{_about(outage.begun_at, now)}起{said}。"
    else:
        hours = max(1, round((outage.ended_at - outage.begun_at) / timedelta(hours=1)))
        text = f"{name}{_about(outage.begun_at, now)}起{said}约{hours}小时。"
    return Line(text=text, refs=(outage.source,))


def _changed(state: SourceState, titles: Mapping[str, str], now: datetime) -> Line:
    """Return the sentence for a site whose layout changed: its documents come, but by automatic extraction."""
    name = clip(titles.get(state.source, state.source), 14)
    since = f"{_about(state.since, now)}起" if state.since is not None else "已"
    return Line(text=f"{name}{since}改版。", refs=(state.source,))
