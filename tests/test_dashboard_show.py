"""What leaves the desk's hands on a screen: masked, cut, escaped, whatever comes in."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.show import EXCERPT, anonymous, excerpt, mask, plain, safe_link, shortened


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("打 13912345678 找我", "打 [电话] 找我"),
        ("+86 139-1234-5678", "[电话]"),
        ("座机 0571-88886666", "座机 [电话]"),
        ("证件 11010519491231002X。", "证件 [证件号]。"),
        ("卡 6222020200012345678", "卡 [卡号]"),
        ("写给 a.b@c.test", "写给 [邮箱]"),
        ("热线12345共2025件", "热线12345共2025件"),
    ],
)
def test_personal_numbers_are_masked_and_others_stay(written: str, shown: str) -> None:
    """Phones, identity and card numbers and mail addresses go; hotlines and years stay."""
    assert mask(written) == shown


def test_a_private_name_is_nobody() -> None:
    """@-names are replaced."""
    assert anonymous("问 @小明的妈 和@li_4") == "问 @某人 和@某人"


def test_an_individuals_words_are_never_quoted_whole() -> None:
    """Even a short post is cut, so that it cannot be found again word for word."""
    post = "家门口的路灯坏了一个月没有人来修"
    quoted = excerpt(post, individual=True)
    assert quoted.endswith("…")
    assert len(quoted) < len(post)
    assert len(excerpt("长" * 500, individual=True)) == EXCERPT
    assert excerpt(post, individual=False) == post


@given(st.text(max_size=200))
def test_an_escaped_text_holds_no_live_markdown(words: str) -> None:
    """Every sign that could begin markup stands behind a backslash; control characters are gone."""
    shown = plain(words)
    bare = re.sub(r"\\.", "", shown)
    assert not re.search(r"[*_`\[\]()<>#!|~$:&]", bare)
    assert not re.search(r"[\x00-\x1f\u202a-\u202e\u2066-\u2069]", shown)


@given(st.text(max_size=300), st.integers(min_value=2, max_value=100))
def test_a_shortened_text_is_one_line_of_at_most_its_length(words: str, limit: int) -> None:
    """Nothing typed makes a row grow."""
    line = shortened(words, limit)
    assert len(line) <= limit
    assert "\n" not in line


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "http://a@evil.test/",
        "//evil.test",
        'http://x.test/"onclick',
        "http://x.test/ y",
        "file:///etc/passwd",
        "",
    ],
)
def test_only_a_plain_web_address_is_a_link(url: str) -> None:
    """Anything else is shown without one."""
    assert safe_link(url) is None
    assert safe_link("https://www.huaiting.test/a/1.html?x=1") is not None
