"""An article's head: its title, and the medium or office it names as its source (来源)."""

import json
import re
from collections.abc import Iterable, Iterator

from crawlers.extract.tree import Element

_SPLIT = re.compile(r"\s*(?:_|\||｜|—{1,2}|--|-(?=[^\d\s])|–|\s-\s|·(?=[^·]{2,8}$)|\s{2,})\s*")
_TITLE_META = (
    "articletitle",
    "og:title",
    "twitter:title",
    "dc.title",
    "weibo: article:title",
    "title",
)
_SOURCE_META = ("contentsource", "source", "mediaid", "article:source", "og:article:author:source")
_SOURCE = re.compile(
    r"(?:信息来源|文章来源|稿件来源|本文来源|消息来源|新闻来源|发布机构|来\s{0,4}源|稿源|发布单位)\s{0,3}[:：于]?\s{0,3}[\[【《（(]?\s?"
    r"(?P<name>[\u4e00-\u9fffA-Za-z0-9·•、．.—《》“”（）()&+-]{2,32}?)(?=$|[\s|】\]>，。,;；【\[]|浏览|发布|作者|责任|编辑|字体|字号|时间|点击|阅读|打印|分享|访问)"
)
_NOT_SOURCE = re.compile(
    r"^(?:未知|本站|互联网|网络|原创|作者|责任编辑|编辑|时间|发布|浏览|打印|字体|点击|\d)"
)
GENERIC = re.compile(
    r"^(?:首页|新闻|正文|详情|新闻详情|文章|内容|登录|提示信息|通知公告|信息公开|网易新闻|资讯)$"
)


def squeezed(text: str) -> str:
    """Return `text` without spaces and quote marks, for comparing titles."""
    return re.sub(r"[\s\u3000\"“”'‘’]+", "", text)


def title_of(tree: Element) -> str:
    """Return the article's title: a heading that the page's own title confirms, else the best of both."""
    whole = _clean(tree.findtext(".//title") or "")
    headings = [text for text in _headings(tree) if 4 <= len(text) <= 120]
    confirmed = [h for h in headings if squeezed(h) and squeezed(h) in squeezed(whole)]
    if confirmed:
        return max(confirmed, key=len)
    named = _meta(tree, _TITLE_META[:1])
    if named:
        return named
    segments = [part for part in _SPLIT.split(whole) if part and not GENERIC.match(part)]
    for heading in headings[:6]:
        if any(_alike(heading, part) for part in segments):
            return heading
    best = max(segments, key=len, default="")
    if len(best) >= 8 and not _is_site(best):
        return segments[0] if len(segments[0]) >= 8 and not _is_site(segments[0]) else best
    return _marked_title(tree) or (headings[0] if headings else best)


def _is_site(text: str) -> bool:
    return bool(
        re.search(r"(?:网|网站|门户|官网|日报|晚报|研究所|政府|频道|局|大学|学院|博客)$", text)
    )


def _alike(first: str, second: str) -> bool:
    one, two = squeezed(first), squeezed(second)
    return len(one) >= 6 and len(two) >= 6 and (one in two or two in one)


def _headings(tree: Element) -> Iterator[str]:
    for name in ("h1", "h2", "h3"):
        for node in list(tree.iter(name))[:20]:
            yield _clean(node.text_content())
    yield from _titled(tree)


def _titled(tree: Element) -> Iterator[str]:
    nodes = tree.xpath(
        "//*[self::div or self::p or self::td or self::span or self::b or self::strong]"
        "[contains(@class,'title') or contains(@class,'Title') or contains(@class,'bt') or contains(@id,'title') or contains(@id,'Title')]"
    )
    for node in nodes[:30]:
        yield _clean(node.text_content()[:400])


def _marked_title(tree: Element) -> str:
    return next((text for text in _titled(tree) if 8 <= len(text) <= 80 and not _is_site(text)), "")


def _clean(text: str) -> str:
    return re.sub(r"[\s\u3000\xa0]+", " ", text).strip()


def _meta(tree: Element, names: Iterable[str]) -> str:
    wanted = tuple(names)
    for node in list(tree.iter("meta"))[:200]:
        name = (node.get("name") or node.get("property") or node.get("itemprop") or "").lower()
        if name in wanted and (node.get("content") or "").strip():
            return _clean(node.get("content") or "")
    return ""


def meta_times(tree: Element) -> list[str]:
    """Return what meta tags, time elements and JSON-LD say of the publication time, best first."""
    names = (
        "article:published_time",
        "pubdate",
        "publishdate",
        "og:release_date",
        "datepublished",
        "publish-date",
        "weibo: article:create_at",
        "apub:time",
        "bytedance:published_time",
        "date",
        "dc.date",
    )
    found = [_meta(tree, (name,)) for name in names]
    scripts = tree.xpath("//script[@type='application/ld+json']")[:5]
    found += [_published(node.text or "") for node in scripts]
    found += [node.get("datetime") or "" for node in tree.xpath("//time[@datetime]")[:2]]
    return [text for text in found if text]


def _published(text: str) -> str:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        found = re.search(r'"(?:datePublished|pubDate)"\s*:\s*"([^"]{8,40})"', text)
        return found.group(1) if found else ""
    for entry in data if isinstance(data, list) else [data]:
        if isinstance(entry, dict):
            value = entry.get("datePublished") or entry.get("pubDate")
            if isinstance(value, str):
                return value
    return ""


def source_of(tree: Element, lines: Iterable[str]) -> str | None:
    """Return the named source: the line beside the title first, then the meta tags."""
    for line in lines:
        for found in _SOURCE.finditer(line[:300]):
            name = found["name"].strip("·•、．.—-（(《")
            if len(name) >= 2 and not _NOT_SOURCE.match(name):
                return name
    named = _meta(tree, _SOURCE_META)
    return named if 2 <= len(named) <= 30 and not _NOT_SOURCE.match(named) else None
