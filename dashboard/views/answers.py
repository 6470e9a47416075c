"""回应事项: the board by state with clocks, and one case with its clocks, moves, answers and next steps."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from config.roles import roles
from dashboard import act, forms, reads, text, when
from dashboard.frame import live
from dashboard.pages import view
from dashboard.parts import chip, clock_chip, clock_rows, empty, head, level_chip, note, title
from dashboard.show import plain, safe_link, shortened
from records.case import Case, CaseState, Move
from records.masking import anonymous
from response.casefile import CaseFile
from response.clocks import clock_states
from response.steps import STATE_NAMES, STEPS

BOARD: tuple[tuple[CaseState, ...], ...] = (
    ("open", "returned"),
    ("assigned", "received"),
    ("drafting",),
    ("reviewing", "signing"),
    ("published", "evaluating"),
    ("closed",),
)
PICK = "case_pick"


def page() -> None:
    """Draw the page."""
    act.say()
    cases = reads.cases()
    if not cases:
        empty(text.ANSWERS_NONE, "cases")
        return
    wanted = st.session_state.get(PICK) or st.query_params.get("case", "")
    picked = wanted if wanted in {case.id for case in cases} else cases[0].id
    board(cases, picked)
    file = reads.casefile(picked)
    if file is not None:
        detail(file)


def board(cases: Sequence[Case], picked: str) -> None:
    """Draw the board: a column for each stretch of the way."""
    for column, states in zip(st.columns(len(BOARD), gap="small"), BOARD, strict=True):
        here = [case for case in cases if case.state in states]
        with column, st.container(key=f"lane_{states[0]}"):
            st.caption(plain(f"{' / '.join(STATE_NAMES[state] for state in states)} · {len(here)}"))
            for case in here:
                card(case, picked)


def card(case: Case, picked: str) -> None:
    """Draw one case on the board."""
    on = "on" if case.id == picked else "off"
    with st.container(key=f"row_{on}_{case.id}"):
        st.button(
            plain(shortened(case.title, 24)),
            key=f"see_{case.id}",
            type="tertiary",
            on_click=pick,
            args=(case.id,),
        )
        with st.container(key=f"chips_{case.id}", horizontal=True):
            level_chip(case.level, case.id)
            file = reads.casefile(case.id)
            for state in (
                [row for row in clock_states(file, reads.now()) if row.waits][:1] if file else ()
            ):
                clock_chip(state, case.id)
        note(case.body or text.ANSWERS_NO_BODY)


def pick(case_id: str) -> None:
    """Remember what was picked, also in the address."""
    st.session_state[PICK] = case_id
    st.query_params["case"] = case_id


def detail(file: CaseFile) -> None:
    """Draw one case."""
    case = file.case
    with st.container(key="detail", border=True):
        title(anonymous(case.title), "case")
        with st.container(key="detailchips", horizontal=True):
            level_chip(case.level, "case")
            chip(
                text.ANSWERS_SINCE.format(
                    state=STATE_NAMES[case.state], time=when.moment(case.state_since)
                ),
                "plain",
                "case",
            )
            if case.body:
                chip(text.ANSWERS_BODY.format(body=case.body), "plain", "body")
            if case.contact:
                chip(text.ANSWERS_CONTACT.format(contact=case.contact), "plain", "contact")
            st.page_link(
                view("hot"), label=text.ANSWERS_ISSUE, query_params={"issue": case.issue_id}
            )
        left, right = st.columns([7, 5], gap="medium")
        with left:
            head(text.ANSWERS_CLOCKS)
            clock_rows(clock_states(file, reads.now()), "case")
            statements(file)
            moves(file.moves)
        with right:
            steps(file)


def statements(file: CaseFile) -> None:
    """Draw the published answers."""
    head(text.ANSWERS_STATEMENTS)
    if not file.statements:
        note(text.ANSWERS_NO_STATEMENTS)
    for row in file.statements:
        with st.container(key=f"excerpt_{row.id}"):
            note(f"{when.moment(row.published_at)} · {text.STATEMENTS[row.kind]} · {row.body}")
            with st.container(key=f"exctitle_{row.id}"):
                st.text(row.title)
            st.text(shortened(anonymous(row.text), 200))
            link = safe_link(row.url)
            if link:
                st.page_link(link, label=text.HOT_SOURCE_LINK)


def moves(rows: Sequence[Move]) -> None:
    """Draw the moves, newest first."""
    head(text.ANSWERS_MOVES)
    with st.container(key="timeline"):
        for move in reversed(rows):
            what = text.MOVES.get(move.kind, move.kind)
            said = f": {shortened(anonymous(move.note), 120)}" if move.note else ""
            st.text(f"{when.moment(move.at)}  {what} · {move.actor}{said}")


def steps(file: CaseFile) -> None:
    """Draw the form of the step people choose."""
    head(text.ANSWERS_ACT)
    names = forms.offered(file, act.role())
    if not names:
        note(text.ANSWERS_NO_STEP.format(role=roles()[act.role()].name))
        return
    step = st.selectbox(
        text.ANSWERS_STEP,
        names,
        format_func=lambda name: STEPS[name].name,
        key=f"step_{file.case.id}_{file.case.state}_{act.role()}",
        filter_mode=None,
    )
    values = forms.ask(file, step)
    if st.button(text.ANSWERS_DO, key=f"do_{file.case.id}", type="primary"):
        command = partial(forms.run, file, step, act.by(file.case.version), values)
        act.done(command, text.ANSWERS_DONE.format(step=STEPS[step].name))
        st.rerun()


live(page, key="answers")
