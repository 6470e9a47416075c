"""What the commands of `python -m crawlers` do; each returns its exit code."""

import signal
import sys
import threading
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from config.desk import Desk
from config.sources import load_sources, sources_of
from crawlers.imported import import_into
from crawlers.outlines import outline
from crawlers.run import Runner, chosen
from crawlers.site import SiteServer, write_port
from crawlers.week import SAMPLE_WEEK, load_week
from records.clock import Clock, FixedClock, beijing
from records.errors import UsageError, WorkFailed
from records.source import SourceState
from store.open import open_corpus

HEALTH = {
    "idle": "未采集",
    "ok": "正常",
    "unreachable": "不可达",
    "blocked": "被拒绝",
    "login_needed": "需要登录",
    "changed": "改版",
    "empty": "没有内容",
    "off": "停用",
}


def list_sources(desk: Desk) -> int:
    """Print the sources with their health."""
    corpus = open_corpus(desk)
    states = {state.source: state for state in corpus.sources()}
    for source in sources_of(desk).sources:
        state = states.get(source.name)
        health = "停用" if not source.on else HEALTH[state.health if state else "idle"]
        ok = f"{beijing(state.ok_at):%m-%d %H:%M}" if state and state.ok_at else "-"
        count = state.documents if state else 0
        print(
            f"{source.name}\t{source.title}\t{source.kind}\t{health}\t{ok}\t{count}\t{state.said if state else ''}"
        )
    corpus.close()
    return 0


def run(desk: Desk, name: str | None, *, once: bool) -> int:
    """Collect until told to stop, or once."""
    table = sources_of(desk)
    sources = chosen(table, name)
    desk.prepare()
    desk.start_clock()
    corpus = open_corpus(desk)
    try:
        Runner(desk, corpus, table, once=once).run(sources)
        return _verdict(corpus.sources(), {source.name for source in sources}) if once else 0
    finally:
        corpus.close()


def _verdict(states: Iterable[SourceState], names: set[str]) -> int:
    return (
        0
        if any(s.source in names and s.health in ("ok", "empty", "changed") for s in states)
        else 1
    )


def check(desk: Desk, name: str) -> int:
    """Try one source into a store in memory and say what came."""
    from store.sqlite import SqliteCorpus  # noqa: PLC0415 - only this command wants a store that forgets

    table = sources_of(desk)
    source = replace(chosen(table, name)[0], on=True)
    desk.prepare()
    corpus = SqliteCorpus(":memory:")
    runner = Runner(desk, corpus, table, once=True, quiet=True)
    runner.run([source])
    state = next(s for s in corpus.sources() if s.source == name)
    outcomes = runner.intakes[name].outcomes
    print(f"{source.title}: {HEALTH[state.health]}, {state.said}; 取得 {state.documents} 篇")
    print(
        f"列表 {outcomes['list']} 页, 其他 {outcomes['other']} 页, 搁置 {outcomes['rejected']} 件"
    )
    for rejected in corpus.rejected(limit=5):
        print(f"搁置: {rejected.reason} {rejected.url}")
    return 0 if state.health in ("ok", "empty", "changed") else 1


def extract(files: list[Path], url: str) -> int:
    """Print one JSON line a file; report the unreadable ones."""
    failed = 0
    for file in files:
        try:
            print(outline(file, url), flush=True)
        except OSError as error:
            failed += 1
            print(f"{file}: 读不出来: {error.strerror}", file=sys.stderr)
    return 1 if failed else 0


def import_file(desk: Desk, file: Path) -> int:
    """Take in a file of calls or letters."""
    if not file.exists():
        raise UsageError(f"没有这个文件: {file}")
    desk.prepare()
    corpus = open_corpus(desk)
    try:
        taken, bad = import_into(desk, corpus, sources_of(desk), file)
    finally:
        corpus.close()
    print(f"导入 {taken} 件")
    for line, reason in bad:
        print(f"{file}:{line}: {reason}", file=sys.stderr)
    return 1 if bad else 0


def site(desk: Desk, folder: Path | None, port: int) -> int:
    """Serve a written week until told to stop."""
    week = load_week(folder or SAMPLE_WEEK)
    own = folder / "sources.toml" if folder else None
    table = load_sources(own) if own and own.exists() else sources_of(desk)
    desk.prepare()
    clock: Clock = (
        FixedClock(week.end) if folder and not desk.clock_file.exists() else _DeskClock(desk)
    )
    try:
        server = SiteServer(week, table, clock, port)
    except OSError as error:
        raise WorkFailed(
            f"端口 {port} 用不了 ({error.strerror}); 请换一个, 或用 0 让系统挑"
        ) from error
    write_port(desk.folder, server.port)
    print(f"示例站点在 127.0.0.1:{server.port} (示例数据, 纯属虚构)", flush=True)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.stop, daemon=True).start())
    server.serve()
    return 0


class _DeskClock:
    """The desk's clock, read anew each time: it may be started after the site."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def now(self) -> datetime:
        """Return the time by the desk's clock in force."""
        return self._desk.clock().now()
