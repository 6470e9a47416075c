"""`python -m nlp watch`: pulls what is not yet judged, scores it, and places it in order behind the watermark.

Documents reach the events by (seen_at, id), and only up to the moment to which every source is complete, so the
answer does not depend on which spider was faster. A source that has been silent for longer than the table's
patience is no longer waited for.
"""

import argparse
import logging
import signal
import threading
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from config.desk import Desk, open_desk
from config.sources import SourceTable, sources_of
from config.tables import regions_of
from nlp import heat
from nlp.background import mask, own_names
from nlp.clean import clean
from nlp.events import Clusterer, arrival
from nlp.portrait import Part, portrait
from nlp.score import Scorer, scorer_for
from nlp.window import SPAN
from records.clock import Clock
from records.document import Document
from records.errors import RetryLater
from records.event import Event, Placement
from records.score import Score
from records.source import Rejected
from store.interface import Corpus
from store.open import open_corpus

LOG = logging.getLogger("nlp.watch")
SCORED_AT_ONCE = 256
PLACED_AT_ONCE = 200
IDLE_S = 0.5
HEAT_EVERY_S = 2.0
COOLS_EVERY_S = 60.0
"""Heat also falls when nothing new comes."""
ACTIVE = timedelta(days=7)
MOST_ACTIVE = 5_000
STARTED = "nlp.watermark_started"


class Watcher:
    """One pass after another over the store: score, place, refresh heat."""

    def __init__(self, desk: Desk, corpus: Corpus, scorer: Scorer, sources: SourceTable) -> None:
        self._clock: Clock = desk.clock()
        self._desk = desk
        self._corpus = corpus
        self._scorer = scorer
        self._sources = sources
        self._clusterer = restored(desk, corpus)
        self._h_ref = heat.LEAST_REFERENCE

    def score(self) -> int:
        """Score one batch of waiting documents; return how many."""
        waiting = self._corpus.unscored(self._scorer.version, limit=SCORED_AT_ONCE)
        if waiting:
            self._corpus.save_scores(self._judged(waiting))
        return len(waiting)

    def _judged(self, documents: Sequence[Document]) -> list[Score]:
        """Score a batch; when it fails, one by one, and set aside the one that fails."""
        now = self._clock.now()
        try:
            return self._scorer.score(documents, now)
        except Exception:  # noqa: BLE001, RUF100 - one bad text must not stop the others
            LOG.exception("a batch of %d documents failed; scoring one by one", len(documents))
        scores: list[Score] = []
        for document in documents:
            try:
                scores += self._scorer.score([document], now)
            except Exception as error:
                LOG.exception("document %s cannot be scored", document.id)
                self._corpus.reject(_set_aside(document, "score", error, now))
        return scores

    def place(self) -> int:
        """Place one batch of scored documents that lie behind the watermark; return how many."""
        limit = self.watermark()
        if limit is None:
            return 0
        waiting = self._corpus.unplaced(up_to=limit, limit=PLACED_AT_ONCE)
        if not waiting:
            return 0
        placed = self._placed(waiting)
        parts: dict[str, list[Part]] = {}
        for part in placed:
            parts.setdefault(part[2].event_id, []).append(part)
        self._corpus.save_placements([part[2] for part in placed], self._portraits(parts), b"")
        return len(waiting)

    def _placed(self, waiting: Sequence[tuple[Document, Score]]) -> list[Part]:
        """Place a batch; when it fails, begin again from the store, one by one, and set aside the one that fails."""
        try:
            places = self._clusterer.place([arrival(document) for document, _ in waiting])
            return [(*pair, place) for pair, place in zip(waiting, places, strict=True)]
        except Exception:  # noqa: BLE001, RUF100 - one bad text must not stop the others
            LOG.exception("a batch of %d documents failed; placing one by one", len(waiting))
        self._clusterer = restored(self._desk, self._corpus)
        placed: list[Part] = []
        for document, score in waiting:
            try:
                (place,) = self._clusterer.place([arrival(document)])
            except Exception as error:
                LOG.exception("document %s cannot be placed", document.id)
                self._corpus.reject(_set_aside(document, "event", error, self._clock.now()))
            else:
                placed.append((document, score, place))
        return placed

    def _portraits(self, fresh: dict[str, list[Part]]) -> list[Event]:
        now = self._clock.now()
        events = []
        for event_id, parts in fresh.items():
            known = self._members(event_id)
            events.append(portrait([*known, *parts], now, self._h_ref))
        return events

    def _members(self, event_id: str) -> list[Part]:
        return [
            (found.document, found.score, found.placement)
            for found in self._corpus.members(event_id)
            if found.placement is not None
        ]

    def warm(self) -> None:
        """Recompute heat, growth and stage of the events of the last days."""
        now = self._clock.now()
        active = self._corpus.events(since=now - ACTIVE, limit=MOST_ACTIVE)
        members = {event.id: self._members(event.id) for event in active}
        raws = [
            heat.raw_heat([document for document, _, _ in parts], now) for parts in members.values()
        ]
        self._h_ref = heat.reference(raws)
        fresh = [portrait(parts, now, self._h_ref) for parts in members.values() if parts]
        known = {event.id: event for event in active}
        self._corpus.save_events([event for event in fresh if event != known[event.id]])

    def watermark(self) -> datetime | None:
        """Return the moment up to which every source is complete and every document scored; None to wait."""
        now = self._clock.now()
        limits = [now]
        # The sources first: what they bring after this look lies beyond what they say here.
        states = {state.source: state for state in self._corpus.sources()}
        unscored = self._corpus.oldest_unscored(self._scorer.version)
        if unscored is not None:
            limits.append(unscored - timedelta(microseconds=1))
        if not states:  # nothing was crawled: either it never will be (an import), or the week is just beginning
            return None if self._desk.sample else min(limits)
        poll = self._desk.settings.number("poll_seconds")
        for source in self._sources.sources:
            state = states.get(source.name)
            if not source.on or not source.awaited or (state and state.health == "off"):
                continue
            complete = state.complete_to if state else None
            patience = timedelta(
                minutes=self._sources.patience_minutes, seconds=source.poll_seconds or poll
            )
            if now - (complete or self._started(now)) > patience:
                continue  # silent for too long: the others are not held up
            if complete is None:
                return None
            limits.append(complete)
        return min(limits)

    def _started(self, now: datetime) -> datetime:
        """Return when collecting was first noticed here; a source that never answers is waited for from then."""
        noted = self._corpus.get_note(STARTED)
        if noted is None:
            self._corpus.set_note(STARTED, now.isoformat())
            return now
        return datetime.fromisoformat(noted)


def restored(desk: Desk, corpus: Corpus) -> Clusterer:
    """Return a clusterer whose window holds what was placed in the last 72 hours."""
    clusterer = Clusterer(masked=mask(own_names(regions_of(desk))))
    newest = max((event.last_at for event in corpus.events(limit=MOST_ACTIVE)), default=None)
    if newest is None:
        return clusterer
    since = newest - SPAN
    kept: list[tuple[Placement, Document]] = []
    for event in corpus.events(since=since, limit=1_000_000):
        kept += [
            (found.placement, found.document)
            for found in corpus.members(event.id, limit=1_000_000)
            if found.placement is not None and found.placement.at >= since
        ]
    kept.sort(key=lambda pair: (pair[0].at, pair[0].document_id))
    clusterer.restore([arrival(document) for _, document in kept], [place for place, _ in kept])
    return clusterer


def _set_aside(
    document: Document, stage: Literal["score", "event"], error: Exception, now: datetime
) -> Rejected:
    """Say why a document is set aside; by its own id, so that the store no longer offers it."""
    doing = "研判" if stage == "score" else "归入话题"
    return Rejected(
        id=document.id,
        stage=stage,
        source=document.source,
        url=document.url,
        reason=f"{doing}失败：{type(error).__name__}",
        sample=clean(document.body)[:40],
        at=now,
    )


def main(args: argparse.Namespace) -> int:
    """Run until SIGTERM, or with `--once` until nothing waits."""
    desk = open_desk()
    corpus = open_corpus(desk)
    sources = sources_of(desk)
    stop = threading.Event()
    if not args.once:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
    try:
        watcher = Watcher(desk, corpus, scorer_for(desk), sources)
        _loop(watcher, stop, once=args.once)
    finally:
        corpus.close()
    return 0


def _loop(watcher: Watcher, stop: threading.Event, *, once: bool) -> None:
    changed = True
    warmed = 0.0
    while not stop.is_set():
        try:
            done = watcher.score() + watcher.place()
            changed = changed or bool(done)
            since = time.monotonic() - warmed
            if since >= COOLS_EVERY_S or (changed and since >= HEAT_EVERY_S) or (once and not done):
                watcher.warm()
                changed, warmed = False, time.monotonic()
        except RetryLater as error:
            LOG.warning("will try again: %s", error)
            done = 0
        if once and not done:
            return
        stop.wait(0.0 if done else IDLE_S)


def rescore(args: argparse.Namespace) -> int:
    """Have every document scored again by the current version, now and in this process."""
    del args
    desk = open_desk()
    corpus = open_corpus(desk)
    try:
        scorer = scorer_for(desk)
        sources = sources_of(desk)
        watcher = Watcher(desk, corpus, scorer, sources)
        total = 0
        while done := watcher.score():
            total += done
        print(f"已按当前版本研判 {total} 篇")
    finally:
        corpus.close()
    return 0
