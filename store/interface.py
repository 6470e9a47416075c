"""The two store interfaces. Stages know these protocols; only `store.open` knows which backend stands behind them.

Corpus: documents, scores, events and copies, with the spool (accepted documents, frontier, quarantine, source
health) in front of it. Ledger: issues, cases, statements, corrections, audit, outbox. No transaction spans both.
Every write is idempotent: doing it twice leaves what doing it once left.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from records.case import Case, CaseState, Move
from records.document import Document
from records.evaluation import Evaluation
from records.event import Event, Placement
from records.issue import Issue, IssueState, Notification
from records.score import Score
from records.source import AuditRow, Correction, Outage, Rejected, SourceState
from records.statement import Statement

Order = Literal["newest", "relevance"]
Facet = Literal[
    "platform", "source", "topic", "sentiment", "appeal", "region", "source_class", "kind"
]
Bucket = Literal["hour", "day"]
IssueChange = Callable[[Issue], Issue | None]
"""Makes an issue's next version from the stored one; None leaves it. It runs inside the write: pure, quick, no store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A search. `text` is the user's own small language (words, "phrase", -not, OR); empty means everything.

    Times bound `published_at`: since ≤ t < until. Each collection filter means "one of"; empty means no filter.
    """

    text: str = ""
    since: datetime | None = None
    until: datetime | None = None
    platforms: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    sentiments: tuple[str, ...] = ()
    appeals: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    event_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One hit: the document, its score if there is one, and its place if there is one."""

    document: Document
    score: Score | None
    placement: Placement | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of hits in (published_at, id) descending order, or by relevance; `total` is exact."""

    total: int
    hits: tuple[Found, ...]
    after: str | None
    """Opaque place to continue from, None at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusCounts:
    """What the corpus holds and what waits."""

    documents: int
    unscored: int
    unplaced: int
    events: int
    rejected: int
    newest: datetime | None


class Corpus(Protocol):
    """Documents, scores, events; and the spool in front of them."""

    # -- spool: accepted means committed (synchronous=FULL)
    def accept(self, documents: Sequence[Document]) -> int:
        """Commit `documents`; return how many were new. A known id is left as it is."""
        ...

    def known(self, ids: Collection[str]) -> set[str]:
        """Return those of `ids` that were accepted before (tombstones included)."""
        ...

    def visited(self, source: str, keys: Collection[str]) -> set[str]:
        """Return those frontier `keys` (canonical addresses) of `source` that need no second fetch."""
        ...

    def visit(self, source: str, key: str, at: datetime) -> None:
        """Remember that `key` was fetched and dealt with."""
        ...

    def reject(self, rejected: Rejected) -> None:
        """Set something aside once, with its reason."""
        ...

    def rejected(self, *, limit: int = 100) -> list[Rejected]:
        """Return what was set aside, newest first."""
        ...

    def save_source(self, state: SourceState) -> None:
        """Replace the state of one source; opens or closes an outage when health leaves or regains ok/empty/changed.

        Its `since` is the store's own: when the source began to be in this health.
        """
        ...

    def sources(self) -> list[SourceState]:
        """Return the state of every source seen so far, by name."""
        ...

    def outages(self, *, since: datetime, until: datetime) -> list[Outage]:
        """Return outages that overlap [since, until), by begin."""
        ...

    # -- documents and scores
    def documents(self, ids: Collection[str]) -> dict[str, Document]:
        """Return the known documents among `ids`."""
        ...

    def scores(self, ids: Collection[str]) -> dict[str, Score]:
        """Return the newest score of each document of `ids` that has one."""
        ...

    def unscored(self, version: str, *, limit: int) -> list[Document]:
        """Return documents without a score of `version` and not set aside, oldest `seen_at` first (ties by id)."""
        ...

    def save_scores(self, scores: Sequence[Score]) -> None:
        """Store scores; an older version of the same document's score is replaced."""
        ...

    # -- events
    def unplaced(self, *, up_to: datetime, limit: int) -> list[tuple[Document, Score]]:
        """Return scored documents that have no place, with `seen_at` ≤ `up_to`, by (seen_at, id)."""
        ...

    def oldest_unscored(self, version: str) -> datetime | None:
        """Return the smallest `seen_at` among documents without a score of `version`, None when all have one."""
        ...

    def save_placements(
        self, placements: Sequence[Placement], events: Sequence[Event], cursor: bytes
    ) -> None:
        """Store places, the events they touch and the clusterer's own state, all in one transaction."""
        ...

    def cursor(self) -> bytes | None:
        """Return the clusterer's state as last saved with the placements, or None."""
        ...

    def placements(self, ids: Collection[str]) -> dict[str, Placement]:
        """Return the places of those of `ids` that have one."""
        ...

    def save_events(self, events: Sequence[Event]) -> None:
        """Replace events (heat and stage move without new members)."""
        ...

    def event(self, event_id: str) -> Event | None:
        """Return one event."""
        ...

    def events(
        self, *, since: datetime | None = None, minimum: int = 1, limit: int = 100
    ) -> list[Event]:
        """Return events with `last_at` ≥ `since` and at least `minimum` documents, hottest first (ties by id)."""
        ...

    def members(self, event_id: str, *, limit: int = 10_000) -> list[Found]:
        """Return an event's members by (placement.at, document id)."""
        ...

    def touched(self, after: int, *, limit: int) -> tuple[int, list[str]]:
        """Return event ids whose membership changed after revision `after`, and the revision reached.

        Revisions grow by one with each `save_placements`; 0 is before the first.
        """
        ...

    # -- reading
    def search(
        self, query: Query, *, order: Order = "newest", limit: int = 20, after: str | None = None
    ) -> Page:
        """Return one page of hits."""
        ...

    def facet(self, query: Query, by: Facet, *, limit: int = 50) -> list[tuple[str, int]]:
        """Count hits by a field, largest first (ties by value). A document with two topics counts in both."""
        ...

    def histogram(self, query: Query, bucket: Bucket) -> list[tuple[datetime, str, int]]:
        """Count hits by time bucket (UTC hour, or Beijing day given as its UTC start) and sentiment label ("" unscored)."""
        ...

    def counts(self, version: str | None = None) -> CorpusCounts:
        """Return what the corpus holds; `unscored` is against scorer `version` (any score when None)."""
        ...

    def get_note(self, key: str) -> str | None:
        """Return a small value a stage keeps between runs (for example the revision alerts has read to)."""
        ...

    def set_note(self, key: str, value: str) -> None:
        """Keep a small value between runs."""
        ...

    def close(self) -> None:
        """Release the connection."""
        ...


class Ledger(Protocol):
    """Issues, cases, statements, corrections, audit and outbox. A change and its audit row commit together."""

    # -- issues
    def raise_issue(self, issue: Issue, notifications: Sequence[Notification]) -> bool:
        """Store a new issue with its notifications in one transaction; False (and nothing done) when its id is known."""
        ...

    def change_issue(
        self,
        issue_id: str,
        change: IssueChange,
        *,
        actor: str,
        role: str,
        action: str,
        note: str | Callable[[Issue, Issue], str],
        at: datetime | None = None,
    ) -> Issue:
        """Change an issue from what is stored at this moment, with an audit row; return what is stored then.

        Reading, `change` and writing are one transaction, so nobody's decision is lost under another's. Where `change`
        returns None or the same issue, nothing is written; what it raises undoes all. `note` may be made from the issue
        before and after. `at` is the audit row's time (the ledger's clock when None). Raises WorkFailed when unknown.
        """
        ...

    def update_issue(
        self,
        issue: Issue,
        *,
        actor: str,
        role: str,
        action: str,
        note: str,
        expected: Issue | None = None,
    ) -> None:
        """Store an issue worked out from an earlier reading, with an audit row. Raises WorkFailed when unknown.

        With `expected` nothing is written unless exactly that is stored, else RetryLater. Without it what people decided
        meanwhile stands: the state never goes back (new, acknowledged, dismissed, in_case, closed), and a grade set
        since, with its clocks, is not taken away. Whoever decides something calls `change_issue`.
        """
        ...

    def issue(self, issue_id: str) -> Issue | None:
        """Return one issue."""
        ...

    def issues(
        self, *, states: Collection[IssueState] = (), scope: str | None = None
    ) -> list[Issue]:
        """Return issues, newest `raised_at` first (ties by id); empty `states` means all."""
        ...

    # -- cases
    def save_move(
        self,
        case: Case,
        move: Move,
        *,
        statement: Statement | None = None,
        issue_state: IssueState | None = None,
        issue_change: IssueChange | None = None,
        notifications: Sequence[Notification] = (),
    ) -> None:
        """Commit a case's new version with its move, audit row, statement, change of issue and notifications together.

        Raises WorkFailed when `case.version` is not the stored version + 1 (somebody else moved it meanwhile), and when
        `issue_state` is to be set on an issue that was dismissed meanwhile.
        """
        ...

    def case(self, case_id: str) -> Case | None:
        """Return one case."""
        ...

    def case_of_issue(self, issue_id: str) -> Case | None:
        """Return the case opened from an issue."""
        ...

    def cases(self, *, states: Collection[CaseState] = ()) -> list[Case]:
        """Return cases, newest opened first (ties by id); empty `states` means all."""
        ...

    def moves(self, case_id: str) -> list[Move]:
        """Return a case's moves in order."""
        ...

    def statements(self, case_id: str | None = None) -> list[Statement]:
        """Return published answers by time, of one case or of all."""
        ...

    def save_evaluation(self, evaluation: Evaluation) -> None:
        """Store an evaluation (replacing the one of the same case and hours)."""
        ...

    def evaluations(self, case_id: str) -> list[Evaluation]:
        """Return a case's evaluations by hours."""
        ...

    # -- corrections and audit
    def save_correction(self, correction: Correction, *, role: str) -> None:
        """Store a correction with its audit row; harmless when repeated."""
        ...

    def corrections(self, judgement: str | None = None) -> list[Correction]:
        """Return corrections by time."""
        ...

    def append_audit(
        self, *, actor: str, role: str, action: str, subject: str, detail: str, at: datetime
    ) -> None:
        """Append a row to the audit chain."""
        ...

    def audit(self, *, subject: str | None = None, limit: int = 1000) -> list[AuditRow]:
        """Return audit rows, newest first."""
        ...

    def verify_audit(self) -> str | None:
        """Return None when the chain is whole, else one sentence that names the first broken row."""
        ...

    # -- outbox
    def enqueue(self, notifications: Iterable[Notification]) -> int:
        """Add notifications; a known key is left as it is. Returns how many were new."""
        ...

    def lease_notifications(self, *, now: datetime, owner: str, limit: int) -> list[Notification]:
        """Take unsent notifications that are due and not leased, for 60 s; nobody else gets them then, whatever their name.

        `limit` is the caller's: no more than go out within the 60 s when each takes its longest, else they go out twice.
        Marking one sent or failed ends its lease.
        """
        ...

    def mark_sent(self, key: str, at: datetime) -> None:
        """Record that a notification went out."""
        ...

    def mark_failed(self, key: str, error: str, next_try_at: datetime) -> None:
        """Record a failure and when to try again; `error` holds no secret."""
        ...

    def notifications(self, *, unsent: bool = False, limit: int = 100) -> list[Notification]:
        """Return notifications, newest first."""
        ...

    def get_note(self, key: str) -> str | None:
        """Return a small value kept between runs."""
        ...

    def set_note(self, key: str, value: str) -> None:
        """Keep a small value between runs."""
        ...

    def close(self) -> None:
        """Release connections."""
        ...
