"""Shared fixtures. This file alone finds the real material, and says when its absence is a failure."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
IN_CI = os.environ.get("CI") == "true"  # noqa: TID251 - tests must know where they run


def missing(what: str) -> None:
    """Skip at a desk, fail in CI: nothing passes by absence."""
    if IN_CI:
        pytest.fail(f"{what} is missing, and CI must have it")
    pytest.skip(f"{what} is missing")


def _main_worktree() -> Path:
    """Return the main worktree, so a linked worktree finds the material beside it too."""
    done = subprocess.run(
        ["git", "rev-parse", "--path-format=absolute", "--git-common-dir"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return Path(done.stdout.strip()).parent if done.returncode == 0 else ROOT


def material_folder() -> Path | None:
    """Return the folder of real material, None where it is not there."""
    named = os.environ.get("HUIYING_SHARED")  # noqa: TID251 - the documented way to point tests at the material
    folder = Path(named) if named else _main_worktree().parent / "shared"
    return folder if (folder / "data").is_dir() else None


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real material."""
    folder = material_folder()
    if folder is None:
        missing("real material (../shared, or the folder HUIYING_SHARED names)")
    assert folder is not None
    return folder
