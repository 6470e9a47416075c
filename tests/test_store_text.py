"""Tokens are the same wherever they are made, and the search language says what it did not use."""

import unicodedata

import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.errors import UsageError
from store.text import (
    MAX_CHARS,
    MAX_TERMS,
    Phrase,
    checked_query,
    masked,
    normalise,
    parse,
    segments,
    tokens,
)
from tests.contracts.material import PIECES


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("食品安全員", "食 食品 品安 安全 全员 员"),
        ("药", "药"),
        ("C919 首飞", "c 919 首 首飞 飞"),
        ("up主", "up 主"),
        ("iPhone17Pro", "iphone 17 pro"),
        ("ｉＰｈｏｎｅ", "iphone"),
        ("C++、C#和.NET", "cplusplus csharp 和 dotnet"),
        ("www.example.net", "www example net"),
        ("路灯👍🏽", "路 路灯 灯 👍 🏽"),
        ("㎏", "kg"),
        ("PM2.5", "pm 2 5"),
        ("\x00\ud800，。！", ""),
        ("", ""),
    ],
)
def test_a_text_becomes_tokens(text: str, made: str) -> None:
    """The examples of docs/store.md."""
    assert " ".join(tokens(text)) == made


@given(st.text(max_size=60))
@settings(deadline=None, derandomize=True)
def test_tokens_split_at_spaces_only(text: str) -> None:
    """A whitespace tokenizer and SQLite's ascii tokenizer see the same tokens: no space, no ASCII sign inside."""
    for token in tokens(text):
        assert token
        assert all(sign.isalnum() or ord(sign) > 127 for sign in token)
        assert not any(sign.isspace() for sign in token)


def test_every_part_of_a_run_is_found_by_its_tokens() -> None:
    """For all cuts of the example texts: a CJK cut stands in the text exactly when its tokens follow each other there."""
    plain = opencc.OpenCC("t2s")
    cuts = {piece[a:b] for piece in PIECES for a in range(len(piece)) for b in range(a + 1, a + 5)}
    for cut in cuts:
        runs = tuple(segments(cut))
        if runs != (("cjk", normalise(cut)),):
            continue
        asked = Phrase(runs=runs)
        for piece in PIECES:
            stands = plain.convert(unicodedata.normalize("NFKC", cut)).strip() in plain.convert(
                unicodedata.normalize("NFKC", piece)
            )
            assert _follow(asked, tokens(piece)) == stands, (cut, piece)


def _follow(asked: Phrase, made: list[str]) -> bool:
    wanted = asked.tokens()
    if asked.is_prefix:
        return any(token.startswith(wanted[0]) for token in made)
    return any(
        made[start : start + len(wanted)] == wanted for start in range(len(made) - len(wanted) + 1)
    )


def test_traditional_becomes_simplified_by_character() -> None:
    """So that a part of a word maps as the word does."""
    assert normalise("臺灣後臺裡的頭髮") == "台湾后台里的头发"


# -- language ----------------------------------------------------------------------------------------------------------


def shape(text: str) -> tuple[list[list[str]], list[str]]:
    """Return the words of a search as plain text: groups, exclusions."""
    search = parse(text)

    def said(phrase: Phrase) -> str:
        return "+".join(run for _, run in phrase.runs)

    return [[said(p) for p in group] for group in search.groups], [said(p) for p in search.without]


@pytest.mark.parametrize(
    ("text", "groups", "without"),
    [
        ("", [], []),
        ("食堂 异味", [["食堂"], ["异味"]], []),
        ("食堂，异味", [["食堂"], ["异味"]], []),
        ('"食堂，异味"', [["食堂+异味"]], []),
        ("“食堂 异味”", [["食堂+异味"]], []),
        ("红绿灯 故障 OR 失灵", [["红绿灯"], ["故障", "失灵"]], []),
        ("a OR b | c d", [["a", "b", "c"], ["d"]], []),
        ("食堂 -广告 -“转发 抽奖”", [["食堂"]], ["广告", "转发+抽奖"]),
        ("－广告", [], ["广告"]),
        ("a-b", [["a+b"]], []),
        ('"没有收尾', [["没有收尾"]], []),
        ("通报：路面塌陷", [["通报+路面塌陷"]], []),
    ],
)
def test_a_search_is_understood(text: str, groups: list[list[str]], without: list[str]) -> None:
    """Words, phrases, exclusions, OR between neighbours; Chinese punctuation separates."""
    assert shape(text) == (groups, without)
    assert parse(text).ignored == ()


def test_fields_are_taken_out_of_the_words() -> None:
    """In English or Chinese, with either colon, also excluded."""
    search = parse("平台：weibo platform:news -source:gov 领域:food 食堂")
    assert search.fields == (("platform", "weibo"), ("platform", "news"), ("topic", "food"))
    assert search.not_fields == (("source", "gov"),)
    assert len(search.groups) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("OR 食堂", "左边"),
        ("食堂 OR", "右边"),
        ("食堂 OR -广告", "排除词"),
        ("食堂 OR platform:weibo", "限定条件"),
        ("*** 食堂", "没有可以检索的字词"),
        ("食" * (MAX_CHARS + 1), "前 200 个"),
        (" ".join(f"词{n}" for n in range(MAX_TERMS + 1)), "超过 20 个"),
    ],
)
def test_what_was_not_used_is_said(text: str, said: str) -> None:
    """One sentence for the user, and the rest is searched."""
    search = parse(text)
    assert any(said in one for one in search.ignored)
    assert search.groups


@given(st.text(alphabet='食a1"“”-－:：|OR()*^\\\x00 \ud800', max_size=300))
@settings(deadline=None, derandomize=True)
def test_nothing_typed_raises(text: str) -> None:
    """And it stays within its bounds."""
    search = parse(text)
    assert sum(len(group) for group in search.groups) + len(search.without) <= MAX_TERMS


# -- no person-finder --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "@某人",
        "食堂 ＠某人",
        "someone@mail.test",
        "13800138000",
        "电话 138-0013-8000",
        "+86 13800138000",
        "１３８００１３８０００",
        "0571-87654321",
        "11010519491231002X",
        "110105 1949 1231 0021",
        "uid 1234567890",
        "昨天下午我在二小门口看到有人往食堂里搬发臭的冻肉",
        "“昨天下午我在二小门口，看到有人往食堂里搬发臭的冻肉”",
        "昨天下午我在二小门口，看到有人往食堂里搬发臭的冻肉 -广告",
    ],
)
def test_a_search_for_a_person_or_one_post_is_refused(text: str) -> None:
    """One sentence in Chinese, exit code 2."""
    with pytest.raises(UsageError) as refusal:
        checked_query(text)
    assert "请改用" in str(refusal.value)
    assert refusal.value.exit_code == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "食堂 异味",
        "12345 热线",
        "2025年10月13日 停水",
        "20251013",
        "国办发〔2016〕61号",
        "中华人民共和国突发事件应对法",
        "红绿灯 故障 OR 失灵 -广告 platform:weibo",
        "C919 iPhone17Pro",
        "400 电话",
    ],
)
def test_a_search_for_an_issue_is_let_through(text: str) -> None:
    """Names of laws, numbers of documents, hotlines and dates are no persons."""
    assert checked_query(text) == text


def test_personal_numbers_are_masked() -> None:
    """Length stays, so that a text keeps its places; other figures stay readable."""
    text = "请回电13800138000或0571-87654321, 证号11010519491231002X, 12345已转办, 共36人"
    assert (
        masked(text)
        == "请回电***********或*************, 证号******************, 12345已转办, 共36人"
    )
