"""The frame of every page: what data this is, what time it is, how far the replay is, what is broken."""

from collections.abc import Callable

import streamlit as st

from config.roles import roles
from dashboard import act, reads, status, text, when
from dashboard.parts import chip, note
from dashboard.show import plain
from records.clock import ReplayClock, SystemClock
from records.errors import HuiyingError

BROKEN = ("unreachable", "blocked", "login_needed")
SHOWN = 6
"""Broken sources and processes named in the header; the rest stands on the page 来源."""


def around(page: Callable[[], None]) -> None:
    """Draw the header, the page and the footer."""
    _role()
    live(_header, key="header")
    guarded(page)
    if reads.desk().sample:
        with st.container(key="foot"):
            st.text(text.SAMPLE_FOOT)


def live(body: Callable[[], None], *, key: str) -> None:
    """Draw something that renews itself: every few seconds during the replay, seldom afterwards."""
    period = _renewal()

    def again() -> None:
        if period < 10 and _renewal() >= 10:
            st.rerun()  # the replay is over: a full run sets the slow pace
        guarded(body)

    st.fragment(again, run_every=period, key=f"live_{key}")()


def _renewal() -> float:
    try:
        return reads.renewal()
    except HuiyingError:
        return 3.0


def guarded(body: Callable[[], None]) -> None:
    """Run a part of a page; what the stores say is shown as a sentence, the rest of the page stays."""
    try:
        body()
    except HuiyingError as error:
        st.warning(text.STORE_FAILED.format(error=plain(str(error))))


def _role() -> None:
    known = {name: role.name for name, role in roles().items() if name != "system"}
    ids = list(known)
    with st.sidebar:
        st.selectbox(
            text.ROLE,
            ids,
            index=ids.index(act.FIRST_ROLE) if act.FIRST_ROLE in ids else 0,
            format_func=lambda name: known[name],
            key=act.ROLE_KEY,
            help=text.ROLE_HELP,
            filter_mode=None,
        )


def _header() -> None:
    found = reads.desk()
    with st.container(key="bar", horizontal=True, vertical_alignment="center"):
        if found.sample:
            chip(text.SAMPLE, "sample", "banner")
        clock = text.SAMPLE_TIME if found.sample else text.LIVE_TIME
        with st.container(key="clock", width="content"):
            st.text(clock.format(time=when.full(reads.now())))
        with st.container(key="office", width="content"):
            st.text(found.body)
    if found.sample:
        _progress()
    troubles = [*_low_disk(), *_broken_sources(), *_broken_children()]
    if troubles:
        with st.container(key="trouble"):
            st.text(text.TROUBLE.format(list="; ".join(troubles[:SHOWN])))


def _progress() -> None:
    clock = reads.desk().clock()
    if not reads.is_replaying():
        return
    counts = reads.counts()
    if isinstance(clock, ReplayClock) and clock.finished:
        note(text.CATCHING_UP.format(waiting=counts.unscored + counts.unplaced))
        return
    said = text.REPLAY.format(
        documents=counts.documents,
        scored=counts.documents - counts.unscored,
        events=counts.events,
        issues=len(reads.issues("ours")),
    )
    with st.container(key="progress"):
        st.progress(_walked(clock), text=said)


def _walked(clock: object) -> float:
    if not isinstance(clock, ReplayClock):
        return 0.0
    return min(1.0, (clock.now() - clock.start) / (clock.end - clock.start))


def _low_disk() -> list[str]:
    found = reads.low_disk()
    return [] if found is None else [text.LOW_DISK.format(free=found[0], least=found[1])]


def _broken_sources() -> list[str]:
    return [
        text.SOURCE_TROUBLE.format(
            name=reads.source_name(row.source), health=text.HEALTH[row.health]
        )
        for row in reads.sources()
        if row.health in BROKEN
    ]


def _broken_children() -> list[str]:
    found = status.load(reads.desk().folder)
    if found is None or not found.is_fresh(SystemClock().now()):
        return []
    return [
        text.CHILD_TROUBLE.format(name=child.title, state=text.CHILD_STATES[child.state])
        for child in found.children
        if child.state in {"broken", "waiting"}
    ]
