"""The pages docs/settings.md and docs/rules.md, made from the tables themselves and compared by a test."""

from config.rulebook import DEFAULT, RuleBook
from config.settings import PREFIX, SETTINGS

_SETTINGS_HEAD = """# Settings

Made from the table in `config/settings.py` by `python -m config show --page settings`; a test compares it.
The environment wins (`HUIYING_<NAME>`), then `config/local.toml` (written by `python -m config init`), then the default.
A secret may also lie in a file named by `HUIYING_<NAME>_FILE`. An unknown key is an error.
"""

_RULES_HEAD = f"""# Rules

Made from `config/rules.toml` and `config/clocks.toml` by `python -m config show --page rules`; a test compares it.
Every figure names its source. What is ours and not law is called {DEFAULT}, and may be changed in the tables.

An event becomes an issue in two steps. **Content**: its documents speak of an incident, of harm to those who cannot
protect themselves, of a policy misread, of an unproved public danger, or ask for something of public interest. Words of
drills, films, advertisements, praise, old news, forecasts and routine notices do not count. **Spread**: enough voices
that repeat no other, on enough platforms, or the hotline far above its usual. Hot alone is not enough: where most of an
event is entertainment, nothing is raised. The first rule met names the issue and freezes its moment; afterwards the level
only rises. Criticism is never a risk here: it is a question to be answered.

**Ours or not.** An issue is ours where most documents that name a place name one in the operator's region or below; where
no place is named, where a local source speaks. The like elsewhere is kept as 外地同类, without clock or notification.

**Four scales stay apart**: 突发事件分级 (set by people, or read in an authority's own announcement), 预警颜色, 应急响应级别,
and our own issue level. Five hours and twenty-four hours (C01, C02) run only from an incident grade, set or provisional
(待认定): a fresh incident with deaths or a collapse runs on the higher grade until an authority grades it.
"""


def settings_page() -> str:
    """Return docs/settings.md."""
    parts = [_SETTINGS_HEAD]
    for row in SETTINGS:
        secret = " Secret: never shown, never in a backup." if row.secret else ""
        parts.append(
            f"## {row.name}\n\n{row.help}\n\nType `{row.kind.__name__}`, default `{row.default!r}`,"
            f" environment `{PREFIX}{row.name.upper()}`.{secret}\n"
        )
    return "\n".join(parts)


def rules_page(book: RuleBook) -> str:
    """Return docs/rules.md."""
    parts = [_RULES_HEAD, *_rules(book), *_clocks(book), *_answering(book), *_levels(book)]
    parts += ["## Release authority", "", "Only these bodies may be first to publish.", ""]
    parts += ["| 信息 | 发布机关 | 依据 |", "|---|---|---|"]
    parts += [f"| {row.topic} | {row.body} | {row.source} |" for row in book.authorities]
    return "\n".join(parts) + "\n"


def _rules(book: RuleBook) -> list[str]:
    lines: list[str] = []
    for rule in book.rules.values():
        lines += [
            f"## {rule.id}",
            "",
            f"{rule.code} {rule.name} ({rule.source}). 处理: {rule.action}。",
            "",
        ]
        rows = [row for row in book.thresholds.values() if row.rule == rule.id]
        if rows:
            lines += ["| 门槛 | 值 | 含义 | 来源 |", "|---|---|---|---|"]
            lines += [f"| {row.name} | {row.value:g} | {row.why} | {row.source} |" for row in rows]
            lines.append("")
    return lines


def _clocks(book: RuleBook) -> list[str]:
    starts = {
        "first_seen": "首次出现",
        "criteria_met": "判据首次满足",
        "last_release": "上次权威发布",
        "draft_published": "草案公布",
    }
    lines = [
        "## Clocks",
        "",
        "| 时钟 | 触发 | 义务 | 时限 | 起算 | 来源 |",
        "|---|---|---|---|---|---|",
    ]
    for row in book.clocks.values():
        grades = f" (仅 {'、'.join(row.grades)})" if row.grades else ""
        hours = f"{'不少于 ' if row.least else ''}{row.hours} 小时"
        lines.append(
            f"| {row.id} | {row.trigger}{grades} | {row.duty} | {hours} | {starts[row.start]} | {row.shown_source} |"
        )
    return [*lines, ""]


def _answering(book: RuleBook) -> list[str]:
    lines = ["## Who answers", "", f"Decided in this order (the order is {DEFAULT}).", ""]
    lines += ["| 规则 | 情形 | 回应主体 | 来源 |", "|---|---|---|---|"]
    ordered = sorted(book.answering.values(), key=lambda row: (row.priority == 0, row.priority))
    lines += [f"| {row.id} | {row.when} | {row.lead} | {row.source} |" for row in ordered]
    lines += [
        "",
        f"Who is party to a matter does not clear itself: it goes one level up (提级, {DEFAULT}).",
        "",
    ]
    return lines


def _levels(book: RuleBook) -> list[str]:
    lines = ["## Issue levels", "", "内部工作分级, 非法定; 只升不降。", ""]
    lines += ["| 等级 | 情形 | 时钟 | 审签 | 报告 | 来源 |", "|---|---|---|---|---|---|"]
    lines += [
        f"| {row.level} | {row.when} | {'、'.join(row.duty) or '—'} | {row.reviewer} | {row.report} | {row.source} |"
        for row in book.levels.values()
    ]
    return [*lines, ""]
