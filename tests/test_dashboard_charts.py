"""The charts: counts are kept, empty hours are seen, times are Beijing's, too few kinds break nothing."""

from datetime import UTC, datetime, timedelta

from dashboard import charts
from dashboard.when import duration, full, moment

AT = datetime(2025, 10, 16, 16, 0, tzinfo=UTC)
ROWS = [(AT, "negative", 3), (AT, "neutral", 1), (AT + charts.HOUR * 3, "negative", 2)]


def test_an_empty_hour_is_drawn_as_empty() -> None:
    """Three hours apart means four bars, two of them zero; the total is kept."""
    figure = charts.heat_curve(ROWS, [charts.Mark(at=AT, label="成立")])
    assert list(figure.data[0].y) == [4, 0, 0, 2]


def test_times_are_beijing_wall_times() -> None:
    """16:00 UTC is midnight in Beijing; the chart must say so on any reader's machine."""
    figure = charts.heat_curve(ROWS)
    assert figure.data[0].x[0] == datetime(2025, 10, 17, 0, 0)  # noqa: DTZ001 - Plotly shifts aware times
    assert moment(AT) == "10-17 00:00"
    assert full(AT) == "2025-10-17 (周五) 00:00"


def test_attitudes_are_stacked_in_one_order_and_only_those_there() -> None:
    """Negative below, neutral above; no legend entry for what does not occur."""
    figure = charts.by_sentiment(ROWS)
    assert [bar.name for bar in figure.data] == ["负面", "中性"]
    assert sum(sum(bar.y) for bar in figure.data) == 6


def test_shares_add_up_to_one() -> None:
    """A bar of shares is full."""
    figure = charts.shares([("负面", 20, "#000"), ("中性", 12, "#111")])
    assert round(sum(bar.x[0] for bar in figure.data), 6) == 1.0


def test_nothing_to_draw_draws_nothing() -> None:
    """An empty histogram has no bars and raises nothing."""
    assert list(charts.heat_curve([]).data[0].y) == []
    assert list(charts.by_sentiment([]).data) == []


def test_durations_read_in_their_two_largest_units() -> None:
    """Days and hours, hours and minutes, minutes."""
    assert duration(timedelta(days=1, hours=14, minutes=3)) == "1 天 14 小时"
    assert duration(-timedelta(hours=12)) == "12 小时 0 分"
    assert duration(timedelta(minutes=7)) == "7 分"
