"""Notice: the message that tells people of a new issue, one for each channel, keyed so that it goes out once."""

from collections.abc import Sequence

from config.channels import ChannelRow
from records.clock import beijing
from records.issue import Issue, Notification

_TIME = "%m月%d日 %H:%M"


def notices(issue: Issue, channels: Sequence[ChannelRow]) -> tuple[Notification, ...]:
    """Return one notification a channel that wants this level; none for what lies elsewhere."""
    if issue.scope == "elsewhere":
        return ()
    return tuple(
        Notification(
            key=f"{issue.id}:{row.name}",
            channel=row.name,
            subject=subject_of(issue),
            body=body_of(issue),
            created_at=issue.raised_at,
        )
        for row in channels
        if row.on and issue.level in row.levels
    )


def subject_of(issue: Issue) -> str:
    """Return the one-line head."""
    return f"[{issue.level} 级议题] {issue.title}"


def body_of(issue: Issue) -> str:
    """Return the message in words: why, who, by when, what people ask."""
    lines = [subject_of(issue), "", f"地点: {issue.place}", f"建议回应主体: {issue.body.name}"]
    if issue.body.assisting:
        lines.append(f"会同: {'、'.join(issue.body.assisting)}")
    lines += ["", "回应时限:"]
    for clock in issue.reply_by:
        mark = " (待认定)" if clock.provisional else ""
        due = beijing(clock.due).strftime(_TIME)
        lines.append(f"- {clock.clock}{mark} {clock.duty}, 最迟 {due}; {clock.source}")
    lines += ["", "为什么:", *(f"- {reason}" for reason in issue.reasons)]
    if issue.questions:
        lines += ["", "群众最关心:", *(f"- {question}" for question in issue.questions[:3])]
    lines += [
        "",
        f"条件满足: {beijing(issue.raised_at).strftime(_TIME)}, 依据 {len(issue.evidence)} 条",
    ]
    return "\n".join(lines)
