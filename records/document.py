"""Document: one thing somebody published or reported, cleaned, with no author of flesh and blood in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from records.identity import make_id

Kind = Literal["article", "post", "message", "board"]
"""article: news and notices; post: Weibo-style; message: hotline or letter-box; board: a hot-list title."""

SourceClass = Literal[
    "central", "provincial", "city", "industry", "official", "institution", "individual"
]
"""Who speaks: media by tier, `official` for government bodies, other institutions, or an individual."""

Precision = Literal["day", "minute", "second"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One collected text. Times are aware UTC.

    `seen_at` is when it first became visible to us by what the source says (Last-Modified, batch time), never
    before `published_at`; it orders the stream. `collected_at` is when our spider accepted it.
    `voice` is the author's daily pseudonym (guardrail G01) or None for institutions; `author` is an institution
    or None. `url` is canonical and carries no author id.
    """

    id: str
    source: str
    platform: str
    kind: Kind
    source_class: SourceClass
    url: str
    title: str
    text: str
    published_at: datetime
    precision: Precision
    seen_at: datetime
    collected_at: datetime
    author: str | None = None
    voice: str | None = None
    source_name: str | None = None
    region: str | None = None
    label: str | None = None
    reposts: int = 0
    comments: int = 0
    likes: int = 0
    views: int = 0
    rank: int | None = None

    @property
    def body(self) -> str:
        """Title and text as one string, the title first, never twice."""
        if not self.title or self.text.startswith(self.title):
            return self.text or self.title
        return f"{self.title}\n{self.text}" if self.text else self.title


def document_id(source: str, native: str) -> str:
    """Return the id of the document that `source` knows as `native` (its own id, else the canonical URL)."""
    return make_id("document", source, native)
