"""The right answers of the three written weeks, end to end on real stores without crawling: found, timely, quiet, repeatable."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config.settings import ROOT, TABLES
from records.issue import Issue
from tests.week_stream import Judged, city, judge

CORPUS = ROOT / "tests" / "corpus"
SAMPLE_END = datetime.fromisoformat("2025-10-19T08:30:00+08:00")
TOLERANCE = timedelta(minutes=60)

pytestmark = pytest.mark.slow


def _gold(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _sample(folder: Path, batch: int = 100) -> Judged:
    week = sorted((ROOT / "crawlers" / "sample" / "week").glob("*.jsonl"))
    return judge(city(TABLES / "sample", "990100"), week, folder, batch=batch, end=SAMPLE_END)


def _tells(issue: Issue, row: dict[str, Any], judged: Judged) -> bool:
    """Whether most of an issue's evidence comes from the row's storyline."""
    keys = [judged.keys[one.document_id] for one in issue.evidence]
    stories = {key.rpartition("-")[0] for key in row["documents"]}
    mine = sum(key in row["documents"] or key.rpartition("-")[0] in stories for key in keys)
    return mine * 2 > len(keys)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """Give the judged sample week."""
    return _sample(tmp_path_factory.mktemp("sample"))


@pytest.mark.parametrize(
    "row",
    [r for r in _gold(CORPUS / "sample_week_gold.jsonl") if r["issue"]],
    ids=lambda r: r["issue"],
)
def test_each_storyline_that_needs_an_answer_is_found(sample: Judged, row: dict[str, Any]) -> None:
    """With its rule, criterion, domain, level, body, clocks and moment."""
    found = [one for one in sample.issues if one.scope == "ours" and _tells(one, row, sample)]
    assert len(found) == 1
    issue = found[0]
    assert (issue.rule, issue.criterion) == (row["rule"], row["criterion"])
    assert issue.domain in row["domain"]
    assert issue.level in row["level"]
    assert any(name in issue.body.name for name in row["body"])
    assert issue.body.rule == row["answering"]
    assert row["why_has"] in issue.body.why + "、".join(issue.body.assisting)
    assert set(row["clocks"]) <= {clock.clock for clock in issue.reply_by}
    late = issue.raised_at - datetime.fromisoformat(row["established_at"])
    assert abs(late) <= TOLERANCE


def test_at_most_two_issues_of_the_sample_week_are_false(sample: Judged) -> None:
    """Quiet on drills, films, tickets, forecasts and single households."""
    rows = [r for r in _gold(CORPUS / "sample_week_gold.jsonl") if r["issue"]]
    ours = [one for one in sample.issues if one.scope == "ours"]
    false = [one.title for one in ours if not any(_tells(one, row, sample) for row in rows)]
    assert len(false) <= 2, false


def test_the_incident_ran_on_its_provisional_clock_first(sample: Judged) -> None:
    """C01 and C02 marked 待认定 until the authority announced 较大; the reason keeps the announcement."""
    issue = next(one for one in sample.issues if one.rule == "emergency" and one.scope == "ours")
    assert issue.incident_grade == "较大"
    assert any("已公布等级" in reason for reason in issue.reasons)


def test_the_sample_week_cut_otherwise_gives_the_same_issues(
    sample: Judged, tmp_path: Path
) -> None:
    """Byte for byte the same, however the work is cut into batches."""
    assert _sample(tmp_path, batch=17).issues == sample.issues


@pytest.mark.parametrize(
    ("name", "region", "least"),
    [("second_week", "980100", 5), ("third_week", "970100", 5), ("fourth_week", "960100", 2)],
)
def test_other_cities_weeks_are_found_as_far_as_they_were_and_mostly_quiet(
    tmp_path: Path, name: str, region: str, least: int
) -> None:
    """Six other issues in another city, written without sight of the rules; at most three false.

    The rules were widened after the second and the third week had been seen (three of six were found in each before
    that); the fourth is what they do unseen, and a floor to raise.
    """
    folder = CORPUS / name
    judged = judge(city(folder, region), [folder / "documents.jsonl"], tmp_path)
    gold = _gold(folder / "gold.jsonl")
    rows = [row for row in gold if row.get("issue")]
    ours = [one for one in judged.issues if one.scope == "ours"]
    found = [row for row in rows if any(_fits(one, row, judged) for one in ours)]
    aside = {key for row in gold for key in row.get("borderline", [])}
    false = [
        one.title
        for one in ours
        if not any(_shares(one, row["documents"], judged) for row in rows)
        and not _shares(one, aside, judged)
    ]
    assert len(found) >= least, [row["title"] for row in rows if row not in found]
    assert len(false) <= 3, false


def _fits(issue: Issue, row: dict[str, Any], judged: Judged) -> bool:
    return issue.criterion == row["criterion"] and _shares(issue, row["documents"], judged)


def _shares(issue: Issue, documents: Any, judged: Judged) -> bool:
    keys = [judged.keys[one.document_id] for one in issue.evidence]
    return sum(key in documents for key in keys) * 2 > len(keys)
