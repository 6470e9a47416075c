"""One page: decode, prune, choose the text, find title, time and source, and say what kind of page it is."""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin

from lxml.cssselect import CSSSelector
from lxml.etree import ParserError, XPathError

from config.sources import Selectors
from crawlers.extract import dates
from crawlers.extract.answer import Page
from crawlers.extract.body import body
from crawlers.extract.classify import is_article, refusal, shape_of
from crawlers.extract.encoding import decode, is_garbled
from crawlers.extract.head import meta_times, source_of, squeezed, title_of
from crawlers.extract.tree import Element, lines_of, parsed, strip_unseen

MAGIC = (
    b"%PDF-",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"Rar!",
    b"\xd0\xcf\x11\xe0",
)
MAX_LINKS = 3000
_SCRIPT_TIME = re.compile(
    r"""["']?(?:ptime|pubtime|publish_?time|pubDate|publishDate|ctime|create_?time)["']?\s*[:=]\s*["'](?P<at>(?:19|20)\d\d[-/]\d{1,2}[-/]\d{1,2}[ T]\d{1,2}:\d{2}(?::\d{2})?)["']""",
    re.IGNORECASE,
)


def read_page(
    content: bytes,
    *,
    content_type: str = "",
    url: str = "",
    now: datetime,
    selectors: Selectors | None = None,
    links_only: bool = False,
) -> Page:
    """Return what a page is and holds; with `links_only` a list page's links, without looking for a text."""
    early = _unreadable(content)
    if early is not None:
        return early
    html = decode(content, content_type)
    tree = parsed(html)
    if tree is None:
        return Page(outcome="reject", reason="空页面")
    if is_garbled(tree.text_content()[:20_000]):
        return Page(outcome="reject", reason="乱码, 认不出编码")
    if links_only:
        return _read_links(tree, html, url, selectors or Selectors())
    return _read(tree, html, url, now, selectors or Selectors())


def _read_links(tree: Element, html: str, url: str, selectors: Selectors) -> Page:
    links, following = _links(tree, url, selectors)
    strip_unseen(tree)
    refused = refusal("", lines_of(tree), html)
    if refused is not None and len(links) < 5:
        return Page(outcome=refused[0], reason=refused[1])
    return Page(outcome="list", links=links, next=following)


def _unreadable(content: bytes) -> Page | None:
    head = content[:512].lstrip()
    if not head:
        return Page(outcome="reject", reason="空页面")
    if head.startswith(MAGIC):
        return Page(outcome="unsupported", reason="不是网页 (文件或图片)")
    if head[:1] in (b"{", b"["):
        return Page(outcome="unsupported", reason="不是网页 (JSON)")
    return None


def _read(tree: Element, html: str, url: str, now: datetime, selectors: Selectors) -> Page:
    stamps = meta_times(tree)
    links, following = _links(tree, url, selectors)
    strip_unseen(tree)
    root = tree.find("body")
    root = tree if root is None else root
    lines = lines_of(root)
    title = title_of(tree, lines)
    ruled = _ruled(tree, selectors)
    text, agreed = (ruled["text"], True) if ruled.get("text") else body(tree, title)
    refused = refusal(text, lines, html)
    if refused is not None:
        return Page(outcome=refused[0], reason=refused[1], title=title)
    title = ruled.get("title") or title
    around, below = _around(lines_of(root, loose=True), title, text)
    evidence = Evidence(
        ruled=ruled.get("time", ""), stamps=stamps, around=around, below=below, html=html, url=url
    )
    moment = _moment(evidence, now)
    shape = shape_of(root, lines, text, dated=moment is not None, agreed=agreed)
    if not (ruled.get("text") or is_article(shape)):
        outcome = "list" if shape.links >= 12 else "other"
        reason = "列表页" if outcome == "list" else "没有可用的正文"
        return Page(outcome=outcome, reason=reason, title=title, links=links, next=following)  # type: ignore[arg-type]
    return Page(
        outcome="article",
        title=title,
        text=text,
        published_at=moment.at if moment else None,
        precision=moment.precision if moment else "day",
        source_name=ruled.get("origin") or source_of(tree, around),
        links=links,
        next=following,
        by_rule=bool(ruled.get("text")),
    )


def _ruled(tree: Element, selectors: Selectors) -> dict[str, str]:
    """Return what the source's own selectors find; whatever they miss is left to the automatic choice."""
    found: dict[str, str] = {}
    for field in ("title", "text", "time", "origin"):
        rule = getattr(selectors, field)
        nodes = _selected(tree, rule)
        if nodes:
            found[field] = "\n".join(line for node in nodes for line in lines_of(node)).strip()
    return found


def _selected(tree: Element, rule: str) -> list[Element]:
    if not rule:
        return []
    try:
        return list(CSSSelector(rule, translator="html")(tree))
    except (XPathError, ParserError, SyntaxError, ValueError):
        return []


def _around(lines: list[str], title: str, text: str) -> tuple[list[str], list[str]]:
    """Return the lines beside the title, where time and source stand, and those where the text begins and ends."""
    name, first = squeezed(title), squeezed(text.split("\n", 1)[0])[:30]
    plain = [squeezed(line) for line in lines]
    begin = next(
        (n for n, line in enumerate(plain) if name and line and (line == name or name in line)), 0
    )
    end = next((n for n in range(begin, len(plain)) if first and plain[n].startswith(first)), None)
    if end is None:
        end = min(len(lines), begin + 14)
    headings = [n for n in range(begin, end) if plain[n] == name]
    begin = headings[-1] if headings else begin
    last = squeezed(text.rsplit("\n", 1)[-1])[:30]
    close = next(
        (n for n in range(len(plain) - 1, end, -1) if last and plain[n].startswith(last)), end
    )
    beside = lines[begin:end] + lines[max(0, begin - 6) : begin]
    return beside, lines[end : end + 1] + lines[close : close + 5]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where a page's publication time may stand."""

    ruled: str
    stamps: list[str]
    around: list[str]
    below: list[str]
    html: str
    url: str


def _moment(evidence: Evidence, now: datetime) -> dates.Moment | None:
    """Return the publication time by the best evidence at hand."""
    shown = dates.in_lines([evidence.ruled], now) if evidence.ruled else None
    shown = shown or dates.in_lines(evidence.around, now)
    machine = next((m for m in (dates.iso(s, now) for s in evidence.stamps) if m is not None), None)
    script = _SCRIPT_TIME.search(evidence.html)
    if machine is None and script:
        machine = dates.stamp(script["at"], now)
    if shown is None and machine is None:
        shown = dates.in_lines(evidence.below, now, labelled=True)
    if shown is None and machine is None:
        return dates.from_address(evidence.url, now)
    return dates.sharper(shown, machine)


def _links(
    tree: Element, url: str, selectors: Selectors
) -> tuple[tuple[tuple[str, str], ...], str]:
    """Return the page's links as (address, text), and the address of the next list page."""
    chosen = _selected(tree, selectors.links) if selectors.links else list(tree.iter("a"))
    links: list[tuple[str, str]] = []
    following = ""
    for node in chosen[:MAX_LINKS]:
        href = (node.get("href") or "").strip()
        text = re.sub(r"\s+", " ", node.text_content()[:200]).strip()
        if not href or href.startswith(("#", "javascript:", "mailto:", "tel:", "data:")):
            continue
        links.append((_joined(url, href), text))
        if not following and re.fullmatch(
            r"(?:下一?页|下页|后一页|next)\s?[>»›]*", text, re.IGNORECASE
        ):
            following = _joined(url, href)
    ruled = _selected(tree, selectors.next)
    if ruled:
        following = _joined(url, ruled[0].get("href") or "")
    return tuple(links), following


def _joined(base: str, href: str) -> str:
    try:
        return urljoin(base, href)
    except ValueError:
        return ""
