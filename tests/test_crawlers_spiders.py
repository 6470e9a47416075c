"""Every spider keeps its contract on its saved pages, through Scrapy, the store and back."""

import json
from pathlib import Path
from typing import ClassVar

import pytest

from crawlers.spiders import spider_classes
from records.document import Document
from store.sqlite import SqliteCorpus
from tests.contracts.spider import NOW, TABLE, Crawled, SpiderContract, saved
from tests.pages_site import PagesSite, crawl, states, stored


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    """Crawl the saved pages twice."""
    found = Crawled(tmp_path_factory.mktemp("crawl"))
    with PagesSite(saved) as site:
        crawl(found.folder, TABLE, site.port, NOW)
        found.asked = list(site.asked)
        found.documents = stored(found.folder)
        again = crawl(found.folder, TABLE, site.port, NOW)
        found.asked_again = site.asked[len(found.asked) :]
    found.new_again = {name: outcomes.get("document", 0) for name, outcomes in again.items()}
    corpus = SqliteCorpus(found.folder / "corpus.db")
    found.rejected = corpus.rejected()
    corpus.close()
    return found


class TestNewsSpider(SpiderContract):
    """News and government sites."""

    kind: ClassVar[str] = "news"


class TestFeedSpider(SpiderContract):
    """RSS and Atom."""

    kind: ClassVar[str] = "feed"


class TestPostsSpider(SpiderContract):
    """Weibo-shaped JSON."""

    kind: ClassVar[str] = "posts"


class TestBoardSpider(SpiderContract):
    """Hot boards."""

    kind: ClassVar[str] = "board"


class TestHotlineSpider(SpiderContract):
    """Hotline batches."""

    kind: ClassVar[str] = "hotline"


def test_every_spider_has_its_contract() -> None:
    """A spider without a contract test would be trusted on its word."""
    tested = {one.kind for one in SpiderContract.__subclasses__()}
    assert set(spider_classes()) == tested


def test_robots_are_asked_first_and_obeyed(crawled: Crawled) -> None:
    """A forbidden page is never fetched, and robots.txt comes before any page of a host."""
    assert not [url for url in crawled.asked if "/private/" in url]
    for kind in spider_classes():
        mine = [url for url in crawled.asked if url.startswith(kind)]
        assert mine[0].endswith("/robots.txt")


def test_nothing_of_a_person_is_stored(crawled: Crawled) -> None:
    """No user id, no screen name, no telephone number in any file of the data folder."""
    planted = ("5123456789", "柳溪路人甲", "柳溪路人乙", "堤坝路阿明", "13912345678", "13700001111")
    for file in crawled.folder.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert not [text for text in planted if text.encode() in content], file


def test_a_person_has_one_voice_a_day_and_another_the_next(crawled: Crawled) -> None:
    """Enough to count voices within a day, not to follow anyone."""
    posts = [d for d in crawled.documents if d.source == "posts" and d.author is None]
    voices: dict[str, Document] = {str(d.voice): d for d in posts}
    assert len(voices) == len(posts) == 3
    assert all(len(voice) == 20 for voice in voices)


def test_salts_are_for_the_owner_only(crawled: Crawled) -> None:
    """The salts lie apart, readable by the owner alone."""
    salts = list((crawled.folder / "secrets" / "voices").glob("*.salt"))
    assert salts
    assert {file.stat().st_mode & 0o777 for file in salts} == {0o600}


def test_source_health_and_completeness_are_saved(crawled: Crawled) -> None:
    """After a whole poll the source is complete up to the moment the poll began."""
    for kind, state in states(crawled.folder).items():
        assert state.health == "ok", kind
        assert state.complete_to == NOW


def test_expected_files_are_whole() -> None:
    """A saved page that no address serves would prove nothing."""
    for kind in spider_classes():
        folder = Path(TABLE).parent / kind
        rows = json.loads((folder / "site.json").read_text(encoding="utf-8")).values()
        served = {row["file"] for row in rows if "file" in row}
        present = {file.name for file in folder.iterdir()} - {"site.json", "expected.json"}
        assert served == present
