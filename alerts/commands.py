"""What people do with an issue: acknowledge it, or dismiss it with a reason.

Each command checks that the role may give it (roles.toml), changes one issue and leaves an audit row with it; the dashboard calls these.
"""

from dataclasses import replace
from datetime import UTC, datetime

from config.roles import check_may
from records.errors import UsageError, WorkFailed
from records.issue import Issue, IssueState
from store.interface import Ledger

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""When a silenced notification is tried again."""
OPEN: frozenset[IssueState] = frozenset({"new", "acknowledged"})


def acknowledge(ledger: Ledger, issue_id: str, *, actor: str, role: str, now: datetime) -> Issue:
    """Note that somebody has seen the issue. Doing it twice changes nothing."""
    check_may(role, "acknowledge", "阅知议题")
    issue = _known(ledger, issue_id)
    if issue.state != "new":
        return issue
    done = replace(issue, state="acknowledged")
    note = f"{now.isoformat()} 已阅知"
    ledger.update_issue(done, actor=actor, role=role, action="issue.acknowledge", note=note)
    return done


def dismiss(
    ledger: Ledger, issue_id: str, *, reason: str, actor: str, role: str, now: datetime
) -> Issue:
    """Decide that no answer is needed, for a stated reason. Raises UsageError without one or when a case is under way."""
    check_may(role, "dismiss", "作不予回应处理")
    issue = _known(ledger, issue_id)
    if not reason.strip():
        raise UsageError("不予回应须写明理由")
    if issue.state not in OPEN:
        raise UsageError(f"议题现在的状态是 {issue.state}, 不能再作不予回应处理")
    done = replace(issue, state="dismissed")
    note = f"{now.isoformat()} 不予回应: {reason.strip()}"
    ledger.update_issue(done, actor=actor, role=role, action="issue.dismiss", note=note)
    _silence(ledger, issue, actor=actor, role=role, now=now)
    return done


def _silence(ledger: Ledger, issue: Issue, *, actor: str, role: str, now: datetime) -> None:
    """Stop the unsent notifications of an issue."""
    waiting = [
        one
        for one in ledger.notifications(unsent=True, limit=1000)
        if one.key.startswith(f"{issue.id}:")
    ]
    for one in waiting:
        ledger.mark_failed(one.key, "已由人工停发", NEVER)
    ledger.append_audit(
        actor=actor,
        role=role,
        action="issue.silence",
        subject=issue.id,
        detail=f"停发 {len(waiting)} 条未发提醒",
        at=now,
    )


def _known(ledger: Ledger, issue_id: str) -> Issue:
    issue = ledger.issue(issue_id)
    if issue is None:
        raise WorkFailed(f"没有编号为 {issue_id} 的议题")
    return issue
