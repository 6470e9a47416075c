"""Calls and letters from a file: JSON Lines, or a batch as the hotline serves it; the same keys in both."""

import json
from pathlib import Path
from typing import Any

from config.desk import Desk
from config.sources import Source, SourceTable
from crawlers.intake import Intake
from crawlers.spiders.hotline import call_draft
from crawlers.voices import Voices
from records.errors import UsageError
from store.interface import Corpus


def import_into(
    desk: Desk, corpus: Corpus, table: SourceTable, file: Path
) -> tuple[int, list[tuple[int, str]]]:
    """Take in the calls of `file`; return how many were new, and the bad ones by line."""
    source = next((one for one in table.sources if one.kind == "hotline"), None) or _letters()
    clock = desk.clock()
    intake = Intake(source, corpus, clock, Voices(desk.folder))
    bad: list[tuple[int, str]] = []
    for line, value in _rows(file):
        draft = None
        if value is not None:
            draft = call_draft(value, source.start[0], None, source.districts, clock.now())
        if draft is None:
            bad.append((line, "不是 JSON" if value is None else "缺少 id、text 或 called_at"))
        else:
            intake.take(draft)
    intake.flush()
    return intake.outcomes["new"], bad


def _rows(file: Path) -> list[tuple[int, Any]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} 读不出来: {error}") from error
    try:
        whole = json.loads(text)
    except ValueError:
        return [(n, _value(line)) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    if isinstance(whole, dict) and isinstance(whole.get("items"), list):
        return list(enumerate(whole["items"], 1))
    return list(enumerate(whole if isinstance(whole, list) else [whole], 1))


def _value(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _letters() -> Source:
    return Source(
        name="letters",
        title="导入的群众来信",
        kind="hotline",
        start=("https://letters.invalid/",),
        source_class="individual",
        platform="热线",
    )
