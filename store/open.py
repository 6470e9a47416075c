"""Opens the stores of a desk: the only place that knows which backend stands behind the interfaces."""

from pathlib import Path
from urllib.parse import quote

from config.desk import Desk
from records.clock import Clock
from store.interface import Corpus, Ledger
from store.ledger import SqlLedger
from store.sqlite import SqliteCorpus

CORPUS = "corpus.db"
LEDGER = "ledger.db"


def open_corpus(desk: Desk) -> Corpus:
    """Return the desk's corpus, made and migrated on first use."""
    desk.prepare()
    return SqliteCorpus(desk.folder / CORPUS)


def open_ledger(desk: Desk, clock: Clock | None = None) -> Ledger:
    """Return the desk's ledger, made and migrated on first use; `clock` dates the rows nobody else dates."""
    desk.prepare()
    return SqlLedger(
        f"sqlite:///{quote(str(desk.folder / LEDGER))}",
        key_file=audit_key_file(desk),
        clock=clock or desk.clock(),
    )


def audit_key_file(desk: Desk) -> Path:
    """Return where the audit chain's key lies: the one secret to keep a copy of."""
    return desk.folder / "secrets" / "audit.key"
