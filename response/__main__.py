"""Commands of the response stage: watch, due, brief, evaluate, verify-audit, publish."""

import argparse
import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime

from config.desk import Desk, open_desk
from records.clock import beijing
from records.errors import HuiyingError, UsageError, WorkFailed
from response.briefing import compose, names_of
from response.casefile import read_files
from response.clocks import ClockState, clock_states, issue_clocks
from response.evaluation import evaluate
from response.render import to_html, to_markdown
from response.steps import By
from response.watch import open_watch, pages, run
from response.wording import gap, moment
from store.interface import Corpus, Ledger
from store.open import open_corpus, open_ledger

LATER = ("docx", "pdf")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit code."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    logging.getLogger("response").setLevel(logging.INFO)
    try:
        return _COMMANDS[options.command](options)
    except HuiyingError as error:
        if options.verbose:
            logging.getLogger(__name__).exception("response %s", options.command)
        print(error, file=sys.stderr)
        return error.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m response", description="回应: 办理、督办、简报"
    )
    parser.add_argument("--verbose", action="store_true", help="出错时给出全部细节")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    commands.add_parser("watch", help="守着时限: 提醒、评估、每日简报")
    commands.add_parser("due", help="列出还没有办的时限, 最近的在前")
    brief = commands.add_parser("brief", help="领导的一页简报")
    brief.add_argument("--date", type=_date, help="哪一天 (如 2025-10-19); 不写就是现在")
    brief.add_argument("--format", choices=("md", "html", *LATER), default="md")
    one = commands.add_parser("evaluate", help="评估一件已回应的事项")
    one.add_argument("case", help="回应事项编号")
    one.add_argument("--hours", type=int, default=72, help="回应后多少小时 (默认 72)")
    commands.add_parser("verify-audit", help="检查审计链是否完整")
    commands.add_parser("publish", help="生成公开答复页 (以后提供)")
    return parser


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"日期应写成 2025-10-19 的样子, 现在是 {text}") from error


@contextmanager
def _opened() -> Iterator[tuple[Desk, Ledger, Corpus]]:
    desk = open_desk()
    ledger, corpus = open_ledger(desk), open_corpus(desk)
    try:
        yield desk, ledger, corpus
    finally:
        corpus.close()
        ledger.close()


def _watch(_: argparse.Namespace) -> int:
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    with _opened() as (desk, ledger, corpus):
        run(open_watch(ledger, corpus, desk), stop)
    return 0


def _due(_: argparse.Namespace) -> int:
    with _opened() as (desk, ledger, _corpus):
        now = desk.clock().now()
        names = names_of(desk)
        rows = [
            (row, file.case.title, names.body(file.case.body) or "待交办")
            for file in read_files(ledger)
            for row in clock_states(file, now)
            if row.waits
        ]
        held = {file.case.issue_id for file in read_files(ledger)}
        for issue in ledger.issues(states=("new", "acknowledged"), scope="ours"):
            if issue.id not in held:
                rows += [(row, issue.title, "待交办") for row in issue_clocks(issue, now)]
    for row, title, body in sorted(rows, key=lambda one: (one[0].due, one[1], one[0].clock)):
        print(_due_line(row, title, body, now))
    if not rows:
        print("没有在走的时限。")
    return 0


def _due_line(row: ClockState, title: str, body: str, now: datetime) -> str:
    left = "已逾期" if row.standing == "overdue" else "还剩"
    at = moment(row.due, now)
    return f"{row.light} {at} {left}{gap(row.remaining)} {title} {body} {row.duty} ({row.source})"


def _brief(options: argparse.Namespace) -> int:
    if options.format in LATER:
        raise UsageError(f"{options.format} 格式以后提供; 现在请用 --format md 或 --format html")
    desk = open_desk()
    now = desk.clock().now()
    if options.date is not None and options.date != beijing(now).date():
        print(_stored(desk, options.date, options.format), end="")
        return 0
    with _opened() as (_desk, ledger, corpus):
        briefing = compose(ledger, corpus, desk, now)
    print(to_html(briefing) if options.format == "html" else to_markdown(briefing), end="")
    return 0


def _stored(desk: Desk, day: date, form: str) -> str:
    """Return the page that the watch stored on that morning; what was known then can't be made up later."""
    file = pages(desk.folder) / f"{day:%Y-%m-%d}.{form}"
    if not file.exists():
        raise WorkFailed(f"没有 {day} 的简报; 简报每天 08:30 由 python -m response watch 存下")
    return file.read_text(encoding="utf-8")


def _evaluate(options: argparse.Namespace) -> int:
    with _opened() as (desk, ledger, corpus):
        by = By(actor="命令行", role="coordinator", at=desk.clock().now())
        found = evaluate(ledger, corpus, options.case, by, hours=options.hours)
    met = "时限内" if found.clock_met else "超时"
    print(f"{found.first_reply_h:g} 小时首次回应 ({met})")
    print(f"问题 {found.questions} 个, 已答 {found.questions_answered} 个")
    for name, figure in (("复现率", found.recurrence), ("减半小时数", found.half_life_h)):
        print(f"{name} {'不显示 (样本不足或没有)' if figure is None else format(figure, 'g')}")
    print(f"样本 {found.documents} 篇")
    return 0


def _verify_audit(_: argparse.Namespace) -> int:
    with _opened() as (_desk, ledger, _corpus):
        broken = ledger.verify_audit()
    if broken is not None:
        raise WorkFailed(broken)
    print("审计链完整。")
    return 0


def _publish(_: argparse.Namespace) -> int:
    raise UsageError(
        "公开答复页以后提供; 现在请在回应事项里登记已发布的答复 (正文、单位、地址、时间)"
    )


_COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "watch": _watch,
    "due": _due,
    "brief": _brief,
    "evaluate": _evaluate,
    "verify-audit": _verify_audit,
    "publish": _publish,
}

if __name__ == "__main__":
    sys.exit(main())
