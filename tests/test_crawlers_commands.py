"""The commands from the outside: what they print, what they store, how they end."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from config.settings import ROOT
from store.sqlite import SqliteCorpus


def _command(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "HUIYING_DATA_DIR": str(folder)}  # noqa: TID251 - the child's own
    return subprocess.Popen(
        [sys.executable, "-m", "crawlers", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _run(folder: Path, *arguments: str) -> tuple[int, str, str]:
    process = _command(folder, *arguments)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def test_list_names_every_source_with_its_health(tmp_path: Path) -> None:
    """Before the first crawl all are 未采集."""
    code, out, _ = _run(tmp_path, "list")
    lines = out.splitlines()
    assert code == 0
    assert len(lines) == 13
    assert all("未采集" in line for line in lines)


def test_an_unknown_source_is_a_wrong_call(tmp_path: Path) -> None:
    """Exit 2, with the known names in one sentence."""
    code, _, err = _run(tmp_path, "run", "--source", "nobody", "--once")
    assert code == 2
    assert "daily" in err
    assert len(err.splitlines()) == 1


def test_import_takes_the_good_and_reports_the_bad_by_line(tmp_path: Path) -> None:
    """Calls from a file; a second import of the same file adds nothing."""
    file = tmp_path / "calls.jsonl"
    good = {
        "id": "A1",
        "title": "路灯不亮",
        "text": "巷口的路灯坏了三天，电话 13912345678。",
        "called_at": "2025-10-12 08:00:00",
    }
    file.write_text(
        json.dumps(good) + "\nnot json\n" + json.dumps({"id": "A2"}) + "\n", encoding="utf-8"
    )
    code, out, err = _run(tmp_path / "var", "import", str(file))
    assert (code, out.strip()) == (1, "导入 1 件")
    assert [line.split(":")[1] for line in err.splitlines()] == ["2", "3"]
    assert _run(tmp_path / "var", "import", str(file))[1].strip() == "导入 0 件"
    corpus = SqliteCorpus(tmp_path / "var" / "sample" / "corpus.db")
    assert corpus.counts().documents == 1
    corpus.close()


def test_a_locked_store_is_told_in_one_sentence(tmp_path: Path) -> None:
    """Another process holds the store for longer than anybody waits: exit 1, no traceback."""
    file = tmp_path / "letters.jsonl"
    call = {"id": "A1", "text": "路灯不亮", "called_at": "2025-10-12 08:00:00"}
    file.write_text(json.dumps(call), encoding="utf-8")
    assert _run(tmp_path / "var", "import", str(file))[0] == 0
    file.write_text(json.dumps({**call, "id": "A2"}), encoding="utf-8")
    holder = sqlite3.connect(tmp_path / "var" / "sample" / "corpus.db")
    holder.execute("BEGIN EXCLUSIVE")
    code, _, err = _run(tmp_path / "var", "import", str(file))
    holder.close()
    assert code == 1
    assert len(err.splitlines()) == 1
    assert "占用" in err


@pytest.mark.parametrize("week", ["", "tests/corpus/second_week"])
def test_the_site_answers_by_host_and_ends_on_sigterm(tmp_path: Path, week: str) -> None:
    """It says its port, writes it down for the spiders, and stops when told."""
    process = _command(tmp_path, "site", *(["--week", week] if week else []))
    assert process.stdout is not None
    port = int(process.stdout.readline().split(":")[1].split(" ")[0])
    assert (tmp_path / "sample" / "site.port").read_text(encoding="ascii") == str(port)
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/robots.txt", headers={"Host": "daily.huaiting.test"}
    )
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - loopback
        assert b"Disallow" in answer.read()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 0
