"""`python -m nlp score | events | watch | train | quality | rescore`."""

import argparse
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from config import settings
from config.desk import open_desk
from nlp import filter as score_filter
from nlp.score import scorer_for
from records.errors import HuiyingError, UsageError

Run = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand and return its exit code."""
    args = _parser().parse_args(arguments)
    try:
        return int(args.run(args))
    except HuiyingError as error:
        if args.verbose:
            traceback.print_exc()
        print(error, file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m nlp", description="清洗、分词、研判、聚类")
    commands = parser.add_subparsers(
        required=True, metavar="score | events | watch | train | quality | rescore"
    )
    score = _command(commands, "score", _score, "逐行研判 JSON Lines，不需要存储")
    _in_out(score)
    events = _command(commands, "events", _events, "把 JSON Lines 逐行归入话题，不需要存储")
    _in_out(events)
    events.add_argument("--batch", type=int, default=1, help="每多少行作答一次")
    watch = _command(commands, "watch", _watch, "从存储取未研判的文档，研判并聚类")
    watch.add_argument("--once", action="store_true", help="处理完现有文档即结束")
    train = _command(commands, "train", _train, "由标注材料重新训练全部模型")
    train.add_argument("--data", type=Path, help="材料文件夹 (默认取设置 shared 下的 data)")
    train.add_argument("--out", type=Path, help="模型写到哪个文件夹 (默认随产品发布的那个)")
    quality = _command(commands, "quality", _quality, "打印各项判断的准确率与基线")
    quality.add_argument("--data", type=Path, help="材料文件夹 (默认取设置 shared 下的 data)")
    quality.add_argument("--check", action="store_true", help="低于已固定的下限时以 1 结束")
    quality.add_argument("--fast", action="store_true", help="不重新训练交叉验证的各折，跳过慢基线")
    _command(commands, "rescore", _rescore, "让全部文档按当前版本重新研判")
    return parser


def _command(commands: Any, name: str, run: Run, summary: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=summary, description=summary)
    command.add_argument("--verbose", action="store_true", help="出错时打印调用过程")
    command.set_defaults(run=run)
    return command


def _in_out(command: argparse.ArgumentParser) -> None:
    command.add_argument("--in", dest="source", default="-", help="输入文件，- 为标准输入")
    command.add_argument("--out", dest="target", default="-", help="输出文件，- 为标准输出")


def _score(args: argparse.Namespace) -> int:
    scorer = scorer_for(open_desk())
    with score_filter.opened(args) as (lines, out):
        return score_filter.run(scorer, lines, out, sys.stderr)


def _events(args: argparse.Namespace) -> int:
    return cast("int", import_module("nlp.events").main(args))


def _watch(args: argparse.Namespace) -> int:
    return cast("int", import_module("nlp.watch").main(args))


def _rescore(args: argparse.Namespace) -> int:
    return cast("int", import_module("nlp.watch").rescore(args))


def _train(args: argparse.Namespace) -> int:
    training, grouping = import_module("nlp.train"), import_module("nlp.train_events")
    data, folder = _data(args), args.out or training.FOLDER
    scoring = training.train(data, folder)
    events = grouping.train(data, grouping.SAMPLE_WEEK, folder / "events.npz")
    import_module("nlp.manifest").write(data, folder, scoring, events)
    for name, value in {**scoring["rows"], **events}.items():
        print(f"{name}: {value} 行")
    return 0


def _quality(args: argparse.Namespace) -> int:
    return cast(
        "int", import_module("nlp.quality").main(_data(args), check=args.check, fast=args.fast)
    )


def _data(args: argparse.Namespace) -> Path:
    shared = settings.load().text("shared")
    if args.data is None and not shared:
        raise UsageError("请用 --data 指出材料文件夹，或设置 shared。")
    data = args.data or Path(shared) / "data"
    if not data.is_dir():
        raise UsageError(f"没有材料文件夹 {data}。")
    return Path(data)


if __name__ == "__main__":
    sys.exit(main())
