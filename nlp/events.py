"""Events, online: each document joins the matter it speaks of, or begins one; copies point to their original.

A document is decided once, by what came before it, and never moved: the answer for a prefix of the stream is
that prefix of the answer. The window (nlp.window) is the only state.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TextIO

from nlp.affinity import Affinity, Trees, load_trees
from nlp.background import Background, Terms, load, terms
from nlp.clean import clean
from nlp.filter import opened, parse
from nlp.fingerprint import exact, fingerprints
from nlp.window import Active, Member, Window
from records.document import Document
from records.errors import UsageError
from records.event import Placement

JOINS = 0.28
"""A document joins the best event from this probability on (docs/decisions/2026-11-24-events.md)."""
COPY_COSINE = 0.72
COPY_CONTAINED = 0.9
COPY_TERMS = 14
"""Fewer terms than this coincide by chance: only an exact repeat is then a copy."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What the clusterer needs of one document: its id, text (title first), and moment."""

    id: str
    text: str
    at: datetime | None


class Clusterer:
    """Places documents in order. `masked` are names that every text of this desk mentions."""

    def __init__(
        self,
        *,
        masked: re.Pattern[str] | None = None,
        background: Background | None = None,
        trees: Trees | None = None,
    ) -> None:
        self.background = background or load()
        self.window = Window(self.background)
        self._trees = trees or load_trees()
        self._masked = masked
        self._affinity = Affinity(self.window)

    def place(self, arrivals: Sequence[Arrival]) -> list[Placement]:
        """Return the place of each arrival, in order. A missing or earlier time counts as the latest seen."""
        return [
            self._place(arrival, mark, its)
            for arrival, (mark, its) in zip(arrivals, self._read(arrivals), strict=True)
        ]

    def restore(self, arrivals: Sequence[Arrival], placements: Sequence[Placement]) -> None:
        """Rebuild the window from documents that were placed before, in their order."""
        for placement, (mark, its) in zip(placements, self._read(arrivals), strict=True):
            self.window.forget(placement.at)
            self._keep(placement, mark, its)

    def _read(self, arrivals: Sequence[Arrival]) -> Iterator[tuple[str, Terms]]:
        """Yield each arrival's mark (equal for exact copies) and terms."""
        texts = [arrival.text for arrival in arrivals]
        marks = fingerprints([clean(text) for text in texts])
        return zip(map(exact, marks), terms(texts, self.background, self._masked), strict=True)

    def _place(self, arrival: Arrival, mark: str, its: Terms) -> Placement:
        window = self.window
        latest = window.latest or EPOCH
        at = latest if arrival.at is None else max(arrival.at, latest)
        window.forget(at)
        event, original = self._decide(mark, its, at)
        placement = Placement(
            document_id=arrival.id,
            event_id=event or arrival.id,
            copy_of=None if original in (None, arrival.id) else original,
            at=at,
        )
        self._keep(placement, mark, its)
        return placement

    def _keep(self, placement: Placement, mark: str, its: Terms) -> None:
        self.window.add(
            Member(
                id=placement.document_id,
                event=placement.event_id,
                original=placement.copy_of or placement.document_id,
                at=placement.at,
                mark=mark,
                terms=its,
                norm=self.window.norm(its),
            )
        )

    def _decide(self, mark: str, its: Terms, at: datetime) -> tuple[str | None, str | None]:
        """Return the event to join and the original repeated; None for a new event, None for no copy."""
        if not len(its.hashed):
            return None, None
        twin = self.window.twin(mark)
        if twin is not None:
            return twin.event, twin.original
        candidates, figures, near = self._affinity.figures(its, at)
        if not candidates:
            return None, None
        copied = _copied(candidates, near, its)
        if copied is not None:
            return copied.event, copied.original
        chances = self._trees.probability(figures)
        best = int(chances.argmax())
        return (candidates[best].id, None) if chances[best] >= JOINS else (None, None)


def _copied(
    candidates: list[Active], near: list[tuple[int, float, float]], its: Terms
) -> Member | None:
    """Return the member that these terms repeat, the closest of all candidates."""
    if len(its.hashed) < COPY_TERMS:
        return None
    best, closest = None, 0.0
    for event, (place, cosine, contained) in zip(candidates, near, strict=True):
        member = event.newest(place)
        is_copy = cosine >= COPY_COSINE or (
            contained >= COPY_CONTAINED and cosine >= COPY_COSINE / 2
        )
        if is_copy and len(member.terms.hashed) >= COPY_TERMS and cosine > closest:
            best, closest = member, cosine
    return best


def run(
    lines: Iterable[bytes], out: TextIO, errors: TextIO, *, batch: int, clusterer: Clusterer
) -> int:
    """Answer a stream of JSON Lines; return 1 when a line was broken, else 0. `batch` delays, it never looks ahead."""
    broken = 0
    waiting: list[Arrival] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            waiting.append(arrival(parse(line, number)))
        except ValueError as reason:
            broken = 1
            print(f"第 {number} 行已跳过：{reason}", file=errors)
        if len(waiting) >= batch:
            _answer(clusterer, waiting, out)
            waiting = []
    _answer(clusterer, waiting, out)
    return broken


def _answer(clusterer: Clusterer, arrivals: Sequence[Arrival], out: TextIO) -> None:
    for placement in clusterer.place(arrivals):
        answer = {
            "id": placement.document_id,
            "event_id": placement.event_id,
            "copy_of": placement.copy_of,
        }
        out.write(json.dumps(answer, ensure_ascii=not printable(answer)) + "\n")
    out.flush()


def printable(answer: dict[str, str | None]) -> bool:
    """Say whether the ids can be written as UTF-8: JSON may smuggle in half a surrogate pair."""
    return all(value is None or value.isprintable() for value in answer.values())


def arrival(document: Document) -> Arrival:
    """Return what the clusterer needs of a document; the epoch stands for an unknown time."""
    at = None if document.seen_at <= EPOCH else document.seen_at
    return Arrival(id=document.id, text=document.body, at=at)


def main(args: argparse.Namespace) -> int:
    """Run `python -m nlp events --in F --out F --batch N`."""
    if args.batch < 1:
        raise UsageError("--batch 应是不小于 1 的整数。")
    with opened(args) as (lines, out):
        return run(lines, out, sys.stderr, batch=args.batch, clusterer=Clusterer())
