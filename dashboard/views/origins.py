"""来源: which sources answer, what was missed, what was set aside and why, and how the processes are doing."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import streamlit as st

from dashboard import charts, reads, status, text, when
from dashboard.frame import live
from dashboard.parts import chip, empty, figures, head, note
from dashboard.show import excerpt, shortened
from records.source import Outage, SourceState
from store.interface import Query

HEALTH_KIND = {"ok": "green", "empty": "green", "idle": "grey", "off": "grey", "changed": "amber"}
CHILD_KIND = {"running": "green", "starting": "grey", "stopped": "grey", "waiting": "amber"}
Table = dict[str, list[str]]


def page() -> None:
    """Draw the page."""
    counts = reads.counts()
    values = (counts.documents, counts.unscored, counts.unplaced, counts.events, counts.rejected)
    rows = [(name, str(value)) for name, value in zip(text.ORIGINS_FIGURES, values, strict=True)]
    figures(rows, "origins")
    if counts.newest:
        note(text.ORIGINS_NEWEST.format(time=when.moment(counts.newest)))
    left, right = st.columns([7, 5], gap="medium")
    with left:
        health(reads.sources())
        outages(reads.outages())
    with right:
        volume()
        children()
    rejected()


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], key: str) -> None:
    """Draw a table that renders no markup."""
    values: Table = {name: [row[n] for row in rows] for n, name in enumerate(columns)}
    st.dataframe(values, hide_index=True, key=key)


def health(states: Sequence[SourceState]) -> None:
    """Draw every source with its health, the broken ones first."""
    head(text.ORIGINS_HEALTH)
    if not states:
        empty(text.ORIGINS_NONE, "sources")
    for state in sorted(states, key=lambda row: (row.health in HEALTH_KIND, row.source)):
        with st.container(key=f"row_off_{state.source}"):
            with st.container(
                key=f"chips_{state.source}", horizontal=True, vertical_alignment="center"
            ):
                with st.container(key=f"name_{state.source}", width=170):
                    st.text(reads.source_name(state.source))
                chip(text.HEALTH[state.health], HEALTH_KIND.get(state.health, "red"), state.source)
                note(
                    text.ORIGINS_LINE.format(
                        documents=state.documents,
                        ok=when.moment(state.ok_at),
                        complete=when.moment(state.complete_to),
                    )
                )
            if state.said and state.health not in {"ok", "empty"}:
                note(shortened(state.said, 120))


def outages(rows: Sequence[Outage]) -> None:
    """Draw when a source gave nothing."""
    head(text.ORIGINS_OUTAGES)
    if not rows:
        empty(text.ORIGINS_NO_OUTAGES, "outages")
        return
    now = reads.now()
    table(text.ORIGINS_OUTAGE_COLUMNS, [outage_row(row, now) for row in rows], "outages")


def outage_row(row: Outage, now: datetime) -> list[str]:
    """Return an outage as a row."""
    end = when.moment(row.ended_at) if row.ended_at else text.ORIGINS_ONGOING
    length = when.duration((row.ended_at or now) - row.begun_at)
    return [
        reads.source_name(row.source),
        text.HEALTH[row.health],
        when.moment(row.begun_at),
        end,
        length,
    ]


def volume() -> None:
    """Draw how many documents each day brought."""
    head(text.ORIGINS_VOLUME)
    rows = reads.histogram(Query(since=reads.now() - timedelta(days=14)), "day")
    if not rows:
        empty(text.ORIGINS_NONE, "days")
        return
    figure = charts.by_sentiment(rows, daily=True, height=220)
    st.plotly_chart(figure, key="days", config=charts.CONFIG, theme=None)


def children() -> None:
    """Draw the processes behind the desk."""
    head(text.ORIGINS_CHILDREN)
    found, age = reads.children()
    if found is None:
        empty(text.ORIGINS_NO_CHILDREN, "children")
        return
    if age > status.FRESH:
        st.warning(text.ORIGINS_STALE.format(time=when.duration(timedelta(seconds=age))))
    for child in found.children:
        with st.container(key=f"row_off_{child.name}"):
            with st.container(
                key=f"chips_{child.name}", horizontal=True, vertical_alignment="center"
            ):
                with st.container(key=f"name_{child.name}", width=100):
                    st.text(child.title)
                chip(text.CHILD_STATES[child.state], CHILD_KIND.get(child.state, "red"), child.name)
                if child.failures:
                    note(text.ORIGINS_FAILURES.format(count=child.failures))
            if child.state in {"broken", "waiting"} and child.said:
                note(shortened(child.said, 160))


def rejected() -> None:
    """Draw what was set aside, with its reason."""
    head(text.ORIGINS_REJECTED)
    note(text.ORIGINS_REJECTED_NOTE)
    rows = reads.rejected()
    if not rows:
        empty(text.ORIGINS_NO_REJECTED, "rejected")
        return
    values = [
        [
            when.moment(row.at),
            text.ORIGINS_STAGES[row.stage],
            reads.source_name(row.source),
            shortened(row.reason, 80),
            excerpt(row.sample, group=len(rows)) or text.ORIGINS_FEW,
        ]
        for row in rows
    ]
    table(text.ORIGINS_REJECTED_COLUMNS, values, "rejected")


live(page, key="origins")
