"""话题: one event whole: how it went, who carried it, how it is judged, what is said; and where a judgement is corrected."""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import get_args

import streamlit as st

from dashboard import act, charts, reads, text, when
from dashboard.frame import live
from dashboard.pages import view
from dashboard.parts import (
    chip,
    empty,
    excerpts,
    figures,
    head,
    is_individual,
    judged,
    level_chip,
    note,
    speaker,
    title,
)
from dashboard.show import GROUP, excerpt, shortened
from records.event import Event
from records.issue import Issue
from records.masking import anonymous
from records.score import AppealLabel, SentimentLabel
from store.interface import Found, Query

APPEAL_COLOURS = (
    "#1f4e79",
    "#b3402e",
    "#c28a2c",
    "#4d7c6f",
    "#7a5c8e",
    "#6b7f94",
    "#9aa7b3",
    "#b9c4cf",
    "#d0d5db",
)
CHOICES: dict[str, tuple[str, ...]] = {
    "sentiment": get_args(SentimentLabel),
    "appeal": get_args(AppealLabel),
    "needs_answer": ("yes", "no"),
}
MOST = 12


def page() -> None:
    """Draw the page."""
    act.say()
    event = chosen()
    if event is None:
        return
    members = reads.members(event.id)
    issue = issue_of(event.id)
    summary(event, issue)
    left, right = st.columns([7, 5], gap="medium")
    with left:
        volume(event, issue)
        shares(members)
        spread(members)
    with right:
        timeline(event, issue)
        voices(members)
        keywords(event)
    with left:
        words(members)
    correction(members)


def chosen() -> Event | None:
    """Let the reader choose an event; the address may name one."""
    events = reads.events(100)
    if not events:
        empty(text.TOPIC_NONE, "topics")
        return None
    wanted = st.query_params.get("event", "")
    known = {event.id: event for event in events}
    if wanted and wanted not in known:
        found = reads.event(wanted)
        if found is None:
            st.warning(text.TOPIC_UNKNOWN)
        else:
            known = {found.id: found} | known
    ids = list(known)
    index = ids.index(wanted) if wanted in known else 0
    picked = st.selectbox(
        text.TOPIC_PICK,
        ids,
        index=index,
        format_func=lambda key: (
            f"{shortened(anonymous(known[key].title), 48)} ({known[key].documents})"
        ),
        label_visibility="collapsed",
        filter_mode=None,
    )
    st.query_params["event"] = picked
    return known[picked]


def issue_of(event_id: str) -> Issue | None:
    """Return the issue raised from the event."""
    every = (*reads.issues("ours"), *reads.issues("elsewhere"))
    wanted = reads.kin().get(event_id, event_id)
    return next((issue for issue in every if issue.event_id == wanted), None)


def summary(event: Event, issue: Issue | None) -> None:
    """Draw title, issue and figures."""
    title(anonymous(event.title), "topic")
    with st.container(key="detailchips", horizontal=True):
        if issue is None:
            chip(text.TOPIC_NO_ISSUE, "plain", "topic")
        else:
            level_chip(issue.level, "topic")
            chip(text.ISSUE_STATES[issue.state], "plain", "topicstate")
            st.page_link(view("hot"), label=text.HOT_REASONS, query_params={"issue": issue.id})
    values = (
        event.documents,
        event.copies,
        event.platforms,
        round(event.heat),
        text.STAGES[event.stage],
    )
    rows = [(name, str(value)) for name, value in zip(text.TOPIC_FIGURES, values, strict=True)]
    figures(rows, "topic")


def volume(event: Event, issue: Issue | None) -> None:
    """Draw the hourly volume by attitude."""
    head(text.TOPIC_VOLUME)
    rows = reads.histogram(Query(event_id=event.id), "hour")
    if not rows:
        empty(text.TOPIC_CLEARED, "volume")
        return
    marks = (
        [charts.Mark(at=issue.raised_at, label=text.HOT_MARK_RAISED, colour="#b3402e")]
        if issue
        else []
    )
    file = reads.casefile_of_issue(issue.id) if issue else None
    for statement in file.statements if file else ():
        label = text.STATEMENTS[statement.kind]
        marks.append(charts.Mark(at=statement.published_at, label=label, colour="#2f6b4f"))
    st.plotly_chart(
        charts.by_sentiment(rows, marks), key="volume", config=charts.CONFIG, theme=None
    )


def shares(members: Sequence[Found]) -> None:
    """Draw the mixes of attitude and appeal, unless there are too few to speak of shares."""
    scores = [found.score for found in members if found.score is not None]
    if len(scores) < reads.SMALL:
        head(text.TOPIC_SENTIMENT)
        empty(text.TOPIC_SMALL.format(count=len(scores)), "shares")
        return
    moods: Counter[str] = Counter(score.sentiment.label for score in scores)
    head(text.TOPIC_SENTIMENT)
    rows = [
        (text.SENTIMENTS[label], moods[label], charts.COLOURS[label])
        for label in CHOICES["sentiment"]
        if moods[label]
    ]
    st.plotly_chart(charts.shares(rows), key="moods", config=charts.CONFIG, theme=None)
    appeals: Counter[str] = Counter(score.appeal for score in scores)
    head(text.TOPIC_APPEAL)
    names = [(text.APPEALS[label], count) for label, count in appeals.most_common()]
    coloured = [(name, count, APPEAL_COLOURS[n]) for n, (name, count) in enumerate(names)]
    st.plotly_chart(charts.shares(coloured), key="appeals", config=charts.CONFIG, theme=None)


def spread(members: Sequence[Found]) -> None:
    """Draw how far copies carry the topic; only institutions' pieces are named (guardrail G02)."""
    head(text.TOPIC_SPREAD)
    copies = Counter(
        found.placement.copy_of for found in members if found.placement and found.placement.copy_of
    )
    total = sum(copies.values())
    if not total:
        empty(text.TOPIC_NO_COPIES, "spread")
        return
    rows = [(text.TOPIC_ORIGINAL, len(members) - total), (text.TOPIC_COPY, total)]
    st.plotly_chart(charts.ranked(rows), key="spread", config=charts.CONFIG, theme=None)
    known = {found.document.id: found.document for found in members}
    named = [
        (known[key], count)
        for key, count in copies.most_common()
        if key in known and not is_individual(known[key])
    ]
    if named:
        note(text.TOPIC_SPREAD_NOTE)
    for document, count in named[:5]:
        with st.container(key=f"copied_{document.id}"):
            st.text(shortened(anonymous(document.title or document.text), 60))
            note(f"{speaker(document)} · {text.TOPIC_COPIES.format(count=count)}")


def timeline(event: Event, issue: Issue | None) -> None:
    """Draw the course of the event in a few lines."""
    head(text.TOPIC_TIMELINE)
    totals = charts.totals(reads.histogram(Query(event_id=event.id), "hour"))
    steps = [(event.first_at, text.TOPIC_FIRST), (event.last_at, text.TOPIC_LAST)]
    if totals:
        peak = max(totals, key=lambda at: (totals[at], -at.timestamp()))
        steps.append((peak, text.TOPIC_PEAK.format(count=totals[peak])))
    if issue:
        steps.append((issue.raised_at, text.TOPIC_RAISED))
        file = reads.casefile_of_issue(issue.id)
        steps += [
            (row.published_at, f"{text.STATEMENTS[row.kind]}: {shortened(row.title, 30)}")
            for row in (file.statements if file else ())
        ]
    with st.container(key="timeline"):
        for at, what in sorted(steps, key=lambda step: step[0]):
            st.text(f"{when.moment(at)}  {what}")


def voices(members: Sequence[Found]) -> None:
    """Draw who speaks: platforms, and sources with individuals as one count a platform."""
    head(text.TOPIC_PLATFORMS)
    platforms = Counter(found.document.platform for found in members)
    st.plotly_chart(
        charts.ranked(platforms.most_common(MOST)),
        key="platforms",
        config=charts.CONFIG,
        theme=None,
    )
    head(text.TOPIC_SOURCES)
    names = Counter(voice(found) for found in members)
    st.plotly_chart(
        charts.ranked(names.most_common(MOST), "#6b7f94"),
        key="voices",
        config=charts.CONFIG,
        theme=None,
    )


def voice(found: Found) -> str:
    """Name a source; a private speaker is only one of a platform's individuals."""
    document = found.document
    if is_individual(document):
        return f"{document.platform} {text.SPEAKERS['individual']}"
    return shortened(speaker(document), 16)


def keywords(event: Event) -> None:
    """Draw the keywords."""
    head(text.TOPIC_KEYWORDS)
    with st.container(key="chips_keywords", horizontal=True):
        for number, word in enumerate(event.keywords):
            chip(shortened(anonymous(word), 16), "plain", f"kw{number}")


def words(members: Sequence[Found]) -> None:
    """Draw excerpts: institutions, then individuals in groups of ten or more."""
    head(text.TOPIC_EXCERPTS)
    newest = sorted(members, key=lambda found: found.document.published_at, reverse=True)
    private = [found for found in newest if is_individual(found.document)]
    public = [found for found in newest if not is_individual(found.document)]
    with st.expander(text.TOPIC_INSTITUTIONS.format(count=len(public)), key="public"):
        excerpts(public[:MOST], "public", len(private))
        more(len(public))
    with st.expander(text.TOPIC_INDIVIDUALS.format(count=len(private)), key="private"):
        if len(private) < GROUP:
            note(text.TOPIC_INDIVIDUALS_FEW.format(count=len(private)))
            return
        note(text.TOPIC_INDIVIDUALS_NOTE)
        excerpts(private[:MOST], "private", len(private))
        more(len(private))


def more(count: int) -> None:
    """Say how many are not drawn."""
    if count > MOST:
        note(text.MORE.format(count=count - MOST))


def correction(members: Sequence[Found]) -> None:
    """Draw the form by which a person corrects a judgement."""
    known = {found.document.id: found for found in members if found.score is not None}
    if not known:
        return
    individuals = sum(is_individual(found.document) for found in members)
    given = sum(row.subject in known for row in reads.corrections())
    with st.expander(text.TOPIC_CORRECT, key="correct"):
        note(text.TOPIC_CORRECT_NOTE)
        if given:
            note(text.TOPIC_CORRECTED.format(count=given))
        ids = list(known)[-60:]
        subject = st.selectbox(
            text.TOPIC_CORRECT_WHICH,
            ids,
            format_func=lambda key: line(known[key], individuals),
            key="subject",
            filter_mode=None,
        )
        judgement = st.selectbox(
            text.TOPIC_CORRECT_WHAT,
            list(CHOICES),
            format_func=lambda key: text.JUDGEMENTS[key],
            key="judgement",
            filter_mode=None,
        )
        after = st.selectbox(
            text.TOPIC_CORRECT_TO,
            CHOICES[judgement],
            format_func=lambda key: value_name(judgement, key),
            key=f"after_{judgement}",
            filter_mode=None,
        )
        reason = st.text_input(text.TOPIC_CORRECT_REASON, key="correct_reason", max_chars=200)
        before = judged_as(known[subject], judgement)
        if st.button(text.TOPIC_CORRECT_DO, key="correct_do"):
            act.done(
                partial(act.correct, subject, judgement, before, after, reason),
                text.TOPIC_CORRECT_DONE,
            )
            st.rerun()


def line(found: Found, individuals: int) -> str:
    """Return a document as one line to choose from; where its words may not be shown, how it was judged."""
    document = found.document
    group = individuals if is_individual(document) else None
    said = excerpt(document.title or document.text, group=group, limit=40)
    speaks = f"{document.platform} {speaker(document)} · {judged(found)}"
    return f"{when.moment(document.published_at)} {said or speaks}"


def value_name(judgement: str, value: str) -> str:
    """Name a value of a judgement."""
    if judgement == "sentiment":
        return text.SENTIMENTS[value]
    return text.APPEALS[value] if judgement == "appeal" else text.YES_NO[value]


def judged_as(found: Found, judgement: str) -> str:
    """Return what the model said."""
    if found.score is None:
        return ""
    if judgement == "sentiment":
        return found.score.sentiment.label
    return (
        found.score.appeal
        if judgement == "appeal"
        else ("yes" if found.score.p_needs_answer >= 0.5 else "no")
    )


live(page, key="topic")
