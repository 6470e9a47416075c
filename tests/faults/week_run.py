"""The sample week run for real, in a data folder of its own: started, disturbed, waited for, stopped, read.

Every process of a run carries the folder in its environment, so none that is left behind stays unseen.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Self, TypeVar

from config.desk import Desk, open_desk
from config.settings import ROOT, load
from dashboard import status
from records.errors import HuiyingError
from store.interface import Corpus, Ledger
from store.open import open_corpus, open_ledger

STAGES = ("site", "crawl", "score", "alert", "answer", "web")
PATIENCE_S = 300.0
"""An undisturbed week of 40 s takes 75 s on two cores at load 9; a killed one about as long again."""
STILL_S = 10.0
"""A stage killed last needs up to 8 s to be back at work on a loaded machine; only then is calm a sign."""
FOLLOWS = "follow"
"""A case opened before its issue changed follows it by a move; one opened after has nothing to follow."""
TIMED = "时限"
"""Reminders speak of the highest step passed when somebody looks, so their number depends on when that was."""

Digest = tuple[object, ...]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a week left behind, in a form that two runs can be compared by.

    A recorded office that was down for a while finds an issue that has learnt more: the case it opens begins with
    other clocks, and an evaluation counts other questions. So what people did is compared without the clocks they
    found, and evaluations without their questions.
    """

    documents: dict[str, list[str]]
    places: dict[str, list[str | None]]
    events: dict[str, list[str | int]]
    issues: str
    moves: dict[str, list[str]]
    statements: list[str]
    evaluations: list[str]
    notices: list[str]
    sent: dict[str, int]
    audit: str | None


class WeekRun:
    """One desk on the sample week; a context manager that leaves no process behind."""

    def __init__(self, folder: Path, *, port: int, replay: int = 40, **settings: str) -> None:
        self.folder = folder
        self._environ = _environ(folder, port, replay, settings)
        self._process: subprocess.Popen[str] | None = None
        self.address = ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        for pid in self.alive():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if self._process is not None:
            self._process.communicate()

    @property
    def desk(self) -> Desk:
        """The desk as the test reads it."""
        return open_desk(load(file=None, environ=self._environ), sample=True)

    def start(self) -> None:
        """Start the supervisor and wait for the address it prints."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "dashboard", "up"],
            cwd=ROOT,
            env=self._environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self._process.stdout is not None
        lines = iter(self._process.stdout.readline, "")
        self.address = next((line for line in lines if line.startswith("http://")), "").strip()
        assert self.address, "no address was printed"

    def pid(self, name: str) -> int | None:
        """Return the process id of a stage, None while it does not run."""
        state = status.load(self.desk.folder)
        rows = state.children if state else ()
        return next((row.pid for row in rows if row.name == name and row.state == "running"), None)

    def said(self, name: str, words: str) -> bool:
        """Wait until a stage's last line holds `words`; return whether it came to that."""

        def told() -> bool:
            state = status.load(self.desk.folder)
            rows = state.children if state else ()
            return any(row.name == name and words in row.said for row in rows)

        return until(told, 60.0, pause=0.2)

    def kill(self, name: str) -> bool:
        """Kill a stage with -9, waiting until it runs; return whether there was one to kill."""
        if not until(lambda: self.pid(name) is not None, 30.0):
            return False
        pid = self.pid(name)
        if pid is None:
            return False
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            return True
        return False

    def kill_supervisor(self) -> None:
        """Kill the supervisor with -9, and start it again as a person would: at once."""
        assert self._process is not None
        assert self._process.stdout is not None
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()
        self.start()

    def finish(self) -> int:
        """Ask the supervisor to stop; return its exit code."""
        assert self._process is not None
        self._process.terminate()
        self._process.communicate(timeout=60)
        return self._process.returncode

    def alive(self) -> list[int]:
        """Return every process of this run that lives."""
        mark = f"HUIYING_DATA_DIR={self.folder}".encode()
        return [pid for pid in _processes() if mark in _environment_of(pid)]

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run one of our commands on the same folder."""
        return subprocess.run(
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env=self._environ,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def settle(self) -> bool:
        """Wait until the week is walked, everything is judged, and nothing has moved for a while."""
        before: Digest | None = None
        since = time.monotonic()
        end = since + PATIENCE_S
        while (now := time.monotonic()) < end:
            digest = self._digest()
            if digest is None or digest != before:
                before, since = digest, now
            elif now - since >= STILL_S:
                return True
            time.sleep(0.5)
        return False

    def _digest(self) -> Digest | None:
        """Return the figures that stand still at the end, None while the week is not over."""
        pids = tuple(self.pid(name) for name in STAGES)
        if None in pids or not getattr(self.desk.clock(), "finished", False):
            return None
        try:
            figures = _reading(self.desk, _figures)
        except HuiyingError:
            return None
        return None if figures is None else (*pids, *figures)

    def outcome(self) -> Outcome:
        """Read what the week left behind."""
        issues = self.command("alerts", "list", "--json")
        assert issues.returncode == 0, issues.stderr
        return _reading(self.desk, lambda corpus, ledger: _outcome(corpus, ledger, issues.stdout))


def until(true: Callable[[], bool], seconds: float, pause: float = 0.05) -> bool:
    """Wait until `true`; return whether it came true in time."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True


def _environ(folder: Path, port: int, replay: int, settings: Mapping[str, str]) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}  # noqa: TID251 - a child's environment is made from ours
    named = {f"HUIYING_{name.upper()}": value for name, value in settings.items()}
    own = {
        "HUIYING_DATA_DIR": str(folder),
        "HUIYING_PORT": str(port),
        "HUIYING_REPLAY_SECONDS": str(replay),
        "HUIYING_MIN_FREE_GB": "0",
        "PYTHONUTF8": "1",
    }
    return kept | own | named


def _processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _environment_of(pid: int) -> Sequence[bytes]:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:  # it ended, or is not ours
        return ()


def _reading(desk: Desk, read: Callable[[Corpus, Ledger], T]) -> T:
    corpus, ledger = open_corpus(desk), open_ledger(desk)
    try:
        return read(corpus, ledger)
    finally:
        ledger.close()
        corpus.close()


def _figures(corpus: Corpus, ledger: Ledger) -> Digest | None:
    counts = corpus.counts()
    read_to = int(corpus.get_note("alerts.revision") or 0)
    if not counts.documents or counts.unscored or counts.unplaced:
        return None
    if corpus.touched(read_to, limit=1)[1] or ledger.notifications(unsent=True):
        return None
    ends = tuple(state.complete_to for state in corpus.sources())
    audit = ledger.audit(limit=1)
    outbox = len(ledger.notifications(limit=100_000))
    return (counts, read_to, ends, audit[0].seq if audit else 0, outbox, len(ledger.issues()))


def _outcome(corpus: Corpus, ledger: Ledger, issues: str) -> Outcome:
    found = [hit for event in corpus.events(limit=10**6) for hit in corpus.members(event.id)]
    cases = ledger.cases()
    return Outcome(
        documents={
            hit.document.id: [
                hit.document.source,
                hit.document.seen_at.isoformat(),
                hit.document.body,
            ]
            for hit in found
        },
        places={
            hit.placement.document_id: [hit.placement.event_id, hit.placement.copy_of]
            for hit in found
            if hit.placement is not None
        },
        events={
            event.id: [event.title, event.documents, event.copies, event.last_at.isoformat()]
            for event in corpus.events(limit=10**6)
        },
        issues=issues,
        moves={
            case.id: [
                _told(replace(move, detail=(), seq=0))
                for move in ledger.moves(case.id)
                if move.kind != FOLLOWS
            ]
            for case in cases
        },
        statements=[_told(one) for one in ledger.statements()],
        evaluations=[
            _told(replace(one, questions=0, questions_answered=0, recurrence=None))
            for case in cases
            for one in ledger.evaluations(case.id)
        ],
        notices=sorted(
            one.key
            for one in ledger.notifications(limit=100_000)
            if not one.subject.startswith(TIMED)
        ),
        sent={one.key: one.attempts for one in ledger.notifications(limit=100_000)},
        audit=ledger.verify_audit(),
    )


def _told(record: object) -> str:
    return json.dumps(asdict(record), ensure_ascii=False, default=str)  # type: ignore[call-overload]
