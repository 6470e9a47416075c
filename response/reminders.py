"""Reminders of what is coming due: one notice each at 50, 75, 90 and 100 % of a clock (本系统默认值), never twice."""

from collections.abc import Iterable
from datetime import datetime

from records.issue import Level, Notification
from response.casefile import read_files
from response.clocks import ClockState, clock_states, elapsed, issue_clocks
from response.notices import notices
from response.wording import gap, moment
from store.interface import Ledger

STEPS = (50, 75, 90, 100)
ESCALATE = "已到期未办，按本系统默认规则报本级政府分管负责人"


def remind_due(ledger: Ledger, now: datetime) -> int:
    """Enqueue the reminders that are due now; return how many were new."""
    return ledger.enqueue(list(due_notices(ledger, now)))


def due_notices(ledger: Ledger, now: datetime) -> Iterable[Notification]:
    """Yield one notice for each waiting clock that passed a step; after a pause only the highest step speaks."""
    files = read_files(ledger)
    for file in files:
        if file.case.state != "closed":
            body = file.case.body or "待交办"
            for row in clock_states(file, now):
                subject = (file.case.issue_id, file.case.level, file.case.title)
                yield from _notices(subject, body, row, now)
    held = {file.case.issue_id for file in files}
    for issue in ledger.issues(states=("new", "acknowledged"), scope="ours"):
        if issue.id not in held:
            for row in issue_clocks(issue, now):
                subject = (issue.id, issue.level, issue.title)
                yield from _notices(subject, "待交办", row, now)


def _notices(
    subject: tuple[str, Level, str], body: str, row: ClockState, now: datetime
) -> tuple[Notification, ...]:
    gone = elapsed(row.start, row.due, now) * 100
    step = max((step for step in STEPS if gone >= step), default=None)
    if step is None or not row.waits:
        return ()
    issue_id, level, title = subject
    left = ESCALATE if step == 100 else f"还剩{gap(row.remaining)}"
    return notices(
        issue_id,
        level,
        ("due", row.clock, row.due.isoformat(), str(step)),
        subject=f"时限{step}%：{title}",
        body=f"{body}应在{moment(row.due, now)}前{row.duty}（{row.source}），{left}。",
        at=now,
    )
