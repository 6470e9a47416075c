"""Who speaks, without saying who: voices, salts, masks, and what the intake lets through."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawlers.intake import storable
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


def test_stored_text_can_be_stored_and_shown() -> None:
    """No lone surrogate, control or bidi mark; the full-width space and joined emoji stay."""
    assert storable("甲\ud83d乙") == "甲乙"
    assert storable("甲\u202e乙\x00丙\u2060") == "甲乙丙"
    assert storable("甲\u3000乙👨\u200d👩") == "甲\u3000乙👨\u200d👩"
