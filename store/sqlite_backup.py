"""Copies of a store file made while it is in use, and whether a file is whole."""

from contextlib import closing
from pathlib import Path
from typing import Any

from store.sqlite_library import connect, explained, library

PAGES = 2000
"""Pages copied under one read lock, so that writers are never kept waiting long (8 MB at 4 KB a page)."""


def copy(source: Path, target: Path) -> None:
    """Bring `target` to the present content of `source`, page by page, whoever else uses either of them.

    A target in use stays one database for its readers: it changes in one step at the end.
    """
    try:
        with closing(connect(source)) as old, closing(connect(target)) as new:
            old.backup(new, pages=PAGES)
            new.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except library().Error as error:
        raise explained(error, f"{source} → {target}") from error


def settle(file: Path) -> None:
    """Turn a copy into one single file, without a write-ahead log beside it."""
    try:
        with closing(connect(file)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    except library().Error as error:
        raise explained(error, str(file)) from error


def fault(file: Path) -> str | None:
    """Return None when the file is a whole database, else one sentence."""
    try:
        with closing(connect(file)) as connection:
            said = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
            if said != "ok":
                return f"{file} 已损坏: {said}"
            missing = connection.execute("PRAGMA foreign_key_check").fetchone()
            if missing:
                return f"{file} 里 {missing[0]} 表的第 {missing[1]} 行没有它所指的记录"
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema")}
            return _index_fault(connection, file) if "words" in tables else None
    except library().Error as error:
        return str(explained(error, str(file)))


def _index_fault(connection: Any, file: Path) -> str | None:
    rows = connection.execute(
        "SELECT (SELECT count(*) FROM document), (SELECT count(*) FROM original),"
        " (SELECT count(*) FROM words_docsize)"
    ).fetchone()
    if len(set(rows)) != 1:
        return f"{file} 的文档、原文与检索索引数目不一: {rows}"
    connection.execute("INSERT INTO words (words) VALUES ('integrity-check')")
    return None
