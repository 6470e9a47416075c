"""One crawl in a process of its own (a reactor runs once a process). Run as `python -m tests.crawl_once DATA TABLE PORT NOW [LOOP]`.

DATA is the desk's folder, TABLE its sources, PORT where their .test hosts are dialled, NOW the standing time.
Prints the outcomes of each source as JSON.
"""

import json
import sys
from datetime import datetime
from pathlib import Path

from config.desk import Desk
from config.settings import load
from config.sources import load_sources
from crawlers.run import Runner
from crawlers.site import write_port
from records.clock import ReplayClock
from store.sqlite import SqliteCorpus


def main(folder: Path, table: Path, port: int, now: datetime, *, once: bool) -> None:
    """Crawl every source of the table."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = load(file=None, environ={"HUIYING_MIN_FREE_GB": "0"})
    desk = Desk(settings=settings, sample=True, folder=folder, body="", region="")
    ReplayClock(start=now, end=now, rate=1.0, anchor=now).save(desk.clock_file)
    write_port(folder, port)
    corpus = SqliteCorpus(folder / "corpus.db")
    sources = load_sources(table)
    runner = Runner(desk, corpus, sources, once=once)
    runner.run(sources.sources)
    corpus.close()
    print(json.dumps({name: intake.outcomes for name, intake in runner.intakes.items()}))


if __name__ == "__main__":
    main(
        Path(sys.argv[1]),
        Path(sys.argv[2]),
        int(sys.argv[3]),
        datetime.fromisoformat(sys.argv[4]),
        once=len(sys.argv) < 6,
    )
