"""The recorded desk of the sample week: applies what the fictional office did, when the replay clock reaches it.

Each entry goes through the real commands at its recorded time, so the result is the same however fast the week
is walked. An entry waits while its issue is not raised yet; a case that a user has touched is the user's from then on.
"""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from config.rulebook import load_rulebook
from records.case import Case
from records.errors import TellUser, UsageError
from records.issue import Issue
from response import commands, grading
from response.steps import By
from store.interface import Ledger

LOG_FILE = Path(__file__).parent / "sample" / "desk_log.jsonl"
NOTE = "desk_log"
MARK = "（示例）"
"""Every office of the log signs with this mark, which tells its moves from a user's."""
SYSTEM = "system"
DONE = "done"
TIMES = frozenset({"due", "published_at", "kept_at"})
LISTS = frozenset({"assisting", "answers"})

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """Finds the issue of a recorded case: ours, raised in a stretch of time, one of the words in it."""

    case: str
    words: tuple[str, ...]
    since: datetime
    until: datetime

    def fits(self, issue: Issue) -> bool:
        """Whether this is the issue."""
        texts = (issue.title, *(piece.excerpt for piece in issue.evidence))
        named = any(word in text for word in self.words for text in texts)
        return issue.scope == "ours" and self.since <= issue.raised_at < self.until and named


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One recorded command: of which case, when, by which office in which role, with which words."""

    id: str
    case: str
    at: datetime
    role: str
    office: str
    do: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskLog:
    """The whole log, entries in order of time."""

    selectors: Mapping[str, Selector]
    entries: Sequence[Entry]


def read_log(file: Path = LOG_FILE) -> DeskLog:
    """Read the recorded desk."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]
    selectors = [_selector(row) for row in rows if "words" in row]
    entries: list[Entry] = []
    for row in rows:
        if "do" in row:
            number = sum(entry.case == row["case"] for entry in entries) + 1
            entries.append(_entry(row, f"{row['case']}-{number:02d}"))
    return DeskLog(
        selectors={row.case: row for row in selectors},
        entries=tuple(sorted(entries, key=lambda entry: (entry.at, entry.id))),
    )


def apply_due(
    ledger: Ledger,
    log: DeskLog,
    now: datetime,
    *,
    before: Callable[[datetime], bool] = lambda _: True,
) -> int:
    """Apply the entries that are due and whose issue is there; return how many were applied.

    `before` is told the time of the next entry and may say that something else must happen first; then all waits.
    """
    standing: dict[str, str] = json.loads(ledger.get_note(NOTE) or "{}")
    applied = 0
    for entry in log.entries:
        if entry.at > now or not _todo(entry, log, standing):
            continue
        issue = _issue(ledger, log.selectors[entry.case])
        if issue is None:
            continue
        if not before(max(entry.at, issue.raised_at)):
            break
        standing[entry.id] = _apply(ledger, issue, entry)
        applied += standing[entry.id] == DONE
        ledger.set_note(NOTE, json.dumps(standing, ensure_ascii=False, sort_keys=True))
    return applied


def _todo(entry: Entry, log: DeskLog, standing: Mapping[str, str]) -> bool:
    """Whether the entry is still to be applied and every earlier one of its case is dealt with."""
    if entry.id in standing:
        return False
    mine = [other.id for other in log.entries if other.case == entry.case]
    return all(other in standing for other in mine[: mine.index(entry.id)])


def _issue(ledger: Ledger, selector: Selector) -> Issue | None:
    """Return the issue of a recorded case: the earliest that fits."""
    fitting = [issue for issue in ledger.issues(scope="ours") if selector.fits(issue)]
    return min(fitting, key=lambda issue: (issue.raised_at, issue.id), default=None)


def _apply(ledger: Ledger, issue: Issue, entry: Entry) -> str:
    """Give the command; return `done`, or in one sentence why it was skipped."""
    case = ledger.case_of_issue(issue.id)
    if case is not None and _touched(ledger, case):
        reason = "使用者已接手这一事项"
    else:
        try:
            _give(ledger, issue, case, entry)
        except TellUser as error:
            reason = str(error)
        else:
            return DONE
    logger.info("示例记录 %s 略过: %s", entry.id, reason)
    return reason


def _give(ledger: Ledger, issue: Issue, case: Case | None, entry: Entry) -> None:
    at = max(entry.at, issue.raised_at)
    by = By(actor=entry.office + MARK, role=entry.role, at=at)
    if entry.do == "open":
        commands.open_case(ledger, issue.id, by, **entry.values)
    elif case is None:
        raise UsageError("这一议题没有立事项")
    else:
        _COMMANDS[entry.do](ledger, case.id, by, **entry.values)


def _touched(ledger: Ledger, case: Case) -> bool:
    """Whether somebody other than the recorded offices and the system moved the case."""
    return any(
        not move.actor.endswith(MARK) and move.role != SYSTEM for move in ledger.moves(case.id)
    )


def _grade(ledger: Ledger, case_id: str, by: By, *, grade: str, authority: str) -> Case:
    book = load_rulebook()
    return grading.grade(ledger, case_id, by, book=book, grade=grade, authority=authority)


_COMMANDS: Mapping[str, Callable[..., Case]] = {
    "assign": commands.assign,
    "reassign": commands.reassign,
    "receive": commands.receive,
    "note": commands.note,
    "draft": commands.draft,
    "submit": commands.submit,
    "review_pass": commands.review_pass,
    "review_return": commands.review_return,
    "sign": commands.sign,
    "sign_return": commands.sign_return,
    "publish": commands.publish,
    "promise": commands.promise,
    "promise_kept": commands.promise_kept,
    "urge": commands.urge,
    "order": commands.order,
    "feedback": commands.feedback,
    "return_to": commands.return_to,
    "close": commands.close,
    "reopen": commands.reopen,
    "grade": _grade,
}
"""The commands a log may name."""


def _selector(row: Mapping[str, Any]) -> Selector:
    return Selector(
        case=row["case"],
        words=tuple(row["words"]),
        since=datetime.fromisoformat(row["from"]),
        until=datetime.fromisoformat(row["until"]),
    )


def _entry(row: Mapping[str, Any], entry_id: str) -> Entry:
    return Entry(
        id=entry_id,
        case=row["case"],
        at=datetime.fromisoformat(row["at"]),
        role=row["role"],
        office=row["office"],
        do=row["do"],
        values={name: _value(name, value) for name, value in row["with"].items()},
    )


def _value(name: str, value: Any) -> Any:
    if name in TIMES:
        return datetime.fromisoformat(value)
    return tuple(value) if name in LISTS else value
