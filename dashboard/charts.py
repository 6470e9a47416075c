"""The charts: plain Plotly figures in the desk's colours, Chinese dates, nothing that moves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import plotly.graph_objects as go

from dashboard import text
from records.clock import beijing

Histogram = Sequence[tuple[datetime, str, int]]

COLOURS = {"negative": "#b3402e", "neutral": "#8fa3b7", "positive": "#4d7c6f", "": "#d0d5db"}
INK, RULE, BAR = "#1c2733", "#d5dbe3", "#1f4e79"
CONFIG = {"displayModeBar": False, "responsive": True, "scrollZoom": False}
LEGEND = 5
"""Names that fit on one line of a legend at half the page's width."""
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A moment to point out on a time axis."""

    at: datetime
    label: str
    colour: str = INK


def _base(height: int) -> go.Figure:
    figure = go.Figure()
    figure.update_layout(
        height=height,
        margin={"l": 34, "r": 8, "t": 30, "b": 40},
        plot_bgcolor="#ffffff",
        paper_bgcolor="#ffffff",
        font={"size": 12, "color": INK},
        bargap=0.08,
        hovermode="x unified",
        dragmode=False,
        showlegend=False,
        legend={
            "orientation": "h",
            "y": 1.02,
            "yanchor": "bottom",
            "x": 0,
            "traceorder": "normal",
            "bgcolor": "rgba(0,0,0,0)",
        },
        hoverlabel={"bgcolor": "#ffffff"},
    )
    figure.update_yaxes(
        gridcolor="#e8ecf1", rangemode="tozero", tickformat="d", fixedrange=True, nticks=5
    )
    figure.update_xaxes(showgrid=False, linecolor=RULE, fixedrange=True)
    return figure


def _whole(figure: go.Figure, largest: int) -> None:
    """Count documents in whole numbers: Plotly would put a tick at half a document."""
    if largest < 5:
        figure.update_yaxes(dtick=1)


def _time_axis(figure: go.Figure, *, hours: bool, days: int = 0) -> None:
    # Plotly's month names stay English; figures only
    figure.update_xaxes(
        tickformat="%m-%d\n%H时" if hours else "%m-%d",
        hoverformat="%m-%d %H时" if hours else "%m-%d",
        nticks=8,
    )
    if not hours and days <= 10:
        figure.update_xaxes(dtick=86_400_000)  # a tick a day: Plotly would name a day twice


def _local(moment: datetime) -> datetime:
    """Return Beijing wall time without a zone: Plotly would shift an aware time to UTC."""
    return beijing(moment).replace(tzinfo=None)


def totals(histogram: Histogram) -> dict[datetime, int]:
    """Return counts by time bucket over all labels."""
    found: dict[datetime, int] = {}
    for at, _, count in histogram:
        found[at] = found.get(at, 0) + count
    return found


def filled(histogram: Histogram, step: timedelta) -> list[datetime]:
    """Return every bucket from the first to the last, so an empty hour is seen as empty."""
    at = [moment for moment, _, _ in histogram]
    if not at:
        return []
    first, last = min(at), max(at)
    count = int((last - first) / step) + 1
    return [first + step * number for number in range(count)]


def heat_curve(histogram: Histogram, marks: Sequence[Mark] = (), height: int = 230) -> go.Figure:
    """Return hourly volume as bars with moments marked."""
    figure = _base(height)
    counts = totals(histogram)
    buckets = filled(histogram, HOUR)
    figure.add_bar(
        x=[_local(at) for at in buckets],
        y=[counts.get(at, 0) for at in buckets],
        marker={"color": BAR},
        hovertemplate="%{y} 篇<extra></extra>",
    )
    _time_axis(figure, hours=True)
    _whole(figure, max(counts.values(), default=0))
    _mark(figure, marks)
    return figure


def by_sentiment(
    histogram: Histogram, marks: Sequence[Mark] = (), *, daily: bool = False, height: int = 260
) -> go.Figure:
    """Return volume by time, stacked by attitude."""
    figure = _base(height)
    counts = {(at, label): count for at, label, count in histogram}
    buckets = filled(histogram, DAY if daily else HOUR)
    for label in ("negative", "neutral", "positive", ""):
        values = [counts.get((at, label), 0) for at in buckets]
        if any(values):
            figure.add_bar(
                x=[_local(at) for at in buckets],
                y=values,
                name=text.SENTIMENTS[label],
                marker={"color": COLOURS[label]},
                hovertemplate="%{y} 篇",
            )
    figure.update_layout(barmode="stack", showlegend=True)
    _time_axis(figure, hours=not daily, days=len(buckets))
    _whole(figure, max(totals(histogram).values(), default=0))
    _mark(figure, marks)
    return figure


def _mark(figure: go.Figure, marks: Sequence[Mark]) -> None:
    for number, mark in enumerate(marks):
        x = _local(mark.at)
        figure.add_shape(
            type="line", x0=x, x1=x, y0=0, y1=1, yref="paper",
            line={"color": mark.colour, "width": 1.2, "dash": "dot"},
        )  # fmt: skip
        figure.add_annotation(
            x=x, y=1.0 - 0.12 * (number % 3), yref="paper", text=mark.label, showarrow=False,
            xanchor="left", yanchor="top", font={"size": 11, "color": mark.colour},
            bgcolor="rgba(255,255,255,0.8)",
        )  # fmt: skip


def ranked(rows: Sequence[tuple[str, int]], colour: str = BAR) -> go.Figure:
    """Return a horizontal bar for each row, the largest on top, its count at the bar's end."""
    figure = _base(max(90, 26 * len(rows) + 30))
    names = [name for name, _ in rows]
    figure.add_bar(
        x=[count for _, count in rows],
        y=names,
        orientation="h",
        marker={"color": colour},
        text=[count for _, count in rows],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{x} 篇<extra></extra>",
    )
    figure.update_layout(hovermode="closest", margin={"l": 8, "r": 36, "t": 6, "b": 6})
    figure.update_yaxes(
        autorange="reversed", gridcolor="#ffffff", automargin=True, dtick=1, nticks=0
    )
    figure.update_xaxes(visible=False, rangemode="tozero")
    return figure


def shares(rows: Sequence[tuple[str, int, str]]) -> go.Figure:
    """Return one stacked bar of shares over its legend; each row is a name, a count and a colour."""
    total = sum(count for _, count, _ in rows)
    lines = 1 + (len(rows) - 1) // LEGEND
    bar, height = 44, 44 + 32 * lines
    figure = _base(height)
    for name, count, colour in rows:
        share = count / total
        figure.add_bar(
            x=[share],
            y=[""],
            orientation="h",
            name=f"{name} {share:.0%}",
            marker={"color": colour},
            text=f"{share:.0%}" if share >= 0.06 else "",
            textposition="inside",
            insidetextanchor="middle",
            hovertemplate=f"{name} {count} 篇, 占 {share:.1%}<extra></extra>",
        )
    figure.update_layout(
        barmode="stack", showlegend=True, hovermode="closest", bargap=0,
        legend={"orientation": "h", "y": 0, "yanchor": "bottom", "x": 0, "traceorder": "normal", "bgcolor": "rgba(0,0,0,0)"},
        margin={"l": 0, "r": 0, "t": 0, "b": 0, "autoexpand": False},
    )  # fmt: skip
    figure.update_xaxes(visible=False, range=[0, 1])
    figure.update_yaxes(visible=False, domain=[1 - bar / height, 1])
    return figure
