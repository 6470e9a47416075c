"""What people do with an issue: acknowledge, silence, dismiss with a reason, grade an incident, register an order.

Each command checks what it may, changes one issue and leaves an audit row with it; the dashboard calls these.
"""

from dataclasses import replace
from datetime import UTC, datetime

from alerts.orders import Order, order_row
from alerts.view import View
from alerts.watch import regraded
from config.rulebook import GRADES
from records.errors import UsageError, WorkFailed
from records.issue import Issue, IssueState
from store.interface import Ledger

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""When a silenced notification is tried again."""
OPEN: frozenset[IssueState] = frozenset({"new", "acknowledged"})


def acknowledge(ledger: Ledger, issue_id: str, *, actor: str, role: str, now: datetime) -> Issue:
    """Note that somebody has seen the issue. Doing it twice changes nothing."""
    issue = _known(ledger, issue_id)
    if issue.state != "new":
        return issue
    done = replace(issue, state="acknowledged")
    note = f"{now.isoformat()} 已阅知"
    ledger.update_issue(done, actor=actor, role=role, action="issue.acknowledge", note=note)
    return done


def silence(ledger: Ledger, issue_id: str, *, actor: str, role: str, now: datetime) -> int:
    """Stop the unsent notifications of an issue; return how many. The issue itself stays open."""
    issue = _known(ledger, issue_id)
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
    return len(waiting)


def dismiss(
    ledger: Ledger, issue_id: str, *, reason: str, actor: str, role: str, now: datetime
) -> Issue:
    """Decide that no answer is needed, for a stated reason. Raises UsageError without one or when a case is under way."""
    issue = _known(ledger, issue_id)
    if not reason.strip():
        raise UsageError("不予回应须写明理由")
    if issue.state not in OPEN:
        raise UsageError(f"议题现在的状态是 {issue.state}, 不能再作不予回应处理")
    done = replace(issue, state="dismissed")
    note = f"{now.isoformat()} 不予回应: {reason.strip()}"
    ledger.update_issue(done, actor=actor, role=role, action="issue.dismiss", note=note)
    silence(ledger, issue_id, actor=actor, role=role, now=now)
    return done


def grade(
    ledger: Ledger,
    issue_id: str,
    value: str,
    *,
    view: View,
    actor: str,
    role: str,
    now: datetime,
) -> Issue:
    """Set the incident grade an authority decided; the clocks follow it. Raises UsageError for what cannot be graded."""
    issue = _known(ledger, issue_id)
    if value not in GRADES:
        raise UsageError(f"突发事件等级只能是 {'、'.join(GRADES)}")
    if issue.rule != "emergency":
        raise UsageError("只有突发事件类议题才有突发事件等级")
    done = replace(issue, incident_grade=value, reply_by=regraded(issue, value, view))
    note = f"{now.isoformat()} 有权机关认定为{value}"
    ledger.update_issue(done, actor=actor, role=role, action="issue.grade", note=note)
    return done


def register_order(
    ledger: Ledger, order: Order, *, actor: str, role: str, reason: str = "上级要求回应"
) -> None:
    """Register an order from above for an event (K5); `alerts watch` takes it up at its next pass."""
    ledger.save_correction(order_row(order, actor=actor, reason=reason), role=role)


def _known(ledger: Ledger, issue_id: str) -> Issue:
    issue = ledger.issue(issue_id)
    if issue is None:
        raise WorkFailed(f"没有编号为 {issue_id} 的议题")
    return issue
