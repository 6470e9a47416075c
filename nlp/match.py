"""Find many words in many texts at once: one pass over hashed character pairs, then a look-up where a word may begin.

Does what an Aho-Corasick automaton would do for our tables (about 45,000 words, at least two characters
each) at a fraction of the time in Python, because nine of ten positions are discarded by numpy.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlp.grams import U32, Codes

_BITS = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """A word of the tables found at `start`:`end` of a text."""

    start: int
    end: int
    word: str


class Matcher:
    """All words of the operator's and our own tables, ready to be looked up."""

    def __init__(self, words: Iterable[str]) -> None:
        by_pair: dict[str, set[int]] = {}
        self._words = frozenset(word for word in words if len(word) > 1)
        for word in self._words:
            by_pair.setdefault(word[:2], set()).add(len(word))
        self._lengths: Mapping[str, tuple[int, ...]] = {
            pair: tuple(sorted(lengths, reverse=True)) for pair, lengths in by_pair.items()
        }
        self._begins = np.zeros(1 << _BITS, dtype=np.bool_)
        pairs = np.array([[ord(char) for char in pair] for pair in by_pair], dtype=np.uint32)
        if len(pairs):
            self._begins[_pair_hash(pairs[:, 0], pairs[:, 1])] = True

    def find(self, texts: list[str], codes: Codes) -> list[list[Hit]]:
        """Return for each text the longest word at every position where one begins (they may overlap)."""
        found: list[list[Hit]] = [[] for _ in texts]
        for owner, at in self._candidates(codes):
            text = texts[owner]
            for length in self._lengths.get(text[at : at + 2], ()):
                word = text[at : at + length]
                if word in self._words:
                    found[owner].append(Hit(at, at + length, word))
                    break
        return found

    def _candidates(self, codes: Codes) -> Iterator[tuple[int, int]]:
        points = codes.points
        if len(points) < 2:
            return iter(())
        places = np.flatnonzero(self._begins[_pair_hash(points[:-1], points[1:])])
        owners = codes.owner[places]
        return zip(owners.tolist(), (places - codes.starts[owners]).tolist(), strict=True)


def _pair_hash(first: U32, second: U32) -> npt.NDArray[np.int64]:
    mixed = (first * np.uint32(0x9E3779B1)) ^ (second * np.uint32(0x85EBCA77))
    return (mixed >> np.uint32(32 - _BITS)).astype(np.int64)
