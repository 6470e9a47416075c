"""A page as a bounded tree: pathological nesting flattened, scripts and hidden parts gone, before anyone walks it.

All four public extractors silently lose the text behind 600 nested tables or 8,000 divs; here the nesting is cut
while it is still text, so that nothing behind it is lost.
"""

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from lxml import etree
from lxml import html as lxml_html

MAX_CHARS = 4_000_000
MAX_DEPTH = 120
_NESTING = re.compile(
    r"<(?P<close>/?)(?:div|table|tbody|thead|tr|td|th|b|font|strong|em|i|u|span|center|section|article|main|"
    r"blockquote|big|small|ul|ol|dl|form|fieldset)(?=[\s>/])[^>]{0,4000}>",
    re.IGNORECASE,
)
_DATA = re.compile(r"data:[\w/+.;-]{0,60};base64,[A-Za-z0-9+/=]*")
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_DROPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "iframe",
        "object",
        "embed",
        "svg",
        "canvas",
        "video",
        "audio",
        "select",
        "button",
        "textarea",
        "input",
        "template",
        "map",
        "head",
    ]
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt|em|rem)?\s*(?:;|$)|opacity\s*:\s*0\s*(?:;|$)",
    re.IGNORECASE,
)
Element: TypeAlias = Any
"""lxml's HtmlElement; the package has no types."""


def parsed(text: str) -> Element | None:
    """Return the tree of a page, None when there is none."""
    text = bounded(text)
    if not text.strip():
        return None
    parser = lxml_html.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        return lxml_html.document_fromstring(text, parser=parser)
    except (etree.ParserError, ValueError):
        return None


def bounded(text: str) -> str:
    """Return the page cut to the size limit, unclosed comments opened and nesting flattened."""
    text = _DATA.sub("", text[:MAX_CHARS])
    text = re.sub(r"[ \t\u3000\xa0]{200,}", " ", text)
    text = re.sub(r"^\s*<\?xml[^>]{0,200}\?>", "", text)
    text = re.sub(
        r"</(?:body|html)\s*>", "", text, flags=re.IGNORECASE
    )  # what follows them is read too
    return _flattened(_opened(text))


def _opened(text: str) -> str:
    """Take away a comment's beginning that has no end: it would swallow the rest of the page."""
    last = text.rfind("<!--")
    while last >= 0 and text.find("-->", last) < 0:
        text = text[:last] + text[last + 4 :]
        last = text.rfind("<!--", 0, last)
    return text


def _flattened(text: str) -> str:
    depth = deepest = 0
    for tag in _NESTING.finditer(text):
        depth = max(0, depth + (-1 if tag["close"] else 1))
        deepest = max(deepest, depth)
    if deepest <= MAX_DEPTH:
        return text
    parts, last, depth = [], 0, 0
    for tag in _NESTING.finditer(text):
        depth = max(0, depth + (-1 if tag["close"] else 1))
        if depth >= MAX_DEPTH:
            parts.append(text[last : tag.start()])
            last = tag.end()
    return " ".join([*parts, text[last:]])


def strip_unseen(root: Element) -> None:
    """Remove scripts, controls and hidden parts in place; a hidden part that is most of the page stays."""
    whole = max(1, len(root.text_content()))
    for node in list(root.iter(*_DROPPED)):
        if node.tag != "head":
            node.drop_tree()
    for node in root.xpath("//*[@style or @hidden]"):
        hidden = node.get("hidden") is not None or _HIDDEN.search(node.get("style", "")[:2000])
        if hidden and node.getparent() is not None and len(node.text_content()) < 0.4 * whole:
            node.drop_tree()


def lines_of(root: Element, *, loose: bool = False) -> list[str]:
    """Return the visible text, a line a block, in page order.

    `loose` is for reading labels and dates: the cells of a table row share a line, and neighbouring inline parts
    are kept apart by a space, as a reader sees them.
    """
    text = "".join(_walk(root, loose=loose))
    lines = (re.sub(r"[\s\u3000]+", " ", line).strip() for line in text.split("\n"))
    return [line for line in lines if line]


def _walk(root: Element, *, loose: bool) -> Iterator[str]:
    """Yield the texts and block borders below `root`, without recursion."""
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, node in walker:
        known = isinstance(node.tag, str) and node.tag not in _DROPPED
        if event == "start" and not known:
            walker.skip_subtree()
        if known:
            yield _border(node.tag, loose=loose)
        text = node.text if event == "start" and known else None
        if event == "end" and node is not root:
            text = node.tail
        if text:
            yield text.replace("\n", " ")


def _border(tag: str, *, loose: bool) -> str:
    if loose and tag in ("td", "th"):
        return " "
    if tag in _BLOCKS:
        return "\n"
    return " " if loose and tag in ("span", "a", "em", "i", "label") else ""
