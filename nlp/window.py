"""The last 72 hours of the stream, by event: what a new document is compared with.

The state is a pure function of the documents in the window and their events, in order: a process that
starts again rebuilds it from the store and decides exactly as the one before it would have.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from nlp.background import MAX_WEIGHT, SIZE, Background, Terms
from nlp.grams import U32

SPAN = timedelta(hours=72)
"""reference/nlp.md §3: a window of 72 hours."""
COMPARED = 40
"""Members of an event a document is compared with, the newest; more changed no figure."""
COMMON = 48
"""Terms kept of what an event's members share."""
INDEXED = 24
"""Terms of a document that lead to its event, the rarest."""
PRIOR = 300.0
"""How many documents the background counts for against those of the window."""

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Member:
    """One document of the window; `norm` is the sum of its squared background weights."""

    id: str
    event: str
    original: str
    at: datetime
    mark: str
    terms: Terms
    norm: float


@dataclass(slots=True)
class Active:
    """An event with documents in the window."""

    id: str
    members: deque[Member] = field(default_factory=deque)
    vector: I64 = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    tags: dict[str, int] = field(default_factory=dict)
    packed: tuple[U32, I64, F32] | None = None
    shared: tuple[U32, F32] | None = None

    def compared(self) -> tuple[U32, I64, F32]:
        """Return the terms of the newest members end to end, where each begins, and their norms."""
        if self.packed is None:
            newest = list(self.members)[-COMPARED:]
            lengths = [len(member.terms.hashed) for member in newest]
            starts = np.cumsum([0, *lengths[:-1]], dtype=np.int64)
            norms = np.array([member.norm for member in newest], dtype=np.float32)
            self.packed = (np.concatenate([m.terms.hashed for m in newest]), starts, norms)
        return self.packed

    def common(self) -> tuple[U32, F32]:
        """Return the terms most members share and the share of members that have each."""
        if self.shared is None:
            hashed, starts, _ = self.compared()
            found, counts = np.unique(hashed, return_counts=True)
            kept = np.argsort(-counts, kind="stable")[:COMMON]
            self.shared = (found[kept], (counts[kept] / len(starts)).astype(np.float32))
        return self.shared

    def newest(self, place: int) -> Member:
        """Return the member that stands at `place` of `compared`."""
        return self.members[max(0, len(self.members) - COMPARED) + place]


class Window:
    """The documents of the last 72 hours, by event, with the counts that weigh their terms."""

    def __init__(self, background: Background) -> None:
        self.background = background
        self.events: dict[str, Active] = {}
        self.documents: deque[Member] = deque()
        self.latest: datetime | None = None
        self.tag_counts: dict[str, int] = {}
        self._same: dict[str, deque[Member]] = {}
        self._counts = np.zeros(SIZE, dtype=np.int32)
        self._index: dict[int, dict[str, int]] = {}

    def weights(self, hashed: U32) -> F32:
        """Return how much each term says now: rare in the background and in the window."""
        share = (
            self.background.share[hashed] * np.float32(PRIOR)
            + self._counts[hashed]
            + np.float32(0.3)
        )
        rarity = -np.log(share / np.float32(PRIOR + len(self.documents) + 1))
        capped: F32 = np.minimum(rarity, np.float32(MAX_WEIGHT)).astype(np.float32)
        return capped

    def led_to(self, hashed: U32, weights: F32, limit: int) -> list[Active]:
        """Return the events that share the most weight of rare terms with these, best first (ties by id)."""
        found: dict[str, float] = {}
        for term, weight in zip(hashed.tolist(), weights.tolist(), strict=True):
            for event in self._index.get(term, ()):
                found[event] = found.get(event, 0.0) + weight
        ranked = sorted(found, key=lambda event: (-found[event], event))
        return [self.events[event] for event in ranked[:limit]]

    def twin(self, mark: str) -> Member | None:
        """Return the first document of the window with the same text."""
        same = self._same.get(mark)
        return same[0] if same else None

    def norm(self, terms: Terms) -> float:
        """Return the sum of squared background weights."""
        return float((self.background.weight[terms.hashed] ** 2).sum()) or 1.0

    def forget(self, now: datetime) -> None:
        """Let go of documents older than the window."""
        while self.documents and now - self.documents[0].at > SPAN:
            self._remove(self.documents.popleft())

    def add(self, member: Member) -> None:
        """Take in one document; its event is made when it is the first of it."""
        event = self.events.get(member.event)
        if event is None:
            event = self.events[member.event] = Active(member.event)
            event.vector = np.zeros(len(member.terms.vector), dtype=np.int64)
        event.members.append(member)
        event.packed = event.shared = None
        event.vector += member.terms.vector
        self.documents.append(member)
        self.latest = member.at
        self._count(member, event, 1)
        self._same.setdefault(member.mark, deque()).append(member)

    def _remove(self, member: Member) -> None:
        event = self.events[member.event]
        event.members.popleft()
        event.packed = event.shared = None
        event.vector -= member.terms.vector
        self._count(member, event, -1)
        same = self._same[member.mark]
        same.popleft()
        if not same:
            del self._same[member.mark]
        if not event.members:
            del self.events[member.event]

    def _count(self, member: Member, event: Active, step: int) -> None:
        self._counts[member.terms.hashed] += step
        for term in self._leading(member.terms.hashed):
            _step(self._index.setdefault(term, {}), event.id, step)
            if not self._index[term]:
                del self._index[term]
        for tag in member.terms.tags:
            _step(event.tags, tag, step)
            _step(self.tag_counts, tag, step)

    def _leading(self, hashed: U32) -> list[int]:
        weight = self.background.weight[hashed]
        kept = np.argsort(-weight, kind="stable")[:INDEXED]
        return [int(term) for term in hashed[kept]]


def _step(counts: dict[str, int], key: str, step: int) -> None:
    """Add to a count and drop it at zero."""
    value = counts.get(key, 0) + step
    if value:
        counts[key] = value
    else:
        del counts[key]
