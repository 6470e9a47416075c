"""Other processes that write to a store at the same time, and their acknowledgements."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def writer(verb: str, file: Path, name: str, count: int) -> subprocess.Popen[str]:
    """Start a process that is ready to write."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.store_writer", verb, str(file), name, str(count)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def begin(process: subprocess.Popen[str]) -> None:
    """Give the start."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def at_once(verb: str, file: Path, names: str, count: int) -> list[list[str]]:
    """Let several processes write at the same time; return what each was acknowledged."""
    processes = [writer(verb, file, name, count) for name in names]
    for process in processes:
        begin(process)
    said = [process.communicate(timeout=120)[0].split() for process in processes]
    assert [process.returncode for process in processes] == [0] * len(names)
    return said


def killed(verb: str, file: Path, seconds: float) -> list[str]:
    """Let a writer run, kill it with -9, return its acknowledgements."""
    with writer(verb, file, "k", 1_000_000) as process:
        begin(process)
        assert process.stdout is not None
        said = [process.stdout.readline().strip()]
        time.sleep(seconds)
        process.kill()
        rest = process.stdout.read()
    # The last line may be half written; a half acknowledgement is none.
    return said + rest[: rest.rfind("\n") + 1].split()
