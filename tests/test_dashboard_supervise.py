"""The supervisor, with real child processes: it starts, restarts, gives up, drains, and leaves nobody behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.desk import Desk, open_desk
from config.settings import load
from dashboard import place, status
from dashboard.__main__ import main
from dashboard.children import stages
from dashboard.logs import LogFile
from dashboard.supervise import DRAIN
from records.clock import SystemClock
from records.errors import HuiyingError, Quarantine, RetryLater, UsageError

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 40.0

RUN = """
import asyncio, sys
from config.desk import open_desk
from config.settings import load
from dashboard import place
from dashboard.children import ChildSpec
from dashboard.supervise import Supervisor

async def silent(desk, stop):
    await stop.wait()

desk = open_desk(load(file=None), sample=True)
lock = place.take_folder(desk)
listening = place.take_port("127.0.0.1", 18600)
specs = [
    ChildSpec(name=name, title=name, argv=(sys.executable, "-u", "-c", code))
    for name, code in SPECS
]
desk_run = Supervisor(
    desk=desk, lock=lock, listening=listening, specs=specs, first_wait=0.05, report=silent
)
sys.exit(asyncio.run(desk_run.run()))
"""
STEADY = "import time\nwhile True: time.sleep(0.1)"
STUBBORN = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: time.sleep(0.1)"
FAILING = "import sys\nprint('坏了 13800138000', file=sys.stderr)\nsys.exit(3)"
PARENT = "import subprocess, sys, time\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\nwhile True: time.sleep(0.1)"


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """Return an environment whose data folder is the test's own."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}  # noqa: TID251 - a child's environment is made from ours
    return kept | {"HUIYING_DATA_DIR": str(tmp_path), "PYTHONUTF8": "1"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the sample desk's folder."""
    return tmp_path / "sample"


@pytest.fixture
def start(environ: dict[str, str]) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start supervisors over given children; whatever is left is killed at the end."""
    started: list[subprocess.Popen[str]] = []

    def starting(**codes: str) -> subprocess.Popen[str]:
        code = f"SPECS = {list(codes.items())!r}\n{RUN}"
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield starting
    for process in started:
        process.kill()
        process.communicate()


def _state(folder: Path) -> dict[str, status.ChildState]:
    found = status.load(folder)
    return {} if found is None else {child.name: child for child in found.children}


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _pids(folder: Path) -> list[int]:
    return [child.pid for child in _state(folder).values() if child.pid]


def _running(folder: Path, *names: str) -> bool:
    return all(name in _state(folder) and _state(folder)[name].state == "running" for name in names)


def test_it_prints_its_address_and_drains_on_sigterm(
    start: Callable[..., subprocess.Popen[str]], folder: Path
) -> None:
    """The address is a line of its own; SIGTERM ends every child and the exit code is 0."""
    process = start(a=STEADY, b=STEADY)
    assert process.stdout is not None
    assert process.stdout.readline().startswith("http://127.0.0.1:186")
    _until(lambda: _running(folder, "web", "a", "b"))
    pids = _pids(folder)
    assert len(pids) == 3
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0
    assert not any(_runs(pid) for pid in pids)


def test_asked_to_stop_while_its_children_start_it_does_not_wait_for_them(
    start: Callable[..., subprocess.Popen[str]],
) -> None:
    """A child that was being started when the signal came is told too, long before the drain's patience ends."""
    process = start(**dict.fromkeys("abcdefgh", STEADY))
    assert process.stdout is not None
    assert process.stdout.readline().startswith("http://127.0.0.1:186")
    process.send_signal(signal.SIGTERM)
    begun = time.monotonic()
    assert process.wait(timeout=40) == 0
    assert time.monotonic() - begun < DRAIN / 2


def test_a_crashed_child_is_started_again(
    start: Callable[..., subprocess.Popen[str]], folder: Path
) -> None:
    """Killing a child with -9 brings a new one; the others are not touched."""
    start(a=STEADY, b=STEADY)
    _until(lambda: _running(folder, "a", "b"))
    first, other = _state(folder)["a"].pid, _state(folder)["b"].pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    _until(lambda: _running(folder, "a") and _state(folder)["a"].pid != first)
    assert _state(folder)["b"].pid == other


def test_five_failures_break_a_child_and_the_rest_go_on(
    start: Callable[..., subprocess.Popen[str]], folder: Path
) -> None:
    """A child that cannot run is shown as broken with its last words, masked; the others run."""
    start(bad=FAILING, good=STEADY)
    _until(lambda: "bad" in _state(folder) and _state(folder)["bad"].state == "broken")
    bad = _state(folder)["bad"]
    assert bad.failures == 5
    assert bad.said == "坏了 [电话]"
    assert _running(folder, "good")
    lines = (folder / "logs" / "bad.jsonl").read_text(encoding="utf-8").splitlines()
    assert "13800138000" not in "".join(lines)
    assert all(set(json.loads(line)) == {"at", "child", "line"} for line in lines)


def test_kill_9_of_the_supervisor_leaves_no_orphan(
    start: Callable[..., subprocess.Popen[str]], folder: Path
) -> None:
    """The children, and a child's own child, end after the supervisor is killed outright."""
    process = start(a=STEADY, parent=PARENT)
    _until(lambda: _running(folder, "web", "a", "parent"))
    pids = _pids(folder)
    _until(lambda: bool(_children_of(_state(folder)["parent"].pid)))
    pids += _children_of(_state(folder)["parent"].pid)
    process.kill()
    process.wait()
    _until(lambda: not any(_runs(pid) for pid in pids))


def _children_of(pid: int | None) -> list[int]:
    done = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in done.stdout.split()]


def test_a_second_up_on_one_folder_is_refused(
    start: Callable[..., subprocess.Popen[str]], folder: Path, environ: dict[str, str]
) -> None:
    """The second call exits 2 with one sentence that names the address of the first."""
    start(a=STEADY)
    _until(lambda: _running(folder, "a"))
    second = _up(environ)
    assert second.returncode == 2
    assert second.stderr.count("\n") == 1
    assert "已有一个回应台在运行" in second.stderr
    assert "http://127.0.0.1:186" in second.stderr


def _up(environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dashboard", "up"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_a_data_folder_that_cannot_be_made_is_one_sentence(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    """A file where the folder should be: exit 2, one line, no traceback."""
    (tmp_path / "file").write_text("")
    done = _up(environ | {"HUIYING_DATA_DIR": str(tmp_path / "file")})
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "不可写" in done.stderr


def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    """No space is exit 1 (the work failed), another trouble is exit 2 (the call was wrong)."""
    full = place.folder_trouble(tmp_path, OSError(28, "No space left on device"))
    denied = place.folder_trouble(tmp_path, OSError(30, "Read-only file system"))
    assert (full.exit_code, denied.exit_code) == (1, 2)
    assert "磁盘已满" in str(full)


def test_a_busy_port_gives_way_to_the_next() -> None:
    """Two desks side by side get two ports."""
    first = place.take_port("127.0.0.1", 18700)
    second = place.take_port("127.0.0.1", 18700)
    assert first.getsockname()[1] < second.getsockname()[1] <= 18700 + place.TRIES
    first.close()
    second.close()


def test_the_lock_outlives_the_supervisor_until_the_warden_is_done(
    start: Callable[..., subprocess.Popen[str]], folder: Path, desk: Desk
) -> None:
    """A new start waits for the last child of a killed run, even one that ignores SIGTERM."""
    process = start(stubborn=STUBBORN)
    _until(lambda: _running(folder, "stubborn"))
    pid = _state(folder)["stubborn"].pid
    assert pid is not None
    process.kill()
    process.wait()
    fd = place.take_folder(desk)
    assert not _runs(pid)
    os.close(fd)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a sample desk over the test's folder."""
    settings = load(file=None, environ={"HUIYING_DATA_DIR": str(tmp_path)})
    return open_desk(settings, sample=True)


def test_a_taken_folder_is_refused_in_one_process_too(desk: Desk) -> None:
    """The lock belongs to the open file, not to the process."""
    fd = place.take_folder(desk)
    with pytest.raises(UsageError, match="已有一个回应台在运行"):
        place.take_folder(desk)
    os.close(fd)


def test_a_state_file_that_is_half_written_or_foreign_reads_as_none(tmp_path: Path) -> None:
    """The pages never fail over the file."""
    for wrong in ("", "{", "[]", '{"at": 1}', '{"children": [{"x": 1}]}'):
        (tmp_path / status.FILE).write_text(wrong)
        assert status.load(tmp_path) is None


def test_the_log_hides_secrets_and_keeps_its_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A secret setting's value never reaches a log; a log is turned at its largest size."""
    settings = load(file=None, environ={"HUIYING_MAIL_PASSWORD": "pa55-w0rd"})
    log = LogFile(tmp_path / "a.jsonl", SystemClock(), settings)
    assert log.write("a", "login pa55-w0rd failed") == "login *** failed"
    monkeypatch.setattr("dashboard.logs.LARGEST", 200)
    for number in range(20):
        log.write("a", f"line {number}")
    assert (tmp_path / "a.jsonl").stat().st_size < 400
    assert (tmp_path / "a.old.jsonl").exists()


def test_the_sample_week_brings_its_own_site() -> None:
    """Live desks start no site; every stage runs by python -m."""
    assert [spec.name for spec in stages(sample=True)] == ["site", *_names(sample=False)]
    assert _names(sample=False) == ["crawl", "score", "alert", "answer"]
    assert all(spec.argv[1:3] == ("-u", "-m") for spec in stages(sample=True))


def _names(*, sample: bool) -> list[str]:
    return [spec.name for spec in stages(sample=sample)]


@pytest.mark.parametrize("error", [RetryLater("磁盘满了, 请清理后重试"), Quarantine("这一条坏了")])
def test_an_error_raised_on_purpose_is_one_sentence(
    error: HuiyingError, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also one that may pass by itself ends the command without a traceback."""

    def fail(_desk: Desk) -> int:
        raise error

    monkeypatch.setattr("dashboard.__main__.up", fail)
    assert main(["up"]) == 1
    assert capsys.readouterr().err == f"{error}\n"
