"""Small statements every part of the ledger shares. Writers are one at a time, so "look, then write" is safe."""

from typing import Any

from sqlalchemy import Connection, Table, and_, select


def put(connection: Connection, table: Table, **values: Any) -> None:
    """Insert a row, or replace the one of the same primary key."""
    keys = {column.name for column in table.primary_key}
    same = and_(*(table.c[name] == values[name] for name in keys))
    rest = {name: value for name, value in values.items() if name not in keys}
    if connection.execute(table.update().where(same).values(**rest)).rowcount == 0:
        connection.execute(table.insert().values(**values))


def add(connection: Connection, table: Table, **values: Any) -> bool:
    """Insert a row unless its primary key is known; return whether it was new."""
    same = and_(*(column == values[column.name] for column in table.primary_key))
    if connection.execute(select(table.c[table.primary_key.columns.keys()[0]]).where(same)).first():
        return False
    connection.execute(table.insert().values(**values))
    return True
