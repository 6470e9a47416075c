"""Heat, growth and stage follow the open formula, and cost the same however old an event is."""

import math
from datetime import UTC, datetime, timedelta

import pytest

from nlp import heat
from records.document import Document, Kind, SourceClass
from records.event import Stage

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def document(
    hours: float, *, kind: Kind = "post", speaker: SourceClass = "individual", reposts: int = 0
) -> Document:
    """Make a document of some hours ago."""
    at = NOW - timedelta(hours=hours)
    return Document(
        id=f"{hours}", source="s", platform="微博", kind=kind, source_class=speaker, url="http://s.test/1",
        title="", text="路灯不亮", published_at=at, precision="second", seen_at=at, collected_at=at,
        reposts=reposts,
    )  # fmt: skip


def test_heat_is_the_formula_by_hand() -> None:
    """One post with ten reposts twelve hours ago counts half of ln 31; a central medium three times its weight."""
    assert heat.raw_heat([document(12, reposts=10)], NOW) == pytest.approx(math.log(31) / 2)
    news = document(24, kind="article", speaker="central")
    assert heat.raw_heat([news], NOW) == pytest.approx(3.0 * math.log(3) / 2)
    assert heat.heat100(heat.P95_SHOWS_AS_90, 1.0) == 90.0


def test_what_is_published_later_does_not_count_yet() -> None:
    """Heat at a moment knows nothing of the future."""
    assert heat.raw_heat([document(-1, reposts=100)], NOW) == 0


def test_hours_are_counted_back_from_now() -> None:
    """The last place is the hour of now; the series is never longer than 28 days."""
    moments = [NOW, NOW - timedelta(minutes=59), NOW - timedelta(hours=2), NOW + timedelta(hours=1)]
    assert heat.hourly(moments, NOW) == [1, 0, 2]
    assert len(heat.hourly([NOW - timedelta(days=5000), NOW], NOW)) == heat.KEPT_HOURS


@pytest.mark.parametrize(
    ("counts", "platforms", "expected"),
    [
        ([], 1, "latent"),
        ([1, 0, 1], 1, "latent"),
        ([1, 6, 14, 30], 2, "outbreak"),
        ([1, 6, 14, 30, 29, 28, 27, 26], 3, "spread"),
        ([1, 20, 30, 20, *[4] * 12], 3, "decline"),
        ([1, 20, 30, 20, *[4] * 12, *[0] * 50], 3, "calm"),
        ([1, 20, 30, 20, *[2] * 14, 18, 22, 20], 3, "recurrence"),
    ],
    ids=["empty", "quiet", "outbreak", "spread", "decline", "calm", "recurrence"],
)
def test_the_stage_follows_the_hours(counts: list[int], platforms: int, expected: Stage) -> None:
    """潜伏 爆发 蔓延 消退 平息 反复, by the thresholds of the domain rules."""
    assert heat.stage(counts, platforms) == expected


def test_growth_is_measured_against_at_least_five() -> None:
    """From one to three is not a doubling."""
    assert heat.growth([1, 3]) == 0.4
    assert heat.growth([10, 25]) == 1.5
    assert heat.growth([]) == 0.0
