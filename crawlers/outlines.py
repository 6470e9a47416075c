"""The answer of `python -m crawlers extract`: what one file is and holds, as one JSON line that names nobody."""

import gzip
import io
import json
import re
import zlib
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any

from crawlers.extract.answer import Item, Items
from crawlers.extract.boards import read_board
from crawlers.extract.feeds import read_feed
from crawlers.extract.posts import read_posts
from crawlers.extract.search_page import MARK, read_search_page
from crawlers.extractor import Extractor
from crawlers.intake import presentable
from crawlers.settings import MAX_BYTES
from records.clock import SystemClock, beijing

_FEED = re.compile(
    rb"^\s*(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,500}?-->\s*)*(?:<!DOCTYPE[^>]{0,400}[>\[].{0,4000}?)?<(?:rss|feed|rdf:RDF)\b",
    re.DOTALL | re.IGNORECASE,
)


def outline(file: Path, url: str = "", extractor: Extractor | None = None) -> str:
    """Return the line of one file."""
    content = file.read_bytes()
    now = SystemClock().now()
    own = extractor or Extractor()
    try:
        values = describe(content, url=url, now=now, extractor=own)
    finally:
        if extractor is None:
            own.close()
    return json.dumps({"file": str(file), **values}, ensure_ascii=False)


def describe(content: bytes, *, url: str, now: datetime, extractor: Extractor) -> dict[str, Any]:
    """Return what the bytes are: a page, a feed, a board or posts."""
    try:
        content = unpacked_body(content)
    except ValueError as error:
        return _page_values("other", reason=str(error))
    items = _items_in(content, url, now)
    if items is not None:
        return _items_values(items)
    page = extractor.read(content, url=url, now=now)
    if page.kind != "article":
        return _page_values(page.kind, title=page.title, reason=page.reason)
    published = beijing(page.published_at).isoformat() if page.published_at else None
    return {
        "kind": "article",
        "title": presentable(page.title),
        "published_at": published,
        "source_name": page.source_name,
        "author": None,
        "text": presentable(page.text),
    }


def _items_in(content: bytes, url: str, now: datetime) -> Items | None:
    """Return the entries where the bytes are a feed, posts or a board; None where they are a page."""
    head = content[:4000].lstrip()
    if _FEED.match(content[:8000]) or (head[:5] == b"<?xml" and b"<!ENTITY" in content[:200_000]):
        return read_feed(content, base=url, now=now)
    if head[:1] in (b"{", b"["):
        return _json_items(content, url, now)
    if MARK in content:
        return read_search_page(content, now=now)
    if b"<!--s-data:" in content:
        return read_board(content, base=url, now=now)
    return None


def unpacked_body(content: bytes) -> bytes:
    """Return gzip content unpacked within the size limit. Raises ValueError beyond it."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        with gzip.open(io.BytesIO(content)) as packed:
            whole = packed.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError("压缩内容不完整") from error
    if len(whole) > MAX_BYTES:
        raise ValueError("解压后超过大小上限")
    return whole


def _json_items(content: bytes, url: str, now: datetime) -> Items:
    posts = read_posts(content, now=now)
    if posts.items or posts.outcome == "blocked" or b'"mblog"' in content[:200_000]:
        return posts
    board = read_board(content, base=url, now=now)
    return board if board.outcome == "items" else posts


def _page_values(kind: str, *, title: str = "", reason: str = "") -> dict[str, Any]:
    return {
        "kind": kind,
        "title": presentable(title),
        "published_at": None,
        "source_name": None,
        "author": None,
        "text": "",
        "reason": reason,
    }


def _items_values(found: Items) -> dict[str, Any]:
    bodies = {item.author for item in found.items if item.author}
    values: dict[str, Any] = {
        "kind": found.kind,
        "items": [_item_values(item, bodies) for item in found.items],
    }
    if found.outcome != "items":
        values["reason"] = found.reason
    return values


def _item_values(item: Item, bodies: Collection[str]) -> dict[str, Any]:
    return {
        "id": item.id,
        "url": item.url,
        "title": presentable(item.title, bodies),
        "text": presentable(item.text, bodies),
        "published_at": beijing(item.published_at).isoformat() if item.published_at else None,
        "reposts": item.reposts,
        "comments": item.comments,
        "likes": item.likes,
    }
