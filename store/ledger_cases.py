"""The ledger's issues, cases, statements and evaluations. A change and its audit row commit together."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from records.case import Case, CaseState, Move
from records.clock import Clock
from records.errors import RetryLater, WorkFailed
from records.evaluation import Evaluation
from records.issue import Issue, IssueState, Notification
from records.statement import Statement
from store.codec import Record, decode, encode, micros
from store.interface import IssueChange
from store.ledger_audit import Chain, Entry
from store.ledger_database import Database
from store.ledger_outbox import enqueue
from store.ledger_rows import add, put
from store.ledger_schema import cases, evaluations, issues, moves, statements

SYSTEM = "system"
DECIDED: tuple[IssueState, ...] = ("new", "acknowledged", "dismissed", "in_case", "closed")
"""Issue states from the least to the most decided."""


class Cases:
    """Issues and what is done about them."""

    _database: Database
    _chain: Chain
    _clock: Clock

    def raise_issue(self, issue: Issue, notifications: Sequence[Notification]) -> bool:
        """Store a new issue with its notifications in one transaction; False (and nothing done) when its id is known."""
        with self._database.writing() as connection:
            if not add(connection, issues, **_issue_row(issue)):
                return False
            enqueue(connection, notifications)
            self._note(connection, SYSTEM, "issue.raise", issue.id, f"{issue.rule} {issue.title}")
            return True

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
        """Change an issue from what is stored at this moment, with an audit row; return what is stored then."""
        with self._database.writing() as connection:
            before = _known_issue(connection, issue_id)
            after = change(before)
            if after is None or after == before:
                return before
            put(connection, issues, **_issue_row(after))
            said = note if isinstance(note, str) else note(before, after)
            self._note(connection, actor, action, issue_id, said, role=role, at=at)
            return after

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
        """Store an issue worked out from an earlier reading; what people decided meanwhile stands."""

        def change(stored: Issue) -> Issue:
            if expected is None:
                return _with_decisions(stored, issue)
            if stored != expected:
                raise RetryLater(f"议题“{stored.title}”刚刚变动过, 稍后重来")
            return issue

        self.change_issue(issue.id, change, actor=actor, role=role, action=action, note=note)

    def issue(self, issue_id: str) -> Issue | None:
        """Return one issue."""
        return self._one(Issue, select(issues.c.record).where(issues.c.id == issue_id))

    def issues(
        self, *, states: Collection[IssueState] = (), scope: str | None = None
    ) -> list[Issue]:
        """Return issues, newest `raised_at` first (ties by id); empty `states` means all."""
        asked = select(issues.c.record).order_by(issues.c.raised_at.desc(), issues.c.id)
        if states:
            asked = asked.where(issues.c.state.in_(list(states)))
        if scope is not None:
            asked = asked.where(issues.c.scope == scope)
        return self._all(Issue, asked)

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

        Raises WorkFailed when `case.version` is not the stored version + 1; the very same move again is harmless.
        """
        with self._database.writing() as connection:
            if _is_repeated(connection, case, move):
                return
            _check_version(connection, case)
            put(connection, cases, **_case_row(case))
            if not add(connection, moves, case_id=case.id, seq=move.seq, record=encode(move)):
                raise WorkFailed(f"回应事项 {case.id} 的第 {move.seq} 步已经记过, 请刷新后再试")
            if statement is not None:
                put(connection, statements, **_statement_row(statement))
            if issue_state is not None or issue_change is not None:
                _carry_to_issue(connection, case.issue_id, issue_state, issue_change)
            enqueue(connection, notifications)
            self._chain.append(connection, _entry_of(move))

    def case(self, case_id: str) -> Case | None:
        """Return one case."""
        return self._one(Case, select(cases.c.record).where(cases.c.id == case_id))

    def case_of_issue(self, issue_id: str) -> Case | None:
        """Return the case opened from an issue, the newest where there are several."""
        asked = select(cases.c.record).where(cases.c.issue_id == issue_id)
        return self._one(Case, asked.order_by(cases.c.opened_at.desc(), cases.c.id).limit(1))

    def cases(self, *, states: Collection[CaseState] = ()) -> list[Case]:
        """Return cases, newest opened first (ties by id); empty `states` means all."""
        asked = select(cases.c.record).order_by(cases.c.opened_at.desc(), cases.c.id)
        if states:
            asked = asked.where(cases.c.state.in_(list(states)))
        return self._all(Case, asked)

    def moves(self, case_id: str) -> list[Move]:
        """Return a case's moves in order."""
        asked = select(moves.c.record).where(moves.c.case_id == case_id).order_by(moves.c.seq)
        return self._all(Move, asked)

    def statements(self, case_id: str | None = None) -> list[Statement]:
        """Return published answers by time (ties by id), of one case or of all."""
        asked = select(statements.c.record).order_by(statements.c.published_at, statements.c.id)
        if case_id is not None:
            asked = asked.where(statements.c.case_id == case_id)
        return self._all(Statement, asked)

    def save_evaluation(self, evaluation: Evaluation) -> None:
        """Store an evaluation (replacing the one of the same case and hours), with an audit row when it says something new."""
        record = encode(evaluation)
        key = {"case_id": evaluation.case_id, "hours": evaluation.hours}
        same = select(evaluations.c.record).filter_by(**key)
        with self._database.writing() as connection:
            if connection.execute(same).scalar() == record:
                return
            put(connection, evaluations, **key, record=record)
            self._note(connection, SYSTEM, "case.evaluate", evaluation.case_id, record)

    def evaluations(self, case_id: str) -> list[Evaluation]:
        """Return a case's evaluations by hours."""
        asked = select(evaluations.c.record).where(evaluations.c.case_id == case_id)
        return self._all(Evaluation, asked.order_by(evaluations.c.hours))

    def _note(
        self,
        connection: Connection,
        actor: str,
        action: str,
        subject: str,
        detail: str,
        *,
        role: str = SYSTEM,
        at: datetime | None = None,
    ) -> None:
        entry = Entry(
            actor=actor,
            role=role,
            action=action,
            subject=subject,
            detail=detail,
            at=at or self._clock.now(),
        )
        self._chain.append(connection, entry)

    def _one(self, kind: type[Record], asked: Select[Any]) -> Record | None:
        found = self._all(kind, asked)
        return found[0] if found else None

    def _all(self, kind: type[Record], asked: Select[Any]) -> list[Record]:
        with self._database.reading() as connection:
            return [decode(kind, record) for record in connection.execute(asked).scalars()]


def _issue_row(issue: Issue) -> dict[str, Any]:
    return {
        "id": issue.id,
        "state": issue.state,
        "scope": issue.scope,
        "raised_at": micros(issue.raised_at),
        "record": encode(issue),
    }


def _case_row(case: Case) -> dict[str, Any]:
    return {
        "id": case.id,
        "issue_id": case.issue_id,
        "state": case.state,
        "opened_at": micros(case.opened_at),
        "version": case.version,
        "record": encode(case),
    }


def _statement_row(statement: Statement) -> dict[str, Any]:
    return {
        "id": statement.id,
        "case_id": statement.case_id,
        "published_at": micros(statement.published_at),
        "record": encode(statement),
    }


def _known_issue(connection: Connection, issue_id: str) -> Issue:
    record = connection.execute(select(issues.c.record).where(issues.c.id == issue_id)).scalar()
    if record is None:
        raise WorkFailed(f"没有编号为 {issue_id} 的议题, 请刷新后再试")
    return decode(Issue, record)


def _with_decisions(stored: Issue, given: Issue) -> Issue:
    """Return the given version with what people decided since it was read: a later state, a grade with its clocks."""
    state = max(stored.state, given.state, key=DECIDED.index)
    if given.incident_grade is None and stored.incident_grade is not None:
        return replace(
            given,
            state=state,
            incident_grade=stored.incident_grade,
            reply_by=stored.reply_by,
        )
    return replace(given, state=state)


def _carry_to_issue(
    connection: Connection, issue_id: str, state: IssueState | None, change: IssueChange | None
) -> None:
    """Carry a move's consequence to the issue; a dismissal that came in between stands."""
    issue = _known_issue(connection, issue_id)
    if state is not None and issue.state == "dismissed":
        raise WorkFailed(f"“{issue.title}”刚刚已决定不予回应, 请刷新后再办")
    changed = issue if change is None else change(issue) or issue
    put(connection, issues, **_issue_row(replace(changed, state=state or changed.state)))


def _is_repeated(connection: Connection, case: Case, move: Move) -> bool:
    """Tell whether exactly this step is what was stored last (a command repeated after a crash)."""
    stored = connection.execute(select(cases.c.record).where(cases.c.id == case.id)).scalar()
    step = select(moves.c.record).where(moves.c.case_id == case.id, moves.c.seq == move.seq)
    return stored == encode(case) and connection.execute(step).scalar() == encode(move)


def _check_version(connection: Connection, case: Case) -> None:
    stored = connection.execute(select(cases.c.version).where(cases.c.id == case.id)).scalar() or 0
    if case.version != stored + 1:
        raise WorkFailed(f"回应事项“{case.title}”已被别人改动 (现在是第 {stored} 版), 请刷新后再试")


def _entry_of(move: Move) -> Entry:
    return Entry(
        actor=move.actor,
        role=move.role,
        action=f"case.{move.kind}",
        subject=move.case_id,
        detail=encode(move),
        at=move.at,
    )
