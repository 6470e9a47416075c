"""What leaves the desk's hands on a screen: masked, cut, escaped, whatever comes in."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.show import (
    EXCERPT,
    GROUP,
    LEAST,
    excerpt,
    one_line,
    plain,
    safe_link,
    shortened,
    words_of_individual,
)
from records.masking import private


def test_an_individuals_words_are_never_quoted_whole() -> None:
    """Even a short post is cut, so that it cannot be found again word for word."""
    post = "家门口的路灯坏了一个月没有人来修"
    quoted = excerpt(post, group=GROUP)
    assert quoted.endswith("…")
    assert len(quoted) < len(post)
    assert len(excerpt("长" * 500, group=GROUP)) == EXCERPT
    assert excerpt(post, group=None) == post


def test_individuals_below_ten_are_not_quoted_at_all() -> None:
    """A small group gives no words; what is frozen as evidence is cut like any other."""
    assert excerpt("家门口的路灯坏了一个月没有人来修", group=GROUP - 1) == ""
    assert words_of_individual("家门口的路灯坏了一个月没有人…") == "家门口的路灯坏了…"


@given(st.text(min_size=9, max_size=200), st.integers(min_value=0, max_value=50))
def test_no_group_size_lets_a_post_through_whole(words: str, group: int) -> None:
    """Whatever is written, what is shown of it is shorter or nothing."""
    shown = excerpt(words, group=group)
    line = one_line(private(words))
    assert len(shown) < len(line) or len(line.rstrip("…")) <= LEAST
    assert shown == "" or group >= GROUP


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
