"""The extraction process: reads requests on stdin, answers on stdout, in bounded memory.

It is a process of its own so that a page that hangs or blows up an extractor costs one page, not the crawl.
Each message is one line of JSON. Started by crawlers.extractor; ends when stdin ends.
"""

import base64
import json
import logging
import resource
import signal
import sys
from datetime import datetime
from typing import Any

from config.sources import Selectors
from crawlers.extract.answer import Page
from crawlers.extract.page import read_page

MEMORY_BYTES = 1_500_000_000
"""Address space, not use: the libraries alone map 0.5 GB, the largest real page adds 0.2 GB."""


def main() -> None:
    """Answer requests until stdin ends."""
    logging.disable(logging.CRITICAL)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the crawl ends it, after its last page
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Return the page of one request as plain values."""
    try:
        page = read_page(
            base64.b64decode(request["content"]),
            content_type=request["content_type"],
            url=request["url"],
            now=datetime.fromisoformat(request["now"]),
            selectors=Selectors(**request["selectors"]),
            links_only=request["links_only"],
        )
    except (MemoryError, RecursionError):
        page = Page(outcome="reject", reason="页面太复杂, 超出内存上限")
    except Exception as error:  # noqa: BLE001 - the edge of the process: any page may break any library
        page = Page(outcome="reject", reason=f"抽取时出错: {type(error).__name__}")
    return packed(page)


def packed(page: Page) -> dict[str, Any]:
    """Return a page as plain values."""
    at = page.published_at
    return {
        "outcome": page.outcome,
        "reason": page.reason,
        "title": page.title,
        "text": page.text,
        "published_at": at.isoformat() if at else None,
        "precision": page.precision,
        "source_name": page.source_name,
        "links": page.links,
        "next": page.next,
        "by_rule": page.by_rule,
    }


def unpacked(values: dict[str, Any]) -> Page:
    """Return the page that `packed` packed."""
    at = values["published_at"]
    links = tuple((url, text) for url, text in values["links"])
    return Page(
        **{**values, "published_at": datetime.fromisoformat(at) if at else None, "links": links}
    )


if __name__ == "__main__":
    main()
