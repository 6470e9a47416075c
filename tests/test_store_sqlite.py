"""The SQLite corpus keeps the corpus contract, in memory and in a file; what only a file can show is below."""

import ast
import os
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from records.errors import ConfigError, HuiyingError, RetryLater, WorkFailed
from store import sqlite_library, sqlite_rows
from store.interface import Corpus, Query
from store.sqlite import SqliteCorpus
from store.sqlite_backup import fault
from store.sqlite_schema import MIGRATIONS, migrations
from tests.contracts.company import at_once, begin, killed, writer
from tests.contracts.corpus import CorpusContract, load
from tests.contracts.material import MONDAY, document, score

ROOT = Path(__file__).resolve().parent.parent


class TestInMemory(CorpusContract):
    """The contract on SQLite's :memory:."""

    @pytest.fixture
    def corpus(self) -> Iterator[Corpus]:
        """Give an empty corpus in memory."""
        made = SqliteCorpus(":memory:")
        yield made
        made.close()


class TestInAFile(CorpusContract):
    """The contract on a file."""

    @pytest.fixture
    def corpus(self, tmp_path: Path) -> Iterator[Corpus]:
        """Give an empty corpus in a file."""
        made = SqliteCorpus(tmp_path / "corpus.db")
        yield made
        made.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give the path of a corpus file that does not exist yet."""
    return tmp_path / "corpus.db"


def raw(file: Path, *statements: str) -> list[tuple[object, ...]]:
    """Run statements on a store file past the corpus; return the rows of the last."""
    connection = sqlite_library.connect(file)
    rows: list[tuple[object, ...]] = []
    for statement in statements:
        rows = connection.execute(statement).fetchall()
    connection.close()
    return rows


# -- crashes and company -----------------------------------------------------------------------------------------------


def test_killing_in_the_middle_of_accept_loses_and_doubles_nothing(file: Path) -> None:
    """What was acknowledged is there once, with its words; the file is whole; going on works."""
    chance = random.Random(3)  # noqa: S311 - when to kill
    acknowledged: set[str] = set()
    for _ in range(5):
        acknowledged |= set(killed("accept", file, chance.uniform(0, 0.15)))
        corpus = SqliteCorpus(file)
        assert corpus.known(acknowledged) == acknowledged
        total = corpus.counts().documents
        assert corpus.search(Query(text="食堂")).total == total
        corpus.close()
        assert fault(file) is None
        assert raw(file, "SELECT count(DISTINCT id) FROM document") == [(total,)]


def test_killing_in_the_middle_of_placing_keeps_places_and_cursor_together(file: Path) -> None:
    """The cursor never says more or less than the places and the event say."""
    chance = random.Random(4)  # noqa: S311 - when to kill
    for _ in range(5):
        reached = int(killed("place", file, chance.uniform(0, 0.15))[-1])
        corpus = SqliteCorpus(file)
        cursor = int(corpus.cursor() or b"0")
        event = corpus.event("e")
        assert event is not None
        assert reached <= cursor == event.documents == len(corpus.members("e", limit=10**6))
        corpus.close()
        assert fault(file) is None


def test_processes_that_open_and_write_at_once_lose_nothing(file: Path) -> None:
    """Even the first start, which makes the tables, may happen several times at once."""
    said = at_once("accept", file, "abc", 200)
    corpus = SqliteCorpus(file)
    everything = {one for each in said for one in each}
    assert len(everything) == 600
    assert corpus.known(everything) == everything
    assert corpus.counts("v1").unscored == 0
    assert corpus.counts().documents == 600
    corpus.close()
    assert fault(file) is None


def test_reading_goes_on_while_another_process_writes(file: Path) -> None:
    """No reader ever sees "locked", and what it sees is one moment."""
    corpus = SqliteCorpus(file)
    with writer("accept", file, "w", 400) as process:
        begin(process)
        reads = 0
        while process.poll() is None:
            page = corpus.search(Query(text="食堂"), limit=1000)
            assert page.total == len(page.hits)
            reads += 1
    assert reads > 10
    assert corpus.counts().documents == 400
    corpus.close()


def test_threads_share_a_corpus(file: Path) -> None:
    """Each thread has its own connection; those of ended threads are closed."""
    corpus = SqliteCorpus(file)
    failed: list[BaseException] = []

    def work(start: int) -> None:
        try:
            for number in range(start, start + 10):
                corpus.accept([document(number)])
                assert corpus.search(Query()).total > 0
        except BaseException as error:  # noqa: BLE001 - reported by the main thread
            failed.append(error)

    for round_ in range(3):
        threads = [threading.Thread(target=work, args=(1000 * round_ + 100 * n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failed == []
    assert corpus.counts().documents == 120
    assert len(corpus._connections._open) <= 6
    corpus.close()
    with pytest.raises(WorkFailed, match="关闭"):
        corpus.counts()


def test_a_fork_gets_its_own_connection(file: Path) -> None:
    """Parent and child write through different connections and both are heard."""
    corpus = SqliteCorpus(file)
    corpus.accept([document(1)])
    mine = corpus._connections.get()
    child = os.fork()
    if child == 0:
        corpus.accept([document(2)])
        os._exit(0 if corpus._connections.get() is not mine else 1)
    assert os.waitpid(child, 0)[1] == 0
    corpus.accept([document(3)])
    assert corpus.counts().documents == 3
    assert corpus._connections.get() is mine
    corpus.close()


def test_a_lock_held_too_long_says_to_retry(file: Path) -> None:
    """A writer that waits in vain gets one sentence, and nothing is half written."""
    corpus = SqliteCorpus(file)
    corpus._connections.get().execute("PRAGMA busy_timeout = 50")
    other = sqlite_library.connect(file)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(RetryLater, match="占用"):
        corpus.accept([document(1)])
    other.execute("ROLLBACK")
    other.close()
    assert corpus.accept([document(1)]) == 1
    corpus.close()


def test_a_long_batch_is_cut_into_short_transactions(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other writers get their turn: at most 500 documents, or as many as the time allows, but always one."""
    corpus = SqliteCorpus(file)
    monkeypatch.setattr("store.sqlite_spool.SECONDS", 0.0)
    assert corpus.accept([document(n) for n in range(30)]) == 30
    corpus.save_scores([score(document(n)) for n in range(30)])
    assert corpus.counts("v1").unscored == 0
    monkeypatch.undo()
    assert corpus.accept([document(n) for n in range(1200)]) == 1170
    corpus.close()


# -- files that are not what they should be ----------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"\x00" * 8192, b"x"])
def test_a_file_that_is_no_database_is_one_sentence(file: Path, content: bytes) -> None:
    """It is named and left as it was."""
    file.write_bytes(content)
    with pytest.raises(ConfigError, match="不是数据库文件"):
        SqliteCorpus(file)
    assert file.read_bytes() == content


def test_a_damaged_corpus_says_to_restore(file: Path) -> None:
    """Pages overwritten in the middle: a sentence at the read that meets them."""
    corpus = SqliteCorpus(file)
    load(corpus)
    corpus.close()
    with file.open("r+b") as handle:
        for page in range(2, file.stat().st_size // 4096):
            handle.seek(page * 4096)
            handle.write(b"\xff" * 4096)
    assert "损坏" in (fault(file) or "")
    with pytest.raises(HuiyingError, match="restore"):
        SqliteCorpus(file).search(Query(text="食"))


def test_somebody_elses_database_is_refused(file: Path) -> None:
    """A SQLite file with other tables is left alone."""
    raw(file, "CREATE TABLE mine (a)")
    with pytest.raises(ConfigError, match="不是本系统的语料库"):
        SqliteCorpus(file)
    assert raw(file, "SELECT name FROM sqlite_schema") == [("mine",)]


def test_a_newer_corpus_is_refused(file: Path) -> None:
    """An old program does not touch what it does not understand."""
    SqliteCorpus(file).close()
    raw(file, "INSERT INTO schema_version VALUES (9999, 'from the future')")
    with pytest.raises(ConfigError, match="更新版本") as refusal:
        SqliteCorpus(file)
    assert refusal.value.exit_code == 2


@pytest.mark.parametrize("name", ["no/such/folder/corpus.db", "."])
def test_a_place_that_cannot_be_opened_is_named(tmp_path: Path, name: str) -> None:
    """A missing folder and a folder in the file's place."""
    with pytest.raises(ConfigError, match="打不开"):
        SqliteCorpus(tmp_path / name)


def test_migrations_are_numbered_without_gap() -> None:
    """0001, 0002, … and every file of the folder is one."""
    assert sorted(migrations()) == list(range(1, len(migrations()) + 1))
    assert len(list(MIGRATIONS.iterdir())) == len(migrations())


# -- the rules every connection keeps ----------------------------------------------------------------------------------


def test_every_connection_is_durable_and_checked(file: Path) -> None:
    """WAL, synchronous=FULL (2), busy timeout, foreign keys."""
    corpus = SqliteCorpus(file)
    connection = corpus._connections.get()
    values = {
        name: connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
    }
    corpus.close()
    assert values == {
        "journal_mode": "wal",
        "synchronous": 2,
        "busy_timeout": 5000,
        "foreign_keys": 1,
    }


def test_an_old_library_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """With one sentence that says what to install."""
    monkeypatch.setattr("store.sqlite_library._found.sqlite_version_info", (3, 40, 1))
    with pytest.raises(ConfigError, match="pysqlite3"):
        sqlite_library.library()


def test_only_one_place_names_a_sqlite_library() -> None:
    """Nothing else in the product can open a store file: one module imports the library, once."""
    named = [
        str(path.relative_to(ROOT))
        for package in (
            "alerts",
            "config",
            "crawlers",
            "dashboard",
            "nlp",
            "records",
            "response",
            "store",
        )
        for path in sorted((ROOT / package).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in _imported(node)
        if name.split(".")[0] in {"sqlite3", "pysqlite3", "apsw", "aiosqlite"}
    ]
    assert named == ["store/sqlite_library.py", "store/sqlite_library.py"]


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [name.name for name in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def test_both_stores_use_the_same_library_and_no_other_is_loaded(tmp_path: Path) -> None:
    """Two libraries on one file in one process would drop each other's locks."""
    program = f"""
import sys
from pathlib import Path
from records.clock import SystemClock
from store.ledger import SqlLedger
from store.sqlite import SqliteCorpus
from store.sqlite_library import library
folder = Path({str(tmp_path)!r})
corpus = SqliteCorpus(folder / "corpus.db")
ledger = SqlLedger(f"sqlite:///{{folder / 'ledger.db'}}", key_file=folder / "key", clock=SystemClock())
corpus.counts(), ledger.verify_audit()
raw = ledger._database._engine.raw_connection().driver_connection
assert type(raw) is library().Connection, type(raw)
assert type(corpus._connections.get()) is library().Connection
if library().__name__.startswith("pysqlite3"):
    assert "_sqlite3" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False)
    assert done.returncode == 0


def test_a_document_that_was_purged_does_not_come_back(file: Path) -> None:
    """Its tombstone is known, and accept leaves it out."""
    corpus = SqliteCorpus(file)
    gone = document(1)
    with corpus._connections.writing() as connection:
        connection.execute("INSERT INTO tombstone VALUES (?, 0)", (gone.id,))
    assert corpus.known([gone.id]) == {gone.id}
    assert corpus.accept([gone, document(2)]) == 1
    corpus.close()


def test_a_second_can_be_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """More documents in one second than the rid has room for is said, not crashed on."""
    monkeypatch.setattr(sqlite_rows, "SEQ_BITS", 2)
    corpus = SqliteCorpus(":memory:")
    with pytest.raises(WorkFailed, match="同一秒"):
        corpus.accept([document(n, at=MONDAY) for n in range(5)])
    assert corpus.counts().documents == 0
    corpus.close()
