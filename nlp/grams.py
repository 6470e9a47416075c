"""Character n-grams of a batch as hashed integers, in a few numpy passes over all texts at once.

Everything that hashes text (models, keywords, fingerprints) starts from these arrays, so the cost of
turning a string into numbers is paid once a batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

U32 = npt.NDArray[np.uint32]
I64 = npt.NDArray[np.int64]

_ODD = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F)
"""Odd multipliers of xxHash; any odd constants with well mixed bits would do."""


@dataclass(frozen=True, slots=True)
class Codes:
    """Code points of all texts end to end; `owner[i]` is the text of `points[i]`, `starts` where each begins."""

    points: U32
    owner: I64
    starts: I64

    @property
    def count(self) -> int:
        """How many texts there are."""
        return len(self.starts)


def encode(texts: Sequence[str]) -> Codes:
    """Return the code points of `texts`. Lone surrogates survive as themselves."""
    joined = "".join(texts)
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    starts = np.cumsum(lengths) - lengths
    return Codes(points, np.repeat(np.arange(len(texts), dtype=np.int64), lengths), starts)


def mix(values: U32) -> U32:
    """Spread the bits of `values` (the finaliser of lowbias32)."""
    values = values ^ (values >> np.uint32(16))
    values = values * np.uint32(0x7FEB352D)
    values = values ^ (values >> np.uint32(15))
    values = values * np.uint32(0x846CA68B)
    return values ^ (values >> np.uint32(16))


def ngrams(codes: Codes, n: int) -> tuple[U32, I64]:
    """Return the hash and the owner of every run of `n` characters that lies inside one text."""
    total = len(codes.points)
    if total < n:
        return np.empty(0, dtype=np.uint32), np.empty(0, dtype=np.int64)
    window = total - n + 1
    hashed = np.full(window, n * 0x51ED27 + 1, dtype=np.uint32)
    for offset in range(n):
        hashed += codes.points[offset : offset + window] * np.uint32(_ODD[offset])
        hashed = hashed ^ (hashed >> np.uint32(15)) if offset + 1 < n else hashed
        hashed *= np.uint32(0x2C1B3C6D)
    first, last = codes.owner[:window], codes.owner[n - 1 :]
    inside = first == last
    return mix(hashed[inside]), first[inside]
