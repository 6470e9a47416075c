"""A month of real hot-search titles through events and rules: what is raised is printed, and it is little."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerts.detect import histories
from alerts.remit import Remit
from alerts.view import View
from config.bodies import domain_names
from config.rulebook import load_rulebook
from config.settings import TABLES
from config.signs import load_signs
from nlp.events import Clusterer, arrival
from nlp.score import Scorer
from records.document import Document, document_id
from records.issue import Issue
from store.interface import Found

MONTH = timedelta(days=30)
SKIPPED = timedelta(days=30)
"""The first month of the file has gaps; the second is whole."""

pytestmark = [pytest.mark.material, pytest.mark.slow]


class Everywhere(Remit):
    """A remit without bounds: every title is ours, so every rule may speak."""

    __slots__ = ()

    def inside(self, code: str) -> bool:
        """Every place is ours."""
        return bool(code)


def _titles(file: Path) -> list[Document]:
    """Return each title once, when it first stood on the board, for a month."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        hours = sorted((json.loads(line) for line in lines), key=lambda hour: int(hour["t"]))
    first = datetime.fromtimestamp(hours[0]["t"], UTC) + SKIPPED
    seen: dict[str, Document] = {}
    for hour in hours:
        at = datetime.fromtimestamp(hour["t"], UTC)
        if first <= at < first + MONTH:
            for rank, title in enumerate(hour["items"], 1):
                seen.setdefault(title, _title(title, at, rank))
    return sorted(seen.values(), key=lambda document: (document.seen_at, document.id))


def _title(title: str, at: datetime, rank: int) -> Document:
    return Document(
        id=document_id("board", title),
        source="board",
        platform="热榜",
        kind="board",
        source_class="institution",
        url="",
        title=title,
        text="",
        published_at=at,
        precision="minute",
        seen_at=at,
        collected_at=at,
        source_name="热榜",
        rank=rank,
    )


def _raised(documents: list[Document], remit: Remit) -> list[Issue]:
    view = View(
        book=load_rulebook(),
        signs=load_signs(),
        bodies=(),
        remit=remit,
        region_name="某地",
        domain_names=domain_names(TABLES / "topics.toml"),
    )
    scores = Scorer.load().score(documents, documents[-1].seen_at)
    places = Clusterer().place([arrival(document) for document in documents])
    events: dict[str, list[Found]] = {}
    for document, score, place in zip(documents, scores, places, strict=True):
        found = Found(document=document, score=score, placement=place)
        events.setdefault(place.event_id, []).append(found)
    return [
        history[-1]
        for event_id, members in events.items()
        for history in histories(event_id, members, view)
    ]


def test_a_month_of_hot_boards_raises_little_and_only_what_is_grave(
    shared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Even where every place is ours: under one a day, all incidents with people hurt; celebrities raise nothing."""
    documents = _titles(shared / "data" / "weibo_hot_hourly" / "hourly.jsonl.gz")
    issues = _raised(documents, Everywhere(region="everywhere"))
    with capsys.disabled():
        rate = len(issues) / MONTH.days
        print(f"\n{len(documents)} 个热搜标题, 立议题 {len(issues)} 件, 每日 {rate:.2f} 件:")
        for issue in issues:
            print(f"  {issue.rule} {issue.level} {issue.title}")
    assert 0 < len(issues) < MONTH.days
    assert {issue.rule for issue in issues} == {"emergency"}
