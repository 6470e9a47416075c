"""The token string of a text, made once for every index, and the language in which people search it.

Tokens: NFKC, lower case, traditional to simplified character by character, then letters, digits, CJK and emoji apart.
A CJK run 质量好 becomes 质 质量 量好 好: bigrams carry the search, the first and last character mark the run's ends.
So a CJK word is found wherever it stands as a substring, a Latin word or a number only whole (C919 is `c 919`), and a
phrase of several runs needs no prefix search. An index only has to split at spaces, which SQLite and Elasticsearch
do alike.

Language: words, "phrase", -not, OR between two neighbours, platform: source: topic:. Nothing a user types raises;
what was not used is said in `Search.ignored`.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Literal

import opencc

from records.errors import UsageError

VERSION = 1
"""Of the token string: an index built with another version must be built again."""

MAX_CHARS = 200
MAX_TERMS = 20
SENTENCE = 20
"""Longest unbroken search in characters: names of laws and offices fit, a post's sentence does not (本系统默认值)."""

# The signs carry the meaning here and would be lost with the punctuation.
ALIASES = {"c++": "cplusplus", "c#": "csharp", ".net": "dotnet", "f#": "fsharp", "g++": "gplusplus"}

_CJK = (
    "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_EMOJI = "\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_SEGMENT = re.compile(
    r"(?P<alias>(?<![a-z0-9])(?:c\+\+|g\+\+|c\#|f\#|\.net(?![a-z0-9])))"
    rf"|(?P<cjk>[{_CJK}]+)"
    rf"|(?P<emoji>[{_EMOJI}])"
    r"|(?P<digits>\d+)"
    rf"|(?P<letters>[^\W\d_{_CJK}{_EMOJI}]+)"
)

SegmentKind = Literal["alias", "cjk", "emoji", "digits", "letters"]
Segment = tuple[str, str]
"""Kind and text of one run."""


@cache
def _simplified() -> dict[int, str]:
    """Return the character table traditional → simplified; by character, so that a part of a text maps like the whole."""
    characters = [chr(code) for code in range(0x3400, 0xA000)]
    characters += [chr(code) for code in range(0x20000, 0x2FA20)]
    mapped = opencc.OpenCC("t2s").convert("\n".join(characters)).split("\n")
    pairs = zip(characters, mapped, strict=True)
    return {ord(old): new for old, new in pairs if old != new and len(new) == 1}


def normalise(text: str) -> str:
    """Return `text` in the form in which it is compared."""
    return unicodedata.normalize("NFKC", text).lower().translate(_simplified())


def segments(text: str) -> list[Segment]:
    """Return the runs of `text` in order; punctuation and spaces only separate them."""
    return [
        (found.lastgroup or "", ALIASES.get(found.group(), found.group()))
        for found in _SEGMENT.finditer(normalise(text))
    ]


def tokens(text: str) -> list[str]:
    """Return the tokens of `text`, as every index stores them."""
    made: list[str] = []
    for kind, run in segments(text):
        if kind == "cjk" and len(run) > 1:
            made.append(run[0])
            made += map("".join, pairwise(run))
            made.append(run[-1])
        else:
            made.append(run)
    return made


def token_string(text: str) -> str:
    """Return the tokens of `text` joined by spaces."""
    return " ".join(tokens(text))


# -- the language ------------------------------------------------------------------------------------------------------

Field = Literal["platform", "source", "topic"]
_FIELDS: dict[str, Field] = {
    "platform": "platform",
    "平台": "platform",
    "source": "source",
    "来源": "source",
    "topic": "topic",
    "领域": "topic",
}
_QUOTES = {'"': '"', "“": "”", "「": "」", "『": "』", "＂": "＂"}
# Outside quotation marks Chinese punctuation separates words as a space does; brackets too.
_BREAKS = frozenset("，。、；！？（）【】《》…\u3000 \t\r\n()[]{}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """What must stand in the title or in the text: its runs, one after another."""

    runs: tuple[Segment, ...]

    @property
    def is_prefix(self) -> bool:
        """Whether it is one CJK character, which any token that begins with it satisfies."""
        return len(self.runs) == 1 and self.runs[0][0] == "cjk" and len(self.runs[0][1]) == 1

    def tokens(self) -> list[str]:
        """Return the tokens that must follow each other: inner run ends are marked, the outer two are open."""
        made: list[str] = []
        last = len(self.runs) - 1
        for place, (kind, run) in enumerate(self.runs):
            if kind != "cjk" or len(run) == 1:
                made.append(run)
                continue
            made += [run[0]] if place > 0 else []
            made += map("".join, pairwise(run))
            made += [run[-1]] if place < last else []
        return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A search as understood: every group must hold (by any of its phrases), nothing of `without` may."""

    groups: tuple[tuple[Phrase, ...], ...] = ()
    without: tuple[Phrase, ...] = ()
    fields: tuple[tuple[Field, str], ...] = ()
    """Same field twice means "one of"."""
    not_fields: tuple[tuple[Field, str], ...] = ()
    ignored: tuple[str, ...] = ()
    """What was not used and why, one sentence each, for the user."""


@dataclass(frozen=True, slots=True)
class _Item:
    text: str
    quoted: bool
    negative: bool


def _items(text: str) -> Iterator[_Item]:
    """Split what the user typed into words and quoted phrases, each with its sign."""
    at = 0
    while at < len(text):
        if text[at] in _BREAKS:
            at += 1
            continue
        negative = text[at] in "-－" and at + 1 < len(text) and text[at + 1] not in _BREAKS
        at += negative
        closing = _QUOTES.get(text[at])
        if closing:
            end = text.find(closing, at + 1)
            end = len(text) if end < 0 else end
            yield _Item(text[at + 1 : end], quoted=True, negative=negative)
            at = end + 1
            continue
        start = at
        while at < len(text) and text[at] not in _BREAKS and text[at] not in _QUOTES:
            at += 1
        at += at == start
        yield _Item(text[start:at], quoted=False, negative=negative)


def _field(item: _Item) -> tuple[Field, str] | None:
    name, colon, value = item.text.replace("：", ":").partition(":")
    field = _FIELDS.get(name.lower())
    if item.quoted or not colon or not value or field is None:
        return None
    return field, value


class _Reader:
    """Collects groups, exclusions and complaints while the items pass by."""

    def __init__(self) -> None:
        self.groups: list[list[Phrase]] = []
        self.without: list[Phrase] = []
        self.fields: list[tuple[Field, str]] = []
        self.not_fields: list[tuple[Field, str]] = []
        self.ignored: list[str] = []
        self._terms = 0
        self._joining = False
        self._can_join = False

    def take(self, item: _Item) -> None:
        if item.text in {"OR", "|"} and not item.quoted:
            self._take_or()
            return
        if self._terms >= MAX_TERMS:
            self.ignored.append(f"检索词超过 {MAX_TERMS} 个, 没有使用“{item.text[:SENTENCE]}”")
            return
        self._terms += 1
        field = _field(item)
        if field:
            (self.not_fields if item.negative else self.fields).append(field)
            self._end_or("限定条件不能放在 OR 旁边, 已按“同时满足”处理")
            return
        self._take_phrase(item)

    def _take_phrase(self, item: _Item) -> None:
        runs = tuple(segments(item.text))
        if not runs:
            if item.text.strip():
                self.ignored.append(f"“{item.text[:SENTENCE]}”里没有可以检索的字词")
            return
        phrase = Phrase(runs=runs)
        if item.negative:
            self.without.append(phrase)
            self._end_or("排除词不能放在 OR 旁边, 已按“一律排除”处理")
            return
        if self._joining:
            self.groups[-1].append(phrase)
        else:
            self.groups.append([phrase])
        self._joining, self._can_join = False, True

    def _take_or(self) -> None:
        if self._can_join:
            self._joining, self._can_join = True, False
        else:
            self.ignored.append("OR 的左边没有检索词, 没有使用它")

    def _end_or(self, complaint: str) -> None:
        if self._joining:
            self.ignored.append(complaint)
        self._joining = self._can_join = False

    def finished(self) -> Search:
        if self._joining:
            self.ignored.append("OR 的右边没有检索词, 没有使用它")
        return Search(
            groups=tuple(tuple(group) for group in self.groups),
            without=tuple(self.without),
            fields=tuple(self.fields),
            not_fields=tuple(self.not_fields),
            ignored=tuple(self.ignored),
        )


def parse(text: str) -> Search:
    """Understand what the user typed; never raises."""
    reader = _Reader()
    if len(text) > MAX_CHARS:
        reader.ignored.append(f"检索内容超过 {MAX_CHARS} 个字, 只用了前 {MAX_CHARS} 个")
    for item in _items(text[:MAX_CHARS]):
        reader.take(item)
    return reader.finished()


# -- no person-finder (guardrail G03) ----------------------------------------------------------------------------------

PERSONAL = re.compile(
    r"(?P<identity>(?<!\d)\d{6}[ -]?(?:18|19|20)\d{2}[ -]?\d{4}[ -]?\d{3}[\dxX](?![\da-zA-Z]))"
    r"|(?P<phone>(?<!\d)(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)"
    r"|(?<!\d)0\d{2,3}[ -]?\d{7,8}(?!\d))"
    r"|(?P<account>(?<!\d)\d{9,}(?!\d))"
)
_HANDLE = re.compile(r"@\s*\w")
_WHY = {
    "identity": "身份证件号",
    "phone": "电话号码",
    "account": "像个人账号的长数字",
}


def masked(text: str) -> str:
    """Return `text` with personal numbers replaced by stars, for every output."""
    return PERSONAL.sub(lambda found: "*" * len(found.group()), text)


def checked_query(text: str) -> str:
    """Return `text` when it may be searched. Raises UsageError when it would look for a person or for one post."""
    plain = unicodedata.normalize("NFKC", text)
    if _HANDLE.search(plain):
        raise UsageError("本系统只查议题、不查个人: 检索里不能有 @账号, 请改用议题的关键词")
    found = PERSONAL.search(plain)
    if found:
        what = _WHY[found.lastgroup or "account"]
        raise UsageError(f"本系统只查议题、不查个人: 检索里不能有{what}, 请改用议题的关键词")
    if any(_length(part) > SENTENCE for part in _unbroken(text)):
        raise UsageError(
            f"不能用整句原文查找某一条帖文 (连续超过 {SENTENCE} 个字), 请改用几个关键词"
        )
    return text


def _unbroken(text: str) -> Iterator[str]:
    """Return what stands between spaces or quotation marks; punctuation inside a sentence does not break it."""
    for part in re.split(r"[\"“”「」『』＂]", text):
        quoted_or_not = part.strip()
        words = re.split(r"\s+(?:OR|\|)\s+|\s+", quoted_or_not)
        yield from words


def _length(text: str) -> int:
    return sum(len(run) if kind == "cjk" else 1 for kind, run in segments(text))
