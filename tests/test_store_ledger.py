"""The ledger on SQLite keeps the ledger contract, in memory and in a file; what only a file can show is below."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from records.errors import ConfigError, HuiyingError
from store.interface import Ledger
from store.ledger import SqlLedger
from store.ledger_schema import REVISIONS, metadata
from store.ledger_upgrade import config
from tests.contracts.company import at_once
from tests.contracts.ledger import LedgerContract
from tests.contracts.material import MONDAY, issue, standing_clock


def open_ledger(file: Path) -> SqlLedger:
    """Open a ledger file with the contract's clock."""
    return SqlLedger(f"sqlite:///{file}", key_file=file.with_name("key"), clock=standing_clock())


def tampering(ledger: SqlLedger) -> Callable[[str], None]:
    """Return a function that writes past the ledger's own commands."""

    def run(statement: str) -> None:
        with ledger._database.writing() as connection:
            connection.execute(text(statement))

    return run


class _OnSqlite(LedgerContract):
    @pytest.fixture
    def tamper(self, ledger: SqlLedger) -> Callable[[str], None]:
        """Give a function that runs a statement on the database behind the ledger's back."""
        return tampering(ledger)


class TestInMemory(_OnSqlite):
    """The contract on SQLite's :memory:."""

    @pytest.fixture
    def ledger(self, tmp_path: Path) -> Iterator[Ledger]:
        """Give an empty ledger in memory."""
        made = SqlLedger("sqlite://", key_file=tmp_path / "key", clock=standing_clock())
        yield made
        made.close()


class TestInAFile(_OnSqlite):
    """The contract on a file."""

    @pytest.fixture
    def ledger(self, tmp_path: Path) -> Iterator[Ledger]:
        """Give an empty ledger in a file."""
        made = open_ledger(tmp_path / "ledger.db")
        yield made
        made.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give the path of a ledger file that does not exist yet."""
    return tmp_path / "ledger.db"


def test_what_was_written_is_there_after_reopening(file: Path) -> None:
    """The chain goes on across processes with the same key."""
    for number in (1, 2):
        ledger = open_ledger(file)
        ledger.raise_issue(issue(number), [])
        ledger.close()
    ledger = open_ledger(file)
    assert len(ledger.issues()) == len(ledger.audit()) == 2
    assert ledger.verify_audit() is None
    ledger.close()


def test_the_audit_key_is_the_owners_alone(tmp_path: Path) -> None:
    """0600 in a folder of 0700, and nowhere in the database."""
    key = tmp_path / "secrets" / "audit.key"
    ledger = SqlLedger(f"sqlite:///{tmp_path / 'l.db'}", key_file=key, clock=standing_clock())
    ledger.raise_issue(issue(), [])
    ledger.close()
    assert key.stat().st_mode & 0o777 == 0o600
    assert key.parent.stat().st_mode & 0o777 == 0o700
    assert list(key.parent.iterdir()) == [key]
    secret = key.read_bytes().strip()
    assert all(secret not in part.read_bytes() for part in tmp_path.glob("l.db*"))


def test_a_lost_key_is_named_as_the_reason(file: Path) -> None:
    """A chain signed with another key is not called tampered with."""
    ledger = open_ledger(file)
    ledger.raise_issue(issue(), [])
    ledger.close()
    file.with_name("key").unlink()
    ledger = open_ledger(file)
    assert "另一把密钥" in (ledger.verify_audit() or "")
    ledger.close()


@pytest.mark.parametrize("content", ["", "zz", "00ff"])
def test_a_broken_key_file_is_refused(file: Path, content: str) -> None:
    """Rather than beginning a second chain with it."""
    file.with_name("key").write_text(content, encoding="ascii")
    with pytest.raises(ConfigError, match="密钥"):
        open_ledger(file)


def test_the_migrations_have_one_head_and_make_the_tables() -> None:
    """The numbered steps, the list of known ones and the tables in the code agree."""
    steps = ScriptDirectory.from_config(config())
    assert steps.get_heads() == [REVISIONS[-1]]
    assert [step.revision for step in steps.walk_revisions()][::-1] == list(REVISIONS)


def test_the_tables_in_the_code_are_those_of_the_migrations(file: Path) -> None:
    """Alembic finds no difference."""
    ledger = open_ledger(file)
    with ledger._database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    ledger.close()


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"no database at all" * 100, "不是数据库"), (b"\x00" * 8192, "不是数据库")],
)
def test_a_file_that_is_no_database_is_one_sentence(file: Path, content: bytes, said: str) -> None:
    """No trace of a library reaches the user."""
    file.write_bytes(content)
    with pytest.raises(HuiyingError, match=said):
        open_ledger(file)


def test_a_newer_ledger_is_refused(file: Path) -> None:
    """An old program does not touch what it does not understand."""
    ledger = open_ledger(file)
    tampering(ledger)("UPDATE alembic_version SET version_num = '9999'")
    ledger.close()
    with pytest.raises(ConfigError, match="更新版本"):
        open_ledger(file)


def test_somebody_elses_database_is_refused(file: Path) -> None:
    """A SQLite file with other tables is left alone."""
    ledger = open_ledger(file)
    tampering(ledger)("DROP TABLE alembic_version")
    ledger.close()
    with pytest.raises(ConfigError, match="不是本系统"):
        open_ledger(file)


def test_processes_that_open_and_append_at_once_make_one_chain(file: Path) -> None:
    """Even the first start, with its migration and its key, may happen several times at once."""
    at_once("audit", file, "abc", 40)
    ledger = open_ledger(file)
    assert ledger.verify_audit() is None
    rows = ledger.audit()
    assert sorted((row.actor, int(row.subject)) for row in rows) == [
        (name, number) for name in "abc" for number in range(40)
    ]
    ledger.close()


def test_no_step_is_lost_when_processes_move_one_case(file: Path) -> None:
    """Each of them keeps all its steps, and the versions have no gap."""
    at_once("move", file, "ab", 25)
    ledger = open_ledger(file)
    moves = ledger.moves("case-1")
    assert [one.seq for one in moves] == list(range(1, 51))
    assert sorted((one.actor, int(one.note)) for one in moves) == [
        (name, number) for name in "ab" for number in range(25)
    ]
    assert ledger.verify_audit() is None
    ledger.close()


def test_threads_share_a_ledger(file: Path) -> None:
    """The dashboard reads and writes from several threads."""
    ledger = open_ledger(file)
    failed: list[BaseException] = []

    def work(name: str) -> None:
        try:
            for number in range(20):
                ledger.append_audit(
                    actor=name, role="r", action="x", subject=str(number), detail="", at=MONDAY
                )
                assert ledger.audit(limit=1)
        except BaseException as error:  # noqa: BLE001 - reported by the main thread
            failed.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(ledger.audit()) == 80
    assert ledger.verify_audit() is None
    ledger.close()
