"""`python -m alerts`: once | watch | list [--json] [--elsewhere] | channels test."""

import argparse
import json
import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from alerts.channels import Channel, open_channels, usable
from alerts.listing import as_json, table
from alerts.outbox import deliver
from alerts.view import view_of
from alerts.watch import Watcher
from config.channels import channels_of
from config.desk import Desk, open_desk
from config.rulebook import rulebook_of
from records.clock import SystemClock
from records.errors import HuiyingError, RetryLater, WorkFailed
from records.identity import make_id
from records.issue import Notification
from store.open import LEDGER, open_corpus, open_ledger

LOG = logging.getLogger("alerts")
EVERY_S = 1.0
"""How often the watch looks for changed events; the sample week replays an hour in a second."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    args = _parser().parse_args(arguments)
    logging.basicConfig(stream=sys.stderr, format="%(name)s %(message)s")
    LOG.setLevel(logging.INFO)
    try:
        run: Callable[[argparse.Namespace], int] = args.run
        return run(args)
    except HuiyingError as error:
        if args.verbose:
            LOG.exception("failed")
        print(error, file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m alerts", description="研判议题并提醒")
    parser.add_argument("--verbose", action="store_true", help="出错时显示详细信息")
    commands = parser.add_subparsers(required=True, metavar="命令")
    commands.add_parser("once", help="研判一遍有变化的话题, 送出到期的提醒").set_defaults(run=_once)
    commands.add_parser("watch", help="一直研判, 直到被叫停").set_defaults(run=_watch)
    listing = commands.add_parser("list", help="列出议题, 新的在前")
    listing.add_argument("--json", action="store_true", help="输出 JSON")
    listing.add_argument("--elsewhere", action="store_true", help="列出外地同类")
    listing.set_defaults(run=_list)
    channels = commands.add_parser("channels", help="提醒渠道")
    channels.add_argument("action", choices=["test"], help="test: 每个渠道发一条试验消息")
    channels.set_defaults(run=_test_channels)
    return parser


def _once(_: argparse.Namespace) -> int:
    desk = open_desk()
    with _open(desk) as station:
        station.step()
    return 0


def _watch(_: argparse.Namespace) -> int:
    desk = open_desk()
    stop = threading.Event()

    def halt(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, halt)
    signal.signal(signal.SIGINT, halt)
    with _open(desk) as station:
        while not stop.is_set():
            try:
                station.step()
            except RetryLater as error:
                LOG.warning("%s", error)
            stop.wait(EVERY_S)
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """The stores, the watcher and the channels of one process."""

    watcher: Watcher
    channels: dict[str, Channel]

    def step(self) -> None:
        """Judge what changed, then send what is due."""
        done = self.watcher.once()
        if done.raised or done.updated:
            LOG.info("judged %d raised %d updated %d", done.judged, done.raised, done.updated)
        deliver(self.watcher.ledger, self.channels, SystemClock(), owner="alerts")


@contextmanager
def _open(desk: Desk) -> Iterator[Station]:
    channels = _channels(desk)
    rows = usable(channels_of(desk), channels)
    view = view_of(desk)
    corpus, ledger = open_corpus(desk), open_ledger(desk)
    try:
        watcher = Watcher(corpus=corpus, ledger=ledger, view=view, channels=rows)
        yield Station(watcher=watcher, channels=channels)
    finally:
        ledger.close()
        corpus.close()


def _channels(desk: Desk) -> dict[str, Channel]:
    return open_channels(channels_of(desk), desk.settings)


def _list(args: argparse.Namespace) -> int:
    desk = open_desk()
    issues = []
    if (desk.folder / LEDGER).exists():
        ledger = open_ledger(desk)
        try:
            issues = ledger.issues(scope="elsewhere" if args.elsewhere else "ours")
        finally:
            ledger.close()
    if args.json:
        print(json.dumps([as_json(issue) for issue in issues], ensure_ascii=False, indent=2))
    else:
        print(table(issues, rulebook_of(desk)))
    return 0


def _test_channels(_: argparse.Namespace) -> int:
    desk = open_desk()
    channels = _channels(desk)
    now = SystemClock().now()
    failed = []
    for name, channel in channels.items():
        body = f"这是回应系统的试验消息, 经 {name} 渠道发出。"
        key = make_id("test", name, now.isoformat())
        message = Notification(key=key, channel=name, subject="试验消息", body=body, created_at=now)
        try:
            channel.send(message)
            print(f"{name}: 已发出")
        except RetryLater as error:
            failed.append(f"{name}: {error}")
    off = [row.name for row in channels_of(desk) if row.name not in channels]
    if off:
        print(f"没有启用或没有配置: {'、'.join(off)}")
    if failed:
        raise WorkFailed("; ".join(failed))
    return 0


if __name__ == "__main__":
    sys.exit(main())
