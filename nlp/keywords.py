"""Keywords: the words of a text that are frequent in it and rare elsewhere (TF-IDF over hashed words).

The same ranking picks the words that carried a judgement, so an explanation costs one sort a batch.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain

import numpy as np
import numpy.typing as npt

from nlp.features import F32, Words
from nlp.grams import I64

LIMIT = 8
_WORD = re.compile(r"[\u4e00-\u9fff]|[a-z]{2}")
_STOP_TEXT = """
我们 你们 他们 她们 自己 大家 这个 那个 这些 那些 这样 那样 这里 那里 什么 怎么 怎样 如何 为什么 因为 所以 但是 可是 不过 然后 而且 如果 虽然 已经 还是 就是 不是 没有
可以 可能 应该 需要 不能 不会 现在 今天 昨天 明天 今年 去年 时候 时间 一个 一些 一下 一直 一样 一种 一点 一次 有些 有的 其他 其它 以及 或者 并且 关于 对于 由于 根据 按照
通过 进行 表示 认为 知道 觉得 看到 出现 发生 开始 继续 不要 不用 还有 只是 只有 真的 非常 特别 十分 比较 更加 尊敬 领导 您好 你好 谢谢 请问 希望 问题 情况 相关 有关
位于 目前 多次 之后 之前 以后 以前 其中 同时 此外 另外 于是 从而 为了 至于 不仅 甚至 究竟 到底 之间 以上 以下 左右 还要 都是 也是 这么 那么 那种 这种 这是 那是 就会 不知 有人 某某 某人
哈哈 哈哈哈 嘻嘻 转发 微博 视频 图片 全文 链接 http com www cn
"""
_STOP = frozenset(_STOP_TEXT.split())


@lru_cache(maxsize=1 << 16)
def speaks(word: str) -> bool:
    """Say whether a word can stand as a keyword or as a reason."""
    return len(word) > 1 and word not in _STOP and _WORD.search(word) is not None


def eligible(words: Words) -> npt.NDArray[np.bool_]:
    """Return which words of a batch can stand as keywords."""
    return np.fromiter(
        map(speaks, chain.from_iterable(words.tokens)), dtype=np.bool_, count=len(words.owner)
    )


def top_words(
    words: Words, value: F32, allowed: npt.NDArray[np.bool_], limit: int
) -> list[list[str]]:
    """Return for each text its `limit` distinct words of highest positive `value`, best first."""
    places = np.flatnonzero(allowed & (value > 0))
    owner = words.owner[places]
    order = np.lexsort((places, -value[places], owner))
    ranked, ranked_owner = places[order], owner[order]
    first = np.searchsorted(ranked_owner, ranked_owner)
    keep = np.arange(len(ranked)) - first < 3 * limit
    flat = list(chain.from_iterable(words.tokens))
    found: list[list[str]] = [[] for _ in words.tokens]
    for text, at in zip(ranked_owner[keep].tolist(), ranked[keep].tolist(), strict=True):
        mine = found[text]
        if len(mine) < limit and flat[at] not in mine:
            mine.append(flat[at])
    return found


def keywords(words: Words, rarity: F32, allowed: npt.NDArray[np.bool_]) -> list[list[str]]:
    """Return the keywords of each text."""
    return top_words(words, _frequency(words) * rarity, allowed, LIMIT)


def _frequency(words: Words) -> F32:
    """Return how often each word stands in its own text."""
    keys = (words.owner.astype(np.uint64) << np.uint64(32)) | words.hashes
    _, place, counts = np.unique(keys, return_inverse=True, return_counts=True)
    frequency: F32 = counts[place].astype(np.float32)
    return frequency


def owner_column(owner: I64, column: Sequence[int]) -> I64:
    """Return for each word the column chosen for its text."""
    return np.asarray(column, dtype=np.int64)[owner]
