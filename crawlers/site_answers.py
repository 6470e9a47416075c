"""The machine-readable answers of the sample sites: RSS and Atom, Weibo-shaped JSON, hotline batches, hot board."""

import hashlib
import html
import json
import re
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

from config.sources import Source
from crawlers.site_pages import Page
from crawlers.week import Behaviour, Written, next_batch
from records.clock import BEIJING

JSON = "application/json; charset=utf-8"
PER_PAGE = 10
LONG = 200
"""Posts beyond this many characters are shown cut, with 全文, as the real site does."""
GOVERNMENT = re.compile(r"发布$|(?:局|委|办|政府|公安|消防|法院|检察院)$")
MEDIA = re.compile(r"(?:日报|晚报|电视台|新闻网|通讯社|广播|客户端)$")


def _json(value: object, status: int = 200) -> Page:
    body = json.dumps(value, ensure_ascii=False).encode()
    return Page(body=body, content_type=JSON, status=status)


# -- feeds


def feed(source: Source, base: str, path: str, shown: list[Written]) -> Page:
    """Return the whole feed, Atom where the address says so, else RSS."""
    make = _atom if "atom" in path else _rss
    return Page(body=make(source, base, shown).encode(), content_type="application/xml")


def _item_html(document: Written) -> str:
    return "".join(f"<p>{html.escape(p, quote=False)}</p>" for p in document.paragraphs)


def _rss(source: Source, base: str, shown: list[Written]) -> str:
    items = []
    for d in shown:
        at = d.published_at.astimezone(BEIJING)
        link = f"{base}/system/{at:%Y/%m/%d}/{d.number}.shtml?utm_source=rss&amp;spm=1.2"
        late = (
            f"<dcterms:modified>{d.visible_at.isoformat()}</dcterms:modified>" if d.is_late else ""
        )
        items.append(
            f"<item><title>{html.escape(d.title)}</title><link>{link}</link>"
            f'<guid isPermaLink="false">news-{d.native}</guid><pubDate>{format_datetime(at)}</pubDate>{late}'
            f"<description><![CDATA[{_item_html(d)}]]></description></item>"
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" xmlns:dcterms="http://purl.org/dc/terms/"><channel>'
        f"<title>{source.title}</title><link>{base}/</link><description>示例数据, 纯属虚构</description>"
        + "\n".join(items)
        + "</channel></rss>"
    )


def _atom(source: Source, base: str, shown: list[Written]) -> str:
    items = []
    for d in shown:
        seen = d.visible_at if d.is_late else d.published_at
        items.append(
            f"<entry><title>{html.escape(d.title)}</title><id>urn:item:{d.native}</id>"
            f'<link rel="alternate" href="{base}/story/{d.native}"/>'
            f"<published>{d.published_at.isoformat()}</published><updated>{seen.isoformat()}</updated>"
            f'<content type="html">{html.escape(_item_html(d))}</content></entry>'
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>{source.title}</title><id>{base}/</id><subtitle>示例数据, 纯属虚构</subtitle>"
        + "\n".join(items)
        + "</feed>"
    )


# -- posts in the shape of m.weibo.cn


def posts(
    path: str, query: dict[str, str], shown: list[Written], behaviour: Behaviour, now: datetime
) -> Page:
    """Answer container/getIndex and statuses/extend."""
    if behaviour.is_closed(now):
        return _json({"ok": -100, "url": "https://passport.weibo.test/signin/login?entry=mweibo"})
    if path.endswith("/statuses/extend"):
        return _extended(query.get("id", ""), shown)
    if not path.endswith("/container/getIndex"):
        return _json({"ok": 0, "msg": "没有这个接口"}, 404)
    page = int(query.get("page", "1")) if query.get("page", "1").isdigit() else 1
    begin = (page - 1) * PER_PAGE
    cards = [_card(d, now) for d in shown[begin : begin + PER_PAGE]]
    if not cards:
        return _json({"ok": 0, "msg": "这里还没有内容", "data": {"cards": []}})
    info = {
        "containerid": query.get("containerid", ""),
        "v_p": 42,
        "show_style": 1,
        "total": len(shown),
        "page": page + 1 if begin + PER_PAGE < len(shown) else None,
    }
    return _json({"ok": 1, "data": {"cardlistInfo": info, "cards": cards}})


def _extended(native: str, shown: list[Written]) -> Page:
    for d in shown:
        if str(d.native) == native:
            return _json(
                {
                    "ok": 1,
                    "data": {
                        "ok": 1,
                        "longTextContent": _post_html(d.text),
                        "reposts_count": d.counts[0],
                        "comments_count": d.counts[1],
                        "attitudes_count": d.counts[2],
                    },
                }
            )
    return _json({"ok": 0, "msg": "微博不存在或暂无查看权限!"})


def _card(document: Written, now: datetime) -> dict[str, Any]:
    native = str(document.native)
    return {
        "card_type": 9,
        "itemid": f"100103type=61_-_{native}",
        "scheme": f"https://m.weibo.test/status/{native}?mblogid={native}",
        "mblog": _mblog(document, native, now),
    }


def _mblog(document: Written, native: str, now: datetime) -> dict[str, Any]:
    cut = len(document.text) > LONG
    text = _post_html(document.text[:140] if cut else document.text)
    if cut:
        text += f'...<a href="/status/{native}">全文</a>'
    blog: dict[str, Any] = {
        "created_at": shown_time(document.published_at, now),
        "id": native,
        "idstr": native,
        "mid": native,
        "can_edit": False,
        "text": text,
        "textLength": sum(2 if ord(c) > 127 else 1 for c in document.text),
        "source": "手机客户端",
        "favorited": False,
        "user": _user(document),
        "reposts_count": document.counts[0],
        "comments_count": document.counts[1],
        "attitudes_count": document.counts[2],
        "isLongText": cut,
        "visible": {"type": 0, "list_id": 0},
        "mblogtype": 0,
        "edit_config": {"edited": document.is_late},
        "bid": native,
        "pics": [],
    }
    if document.is_late:
        blog["edit_count"] = 1
        blog["edit_at"] = f"{document.visible_at.astimezone(BEIJING):%a %b %d %H:%M:%S %z %Y}"
    return blog


def _user(document: Written) -> dict[str, Any]:
    name = document.author
    institution = bool(name) and name != "individual"
    seed = str(name) if institution else document.key
    uid = 5_000_000_000 + int.from_bytes(hashlib.sha256(f"u{seed}".encode()).digest()[:4], "big")
    kind = _verified(str(name)) if institution else -1
    return {
        "id": uid,
        "screen_name": name if institution else f"示例用户{uid % 1_000_000:06d}",
        "profile_url": f"https://m.weibo.test/u/{uid}?uid={uid}",
        "statuses_count": 100 + uid % 900,
        "verified": institution,
        "verified_type": kind,
        "verified_reason": f"{name}官方账号" if institution else "",
        "description": "示例数据, 纯属虚构",
        "gender": "m",
        "followers_count": uid % 900,
        "follow_count": uid % 300,
    }


def _verified(name: str) -> int:
    """Return Weibo's verified_type: 1 government, 2 enterprise, 3 media, 7 another body."""
    if GOVERNMENT.search(name):
        return 1
    if MEDIA.search(name):
        return 3
    return 7 if re.search(r"馆|协会|学院|学校|医院", name) else 2


def shown_time(at: datetime, now: datetime) -> str:
    """Return a post's time as the site shows it: relative today, 昨天, else month and day."""
    gone = now - at
    local, today = at.astimezone(BEIJING), now.astimezone(BEIJING).date()
    if gone < timedelta(minutes=1):
        return "刚刚"
    if gone < timedelta(hours=1):
        return f"{int(gone.total_seconds() // 60)}分钟前"
    if local.date() == today:
        return f"{int(gone.total_seconds() // 3600)}小时前"
    if local.date() == today - timedelta(days=1):
        return f"昨天 {local:%H:%M}"
    return f"{local:%m-%d}"


_MARKS = re.compile(
    r"(?P<link>https?://[\w./-]+)|(?P<topic>#[^#\n]{1,40}#)|(?P<at>@[\w-]{1,30})|(?P<face>\[[\u4e00-\u9fffA-Za-z]{1,8}\])"
)


def _post_html(text: str) -> str:
    out, last = [], 0
    for mark in _MARKS.finditer(text):
        out += [html.escape(text[last : mark.start()], quote=False), _marked(mark)]
        last = mark.end()
    out.append(html.escape(text[last:], quote=False))
    return "".join(out).replace("\n", "<br />")


def _marked(mark: re.Match[str]) -> str:
    shown = html.escape(mark.group(), quote=False)
    if mark["face"]:
        return f'<span class="url-icon"><img alt={shown} src="//h5.weibo.test/icon.png" style="width:1em; height:1em;" /></span>'
    if mark["at"]:
        return f"<a href='/n/{shown[1:]}'>{shown}</a>"
    return f'<a  href="https://m.weibo.test/p/index" data-hide=""><span class="surl-text">{shown}</span></a>'


# -- hotline and board


def hotline(base: str, path: str, shown: list[Written], now: datetime) -> Page:
    """Return the index of daily batches, or one batch as a list of calls."""
    batches: dict[datetime, list[Written]] = {}
    for d in shown:
        batches.setdefault(next_batch(d.published_at), []).append(d)
    stamp = re.search(r"(\d{8})\.json$", path)
    if stamp is None:
        days = sorted((b for b in batches if b <= now), reverse=True)
        entries = [
            {"batch_at": b.isoformat(), "url": f"{base}/open/gongdan_{b:%Y%m%d}.json"} for b in days
        ]
        return _json({"note": "示例数据, 纯属虚构", "batches": entries})
    for at, calls in batches.items():
        if f"{at:%Y%m%d}" == stamp.group(1):
            return _json({"batch_at": at.isoformat(), "items": [_call(d) for d in calls]})
    return _json({"error": "没有这一批"}, 404)


def _call(document: Written) -> dict[str, Any]:
    return {
        "id": str(document.native),
        "title": document.title,
        "text": document.text,
        "class": document.label,
        "district": document.district,
        "called_at": f"{document.published_at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}",
    }


def board(shown: list[Written], now: datetime) -> Page:
    """Return what is on the board now, and what left it, in the shape of ajax/side/hotSearch."""
    on = [d for d in shown if d.until is None or now < d.until]
    off = [d for d in shown if d not in on]
    current = [_entry(d) for d in sorted(on, key=lambda d: d.rank)]
    data = {"realtime": current, "history": [_entry(d) for d in off]}
    return _json({"ok": 1, "note": "示例数据, 纯属虚构", "data": data})


def _entry(document: Written) -> dict[str, Any]:
    return {
        "word": document.title,
        "word_scheme": f"#{document.title}#",
        "realpos": document.rank,
        "num": document.heat,
        "onboard_time": int(document.published_at.timestamp()),
        "is_ad": 0,
    }
