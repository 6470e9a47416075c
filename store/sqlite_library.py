"""The one SQLite library of the product, and how it is opened: pragmas, threads, forks, errors.

pysqlite3 carries its own SQLite; where it has no wheel the standard library's serves if it is new enough. Two SQLite
libraries on one file in one process drop each other's locks, so nothing else may open a store file.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import ModuleType
from typing import Any

from records.errors import ConfigError, HuiyingError, RetryLater, WorkFailed

try:
    import pysqlite3.dbapi2 as _found
except ImportError:
    import sqlite3 as _found

NEEDED = (3, 51, 3)
"""Older ones have the WAL-reset race (docs/decisions/2026-11-24-pysqlite3.md)."""

MEMORY = ":memory:"
BUSY_SECONDS = 5.0
_SMALLEST = 512
_PRAGMAS = (
    "busy_timeout = 5000",
    "synchronous = FULL",
    "foreign_keys = ON",
    "temp_store = MEMORY",
    "cache_size = -32768",
    "wal_autocheckpoint = 4000",
    "trusted_schema = OFF",
)
_ABANDONED: list[Any] = []
"""Connections inherited by a fork: never used, never closed, since closing would disturb the parent's files."""


def library() -> ModuleType:
    """Return the SQLite module. Raises ConfigError when it is too old."""
    if _found.sqlite_version_info < NEEDED:
        raise ConfigError(
            f"需要 SQLite {'.'.join(map(str, NEEDED))} 或更新的版本, 现在是 {_found.sqlite_version}; "
            "请安装 pysqlite3 0.6.1 或换用更新的 Python"
        )
    module: ModuleType = _found
    return module


def explained(error: Exception, where: str) -> HuiyingError:
    """Return what a SQLite error means for the caller, as one sentence."""
    said = str(error)
    if "not a database" in said:
        return ConfigError(
            f"{where} 不是数据库文件, 请移走它或从备份恢复 (python -m store restore)"
        )
    if "unable to open" in said or "readonly" in said:
        return ConfigError(f"{where} 打不开或不可写, 请检查文件夹是否存在、权限是否正确")
    if "malformed" in said or "corrupt" in said:
        return WorkFailed(f"{where} 已损坏, 请从备份恢复 (python -m store restore --force)")
    if "locked" in said or "busy" in said:
        return RetryLater(f"{where} 正被其他进程占用, 稍后再试")
    if "full" in said or "disk I/O" in said:
        return RetryLater(f"{where} 写不进去, 请检查磁盘空间和磁盘状态 ({said})")
    return WorkFailed(f"{where} 出错: {said}")


def connect(path: Path | str) -> Any:
    """Open `path` with the pragmas every connection has; transactions are begun by hand."""
    connection = library().connect(
        str(path), timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        prepare(connection, path)
    except Exception:
        connection.close()
        raise
    return connection


def prepare(connection: Any, path: Path | str) -> None:
    """Set the pragmas. Raises ConfigError for a stub or where the file system cannot carry a write-ahead log."""
    if str(path) != MEMORY and 0 < Path(path).stat().st_size < _SMALLEST:
        # SQLite takes a file shorter than its header for an empty one and would write over it.
        raise ConfigError(f"{path} 不是数据库文件, 请移走它或从备份恢复 (python -m store restore)")
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    if str(path) != MEMORY and _journal(connection) != "wal":
        raise ConfigError(f"{path} 所在的磁盘不支持预写日志 (WAL), 请把数据放在本地磁盘上")


def _journal(connection: Any) -> str:
    """Switch to WAL; two processes that meet at a new file's birth may see "locked" despite the busy timeout."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            return str(connection.execute("PRAGMA journal_mode = WAL").fetchone()[0])
        except library().OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)


class Connections:
    """One connection a thread and process to one file, made when first needed.

    A memory database lives in its one connection, so all threads share that under a lock.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = path
        self._mine = threading.local()
        self._guard = threading.Lock()
        self._open: list[tuple[threading.Thread, Any]] = []
        self._pid = os.getpid()
        self._shared = connect(path) if str(path) == MEMORY else None
        self._turn = threading.RLock() if self._shared else nullcontext()
        self._closed = False

    def get(self) -> Any:
        """Return this thread's connection."""
        if self._closed:
            raise WorkFailed(f"{self.path} 已经关闭")
        if self._shared is not None:
            return self._shared
        if self._pid != os.getpid():
            self._forget()
        found = getattr(self._mine, "connection", None)
        if found is None:
            found = self._mine.connection = connect(self.path)
            self._keep(found)
        return found

    def _keep(self, connection: Any) -> None:
        """Remember a new connection and close those whose threads have ended (Streamlit makes one a page run)."""
        with self._guard:
            ended = [pair for pair in self._open if not pair[0].is_alive()]
            self._open = [pair for pair in self._open if pair[0].is_alive()]
            self._open.append((threading.current_thread(), connection))
        for _, old in ended:
            old.close()

    def _forget(self) -> None:
        """Leave the parent's connections alone after a fork and begin anew."""
        _ABANDONED.extend(connection for _, connection in self._open)
        self._guard = threading.Lock()
        self._mine = threading.local()
        self._open = []
        self._pid = os.getpid()

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """Give a connection inside one read transaction: all its reads see one moment."""
        with self._turn, self._transaction("BEGIN", "ROLLBACK") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Any]:
        """Give a connection inside one write transaction, committed (and synced) at the end, undone on an error."""
        with self._turn, self._transaction("BEGIN IMMEDIATE", "COMMIT") as connection:
            yield connection

    @contextmanager
    def _transaction(self, begin: str, end: str) -> Iterator[Any]:
        connection: Any = None
        try:
            connection = self.get()
            connection.execute(begin)
            yield connection
            connection.execute(end)
        except library().Error as error:
            raise explained(error, str(self.path)) from error
        finally:
            if connection is not None and connection.in_transaction:
                connection.execute("ROLLBACK")

    def close(self) -> None:
        """Close every connection of this process."""
        self._closed = True
        if self._shared is not None:
            self._shared.close()
        if self._pid != os.getpid():
            self._forget()
        with self._guard:
            connections, self._open = self._open, []
        for _, connection in connections:
            connection.close()
