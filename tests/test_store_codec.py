"""Records survive JSON, and a program reads rows of an older and of a newer one."""

import dataclasses
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from records.case import Case
from records.document import Document
from records.event import Event
from records.issue import Issue
from records.score import Score
from records.statement import Statement
from store.codec import decode, encode, micros, moment
from tests.contracts.material import MONDAY, case, document, event, issue, score, statement


@pytest.mark.parametrize(
    "record", [document(1), score(document(1)), event("e"), issue(), case(), statement()]
)
def test_a_record_comes_back_as_it_was(
    record: Document | Score | Event | Issue | Case | Statement,
) -> None:
    """Tuples, nested records, times and None included."""
    assert decode(type(record), encode(record)) == record


def test_a_missing_field_takes_its_default_and_a_strange_one_is_passed_over() -> None:
    """An older and a newer program share a ledger for a while."""
    values = json.loads(encode(issue()))
    del values["state"]
    values["added_later"] = 1
    assert decode(Issue, json.dumps(values)) == issue()


def test_a_lone_surrogate_is_replaced() -> None:
    """No database takes it."""
    kept = decode(Event, encode(dataclasses.replace(event("e"), title="半\ud800个")))
    assert kept.title == "半?个"


@pytest.mark.parametrize(
    "at",
    [
        MONDAY,
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2025, 10, 13, 8, 0, 0, 1, tzinfo=timezone(timedelta(hours=8))),
    ],
)
def test_times_are_exact(at: datetime) -> None:
    """To the microsecond, whatever the zone."""
    assert moment(micros(at)) == at


def test_a_time_without_zone_is_refused() -> None:
    """It would be a different moment on every machine."""
    with pytest.raises(TypeError):
        micros(datetime(2025, 10, 13))  # noqa: DTZ001 - the fault
