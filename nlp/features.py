"""Features of a batch: hashed character 1- to 3-grams, hashed words and pairs of words, and a few named signs.

The same arrays feed training and scoring, so what is learnt is what is applied. Only hashes are kept:
a model holds no string of the texts it learnt from.
"""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from nlp.grams import I64, U32, Codes, encode, mix, ngrams
from nlp.segment import words

MAX_CHARS = 3_000
"""Of a long text the models read the head; more changed no figure in reference/nlp.md's sets and costs time."""
F32 = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Words:
    """Words of a batch end to end: their hash, their text's number, and themselves."""

    hashes: U32
    owner: I64
    tokens: tuple[list[str], ...]


@dataclass(frozen=True, slots=True)
class Features:
    """Distinct hashed features of each text, grouped by text from `starts`; `sign` marks the named ones."""

    hashes: U32
    owner: I64
    sign: npt.NDArray[np.bool_]
    starts: I64
    words: Words


def extract(texts: Sequence[str], signs: Sequence[Iterable[str]]) -> Features:
    """Return the features of model texts, with the named signs found in each."""
    heads = [text[:MAX_CHARS] for text in texts]
    codes = encode(heads)
    tokens = tuple(words(text) for text in heads)
    return assemble(codes, tokens, signs)


def assemble(
    codes: Codes, tokens: tuple[list[str], ...], signs: Sequence[Iterable[str]]
) -> Features:
    """Return the features of texts already encoded and segmented."""
    found = _words(codes, tokens)
    parts = [ngrams(codes, n) for n in (1, 2, 3)]
    parts.append((found.hashes, found.owner))
    parts.append(_pairs(found))
    return _with_signs(*_distinct(parts), signs, found)


def _words(codes: Codes, tokens: tuple[list[str], ...]) -> Words:
    """Hash every word from the code points already at hand."""
    lengths = np.fromiter(map(len, chain.from_iterable(tokens)), dtype=np.int64)
    owner = np.repeat(
        np.arange(len(tokens)), np.fromiter(map(len, tokens), dtype=np.int64, count=len(tokens))
    )
    if not len(lengths):
        return Words(np.empty(0, dtype=np.uint32), owner, tokens)
    starts = np.cumsum(lengths) - lengths
    within = np.arange(len(codes.points), dtype=np.int64) - np.repeat(starts, lengths)
    spread = mix(codes.points + within.astype(np.uint32) * np.uint32(0x9E3779B1))
    return Words(
        mix(np.add.reduceat(spread, starts, dtype=np.uint32) + np.uint32(77)), owner, tokens
    )


def word_hashes(tokens: list[str]) -> U32:
    """Return the hashes that `extract` gives to these words."""
    return _words(encode(tokens), (tokens,)).hashes


def _pairs(found: Words) -> tuple[U32, I64]:
    same = found.owner[:-1] == found.owner[1:]
    pair = mix(found.hashes[:-1] * np.uint32(0x85EBCA77) + found.hashes[1:])
    return pair[same], found.owner[:-1][same]


def _distinct(parts: Sequence[tuple[U32, I64]]) -> tuple[U32, I64]:
    keys = np.concatenate(
        [(owner.astype(np.uint64) << np.uint64(32)) | hashes for hashes, owner in parts]
    )
    keys.sort()
    if len(keys):
        keys = keys[np.concatenate(([True], keys[1:] != keys[:-1]))]
    return (keys & np.uint64(0xFFFFFFFF)).astype(np.uint32), (keys >> np.uint64(32)).astype(
        np.int64
    )


def sign_hash(sign: str) -> int:
    """Return the hash of a named sign."""
    return zlib.crc32(f"sign:{sign}".encode())


def _with_signs(hashes: U32, owner: I64, signs: Sequence[Iterable[str]], found: Words) -> Features:
    """Add the signs, and one constant feature a text so that no text is empty."""
    pairs = [(index, sign_hash(sign)) for index, names in enumerate(signs) for sign in ("", *names)]
    extra_owner = np.array([index for index, _ in pairs], dtype=np.int64)
    extra = np.array([hashed for _, hashed in pairs], dtype=np.uint32)
    everything = np.concatenate((owner, extra_owner))
    order = np.argsort(everything, kind="stable")
    owner = everything[order]
    return Features(
        hashes=np.concatenate((hashes, extra))[order],
        owner=owner,
        sign=order >= len(hashes),
        starts=np.searchsorted(owner, np.arange(len(signs))),
        words=found,
    )
