"""The logs of the child processes: JSON lines, personal numbers and secrets masked, bounded in size."""

import json
import re
from pathlib import Path

from config.settings import SETTINGS, Settings
from records.clock import BEIJING, Clock
from records.masking import mask

LARGEST = 10 * 1024 * 1024
"""Bytes at which a log is turned; with one older file kept a child's logs never exceed 20 MB."""


class LogFile:
    """Appends lines to one file; a full disk silences the log, never the desk."""

    def __init__(self, path: Path, clock: Clock, settings: Settings) -> None:
        self._path = path
        self._clock = clock
        self._secrets = secret_pattern(settings)

    def write(self, name: str, text: str) -> str:
        """Append one line and return it as written, masked."""
        line = self._masked(text)
        row = {"at": self._clock.now().astimezone(BEIJING).isoformat("T", "seconds")}
        row |= {"child": name, "line": line}
        try:
            self._turn()
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
        except OSError:
            return line
        return line

    def _masked(self, text: str) -> str:
        shown = self._secrets.sub("***", text) if self._secrets else text
        return mask(shown)

    def _turn(self) -> None:
        if self._path.exists() and self._path.stat().st_size > LARGEST:
            self._path.replace(self._path.with_suffix(".old.jsonl"))


def secret_pattern(settings: Settings) -> re.Pattern[str] | None:
    """Return a pattern of every secret setting's value, None when there is no secret."""
    values = [settings.text(row.name) for row in SETTINGS if row.secret]
    found = [re.escape(value) for value in values if len(value) >= 4]
    return re.compile("|".join(found)) if found else None
