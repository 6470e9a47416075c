"""How the bench measures: interleaved rounds, the median and the spread of them, and the load beside it.

One-core figures are per second of processor time, so that a busy machine does not tell a slow program; what a
person waits for is in seconds of the clock on the wall.
"""

import gc
import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from records.clock import SystemClock


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much is measured: the printed table, or a tiny run that only shows that everything works."""

    rounds: int = 5
    baseline: int = 100
    posts: int = 2_000
    together: int = 4_000
    events: tuple[int, ...] = (1_000, 10_000)
    placed: int = 100
    pages: int = 100
    store: tuple[int, ...] = (10_000, 100_000)
    queries: int = 40


TINY = Sizes(
    rounds=1,
    baseline=5,
    posts=20,
    together=40,
    events=(50, 100),
    placed=5,
    pages=3,
    store=(200, 400),
    queries=3,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table: the median of its rounds (or of its queries, with p95 beside it)."""

    what: str
    unit: str
    value: float
    low: float
    high: float
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All rows of one run, and the machine they were measured on."""

    at: str = field(default_factory=lambda: SystemClock().now().isoformat(timespec="seconds"))
    machine: str = field(
        default_factory=lambda: f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}"
    )
    python: str = field(default_factory=platform.python_version)
    load_before: float
    load_after: float
    rows: tuple[Row, ...]

    def as_json(self) -> dict[str, object]:
        """Return plain values."""
        return asdict(self)

    def as_markdown(self) -> str:
        """Return the table."""
        head = f"{self.at}: {self.machine}, Python {self.python}, load {self.load_before:.1f} before, {self.load_after:.1f} after."
        lines = ["| What | Unit | Median | Low – high | Note |", "|---|---|---:|---:|---|"]
        lines += [
            f"| {row.what} | {row.unit} | {shown(row.value)} | {shown(row.low)} – {shown(row.high)} | {row.note} |"
            for row in self.rows
        ]
        return "\n".join([head, "", *lines])


def shown(figure: float) -> str:
    """Return a figure with the digits it deserves."""
    return (
        f"{figure:,.0f}" if figure >= 100 else f"{figure:.1f}" if figure >= 10 else f"{figure:.2f}"
    )


def row(what: str, unit: str, values: Sequence[float], note: str = "") -> Row:
    """Return the row of several rounds."""
    return Row(
        what=what,
        unit=unit,
        value=statistics.median(values),
        low=min(values),
        high=max(values),
        note=note,
    )


def interleaved(rounds: int, works: Mapping[str, Callable[[], float]]) -> dict[str, list[float]]:
    """Do every work once a round, so that what disturbs the machine disturbs all alike."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            gc.collect()
            found[name].append(work())
    return found


def cpu_rate(count: int, work: Callable[[], object]) -> float:
    """Return items a second of processor time."""
    begun = time.process_time()
    work()
    return count / max(1e-9, time.process_time() - begun)


def wall_rate(count: int, work: Callable[[], object]) -> float:
    """Return items a second."""
    begun = time.perf_counter()
    work()
    return count / max(1e-9, time.perf_counter() - begun)


def latency(what: str, works: Sequence[Callable[[], object]], note: str = "") -> Row:
    """Return the row of one kind of query: p50 as the value, the fastest and p95 as its spread."""
    times = []
    for work in works:
        begun = time.perf_counter()
        work()
        times.append((time.perf_counter() - begun) * 1e3)
    times.sort()
    p95 = times[min(len(times) - 1, int(len(times) * 0.95))]
    return Row(
        what=what, unit="ms", value=statistics.median(times), low=times[0], high=p95, note=note
    )
