"""A surprise costs one poll or one page, never the spider: it is told, logged without names, and tried again."""

import asyncio
import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from scrapy.http import Response

from config.sources import Source
from crawlers.extract.boards import read_board
from crawlers.extract.posts import count, load_json, read_posts
from crawlers.extractor import Extractor
from crawlers.intake import Draft, Intake
from crawlers.spider import SourceFailed, SourceSpider, Watch, _retry_after, stated_time
from crawlers.voices import Voices
from records.clock import FixedClock
from records.source import SourceState
from store.sqlite import SqliteCorpus
from tests.contracts.spider import NOW
from tests.pages_site import PagesSite, Reply, crawl, states, stored

SOURCE = Source(
    name="daily",
    title="柳溪日报",
    kind="news",
    start=("http://daily.liuxi.test/",),
    source_class="city",
    platform="测试",
    poll_seconds=7,
)


class _Planned(SourceSpider):
    """A spider whose polls go as planned by the test."""

    kind = "planned"
    plan: Callable[["_Planned"], int]

    async def poll(self) -> int:
        """Do what the test planned."""
        return type(self).plan(self)


def _spider(folder: Path, corpus: SqliteCorpus, plan: Callable[[_Planned], int]) -> _Planned:
    clock = FixedClock(NOW)
    watch = Watch(
        clock=clock, folder=folder, extractor=Extractor(), poll_seconds=5, min_free_gb=0, once=True
    )
    intake = Intake(SOURCE, corpus, clock, Voices(folder))
    kind = type("Planned", (_Planned,), {"plan": staticmethod(plan)})
    return kind(SOURCE, intake, watch)  # type: ignore[no-any-return]


def _draft(number: int) -> Draft:
    return Draft(
        native=str(number),
        url=f"http://daily.liuxi.test/{number}",
        title="路灯修好了",
        text="堤坝路的路灯修好了",
        published_at=NOW,
        precision="minute",
    )


def _turned(spider: _Planned) -> tuple[float, SourceState]:
    wait = asyncio.run(spider.turn())
    return wait, spider.state()


def test_a_surprise_ends_one_poll_and_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The source is shown as failing, as complete as before; what was taken in is kept; the next poll goes on."""
    polls: list[int] = []

    def plan(spider: _Planned) -> int:
        polls.append(1)
        if len(polls) == 2:
            spider.intake.take(_draft(1))
            raise ValueError("could not read @柳溪阿明 13912345678")
        return 1

    corpus = SqliteCorpus(":memory:")
    spider = _spider(tmp_path, corpus, plan)
    _, before = _turned(spider)
    with caplog.at_level(logging.WARNING):
        wait, fell = _turned(spider)
    assert wait == 7
    assert fell.health == "unreachable"
    assert "ValueError" in fell.said
    assert "阿明" not in fell.said
    assert "ValueError" in caplog.text
    assert "阿明" not in caplog.text
    assert "139" not in caplog.text
    assert (fell.complete_to, fell.ok_at) == (before.complete_to, before.ok_at) == (NOW, NOW)
    assert (fell.documents, corpus.counts().documents) == (1, 1)
    assert _turned(spider)[1].health == "ok"
    corpus.close()


def test_a_store_that_refuses_does_not_end_a_source_that_failed(tmp_path: Path) -> None:
    """Also where the batch cannot be written after the site refused; nothing escapes, and the batch waits."""

    def plan(spider: _Planned) -> int:
        spider.intake.take(_draft(1))
        corpus.close()
        raise SourceFailed("blocked", "网站要求放慢 (429)", 90)

    corpus = SqliteCorpus(tmp_path / "corpus.db")
    spider = _spider(tmp_path, corpus, plan)
    assert asyncio.run(spider.turn()) == 90


@pytest.mark.parametrize(
    ("header", "moment"),
    [
        (b"Tue, 14 Oct 2025 02:00:00", datetime(2025, 10, 14, 2, tzinfo=UTC)),
        (b"Tue, 14 Oct 2025 02:00:00 -0000", datetime(2025, 10, 14, 2, tzinfo=UTC)),
        (b"Tue, 14 Oct 2025 10:00:00 +0800", datetime(2025, 10, 14, 2, tzinfo=UTC)),
        (b"yesterday", None),
        (b"", None),
    ],
)
def test_a_stated_time_has_a_zone_or_is_none(header: bytes, moment: datetime | None) -> None:
    """A header without a zone is GMT, as the standard says; one that is no time says nothing."""
    assert stated_time(Response("http://x.test/", headers={"Last-Modified": header})) == moment


def test_a_wait_that_is_no_number_is_five_minutes() -> None:
    """A superscript is a digit to Unicode, yet no figure."""
    assert (
        _retry_after(Response("http://x.test/", headers={"Retry-After": "²".encode("latin-1")}))
        == 300
    )
    assert _retry_after(Response("http://x.test/", headers={"Retry-After": b"40"})) == 40


def test_an_odd_board_is_read() -> None:
    """Milliseconds, superscript ranks, links written plainly, half an emoji: each entry is there."""
    moment = NOW - timedelta(hours=1)
    entries = [
        {"word": "路灯", "onboard_time": int(moment.timestamp() * 1000), "rank": "²"},
        {"word": "停水", "onboard_time": 10**30, "rank": "9" * 5000, "num": 10**400},
        {
            "target": {
                "title_area": {"text": "公交"},
                "link": "http://b.test/1",
                "metrics_area": "3万",
            }
        },
        {"word": "半个\ud83d", "url": "http://b.test/\ud83d"},
    ]
    found = read_board(json.dumps({"data": entries}).encode(), now=NOW)
    assert [item.title for item in found.items] == ["路灯", "停水", "公交", "半个?"]
    first, second, third, _ = found.items
    assert first.published_at == moment
    assert [item.rank for item in found.items] == [1, 2, 3, 4]
    assert second.published_at is None
    assert second.views < 2**63
    assert (third.url, third.views) == ("http://b.test/1", 30_000)


def test_no_figure_is_too_large_to_store() -> None:
    """A count of a thousand digits is nonsense, no reason to stop."""
    assert count("9" * 1000) < 2**63
    assert count("9" * 1000 + "亿") < 2**63
    assert count(10**400) < 2**63
    assert count(float("inf")) == 0
    assert load_json(b'{"a": "\\ud83d\\ude00"}') == {"a": "😀"}
    assert read_posts(b'{"data": {"cards": [{"mblog": 3}]}}', now=NOW).items == ()


def test_an_odd_header_costs_no_page(tmp_path: Path) -> None:
    """Every article of a site whose Last-Modified has no zone is taken in."""
    body = (
        "<html><head><title>堤坝路的路灯修好了</title></head><body><h1>堤坝路的路灯修好了</h1>"
        "<p>2025-10-14 08:10 来源：柳溪日报</p><div><p>堤坝路的二十盏路灯昨晚全部亮了，附近的居民说，"
        "孩子晚上放学回家再也不用打手电筒了，沿街的小店也多开了一个钟头。</p><p>养护单位说，"
        "这次换上的灯更省电，坏了以后会自己报修，以后不用等人打电话来催了。</p></div></body></html>"
    )

    def answers(_host: str, path: str) -> Reply | None:
        if path == "/":
            link = '<a href="/art/20251014001.html">堤坝路的路灯修好了</a>'
            return Reply(body=link.encode(), headers={"Content-Type": "text/html; charset=utf-8"})
        headers = {"Content-Type": "text/html; charset=utf-8"}
        headers["Last-Modified"] = "Tue, 14 Oct 2025 02:00:00"
        return Reply(body=body.encode(), headers=headers) if "/art/" in path else None

    table = tmp_path / "sources.toml"
    table.write_text(
        '[[sources]]\nname = "daily"\ntitle = "柳溪日报"\nkind = "news"\n'
        'start = ["http://daily.liuxi.test/"]\nsource_class = "city"\nplatform = "测试"\n'
        'delay_s = 0.0\nloopback = "127.0.0.1:0"\n',
        encoding="utf-8",
    )
    with PagesSite(answers) as site:
        crawl(tmp_path / "data", table, site.port, NOW)
    (document,) = stored(tmp_path / "data")
    assert document.seen_at == datetime(2025, 10, 14, 2, tzinfo=UTC)
    assert states(tmp_path / "data")["daily"].health == "ok"
