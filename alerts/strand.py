"""Strand: which of an event's members speak of one thing, when the events threw several together.

They share a subject of the rule book; or, for a matter no list foresaw, the same name of a thing: the firm, the
product, the school. A name of three signs that half of the event's own voices use holds them together.
"""

import re
from collections import Counter
from collections.abc import Sequence

from alerts.mention import Mention
from config.rulebook import RuleBook

_RUN = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]{3,}")
_COMMON = frozenset(
    "的了是不我你他她它们这那有在就都也还要没么什怎个一说到吗呢啊把被给让和与及或但很太上下来去出里点为能会多少请年月日"
)
_SAID_OF_ALL = re.compile(
    "反映|市民|投诉|咨询|希望|求助|小区|孩子|老人|家长|居民|村民|群众|今天|昨天|晚上|热线|电话|时间|情况|问题|部门|政府|处理|解决|附近|公司|学校|医院"
)
"""Signs and words that name nothing; a name holds none of them."""
SHARED_BY = 3
"""So many voices must use a name at least (本系统默认值)."""


def strand(
    mentions: Sequence[Mention], counted: Sequence[int], book: RuleBook
) -> tuple[list[int], bool]:
    """Return the members of one thing, or all and that they are mixed when nothing holds half of them."""
    subjects = {index: book.subjects(mentions[index].text) for index in counted}
    by_subject = _largest(subjects)
    own = [index for index in counted if not mentions[index].ally]
    by_name = _largest({index: _names(mentions[index]) for index in own})
    if len(by_subject) * 2 >= len(counted) and len(by_subject) >= len(by_name):
        return by_subject, False
    if len(by_name) >= SHARED_BY and len(by_name) * 2 >= len(own):
        return by_name, False
    if by_subject and len(by_subject) * 2 >= len(counted):
        return by_subject, False
    return own, True


def _largest(held: dict[int, frozenset[str]]) -> list[int]:
    """Return the members that have the word most of them have."""
    count = Counter(word for words in held.values() for word in words)
    if not count:
        return []
    best = min(count, key=lambda word: (-count[word], word))
    return [index for index, words in held.items() if best in words]


def _names(mention: Mention) -> frozenset[str]:
    """Return the pieces of three signs that may be a thing's name: no common words, no place."""
    places = [place.name for place in mention.score.places] if mention.score else []
    pieces = {run[at : at + 3] for run in _RUN.findall(mention.text) for at in range(len(run) - 2)}
    return frozenset(
        piece
        for piece in pieces
        if not _COMMON & set(piece)
        and not _SAID_OF_ALL.search(piece)
        and not piece.isdigit()
        and not any(piece[:2] == place[:2] or piece in place for place in places)
    )
