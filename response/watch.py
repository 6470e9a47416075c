"""What the response stage does by itself: cases follow issues, reminders, evaluation, the morning page; in the sample, the desk.

Each turn is harmless when repeated: notices have keys, evaluations are kept by case and hours, files are compared.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from config.desk import Desk
from records.clock import Clock, beijing
from records.errors import HuiyingError
from response.briefing import compose
from response.casefile import CaseFile, read_files
from response.evaluation import FIRST_HOURS, evaluate
from response.follow import follow_all
from response.reminders import remind_due
from response.render import to_html, to_markdown
from response.replay import DeskLog, apply_due, read_log
from response.steps import By
from store.interface import Corpus, Ledger

MORNING = time(8, 30)
"""When the morning page is written (本系统默认值)."""
SETTLE = timedelta(hours=12)
"""An evaluation waits this long for the events to reach its end, then counts what is there."""
SAMPLE_PAUSE_S = 1.0
LIVE_PAUSE_S = 30.0
SYSTEM = "系统"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """The stores, the desk and, in the sample, the recorded desk."""

    ledger: Ledger
    corpus: Corpus
    desk: Desk
    clock: Clock
    log: DeskLog | None

    @property
    def pause_s(self) -> float:
        """Seconds between two turns."""
        return SAMPLE_PAUSE_S if self.log is not None else LIVE_PAUSE_S


def open_watch(ledger: Ledger, corpus: Corpus, desk: Desk) -> Watch:
    """Return the watch of a desk."""
    log = read_log() if desk.sample else None
    return Watch(ledger=ledger, corpus=corpus, desk=desk, clock=desk.clock(), log=log)


def run(watch: Watch, stop: threading.Event) -> None:
    """Take turns until `stop` is set. A turn that fails is told and tried again."""
    while not stop.is_set():
        try:
            turn(watch)
        except HuiyingError as error:
            logger.warning("这一轮没有做完, 稍后再试: %s", error)
        stop.wait(watch.pause_s)


def turn(watch: Watch) -> None:
    """Do everything that is due now, once."""
    now = (watch.desk.clock() if watch.desk.sample else watch.clock).now()
    evaluated = evaluated_until(watch, now)
    if watch.log is not None:
        apply_due(watch.ledger, watch.log, now, before=evaluated)
    # While the recorded desk waits for an evaluation its entries are older than now: following would come before them.
    if evaluated(now) or watch.log is None:
        follow_all(watch.ledger, now)
    remind_due(watch.ledger, now)
    store_morning_page(watch, now)


def evaluated_until(watch: Watch, now: datetime) -> Callable[[datetime], bool]:
    """Return the check of the recorded desk: evaluations due before a moment come before what was done then."""
    patience = _patience(watch)
    return lambda at: evaluate_due(
        watch.ledger, watch.corpus, due_by=at, now=now, patience=patience
    )


def _patience(watch: Watch) -> timedelta:
    """Return how long an evaluation waits. A replayed week's clock runs days ahead while a stage starts again, and its documents always come."""
    return timedelta.max if watch.desk.sample and watch.corpus.counts().documents else SETTLE


def evaluate_due(
    ledger: Ledger,
    corpus: Corpus,
    *,
    due_by: datetime,
    now: datetime,
    patience: timedelta = SETTLE,
) -> bool:
    """Evaluate each case whose 72 hours ended by `due_by`; return whether none is left waiting for its documents."""
    whole = True
    for file in read_files(ledger):
        due = evaluation_due(file)
        if due is None or due > due_by:
            continue
        if not corpus.events(since=due, limit=1) and now - due < patience:
            whole = False
            continue
        by = By(actor=SYSTEM, role="system", at=due)
        evaluate(ledger, corpus, file.case.id, by, hours=FIRST_HOURS)
    return whole


def evaluation_due(file: CaseFile) -> datetime | None:
    """Return when the case is to be evaluated, None when it is not answered or is done."""
    done = any(("hours", str(FIRST_HOURS)) in move.detail for move in file.moves)
    if file.case.answered_at is None or done:
        return None
    return file.case.answered_at + timedelta(hours=FIRST_HOURS)


def pages(folder: Path) -> Path:
    """Return the folder of stored pages."""
    return folder / "briefings"


def store_morning_page(watch: Watch, now: datetime) -> bool:
    """Write the day's page from 08:30 on, once; in the sample the last morning is kept up while the week settles."""
    here = beijing(now)
    if here.time() < MORNING:
        return False
    folder = pages(watch.desk.folder)
    file = folder / f"{here:%Y-%m-%d}.md"
    if file.exists() and not watch.desk.sample:
        return False
    if (
        watch.desk.sample
        and (here.hour, here.minute) != (MORNING.hour, MORNING.minute)
        and file.exists()
    ):
        return False
    briefing = compose(watch.ledger, watch.corpus, watch.desk, now)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return any(
        [
            _write(file, to_markdown(briefing)),
            _write(file.with_suffix(".html"), to_html(briefing)),
        ]
    )


def _write(file: Path, text: str) -> bool:
    if file.exists() and file.read_text(encoding="utf-8") == text:
        return False
    part = file.with_suffix(file.suffix + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(file)
    return True
