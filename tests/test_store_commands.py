"""`python -m store`: setup, status, backup, restore, export, with exit codes and one sentence for every error."""

import json
from contextlib import closing
from pathlib import Path
from typing import get_args

import pytest

from config.desk import Desk, open_desk
from records.source import Health, SourceState
from store.__main__ import main
from store.interface import Query
from store.open import CORPUS, LEDGER, open_corpus, open_ledger
from store.operations import HEALTH
from store.sqlite_library import connect
from tests.contracts.corpus import load
from tests.contracts.material import MONDAY, document, issue


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Give a sample desk of its own, in a folder with an awkward name, with some documents and an issue."""
    monkeypatch.setenv("HUIYING_DATA_DIR", str(tmp_path / "数 据%20?#"))
    made = open_desk(sample=True)
    monkeypatch.setattr("store.__main__.open_desk", lambda: made)
    with closing(open_corpus(made)) as corpus, closing(open_ledger(made)) as ledger:
        load(corpus, 60)
        ledger.raise_issue(issue(), [])
    return made


def backed_up(tmp_path: Path) -> Path:
    """Return the folder of a fresh backup of the desk."""
    assert main(["backup", "--to", str(tmp_path / "copy")]) == 0
    return tmp_path / "copy"


def test_setup_and_migrate_say_where_and_which(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """Doing it again is harmless."""
    for verb in ("setup", "setup", "migrate"):
        assert main([verb]) == 0
    said = capsys.readouterr().out
    assert str(desk.folder) in said
    assert "示例数据" in said
    assert "结构 1" in said


@pytest.mark.usefixtures("desk")
def test_status_counts_and_checks(capsys: pytest.CaptureFixture[str]) -> None:
    """For people and as JSON."""
    assert main(["status", "--check"]) == 0
    assert "完好" in capsys.readouterr().out
    assert main(["status", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["corpus"]["documents"] == 60
    assert told["issues"] == 1
    assert told["bytes"][CORPUS] > 0


def test_status_tells_the_health_of_a_source_in_chinese(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every health has its word; the JSON keeps the record's own."""
    assert set(HEALTH) == set(get_args(Health))
    with closing(open_corpus(desk)) as corpus:
        corpus.save_source(
            SourceState(
                source="paper", health="changed", said="旧规则失灵", checked_at=MONDAY,
                ok_at=MONDAY, complete_to=MONDAY, documents=1, failures=0,
            )
        )  # fmt: skip
    assert main(["status"]) == 0
    assert "来源 paper: 改版 旧规则失灵" in capsys.readouterr().out


def test_a_backup_comes_back_whole(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was written later is gone, the rest is there, the restore is in the audit chain, open readers go on."""
    folder = backed_up(tmp_path)
    with closing(open_corpus(desk)) as reader:
        reader.accept([document(9999)])
        assert reader.counts().documents == 61
        assert main(["restore", str(folder)]) == 2
        assert "--force" in capsys.readouterr().err
        assert reader.counts().documents == 61
        assert main(["restore", str(folder), "--force"]) == 0
        assert reader.counts().documents == 60
    with closing(open_ledger(desk)) as ledger:
        assert ledger.verify_audit() is None
        assert [row.action for row in ledger.audit()] == ["store.restore", "issue.raise"]
    assert main(["status", "--check"]) == 0


def test_a_backup_holds_no_secret(desk: Desk, tmp_path: Path) -> None:
    """Neither the key's file nor its content; only the owner may read the folder."""
    folder = backed_up(tmp_path)
    secrets = [file.read_bytes().strip() for file in (desk.folder / "secrets").iterdir()]
    assert secrets
    for file in folder.iterdir():
        assert not any(secret in file.read_bytes() for secret in secrets)
    assert {file.name for file in folder.iterdir()} == {CORPUS, LEDGER, "manifest.json"}
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_backup_names_the_one_secret_to_keep(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The audit key alone: a copy of the folder would keep the daily salts that must be destroyed."""
    backed_up(tmp_path)
    said = capsys.readouterr().out
    assert f"请另行保管 {desk.folder / 'secrets' / 'audit.key'} (只这一个文件)" in said


def test_a_backup_restores_into_a_bare_folder(desk: Desk, tmp_path: Path) -> None:
    """The drill: stores lost, key kept."""
    folder = backed_up(tmp_path)
    for file in desk.folder.glob("*.db*"):
        file.unlink()
    assert main(["restore", str(folder)]) == 0
    with closing(open_corpus(desk)) as corpus:
        assert corpus.search(Query(text="食")).total > 0
    assert main(["status", "--check"]) == 0


def test_a_damaged_store_is_set_aside_and_replaced(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The broken file stays for whoever wants to look at it."""
    folder = backed_up(tmp_path)
    (desk.folder / CORPUS).write_bytes(b"nonsense" * 1000)
    assert main(["status"]) == 2
    assert "不是数据库文件" in capsys.readouterr().err
    assert main(["restore", str(folder), "--force"]) == 0
    assert (desk.folder / f"{CORPUS}.broken").exists()
    assert main(["status", "--check"]) == 0


@pytest.mark.usefixtures("desk")
def test_a_changed_backup_is_not_restored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The manifest's hashes are checked before anything is touched."""
    folder = backed_up(tmp_path)
    with (folder / LEDGER).open("ab") as handle:
        handle.write(b"x")
    assert main(["restore", str(folder), "--force"]) == 1
    assert LEDGER in capsys.readouterr().err
    (folder / "manifest.json").unlink()
    assert main(["restore", str(folder), "--force"]) == 2


@pytest.mark.usefixtures("desk")
def test_a_backup_never_overwrites(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Not even an empty folder."""
    assert main(["backup", "--to", str(tmp_path)]) == 2
    assert "已经存在" in capsys.readouterr().err


def test_an_export_holds_no_individuals_text(desk: Desk, tmp_path: Path) -> None:
    """Institutions' documents with their judgements; of individuals a count, small ones not even that."""
    private = document(7001, text="只有我知道的一句话", platform="forum")
    public = document(7002, text="请拨打13800138000", source_class="official", voice="3f2a")
    with closing(open_corpus(desk)) as corpus:
        corpus.accept([private, public])
    out = tmp_path / "out.jsonl"
    assert main(["export", "--out", str(out)]) == 0
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    documents = [line["document"] for line in lines if "document" in line]
    counts = {
        line["individuals"]["platform"]: line["individuals"]["documents"]
        for line in lines
        if "individuals" in line
    }
    assert documents
    assert all(one["source_class"] != "individual" and "voice" not in one for one in documents)
    assert "只有我知道" not in out.read_text(encoding="utf-8")
    assert "13800138000" not in out.read_text(encoding="utf-8")
    assert counts["forum"] == "<10"
    assert sum(1 for _ in documents) + _individuals(desk) == 62
    assert main(["export", "--out", str(out)]) == 2
    with closing(open_ledger(desk)) as ledger:
        assert ledger.audit()[0].action == "store.export"


def _individuals(desk: Desk) -> int:
    with closing(open_corpus(desk)) as corpus:
        return dict(corpus.facet(Query(), "source_class"))["individual"]


@pytest.mark.usefixtures("desk")
def test_an_export_goes_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    """One JSON object a line, the summary apart on stderr."""
    assert main(["export"]) == 0
    said = capsys.readouterr()
    assert all(json.loads(line) for line in said.out.splitlines())
    assert "只计数" in said.err


def test_tampering_fails_the_check(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 1 and the row."""
    with closing(connect(desk.folder / LEDGER)) as connection:
        connection.execute("UPDATE audit SET actor = '别人'")
    assert main(["status", "--check"]) == 1
    assert "第 1 行" in capsys.readouterr().err


@pytest.mark.usefixtures("desk")
def test_verbose_adds_the_trace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without it there is one line."""
    main(["restore", str(tmp_path)])
    assert len(capsys.readouterr().err.splitlines()) == 1
    main(["restore", str(tmp_path), "--verbose"])
    assert "Traceback" in capsys.readouterr().err


def test_a_wrong_call_ends_with_two(capsys: pytest.CaptureFixture[str]) -> None:
    """Argparse's own exit code is the same as ours."""
    with pytest.raises(SystemExit) as stop:
        main(["explode"])
    assert stop.value.code == 2
    assert capsys.readouterr().err
