"""What is set aside: each bad thing once under an id of its own, with a short sample that names nobody."""

import asyncio
import json
from pathlib import Path

from scrapy.http import HtmlResponse

from config.sources import Source
from crawlers.extract.answer import Item, Page
from crawlers.extractor import Extractor
from crawlers.intake import SAMPLE, Draft, Intake
from crawlers.spider import Watch
from crawlers.spiders.hotline import HotlineSpider
from crawlers.spiders.news import NewsSpider
from crawlers.spiders.posts import PostsSpider
from crawlers.voices import Voices
from records.clock import FixedClock
from records.source import Rejected
from store.sqlite import SqliteCorpus
from tests.contracts.spider import NOW

URL = "http://calls.liuxi.test/batch/20251014.json"


def _parts(folder: Path, kind: str) -> tuple[Source, Intake, Watch]:
    source = Source(
        name="one",
        title="柳溪热线",
        kind=kind,  # type: ignore[arg-type]
        start=(URL,),
        source_class="city",
        platform="测试",
    )
    clock = FixedClock(NOW)
    watch = Watch(
        clock=clock, folder=folder, extractor=Extractor(), poll_seconds=5, min_free_gb=0, once=True
    )
    return source, Intake(source, SqliteCorpus(":memory:"), clock, Voices(folder)), watch


def _aside(intake: Intake) -> list[Rejected]:
    return intake.corpus.rejected()


def _batch(calls: list[object]) -> HtmlResponse:
    body = json.dumps({"batch_at": NOW.isoformat(), "items": calls}).encode()
    return HtmlResponse(URL, body=body)


def test_bad_calls_are_told_apart_and_name_nobody(tmp_path: Path) -> None:
    """Of a bad call its place, its number and its keys are kept; a later bad call of the batch does not vanish."""
    calls = [
        {"id": "LX-2025-17", "caller": "张三丰", "called_at": "2025-10-13 20:18:44"},
        {"id": "LX-2025-17", "caller": "张三丰", "called_at": "2025-10-13 20:18:44"},
        {"id": "张三丰", "text": "我叫张三丰, 电话 13912345678", "张三丰": 1},
        {"id": "13912345678", "text": "张三丰"},
        {"id": {"name": "张三丰"}},
        "张三丰 13912345678",
        {"id": "ok", "text": "路灯不亮", "called_at": "2025-10-13 20:18:44"},
    ]
    source, intake, watch = _parts(tmp_path, "hotline")
    spider = HotlineSpider(source, intake, watch)
    spider.take(_batch(calls))
    rows = _aside(intake)
    assert len(rows) == 6
    samples = " ".join(row.sample for row in rows)
    for planted in ("张三丰", "13912345678", "20:18"):
        assert planted not in samples
    assert any("第 1 件 LX-2025-17" in row.sample and "called_at" in row.sample for row in rows)
    assert max(len(row.sample) for row in rows) <= SAMPLE
    spider.take(_batch(calls))
    assert len(_aside(intake)) == 6


def test_undated_posts_are_told_apart(tmp_path: Path) -> None:
    """Also where the page gave no link of their own; their words are masked and cut short."""
    source, intake, watch = _parts(tmp_path, "posts")
    spider = PostsSpider(source, intake, watch)
    for number in range(3):
        item = Item(
            id=str(number),
            url="",
            title="",
            text="转发 @张三丰 13912345678 半个\ud83d" + "路灯不亮" * 50,
            published_at=None,
        )
        asyncio.run(spider._take(item, URL))
    rows = _aside(intake)
    assert len(rows) == 3
    assert all(len(row.sample) <= SAMPLE for row in rows)
    assert not [row for row in rows if "三丰" in row.sample or "139" in row.sample]


def test_pages_that_lead_to_the_same_place_are_told_apart(tmp_path: Path) -> None:
    """Two links that end at one address are two things set aside."""
    source, intake, watch = _parts(tmp_path, "news")
    spider = NewsSpider(source, intake, watch)
    response = HtmlResponse("http://one.liuxi.test/gone")
    spider.take("one.liuxi.test/1", Page(outcome="gone", reason="页面已不存在"), response)
    spider.take("one.liuxi.test/2", Page(outcome="gone", reason="页面已不存在"), response)
    spider.take("one.liuxi.test/3", Page(outcome="article", title="无日期"), response)
    assert len(_aside(intake)) == 3


def test_a_draft_that_cannot_be_read_is_set_aside_alone(tmp_path: Path) -> None:
    """A time without a zone cannot be compared; the entries beside it are taken in."""
    _, intake, _ = _parts(tmp_path, "feed")
    for number, at in enumerate((NOW, NOW.replace(tzinfo=None), NOW)):
        intake.take(
            Draft(
                native=str(number),
                url=f"http://one.liuxi.test/{number}",
                title="路灯",
                text="修好了",
                published_at=at,
                precision="minute",
            )
        )
    assert intake.flush() == 2
    assert [row.url for row in _aside(intake)] == ["http://one.liuxi.test/1"]
