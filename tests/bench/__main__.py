"""`python -m tests.bench [--json] [--tiny] [PART...]`: the benchmark table, as Markdown or JSON.

Ratios are measured in one run, in turns, median of five, with the machine's load beside them; docs/benchmarks.md
holds the last table.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence

from tests.bench.judging import events, extraction, scoring, two_processes
from tests.bench.measure import TINY, Report, Row, Sizes
from tests.bench.starting import starting
from tests.bench.storing import store

PARTS: Mapping[str, Callable[[Sizes], list[Row]]] = {
    "scoring": scoring,
    "processes": two_processes,
    "events": events,
    "extraction": extraction,
    "store": store,
    "starting": starting,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; progress goes to stderr."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="基准测试表")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"只测: {'、'.join(PARTS)}")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.add_argument("--tiny", action="store_true", help="只看能不能跑, 数字没有意义")
    options = parser.parse_args(arguments)
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f"没有名为 {'、'.join(sorted(unknown))} 的部分; 可用的有 {'、'.join(PARTS)}")
    report = measured(options.parts or list(PARTS), TINY if options.tiny else Sizes())
    text = json.dumps(report.as_json(), ensure_ascii=False, indent=2)
    print(text if options.json else report.as_markdown())
    return 0


def measured(parts: Sequence[str], sizes: Sizes) -> Report:
    """Return the report of some parts."""
    before = os.getloadavg()[0]
    rows: list[Row] = []
    for name in parts:
        print(f"… {name}", file=sys.stderr, flush=True)
        rows += PARTS[name](sizes)
    return Report(load_before=before, load_after=os.getloadavg()[0], rows=tuple(rows))


if __name__ == "__main__":
    sys.exit(main())
