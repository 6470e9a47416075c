"""`python -m nlp score`: a Unix filter, JSON Lines in, JSON Lines out, in the same order, with no store.

A broken line is reported by its number and skipped; the others are answered.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

from nlp.score import BATCH, Scorer
from records.document import Document
from records.errors import UsageError
from records.score import Score

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@contextmanager
def opened(args: argparse.Namespace) -> Iterator[tuple[Iterable[bytes], TextIO]]:
    """Open `--in` and `--out`, where - stands for the standard streams."""
    if args.source != "-" and not Path(args.source).is_file():
        raise UsageError(f"没有输入文件 {args.source}。")
    with ExitStack() as stack:
        lines: Iterable[bytes] = sys.stdin.buffer
        out: TextIO = sys.stdout
        if args.source != "-":
            lines = stack.enter_context(Path(args.source).open("rb"))
        if args.target != "-":
            out = stack.enter_context(Path(args.target).open("w", encoding="utf-8"))
        if isinstance(out, TextIOWrapper):
            out.reconfigure(encoding="utf-8")
        yield lines, out


def run(scorer: Scorer, source: Iterable[bytes], out: TextIO, errors: TextIO) -> int:
    """Score every good line of `source`; return 1 when a line was broken, else 0."""
    broken = 0
    waiting: list[Document] = []
    for number, line in enumerate(source, 1):
        if not line.strip():
            continue
        try:
            waiting.append(parse(line, number))
        except ValueError as reason:
            broken = 1
            print(f"第 {number} 行已跳过：{reason}", file=errors)
        if len(waiting) >= BATCH:
            _write(scorer, waiting, out)
            waiting = []
    _write(scorer, waiting, out)
    return broken


def parse(line: bytes, number: int) -> Document:
    """Return the document of one line. Raises ValueError with a sentence when it is not one."""
    try:
        record = json.loads(line.decode("utf-8").removeprefix("\ufeff"))
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        raise ValueError("不是有效的 UTF-8 JSON。") from error
    if not isinstance(record, dict):
        raise ValueError("应是一个 JSON 对象。")  # noqa: TRY004 - one error for one bad line
    name, text = record.get("id"), record.get("text")
    if not isinstance(name, str | int) or isinstance(name, bool) or name == "":
        raise ValueError("缺少 id（文字或整数）。")
    if not isinstance(text, str):
        raise ValueError("缺少 text（文字）。")  # noqa: TRY004 - one error for one bad line
    when = moment(record.get("published_at"))
    title, platform = record.get("title"), record.get("platform")
    return Document(
        id=str(name),
        source="stdin",
        platform=platform if isinstance(platform, str) else "",
        kind="post",
        source_class="individual",
        url=f"line:{number}",
        title=title if isinstance(title, str) else "",
        text=text,
        published_at=when,
        precision="second",
        seen_at=when,
        collected_at=when,
    )


def moment(value: Any) -> datetime:
    """Return a time as aware UTC; what is missing or unreadable is the epoch."""
    if not isinstance(value, str):
        return _EPOCH
    try:
        when = datetime.fromisoformat(value)
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return _EPOCH


def _write(scorer: Scorer, documents: list[Document], out: TextIO) -> None:
    out.writelines(f"{line}\n" for line in lines(scorer.score(documents, _EPOCH)))
    out.flush()


def lines(scores: Iterable[Score]) -> Iterator[str]:
    """Yield each score as one JSON line in the published shape."""
    for score in scores:
        line = json.dumps(shape(score), ensure_ascii=False)
        yield line if line.isprintable() or _encodes(line) else json.dumps(shape(score))


def _encodes(line: str) -> bool:
    """Say whether a line is valid Unicode: JSON may smuggle in half a surrogate pair as an escape."""
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def shape(score: Score) -> dict[str, Any]:
    """Return a score in the shape of the command's interface."""
    mood = score.sentiment
    return {
        "id": score.document_id,
        "sentiment": {
            "label": mood.label,
            "p_negative": mood.p_negative,
            "p_positive": mood.p_positive,
            "sure": mood.sure,
        },
        "appeal": {"label": score.appeal, "p": score.p_appeal},
        "topics": [{"id": name, "p": p} for name, p in score.topics],
        "needs_answer": {"p": score.p_needs_answer, "criterion": score.criterion},
        "places": [{"code": place.code, "name": place.name} for place in score.places],
        "bodies": list(score.bodies),
        "keywords": list(score.keywords),
        "facts": [
            {"kind": fact.kind, "value": fact.value, "span": list(fact.span)}
            for fact in score.facts
        ],
        "reasons": {name: list(words) for name, words in score.reasons},
        "fingerprint": score.fingerprint,
    }
