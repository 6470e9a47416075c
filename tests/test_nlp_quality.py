"""The quality floors hold: no judgement got worse than it was when its floor was pinned."""

from pathlib import Path

import pytest

from nlp import quality


@pytest.mark.material
def test_no_figure_falls_below_its_floor(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`python -m nlp quality --check` passes on the real material and prints every row."""
    assert quality.main(shared / "data", check=True, fast=True) == 0
    assert "目标" in capsys.readouterr().out


def test_a_figure_that_was_not_measured_counts_as_fallen(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A floor cannot be passed by not measuring it."""
    monkeypatch.setattr(quality, "measure", lambda _data, **_: iter(()))
    monkeypatch.setattr(quality, "material_hash", lambda _data: quality.pinned()["material"])
    assert quality.main(Path(), check=True, fast=True) == 1
    assert "没有测出" in capsys.readouterr().out
