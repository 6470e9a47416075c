"""Hot boards as items: the public shapes of the big boards, and any JSON list of titled entries."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from crawlers.addresses import canonical
from crawlers.extract import dates
from crawlers.extract.answer import Item, Items
from crawlers.extract.encoding import decode
from crawlers.extract.posts import Unreadable, count, load_json

MAX_ITEMS = 1000
_WEIBO = "https://s.weibo.com/"
_TITLES = ("word", "title", "Title", "name", "query", "note")
_LINKS = ("url", "Url", "rawUrl", "link", "href")
_HEATS = ("num", "HotValue", "hotScore", "hot", "heat", "raw_hot", "score")
_RANKS = ("realpos", "rank", "position")
_IDS = ("ClusterIdStr", "mid", "id")
PINNED = ("fixed_top_data", "hotgov", "hotgovs")
"""What an editor pinned above the board is no hot title."""
_MILLIS = 100_000_000_000
"""A stamp beyond this counts milliseconds: as seconds it would lie in the year 5138."""
_PLACE = re.compile(r"0{0,3}[1-9][0-9]{0,4}")
_EMBEDDED = re.compile(r"<!--s-data:(.*?)-->", re.DOTALL)


def read_board(content: bytes, *, content_type: str = "", base: str = "", now: datetime) -> Items:
    """Return the entries of a board in its order, advertisements dropped."""
    text = decode(content, content_type)
    embedded = _EMBEDDED.search(text)
    if embedded:
        content, content_type = embedded.group(1).encode(), ""
    try:
        value = load_json(content, content_type)
    except Unreadable as error:
        blocked = "网页" in str(error)
        return Items(kind="board", outcome="blocked" if blocked else "reject", reason=str(error))
    if isinstance(value, dict) and value.get("ok") == -100:
        return Items(kind="board", outcome="blocked", reason="需要登录 (Cookie 失效)")
    entries = list(_entries(value))[:MAX_ITEMS]
    items: dict[str, Item] = {}
    for entry in entries:
        item = _item(entry, len(items) + 1, base, now)
        if item is not None:
            items.setdefault(item.title, item)
    if not items and not _is_empty_board(value):
        return Items(kind="board", outcome="reject", reason="不是热榜")
    return Items(kind="board", items=tuple(items.values()), total=len(entries))


def _entries(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the dicts that look like entries, in order."""
    if depth > 6:
        return
    if isinstance(value, list):
        for one in value:
            if isinstance(one, dict) and _titled(one):
                yield one
            else:
                yield from _entries(one, depth + 1)
    elif isinstance(value, dict):
        for key, one in value.items():
            if isinstance(one, list | dict) and key not in PINNED:
                yield from _entries(one, depth + 1)


def _is_empty_board(value: Any) -> bool:
    """Whether the answer has a board's lists with nothing in them."""
    data = value.get("data", value) if isinstance(value, dict) else value
    lists = list(data.values()) if isinstance(data, dict) else [data]
    return any(one == [] for one in lists)


def _titled(entry: dict[str, Any]) -> str:
    target = entry.get("target")
    if isinstance(target, dict) and isinstance(target.get("title_area"), dict):
        return str(target["title_area"].get("text") or "").strip()
    return next((str(entry[key]).strip() for key in _TITLES if isinstance(entry.get(key), str)), "")


def _item(entry: dict[str, Any], place: int, base: str, now: datetime) -> Item | None:
    title = _titled(entry).strip("#").strip()
    if not title or entry.get("is_ad") or entry.get("isTop") or entry.get("ad_info"):
        return None
    target = entry.get("target") if isinstance(entry.get("target"), dict) else {}
    assert isinstance(target, dict)  # noqa: S101 - chosen so in the line above
    link = _first(entry, _LINKS) or _within(target, "link", "url")
    heat = _first(entry, _HEATS) or _within(target, "metrics_area", "text")
    rank = _first(entry, _RANKS)
    moment = _moment(entry, now)
    return Item(
        id=_first(entry, _IDS) or title,
        url=(canonical(link, base or _WEIBO) if link else "") or search_address(title),
        title=title,
        text="",
        published_at=moment.at if moment else None,
        precision=moment.precision if moment else "minute",
        views=count(heat),
        rank=int(rank) if _PLACE.fullmatch(rank) else place,
    )


def search_address(title: str) -> str:
    """Return the address where a hot word without a link of its own is looked up."""
    return f"https://s.weibo.com/weibo?q={quote(f'#{title}#')}"


def _first(entry: dict[str, Any], keys: tuple[str, ...]) -> str:
    for key in keys:
        value = entry.get(key)
        if isinstance(value, str | int | float) and not isinstance(value, bool) and value != "":
            return str(value)
    return ""


def _within(target: dict[str, Any], key: str, inner: str) -> str:
    """Return what a part of an entry holds: `{key: {inner: …}}`, or `{key: …}` where a site writes it plainly."""
    value = target.get(key)
    return _first(value, (inner,)) if isinstance(value, dict) else _first(target, (key,))


def _moment(entry: dict[str, Any], now: datetime) -> dates.Moment | None:
    stamp = entry.get("onboard_time")
    if not isinstance(stamp, int):
        return None
    try:
        at = datetime.fromtimestamp(stamp / 1000 if stamp > _MILLIS else stamp, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return dates.Moment(at=at, precision="second") if dates.possible(at, now) else None
