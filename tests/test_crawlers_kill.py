"""A crawl killed with -9 at any moment and started again loses nothing and doubles nothing."""

import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.contracts.spider import NOW
from tests.pages_site import PagesSite, Reply, crawl, start_crawl, stored

ARTICLES = 40
TABLE = """
[[sources]]
name = "many"
title = "柳溪新闻"
kind = "news"
start = ["http://many.liuxi.test/"]
source_class = "city"
platform = "测试"
delay_s = 0.0
poll_seconds = 1
loopback = "127.0.0.1:0"
"""
DISHES = "萝卜 白菜 莲藕 芋头 茭白 豆角 南瓜 冬瓜 菠菜 芹菜"


def _answers(_host: str, path: str) -> Reply | None:
    if path == "/":
        rows = (
            f'<li><a href="/art/20251014{n:03d}.html">第{n}号摊位今天卖什么菜</a></li>'
            for n in range(ARTICLES)
        )
        return _html(f"<html><body><ul>{''.join(rows)}</ul></body></html>")
    if path.startswith("/art/20251014"):
        return _html(_article(int(path[13:16])))
    return None


def _html(text: str) -> Reply:
    return Reply(body=text.encode(), headers={"Content-Type": "text/html; charset=utf-8"})


def _article(number: int) -> str:
    dish = DISHES.split()[number % 10]
    return (
        f"<html><head><title>第{number}号摊位今天卖什么菜</title></head><body><h1>第{number}号摊位今天卖什么菜</h1>"
        f"<p class='t'>2025-10-14 08:{number % 60:02d} 来源：柳溪新闻</p>"
        f"<div><p>第{number}号摊位的摊主一早挑来两筐{dish}，说是昨晚刚从地里起出来的，根上还带着泥，买的人不少。</p>"
        f"<p>旁边的老主顾说，{dish}炖着吃最香，价钱比上周便宜了两毛，多买几斤也放得住，摊主顺手又送了一把葱。</p></div></body></html>"
    )


@pytest.mark.parametrize(
    "after", [pytest.param(3, marks=pytest.mark.slow), 12, pytest.param(25, marks=pytest.mark.slow)]
)
def test_a_killed_crawl_loses_and_doubles_nothing(tmp_path: Path, after: int) -> None:
    """Killed after so many pages were asked for; the second run fetches the rest and at most a few again."""
    table = tmp_path / "sources.toml"
    table.write_text(TABLE, encoding="utf-8")
    with PagesSite(_answers) as site:
        process = start_crawl(tmp_path / "data", table, site.port, NOW, once=False)
        deadline = time.monotonic() + 120
        while len(site.asked) < after + 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        crawl(tmp_path / "data", table, site.port, NOW)
        fetched = Counter(url for url in site.asked if "/art/" in url)
    documents = stored(tmp_path / "data")
    assert len(documents) == ARTICLES == len({document.url for document in documents})
    assert len(fetched) == ARTICLES
    assert max(fetched.values()) <= 2


def test_sigterm_drains_and_ends(tmp_path: Path) -> None:
    """A running crawl told to stop ends by itself, with what it fetched stored."""
    table = tmp_path / "sources.toml"
    table.write_text(TABLE, encoding="utf-8")
    with PagesSite(_answers) as site:
        process = start_crawl(tmp_path / "data", table, site.port, NOW, once=False)
        deadline = time.monotonic() + 120
        while len(site.asked) < 10 and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        asked = len({url for url in site.asked if "/art/" in url})
    assert process.returncode == 0
    assert len(stored(tmp_path / "data")) == asked
