"""Words of a model text: rjieba (same dictionary as jieba, about 20 times faster), jieba where it has no wheel.

The only file that may import a segmenter. Both are loaded at the first call, not at import: their
dictionaries take a second or two.
"""

from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from typing import cast

Cut = Callable[[str], list[str]]


@lru_cache(maxsize=1)
def _segmenter() -> tuple[str, Cut]:
    try:
        return "rjieba", cast("Cut", import_module("rjieba").cut)
    except ImportError:
        jieba = import_module("jieba")
        jieba.setLogLevel(60)
        return "jieba", cast("Cut", jieba.lcut)


def words(model_text: str) -> list[str]:
    """Return the words of `model_text` in order; joined they are the text again."""
    return list(_segmenter()[1](model_text)) if model_text else []


def segmenter_name() -> str:
    """Return which segmenter serves this process: part of the scorer's version."""
    return _segmenter()[0]
