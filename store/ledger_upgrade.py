"""Brings a ledger database to the current schema. Apart, because Alembic takes long to import and is rarely needed."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

MIGRATIONS = Path(__file__).resolve().parent / "ledger_migrations"


def config() -> Config:
    """Return Alembic's configuration, which needs no file."""
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return made


def upgrade(connection: Connection) -> None:
    """Apply the missing steps in the caller's write transaction."""
    made = config()
    made.attributes["connection"] = connection
    command.upgrade(made, "head")
