"""The store's commands: setup, migrate, status, backup, restore, export.

Exit codes: 0 done, 1 the work failed, 2 the call or the configuration was wrong; an error is one sentence on stderr.
"""

import argparse
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from config.desk import open_desk
from records.errors import HuiyingError, TellUser
from store.operations import backup, export, migrate, restore, setup, status


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--verbose", action="store_true", help="出错时附上程序的调用记录")
    parser = argparse.ArgumentParser(
        prog="python -m store", description="数据的建立、状态、备份与导出"
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="命令")
    verbs.add_parser("setup", parents=[common], help="建立语料库和台账, 打印位置与版本")
    verbs.add_parser("migrate", parents=[common], help="把已有数据升到当前结构")
    one = verbs.add_parser(
        "status", parents=[common], help="有多少数据、各来源是否正常、文件是否完好"
    )
    one.add_argument("--json", action="store_true", help="输出 JSON")
    one.add_argument("--check", action="store_true", help="逐页检查文件与审计链 (较慢)")
    one = verbs.add_parser("backup", parents=[common], help="在线备份, 不含任何密钥")
    one.add_argument("--to", type=Path, help="备份到哪个新文件夹 (默认在数据文件夹的 backups 里)")
    one = verbs.add_parser("restore", parents=[common], help="从备份恢复")
    one.add_argument("folder", type=Path, help="备份所在的文件夹")
    one.add_argument("--force", action="store_true", help="覆盖现有数据")
    one = verbs.add_parser(
        "export", parents=[common], help="导出为 JSON Lines; 个人发布的原文不导出"
    )
    one.add_argument("--out", type=Path, help="写到哪个新文件 (默认标准输出)")
    return parser


def _run(given: argparse.Namespace) -> None:
    desk = open_desk()
    match given.verb:
        case "setup":
            setup(desk)
        case "migrate":
            migrate(desk)
        case "status":
            status(desk, as_json=given.json, check=given.check)
        case "backup":
            backup(desk, given.to)
        case "restore":
            restore(desk, given.folder, force=given.force)
        case "export":
            export(desk, given.out)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    given = _parser().parse_args(arguments)
    try:
        _run(given)
    except HuiyingError as error:
        if given.verbose:
            traceback.print_exc()
        print(error, file=sys.stderr)
        return error.exit_code if isinstance(error, TellUser) else 1
    except BrokenPipeError:
        # Whoever read the export has enough; the interpreter would complain again when it flushes.
        sys.stdout = None
        return 1
    except OSError as error:
        if given.verbose:
            traceback.print_exc()
        print(f"读写文件失败: {error.filename or ''} {error.strerror or error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
