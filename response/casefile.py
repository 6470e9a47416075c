"""The case file 案卷: a case with its issue, moves, published answers and evaluations, read together."""

from collections.abc import Collection
from dataclasses import dataclass

from records.case import Case, CaseState, Move
from records.evaluation import Evaluation
from records.issue import Issue
from records.statement import Statement
from store.interface import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """Everything the ledger knows of one case."""

    case: Case
    issue: Issue | None
    moves: tuple[Move, ...]
    statements: tuple[Statement, ...]
    evaluations: tuple[Evaluation, ...]

    @property
    def refs(self) -> tuple[str, ...]:
        """Return the ids a sentence about this case rests on."""
        return (self.case.id, self.case.issue_id)

    def last(self, kind: str) -> Move | None:
        """Return the newest move of a kind."""
        return next((move for move in reversed(self.moves) if move.kind == kind), None)

    def draft_title(self) -> str:
        """Return the title of the draft under way, else the case's own."""
        move = self.last("draft")
        return dict(move.detail).get("title", self.case.title) if move else self.case.title


def read_file(ledger: Ledger, case: Case) -> CaseFile:
    """Read the file of a case."""
    return CaseFile(
        case=case,
        issue=ledger.issue(case.issue_id),
        moves=tuple(ledger.moves(case.id)),
        statements=tuple(ledger.statements(case.id)),
        evaluations=tuple(ledger.evaluations(case.id)),
    )


def read_files(ledger: Ledger, states: Collection[CaseState] = ()) -> list[CaseFile]:
    """Read the files of all cases, or of those in some states, newest opened first."""
    return [read_file(ledger, case) for case in ledger.cases(states=states)]
