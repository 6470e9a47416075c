"""The leader's page 领导一页: what to decide, what is due, what was answered, what is left alone, how good the data is.

Templates over records, nothing else: each sentence keeps the ids it rests on, so each figure can be recomputed.
No line names or counts an individual.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from config.desk import Desk
from config.sources import sources_of
from config.tables import bodies_of
from records.briefing import Briefing, Line, Section
from records.event import Event
from records.issue import Issue
from records.score import Criterion
from records.source import Outage, SourceState
from response import page
from response.casefile import CaseFile, read_files
from response.clocks import ClockState, clock_states, is_overdue, issue_clocks
from response.commands import signed_at
from response.datanote import data_lines
from response.wording import clip, clock_time, count, day, gap, moment, quoted
from store.interface import Corpus, Ledger

SOON = timedelta(hours=2)
NEWS = timedelta(days=7)
HOT_WITHIN = timedelta(hours=24)
HOT = 10
HOT_LEAST = 5
"""An event of fewer documents is not called hot, whatever its heat (本系统默认值)."""
KIN_NOTE = "alerts.kin"
"""Where the judging stage notes the events that tell an issue's matter, each with the event whose issue stands."""
LAST = datetime.max.replace(tzinfo=UTC)
DECISIONS = 3
SUGGEST_TODAY = timedelta(hours=36)
"""A clock that ends within this time means: answer today (本系统默认值)."""
ASKED_OTHERWISE = frozenset({"open", "returned", "signing"})
"""States in which the leader is asked to settle or to sign, so that urging would ask twice for one case."""
WHAT: Mapping[Criterion, tuple[str, str]] = {
    "policy_misread": ("政策被误读", "答问"),
    "public_interest": ("涉及切身利益", "说明事实和措施"),
    "moral_bottom_line": ("触及道德底线", "调查并通报"),
    "emergency_disaster": ("突发事件", "发布信息"),
    "superior_order": ("上级要求回应", "按要求回应"),
    "local_social_hotspot": ("社会热点", "研判后回应"),
}
"""Each class in a few words, and what its answer is."""
DRAFT_STANDING: Mapping[str, str] = {
    "open": "未交办",
    "assigned": "未签收",
    "received": "无稿",
    "drafting": "拟稿中",
    "reviewing": "稿在审核",
    "signing": "待签发",
    "published": "续报无稿",
    "evaluating": "待评估",
    "returned": "已退回",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """How bodies and sources are called on the page; an unknown one keeps its own name."""

    office: str = ""
    bodies: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)

    def body(self, name: str) -> str:
        """Return the short name of a body."""
        return self.bodies.get(name, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that the page is written from, read once."""

    now: datetime
    sample: bool
    names: Names
    files: Sequence[CaseFile]
    issues: Sequence[Issue]
    hot: Sequence[Event]
    sources: Sequence[SourceState]
    outages: Sequence[Outage]
    kin: Mapping[str, str] = field(default_factory=dict)


def compose(ledger: Ledger, corpus: Corpus, desk: Desk, now: datetime) -> Briefing:
    """Read the stores and return the leader's page as of `now`."""
    facts = Facts(
        now=now,
        sample=desk.sample,
        names=names_of(desk),
        files=read_files(ledger),
        issues=ledger.issues(),
        hot=corpus.events(since=now - HOT_WITHIN, minimum=HOT_LEAST, limit=HOT),
        sources=corpus.sources(),
        outages=corpus.outages(since=now - NEWS, until=now),
        kin=json.loads(ledger.get_note(KIN_NOTE) or "{}"),
    )
    return write(facts)


def names_of(desk: Desk) -> Names:
    """Return the desk's names: a body's short name where only it has it, else its first alias."""
    bodies = bodies_of(desk)
    shorts = [body.short for body in bodies]
    called = {
        body.name: body.short
        if shorts.count(body.short) == 1
        else (body.aliases or (body.name,))[0]
        for body in bodies
    }
    table = sources_of(desk)
    titles = {source.name: source.title for source in table.sources}
    return Names(office=desk.body, bodies=called, sources=titles)


def write(facts: Facts) -> Briefing:
    """Return the page written from the facts, cut to one side."""
    decisions = _decisions(facts)
    chosen, left = decisions[:DECISIONS], decisions[DECISIONS:]
    due = _due_soon(facts)
    told = {ref for line in (*decisions, *due) for ref in line.refs}
    sections = (
        _decision_section(chosen),
        Section(heading="两小时内到期", lines=_or_none((*due, *_left(left)))),
        Section(heading="已答复", lines=_or_none(_answered(facts, told))),
        Section(heading="不予回应", lines=_refused(facts)),
        Section(heading="数据", lines=_data(facts)),
    )
    briefing = Briefing(
        title=f"{facts.names.office}政务回应简报",
        as_of=facts.now,
        sample=facts.sample,
        sections=sections,
    )
    return page.fit(briefing, give_way=("已答复", "不予回应", "数据", "两小时内到期"))


def _decision_section(chosen: Sequence[Line]) -> Section:
    if not chosen:
        calm = Line(text="没有待签发、逾期未办或待交办的事项。")
        return Section(heading="今天没有要您办的事", lines=(calm,))
    return Section(heading=f"今天请您办{count(len(chosen))}件事", lines=tuple(chosen))


def _left(left: Sequence[Line]) -> tuple[Line, ...]:
    if not left:
        return ()
    refs = tuple(dict.fromkeys(ref for line in left for ref in line.refs))
    return (Line(text=f"另有{len(left)}件待签、逾期或待定，见回应事项。", refs=refs),)


def _or_none(lines: Sequence[Line]) -> tuple[Line, ...]:
    return tuple(lines) or (Line(text="没有。"),)


def _decisions(facts: Facts) -> list[Line]:
    """Rank what to decide: signatures first, then what is overdue (promises first), then what nobody has."""
    signing = sorted(
        (file for file in facts.files if _waits_for_signature(file)),
        key=lambda file: (file.case.state_since, file.case.id),
    )
    return [
        *(_to_sign(file, facts) for file in signing),
        *_to_urge(facts),
        *_to_settle(facts),
    ]


def _waits_for_signature(file: CaseFile) -> bool:
    return file.case.state == "signing" and signed_at(list(file.moves)) is None


def _to_sign(file: CaseFile, facts: Facts) -> Line:
    waited = gap(facts.now - file.case.state_since)
    title = clip(file.draft_title(), 30)
    return Line(text=f"签发：{title}（已过保密审查，等{waited}）。", refs=file.refs, urgent=True)


def _to_urge(facts: Facts) -> list[Line]:
    """Return one line a case for its worst overdue clock: broken promises first, then by how long."""
    found = []
    for file in facts.files:
        if is_overdue(file, facts.now) and file.case.state not in ASKED_OTHERWISE:
            overdue = [row for row in clock_states(file, facts.now) if row.standing == "overdue"]
            worst = min(overdue, key=lambda row: (not row.promise, row.due, row.clock))
            found.append((not worst.promise, worst.due, file.case.id, file, worst))
    return [_urging(file, row, facts) for *_, file, row in sorted(found, key=lambda one: one[:3])]


def _urging(file: CaseFile, row: ClockState, facts: Facts) -> Line:
    body = facts.names.body(file.case.body)
    late, at = gap(row.remaining), moment(row.due, facts.now)
    if row.promise:
        what = f"{clip(file.case.title, 20)}，{body}承诺{at}前{clip(row.promise, 22)}"
    elif row.clock.startswith("K5"):
        what = f"{clip(file.case.title, 20)}，{body}应在{at}前向上级反馈（{row.source}）"
    else:
        what = f"{clip(file.case.title, 20)}，{body}应在{at}前{clip(row.duty, 12)}"
    question = _question(file.issue)
    return Line(text=f"催：{what}，已逾期{late}{question}。", refs=file.refs, urgent=True)


def _question(issue: Issue | None) -> str:
    if issue is None or not issue.questions:
        return ""
    return f"，群众最关心{quoted(issue.questions[0])}"


def _to_settle(facts: Facts) -> list[Line]:
    """Return what has no body yet, the nearest clock first: returned cases, open cases, new issues."""
    found: list[tuple[datetime, str, Line]] = []
    for file in facts.files:
        if file.case.state in {"open", "returned"} and file.issue is not None:
            due = _nearest(clock_states(file, facts.now))
            found.append((_key(due), file.case.id, _settling(file.issue, due, facts, file)))
    for issue in _uncased(facts):
        due = _nearest(issue_clocks(issue, facts.now))
        found.append((_key(due), issue.id, _settling(issue, due, facts, None)))
    return [line for *_, line in sorted(found, key=lambda one: one[:2])]


def _uncased(facts: Facts) -> list[Issue]:
    """Return our issues that nobody has taken up or dismissed."""
    held = {file.case.issue_id for file in facts.files}
    return [
        issue
        for issue in facts.issues
        if issue.scope == "ours" and issue.state in {"new", "acknowledged"} and issue.id not in held
    ]


def _nearest(states: Sequence[ClockState]) -> ClockState | None:
    return min((row for row in states if row.waits), key=lambda row: row.due, default=None)


def _key(state: ClockState | None) -> datetime:
    return state.due if state else LAST


def _settling(issue: Issue, due: ClockState | None, facts: Facts, file: CaseFile | None) -> Line:
    what, act = WHAT.get(issue.criterion, ("待研判", "研判"))
    title = clip(file.case.title if file else issue.title, 24)
    refs = file.refs if file else (issue.id,)
    if file is not None and file.case.state == "returned":
        text = f"定：{title}（{_returned(file, facts)}）{_left_time(due)}。"
    else:
        body = facts.names.body(issue.body.name)
        text = f"定：{title}（{what}，未交办），建议{body}{_by_when(due, facts)}{act}{_left_time(due)}。"
    return Line(text=text, refs=refs, urgent=True)


def _returned(file: CaseFile, facts: Facts) -> str:
    move = file.last("return")
    suggest = dict(move.detail).get("suggest", "") if move else ""
    body = facts.names.body(file.case.body)
    return f"{body}退回，建议改派{facts.names.body(suggest)}" if suggest else f"{body}退回"


def _by_when(due: ClockState | None, facts: Facts) -> str:
    if due is None:
        return ""
    if due.due - facts.now <= SUGGEST_TODAY:
        return "今日"
    return f"{day(due.due, facts.now)}前"


def _left_time(due: ClockState | None) -> str:
    if due is None:
        return ""
    verb = "已逾期" if due.standing == "overdue" else "时限还剩"
    return f"，{verb}{gap(due.remaining)}"


def _due_soon(facts: Facts) -> list[Line]:
    """Return what ends within two hours, by due time: of cases, and of issues without one."""
    cases = [
        (row.due, file.case.id, _soon_case(file, row, facts))
        for file in facts.files
        for row in clock_states(file, facts.now)
        if _is_soon(row, facts.now)
    ]
    issues = [
        (row.due, issue.id, _soon_issue(issue, row, facts))
        for issue in _uncased(facts)
        for row in issue_clocks(issue, facts.now)
        if _is_soon(row, facts.now)
    ]
    return [line for *_, line in sorted((*cases, *issues), key=lambda one: one[:2])]


def _soon_issue(issue: Issue, row: ClockState, facts: Facts) -> Line:
    text = f"{clip(issue.title, 20)} {clock_time(row.due, facts.now)}（未交办）。"
    return Line(text=text, refs=(issue.id,), urgent=True)


def _is_soon(row: ClockState, now: datetime) -> bool:
    return row.standing == "running" and row.due <= now + SOON


def _soon_case(file: CaseFile, row: ClockState, facts: Facts) -> Line:
    what = "续报" if row.clock == "C04" else "反馈" if row.clock.startswith("K5") else ""
    standing = DRAFT_STANDING.get(file.case.state, "")
    body = facts.names.body(file.case.body)
    inside = "，".join(part for part in (body, standing) if part)
    at = clock_time(row.due, facts.now)
    return Line(
        text=f"{clip(file.case.title, 20)}{what} {at}（{inside}）。", refs=file.refs, urgent=True
    )


def _answered(facts: Facts, told: set[str]) -> list[Line]:
    """Return the answered cases not told above, the newest answer first; closed ones for a week."""
    files = [
        file
        for file in facts.files
        if file.case.answered_at is not None
        and file.case.id not in told
        and file.case.state in {"published", "evaluating", "closed"}
        and (file.case.closed_at is None or facts.now - file.case.closed_at <= NEWS)
    ]
    ordered = sorted(files, key=lambda file: (file.case.answered_at, file.case.id), reverse=True)
    return [_answer(file, facts) for file in ordered]


def _answer(file: CaseFile, facts: Facts) -> Line:
    parts = [*_effect(file, facts), *_owed(file, facts)]
    if file.case.state == "closed":
        parts.append("办结")
    return Line(text=f"{clip(file.case.title, 16)}：{'，'.join(parts)}。", refs=file.refs)


def _effect(file: CaseFile, facts: Facts) -> list[str]:
    """Say what the last evaluation found; without one, only when the answer went out."""
    answered = file.case.answered_at or facts.now
    if not file.evaluations:
        return [f"{moment(answered, facts.now)}答复"]
    figures = file.evaluations[-1]
    parts = [
        f"{gap(timedelta(minutes=round(figures.first_reply_h * 60)))}答复{'' if figures.clock_met else '（超时）'}"
    ]
    if figures.questions and figures.questions_answered == figures.questions:
        parts.append(f"{count(figures.questions)}问皆答")
    elif figures.questions:
        parts.append(f"{count(figures.questions)}问答了{count(figures.questions_answered)}问")
    if figures.recurrence == 0:
        parts.append("同一问题没有再出现")
    elif figures.recurrence is not None:
        less = "明显减少" if figures.recurrence <= 0.5 else "仍较多"
        parts.append(f"同一问题重复出现{less}（为答复前的{figures.recurrence:.0%}）")
    elif figures.half_life_h is not None:
        parts.append(f"声量{figures.half_life_h:g}小时减半")
    return parts


def _owed(file: CaseFile, facts: Facts) -> list[str]:
    body = facts.names.body(file.case.body)
    return [
        f"{body}{day(given.due, facts.now)}前{clip(given.text, 22)}"
        for given in file.case.promises
        if given.kept_at is None
    ]


def _refused(facts: Facts) -> tuple[Line, ...]:
    """Say how many issues a person dismissed in the week, and which hot events are no issue."""
    since = facts.now - NEWS
    dismissed = [
        issue
        for issue in facts.issues
        if issue.state == "dismissed" and issue.scope == "ours" and issue.raised_at >= since
    ]
    lines = [
        Line(text=f"人工否决{len(dismissed)}件。", refs=tuple(issue.id for issue in dismissed))
    ]
    known = {issue.event_id for issue in facts.issues}
    calm = [event for event in facts.hot if not {event.id, facts.kin.get(event.id)} & known]
    if calm:
        named = "、".join(clip(event.title, 14) for event in calm[:2])
        more = "等" if len(calm) > 2 else ""
        text = f"热度前{count(HOT)}而未立议题{len(calm)}件：{named}{more}（点开看为什么）。"
        lines.append(Line(text=text, refs=tuple(event.id for event in calm)))
    return tuple(lines)


def _data(facts: Facts) -> tuple[Line, ...]:
    return data_lines(facts.sources, facts.outages, facts.names.sources, facts.now)
