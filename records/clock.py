"""Time is an input: whoever needs it takes a Clock.

Inside the product times are aware UTC datetimes; Asia/Shanghai is for the edge (screens, briefings).
The replay clock of the sample week is one small file that all processes read, so they agree on "now".
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Says what time it is, as aware UTC."""

    def now(self) -> datetime:
        """Return the current time as an aware UTC datetime."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the machine's time as aware UTC."""
        return datetime.now(UTC)  # noqa: TID251 - this is the one place that reads the machine's clock


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that stands still; for tests and for one-shot evaluation at a given time."""

    at: datetime

    def now(self) -> datetime:
        """Return the fixed time."""
        return self.at


@dataclass(frozen=True, slots=True)
class ReplayClock:
    """Walks from `start` to `end` at `rate` simulated seconds a second, then stays at `end`.

    `anchor` is the machine time at which the walk began. The four values are the whole state, so every
    process that reads the same file tells the same time.
    """

    start: datetime
    end: datetime
    rate: float
    anchor: datetime

    def now(self) -> datetime:
        """Return the simulated time as aware UTC."""
        gone = (SystemClock().now() - self.anchor).total_seconds()
        return min(self.end, self.start + timedelta(seconds=max(0.0, gone) * self.rate))

    @property
    def finished(self) -> bool:
        """Whether the walk has reached its end."""
        return self.now() >= self.end

    def save(self, path: Path) -> None:
        """Write the clock to `path` in one step, so a reader never sees half a file."""
        values = {
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "rate": self.rate,
            "anchor": self.anchor.isoformat(),
        }
        part = path.with_suffix(".part")
        part.write_text(json.dumps(values), encoding="utf-8")
        part.replace(path)

    @classmethod
    def load(cls, path: Path) -> "ReplayClock":
        """Read the clock that `save` wrote."""
        values = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            start=datetime.fromisoformat(values["start"]),
            end=datetime.fromisoformat(values["end"]),
            rate=float(values["rate"]),
            anchor=datetime.fromisoformat(values["anchor"]),
        )


def beijing(moment: datetime) -> datetime:
    """Return `moment` in Beijing time, for the edge only."""
    return moment.astimezone(BEIJING)
