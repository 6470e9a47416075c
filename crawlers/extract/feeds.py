"""RSS and Atom as items: by feedparser, after the dangers are out and the times are put right.

feedparser reads a zone-less time as UTC and takes `0000-00-00` for the year -1; here zone-less means Beijing and
an impossible time means none.
"""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import feedparser

from crawlers.addresses import canonical
from crawlers.extract import dates
from crawlers.extract.answer import Item, Items
from crawlers.extract.encoding import decode
from crawlers.extract.tree import lines_of, parsed, strip_unseen
from records.clock import BEIJING

MAX_ITEMS = 5000
MAX_DEPTH = 300
_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]{0,400}(?:\[.*?\]\s*)?>", re.DOTALL)
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_PROLOG = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_BARE = re.compile(r"&(?!(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos|nbsp|[a-zA-Z]{2,8});)")


def read_feed(content: bytes, *, content_type: str = "", base: str = "", now: datetime) -> Items:
    """Return the items of a feed. An entity declaration is refused, not expanded."""
    text = decode(content, content_type)
    if _ENTITY.search(text[:200_000]):
        return Items(kind="feed", outcome="reject", reason="订阅源里有实体声明, 拒绝展开")
    head = text[:3000].lower()
    if "<rss" not in head and "<feed" not in head and "<rdf" not in head:
        shown = "订阅源地址返回的是网页" if "<html" in head else "不是订阅源"
        return Items(kind="feed", outcome="reject", reason=shown)
    if _depth(text) > MAX_DEPTH:
        return Items(kind="feed", outcome="reject", reason="订阅源嵌套太深")
    parsed_feed = feedparser.parse(
        _mended(text).encode("utf-8"), response_headers={"content-type": "text/xml; charset=utf-8"}
    )
    entries = parsed_feed.entries[: min(MAX_ITEMS, _whole_entries(text))]
    items: dict[str, Item] = {}
    for entry in entries:
        item = _item(entry, base, now)
        if item is not None:
            items.setdefault(item.id, item)
    return Items(kind="feed", items=tuple(items.values()), total=len(parsed_feed.entries))


def _whole_entries(text: str) -> int:
    """Return how many entries are complete: a feed cut in the middle keeps the others."""
    return len(re.findall(r"</(?:item|entry)\s*>", text, re.IGNORECASE))


def _mended(text: str) -> str:
    """Make the text well-formed enough: our own prolog, no doctype, no bare ampersands."""
    text = _DOCTYPE.sub("", _PROLOG.sub("", text), count=1)
    text = _BARE.sub("&amp;", text)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + text.replace("&nbsp;", "&#160;")


def _depth(text: str) -> int:
    depth = deepest = 0
    for tag in re.finditer(r"<(/?)[A-Za-z][^>]{0,2000}?(/?)>", text):
        if tag.group(1):
            depth = max(0, depth - 1)
        elif not tag.group(2):
            depth += 1
            deepest = max(deepest, depth)
    return deepest


def _item(entry: Any, base: str, now: datetime) -> Item | None:
    title = plain(entry.get("title", ""))
    link = canonical(_link(entry), base)
    guid = str(entry.get("id") or "")
    if not title and not link:
        return None
    content = entry.get("content") or []
    body = max(
        [str(c.get("value", "")) for c in content] + [str(entry.get("summary", ""))], key=len
    )
    moment = _moment(
        entry.get("published") or entry.get("created") or dict.get(entry, "updated") or "", now
    )
    updated = _moment(dict.get(entry, "updated") or "", now)
    return Item(
        id=(canonical(guid) or guid) if guid else link,
        url=link,
        title=title,
        text=paragraphs(body),
        published_at=moment.at if moment else None,
        precision=moment.precision if moment else "day",
        updated_at=updated.at if updated else None,
    )


def _link(entry: Any) -> str:
    for link in entry.get("links") or []:
        if link.get("rel", "alternate") == "alternate" and link.get("href"):
            return str(link["href"]).strip()
    return str(entry.get("link") or "").strip()


def _moment(text: str, now: datetime) -> dates.Moment | None:
    """Return the time a feed states; without a zone it is Beijing's, without an hour it is a day."""
    text = text.strip()
    if not re.search(r"\d", text):
        return None
    if re.match(r"\d{4}[-/年]", text):
        return dates.iso(text.replace("/", "-"), now) or dates.stamp(text, now)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return dates.stamp(text, now)
    at = at if at.tzinfo else at.replace(tzinfo=BEIJING)
    if not re.search(r"\d:\d", text):
        return (
            dates.Moment(at=at.replace(tzinfo=BEIJING), precision="day")
            if dates.possible(at, now)
            else None
        )
    return (
        dates.Moment(at=at.astimezone(UTC), precision="second") if dates.possible(at, now) else None
    )


def plain(markup: str) -> str:
    """Return markup as one line of text."""
    return " ".join(paragraphs(str(markup)).split("\n")).strip()


def paragraphs(markup: str) -> str:
    """Return markup as plain paragraphs."""
    if "<" not in markup and "&" not in markup:
        return re.sub(r"[ \t\u3000\xa0]+", " ", markup).strip()
    tree = parsed(f"<div>{markup}</div>")
    if tree is None:
        return ""
    strip_unseen(tree)
    return "\n".join(lines_of(tree))
