"""Who speaks, without saying who: voices, salts, masks, and what the intake lets through."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.intake import presentable, storable
from crawlers.outlines import outline
from crawlers.voices import Voices, mask

NOW = datetime(2025, 10, 15, 4, 0, tzinfo=UTC)


def test_one_person_is_one_voice_in_a_day_and_another_the_next(tmp_path: Path) -> None:
    """Also for another process that reads the same salts."""
    voices, other = Voices(tmp_path), Voices(tmp_path)
    first = voices.voice("weibo:5123456789", NOW, NOW)
    assert first == other.voice("weibo:5123456789", NOW - timedelta(hours=2), NOW)
    assert first != voices.voice("weibo:5123456789", NOW - timedelta(days=1), NOW)
    assert first != voices.voice("weibo:5123456780", NOW, NOW)
    assert "5123456789" not in first


def test_salts_are_destroyed_after_thirty_days(tmp_path: Path) -> None:
    """From then on nobody, not even we, can tell two voices apart."""
    voices = Voices(tmp_path)
    voices.voice("u", NOW, NOW)
    later = NOW + timedelta(days=30)
    assert voices.forget(later) == 0
    assert voices.forget(later + timedelta(days=1)) == 1
    assert list((tmp_path / "secrets" / "voices").glob("*.salt")) == []


def test_an_old_day_gets_a_salt_that_is_never_written(tmp_path: Path) -> None:
    """A post of last year does not bring a destroyed salt back."""
    Voices(tmp_path).voice("u", NOW - timedelta(days=40), NOW)
    assert list(tmp_path.rglob("*.salt")) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("@柳溪阿明 看看", "@某人 看看"),
        ("//@柳溪阿明:转发", "//@某人:转发"),
        ("@柳溪发布 看看", "@柳溪发布 看看"),
        ("赞666@柳溪阿明 看看", "赞666@某人 看看"),
        ("ok@柳溪阿明@柳溪阿华", "ok@某人@某人"),
        ("＠柳溪阿明 和＠柳溪发布", "@某人 和＠柳溪发布"),
        ("@柳溪 阿明\u2060说得对", "@某人\u2060说得对"),
        ("@阿依古丽•柳溪 说", "@某人 说"),
        ("电话13912345678谢谢", "电话[手机号]谢谢"),
        ("+86 139-1234-5678", "[手机号]"),
        ("身份证11010119900101123X", "身份证[证件号]"),
        ("写信到 a.b@mail.test 吧", "写信到 [邮箱] 吧"),
        ("卡号6222 0212 3456 7890 123", "卡号[卡号]"),
        ("车牌京A12345闯灯", "车牌[车牌]闯灯"),
        ("拨打12345，编号20251014001", "拨打12345，编号20251014001"),
        ("渝新路京广街口", "渝新路京广街口"),
    ],
)
def test_names_and_numbers_are_masked_and_nothing_else(text: str, shown: str) -> None:
    """Private names and personal numbers go; the hotline, dates and street names stay."""
    assert mask(text, {"柳溪发布"}) == shown


AROUND = st.text(
    alphabet=st.sampled_from("赞6aZ_.-%+:：/ ，\n@＠\u200b\u2060\ufeff路灯·8"), max_size=12
)
NAMES = st.builds(
    "".join, st.tuples(st.sampled_from("张李欧"), st.sampled_from(["三丰", "四", "阳·锋", "x_9"]))
)


@given(
    AROUND,
    st.sampled_from("@＠"),
    st.sampled_from(["", "\u200b", "\u2060", "\u202e\ufeff"]),
    NAMES,
    AROUND,
)
def test_no_name_gets_through_whatever_stands_around_it(
    before: str, at: str, hidden: str, name: str, after: str
) -> None:
    """A planted name after an @ of either width is gone from the text that is stored."""
    assert name not in presentable(f"{before}{at}{hidden}{name}{after}")


@given(
    AROUND.filter(lambda text: not text[-1:].isdigit()),
    st.integers(0, 10),
    st.sampled_from(["", "\u200b", "\u2060", "\x00"]),
)
def test_no_number_gets_through_in_pieces(before: str, cut: int, hidden: str) -> None:
    """A telephone number with an invisible mark in it is one once the mark is gone."""
    number = "13912345678"
    assert number not in presentable(f"{before} {number[:cut]}{hidden}{number[cut:]}。")


def test_the_extract_command_prints_nobody(tmp_path: Path) -> None:
    """What an operator looks at on the screen is masked as what is stored."""
    blog = {
        "id": "9000001",
        "created_at": "Tue Oct 14 09:00:00 +0800 2025",
        "text": "赞666@柳溪阿明 电话13912345678 <a href='/n/x'>@柳溪 阿华</a>说得对",
    }
    body = json.dumps({"ok": 1, "data": {"cards": [{"mblog": blog}]}})
    file = tmp_path / "posts.json"
    file.write_text(body, encoding="utf-8")
    (item,) = json.loads(outline(file))["items"]
    assert item["text"] == "赞666@某人 电话[手机号] @某人说得对"
    page = tmp_path / "page.html"
    words = (
        "堤坝路的路灯坏了三天，来电人说孩子放学不敢走，联系电话13912345678，网友@柳溪阿明 也这样说。"
        * 4
    )
    page.write_text(
        f"<html><head><title>路灯</title></head><body><h1>堤坝路的路灯坏了三天</h1>"
        f"<p>2025-10-14 08:10 来源：柳溪日报</p><div><p>{words}</p></div></body></html>",
        encoding="utf-8",
    )
    told = json.loads(outline(page))
    assert told["kind"] == "article"
    assert "139" not in told["text"]
    assert "阿明" not in told["text"]


def test_stored_text_can_be_stored_and_shown() -> None:
    """No lone surrogate, control or bidi mark; the full-width space and joined emoji stay."""
    assert storable("甲\ud83d乙") == "甲乙"
    assert storable("甲\u202e乙\x00丙\u2060") == "甲乙丙"
    assert storable("甲\u3000乙👨\u200d👩") == "甲\u3000乙👨\u200d👩"
