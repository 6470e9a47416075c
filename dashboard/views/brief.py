"""简报: the leader's page as it stands now, to read here and to take along as Markdown or HTML."""

import streamlit as st

from dashboard import reads, text
from dashboard.frame import live
from dashboard.pages import view
from dashboard.parts import empty
from dashboard.show import plain, shortened
from records.briefing import Briefing, Section
from records.clock import beijing
from response.page import is_listed
from response.render import to_html, to_markdown


def page() -> None:
    """Draw the page."""
    briefing = reads.briefing()
    if not briefing.sections:
        empty(text.BRIEF_NONE, "brief")
        return
    with st.container(key="sheet", border=True):
        with st.container(key="sheettitle"):
            st.text(briefing.title, text_alignment="center")
        with st.container(key="sheettime"):
            at = f"{beijing(briefing.as_of):%Y-%m-%d %H:%M}"
            st.text(text.BRIEF_AS_OF.format(time=at), text_alignment="center")
        for number, section in enumerate(briefing.sections):
            paragraph(section, number)
    downloads(briefing)


def paragraph(section: Section, number: int) -> None:
    """Draw one headed group of lines; urgent ones stand out."""
    with st.container(key=f"sheethead_{number}"):
        st.text(section.heading)
    for place, line in enumerate(section.lines):
        look = "urgent" if line.urgent else "line"
        words = f"{place + 1}. {line.text}" if is_listed(section) else line.text
        with st.container(key=f"sheet{look}_{number}_{place}"):
            st.text(words)
            links(line.refs, f"{number}_{place}")


def links(refs: tuple[str, ...], key: str) -> None:
    """Draw the way from a sentence to what it rests on: a case, an issue, or a topic that is no issue."""
    cases = [ref for ref in refs if ref in {case.id for case in reads.cases()}]
    issues = [ref for ref in refs if ref in {issue.id for issue in reads.issues("ours")}]
    others = {ref: reads.event(ref) for ref in refs if ref not in (*cases, *issues)}
    topics = {ref: event for ref, event in others.items() if event is not None}
    if not (cases or issues or topics):
        return
    with st.container(key=f"sheetlink_{key}", horizontal=True):
        for ref in cases:
            st.page_link(view("answers"), label=text.HOT_SEE_CASE, query_params={"case": ref})
        for ref in [] if cases else issues:
            st.page_link(view("hot"), label=text.BRIEF_ISSUE, query_params={"issue": ref})
        for ref, event in topics.items():
            label = plain(text.BRIEF_WHY_NOT.format(title=shortened(event.title, 12)))
            st.page_link(view("hot"), label=label, query_params={"issue": ref})


def downloads(briefing: Briefing) -> None:
    """Offer the page as a file."""
    name = text.BRIEF_FILE.format(time=f"{beijing(briefing.as_of):%Y%m%d-%H%M}")
    with st.container(key="downloads", horizontal=True):
        st.download_button(
            text.BRIEF_MARKDOWN,
            to_markdown(briefing),
            f"{name}.md",
            "text/markdown",
            on_click="ignore",
        )
        st.download_button(
            text.BRIEF_HTML, to_html(briefing), f"{name}.html", "text/html", on_click="ignore"
        )


live(page, key="brief")
