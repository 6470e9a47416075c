"""Real pages, feeds, posts and boards: extraction measured against its floors, and every file through spiders and store."""

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crawlers.addresses import address_key
from crawlers.extract.boards import read_board
from crawlers.extract.feeds import read_feed
from crawlers.extract.posts import read_posts
from crawlers.extract.search_page import MARK, read_search_page
from crawlers.extractor import Extractor
from crawlers.outlines import describe
from records.clock import SystemClock, beijing
from store.sqlite import SqliteCorpus
from tests.pages_site import PagesSite, Reply, crawl, states, stored

pytestmark = pytest.mark.material

FLOORS = {"f1": 0.97, "exact": 0.88, "day": 0.9, "minute": 0.9, "source": 0.85}
"""Pinned below what was measured (.988 .934 .950 .958 .933); raise freely, lower only on purpose."""
STORED_AT_MOST = 4


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _figures(shared: Path, dev: Path, predictions: Path) -> dict[str, Any]:
    """Return what the pages' own scorer says."""
    command = [sys.executable, str(shared / "pages" / "score.py"), str(dev), str(predictions)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def dev(shared: Path) -> Path:
    """Return the developers' half of the pages."""
    return shared / "pages" / "dev"


@pytest.fixture(scope="module")
def extractor() -> Iterator[Extractor]:
    """Give one extraction process."""
    one = Extractor(limit_s=60)
    yield one
    one.close()


def test_extraction_stays_above_its_floors(
    shared: Path, dev: Path, extractor: Extractor, tmp_path: Path
) -> None:
    """Beyond the best single tool in text, title, minute and list pages, and no date invented."""
    now = SystemClock().now()
    with (tmp_path / "predictions.jsonl").open("w", encoding="utf-8") as out:
        for row in _rows(dev / "gold.jsonl"):
            content = (dev / row["file"]).read_bytes()
            values = describe(content, url=row["url"] or "", now=now, extractor=extractor)
            out.write(json.dumps({"file": row["file"], **values}, ensure_ascii=False) + "\n")
    figures = _figures(shared, dev, tmp_path / "predictions.jsonl")
    print(json.dumps(figures))
    assert {name: figures[name] for name in FLOORS if figures[name] < FLOORS[name]} == {}
    assert figures["dates_invented"] == 0
    assert figures["non_articles_stored"] <= STORED_AT_MOST


def test_feeds_agree_with_the_gold(dev: Path) -> None:
    """Every title and time right; every web address right."""
    now = SystemClock().now()
    wrong: list[Any] = []
    for row in _rows(dev / "feeds_gold.jsonl"):
        content = (dev / row["file"]).read_bytes()
        found = read_feed(content, content_type=row.get("http_content_type", ""), now=now)
        if len(found.items) != len(row["items"]):
            wrong.append((row["file"], len(found.items), len(row["items"])))
        for gold, item in zip(row["items"], found.items, strict=False):
            shown = beijing(item.published_at).isoformat() if item.published_at else ""
            same = gold["title"] == item.title and (gold["published_at"] or "")[:16] == shown[:16]
            web = gold["link"].startswith("http")
            if not same or (web and gold["link"] != item.url):
                wrong.append((row["file"], gold, item.title, item.url, shown))
    assert wrong == []


def test_posts_and_boards_agree_with_the_gold(dev: Path) -> None:
    """Texts, seconds, counts, ranks and heat."""
    wrong: list[Any] = []
    for row in _rows(dev / "weibo_gold.jsonl"):
        content = (dev / row["file"]).read_bytes()
        now = (
            datetime.fromisoformat(row["fetched_at"])
            if row.get("fetched_at")
            else SystemClock().now()
        )
        if "posts" in row:
            wrong += _wrong_posts(row, content, now)
        else:
            wrong += _wrong_entries(row, content, now)
    assert wrong == []


def _wrong_posts(row: dict[str, Any], content: bytes, now: datetime) -> list[Any]:
    search = MARK in content
    found = read_search_page(content, now=now) if search else read_posts(content, now=now)
    wrong: list[Any] = (
        [] if len(found.items) == len(row["posts"]) else [(row["file"], len(found.items))]
    )
    for gold, item in zip(row["posts"], found.items, strict=False):
        own = re.sub(
            r"\s|\u2060", "", item.text.split("//@某人:")[0] if gold["is_repost"] else item.text
        )
        counts = (item.reposts, item.comments, item.likes)
        if own != re.sub(r"\s", "", gold["text"]) or item.id != gold["id"]:
            wrong.append((row["file"], gold["text"], own))
        if counts != (gold["reposts"], gold["comments"], gold["likes"]):
            wrong.append((row["file"], gold["id"], counts))
        at = gold.get("created_at")
        if at and (
            not item.published_at
            or abs((item.published_at - datetime.fromisoformat(at)).total_seconds()) > 2
        ):
            wrong.append((row["file"], at, item.published_at))
    return wrong


def _wrong_entries(row: dict[str, Any], content: bytes, now: datetime) -> list[Any]:
    found = read_board(content, now=now)
    golds = list({gold["title"]: gold for gold in row["items"]}.values())
    by_title = {item.title: item for item in found.items}
    wrong: list[Any] = (
        [] if len(by_title) == len(golds) else [(row["file"], len(by_title), len(golds))]
    )
    for gold in golds:
        item = by_title.get(gold["title"])
        if item is None or (
            "rank" in gold and (gold["rank"], gold["hot"]) != (item.rank, item.views)
        ):
            wrong.append((row["file"], gold, item))
    return wrong


# -- hostile files, one by one


def test_hostile_pages_end_as_expected_within_their_limits(dev: Path) -> None:
    """Each ends as expected, in its memory; the time limit is the extractor's own, for the machine may be loaded."""
    now = SystemClock().now()
    wrong: list[Any] = []
    extractor = Extractor(limit_s=60)
    for row in _rows(dev / "hostile" / "expect.jsonl"):
        if row["served_as"]["content-encoding"] == "deflate":
            continue  # unpacked by Scrapy, see below
        content = (dev / "hostile" / row["file"]).read_bytes()
        values = describe(content, url="http://x.test/1", now=now, extractor=extractor)
        wrong += [(row["file"], problem) for problem in _problems(row["expect"], values)]
    assert wrong == []
    assert _peak_mb(extractor) < 300
    extractor.close()


def _problems(expect: dict[str, Any], values: dict[str, Any]) -> list[str]:
    outcome, got = expect["outcome"], values["kind"]
    if outcome == "article":
        return _article_problems(expect, values)
    if outcome in ("blocked", "gone", "unsupported", "reject"):
        return [] if got != "article" and not values.get("items") else [f"stored as {got}"]
    if outcome == "items":
        return [] if len(values["items"]) == expect["items"] else [f"{len(values['items'])} items"]
    return []


def _article_problems(expect: dict[str, Any], values: dict[str, Any]) -> list[str]:
    problems = [] if values["kind"] == "article" else [f"{values['kind']}: {values.get('reason')}"]
    text = re.sub(r"\s", "", values.get("text", ""))
    wanted = expect.get("paragraphs") or expect.get("paragraphs_prefix") or []
    problems += [f"missing {p[:12]}" for p in wanted if re.sub(r"\s", "", p) not in text]
    if "title" in expect and values["title"] != expect["title"]:
        problems.append(f"title {values['title']}")
    if "published_at" in expect and values["published_at"] != expect["published_at"]:
        problems.append(f"time {values['published_at']}")
    if re.search(r"[\x00-\x08\u202a-\u202e]|Ignore previous|忽略以上", values.get("text", "")):
        problems.append("hidden text or control characters")
    return problems


def _peak_mb(extractor: Extractor) -> float:
    process = extractor._process
    assert process is not None
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():
        pytest.skip("no /proc here")
    found = re.search(r"VmHWM:\s+(\d+)", status.read_text(encoding="ascii"))
    assert found is not None
    return int(found.group(1)) / 1024


# -- everything through spiders and store


def _block(name: str, kind: str, path: str, article: str = "") -> str:
    rule = f"article = '{article}'\n" if article else ""
    return (
        f'[[sources]]\nname = "{name}"\ntitle = "{name}"\nkind = "{kind}"\nstart = ["http://{name}.dev.test{path}"]\n'
        f'source_class = "city"\nplatform = "测试"\ndelay_s = 0.0\ntimeout_s = 60\nloopback = "127.0.0.1:0"\n{rule}'
    )


def _kind_of(file: str) -> str:
    if file.startswith("feeds/") or file.endswith(".xml"):
        return "feed"
    if file.startswith("boards/") and "search" not in file:
        return "board"
    return "board" if "hotsearch" in file else "posts"


class _Dev:
    """The developers' half as loopback sites: two of pages, one for each other file."""

    def __init__(self, dev: Path) -> None:
        self.dev = dev
        self.pages = sorted(f"pages/{file.name}" for file in (dev / "pages").iterdir())
        rows = _rows(dev / "hostile" / "expect.jsonl")
        self.served = {f"hostile/{row['file']}": row["served_as"] for row in rows}
        single = (".xml", ".json")
        self.hostile = [name for name in self.served if not name.endswith(single)]
        others = [name for name in self.served if name.endswith(single)]
        folders = ("feeds", "weibo", "boards")
        others += [
            f"{folder}/{file.name}"
            for folder in folders
            for file in sorted((dev / folder).iterdir())
        ]
        self.others = {f"x{number}": name for number, name in enumerate(others)}

    def table(self) -> str:
        """Return the table of sources."""
        blocks = [
            _block("pages", "news", "/", r"/pages/"),
            _block("hostile", "news", "/", r"/hostile/"),
        ]
        blocks += [_block(name, _kind_of(file), f"/{file}") for name, file in self.others.items()]
        return "\n".join(blocks)

    def answers(self, host: str, path: str) -> Reply | None:
        """Answer one request."""
        name = host.partition(".")[0]
        if path == "/" and name in ("pages", "hostile"):
            files = self.pages if name == "pages" else self.hostile
            rows = "".join(f'<li><a href="/{file}">{file} 的标题文字</a></li>' for file in files)
            return Reply(
                body=f"<html><body><ul>{rows}</ul></body></html>".encode(),
                headers={"Content-Type": "text/html"},
            )
        file = self.dev / path.lstrip("/")
        if not file.is_file():
            return None
        served = self.served.get(path.lstrip("/"), {})
        headers = {"Content-Type": served.get("content-type") or "text/html"}
        if served.get("content-encoding"):
            headers["Content-Encoding"] = served["content-encoding"]
        return Reply(body=file.read_bytes(), headers=headers)


def test_every_file_is_accounted_for(dev: Path, tmp_path: Path) -> None:
    """Each page is a document, a list, or set aside with its reason; each feed, board or answer gave items or said why not."""
    site = _Dev(dev)
    table = tmp_path / "sources.toml"
    table.write_text(site.table(), encoding="utf-8")
    data = tmp_path / "data"
    with PagesSite(site.answers) as server:
        outcomes = crawl(data, table, server.port, SystemClock().now())
    corpus = SqliteCorpus(data / "corpus.db")
    aside = corpus.rejected(limit=1000)
    rejected = {row.url for row in aside}
    documents = stored(data)
    urls = {document.url for document in documents}
    lost = []
    for name, files in (("pages", site.pages), ("hostile", site.hostile)):
        keys = {
            address_key(f"http://{name}.dev.test/{file}"): f"http://{name}.dev.test/{file}"
            for file in files
        }
        visited = corpus.visited(name, list(keys))
        lost += [url for key, url in keys.items() if key not in visited and url not in rejected]
    corpus.close()
    assert lost == []
    silent = [
        site.others[name]
        for name, state in states(data).items()
        if name in site.others and state.documents == 0 and state.health == "ok"
        if name not in {row.source for row in aside}
    ]
    assert silent == []
    print(json.dumps({name: outcomes[name] for name in ("pages", "hostile")}))
    assert len([url for url in urls if "/pages/" in url]) >= 50
    assert not [d for d in documents if "root:" in d.text or "<script" in d.text]


# -- a server that misbehaves

MISDEEDS = {
    "endless": "/endless",
    "drip": "/slow/drip?s=60",
    "silent": "/slow/header?s=60",
    "chain": "/redirect/chain?n=30",
    "loop": "/redirect/loop",
    "metadata": "/redirect/private",
    "passwd": "/redirect/file",
    "gopher": "/redirect/scheme",
    "early": "/close/early",
    "forbidden": "/status/403",
    "slowdown": "/status/429",
    "bigheader": "/bighdr",
    "private": "/private/a.html",
}


def test_a_misbehaving_server_costs_no_more_than_its_limits(shared: Path, tmp_path: Path) -> None:
    """Endless, slow, looping, lying: each source ends with a word about it, and the good one is collected."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    table = tmp_path / "sources.toml"
    blocks = [_block(name, "news", path).replace("= 60", "= 3") for name, path in MISDEEDS.items()]
    table.write_text("\n".join(blocks), encoding="utf-8")
    command = [sys.executable, str(shared / "pages" / "serve_hostile.py"), str(port)]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        begun = time.monotonic()
        crawl(tmp_path / "data", table, port, SystemClock().now())
        assert time.monotonic() - begun < 120
    finally:
        server.kill()
        server.wait()
    found = {name: state.health for name, state in states(tmp_path / "data").items()}
    assert set(found) == set(MISDEEDS)
    assert {name for name, health in found.items() if health in ("ok", "changed")} == set()
    assert {found["forbidden"], found["slowdown"], found["private"]} == {"blocked"}
    assert stored(tmp_path / "data") == []
