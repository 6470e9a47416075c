"""What extraction says of one file: an article, a list, something else, or items, or why there is nothing."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from records.document import Precision

PageKind = Literal["article", "list", "other"]
Outcome = Literal["article", "list", "other", "blocked", "gone", "unsupported", "reject"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page. `outcome` tells how it ended, `reason` (Chinese, one sentence) why it is no article."""

    outcome: Outcome
    reason: str = ""
    title: str = ""
    text: str = ""
    published_at: datetime | None = None
    precision: Precision = "day"
    source_name: str | None = None
    links: tuple[tuple[str, str], ...] = ()
    next: str = ""
    by_rule: bool = False

    @property
    def kind(self) -> PageKind:
        """Return article, list or other, as the command prints it."""
        return self.outcome if self.outcome in ("article", "list") else "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a feed, a board or a posts answer."""

    id: str
    url: str
    title: str
    text: str
    published_at: datetime | None
    precision: Precision = "minute"
    updated_at: datetime | None = None
    reposts: int = 0
    comments: int = 0
    likes: int = 0
    views: int = 0
    rank: int | None = None
    user: str | None = None
    author: str | None = None
    verified: int = -1
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """All entries of one file; `outcome` is items, or why there are none."""

    kind: Literal["feed", "board", "posts"]
    items: tuple[Item, ...] = ()
    outcome: Literal["items", "blocked", "reject"] = "items"
    reason: str = ""
    total: int = field(default=0)
    more: bool = False
