"""What leads to a person is replaced by what it is: phones, identity and card numbers, e-mail, plates, @-names (G01, G03).

Matching happens on a folded copy, one sign for one sign: full-width and other digits count as digits, and signs
that nobody sees do not hide a number. What is not replaced is returned as it was written.
"""

import re
import unicodedata
from collections.abc import Collection
from functools import cache

SOMEBODY = "@某人"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_NUMBER = (
    r"(?P<证件号>(?<!\d)(?:\d{6}[ -]?(?:18|19|20)\d{2}[ -]?\d{4}[ -]?\d{3}|\d{17})[\dX](?!\d))"
    r"|(?P<卡号>(?<!\d)(?:(?:\d{4}[ -]){3,4}\d{1,7}|\d{16}|\d{19})(?!\d))"
    r"|(?P<手机>(?<!\d)(?:\+?86[ -]?)?1[3-9]\d[ .-]?\d{4}[ .-]?\d{4}(?!\d))"
    r"|(?P<座机>(?<![\d-])(?:\(0\d{2,3}\) ?|0\d{2,3}[ -]?)\d{7,8}(?!\d))"
    r"|(?P<号码>\d{15,})"
    r"|(?P<邮箱>[A-Z0-9._%+-]{1,64}@[A-Z0-9-]{1,63}(?:\.[A-Z0-9-]{1,63}){1,4})"
    rf"|(?P<车牌>[{_PROVINCES}][A-HJ-NP-Z][·•. ]?"
    r"(?=[A-Z]{0,5}\d)(?:[A-HJ-NP-Z\d]{5,6}|[A-HJ-NP-Z\d]{4}[挂学警港澳领使])(?![A-Z\d]))"
)
_NAME = r"(?P<name>@[\w·-]{1,30})"
_DOOR = r"|(?P<door>(?<!\d)\d{1,5}(?=号楼|栋|幢|单元|室))"
_ANYTHING = re.compile(r"\d|@|＠|﹫")
_NUMBERS = re.compile(_NUMBER)
_NAMES = re.compile(_NAME)
_HOMES = re.compile(_NAME + _DOOR)
"""Tried after the numbers, in a pass of its own: a name must not swallow the head of a telephone number."""
_SHOWN = {"手机": "[电话]", "座机": "[电话]", "door": "某"}


def mask(text: str) -> str:
    """Replace numbers and addresses that lead to a person; institutions' words are masked so too."""
    return _replaced(text, _NUMBERS, ())


def anonymous(text: str, keep: Collection[str] = ()) -> str:
    """Replace @-names as well, but those of the institutions in `keep`."""
    return _replaced(mask(text), _NAMES, keep)


def private(text: str) -> str:
    """Replace the numbers of a home as well: for a private speaker's words."""
    return _replaced(mask(text), _HOMES, ())


def _replaced(text: str, pattern: re.Pattern[str], keep: Collection[str]) -> str:
    if not _ANYTHING.search(text):
        return text
    seen = [(at, folded) for at, char in enumerate(text) if (folded := _folded(char))]
    parts, done = [], 0
    for found in pattern.finditer("".join(folded for _, folded in seen)):
        first, last = seen[found.start()][0], seen[found.end() - 1][0]
        kind = found.lastgroup or ""
        if kind == "name" and text[first + 1 : last + 1] in keep:
            continue
        shown = SOMEBODY if kind == "name" else _SHOWN.get(kind, f"[{kind}]")
        parts += [text[done:first], shown]
        done = last + 1
    return "".join([*parts, text[done:]])


@cache
def _folded(char: str) -> str:
    """Return the one sign that `char` counts as; nothing for a sign that nobody sees."""
    if char.isascii():
        return " " if char.isspace() else char.upper()
    if unicodedata.category(char) in {"Cf", "Mn", "Me"}:
        return ""
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    if unicodedata.category(char) == "Pd":
        return "-"
    plain = unicodedata.normalize("NFKC", char).upper()
    # A footnote mark or a circled list number is no part of the number it stands beside.
    return plain if len(plain) == 1 and not plain.isdecimal() else char
