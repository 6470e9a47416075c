"""Opens the stores of a desk: the only place that knows which backend stands behind the interfaces."""

from config.desk import Desk
from records.clock import Clock
from store.interface import Corpus, Ledger


def open_corpus(desk: Desk) -> Corpus:
    """Return the desk's corpus, made on first use."""
    from store.sqlite import SqliteCorpus  # noqa: PLC0415 - placeholder until the backend lands

    desk.prepare()
    return SqliteCorpus(desk.folder / "corpus.db")


def open_ledger(desk: Desk, clock: Clock | None = None) -> Ledger:
    """Return the desk's ledger, made and migrated on first use."""
    from store.ledger import SqlLedger  # noqa: PLC0415 - placeholder until the backend lands

    desk.prepare()
    return SqlLedger(
        f"sqlite:///{desk.folder / 'ledger.db'}",
        key_file=desk.folder / "secrets" / "audit.key",
        clock=clock or desk.clock(),
    )
