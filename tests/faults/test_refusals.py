"""What is wrong around the desk is said in one sentence with the right exit code: folder, port, store file, second start."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import ROOT
from tests.conftest import missing
from tests.faults.week_run import WeekRun

pytestmark = pytest.mark.slow

COMMANDS = (
    ("crawlers", "list"),
    ("crawlers", "run", "--once"),
    ("crawlers", "site"),
    ("nlp", "watch", "--once"),
    ("alerts", "once"),
    ("response", "due"),
    ("response", "watch"),
    ("store", "status"),
)
UP = ("dashboard", "up")


def run(folder: Path, *words: str, bound: bool = False) -> subprocess.CompletedProcess[str]:
    """Run a command over a data folder; `bound` makes root obey permissions as everybody does."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}  # noqa: TID251 - a child's environment is made from ours
    return subprocess.run(
        [*(_obeying() if bound else ()), sys.executable, "-m", *words],
        cwd=ROOT,
        env={**kept, "HUIYING_DATA_DIR": str(folder), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def _obeying() -> tuple[str, ...]:
    if os.geteuid() != 0:
        return ()
    if shutil.which("setpriv") is None:
        missing("setpriv, without which root may write everywhere,")
    return ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--")


def refused(answer: subprocess.CompletedProcess[str], code: int, words: str) -> None:
    """Assert one sentence on stderr that says `words`, nothing on stdout, and the exit code."""
    assert answer.returncode == code, answer.stderr
    assert answer.stderr.count("\n") == 1, answer.stderr
    assert words in answer.stderr
    assert answer.stdout == ""


@pytest.mark.parametrize("words", [UP, *COMMANDS], ids=" ".join)
def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Exit 2, naming the folder and what to do."""
    (tmp_path / "sample").mkdir(mode=0o555)
    answer = run(tmp_path, *words, bound=True)
    refused(answer, 2, "不可写")
    assert str(tmp_path / "sample") in answer.stderr


@pytest.mark.parametrize("words", [UP, COMMANDS[0]], ids=" ".join)
def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path, words: tuple[str, ...]) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "sample").write_text("")
    refused(run(tmp_path, *words), 2, "不可写")


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("corpus.db", ("crawlers", "list")),
        ("corpus.db", ("nlp", "watch", "--once")),
        ("corpus.db", ("alerts", "once")),
        ("corpus.db", ("store", "status")),
        ("ledger.db", ("alerts", "list", "--json")),
        ("ledger.db", ("response", "due")),
        ("ledger.db", ("response", "brief")),
        ("ledger.db", ("response", "verify-audit")),
        ("ledger.db", ("store", "status")),
    ],
    ids=" ".join,
)
def test_a_corrupt_store_file_is_named(tmp_path: Path, file: str, words: tuple[str, ...]) -> None:
    """Exit 2; the sentence names the file and the way back, and the file is left as it is."""
    (tmp_path / "sample").mkdir()
    wrong = tmp_path / "sample" / file
    wrong.write_bytes(b"\x00\xffnot a database " * 4096)
    before = wrong.read_bytes()
    answer = run(tmp_path, *words)
    refused(answer, 2, "python -m store restore")
    assert str(wrong) in answer.stderr
    assert wrong.read_bytes() == before


@pytest.fixture
def taken() -> Iterator[int]:
    """Give a port that somebody else listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


def test_a_taken_port_is_passed_over_and_a_second_start_refused(tmp_path: Path, taken: int) -> None:
    """The next free port is printed; a second `up` on the folder exits 2 and names that address."""
    with WeekRun(tmp_path, port=taken) as first:
        assert first.address.startswith("http://127.0.0.1:")
        assert not first.address.endswith(f":{taken}")
        refused(first.command(*UP), 2, first.address)
        assert first.finish() == 0
        assert first.alive() == []


def test_a_corrupt_corpus_breaks_its_stages_and_the_pages_still_answer(tmp_path: Path) -> None:
    """The desk comes up on a corrupt file and says which stages are broken, instead of dying or hanging."""
    (tmp_path / "sample").mkdir()
    (tmp_path / "sample" / "corpus.db").write_bytes(b"\x00\xffnot a database " * 4096)
    with WeekRun(tmp_path, port=18790) as run_:
        assert run_.said("score", "不是数据库文件")
        assert run_.finish() == 0
