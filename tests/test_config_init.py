"""`python -m config`: init asks and writes once, check reads everything, show hides secrets."""

import io
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.__main__ import main
from config.pages import rules_page, settings_page
from config.rulebook import load_rulebook
from config.settings import ROOT, TABLES, load
from config.sources import load_sources, with_local
from records.errors import RetryLater

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


def test_sources_are_switched_on_and_off_by_flags(tmp_path: Path) -> None:
    """Only what differs from the table is written; a wrong name is refused."""
    file = tmp_path / "local.toml"
    table = load_sources(TABLES / "sources.toml")
    on, off = (next(one.name for one in table.sources if one.on == now) for now in (True, False))
    assert main(["init", "--file", str(file), *GIVEN, "--on", off, "--on", on, "--off", on]) == 0
    assert file.read_text("utf-8").count("[sources.") == 2
    made = with_local(table, file)
    assert {one.name: one.on for one in made.sources if one.name in {on, off}} == {
        on: False,
        off: True,
    }
    assert main(["init", "--file", str(tmp_path / "other"), *GIVEN, "--on", "nobody"]) == 2
    assert not (tmp_path / "other").exists()


class _Keyboard(io.StringIO):
    """A terminal's standard input, as far as init asks."""

    def isatty(self) -> bool:
        return True


def test_init_asks_and_keeps_what_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Enter keeps a source as shown, y switches on, n off; cookie and password are asked for without echo."""
    table = load_sources(TABLES / "sources.toml").sources
    on, off = (next(one.name for one in table if one.on == now) for now in (True, False))
    answers = ["谁知道" if one.name == off else "" for one in table]
    wanted = {on: "n", off: "y"}
    said = ["甲市人民政府办公室", "990100"]
    for one, first in zip(table, answers, strict=True):
        said += [first] * bool(first) + [wanted.get(one.name, "")]
    said += ["127.0.0.1:25", "desk", "a@desk.test", "b@desk.test"]
    typed = iter(["饼干-1", "口令-2"])
    monkeypatch.setattr("sys.stdin", _Keyboard("\n".join(said) + "\n"))
    monkeypatch.setattr("config.__main__.getpass", lambda _: next(typed))
    file = tmp_path / "local.toml"
    assert main(["init", "--file", str(file)]) == 0
    settings = load(file=file, environ={})
    assert settings.text("weibo_cookie") == "饼干-1"
    assert settings.text("mail_password") == "口令-2"
    text = file.read_text("utf-8")
    assert f"[sources.{off}]\non = true" in text
    assert f"[sources.{on}]\non = false" in text
    assert text.count("[sources.") == 2
    shown = capsys.readouterr().out
    assert "[关]" in shown
    assert "[开]" in shown
    assert "请回车" in shown
    assert "饼干-1" not in shown


def test_check_reads_every_table_of_the_sample(capsys: pytest.CaptureFixture[str]) -> None:
    """What ships is sound."""
    assert main(["check"]) == 0
    said = capsys.readouterr().out
    assert "正确" in said
    for what in ("来源", "领域", "征象词表", "规则词表", "时钟", "角色", "提醒渠道"):
        assert what in said


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("topics", "priority = true", 'priority = "是"'), "priority 应是是否"),
        (("topics", "colloquial =", "coloquial ="), ".*没有名为 coloquial"),
        (("topics", "\ncity =", "\ncty ="), "bodies 应是一段.*central、"),
        (("lexicon", 'name = "', 'nmae = "'), ".*可用的有 name、words"),
        (("lexicon", "[lists.", "[list."), "没有名为 list 的表"),
        (("roles", '"dismiss"', '"dismis"'), "may 应是列表.*acknowledge、dismiss"),
        (("channels", "on = true", "on = 1"), "on 应是是否"),
        (("sources", "title =", "tilte ="), ".*tilte"),
    ],
)
def test_check_refuses_a_wrong_table_with_its_line(
    tmp_path: Path,
    wrong: tuple[str, str, str],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One sentence with file, line and what is allowed, exit 2, for every table of the desk."""
    shutil.copytree(TABLES, tmp_path / "config", ignore=shutil.ignore_patterns("*.py", "local*"))
    table, old, new = wrong
    file = tmp_path / "config" / f"{table}.toml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    for own in (tmp_path / "config" / "sample").iterdir():
        own.unlink()
    monkeypatch.setattr("config.desk.TABLES", tmp_path / "config")
    assert main(["check"]) == 2
    told = capsys.readouterr().err
    assert re.search(rf"{table}\.toml:\d+: {said}", told), told
    assert told.count("\n") == 1


def test_a_store_that_is_busy_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """RetryLater ends a command with 1, not with a trace."""

    def busy(*_: object, **__: object) -> None:
        raise RetryLater("磁盘已满, 稍后再试")

    monkeypatch.setattr("config.__main__.load", busy)
    assert main(["check"]) == 1
    assert capsys.readouterr().err == "磁盘已满, 稍后再试\n"


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
