"""python -m crawlers: list | run [--source NAME] [--once] | check NAME | extract FILE... | import FILE | site."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from config.desk import open_desk
from crawlers import commands
from records.errors import HuiyingError, TellUser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except HuiyingError as error:
        if options.verbose:
            raise
        print(str(error), file=sys.stderr)
        return error.exit_code if isinstance(error, TellUser) else 1
    except BrokenPipeError:
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m crawlers", description="采集来源、抽取正文、示例站点"
    )
    parser.add_argument("--verbose", action="store_true", help="出错时给出完整的调用栈")
    verbs = parser.add_subparsers(required=True, metavar="命令")
    one = verbs.add_parser("list", help="列出来源和它们的状况")
    one.set_defaults(command=lambda _: commands.list_sources(open_desk()))
    one = verbs.add_parser("run", help="采集; 不加 --once 就一直运行")
    one.add_argument("--source", metavar="NAME", help="只采集这一个来源")
    one.add_argument("--once", action="store_true", help="各采集一遍就结束")
    one.set_defaults(command=lambda o: commands.run(open_desk(), o.source, once=o.once))
    one = verbs.add_parser("check", help="试采一个来源, 不写入")
    one.add_argument("name", metavar="NAME")
    one.set_defaults(command=lambda o: commands.check(open_desk(), o.name))
    one = verbs.add_parser("extract", help="抽取文件里的正文、列表或条目, 一行一个 JSON")
    one.add_argument("files", nargs="+", type=Path, metavar="FILE")
    one.add_argument("--url", default="", help="文件原来的网址")
    one.set_defaults(command=lambda o: commands.extract(o.files, o.url))
    one = verbs.add_parser("import", help="导入工单或信件 (JSON Lines 或 JSON 批次)")
    one.add_argument("file", type=Path, metavar="FILE")
    one.set_defaults(command=lambda o: commands.import_file(open_desk(), o.file))
    one = verbs.add_parser("site", help="示例站点: 在本机回环地址上应答示例周的各个网站")
    one.add_argument("--week", type=Path, metavar="DIR", help="另一个写好的周")
    one.add_argument("--port", type=int, default=0, help="端口; 0 = 由系统挑一个空闲的")
    one.set_defaults(command=lambda o: commands.site(open_desk(sample=True), o.week, o.port))
    return parser


if __name__ == "__main__":
    sys.exit(main())
