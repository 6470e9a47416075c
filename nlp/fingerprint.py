"""Fingerprints: two texts that are copies of one another get signatures that nearly agree.

A fingerprint is 144 hex digits: 64 bits of SHA-256 over the normalised letters (equal for exact copies), then
64 one-byte MinHash values over character 3-grams. The share of equal bytes estimates the Jaccard
similarity of the two sets of 3-grams, with a standard error of at most 0.063.
"""

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from nlp.clean import clean, letters
from nlp.grams import U32, encode, mix, ngrams

PERMUTATIONS = 64
"""reference/nlp.md §3: 64 permutations of 3-grams gave P 0.90, R 0.96."""
_EXACT = 16
_CHUNK = 8_192
"""3-grams hashed at once: 64 × 8,192 × 4 bytes stay in the cache."""
_MAX_LETTERS = 20_000
_CHANCE = 1 / 256
"""How often two one-byte values agree by accident."""

_MULTIPLIERS = mix(np.arange(1, PERMUTATIONS + 1, dtype=np.uint32)) | np.uint32(1)
_SHIFTS = mix(np.arange(1001, 1001 + PERMUTATIONS, dtype=np.uint32))

Signature = npt.NDArray[np.uint8]


def fingerprint(text: str) -> str:
    """Return the fingerprint of one text as it was published."""
    return fingerprints([clean(text)])[0]


def fingerprints(model_texts: Sequence[str]) -> list[str]:
    """Return the fingerprints of texts that `clean` has already normalised, in their order."""
    kept = [letters(text)[:_MAX_LETTERS] or text[:_MAX_LETTERS] for text in model_texts]
    signatures = _minhash(kept)
    return [_exact(text) + row.tobytes().hex() for text, row in zip(kept, signatures, strict=True)]


def _exact(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_EXACT]


def _minhash(texts: Sequence[str]) -> Signature:
    """Return one row of bytes a text. A text under three characters is its own single gram."""
    padded = [text if len(text) > 2 else f"{text}\x02\x02\x02"[:3] for text in texts]
    hashed, owner = ngrams(encode(padded), 3)
    lowest = np.full((len(texts), PERMUTATIONS), 0xFFFFFFFF, dtype=np.uint32)
    for begin in range(0, len(hashed), _CHUNK):
        _lower(lowest, hashed[begin : begin + _CHUNK], owner[begin : begin + _CHUNK])
    return (mix(lowest.ravel()) >> np.uint32(24)).astype(np.uint8).reshape(lowest.shape)


def _lower(lowest: U32, hashed: U32, owner: npt.NDArray[np.int64]) -> None:
    """Bring the rows of `lowest` down to the minima of this chunk under every permutation."""
    edges = np.flatnonzero(np.diff(owner, prepend=-1))
    permuted = hashed[None, :] * _MULTIPLIERS[:, None] + _SHIFTS[:, None]
    permuted ^= permuted >> np.uint32(15)
    minima = np.minimum.reduceat(permuted, edges, axis=1).T
    rows = owner[edges]
    lowest[rows] = np.minimum(lowest[rows], minima)


def signature(mark: str) -> Signature:
    """Return the MinHash bytes of a fingerprint, for comparing many at once."""
    return np.frombuffer(bytes.fromhex(mark[_EXACT:]), dtype=np.uint8)


def exact(mark: str) -> str:
    """Return the part of a fingerprint that only exact copies share."""
    return mark[:_EXACT]


def similarity(one: str, other: str) -> float:
    """Return the estimated Jaccard similarity of two fingerprints, 1.0 for exact copies."""
    if exact(one) == exact(other):
        return 1.0
    return float(similarities(signature(one), signature(other)[None, :])[0])


def similarities(one: Signature, many: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """Return the estimated Jaccard similarity of one signature with each row of `many`."""
    agree = (many == one).mean(axis=1)
    unbiased: npt.NDArray[np.float64] = np.clip((agree - _CHANCE) / (1 - _CHANCE), 0.0, 1.0)
    return unbiased
