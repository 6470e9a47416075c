"""The bench runs, prints every row with a figure, and docs/benchmarks.md shows the same rows."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.__main__ import PARTS

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"

pytestmark = pytest.mark.slow


def bench(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the bench in its tiny mode."""
    return subprocess.run(
        [sys.executable, "-m", "tests.bench", "--tiny", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def test_every_part_runs_and_the_page_shows_its_rows() -> None:
    """As JSON; sizes apart, each row stands in docs/benchmarks.md."""
    answer = bench("--json")
    assert answer.returncode == 0, answer.stderr
    report = json.loads(answer.stdout)
    assert report["load_before"] >= 0
    rows = report["rows"]
    assert len(rows) > len(PARTS)
    assert all(0 < row["low"] <= row["value"] <= row["high"] for row in rows)
    page = _sizeless(PAGE.read_text(encoding="utf-8"))
    assert [row["what"] for row in rows if f"| {_sizeless(row['what'])} |" not in page] == []


def _sizeless(text: str) -> str:
    return re.sub(r"\d[\d,]*", "N", text)


def test_one_part_is_printed_as_a_table() -> None:
    """Markdown, with the machine and its load above."""
    answer = bench("extraction")
    assert answer.returncode == 0, answer.stderr
    assert re.search(r"load [\d.]+ before, [\d.]+ after", answer.stdout)
    assert "| extraction, sample sites | pages/cpu-s |" in answer.stdout


def test_an_unknown_part_is_refused() -> None:
    """Exit 2, naming what there is."""
    answer = bench("nothing")
    assert answer.returncode == 2
    assert "extraction" in answer.stderr
