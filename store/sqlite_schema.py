"""Brings a corpus file to the current schema by the numbered files of store/migrations, each applied once."""

from pathlib import Path
from typing import Any

from records.errors import ConfigError
from store.sqlite_library import Connections, library
from store.text import VERSION as TOKENS

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
APPLICATION_ID = 0x48594350
"""“HYCP”: tells a corpus file from any other SQLite file."""


def migrations() -> dict[int, Path]:
    """Return the migration files by number."""
    return {int(file.name[:4]): file for file in sorted(MIGRATIONS.glob("[0-9]*.sql"))}


def current(connection: Any) -> int:
    """Return the schema version of an open file, 0 for an empty one."""
    row = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'schema_version'").fetchone()
    if row is None:
        return 0
    return int(connection.execute("SELECT max(version) FROM schema_version").fetchone()[0])


def upgrade(connections: Connections) -> int:
    """Apply what is missing, in one transaction; return the version. Raises ConfigError for a foreign or newer file."""
    newest = max(migrations())
    with connections.reading() as connection:
        _refuse_foreign(connection, connections)
        found = current(connection)
    if found > newest:
        raise ConfigError(
            f"{connections.path} 是更新版本的程序写的 (结构 {found}, 本程序只到 {newest}); 请升级程序"
        )
    if found < newest:
        with connections.writing() as connection:
            _apply(connection)
    return newest


def _refuse_foreign(connection: Any, connections: Connections) -> None:
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    mark = connection.execute("PRAGMA application_id").fetchone()[0]
    if tables and mark != APPLICATION_ID:
        raise ConfigError(f"{connections.path} 不是本系统的语料库文件, 请换一个数据文件夹或移走它")


def _apply(connection: Any) -> None:
    """Apply the missing files; another process may have been faster, so look again under the lock."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, name TEXT) STRICT"
    )
    done = {row[0] for row in connection.execute("SELECT version FROM schema_version")}
    for number, file in migrations().items():
        if number in done:
            continue
        for statement in _statements(file.read_text(encoding="utf-8")):
            connection.execute(statement)
        connection.execute("INSERT INTO schema_version VALUES (?, ?)", (number, file.stem))
    connection.execute("INSERT OR IGNORE INTO note VALUES ('tokens', ?)", (str(TOKENS),))


def _statements(script: str) -> list[str]:
    """Split a script into statements; SQLite's own executescript would commit in between."""
    found, part = [], ""
    for line in script.splitlines(keepends=True):
        part += line
        if library().complete_statement(part):
            found.append(part)
            part = ""
    return found
