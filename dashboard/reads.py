"""What the pages read: cached for two seconds, so many readers cost the stores one query each.

Pages never write here; what people do goes through `dashboard.act`.
"""

import logging
import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import streamlit as st

from alerts.kinship import links_in
from alerts.view import View, view_of
from config.desk import Desk, open_desk
from config.settings import read_toml
from config.sources import sources_of
from config.tables import bodies_of, regions_of
from dashboard import status, text
from dashboard.whynot import why_not
from records.briefing import Briefing
from records.case import Case
from records.clock import ReplayClock, SystemClock
from records.document import Document
from records.errors import HuiyingError
from records.event import Event
from records.issue import Issue
from records.masking import anonymous
from records.source import Correction, Outage, Rejected, SourceState
from response.briefing import compose
from response.casefile import CaseFile, read_file
from store.interface import (
    Bucket,
    Corpus,
    CorpusCounts,
    Facet,
    Found,
    Ledger,
    Order,
    Page,
    Query,
)
from store.open import open_corpus, open_ledger

TTL = 2.0
SMALL = 30
"""Below so many documents no share is shown (privacy and statistics: n < 30)."""


class DeskClock:
    """The clock in force at each call: the replay clock is started after the pages are."""

    def now(self) -> datetime:
        """Return the desk's time as aware UTC."""
        return desk().clock().now()


@st.cache_resource(show_spinner=False)
def desk() -> Desk:
    """Return the desk in force."""
    return open_desk()


@st.cache_resource(show_spinner=False)
def corpus() -> Corpus:
    """Return the corpus; it keeps one connection a thread."""
    return open_corpus(desk())


@st.cache_resource(show_spinner=False)
def ledger() -> Ledger:
    """Return the ledger."""
    return open_ledger(desk(), DeskClock())


def now() -> datetime:
    """Return the desk's time."""
    return DeskClock().now()


def is_replaying() -> bool:
    """Whether the sample week is still being walked or judged, so pages should renew themselves often."""
    clock = desk().clock()
    if not desk().sample:
        return False
    walked = isinstance(clock, ReplayClock) and clock.finished
    found = counts()
    return not walked or found.unscored > 0 or found.unplaced > 0


def renewal() -> float:
    """Return after how many seconds a page renews itself."""
    return 3.0 if is_replaying() else 30.0


# -- names


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The operator's names for ids."""

    sources: Mapping[str, str]
    regions: Mapping[str, str]
    domains: Mapping[str, str]
    bodies: tuple[str, ...]


@st.cache_resource(show_spinner=False)
def names() -> Names:
    """Return the names of sources, regions, domains and bodies."""
    found = desk()
    sources = sources_of(found).sources
    topics = read_toml(found.table("topics.toml")).get("domains", [])
    rows = topics if isinstance(topics, list) else []
    return Names(
        sources={row.name: row.title for row in sources},
        regions={row.code: row.name for row in regions_of(found)},
        domains={str(row["id"]): str(row["name"]) for row in rows},
        bodies=tuple(row.name for row in bodies_of(found)),
    )


def source_name(source: str) -> str:
    """Return a source's title."""
    return names().sources.get(source, source)


def domain_name(domain: str) -> str:
    """Return a domain's name; `none` is said as such."""
    return names().domains.get(domain, text.NONE if domain in {"", "none"} else domain)


def rule_name(rule: str) -> str:
    """Return a rule's code and name."""
    found = view().book.rules.get(rule)
    return rule if found is None else f"{found.code} {found.name}"


def region_name(code: str | None) -> str:
    """Return a region's name."""
    return names().regions.get(code or "", code or text.UNKNOWN)


# -- corpus


@st.cache_data(ttl=TTL, show_spinner=False)
def counts() -> CorpusCounts:
    """Return what the corpus holds."""
    return corpus().counts()


@st.cache_data(ttl=TTL, show_spinner=False)
def events(limit: int = 60) -> list[Event]:
    """Return the hottest events."""
    return corpus().events(limit=limit)


@st.cache_data(ttl=TTL, show_spinner=False, max_entries=8)
def _events_since(since: datetime, minimum: int) -> list[Event]:
    return corpus().events(since=since, minimum=minimum, limit=500)


def recent_events(since: datetime, minimum: int) -> list[Event]:
    """Return events that had a document since about `since`, hottest first."""
    return list(_events_since(since.replace(minute=0, second=0, microsecond=0), minimum))


def told_since(event_id: str, since: datetime) -> int:
    """Return how many documents of an event were published since about `since`."""
    hour = since.replace(minute=0, second=0, microsecond=0)
    return sum(count for _, _, count in histogram(Query(event_id=event_id, since=hour), "day"))


@st.cache_data(ttl=TTL, show_spinner=False)
def event(event_id: str) -> Event | None:
    """Return one event."""
    return corpus().event(event_id)


@st.cache_data(ttl=TTL, show_spinner=False, max_entries=64)
def members(event_id: str) -> list[Found]:
    """Return an event's members in their order."""
    return corpus().members(event_id)


@st.cache_resource(show_spinner=False)
def view() -> View:
    """Return the tables that the rules read."""
    return view_of(desk())


@st.cache_data(ttl=5 * TTL, show_spinner=False, max_entries=256)
def why_no_issue(event_id: str) -> list[str]:
    """Return why an event is no issue; what goes wrong while counting must not take the page along."""
    members = corpus().members(event_id)
    raised = [replace(row, title=name_of(row)) for row in ledger().issues(scope="ours")]
    try:
        return why_not(members, view(), raised)
    except HuiyingError:
        raise
    except Exception:
        logging.getLogger(__name__).exception("no reason could be counted for event %s", event_id)
        return [text.WHY_NOT_UNKNOWN]


@st.cache_data(ttl=TTL, show_spinner=False, max_entries=256)
def histogram(query: Query, bucket: Bucket) -> list[tuple[datetime, str, int]]:
    """Return counts by time and attitude."""
    return corpus().histogram(query, bucket)


def name_of(issue: Issue) -> str:
    """Return what an issue is called: its case's title where an editor has given one, else its own."""
    file = casefile_of_issue(issue.id)
    return anonymous(issue.title if file is None else file.case.title)


def histogram_of_issue(issue: Issue) -> list[tuple[datetime, str, int]]:
    """Return an issue's hourly counts: those of its event and of the events that tell the same matter."""
    total: Counter[tuple[datetime, str]] = Counter()
    for event_id in (issue.event_id, *kin_of(issue)):
        for at, label, count in histogram(Query(event_id=event_id), "hour"):
            total[at, label] += count
    return [(at, label, count) for (at, label), count in sorted(total.items())]


def kin_of(issue: Issue) -> list[str]:
    """Return the other events that tell the issue's matter."""
    return sorted(other for other, event_id in kin().items() if event_id == issue.event_id)


@st.cache_data(ttl=TTL, show_spinner=False, max_entries=256)
def facet(query: Query, by: Facet, limit: int = 50) -> list[tuple[str, int]]:
    """Return counts by a field."""
    return corpus().facet(query, by, limit=limit)


@st.cache_data(ttl=TTL, show_spinner=False, max_entries=64)
def search(query: Query, order: Order, after: str | None) -> Page:
    """Return one page of hits."""
    return corpus().search(query, order=order, limit=20, after=after)


@st.cache_data(ttl=TTL, show_spinner=False)
def documents(ids: tuple[str, ...]) -> dict[str, Document]:
    """Return the documents still kept among `ids`."""
    return corpus().documents(ids)


@st.cache_data(ttl=TTL, show_spinner=False)
def sources() -> list[SourceState]:
    """Return the state of every source."""
    return corpus().sources()


@st.cache_data(ttl=TTL, show_spinner=False)
def outages() -> list[Outage]:
    """Return the outages of the last seven days."""
    until = now() + timedelta(seconds=1)
    return corpus().outages(since=until - timedelta(days=7), until=until)


@st.cache_data(ttl=TTL, show_spinner=False)
def rejected() -> list[Rejected]:
    """Return what was set aside."""
    return corpus().rejected(limit=100)


# -- ledger


@st.cache_data(ttl=TTL, show_spinner=False)
def issues(scope: str) -> list[Issue]:
    """Return the issues that are ours, or those elsewhere."""
    return ledger().issues(scope=scope)


@st.cache_data(ttl=TTL, show_spinner=False)
def kin() -> dict[str, str]:
    """Return events that tell the same matter as an issue's event, each with that event."""
    return links_in(ledger())


@st.cache_data(ttl=TTL, show_spinner=False)
def cases() -> list[Case]:
    """Return every case."""
    return ledger().cases()


@st.cache_data(ttl=TTL, show_spinner=False)
def casefile(case_id: str) -> CaseFile | None:
    """Return a case with its issue, moves and statements."""
    case = ledger().case(case_id)
    return None if case is None else read_file(ledger(), case)


@st.cache_data(ttl=TTL, show_spinner=False)
def casefile_of_issue(issue_id: str) -> CaseFile | None:
    """Return the file of the case opened from an issue."""
    case = ledger().case_of_issue(issue_id)
    return None if case is None else read_file(ledger(), case)


@st.cache_data(ttl=TTL, show_spinner=False)
def corrections() -> list[Correction]:
    """Return what people corrected."""
    return ledger().corrections()


@st.cache_data(ttl=5 * TTL, show_spinner=False)
def briefing() -> Briefing:
    """Return the leader's page as of now."""
    return compose(ledger(), corpus(), desk(), now())


def forget() -> None:
    """Drop what is cached, so that the page shows what was just done."""
    st.cache_data.clear()


# -- disk and child processes


def low_disk() -> tuple[float, float] | None:
    """Return free and least gigabytes when collecting pauses for want of disk, else None."""
    least = desk().settings.number("min_free_gb")
    try:
        free = shutil.disk_usage(desk().folder).free / 1e9
    except OSError:
        return None
    return (free, least) if free < least else None


def children() -> tuple[status.DeskState | None, float]:
    """Return the state of the child processes and its age in seconds."""
    found = status.load(desk().folder)
    if found is None:
        return None, 0.0
    return found, (SystemClock().now() - found.at).total_seconds()
