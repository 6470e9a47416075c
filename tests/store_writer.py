"""Writes to a store from another process until it is killed or done; each line it prints is an acknowledgement.

It says "ready" and begins when it is given a line, so that several begin at once. Run as `python -m tests.store_writer accept|place|audit|move FILE NAME COUNT`.
"""

import sys
from pathlib import Path

from records.errors import WorkFailed
from store.interface import Ledger
from store.sqlite import SqliteCorpus
from tests.contracts.material import (
    MONDAY,
    case,
    document,
    event,
    move,
    placement,
    score,
    standing_clock,
)


def _say(text: object) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def accept(file: Path, name: str, count: int) -> None:
    """Accept and score documents in small batches; say the id of each when its batch is acknowledged."""
    corpus = SqliteCorpus(file)
    for start in range(0, count, 5):
        batch = [document(n, text=f"{name} 食堂", url=name) for n in _numbers(name, start)]
        corpus.accept(batch)
        for one in batch:
            _say(one.id)
        corpus.save_scores([score(one) for one in batch])


def place(file: Path, name: str, count: int) -> None:
    """Place documents, the cursor saying how many; say the cursor when acknowledged."""
    corpus = SqliteCorpus(file)
    done = int(corpus.cursor() or b"0")
    for start in range(done, count, 5):
        batch = [document(n) for n in _numbers(name, start)]
        corpus.accept(batch)
        corpus.save_scores([score(one) for one in batch])
        reached = start + len(batch)
        corpus.save_placements(
            [placement(one, "e") for one in batch],
            [event("e", documents=reached)],
            str(reached).encode(),
        )
        _say(reached)


def audit(file: Path, name: str, count: int) -> None:
    """Append audit rows."""
    ledger = _ledger(file)
    for number in range(count):
        ledger.append_audit(
            actor=name, role="r", action="x", subject=str(number), detail="", at=MONDAY
        )
        _say(number)


def step(file: Path, name: str, count: int) -> None:
    """Move one case that others move too; say each step of one's own that was kept."""
    ledger = _ledger(file)
    kept = 0
    while kept < count:
        found = ledger.case("case-1")
        version = found.version + 1 if found else 1
        try:
            ledger.save_move(case(version), move(version, actor=name, note=str(kept)))
        except WorkFailed:
            continue
        _say(kept)
        kept += 1


def _ledger(file: Path) -> Ledger:
    from store.ledger import SqlLedger  # noqa: PLC0415 - a second that the corpus writers need not wait

    return SqlLedger(f"sqlite:///{file}", key_file=file.with_name("key"), clock=standing_clock())


def _numbers(name: str, start: int) -> range:
    base = sum(name.encode()) * 1_000_000
    return range(base + start, base + start + 5)


if __name__ == "__main__":
    _, verb, path, who, amount = sys.argv
    if verb in {"audit", "move"}:
        import store.ledger  # noqa: F401 - a second of import, before the start is given
    _say("ready")
    sys.stdin.readline()
    {"accept": accept, "place": place, "audit": audit, "move": step}[verb](
        Path(path), who, int(amount)
    )
