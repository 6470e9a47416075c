"""What a poll could not fetch is owed to the next, wherever it stands by then; a source is no more complete than that."""

import json
import signal
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.contracts.spider import NOW
from tests.pages_site import PagesSite, Reply, crawl, start_crawl, states, stored

EACH = 5
LATER = datetime(2025, 10, 14, 6, 0, tzinfo=UTC)
DISHES = ["萝卜", "白菜", "莲藕", "芋头", "茭白", "豆角", "南瓜", "冬瓜", "菠菜", "芹菜"]


def _table(folder: Path, pages: int) -> Path:
    file = folder / "sources.toml"
    file.write_text(
        '[[sources]]\nname = "daily"\ntitle = "柳溪日报"\nkind = "news"\n'
        'start = ["http://daily.liuxi.test/"]\nsource_class = "city"\nplatform = "测试"\n'
        f'delay_s = 0.0\npoll_seconds = 1\npages = {pages}\nloopback = "127.0.0.1:0"\n',
        encoding="utf-8",
    )
    return file


def _html(text: str) -> Reply:
    return Reply(
        body=f"<html><body>{text}</body></html>".encode(),
        headers={"Content-Type": "text/html; charset=utf-8"},
    )


class _Lists:
    """A site of `count` articles, newest first, five a list page; those in `broken` answer 500, those in `hidden` are not named."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.broken: set[int] = set()
        self.hidden: set[int] = set()

    def __call__(self, _host: str, path: str) -> Reply | None:
        if path.startswith("/art/"):
            number = int(path[13:16])
            if number in self.broken:
                return Reply(body=b"", status=500)
            return _article(number)
        if path == "/" or path.startswith("/list_"):
            return self._list(1 if path == "/" else int(path[6:].partition(".")[0]))
        return None

    def _list(self, number: int) -> Reply:
        shown = [n for n in range(self.count, 0, -1) if n not in self.hidden]
        rows = [
            f'<li><a href="/art/20251014{n:03d}.html">第{n}号摊位今天卖什么菜</a></li>'
            for n in shown[(number - 1) * EACH : number * EACH]
        ]
        more = number * EACH < len(shown)
        following = f'<a href="/list_{number + 1}.html">下一页</a>' if more else ""
        return _html(f"<ul>{''.join(rows)}</ul>{following}")


def _article(number: int) -> Reply:
    dish = DISHES[number % 10]
    return _html(
        f"<h1>第{number}号摊位今天卖什么菜</h1><p class='t'>2025-10-14 08:{number % 60:02d} 来源：柳溪日报</p>"
        f"<div><p>第{number}号摊位的摊主一早挑来两筐{dish}，说是昨晚刚从地里起出来的，根上还带着泥，买的人不少。</p>"
        f"<p>旁边的老主顾说，{dish}炖着吃最香，价钱比上周便宜了两毛，多买几斤也放得住，摊主顺手又送了一把葱。</p></div>"
    )


def _until(process: subprocess.Popen[str], done: Callable[[], bool]) -> None:
    """Wait for `done`, then end the crawl."""
    deadline = time.monotonic() + 180
    try:
        while not done():
            assert time.monotonic() < deadline
            time.sleep(0.2)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def test_an_article_of_a_deeper_page_is_fetched_after_a_restart(tmp_path: Path) -> None:
    """It failed once behind the first page; the next process turns on behind what is known, and takes it in."""
    lists = _Lists(3 * EACH)
    lists.broken = {EACH + 2}
    table, data = _table(tmp_path, 5), tmp_path / "data"
    with PagesSite(lists) as site:
        crawl(data, table, site.port, NOW)
        first = states(data)["daily"]
        assert first.complete_to is None
        assert "1 个页面没取到" in first.said
        lists.broken = set()
        crawl(data, table, site.port, LATER)
    assert len(stored(data)) == 3 * EACH
    assert states(data)["daily"].complete_to == LATER


def test_an_article_that_no_list_names_any_more_is_still_owed(tmp_path: Path) -> None:
    """It failed, slid off the lists, and is fetched by the same process all the same."""
    lists = _Lists(2 * EACH)
    lists.broken = {2}
    table, data = _table(tmp_path, 5), tmp_path / "data"
    with PagesSite(lists) as site:
        process = start_crawl(data, table, site.port, NOW, once=False)

        def done() -> bool:
            if not (data / "corpus.db").exists():
                return False
            if len(stored(data)) == 2 * EACH - 1 and not lists.hidden:
                lists.hidden, lists.broken = {2}, set()
            return len(stored(data)) == 2 * EACH and states(data)["daily"].complete_to == NOW

        _until(process, done)


def test_a_cap_reached_among_new_articles_is_said_and_counts_as_unfinished(tmp_path: Path) -> None:
    """Four pages, two may be turned, all new: not complete, and said so; complete again once the known is reached."""
    table, data = _table(tmp_path, 2), tmp_path / "data"
    with PagesSite(_Lists(4 * EACH)) as site:
        crawl(data, table, site.port, NOW)
        first = states(data)["daily"]
        assert first.complete_to is None
        assert "翻满 2 页" in first.said
        crawl(data, table, site.port, LATER)
        assert states(data)["daily"].complete_to == LATER
        assert states(data)["daily"].said == "正常"


def test_after_an_absence_the_source_is_turned_back_to_what_is_known(tmp_path: Path) -> None:
    """More came meanwhile than one poll may turn; the next ones turn further, and nothing is missing in between."""
    lists = _Lists(EACH)
    table, data = _table(tmp_path, 2), tmp_path / "data"
    with PagesSite(lists) as site:
        crawl(data, table, site.port, NOW)
        assert states(data)["daily"].complete_to == NOW
        lists.count = 8 * EACH
        process = start_crawl(data, table, site.port, LATER, once=False)
        _until(process, lambda: states(data)["daily"].complete_to == LATER)
    assert len(stored(data)) == 8 * EACH


def _page(path: str) -> Reply:
    number = int(dict(parse_qsl(urlsplit(path).query)).get("page", "1"))
    posts = [
        {
            "mblog": {
                "id": str(9_000_000 - n),
                "created_at": "Tue Oct 14 09:00:00 +0800 2025",
                "text": f"堤坝路第{n}盏路灯不亮了",
            }
        }
        for n in range((number - 1) * EACH, number * EACH)
    ]
    value = {"ok": 1, "data": {"cardlistInfo": {"page": number + 1}, "cards": posts}}
    return Reply(body=json.dumps(value).encode(), headers={"Content-Type": "application/json"})


@pytest.mark.parametrize("broken", [False, True])
def test_a_search_that_was_not_turned_to_its_end_is_unfinished(
    tmp_path: Path, *, broken: bool
) -> None:
    """Whether the cap was reached among new posts or a deeper page failed for good."""
    table, data = _table(tmp_path, 2), tmp_path / "data"
    text = table.read_text(encoding="utf-8").replace('"news"', '"posts"')
    table.write_text(text, encoding="utf-8")

    def answers(_host: str, path: str) -> Reply | None:
        if "robots" in path:
            return None
        return Reply(body=b"", status=500) if broken and "page=2" in path else _page(path)

    with PagesSite(answers) as site:
        if not broken:
            crawl(data, table, site.port, NOW)
        else:
            process = start_crawl(data, table, site.port, NOW, once=False)
            _until(process, lambda: (data / "corpus.db").exists() and len(stored(data)) == EACH)
    state = states(data)["daily"]
    assert state.complete_to is None
    assert ("翻满 2 页" in state.said) is not broken
    assert len(stored(data)) == (EACH if broken else 2 * EACH)
