"""检索: find matters, not persons: words and filters, counts, volume by day, excerpts."""

from datetime import datetime, timedelta
from typing import Literal, get_args

import streamlit as st

from dashboard import charts, reads, text
from dashboard.parts import empty, excerpts, figures, head, is_individual, note
from dashboard.show import GROUP, plain
from records.clock import BEIJING, beijing
from records.errors import HuiyingError, UsageError
from records.score import AppealLabel, SentimentLabel
from store.interface import Found, Page, Query
from store.text import checked_query, parse

PAGES = "find_pages"
Choice = Literal["platform", "topic", "sentiment", "appeal", "region"]


def page() -> None:
    """Draw the page."""
    try:
        query = asked()
    except UsageError as error:
        st.error(plain(str(error)))
        return
    results(query)


def asked() -> Query:
    """Draw the form; return the query. Raises UsageError for what must not be searched."""
    with st.container(key="findform", border=True):
        words = st.text_input(text.FIND_TEXT, key="find_text", help=text.FIND_HELP, max_chars=200)
        columns = st.columns([1, 1, 1, 1, 1, 1, 1], gap="small")
        with columns[0]:
            since = day_field(text.FIND_SINCE, "since", reads.now() - timedelta(days=7))
        with columns[1]:
            until = day_field(text.FIND_UNTIL, "until", reads.now())
        with columns[2]:
            platforms = choose(text.FIND_PLATFORM, "platform")
        with columns[3]:
            topics = choose(text.FIND_DOMAIN, "topic")
        with columns[4]:
            sentiments = choose(text.FIND_SENTIMENT, "sentiment")
        with columns[5]:
            appeals = choose(text.FIND_APPEAL, "appeal")
        with columns[6]:
            regions = choose(text.FIND_REGION, "region")
    checked_query(words)
    for sentence in parse(words).ignored:
        note(sentence)
    return Query(
        text=words,
        since=day_of(since),
        until=day_of(until) + timedelta(days=1),
        platforms=platforms,
        topics=topics,
        sentiments=sentiments,
        appeals=appeals,
        regions=regions,
    )


def day_field(label: str, key: str, first: datetime) -> str:
    """Ask for a day, as figures: Streamlit's calendar speaks the browser's language."""
    return st.text_input(
        label, value=f"{beijing(first):%Y-%m-%d}", key=f"find_{key}", help=text.DAY_FORMAT_HELP
    )


def day_of(written: str) -> datetime:
    """Return the beginning of a written day."""
    try:
        return datetime.strptime(written.strip(), "%Y-%m-%d").replace(tzinfo=BEIJING)
    except ValueError as error:
        raise UsageError(text.WRONG_DAY) from error


def choose(label: str, by: Choice) -> tuple[str, ...]:
    """Ask for values of a field; those the corpus holds."""
    names = dict(values_of(by))
    picked = st.multiselect(
        label, list(names), format_func=lambda value: names[value], key=f"find_{by}",
        placeholder=text.FIND_ALL, select_all=False, filter_mode=None,
    )  # fmt: skip
    return tuple(picked)


def values_of(by: Choice) -> list[tuple[str, str]]:
    """Return the values to choose from with their names."""
    if by == "sentiment":
        return [(value, text.SENTIMENTS[value]) for value in get_args(SentimentLabel)]
    if by == "appeal":
        return [(value, text.APPEALS[value]) for value in get_args(AppealLabel)]
    found = [value for value, _ in reads.facet(Query(), by) if value]
    if by == "topic":
        return [(value, reads.domain_name(value)) for value in found]
    if by == "region":
        return [(value, reads.region_name(value)) for value in found]
    return [(value, value) for value in found]


def results(query: Query) -> None:
    """Draw counts, volume and one page of excerpts."""
    try:
        after = place(query)
        found = reads.search(query, "newest", after)
    except UsageError as error:
        st.error(plain(str(error)))
        return
    except HuiyingError as error:
        st.warning(text.STORE_FAILED.format(error=plain(str(error))))
        return
    if not found.total:
        empty(text.FIND_NOTHING, "find")
        return
    individuals = dict(reads.facet(query, "source_class")).get("individual", 0)
    left, right = st.columns([7, 5], gap="medium")
    with left:
        hits(found, individuals, query)
    with right:
        mix(query, found.total, individuals)


def hits(found: Page, individuals: int, query: Query) -> None:
    """Draw one page of excerpts; individuals only in groups of ten or more."""
    head(text.FIND_RESULTS)
    rows: tuple[Found, ...] = found.hits
    aimed = bool(query.text.strip() or query.topics)
    if individuals < GROUP or not aimed:
        rows = tuple(row for row in rows if not is_individual(row.document))
        if individuals and not aimed:
            note(text.FIND_NARROW)
        elif individuals:
            note(text.TOPIC_INDIVIDUALS_FEW.format(count=individuals))
    excerpts(rows, "find", individuals)
    turn(found, query)


def mix(query: Query, total: int, individuals: int) -> None:
    """Draw the figures beside the excerpts."""
    rows = [(text.FIND_TOTAL, str(total)), (text.FIND_INDIVIDUALS, str(individuals))]
    figures(rows, "find")
    head(text.FIND_VOLUME)
    rows_by_day = reads.histogram(query, "day")
    figure = charts.by_sentiment(rows_by_day, daily=True, height=220)
    st.plotly_chart(figure, key="findvolume", config=charts.CONFIG, theme=None)
    head(text.FIND_PLATFORM)
    platforms = reads.facet(query, "platform", 8)
    st.plotly_chart(charts.ranked(platforms), key="findplatform", config=charts.CONFIG, theme=None)
    topics = [
        (reads.domain_name(key), count) for key, count in reads.facet(query, "topic", 8) if key
    ]
    if topics:
        head(text.FIND_DOMAIN)
        st.plotly_chart(
            charts.ranked(topics, "#6b7f94"), key="findtopic", config=charts.CONFIG, theme=None
        )


def place(query: Query) -> str | None:
    """Return where this page begins; another query begins anew."""
    key = repr(query)
    kept, stack = st.session_state.get(PAGES, (key, []))
    if kept != key:
        stack = []
        st.session_state[PAGES] = (key, stack)
    return stack[-1] if stack else None


def turn(found: Page, query: Query) -> None:
    """Draw the way to the next and the first page."""
    _, stack = st.session_state.get(PAGES, ("", []))
    with st.container(key="turn", horizontal=True, vertical_alignment="center"):
        if stack:
            st.button(text.FIND_FIRST, key="find_first", on_click=go, args=(query, None))
        if found.after:
            st.button(text.FIND_MORE, key="find_more", on_click=go, args=(query, found.after))
        note(text.FIND_PAGE.format(page=len(stack) + 1))


def go(query: Query, after: str | None) -> None:
    """Remember the page to draw."""
    _, stack = st.session_state.get(PAGES, ("", []))
    st.session_state[PAGES] = (repr(query), [*stack, after] if after else [])


page()
