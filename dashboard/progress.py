"""What the console says while the desk works: one readable line every few seconds, then that the week is over."""

import asyncio
import contextlib
from dataclasses import dataclass

from config.desk import Desk
from dashboard.console import say
from records.clock import beijing
from records.errors import HuiyingError
from records.issue import Issue
from records.masking import mask
from store.interface import CorpusCounts

EVERY = 5.0
CALM = 60.0
"""Seconds between lines of a live desk or of a sample week that has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What one look at the stores found: the figures of the line, our issues, the subjects of notifications."""

    counts: CorpusCounts
    issues: tuple[Issue, ...]
    notices: tuple[tuple[str, str], ...]

    @property
    def settled(self) -> bool:
        """Whether everything collected is judged and placed."""
        counts = self.counts
        return counts.documents > 0 and counts.unscored == 0 and counts.unplaced == 0


def tally(desk: Desk) -> Tally:
    """Read the figures from the stores."""
    from store.open import (  # noqa: PLC0415 - SQLAlchemy takes 0.4 s, which the web server's start need not wait for
        open_corpus,
        open_ledger,
    )

    corpus = open_corpus(desk)
    try:
        counts = corpus.counts()
    finally:
        corpus.close()
    ledger = open_ledger(desk)
    try:
        issues = tuple(reversed(ledger.issues(scope="ours")))
        notices = tuple((row.key, row.subject) for row in reversed(ledger.notifications()))
    finally:
        ledger.close()
    return Tally(counts=counts, issues=issues, notices=notices)


def news(desk: Desk, found: Tally, known: set[str]) -> list[str]:
    """Return a line for each issue not yet told; a live desk also tells its notifications. What is told becomes known."""
    told = [(issue.id, issue_line(issue)) for issue in found.issues]
    if not desk.sample:
        told += [(key, f"提醒  {subject}") for key, subject in found.notices]
    fresh = [line for key, line in told if key not in known]
    known.update(key for key, _ in told)
    return fresh


def issue_line(issue: Issue) -> str:
    """Say in one line what was raised, for whom, by when."""
    due = min((row.due for row in issue.reply_by), default=None)
    by = f"  {beijing(due):%m-%d %H:%M} 前" if due else ""
    return f"议题  {issue.level} 级  {mask(issue.title)}  {issue.body.name}{by}"


def sentence(desk: Desk, found: Tally) -> str:
    """Say the figures in one line."""
    now = beijing(desk.clock().now())
    name = "示例时间" if desk.sample else "时间"
    counts = found.counts
    scored = counts.documents - counts.unscored
    return (
        f"{name} {now:%m-%d %H:%M}  已采集 {counts.documents} 篇  已研判 {scored} 篇  "
        f"话题 {counts.events} 个  议题 {len(found.issues)} 个"
    )


def finished(desk: Desk, found: Tally, before: Tally | None) -> bool:
    """Whether the sample week has been walked, and nothing moved since the last look."""
    walked = desk.sample and getattr(desk.clock(), "finished", False)
    return bool(walked) and found.settled and found == before


async def follow(desk: Desk, stop: asyncio.Event) -> None:
    """Print progress until told to stop."""
    before: Tally | None = None
    known: set[str] = set()
    first, over = True, False
    while not stop.is_set():
        found = await _look(desk)
        for line in news(desk, found, known) if found else ():
            if not first:  # what an earlier run told is no news
                say(line)
        first = first and found is None
        if found is not None and not over:
            if found != before or (desk.sample and not over):
                say(sentence(desk, found))
            over = finished(desk, found, before)
            if over:
                say(_goodbye(desk, found))
        before = found or before
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), CALM if over or not desk.sample else EVERY)


def _goodbye(desk: Desk, found: Tally) -> str:
    now = beijing(desk.clock().now())
    return (
        f"示例周已到周末 ({now:%m-%d %H:%M}), 时钟停在这里; 共立议题 {len(found.issues)} 个. "
        "按 Ctrl+C 结束; python -m config init 可接入真实来源."
    )


async def _look(desk: Desk) -> Tally | None:
    try:
        return await asyncio.to_thread(tally, desk)
    except (HuiyingError, ImportError):
        return None  # the stores are not there yet or busy; the next look tells
