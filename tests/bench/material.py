"""What the bench runs on: the written weeks' own texts, real posts where the shared material lies, and posts made of both.

Made posts recombine sentences by a fixed seed, so their words are as frequent as in real ones and none repeats another.
"""

import gzip
import json
import random
import re
from datetime import UTC, datetime, timedelta
from functools import cache
from urllib.parse import urlsplit

from config.settings import ROOT
from config.sources import load_sources
from crawlers.site import SampleSites
from crawlers.site_pages import NewsSite
from crawlers.week import load_week
from records.document import Document, document_id
from records.event import Event, Placement
from records.score import Place, Score, Sentiment
from tests.conftest import material_folder

START = datetime(2025, 9, 20, tzinfo=UTC)
DAYS = 30
TOPICS = tuple(f"topic{number}" for number in range(25))
PLATFORMS = ("微博", "短视频", "新闻网站", "政府网站", "热线", "热榜")
SOURCES = tuple(f"source{number:02d}" for number in range(40))
WORDS = (
    "小区",
    "物业",
    "学校",
    "食堂",
    "老师",
    "孩子",
    "医院",
    "社保",
    "公交",
    "地铁",
    "停车",
    "噪音",
    "施工",
    "垃圾",
    "自来水",
    "停电",
    "异味",
    "路灯",
    "电梯",
    "工资",
)


def own_texts() -> list[str]:
    """Return the texts of both written weeks."""
    files = sorted((ROOT / "crawlers/sample/week").glob("*.jsonl"))
    files.append(ROOT / "tests/corpus/second_week/documents.jsonl")
    rows = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    texts = [f"{row.get('title') or ''}\n{row.get('text') or ''}".strip() for row in rows]
    return [text for text in texts if text]


@cache
def real_posts() -> tuple[str, ...]:
    """Return the SMP2020 posts, none where the shared material is not there."""
    folder = material_folder()
    files = sorted((folder / "data/smp2020").glob("*.jsonl.gz")) if folder else []
    lines = [line for file in files for line in gzip.decompress(file.read_bytes()).splitlines()]
    texts = [str(json.loads(line)["text"]) for line in lines]
    return tuple(text for text in texts if text.strip())


def posts(count: int) -> list[str]:
    """Return `count` posts, half of them our own, half real ones where there are any."""
    chance = random.Random(7)  # noqa: S311 - a fixed choice
    own, real = own_texts(), list(real_posts())
    chance.shuffle(own)
    chance.shuffle(real)
    half = own[: count // 2] if real else own
    found = [*half, *real[: count - len(half)]]
    return [found[number % len(found)] for number in range(count)]


@cache
def _sentences() -> tuple[str, ...]:
    texts = [*own_texts(), *real_posts()[:20_000]]
    parts = [part.strip() for text in texts for part in re.split(r"[。！？；\n!?]", text)]
    return tuple(sorted({part for part in parts if 6 <= len(part) <= 60}))


def made_documents(count: int) -> list[Document]:
    """Return `count` made posts over thirty days."""
    chance = random.Random(count)  # noqa: S311 - a fixed choice
    sentences = _sentences()
    found = []
    for number in range(count):
        at = START + timedelta(seconds=chance.randrange(DAYS * 86_400))
        parts = chance.sample(sentences, k=min(len(sentences), chance.randrange(2, 6)))
        source = chance.randrange(len(SOURCES))
        found.append(
            Document(
                id=document_id("bench", str(number)),
                source=SOURCES[source],
                platform=PLATFORMS[source % len(PLATFORMS)],
                kind="post",
                source_class="individual",
                url=f"http://bench.test/{number}",
                title="",
                text="。".join(parts) + "。",
                published_at=at,
                precision="second",
                seen_at=at,
                collected_at=at,
                voice=f"{number % 5_000:020x}",
            )
        )
    return found


def made_scores(documents: list[Document]) -> list[Score]:
    """Return a score for each, drawn by a fixed seed: the store does not care who judged."""
    chance = random.Random(len(documents))  # noqa: S311 - a fixed choice
    return [
        Score(
            document_id=document.id,
            version="bench",
            scored_at=document.seen_at,
            sentiment=Sentiment(
                label=chance.choice(("negative", "neutral", "positive")),
                p_negative=0.5,
                p_positive=0.2,
                sure=True,
            ),
            appeal=chance.choice(("complaint", "help", "news")),
            p_appeal=0.5,
            topics=tuple((topic, 0.5) for topic in chance.sample(TOPICS, k=chance.randrange(3))),
            p_needs_answer=0.5,
            criterion="none",
            places=(Place(code=f"9901{chance.randrange(10):02d}", name="某区"),),
            bodies=(),
            keywords=("小区", "物业"),
            facts=(),
            fingerprint="0011223344556677",
            reasons=(("sentiment", ("坏",)),),
        )
        for document in documents
    ]


def made_places(documents: list[Document], size: int = 20) -> tuple[list[Placement], list[Event]]:
    """Return events of `size` documents each."""
    places, events = [], []
    for begin in range(0, len(documents), size):
        members = documents[begin : begin + size]
        first = members[0]
        places += [
            Placement(document_id=one.id, event_id=first.id, copy_of=None, at=one.seen_at)
            for one in members
        ]
        times = sorted(one.seen_at for one in members)
        events.append(
            Event(
                id=first.id,
                title=first.text[:20],
                keywords=("小区",),
                first_at=times[0],
                last_at=times[-1],
                updated_at=times[-1],
                documents=len(members),
                copies=0,
                platforms=1,
                heat=float(begin % 100),
                growth=0.0,
                stage="latent",
            )
        )
    return places, events


Saved = tuple[bytes, str]
"""A page's bytes and its address."""


@cache
def own_pages() -> tuple[Saved, ...]:
    """Return the article pages of the sample sites."""
    week = load_week()
    table = load_sources(ROOT / "config/sample/sources.toml")
    sites = SampleSites(week, table, lambda: week.end)
    found = []
    for source in table.sources:
        if source.kind != "news":
            continue
        parts = urlsplit(source.start[0])
        host = parts.hostname or ""
        shown = week.visible(source.name, week.end)
        site = NewsSite(
            source=source,
            behaviour=sites.behaviour(source),
            shown=shown,
            now=week.end,
            home=parts.path or "/",
        )
        paths = [site.address(written) for written in shown]
        found += [(sites.answer(host, path).body, f"http://{host}{path}") for path in paths]
    return tuple(found)


@cache
def saved_pages() -> tuple[Saved, ...]:
    """Return saved pages of real sites, none where the shared material is not there."""
    folder = material_folder()
    files = sorted((folder / "pages/dev/pages").glob("*.html")) if folder else []
    return tuple((file.read_bytes(), "") for file in files)
