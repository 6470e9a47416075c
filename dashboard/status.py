"""How the child processes are doing: one small file the supervisor writes and the pages read."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

FILE = "children.json"
FRESH = 30.0
"""Seconds after which a file nobody renewed tells that the supervisor is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildState:
    """One child: `state` is starting, running, waiting, broken or stopped; `said` its last line, masked."""

    name: str
    title: str
    state: str
    pid: int | None
    failures: int
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskState:
    """All children at `at` (machine time), with the supervisor's process id and the address of the pages."""

    at: datetime
    pid: int
    address: str
    children: tuple[ChildState, ...]

    def save(self, folder: Path) -> None:
        """Write the file in one step, so a reader never sees half of it."""
        values = asdict(self) | {"at": self.at.isoformat()}
        part = folder / (FILE + ".part")
        part.write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
        part.replace(folder / FILE)

    def is_fresh(self, now: datetime) -> bool:
        """Whether the supervisor still renews it."""
        return (now - self.at).total_seconds() < FRESH


def load(folder: Path) -> DeskState | None:
    """Return the state as last written; None when there is none or it cannot be read."""
    try:
        values = json.loads((folder / FILE).read_text(encoding="utf-8"))
        children = tuple(ChildState(**row) for row in values["children"])
        at = datetime.fromisoformat(values["at"])
        return DeskState(
            at=at, pid=int(values["pid"]), address=str(values["address"]), children=children
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
