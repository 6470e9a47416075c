"""`python -m dashboard [up]` runs everything; `python -m dashboard serve` only the web server."""

import argparse
import contextlib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from config.desk import open_desk
from dashboard.supervise import up
from records.errors import HuiyingError


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    top = argparse.ArgumentParser(
        prog="python -m dashboard", description="回应台: 启动全部, 或只启动网页"
    )
    top.add_argument("--verbose", action="store_true", help="出错时显示完整的追踪")
    verbs = top.add_subparsers(dest="verb")
    verbs.add_parser("up", help="启动并看护全部进程, 打印网页地址 (默认)")
    serve = verbs.add_parser("serve", help="只启动网页")
    serve.add_argument("--fd", type=int, help="接管已经在监听的套接字 (看护进程使用)")
    return top


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked; return the exit code."""
    desk = open_desk()
    if arguments.verb == "serve":
        from dashboard.serve import serve  # noqa: PLC0415 - Streamlit takes seconds to load; `up` never needs it

        leave(serve(desk, arguments.fd))
    return up(desk)


def leave(code: int) -> NoReturn:
    """End the process at once: a page that is being drawn in a daemon thread may hold the console's lock for ever."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; an error a person must act on is one sentence."""
    arguments = parser().parse_args(argv)
    try:
        return run(arguments)
    except HuiyingError as error:
        if arguments.verbose:
            raise
        print(error, file=sys.stderr)
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
