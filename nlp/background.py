"""Background knowledge for telling events apart: how common each hashed term is, and which words keep company.

One packed file made by `nlp.train_events` from the public material: no string is kept, only hashes, so nothing of
the texts can be read back. `Terms` is what the event stage needs to know of one document.
"""

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from config.tables import Region
from nlp.clean import clean, letters
from nlp.gazetteer import short_name
from nlp.grams import U32, encode, ngrams
from nlp.segment import words

FILE = Path(__file__).parent / "models" / "events.npz"
BITS = 18
SIZE = 1 << BITS
HEAD = 420
"""Characters of a text that are read: a matter is named at the beginning; a long report would else match everything."""
MAX_WEIGHT = 9.0
"""-ln p of a term seen in one text of 8,000 or fewer: beyond that rarity says nothing more."""
UNIT = 1000
"""Text vectors are kept as integers of this unit, so sums are exact in whatever order they are made."""

F32 = npt.NDArray[np.float32]
I32 = npt.NDArray[np.int32]
_TAG = re.compile(r"#([^#\s]{2,30})#?")


@dataclass(frozen=True, slots=True)
class Terms:
    """One document: distinct hashed terms (sorted), its word vector in `UNIT`s, and its #话题# tags."""

    hashed: U32
    vector: I32
    tags: frozenset[str]


@dataclass(frozen=True, slots=True)
class Background:
    """`weight[t]` is -ln of the share of background texts with term t; `keys` are word hashes with a vector."""

    weight: F32
    share: F32
    keys: U32
    vectors: npt.NDArray[np.int8]
    mean: F32

    def vector(self, hashes: U32) -> I32:
        """Return the direction of a text from its word hashes: rare words count more, the common part is taken out."""
        at = np.searchsorted(self.keys, hashes)
        at[at == len(self.keys)] = 0
        known = self.keys[at] == hashes
        rows = at[known]
        if not len(rows):
            return np.zeros(self.vectors.shape[1], dtype=np.int32)
        weight = self.weight[fold(hashes[known])] ** 2
        summed = (self.vectors[rows].astype(np.float32) * weight[:, None]).sum(axis=0)
        centred = _unit(summed) - self.mean
        return np.rint(_unit(centred) * UNIT).astype(np.int32)


def _unit(vector: F32) -> F32:
    length = float(np.sqrt((vector * vector).sum()))
    return vector / np.float32(length) if length > 0 else vector


def fold(hashes: U32) -> U32:
    """Fold 32-bit hashes into the term table."""
    return hashes >> np.uint32(32 - BITS)


@lru_cache(maxsize=1)
def load() -> Background:
    """Return the shipped background."""
    with np.load(FILE, allow_pickle=False) as pack:
        return unpacked(pack)


def unpacked(pack: Mapping[str, npt.NDArray[Any]]) -> Background:
    """Return packed arrays (rarity in 1/16 nat) as the background."""
    rarity = pack["rarity"].astype(np.float32) / 16
    return Background(
        weight=np.minimum(rarity, np.float32(MAX_WEIGHT)),
        share=np.exp(-rarity),
        keys=pack["keys"],
        vectors=pack["vectors"],
        mean=pack["mean"],
    )


def terms(
    texts: Sequence[str], background: Background, masked: re.Pattern[str] | None = None
) -> list[Terms]:
    """Return the terms of texts as published. `masked` names are taken out first (the desk's own city is in every text)."""
    tags = [tags_of(text) for text in texts]
    heads = [clean(text[: 4 * HEAD])[:HEAD] for text in texts]
    if masked is not None:
        heads = [masked.sub(" ", head) for head in heads]
    hashed, owner = ngrams(encode([letters(head) for head in heads]), 2)
    tokens = [[word for word in words(head) if not word.isspace()] for head in heads]
    spread = [word_hashes(found) for found in tokens]
    starts = np.searchsorted(owner, np.arange(len(texts) + 1))
    return [
        _terms(hashed[starts[i] : starts[i + 1]], tokens[i], spread[i], tags[i], background)
        for i in range(len(texts))
    ]


def tags_of(text: str) -> frozenset[str]:
    """Return the #话题# tags at the head of a text."""
    return frozenset(_TAG.findall(text[: 4 * HEAD])) if "#" in text else frozenset()


def _terms(
    grams: U32, tokens: list[str], hashes: U32, tags: frozenset[str], background: Background
) -> Terms:
    """Join grams and words: one of two characters is a gram already, longer ones say more than theirs."""
    long = np.array([len(word) > 2 for word in tokens], dtype=np.bool_)
    both = np.concatenate((grams, hashes[long])) if len(tokens) else grams
    return Terms(np.unique(fold(both)), background.vector(np.unique(hashes)), tags)


def word_hashes(tokens: Sequence[str]) -> U32:
    """Return a 32-bit hash of each word."""
    hashed = (zlib.crc32(word.encode("utf-8", "surrogatepass")) for word in tokens)
    return np.fromiter(hashed, dtype=np.uint32, count=len(tokens))


def mask(names: Sequence[str]) -> re.Pattern[str] | None:
    """Return a pattern of the names that say nothing because the desk is about them."""
    kept = sorted({name.lower() for name in names if len(name) > 1}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, kept))) if kept else None


def own_names(regions: Sequence[Region]) -> list[str]:
    """Return the names, long and short, of the desk's province and city: every text of the desk has them."""
    return [
        name
        for region in regions
        if region.kind in ("province", "city")
        for name in (region.name, short_name(region.name))
    ]
