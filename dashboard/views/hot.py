"""热点: what needs an answer, beside what is hot and needs none; each with its why and its evidence."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import streamlit as st

from dashboard import act, charts, reads, text, when
from dashboard.frame import live
from dashboard.pages import view
from dashboard.parts import (
    chip,
    clock_chip,
    clock_rows,
    empty,
    evidence_list,
    figures,
    head,
    level_chip,
    note,
    title,
)
from dashboard.show import plain, shortened
from records.event import Event
from records.issue import Issue
from records.masking import anonymous
from response.clocks import ClockState, clock_states, issue_clocks, worst_light
from store.interface import Query

HOTTEST = 8
SMALLEST = 4
"""Documents below which an event is not called hot, whatever its last hour says (本系统默认值)."""
LEVELS = ("I", "II", "III", "IV")
LIGHTS = ("红", "黄", "绿", "")
SETTLED = ("dismissed", "closed")
PICK = "pick"


def clocks_of(issue: Issue, now: datetime) -> tuple[ClockState, ...]:
    """Return the clocks of an issue: those of its case where there is one."""
    file = reads.casefile_of_issue(issue.id)
    return issue_clocks(issue, now) if file is None else clock_states(file, now)


def by_urgency(issues: Sequence[Issue], now: datetime) -> list[Issue]:
    """Return issues with overdue ones first, then those due soon, then by level and time."""

    def place(issue: Issue) -> tuple[int, int, float]:
        light = worst_light(clocks_of(issue, now))
        return LIGHTS.index(light), LEVELS.index(issue.level), -issue.raised_at.timestamp()

    return sorted(issues, key=place)


def page() -> None:
    """Draw the page."""
    act.say()
    now = reads.now()
    issues = reads.issues("ours")
    alive = by_urgency([issue for issue in issues if issue.state not in SETTLED], now)
    settled = [issue for issue in issues if issue.state in SETTLED]
    taken = {issue.event_id for issue in (*issues, *reads.issues("elsewhere"))} | set(reads.kin())
    summary(alive, now)
    lists, detail = st.columns([5, 7], gap="medium")
    picked = st.session_state.get(PICK) or st.query_params.get("issue", "")
    if not picked and alive:
        picked = alive[0].id
    with lists:
        issue_list(alive, picked, now)
        event_list(taken, picked)
        if settled:
            with st.expander(text.HOT_SETTLED.format(count=len(settled)), key="settled"):
                issue_rows(settled, picked, now)
        elsewhere()
    with detail:
        details(picked, issues, now)


def summary(alive: Sequence[Issue], now: datetime) -> None:
    """Draw the figures on top."""
    lights = [worst_light(clocks_of(issue, now)) for issue in alive]
    values = (
        len(alive),
        lights.count("红"),
        lights.count("黄"),
        sum(issue.state == "new" for issue in alive),
    )
    rows = [(name, str(value)) for name, value in zip(text.HOT_FIGURES, values, strict=True)]
    figures(rows, "hot")


def issue_list(alive: Sequence[Issue], picked: str, now: datetime) -> None:
    """Draw the issues that need an answer."""
    head(text.HOT_ISSUES)
    if not alive:
        empty(text.HOT_NO_ISSUES_YET if reads.is_replaying() else text.HOT_NO_ISSUES, "issues")
    issue_rows(alive, picked, now)


def issue_rows(issues: Sequence[Issue], picked: str, now: datetime) -> None:
    """Draw issues as rows to pick from."""
    for issue in issues:
        on = "on" if issue.id == picked else "off"
        with st.container(key=f"row_{on}_{issue.id}"):
            pick_button(issue.id, reads.name_of(issue))
            with st.container(key=f"chips_{issue.id}", horizontal=True):
                level_chip(issue.level, issue.id)
                chip(text.ISSUE_STATES[issue.state], "plain", f"state_{issue.id}")
                waiting = [row for row in clocks_of(issue, now) if row.waits][:1]
                for state in waiting:
                    clock_chip(state, f"row_{issue.id}")
            for state in waiting:
                note(text.CLOCK_DUE.format(duty=state.duty, due=when.moment(state.due)))
            note(
                f"{text.CRITERIA[issue.criterion]} · {reads.domain_name(issue.domain)} · {issue.body.name}"
            )


def pick_button(key: str, label: str) -> None:
    """Draw a title that can be pressed; collected text inside the label is escaped."""
    st.button(
        plain(shortened(label, 40)), key=f"see_{key}", type="tertiary", on_click=pick, args=(key,)
    )


def pick(key: str) -> None:
    """Remember what was picked, also in the address."""
    st.session_state[PICK] = key
    st.query_params["issue"] = key


def hottest(taken: set[str], by: str) -> list[Event]:
    """Return the hottest events that are no issues, by heat now or by documents of the last seven days."""
    since = reads.now() - timedelta(days=7)
    found = [event for event in reads.recent_events(since, SMALLEST) if event.id not in taken]
    return most_told(found, since) if by == text.HOT_BY_COUNT else found[:HOTTEST]


def most_told(events: Sequence[Event], since: datetime) -> list[Event]:
    """Return the events with most documents since then; those of an old event's earlier weeks do not count."""
    best: list[tuple[int, Event]] = []
    for event in sorted(events, key=lambda row: (-row.documents, row.id)):
        if len(best) == HOTTEST and best[-1][0] >= event.documents:
            break  # no event from here on can have more
        best.append((reads.told_since(event.id, since), event))
        best = sorted(best, key=lambda row: (-row[0], -row[1].heat, row[1].id))[:HOTTEST]
    return [event for _, event in best]


def event_list(taken: set[str], picked: str) -> None:
    """Draw the hottest events that are no issues."""
    head(text.HOT_EVENTS)
    note(text.HOT_EVENTS_NOTE)
    orders = (text.HOT_BY_COUNT, text.HOT_BY_HEAT)
    by = st.segmented_control(
        text.HOT_BY,
        orders,
        default=orders[0],
        key="hot_by",
        label_visibility="collapsed",
        required=True,
    )
    events = hottest(taken, by or orders[0])
    if not events:
        empty(text.HOT_NO_EVENTS, "events")
    for event in events:
        on = "on" if event.id == picked else "off"
        with st.container(key=f"row_{on}_{event.id}"):
            pick_button(event.id, event.title)
            note(f"{heat_of(event)} · {spread_of(event)} · {reasons_of(event)[0]}")


def heat_of(event: Event) -> str:
    """Say an event's heat."""
    return text.HOT_HEAT.format(heat=round(event.heat))


def spread_of(event: Event) -> str:
    """Say how many documents and copies."""
    return text.HOT_COUNTS.format(documents=event.documents, copies=event.copies)


def reasons_of(event: Event) -> list[str]:
    """Say why an event is no issue."""
    return reads.why_no_issue(event.id)


def elsewhere() -> None:
    """Draw the like elsewhere: folded, without clocks."""
    rows = reads.issues("elsewhere")
    with st.expander(text.HOT_ELSEWHERE.format(count=len(rows)), key="elsewhere"):
        note(text.HOT_ELSEWHERE_NOTE)
        for issue in rows:
            with st.container(key=f"row_off_{issue.id}"):
                pick_button(issue.id, reads.name_of(issue))
                note(f"{reads.domain_name(issue.domain)} · {issue.place or text.UNKNOWN}")


def details(picked: str, issues: Sequence[Issue], now: datetime) -> None:
    """Draw what was picked: an issue, or an event that is none."""
    known = {issue.id: issue for issue in (*issues, *reads.issues("elsewhere"))}
    if picked in known:
        issue_detail(known[picked], now)
        return
    event = reads.event(picked) if picked else None
    if event is None:
        empty(text.HOT_PICK, "pick")
        return
    event_detail(event)


def event_detail(event: Event) -> None:
    """Draw a hot event and why it is no issue."""
    with st.container(key="detail", border=True):
        title(anonymous(event.title), "event")
        note(f"{heat_of(event)} · {spread_of(event)} · {text.STAGES[event.stage]}")
        head(text.HOT_WHY_NOT)
        for reason in reasons_of(event):
            st.text(reason)
        head(text.HOT_CURVE)
        curve(reads.histogram(Query(event_id=event.id), "hour"), [])
        topic_link(event.id, text.HOT_SEE_TOPIC)


def issue_detail(issue: Issue, now: datetime) -> None:
    """Draw one issue: clocks, curve, reasons, body, questions, evidence, and what can be done."""
    with st.container(key="detail", border=True):
        title(reads.name_of(issue), "issue")
        with st.container(key="detailchips", horizontal=True):
            level_chip(issue.level, "detail")
            chip(text.ISSUE_STATES[issue.state], "plain", "detail")
            chip(text.CRITERIA[issue.criterion], "plain", "criterion")
            chip(reads.domain_name(issue.domain), "plain", "domain")
        if issue.place:
            note(issue.place)
        note(
            f"{text.HOT_FIRST_SEEN.format(time=when.moment(issue.first_seen_at))} · {text.HOT_RAISED.format(time=when.moment(issue.raised_at))}"
        )
        if issue.incident_grade:
            note(text.HOT_GRADE.format(grade=issue.incident_grade))
        if issue.scope == "ours":
            actions(issue)
            head(text.HOT_CLOCKS)
            clock_rows(clocks_of(issue, now), "detail")
        head(text.HOT_CURVE)
        curve(reads.histogram_of_issue(issue), marks_of(issue, now))
        why(issue)
        with st.expander(
            text.HOT_EVIDENCE.format(count=len(issue.evidence)), key=f"evidence_of_{issue.id}"
        ):
            evidence_list(issue.evidence, issue.id)
        note(text.LEVEL_NOTE)
        topic_links(issue)


def why(issue: Issue) -> None:
    """Draw reasons, suggested body and questions."""
    head(text.HOT_REASONS)
    for reason in issue.reasons:
        st.text(f"· {reason}")
    note(text.HOT_RULE.format(rule=reads.rule_name(issue.rule)))
    left, right = st.columns(2)
    with left:
        head(text.HOT_BODY)
        st.text(issue.body.name)
        note(text.HOT_BODY_WHY.format(rule=issue.body.rule, why=issue.body.why))
        if issue.body.assisting:
            note(text.HOT_ASSISTING.format(bodies="、".join(issue.body.assisting)))
    with right:
        head(text.HOT_QUESTIONS)
        if not issue.questions:
            note(text.HOT_NO_QUESTIONS)
        for question in issue.questions:
            st.text(f"· {shortened(anonymous(question), 60)}")


def marks_of(issue: Issue, now: datetime) -> list[charts.Mark]:
    """Return the moments to point out: raised, each published answer, now."""
    marks = [charts.Mark(at=issue.raised_at, label=text.HOT_MARK_RAISED, colour="#b3402e")]
    file = reads.casefile_of_issue(issue.id)
    for statement in file.statements if file else ():
        label = text.STATEMENTS[statement.kind]
        marks.append(charts.Mark(at=statement.published_at, label=label, colour="#2f6b4f"))
    return [*marks, charts.Mark(at=now, label=text.HOT_MARK_NOW)]


def curve(rows: charts.Histogram, marks: Sequence[charts.Mark]) -> None:
    """Draw hourly volume."""
    if not rows:
        empty(text.TOPIC_CLEARED, "curve")
        return
    st.plotly_chart(charts.heat_curve(rows, marks), key="curve", config=charts.CONFIG, theme=None)


def topic_links(issue: Issue) -> None:
    """Draw the way to the issue's topic and to the others that tell the same matter."""
    with st.container(key="topiclinks", horizontal=True):
        topic_link(issue.event_id, text.HOT_SEE_TOPIC)
        for event_id in reads.kin_of(issue):
            event = reads.event(event_id)
            if event is not None:
                name = plain(shortened(anonymous(event.title), 14))
                topic_link(event_id, text.HOT_SEE_KIN.format(title=name))


def topic_link(event_id: str, label: str) -> None:
    """Draw the way to a topic."""
    st.page_link(view("topic"), label=label, query_params={"event": event_id})


def actions(issue: Issue) -> None:
    """Draw what can be done with the issue."""
    file = reads.casefile_of_issue(issue.id)
    with st.container(key="actions", horizontal=True):
        if issue.state == "new":
            st.button(text.ACKNOWLEDGE, key=f"ack_{issue.id}", on_click=acknowledge, args=(issue,))
        if file is None and issue.state not in SETTLED:
            st.button(
                text.OPEN_CASE,
                key=f"open_{issue.id}",
                type="primary",
                on_click=open_case,
                args=(issue,),
            )
            with st.popover(text.DISMISS, key=f"dismiss_{issue.id}"):
                st.text_area(text.DISMISS_REASON, key=f"reason_{issue.id}", max_chars=500)
                st.button(
                    text.DISMISS_DO, key=f"do_dismiss_{issue.id}", on_click=dismiss, args=(issue,)
                )
        if issue.state == "dismissed":
            with st.popover(text.REINSTATE, key=f"reinstate_{issue.id}"):
                st.text_area(text.REINSTATE_REASON, key=f"why_{issue.id}", max_chars=500)
                st.button(text.REINSTATE, key=f"do_{issue.id}", on_click=reinstate, args=(issue,))
        if file is not None:
            st.page_link(
                view("answers"), label=text.HOT_SEE_CASE, query_params={"case": file.case.id}
            )


def acknowledge(issue: Issue) -> None:
    """Register that the issue was seen."""
    act.done(partial(act.acknowledge, issue), text.DONE_ACKNOWLEDGE)


def open_case(issue: Issue) -> None:
    """Open the case."""
    act.done(partial(act.open_case, issue), text.DONE_OPEN)


def dismiss(issue: Issue) -> None:
    """Register that the issue gets no answer."""
    reason = str(st.session_state.get(f"reason_{issue.id}", ""))
    act.done(partial(act.dismiss, issue, reason), text.DONE_DISMISS)


def reinstate(issue: Issue) -> None:
    """Take a dismissal back."""
    reason = str(st.session_state.get(f"why_{issue.id}", ""))
    act.done(partial(act.reinstate, issue, reason), text.DONE_REINSTATE)


live(page, key="hot")
