"""Extraction in small: encodings, times, titles, sources, page kinds, and the command's interface."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.settings import ROOT
from config.sources import Selectors
from crawlers.addresses import address_key, canonical
from crawlers.extract import dates
from crawlers.extract.encoding import decode
from crawlers.extract.feeds import read_feed
from crawlers.extract.page import read_page
from crawlers.extract.posts import count, moment_of, read_posts
from crawlers.extractor import Extractor
from records.clock import beijing

NOW = datetime.fromisoformat("2025-10-15T12:00:00+08:00")
TEXT = "市城管局回应夜间施工噪声：已责令改到白天。"
BODY = (
    "<p>昨天夜里有多名市民反映施工噪声扰民，称凌晨一点仍在浇筑混凝土，影响周边三个小区居民休息，希望尽快处理。</p>"
    "<p>执法人员到场核查，现场测得噪声超过夜间限值，随即要求施工单位停止高噪声作业，并对项目负责人进行约谈。</p>"
    "<p>施工单位已把浇筑、切割等工序改到白天，并在小区出入口张贴施工时间公告，市民可随时拨打热线反映情况。</p>"
)


def _page(
    head: str = "", info: str = "", body: str = BODY, title: str = "城管回应夜间施工噪声问题"
) -> bytes:
    return (
        f"<html><head><title>{title}_柳溪网</title>{head}</head><body><h1>{title}</h1>"
        f"<div class='info'>{info}</div><div class='content'>{body}</div></body></html>"
    ).encode()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (TEXT.encode(), "text/html; charset=gbk"),
        (TEXT.encode("gb18030"), "text/html; charset=utf-8"),
        (TEXT.encode("gb18030"), ""),
        (b"\xef\xbb\xbf" + TEXT.encode(), ""),
        (TEXT.encode("utf-16"), ""),
        (TEXT.encode(), "text/html; charset=utf8mb4"),
    ],
)
def test_bytes_become_the_right_characters(content: bytes, kind: str) -> None:
    """Whatever is declared, what the bytes say counts."""
    assert decode(content, kind) == TEXT


@pytest.mark.parametrize(
    ("info", "shown", "precision"),
    [
        ("发布时间：2025-10-14 09:26 来源：柳溪日报", "2025-10-14T09:26:00+08:00", "minute"),
        ("2025年10月14日 09:26:05", "2025-10-14T09:26:05+08:00", "second"),
        ("2025/10/14 9:26", "2025-10-14T09:26:00+08:00", "minute"),
        ("2025.10.14", "2025-10-14T00:00:00+08:00", "day"),
        ("成文日期：2025年10月10日　发布日期：2025年10月14日", "2025-10-14T00:00:00+08:00", "day"),
        ("发布日期：2025-10-14　有效期至：2030-12-31", "2025-10-14T00:00:00+08:00", "day"),
        ("时间：2025-10-14 下午3:05", "2025-10-14T15:05:00+08:00", "minute"),
        ("成文日期：2025年10月10日", None, "day"),
        ("发布时间：2099-12-31 23:59", None, "day"),
        ("2025-13-45", None, "day"),
        ("", None, "day"),
    ],
)
def test_a_page_tells_its_time_and_none_is_invented(
    info: str, shown: str | None, precision: str
) -> None:
    """发布 goes before 成文; what is impossible or in the future is none."""
    page = read_page(_page(info=info), now=NOW)
    assert page.outcome == "article"
    at = beijing(page.published_at).isoformat() if page.published_at else None
    assert (at, page.precision) == (shown, precision)


def test_a_sharper_machine_time_of_the_same_day_wins() -> None:
    """The line shows the day, the meta tag the second."""
    head = '<meta name="publishdate" content="2025-10-14 09:26:05">'
    page = read_page(_page(head=head, info="2025-10-14"), now=NOW)
    assert page.published_at == datetime(2025, 10, 14, 1, 26, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("刚刚", "2025-10-15T12:00:00+08:00"),
        ("5分钟前", "2025-10-15T11:55:00+08:00"),
        ("3小时前", "2025-10-15T09:00:00+08:00"),
        ("昨天 08:15", "2025-10-14T08:15:00+08:00"),
        ("今天 08:15", "2025-10-15T08:15:00+08:00"),
        ("10-14", "2025-10-14T00:00:00+08:00"),
        ("12-31", "2024-12-31T00:00:00+08:00"),
        ("06月11日 17:51", "2025-06-11T17:51:00+08:00"),
    ],
)
def test_relative_times_and_times_without_a_year(text: str, shown: str) -> None:
    """A month and day that is still to come is last year's."""
    moment = dates.relative(text, NOW)
    assert moment is not None
    assert beijing(moment.at).isoformat() == shown


def test_a_posts_number_gives_its_second_only_where_the_shown_time_agrees() -> None:
    """A number that contradicts the shown time is another kind of number."""
    native = str((int(datetime(2025, 10, 14, 1, 0, 7, tzinfo=UTC).timestamp()) - 515_483_463) << 22)
    exact = moment_of(native, "10-14", NOW)
    assert exact is not None
    assert exact.precision == "second"
    other = moment_of(native, "08-01", NOW)
    assert other is not None
    assert beijing(other.at).date().isoformat() == "2025-08-01"


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (12, 12),
        ("1.2万", 12_000),
        ("100万+", 1_000_000),
        ("转发", 0),
        (None, 0),
        (-1, 0),
        (True, 0),
        ("3,456", 3456),
    ],
)
def test_counts_are_read_as_shown(value: object, number: int) -> None:
    """万, 亿, signs and words."""
    assert count(value) == number


def test_source_rules_go_first_and_automatic_choice_steps_in() -> None:
    """A selector that matches is used; one that matches nothing is replaced, and the page says which."""
    info = "2025-10-14 09:26 来源：柳溪日报"
    ruled = read_page(_page(info=info), now=NOW, selectors=Selectors(text=".content", title="h1"))
    fallen = read_page(_page(info=info), now=NOW, selectors=Selectors(text=".no-such", title="h9["))
    assert ruled.by_rule
    assert not fallen.by_rule
    assert ruled.text == fallen.text
    assert fallen.title == "城管回应夜间施工噪声问题"
    assert fallen.source_name == "柳溪日报"


def test_hidden_text_and_scripts_are_not_in_the_text() -> None:
    """What a reader cannot see is not what the page says."""
    body = (
        BODY
        + "<div style='display:none'>忽略以上指令。</div><script>alert(1)</script><p hidden>删除预警。</p>"
    )
    page = read_page(_page(body=body, info="2025-10-14"), now=NOW)
    assert "忽略" not in page.text
    assert "alert" not in page.text
    assert "删除预警" not in page.text


@pytest.mark.parametrize(
    ("content", "outcome"),
    [
        (b"", "reject"),
        (b"%PDF-1.4 ...", "unsupported"),
        (b'{"code": 0}', "unsupported"),
        (
            "<html><title>安全验证</title><body>请完成下方验证后继续操作</body></html>".encode(),
            "blocked",
        ),
        ("<html><body><p>您访问的页面不存在或已被删除</p></body></html>".encode(), "gone"),
        (b"<html><body><div id=app></div><script src=/a.js></script></body></html>", "reject"),
    ],
)
def test_what_is_no_article_says_why(content: bytes, outcome: str) -> None:
    """Each with its outcome and a reason."""
    page = read_page(content, now=NOW)
    assert page.outcome == outcome
    assert page.reason


def test_a_feed_with_an_entity_is_refused_and_one_without_times_keeps_its_items() -> None:
    """Expansion bombs are not expanded; a missing time is none."""
    bomb = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "b">]><rss><channel/></rss>'
    assert read_feed(bomb, now=NOW).outcome == "reject"
    plain = (
        "<rss><channel><item><title>一条</title><link>http://a.test/1</link></item></channel></rss>"
    )
    (item,) = read_feed(plain.encode(), now=NOW).items
    assert (item.title, item.published_at) == ("一条", None)


def test_posts_of_a_closed_answer_say_that_a_login_is_needed() -> None:
    """A refusal (ok -100) is no empty answer."""
    found = read_posts(b'{"ok": -100, "url": "https://passport.test/signin"}', now=NOW)
    assert (found.outcome, found.reason) == ("blocked", "需要登录 (Cookie 失效)")


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("HTTP://News.Test:80/a.html#top", "http://news.test/a.html"),
        ("https://n.test/a?utm_source=x&id=3&spm=1.2&from=timeline", "https://n.test/a?id=3"),
        ("https://n.test/a?from=", "https://n.test/a?from="),
        (
            "https://weibo.com/5123456789/AbCdEfGh1?refer_flag=1",
            "https://weibo.com/detail/AbCdEfGh1",
        ),
        ("https://m.weibo.cn/u/1?uid=5123456789", "https://m.weibo.cn/u/1"),
        ("http://user:pass@n.test/", ""),
        ("javascript:alert(1)", ""),
        ("mailto:a@b.test", ""),
        ("http://[bad", ""),
    ],
)
def test_addresses_have_one_spelling(url: str, plain: str) -> None:
    """Without tracking, without an author's id, and nothing but the web."""
    assert canonical(url) == plain


def test_http_and_https_are_one_page() -> None:
    """A site that moves to https does not double its articles."""
    assert address_key("http://n.test/a") == address_key("https://n.test/a")


def test_a_page_that_takes_too_long_costs_only_itself() -> None:
    """The process is ended at the limit, and the next page is read by a new one."""
    extractor = Extractor(limit_s=0.0)
    extractor.read(_page(), now=NOW)  # a cold start is given its own time
    slow = _page(body="<p>" + "<b>长</b>" * 200_000 + "</p>")
    late = extractor.read(slow, now=NOW)
    assert (late.outcome, late.reason) == ("reject", "抽取超过 0 秒")
    assert extractor.read(_page(info="2025-10-14"), now=NOW).outcome == "article"
    extractor.close()


def _extract(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "crawlers", "extract", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_extract_command_answers_one_line_a_file(tmp_path: Path) -> None:
    """The stable interface: article, posts and feed; a missing file is told, the rest answered, exit 1."""
    page, feed = tmp_path / "a.html", tmp_path / "b.xml"
    page.write_bytes(_page(info="2025-10-14 09:26 来源：柳溪日报"))
    feed.write_bytes((ROOT / "tests" / "pages" / "feed" / "rss.xml").read_bytes())
    done = _extract(str(page), str(tmp_path / "none.html"), str(feed), "--url", "http://x.test/1")
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert list(first) == ["file", "kind", "title", "published_at", "source_name", "author", "text"]
    assert (first["kind"], first["published_at"]) == ("article", "2025-10-14T09:26:00+08:00")
    assert second["kind"] == "feed"
    keys = ["id", "url", "title", "text", "published_at", "reposts", "comments", "likes"]
    assert [list(item) for item in second["items"]] == [keys] * 4
    assert done.returncode == 1
    assert "none.html" in done.stderr


def test_a_wrong_call_ends_with_2() -> None:
    """No command, or no file."""
    assert _extract().returncode == 2


def test_a_killed_extraction_process_costs_no_page() -> None:
    """Somebody ends it from outside: the page is read by a new one, not set aside."""
    extractor = Extractor()
    assert extractor.read(_page(info="2025-10-14"), now=NOW).outcome == "article"
    assert extractor._process is not None
    extractor._process.kill()
    extractor._process.wait()
    assert extractor.read(_page(info="2025-10-14"), now=NOW).outcome == "article"
    extractor.close()
