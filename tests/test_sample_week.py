"""The committed sample week: its volumes, its rules of fiction, and how its sites show it."""

import json
import re
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest

from config.settings import TABLES
from config.sources import load_sources
from crawlers.site import SampleSites
from crawlers.site_answers import shown_time
from crawlers.week import SAMPLE_WEEK, load_week
from nlp.gazetteer import entries

PARTS = {"S1": 48, "S2": 36, "S3": 44, "S4": 46, "S5": 28, "S6": 32, "S7": 22, "S8": 40, "H": 60}
NOISE = 344
KINDS = {"html": 180, "feed": 60, "post": 330, "hotline": 110, "board": 20}
HTML = ("daily", "evening", "tv", "gov", "env", "prov")
SURNAMES = "王李张刘陈杨黄赵周吴徐孙马胡朱郭何林罗高梁郑谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦阎薛尹段雷黎史陶毛郝顾龚邵万覃武钱严赖洪莫孔"
NAMED = re.compile(
    rf"[{SURNAMES}](?:某|先生|女士|师傅|阿姨|大爷|大妈|老师|医生|局长|市长|书记|主任)"
)
PERSONAL = re.compile(
    r"1[3-9]\d{9}|\d{17}[\dXx]|@(?!某人)[\w\u4e00-\u9fa5]|[A-Za-z0-9._]+@[A-Za-z]"
)


def _rows() -> list[dict[str, Any]]:
    files = sorted(SAMPLE_WEEK.glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]


ROWS = _rows()


def _full(row: dict[str, Any]) -> str:
    return f"{row['title'] or ''}\n{row['text']}\n{row.get('origin') or ''}\n{row['author'] or ''}"


def test_the_volumes_are_as_planned() -> None:
    """700 documents: storylines, hard negatives, noise; by kind; about 18 % copies."""
    parts = Counter(row["key"].rpartition("-")[0] for row in ROWS)
    assert {part: parts[part] for part in PARTS} == PARTS
    assert sum(parts.values()) - sum(PARTS.values()) == NOISE
    kinds = Counter(_kind(row["source"]) for row in ROWS)
    assert {kind: abs(kinds[kind] - count) <= 3 for kind, count in KINDS.items()} == dict.fromkeys(
        KINDS, True
    )
    assert 0.13 <= sum(1 for row in ROWS if row["copy_of"]) / len(ROWS) <= 0.23


def _kind(source: str) -> str:
    if source in HTML:
        return "html"
    return {"provfeed": "feed", "agency": "feed", "weibo": "post", "video": "post"}.get(
        source, source
    )


def test_no_two_documents_share_a_sentence_unless_one_is_a_copy() -> None:
    """Written one by one, not filled templates."""
    by_key = {row["key"]: row for row in ROWS}
    owner: dict[str, str] = {}
    shared = []
    for row in ROWS:
        root = _root(row["key"], by_key)
        for sentence in re.split(r"[。！？!?\n]+", _full(row)):
            plain = re.sub(r"\s", "", sentence)
            if len(plain) >= 12 and owner.setdefault(plain, root) != root:
                shared.append((row["key"], owner[plain], plain))
    assert shared == []


def _root(key: str, by_key: dict[str, dict[str, Any]]) -> str:
    while by_key[key]["copy_of"]:
        key = by_key[key]["copy_of"]
    return key


def test_nobody_is_named_and_no_number_is_given() -> None:
    """Officials by office, citizens by role; no telephone but 12345, no mail, no identity number."""
    found = [(row["key"], m.group()) for row in ROWS for m in [NAMED.search(_full(row))] if m]
    found += [(row["key"], m.group()) for row in ROWS for m in [PERSONAL.search(_full(row))] if m]
    assert found == []


def test_no_real_place_is_named() -> None:
    """Every county-level and higher name of the gazetteer, and each town-like name, is absent."""
    names = {e.name for e in entries() if len(e.code) == 6 and len(e.name) >= 3}
    names |= {e.short for e in entries() if len(e.code) == 6 and not e.common and len(e.short) >= 3}
    towns = {e.name for e in entries() if len(e.code) == 9}
    found = []
    for row in ROWS:
        text = _full(row)
        found += [(row["key"], name) for name in names if name in text]
        for town in re.finditer(r"(?=([\u4e00-\u9fa5]{2,4}(?:街道|镇|乡)))", text):
            if town.group(1) in towns:
                found.append((row["key"], town.group(1)))
    assert found == []


def test_addresses_end_in_test() -> None:
    """Nothing in the week leads out of it."""
    wrong = [row["key"] for row in ROWS if re.search(r"https?://(?![\w.-]*\.test)", _full(row))]
    assert wrong == []


def test_every_time_lies_in_the_week_and_copies_come_later() -> None:
    """Monday 00:00 to Sunday 08:30; a copy never precedes what it copies; 12 or more come late."""
    week = load_week()
    assert week.start == datetime.fromisoformat("2025-10-13T00:00:00+08:00")
    assert week.end == datetime.fromisoformat("2025-10-19T08:30:00+08:00")
    by_key = {one.key: one for one in week.documents}
    assert all(week.start <= one.published_at <= week.end for one in week.documents)
    copies = [(row["key"], row["copy_of"]) for row in ROWS if row["copy_of"]]
    assert [c for c, o in copies if by_key[c].published_at < by_key[o].published_at] == []
    late = [one for one in week.documents if one.is_late and one.source != "hotline"]
    assert len(late) >= 12


# -- how the sites show it


@pytest.fixture(scope="module")
def week_sites() -> list[tuple[str, str, str]]:
    """Walk each site at the week's end: (host, path, body)."""
    week, table = load_week(), load_sources(TABLES / "sample" / "sources.toml")
    sites = SampleSites(week, table, lambda: week.end)
    found: list[tuple[str, str, str]] = []
    for source in table.sources:
        (host,) = source.allowed_hosts
        paths = [source.start[0].partition(host)[2], "/robots.txt"]
        for path in paths:
            page = sites.answer(host, path)
            encoding = "gb18030" if source.name == "tv" else "utf-8"
            text = page.body.decode(encoding if page.status == 200 else "utf-8", "replace")
            found.append((host, path, text))
            if source.kind == "news":
                paths += [p for p in re.findall(r'href="(/[^"]+)"', text) if p not in paths]
    return found


def test_no_page_tells_the_key_or_why(week_sites: list[tuple[str, str, str]]) -> None:
    """The right answers are never served."""
    whys = {row[name] for row in ROWS for name in ("why", "story") if row.get(name)}
    keys = re.compile(r"\b(?:S[1-8]|H|N[ABC])-\d{2,3}\b")
    assert not [(host, path) for host, path, text in week_sites if keys.search(text)]
    assert not [(host, path) for host, path, text in week_sites if any(why in text for why in whys)]


def test_every_html_page_says_that_it_is_fiction(week_sites: list[tuple[str, str, str]]) -> None:
    """示例数据, 纯属虚构, in the foot."""
    pages = [text for _, _, text in week_sites if "<html" in text]
    assert len(pages) > 180
    assert all("示例数据, 纯属虚构" in text for text in pages)


def test_every_article_is_shown_and_robots_answer(week_sites: list[tuple[str, str, str]]) -> None:
    """Walking the links from the front page reaches each article of the week."""
    shown = "\n".join(text for _, _, text in week_sites)
    missing = [row["key"] for row in ROWS if row["source"] in HTML and row["title"] not in shown]
    assert missing == []
    assert all("Disallow" in text for _, path, text in week_sites if path == "/robots.txt")


def test_nothing_is_shown_before_its_time() -> None:
    """A late document, a hotline call before 07:00 and a post during the outage are not there yet."""
    week, table = load_week(), load_sources(TABLES / "sample" / "sources.toml")
    for document in week.documents:
        assert document not in week.visible(
            document.source, document.visible_at - timedelta(seconds=1)
        )
    hours = {one.visible_at.hour for one in week.documents if one.source == "hotline"}
    assert hours == {7}
    noon = datetime.fromisoformat("2025-10-15T15:00:00+08:00")
    path = "/api/container/getIndex?containerid=1"
    closed = json.loads(SampleSites(week, table, lambda: noon).answer("m.weibo.test", path).body)
    assert closed["ok"] == -100
    evening = noon + timedelta(hours=5, minutes=1)
    opened = json.loads(SampleSites(week, table, lambda: evening).answer("m.weibo.test", path).body)
    assert opened["ok"] == 1


@pytest.mark.parametrize(
    ("gone", "shown"),
    [(20, "刚刚"), (300, "5分钟前"), (7200, "2小时前"), (86_400, "昨天 12:00"), (260_000, "10-12")],
)
def test_posts_show_their_time_as_the_real_site_does(gone: int, shown: str) -> None:
    """Relative today, 昨天, else month and day."""
    now = datetime.fromisoformat("2025-10-15T12:00:00+08:00")
    assert shown_time(now - timedelta(seconds=gone), now) == shown
