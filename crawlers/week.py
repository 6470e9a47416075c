"""A written week: documents as their authors wrote them, and when each becomes visible on its sample site.

A week is a folder of *.jsonl in the written form (docs/crawlers.md), with an optional site.toml that says how
the sites behave and an optional sources.toml of its own.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path

from config.settings import read_toml
from records.clock import BEIJING
from records.errors import UsageError

SAMPLE_WEEK = Path(__file__).parent / "sample" / "week"
BATCH_AT = time(7, 0)
"""The hour at which the hotline hands over the calls since the last batch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One written document. `visible_at` is when its site first shows it; `native` is the site's own number."""

    key: str
    source: str
    published_at: datetime
    visible_at: datetime
    native: int
    title: str
    text: str
    author: str | None
    origin: str | None
    counts: tuple[int, int, int]
    label: str = ""
    district: str = ""
    rank: int = 0
    heat: int = 0
    until: datetime | None = None

    @property
    def is_late(self) -> bool:
        """Whether the document became visible only after its publication time."""
        return self.visible_at > self.published_at

    @property
    def number(self) -> int:
        """A short number for addresses, unique within a day."""
        return 1_000_000 + (self.native & 0x3FFFFF)

    @property
    def paragraphs(self) -> list[str]:
        """The text's paragraphs."""
        return [line for line in self.text.split("\n") if line.strip()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """How one sample site behaves."""

    template: str = "paper"
    encoding: str = "utf-8"
    redesign: str = ""
    redesign_at: datetime | None = None
    closed_from: datetime | None = None
    closed_until: datetime | None = None
    silent: bool = False

    def template_at(self, now: datetime) -> str:
        """Return the template in use at `now`."""
        new = self.redesign_at is not None and now >= self.redesign_at
        return self.redesign if new else self.template

    def is_closed(self, now: datetime) -> bool:
        """Whether the site asks for a login at `now`."""
        if self.closed_from is None or self.closed_until is None:
            return False
        return self.closed_from <= now < self.closed_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """All documents of a week, by visibility, and its sites' behaviour."""

    documents: tuple[Written, ...]
    behaviour: dict[str, Behaviour] = field(default_factory=dict)

    @property
    def start(self) -> datetime:
        """Beijing midnight before the first document."""
        first = min(document.published_at for document in self.documents).astimezone(BEIJING)
        return first.replace(hour=0, minute=0, second=0, microsecond=0)

    @property
    def end(self) -> datetime:
        """The half hour at or after the last document; what becomes visible later is never shown."""
        last = max(document.published_at for document in self.documents).astimezone(BEIJING)
        half = last.replace(minute=0, second=0, microsecond=0)
        while half < last:
            half += timedelta(minutes=30)
        return half

    def visible(self, source: str, now: datetime) -> list[Written]:
        """Return what `source` shows at `now`, newest first."""
        shown = [d for d in self.documents if d.source == source and d.visible_at <= now]
        return sorted(shown, key=lambda d: (d.visible_at, d.native), reverse=True)


def load_week(folder: Path = SAMPLE_WEEK) -> Week:
    """Read the week in `folder`. Raises UsageError when there is none."""
    files = sorted(folder.glob("*.jsonl"))
    found = [json.loads(line) for file in files for line in _lines(file)]
    rows = [
        row for row in found if "key" in row and "published_at" in row
    ]  # answers may lie beside
    if not rows:
        raise UsageError(f"{folder} 里没有 *.jsonl 文档")
    taken: set[int] = set()
    documents = tuple(_written(row, taken) for row in sorted(rows, key=lambda row: row["key"]))
    file = folder / "site.toml"
    table = read_toml(file).get("sources", {}) if file.exists() else {}
    behaviour = {name: Behaviour(**values) for name, values in table.items()}  # type: ignore[attr-defined]
    return Week(documents=documents, behaviour=behaviour)


def _lines(file: Path) -> list[str]:
    return [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def _written(row: dict[str, object], taken: set[int]) -> Written:
    published = datetime.fromisoformat(str(row["published_at"]))
    until = row.get("until")
    return Written(
        key=str(row["key"]),
        source=str(row["source"]),
        published_at=published,
        visible_at=_visible_at(row, published),
        native=_native(str(row["key"]), published, taken),
        title=str(row.get("title") or ""),
        text=str(row.get("text") or ""),
        author=_text(row.get("author")),
        origin=_text(row.get("origin")),
        counts=(_count(row, "reposts"), _count(row, "comments"), _count(row, "likes")),
        label=str(row.get("class") or ""),
        district=str(row.get("district") or ""),
        rank=_count(row, "rank"),
        heat=_count(row, "heat"),
        until=datetime.fromisoformat(str(until)) if until else None,
    )


def _text(value: object) -> str | None:
    return str(value) if value else None


def _count(row: dict[str, object], key: str) -> int:
    return int(str(row.get(key) or 0))


def _visible_at(row: dict[str, object], published: datetime) -> datetime:
    late = row.get("available_at")
    visible = max(published, datetime.fromisoformat(str(late))) if late else published
    return next_batch(visible) if row["source"] == "hotline" else visible


def next_batch(moment: datetime) -> datetime:
    """Return the first 07:00 Beijing at or after `moment`."""
    local = moment.astimezone(BEIJING)
    batch = datetime.combine(local.date(), BATCH_AT, tzinfo=BEIJING)
    return batch if batch >= local else batch + timedelta(days=1)


WEIBO_EPOCH = 515_483_463
"""Weibo's post numbers hold the second of posting above their low 22 bits, counted from here."""


def _native(key: str, published: datetime, taken: set[int]) -> int:
    """Return a site's own number for a document: its second, and 22 bits that tell nothing of the key."""
    low = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") & 0x3FFFFF
    number = ((int(published.timestamp()) - WEIBO_EPOCH) << 22) | low
    while number in taken:
        number += 1
    taken.add(number)
    return number
