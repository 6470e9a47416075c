"""What the console says: readable figures, the end of the week once everything is judged, silence over a trouble."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from dashboard.progress import finished, follow, sentence, tally
from tests.dashboard_seed import MEALS, RUMOUR, desk_in, fill


def test_the_line_says_time_and_counts_in_chinese(tmp_path: Path) -> None:
    """Collected, judged, events, issues; only issues that are ours."""
    desk = desk_in(tmp_path)
    fill(desk)
    found = tally(desk)
    assert sentence(desk, found) == (
        "示例时间 10-19 08:30  已采集 139 篇  已研判 139 篇  话题 5 个  议题 2 个"
    )


def test_the_week_is_over_when_it_is_walked_and_nothing_moves(tmp_path: Path) -> None:
    """Not while the clock walks, not while something waits, not before a second equal look."""
    desk = desk_in(tmp_path)
    assert not finished(desk, tally(desk), tally(desk))  # nothing was collected yet
    fill(desk)
    found = tally(desk)
    assert not finished(desk, found, None)
    assert finished(desk, found, found)
    walking = desk_in(tmp_path, gone=timedelta(seconds=10), rate=1.0)
    assert not finished(walking, found, found)


def test_the_end_of_the_week_is_said_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The console then falls silent but for changes."""
    monkeypatch.setattr("dashboard.progress.EVERY", 0.05)
    monkeypatch.setattr("dashboard.progress.CALM", 0.05)
    desk = desk_in(tmp_path)

    async def watch() -> None:
        stop = asyncio.Event()
        task = asyncio.create_task(follow(desk, stop))
        await asyncio.sleep(2)
        await asyncio.to_thread(fill, desk)
        await asyncio.sleep(3)
        stop.set()
        await task

    asyncio.run(watch())
    lines = capsys.readouterr().out.splitlines()
    assert sum("示例周已到周末" in line for line in lines) == 1
    told = [line for line in lines if line.startswith("议题")]
    assert told == [
        f"议题  I 级  {MEALS}  石棠区市场监督管理局  10-18 20:30 前",
        f"议题  III 级  {RUMOUR}  石棠区市场监督管理局  10-19 16:30 前",
    ]
    assert lines[-1].startswith("示例周已到周末 (10-19 08:30)")
