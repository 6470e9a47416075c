"""An article's head: its title, and the medium or office it names as its source (来源)."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

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
    r"(?:信息来源|文章来源|稿件来源|本文来源|消息来源|新闻来源|发布机构|来\s{0,4}源|稿源|发布单位|发文机关|来自|来源于)\s{0,3}[:：于]?\s{0,3}[\[【《（(]?\s?"
    r"(?P<name>[\u4e00-\u9fffA-Za-z0-9·•、．.—《》“”（）()&+-]{2,32}?)(?=$|[\s|】\]>，。,;；【\[]|浏览|发布|作者|责任|编辑|字体|字号|时间|点击|阅读|打印|分享|访问)"
)
_NOT_SOURCE = re.compile(
    r"^(?:未知|本站|网络|原创|作者|责任编辑|编辑|时间|发布|浏览|打印|字体|点击|记者|通讯员|分享|微信|收藏|评论|首页|\d{4})"
)
_TIMED = re.compile(r"(?:19|20)\d\d[-/年.]\d{1,2}[-/月.]\d{1,2}日?\s{0,3}\d{1,2}:\d{2}")
_DATED = re.compile(
    r"(?:19|20)\d\d\s?[-/年.]\s?\d{1,2}\s?[-/月.]\s?\d{1,2}\s?日?(?:\s{0,3}\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?"
)
_MEDIUM = re.compile(
    r"(?:网|报|社|台|刊|周刊|杂志|客户端|频道|发布|局|委|办|政府|宣传部|新闻|在线|空间|学院|报道)$"
)
GENERIC = re.compile(
    r"^(?:首页|新闻|正文|详情|新闻详情|文章|内容|登录|提示信息|通知公告|信息公开|网易新闻|资讯)$"
)


def squeezed(text: str) -> str:
    """Return `text` without spaces and quote marks, for comparing titles."""
    return re.sub(r"[\s\u3000\"“”'‘’]+", "", text)


def title_of(tree: Element, lines: Sequence[str]) -> str:
    """Return the article's title: a heading that the page's own title confirms, else the best of both."""
    whole = _clean(tree.findtext(".//title") or "")
    headings = [text for text in _headings(tree) if 4 <= len(text) <= 120]
    if not whole:
        return _untitled(tree, headings, lines)
    segments = [part for part in _SPLIT.split(whole) if part and not GENERIC.match(part)]
    return (
        _confirmed(whole, headings, segments, {squeezed(line) for line in lines[:400]})
        or _meta(tree, _TITLE_META[:1])
        or next((h for h in headings[:6] if any(_alike(h, part) for part in segments)), "")
        or _own_words(segments, lines)
        or _marked_title(tree)
        or (headings[0] if headings else max(segments, key=len, default=""))
    )


def _confirmed(
    whole: str, headings: Sequence[str], segments: Sequence[str], shown: set[str]
) -> str:
    """Return what both the page's title and its text say: the whole title, or a heading within it."""
    in_text = any(len(part) >= 6 and squeezed(part) in shown for part in segments)
    if len(whole) >= 6 and squeezed(whole) in shown and not in_text and not _is_site(whole):
        return whole
    inside = squeezed(whole)
    return max((h for h in headings if squeezed(h) and squeezed(h) in inside), key=len, default="")


def _own_words(segments: Sequence[str], lines: Sequence[str]) -> str:
    """Return the part of the page's title that is no site's name: one that the text repeats, else the first long."""
    shown = {squeezed(line) for line in lines[:400]}
    named = [part for part in segments if not _is_site(part)]
    repeated = [part for part in named if len(part) >= 6 and squeezed(part) in shown]
    return (repeated or [part for part in named if len(part) >= 8] or [""])[0]


def _untitled(tree: Element, headings: Sequence[str], lines: Sequence[str]) -> str:
    first = next((_clean(node.text_content()) for node in tree.iter("h1")), "")
    return first or above_the_time(lines) or _marked_title(tree) or "".join(headings[:1])


def above_the_time(lines: Sequence[str]) -> str:
    """Return the line above the first line that holds a full time: where nothing else names the title."""
    for before, line in pairwise(lines[:120]):
        if _TIMED.search(line) and 8 <= len(before) <= 60:
            return before
    return ""


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


def source_of(tree: Element, lines: Sequence[str]) -> str | None:
    """Return the named source: the line beside the title first, then the meta tags."""
    for line in lines:
        for found in _SOURCE.finditer(line[:300]):
            name = found["name"].strip("·•、．.—-（(《")
            if len(name) >= 2 and not _NOT_SOURCE.match(name):
                return name
    beside = _beside_the_time(lines)
    if beside:
        return beside
    named = _meta(tree, _SOURCE_META)
    return named if 2 <= len(named) <= 30 and not _NOT_SOURCE.match(named) else None


def _beside_the_time(lines: Sequence[str]) -> str | None:
    """Return the medium that stands unlabelled on the line of the time, or on the short line above it."""
    for number, line in enumerate(lines[:12]):
        if len(line) > 80 or not _DATED.search(line):
            continue
        rest = re.split(r"[\s|·\[【（(/:：]+", _DATED.sub(" ", line).strip())
        above = re.split(r"[\s/]", lines[number - 1])[-1] if number else ""
        for name in [*rest, above]:
            if 2 <= len(name) <= 16 and _MEDIUM.search(name) and not _NOT_SOURCE.match(name):
                return name
        return None
    return None
