"""Listing: issues as the JSON of the stable interface, and as a table for people."""

from collections.abc import Sequence
from typing import Any
from unicodedata import east_asian_width

from config.rulebook import RuleBook
from records.clock import beijing
from records.issue import Issue

STATES = {
    "new": "新增",
    "acknowledged": "已阅知",
    "in_case": "回应中",
    "dismissed": "不予回应",
    "closed": "已办结",
}


def as_json(issue: Issue) -> dict[str, Any]:
    """Return one issue in the shape of `alerts list --json`; times with zone."""
    return {
        "id": issue.id,
        "event_id": issue.event_id,
        "title": issue.title,
        "rule": issue.rule,
        "criterion": issue.criterion,
        "domain": issue.domain,
        "level": issue.level,
        "body": {"name": issue.body.name, "why": issue.body.why},
        "reply_by": [
            {"clock": one.clock, "due": beijing(one.due).isoformat(), "source": one.source}
            for one in issue.reply_by
        ],
        "reason": "; ".join(issue.reasons),
        "evidence": [one.document_id for one in issue.evidence],
        "raised_at": beijing(issue.raised_at).isoformat(),
        "state": issue.state,
    }


def table(issues: Sequence[Issue], book: RuleBook) -> str:
    """Return the issues as aligned columns, newest first as given."""
    if not issues:
        return "没有议题。"
    head = ("等级", "类别", "状态", "条件满足", "最近到期", "地点", "议题", "建议回应主体")
    return "\n".join(_aligned([head, *(_row(issue, book) for issue in issues)]))


def _row(issue: Issue, book: RuleBook) -> tuple[str, ...]:
    rule = book.rules.get(issue.rule)
    due = min((one.due for one in issue.reply_by), default=None)
    return (
        issue.level,
        rule.code if rule else issue.rule,
        STATES[issue.state],
        beijing(issue.raised_at).strftime("%m-%d %H:%M"),
        beijing(due).strftime("%m-%d %H:%M") if due else "—",
        issue.place,
        _cut(issue.title, 40),
        issue.body.name,
    )


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(_width(row[at]) for row in rows) for at in range(len(rows[0]))]
    return [
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def _width(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def _cut(text: str, width: int) -> str:
    while _width(text) > width:
        text = text[:-1]
    return text
