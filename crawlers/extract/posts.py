"""Weibo-shaped JSON (container/getIndex) as items, and what its errors mean.

A post's number holds the second it was posted above its low 22 bits; where that agrees with the shown time
("10-14", "5分钟前") it is the exact time.
"""

import json
import math
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from crawlers.extract import dates
from crawlers.extract.answer import Item, Items
from crawlers.extract.encoding import decode
from crawlers.extract.feeds import paragraphs
from crawlers.voices import NAME_END

MOST = 1_000_000_000_000
"""No post was read or shared more often; a larger figure is nonsense that no store could hold."""
EPOCH = 515_483_463
INSTITUTION = frozenset({1, 2, 3, 4, 5, 6, 7, 8})
"""verified_type of bodies: 1 government, 2 enterprise, 3 media, 4 school, 5 site, 6 app, 7 organisation, 8 other."""
_FACE = re.compile(r"<img[^>]{0,200}?alt=[\"']?(?P<alt>\[[^\]\"'>]{1,12}\])[^>]{0,400}>")
_MENTION = re.compile(r"[@＠][^<>@＠]{1,40}(?=</a>)")
_COUNT = re.compile(r"(?P<n>\d+(?:\.\d+)?)\s*(?P<unit>万|亿)?")


class Unreadable(ValueError):
    """The bytes are no JSON we read; the message is the reason."""


def load_json(content: bytes, content_type: str = "") -> Any:
    """Return the JSON value. Raises Unreadable where it is none, is too deep or holds no such thing."""
    text = decode(content, content_type).strip()
    if text[:1] == "<":
        raise Unreadable("接口返回的是网页")
    if _nesting(text) > 100:
        raise Unreadable("JSON 嵌套太深")
    try:
        value = json.loads(text, parse_constant=lambda _: None)
    except (ValueError, RecursionError) as error:
        raise Unreadable("不是完整的 JSON") from error
    if "\\ud" not in text.lower():
        return value
    # Half an emoji, as where a site cut a title, is no text that an address or the store could hold.
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def _nesting(text: str) -> int:
    depth = deepest = 0
    for mark in re.finditer(r"[\[\]{}]", text):
        depth += 1 if mark.group() in "[{" else -1
        deepest = max(deepest, depth)
        if deepest > 100:
            break
    return deepest


def read_posts(content: bytes, *, content_type: str = "", now: datetime) -> Items:
    """Return the posts of an answer, or why there are none."""
    try:
        value = load_json(content, content_type)
    except Unreadable as error:
        blocked = "网页" in str(error)
        return Items(kind="posts", outcome="blocked" if blocked else "reject", reason=str(error))
    if not isinstance(value, dict):
        return Items(kind="posts", outcome="reject", reason="不是微博样式的回答")
    if value.get("ok") == -100 or "signin" in str(value.get("url", "")):
        return Items(kind="posts", outcome="blocked", reason="需要登录 (Cookie 失效)")
    data = value.get("data")
    if not isinstance(data, dict):
        return Items(kind="posts", outcome="reject", reason="回答里没有内容")
    blogs = list(_blogs(data.get("cards")))
    items = {item.id: item for item in (_item(blog, now) for blog in blogs) if item is not None}
    info = data.get("cardlistInfo")
    more = isinstance(info, dict) and info.get("page") not in (None, "", 0)
    return Items(kind="posts", items=tuple(items.values()), total=len(blogs), more=more)


def _blogs(cards: Any, depth: int = 0) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for card in cards if isinstance(cards, list) else []:
        if not isinstance(card, dict):
            continue
        if isinstance(card.get("mblog"), dict):
            found.append(card["mblog"])
        if depth < 3:
            found += _blogs(card.get("card_group"), depth + 1)
    return found


def _item(blog: dict[str, Any], now: datetime) -> Item | None:
    native = str(blog.get("idstr") or blog.get("id") or blog.get("mid") or "")
    if not native or blog.get("deleted"):
        return None
    shown = str(blog.get("created_at") or "")
    moment = moment_of(native, shown, now)
    raw = blog.get("user")
    user: dict[str, Any] = raw if isinstance(raw, dict) else {}
    verified = user.get("verified_type")
    kind = verified if isinstance(verified, int) and user.get("verified") else -1
    institution = kind in INSTITUTION
    text = post_text(blog.get("text"))
    cut = bool(blog.get("isLongText")) and bool(re.search(r"\.{3}\s*全文$|…\s*全文$", text))
    return Item(
        id=native,
        url=f"/status/{blog.get('bid') or native}",
        title="",
        text=_whole(
            re.sub(r"\s*(?:\.{3}|…)\s*全文$", " ..." if cut else "", text),
            blog.get("retweeted_status"),
        ),
        published_at=moment.at if moment else None,
        precision=moment.precision if moment else "day",
        updated_at=_edited(blog, now),
        reposts=count(blog.get("reposts_count")),
        comments=count(blog.get("comments_count")),
        likes=count(blog.get("attitudes_count")),
        user=None if institution else str(user.get("id") or "") or None,
        author=str(user.get("screen_name") or "") or None if institution else None,
        verified=kind,
        cut=cut,
    )


def _whole(text: str, original: Any) -> str:
    """Return a repost's words followed by the original, as a reader sees them."""
    if not isinstance(original, dict):
        return text
    raw = original.get("user")
    user: dict[str, Any] = raw if isinstance(raw, dict) else {}
    body = user.get("verified") and user.get("verified_type") in INSTITUTION
    name = str(user.get("screen_name")) if body else "某人"
    return f"{text}//@{name}:{post_text(original.get('text'))}"


def post_text(markup: Any) -> str:
    """Return a post's markup as text: faces as [words], breaks as lines."""
    if not isinstance(markup, str):
        return ""
    own = markup.replace(NAME_END, "")  # the mark is ours to set
    kept = _FACE.sub(lambda m: m["alt"], _MENTION.sub(rf"\g<0>{NAME_END}", own))
    return paragraphs(kept) if "<" in kept or "&" in kept else kept.strip()


def moment_of(native: str, shown: str, now: datetime) -> dates.Moment | None:
    """Return when a post was posted: its number's second where the shown time agrees, else the shown time."""
    said = _shown(shown, now)
    exact = _numbered(native, now)
    if exact is not None and (said is None or abs(exact - said.at) < timedelta(hours=26)):
        return dates.Moment(at=exact, precision="second")
    return said


def _shown(shown: str, now: datetime) -> dates.Moment | None:
    try:
        at = parsedate_to_datetime(
            re.sub(
                r"^(\w{3}) (\w{3}) (\d+) ([\d:]+) ([+-]\d{4}) (\d{4})$",
                r"\1, \3 \2 \6 \4 \5",
                shown,
            )
        )
    except (ValueError, TypeError, IndexError):
        return dates.stamp(shown, now) or dates.relative(shown, now)
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return (
        dates.Moment(at=at.astimezone(UTC), precision="second") if dates.possible(at, now) else None
    )


def _numbered(native: str, now: datetime) -> datetime | None:
    if not re.fullmatch(r"\d{15,17}", native):
        return None
    at = datetime.fromtimestamp((int(native) >> 22) + EPOCH, UTC)
    return at if dates.possible(at, now) else None


def _edited(blog: dict[str, Any], now: datetime) -> datetime | None:
    moment = _shown(str(blog.get("edit_at") or ""), now) if blog.get("edit_at") else None
    return moment.at if moment else None


def count(value: Any) -> int:
    """Return a count as a number: 12, "1.2万", "100万+"; what is none counts 0."""
    if isinstance(value, bool) or value is None:
        return 0
    if isinstance(value, int | float):
        return (
            min(max(0, int(value)), MOST) if isinstance(value, int) or math.isfinite(value) else 0
        )
    found = _COUNT.search(str(value).replace(",", ""))
    if not found:
        return 0
    figure = float(found["n"]) * {"万": 1e4, "亿": 1e8}.get(found["unit"] or "", 1)
    return int(min(figure, MOST))
