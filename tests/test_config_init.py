"""`python -m config`: init asks and writes once, check reads everything, show hides secrets."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

from config.__main__ import main
from config.pages import rules_page, settings_page
from config.rulebook import load_rulebook
from config.settings import ROOT, load

GIVEN = ["--body", "某某市人民政府办公室", "--region", "990100"]


def test_init_writes_a_private_file_that_loads(tmp_path: Path) -> None:
    """By flags: the file is the owner's alone and holds what was given, quotes and all."""
    file = tmp_path / "local.toml"
    mail = [
        "--mail-server",
        "127.0.0.1:25",
        "--mail-from",
        "a@desk.test",
        "--mail-to",
        "b@desk.test",
    ]
    assert main(["init", "--file", str(file), *GIVEN, *mail, "--mail-password", 'q"\\x']) == 0
    assert file.stat().st_mode & 0o777 == 0o600
    settings = load(file=file, environ={})
    assert settings.text("body") == "某某市人民政府办公室"
    assert settings.text("mail_password") == 'q"\\x'


def test_init_never_overwrites(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An existing file is left as it is, and the call ends with 2."""
    file = tmp_path / "local.toml"
    file.write_text("# 我的\n", encoding="utf-8")
    assert main(["init", "--file", str(file), *GIVEN]) == 2
    assert file.read_text("utf-8") == "# 我的\n"
    assert "不会覆盖" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--body", "甲", "--region", "99"], "六位"),
        ([*GIVEN, "--mail-server", "127.0.0.1"], "mail_from"),
        (["--body", "甲"], "--region"),
    ],
)
def test_a_wrong_answer_is_refused_before_anything_is_written(
    tmp_path: Path,
    flags: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Half a set-up is worse than none."""
    monkeypatch.setattr("sys.stdin", io.StringIO())
    file = tmp_path / "local.toml"
    assert main(["init", "--file", str(file), *flags]) == 2
    assert not file.exists()
    assert said in capsys.readouterr().err


def test_check_reads_every_table_of_the_sample(capsys: pytest.CaptureFixture[str]) -> None:
    """What ships is sound."""
    assert main(["check"]) == 0
    assert "正确" in capsys.readouterr().out


def test_show_hides_secrets() -> None:
    """The password is set and not shown."""
    done = subprocess.run(
        [sys.executable, "-m", "config", "show"],
        cwd=ROOT,
        env={"HUIYING_MAIL_PASSWORD": "tiger-77", "PATH": "/usr/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "tiger-77" not in done.stdout + done.stderr
    assert "mail_password = ******  # environment" in done.stdout


def test_the_pages_are_those_of_the_tables() -> None:
    """docs/settings.md and docs/rules.md say what the tables say."""
    assert (ROOT / "docs" / "settings.md").read_text("utf-8") == settings_page()
    assert (ROOT / "docs" / "rules.md").read_text("utf-8") == rules_page(load_rulebook())
