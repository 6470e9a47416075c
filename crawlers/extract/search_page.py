"""The HTML of a Weibo search (s.weibo.com/weibo?q=…) as posts: what the site shows where the JSON is closed."""

import re
from datetime import datetime
from typing import Any

from lxml import html as lxml_html

from crawlers.addresses import canonical
from crawlers.extract.answer import Item, Items
from crawlers.extract.encoding import decode
from crawlers.extract.posts import count, moment_of, post_text
from crawlers.extract.tree import parsed

MARK = b'action-type="feed_list_item"'


def read_search_page(content: bytes, *, now: datetime) -> Items:
    """Return the posts of a search page."""
    tree = parsed(decode(content))
    nodes = tree.xpath("//*[@action-type='feed_list_item'][@mid]") if tree is not None else []
    items = tuple(_item(node, now) for node in nodes)
    return Items(kind="posts", items=items, total=len(items))


def _item(node: Any, now: datetime) -> Item:
    native = str(node.get("mid"))
    shown, link = "", ""
    for anchor in node.xpath(".//*[contains(@class,'from')]/a[1]")[:1]:
        shown, link = anchor.text_content().strip(), str(anchor.get("href") or "")
    texts = node.xpath(".//p[@node-type='feed_list_content_full']") or node.xpath(
        ".//p[@node-type='feed_list_content']"
    )
    body = lxml_html.tostring(texts[0], encoding="unicode", with_tail=False) if texts else ""
    user = re.search(r"weibo\.com/(\d{5,12})/", link)
    moment = moment_of("", shown, now)
    return Item(
        id=native,
        url=canonical(f"https:{link}" if link.startswith("//") else link, "https://s.weibo.com/"),
        title="",
        text=re.sub(r"\s*(?:收起|展开)[a-z]?$", "", post_text(body)),
        published_at=moment.at if moment else None,
        precision=moment.precision if moment else "day",
        reposts=_count(node, "feed_list_forward"),
        comments=_count(node, "feed_list_comment"),
        likes=_count(node, "feed_list_like"),
        user=user.group(1) if user else None,
    )


def _count(node: Any, action: str) -> int:
    """Return the figure on a button; a button without one says its own name."""
    for button in node.xpath(f".//*[@action-type='{action}']")[:1]:
        return count(button.text_content().strip())
    return 0
