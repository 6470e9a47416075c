"""How long a person waits: from `python -m dashboard up` in a warm environment to the address."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.measure import Row, Sizes, row
from tests.faults.week_run import WeekRun


def starting(sizes: Sizes) -> list[Row]:
    """Start the whole desk in a new folder each time; the address is printed when the page answers."""
    times = [_start() for _ in range(sizes.rounds)]
    return [row("dashboard up to its address, warm", "s", times, "new data folder")]


def _start() -> float:
    with TemporaryDirectory(prefix="huiying-bench-") as folder:
        run = WeekRun(Path(folder), port=18_800)
        begun = time.perf_counter()
        with run:
            took = time.perf_counter() - begun
            run.finish()
    return took
