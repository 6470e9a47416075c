"""Turning the pages of a search: a turning that is cut off takes nothing, so that nothing is hidden behind what it took."""

import json
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from tests.contracts.spider import NOW
from tests.pages_site import PagesSite, Reply, crawl, stored

PAGES, EACH = 4, 20
TABLE = """
[[sources]]
name = "search"
title = "柳溪搜索"
kind = "posts"
start = ["http://m.liuxi.test/api/container/getIndex?containerid=1"]
source_class = "individual"
platform = "测试"
delay_s = 0.0
pages = 10
loopback = "127.0.0.1:0"
"""


def _post(number: int) -> dict[str, object]:
    return {
        "card_type": 9,
        "mblog": {
            "id": str(9_000_000 - number),
            "created_at": f"Tue Oct 14 {9 - number // 60:02d}:{59 - number % 60:02d}:00 +0800 2025",
            "text": f"堤坝路第{number}盏路灯不亮了",
            "user": {"id": 1, "screen_name": "路人", "verified": False},
        },
    }


def _page(path: str) -> Reply:
    number = int(dict(parse_qsl(urlsplit(path).query)).get("page", "1"))
    following = number + 1 if number < PAGES else None
    posts = [_post(n) for n in range((number - 1) * EACH, number * EACH)]
    value = {"ok": 1, "data": {"cardlistInfo": {"page": following}, "cards": posts}}
    return Reply(body=json.dumps(value).encode(), headers={"Content-Type": "application/json"})


def _table(folder: Path) -> Path:
    file = folder / "sources.toml"
    file.write_text(TABLE, encoding="utf-8")
    return file


def test_a_page_that_fails_for_once_hides_nothing_older(tmp_path: Path) -> None:
    """The third page fails in the first crawl; after the second crawl every post is there, once."""
    broken = {"now": True}

    def answers(_host: str, path: str) -> Reply | None:
        if "robots" in path:
            return None
        if broken["now"] and "page=3" in path:
            return Reply(body=b"", status=500)
        return _page(path)

    table = _table(tmp_path)
    with PagesSite(answers) as site:
        crawl(tmp_path / "data", table, site.port, NOW)
        broken["now"] = False
        crawl(tmp_path / "data", table, site.port, NOW)
    texts = [document.text for document in stored(tmp_path / "data")]
    assert len(texts) == len(set(texts)) == PAGES * EACH
