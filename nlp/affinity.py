"""How well a document fits an event: seventeen figures, and boosted trees that weigh them.

The trees were learnt from pairs (document, event) of labelled streams (`nlp.train_events`), where plain cosine
thresholds split one matter told in many voices into dozens of events. They are a few kilobytes of numbers.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from nlp.background import FILE, SIZE, UNIT, Terms
from nlp.window import Active, Window

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
FIGURES = (
    "nearest", "average", "shared", "core", "direction", "tags", "size", "gap",
    "shared_share", "direction_z", "length", "direction_by_size", "z_by_size", "anchor", "anchor_by_size", "rank", "margin",
)  # fmt: skip
BY_TERMS = 12
BY_DIRECTION = 8
LARGE = 4
"""Events with so many members are always candidates: many posts on them share no rare word with the rest."""
MOST_LARGE = 64
ANCHORS = 8
"""Common terms that stand for what an event is about."""


@dataclass(frozen=True, slots=True)
class Trees:
    """Boosted trees as arrays of shape (trees, nodes): split figure, threshold, children, leaf value."""

    figure: npt.NDArray[np.int16]
    threshold: F64
    left: npt.NDArray[np.int16]
    right: npt.NDArray[np.int16]
    value: F64
    base: float

    def probability(self, figures: F64) -> F64:
        """Return for each row of figures the probability that the document belongs to the event."""
        rows = np.arange(len(figures))[:, None]
        trees = np.arange(len(self.figure))[None, :]
        at = np.zeros((len(figures), len(self.figure)), dtype=np.int64)
        while True:
            split = self.left[trees, at] > 0
            if not split.any():
                break
            goes_left = figures[rows, self.figure[trees, at]] <= self.threshold[trees, at]
            child = np.where(goes_left, self.left[trees, at], self.right[trees, at])
            at = np.where(split, child, at)
        raw = self.base + self.value[trees, at].sum(axis=1)
        chance: F64 = 1 / (1 + np.exp(-raw))
        return chance


@lru_cache(maxsize=1)
def load_trees() -> Trees:
    """Return the shipped trees."""
    with np.load(FILE, allow_pickle=False) as pack:
        return unpacked(pack)


def unpacked(pack: Mapping[str, npt.NDArray[Any]]) -> Trees:
    """Return packed arrays as trees."""
    names = ("figure", "threshold", "left", "right", "value")
    return Trees(base=float(pack["base"]), **{name: pack[name] for name in names})


@dataclass(frozen=True, slots=True)
class Directions:
    """The cosine between one document's word vector and that of each event of the window."""

    of: dict[str, float]
    mean: float
    spread: float

    def z(self, event: str) -> float:
        """Return by how many standard deviations `event` stands out among all events."""
        return (self.of[event] - self.mean) / (self.spread + 1e-6)


class Affinity:
    """Compares one document with the events of a window. `near` is the nearest member of each candidate."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._slot = np.full(SIZE, -1, dtype=np.int32)

    def figures(
        self, terms: Terms, at: datetime
    ) -> tuple[list[Active], F64, list[tuple[int, float, float]]]:
        """Return candidate events, their figures, and per candidate (nearest place, cosine, containment)."""
        window = self._window
        weights = window.weights(terms.hashed)
        directions = self._directions(terms)
        candidates = self._candidates(terms, weights, directions)
        if not candidates:
            return [], np.zeros((0, len(FIGURES))), []
        self._slot[terms.hashed] = np.arange(len(terms.hashed), dtype=np.int32)
        rows, near = [], []
        own = window.norm(terms)
        for event in candidates:
            figures, nearest = self._against(event, terms, at, weights, directions, own=own)
            rows.append(figures)
            near.append(nearest)
        self._slot[terms.hashed] = -1
        return candidates, _with_ranks(np.array(rows, dtype=np.float64)), near

    def _directions(self, terms: Terms) -> Directions:
        events = self._window.events
        if not events:
            return Directions({}, 0.0, 0.0)
        summed = np.stack([event.vector for event in events.values()])
        # Whole numbers and a sorted mean: the same figures in whatever order the window was built.
        lengths = np.sqrt((summed * summed).sum(axis=1).astype(np.float64)) + 1e-9
        cosines = (summed @ terms.vector.astype(np.int64)) / lengths / UNIT
        of = dict(zip(events, cosines.tolist(), strict=True))
        ranked = np.sort(cosines)
        return Directions(of, float(ranked.mean()), float(ranked.std()))

    def _candidates(self, terms: Terms, weights: F32, directions: Directions) -> list[Active]:
        window = self._window
        found = {event.id: event for event in window.led_to(terms.hashed, weights, BY_TERMS)}
        of = directions.of
        order = sorted(of, key=lambda event: (-of[event], event))
        large = [event for event in order if len(window.events[event].members) >= LARGE][
            :MOST_LARGE
        ]
        for event in (*order[:BY_DIRECTION], *large):
            found.setdefault(event, window.events[event])
        return [event for event in found.values() if len(event.members[-1].terms.hashed)]

    def _against(
        self,
        event: Active,
        terms: Terms,
        at: datetime,
        weights: F32,
        directions: Directions,
        *,
        own: float,
    ) -> tuple[list[float], tuple[int, float, float]]:
        hashed, starts, norms = event.compared()
        slots = self._slot[hashed]
        hit = slots >= 0
        squared = np.where(hit, self._window.background.weight[hashed] ** 2, np.float32(0))
        per_member = np.add.reduceat(squared, starts)
        cosines = per_member / np.sqrt(own * norms)
        place = int(cosines.argmax())
        shared, core, share = _shared(slots[hit], len(norms), weights)
        lengths = np.diff(np.append(starts, len(hashed)))
        inside = np.add.reduceat(hit.astype(np.int32), starts)
        containment = float(inside[place]) / max(1, min(int(lengths[place]), len(terms.hashed)))
        average = float(per_member.mean() / math.sqrt(own * float(norms.mean())))
        direction, z = directions.of[event.id], directions.z(event.id)
        size = math.log(len(event.members))
        anchor = self._anchored(event)
        spread = math.log(len(terms.hashed) + 5)
        gap = math.log1p(max(0.0, (at - event.members[-1].at).total_seconds()) / 3600)
        row = [
            float(cosines[place]), average, shared / 10 / spread, core / 10 / spread, direction,
            self._tagged(event, terms), size, gap, share, z, float(len(terms.hashed)),
            direction * size, z * size, anchor, anchor * size,
        ]  # fmt: skip
        return row, (place, float(cosines[place]), containment)

    def _anchored(self, event: Active) -> float:
        """Return how much of what the event is about (its heaviest common terms) the document mentions."""
        terms, counts = event.common()
        weights = self._window.weights(terms) * counts
        heaviest = np.argsort(-weights, kind="stable")[:ANCHORS]
        mentioned = self._slot[terms[heaviest]] >= 0
        total = float(weights[heaviest].sum())
        return float(weights[heaviest][mentioned].sum()) / total if total else 0.0

    def _tagged(self, event: Active, terms: Terms) -> float:
        counts, total = self._window.tag_counts, len(self._window.documents) + 20
        return sum(
            min(4.0, math.log(total / (counts[tag] + 1))) * event.tags[tag] / len(event.members)
            for tag in sorted(terms.tags & event.tags.keys())
        )


def _shared(
    slots: npt.NDArray[np.int32], compared: int, weights: F32
) -> tuple[float, float, float]:
    """Return the weight shared with the members on average, with the event's core, and as a share."""
    counts = np.bincount(slots, minlength=len(weights))
    shared = float((weights * counts).sum()) / compared
    kept = counts > 1
    core = float((weights[kept] * np.minimum(1.0, counts[kept] / 3)).sum())
    own = math.sqrt(float((weights * weights).sum())) or 1.0
    return shared, core, shared / own / 3


def _with_ranks(rows: F64) -> F64:
    """Add each candidate's rank by nearest member and its lead over the second best."""
    nearest = rows[:, 0]
    rank = np.argsort(np.argsort(-nearest, kind="stable"), kind="stable")
    second = float(np.partition(nearest, -2)[-2]) if len(nearest) > 1 else 0.0
    return np.column_stack((rows, rank.astype(np.float64), nearest - second))
