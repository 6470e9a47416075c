"""The portrait of an event: its title, keywords, counts and heat, from its members.

The title never quotes a private person: it is a headline, a hot-list entry, a shared #话题# or the shared keywords.
"""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from nlp import heat
from nlp.background import tags_of
from records.document import Document
from records.event import Event, Placement
from records.score import Score

TITLE_CHARS = 40
KEYWORDS = 8
SHARE_OF_PLATFORM = 0.05

_COUNTS_OR_TIMES = re.compile(
    r"^(?:[一二两三四五六七八九十百千万几半零\d]|今|明|昨|下个|上个|这个|那个|晚一|来电)"
)
"""How many and when are rare words, but they name no matter."""

Part = tuple[Document, Score | None, Placement]


def portrait(members: Sequence[Part], now: datetime, h_ref: float) -> Event:
    """Return the event that `members` (in order of arrival, at least one) make up, as of `now`."""
    documents = [document for document, _, _ in members]
    first, last = members[0], members[-1]
    moments = [document.published_at for document in documents]
    counts = heat.hourly(moments, now)
    platforms = _platforms(documents)
    keywords = _keywords(members)
    return Event(
        id=first[2].event_id,
        title=_title(documents, keywords),
        keywords=keywords,
        first_at=min(moments),
        last_at=last[2].at,
        updated_at=now,
        documents=len(members),
        copies=sum(1 for _, _, placement in members if placement.copy_of),
        platforms=platforms,
        heat=heat.heat100(heat.raw_heat(documents, now), h_ref),
        growth=heat.growth(counts),
        stage=heat.stage(counts, platforms),
    )


def _platforms(documents: Sequence[Document]) -> int:
    counts = Counter(document.platform for document in documents)
    return sum(1 for count in counts.values() if count >= SHARE_OF_PLATFORM * len(documents))


def _keywords(members: Sequence[Part]) -> tuple[str, ...]:
    counts: Counter[str] = Counter()
    for _, score, placement in members:
        if score is not None and not placement.copy_of:
            kept = (word for word in score.keywords if not _COUNTS_OR_TIMES.match(word))
            counts.update(dict.fromkeys(kept, 1))
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(word for word, _ in ranked[:KEYWORDS])


def _title(documents: Sequence[Document], keywords: Sequence[str]) -> str:
    """Return the headline that says most of the shared keywords, else a shared tag, else the keywords."""
    headlines = [
        document.title for document in documents if document.title and _may_quote(document)
    ]
    if headlines:
        return max(headlines, key=lambda title: _says(title, keywords))[:TITLE_CHARS]
    tags = Counter(tag for document in documents for tag in sorted(tags_of(document.text)))
    if tags:
        tag, count = max(tags.items(), key=lambda pair: (pair[1], len(pair[0]), pair[0]))
        if count > 1 or not keywords:
            return tag[:TITLE_CHARS]
    return "、".join(keywords[:4]) or "（内容过短，未能概括）"


def _may_quote(document: Document) -> bool:
    """Say whether a headline is an institution's: a medium's, an office's, or the slip a hotline's operator wrote."""
    written_by_operator = document.kind == "message" and document.label is not None
    return (
        document.kind in ("article", "board")
        or document.source_class != "individual"
        or (written_by_operator)
    )


def _says(title: str, keywords: Sequence[str]) -> tuple[int, int]:
    """Rank by keywords said, then by brevity."""
    return sum(len(keywords) - place for place, word in enumerate(keywords) if word in title), -len(
        title
    )
