"""Severity hints read as facts: how many died, were injured or exposed, and sums of money, each with its span.

Rules only, on the text as published, so a reader can be shown the very characters. "无人员伤亡" and wishes
("零死亡") are not facts; "5000 米" is not money.
"""

import re
from collections.abc import Iterator
from typing import Literal

from records.score import Fact

Kind = Literal["deaths", "injuries", "exposed", "money"]

_NUMBER = r"(\d{1,9}(?:,\d{3})*(?:\.\d{1,4})?|[一二两三四五六七八九十百千零〇]{1,7})"
_MORE = r"\s?(?:余|多|几)?\s?"
_PEOPLE = r"(?:名|位|人|个|例)?(?:[\u4e00-\u9fff]{0,4}?(?:人员|学生|工人|矿工|乘客|群众|村民|儿童|幼儿|老人|师生|居民|男子|女子|民警|消防员))?"
_UNITS = {
    "": 1.0,
    "十": 10.0,
    "百": 100.0,
    "千": 1e3,
    "万": 1e4,
    "百万": 1e6,
    "千万": 1e7,
    "亿": 1e8,
    "万亿": 1e12,
}

_DEATHS = re.compile(
    rf"{_NUMBER}{_MORE}{_PEOPLE}(?:不幸|当场|抢救无效|经抢救无效|已经|已|确认)?(?:死亡|身亡|遇难|丧生|罹难|遇害|死(?!角|路|鱼|机|亡率))"
    rf"|(?:死亡|遇难|身亡|丧生|致死|致|造成){_NUMBER}{_MORE}(?:人|名)(?:员)?(?:死亡|遇难|身亡|丧生|死)?"
    rf"|(?:死亡人数|遇难人数|遇难者人数|遇难者)(?:已?(?:升至|增至|达到|达|为|上升至|上升到|共))?{_NUMBER}"
)
_INJURIES = re.compile(
    rf"{_NUMBER}{_MORE}{_PEOPLE}(?:不同程度|均)?(?:受|重|轻|烧|砸|摔|擦|挫)?伤(?!害|心|感|亡|残|者|情)"
    rf"|(?:受伤|重伤|轻伤|砸伤|撞伤|烧伤){_NUMBER}{_MORE}(?:人|名)"
    rf"|伤者{_NUMBER}{_MORE}(?:人|名)"
)
_EXPOSED = re.compile(
    rf"(?:就诊|送医|住院|被困|失联|失踪|感染|确诊|中毒|疏散|转移|腹泻|呕吐|不适){_NUMBER}{_MORE}(?:人|名|例|户)"
    rf"|{_NUMBER}{_MORE}{_PEOPLE}(?:出现|相继|先后|陆续|已)?(?:就诊|送医|住院|被困|失联|失踪|感染|确诊|食物中毒|中毒|疏散|被疏散|腹泻|呕吐|拉肚子|发烧|不适|受影响|受灾)"
)
_MONEY = re.compile(
    rf"{_NUMBER}\s?(万亿|千万|百万|亿|万|千|百)?{_MORE}(?:元|块钱|块(?!地|田|石|板|砖|钱))"
)
_SHORT = re.compile(r"([一二两三四五六七八九十\d]{1,3})死([一二两三四五六七八九十\d]{1,3})伤")
_NONE = re.compile(r"(?:无|没有|未造成|未有|未|零|不会|并无|尚无|暂无)[\u4e00-\u9fff]{0,4}$")
_PEOPLE_HINT = re.compile(
    "[死亡伤]|遇难|丧生|罹难|遇害|就诊|送医|住院|被困|失联|失踪|感染|确诊|中毒|疏散|转移|腹泻|呕吐|不适|受灾|拉肚子|发烧|受影响"
)
_MONEY_HINT = re.compile("[元块]")
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_STEPS = {"十": 10, "百": 100, "千": 1000}


def facts(text: str) -> tuple[Fact, ...]:
    """Return the facts of `text` in the order of their spans; at most 20."""
    head = text[:20_000]
    found: dict[tuple[int, int], Fact] = {}
    if _PEOPLE_HINT.search(head):
        found |= {fact.span: fact for fact in _casualties(head)}
    if _MONEY_HINT.search(head):
        found |= {fact.span: fact for fact in _sums(head)}
    return tuple(found[span] for span in sorted(found))[:20]


def _casualties(text: str) -> Iterator[Fact]:
    yield from _people(text, _EXPOSED, "exposed")
    yield from _people(text, _INJURIES, "injuries")
    yield from _people(text, _DEATHS, "deaths")
    for match in _SHORT.finditer(text):
        middle = match.end(1) + 1
        yield _fact("deaths", number(match[1]), (match.start(), middle))
        yield _fact("injuries", number(match[2]), (middle, match.end()))


def _sums(text: str) -> Iterator[Fact]:
    for match in _MONEY.finditer(text):
        value = number(match[1]) * _UNITS[match[2] or ""]
        if value:
            yield _fact("money", value, match.span())


def _people(text: str, pattern: re.Pattern[str], kind: Kind) -> Iterator[Fact]:
    for match in pattern.finditer(text):
        value = number(next(group for group in match.groups() if group))
        if value and not _NONE.search(text[max(0, match.start() - 6) : match.start()]):
            yield _fact(kind, value, match.span())


def _fact(kind: Kind, value: float, span: tuple[int, int]) -> Fact:
    return Fact(kind=kind, value=value, span=span)


def number(text: str) -> float:
    """Return the value of digits (any width) or of Chinese numerals up to 9,999."""
    if text[0].isdigit():
        return float(text.replace(",", ""))
    total, last = 0, 0
    for char in text:
        if char in _STEPS:
            total += (last or 1) * _STEPS[char]
            last = 0
        else:
            last = _DIGITS[char]
    return float(total + last)
