"""Parts that several pages share: chips, notes, figures, clocks, excerpts, evidence."""

from collections.abc import Sequence

import streamlit as st

from dashboard import reads, text, when
from dashboard.show import excerpt, plain, safe_link, shortened, words_of_individual
from records.document import Document
from records.issue import Evidence, Level
from response.clocks import ClockState
from store.interface import Found

LEVEL_KIND = {"I": "lv1", "II": "lv2", "III": "lv3", "IV": "lv4"}
LIGHT_KIND = {"绿": "green", "黄": "amber", "红": "red", "": "grey"}


def chip(label: str, kind: str, key: str) -> None:
    """Draw a small label; `kind` chooses its look in the style sheet."""
    with st.container(key=f"chip_{kind}_{key}", width="content"):
        st.text(label)


def level_chip(level: Level, key: str) -> None:
    """Draw an issue level. Its look is shades of one ink, never the colours of legal warnings."""
    chip(text.LEVELS[level], LEVEL_KIND[level], key)


def note(sentence: str) -> None:
    """Draw a small grey sentence, its text never read as markup."""
    st.caption(plain(sentence))


def title(words: str, key: str) -> None:
    """Draw a collected title in large type, as plain text."""
    with st.container(key=f"title_{key}"):
        st.text(words)


def head(words: str) -> None:
    """Draw a section heading."""
    st.subheader(plain(words), anchor=False)


def empty(sentence: str, key: str) -> None:
    """Say that there is nothing here, and why."""
    with st.container(key=f"empty_{key}"):
        st.text(sentence)


def figures(rows: Sequence[tuple[str, str]], key: str) -> None:
    """Draw a row of figures with their names."""
    with st.container(key=f"figures_{key}", horizontal=True):
        for number, (name, value) in enumerate(rows):
            with st.container(key=f"figure_{key}_{number}", width="content"):
                st.text(value)
                st.caption(plain(name))


def left(state: ClockState) -> str:
    """Say how much time is left, or by how much it is over."""
    if state.standing == "overdue":
        return text.DUE_OVER.format(time=when.duration(state.remaining))
    if state.standing == "running":
        return text.DUE_IN.format(time=when.duration(state.remaining))
    if state.met_at is not None:
        done = text.MET.format(time=when.moment(state.met_at))
        return f"{text.STANDINGS[state.standing]}, {done}"
    return text.STANDINGS[state.standing]


def clock_chip(state: ClockState, key: str) -> None:
    """Draw one clock's remaining time under its light."""
    kind = LIGHT_KIND[state.light] if state.waits else "grey"
    label = f"{state.clock} {left(state)}"
    chip(f"{label} ({text.PROVISIONAL})" if state.provisional else label, kind, key)


def clock_rows(states: Sequence[ClockState], key: str) -> None:
    """Draw every clock with its duty, due time and where its figure comes from."""
    if not states:
        empty(text.NO_CLOCK, f"clocks_{key}")
    for number, state in enumerate(states):
        with st.container(key=f"clockrow_{key}_{number}"):
            with st.container(
                key=f"clockline_{key}_{number}", horizontal=True, vertical_alignment="center"
            ):
                clock_chip(state, f"{key}_{number}")
                st.text(state.duty)
            note(
                text.CLOCK_LINE.format(
                    start=when.moment(state.start), due=when.moment(state.due), source=state.source
                )
            )


def evidence_list(rows: Sequence[Evidence], key: str) -> None:
    """Draw frozen evidence, newest last; institutions with their link, individuals without."""
    note(text.HOT_EVIDENCE_NOTE)
    for number, row in enumerate(rows):
        with st.container(key=f"evidence_{key}_{number}"):
            note(f"{when.moment(row.published_at)} · {row.platform} · {row.speaker}")
            private = not row.url or row.speaker == text.SPEAKERS["individual"]
            words = words_of_individual(row.excerpt) if private else shortened(row.excerpt, 220)
            st.text(words)
            why = text.HOT_EVIDENCE_WHY.format(why=row.why)
            link = None if private else safe_link(row.url)
            note(why)
            if link:
                st.page_link(link, label=text.HOT_SOURCE_LINK)


def is_individual(document: Document) -> bool:
    """Whether a private person speaks."""
    return document.source_class == "individual"


def speaker(document: Document) -> str:
    """Name who speaks: an institution by name, an individual only as such."""
    if is_individual(document):
        return text.SPEAKERS["individual"]
    return document.source_name or document.author or reads.source_name(document.source)


def judged(found: Found) -> str:
    """Say how a document was judged."""
    if found.score is None:
        return text.SENTIMENTS[""]
    mood = text.SENTIMENTS[found.score.sentiment.label]
    sure = mood if found.score.sentiment.sure else f"{mood} ({text.TOPIC_UNSURE})"
    return text.TOPIC_JUDGED.format(sentiment=sure, appeal=text.APPEALS[found.score.appeal])


def excerpts(rows: Sequence[Found], key: str, individuals: int) -> None:
    """Draw documents as excerpts: institutions with title and link, individuals by the rule for their group."""
    for number, found in enumerate(rows):
        document = found.document
        private = is_individual(document)
        with st.container(key=f"excerpt_{key}_{number}"):
            at = when.moment(document.published_at)
            note(f"{at} · {document.platform} · {speaker(document)} · {judged(found)}")
            if not private and document.title:
                with st.container(key=f"exctitle_{key}_{number}"):
                    st.text(shortened(document.title, 80))
            if document.text.strip() not in {"", document.title.strip()} or private:
                group = individuals if private else None
                st.text(excerpt(document.text or document.title, group=group))
            link = None if private else safe_link(document.url)
            if link:
                st.page_link(link, label=text.HOT_SOURCE_LINK)
