"""The way of a document from a spider into the store: cleaned first, committed in small batches, counted.

Nothing of a person but text reaches the store: the spider hands over a draft, and only what leaves here is
written. The frontier learns of an address after its documents are committed, so a crash loses nothing.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.sources import Source
from crawlers.voices import NAME_END, Voices, mask, mask_numbers
from records.clock import Clock
from records.document import Document, Kind, Precision, SourceClass, document_id
from records.identity import make_id
from records.source import Rejected
from store.interface import Corpus

BATCH = 50
MAX_TEXT = 60_000
"""Longer texts are cut: the longest article of the test material has 24,000 characters."""
SAMPLE = 80
"""Enough to know a thing set aside by."""
KEPT = "\n\t\u3000\u200d"
"""Not printable by Unicode, yet part of Chinese text (the full-width space) and of emoji (the joiner)."""
AHEAD = timedelta(minutes=10)
"""How far a site's clock may run ahead of ours before its time is not believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a spider read, before cleaning. `user` is the author's id on the site, never stored."""

    native: str
    url: str
    title: str
    text: str
    published_at: datetime
    precision: Precision
    stated_at: datetime | None = None
    user: str | None = None
    author: str | None = None
    source_class: SourceClass | None = None
    source_name: str | None = None
    region: str | None = None
    label: str | None = None
    counts: tuple[int, int, int] = (0, 0, 0)
    views: int = 0
    rank: int | None = None


KINDS: dict[str, Kind] = {
    "news": "article",
    "feed": "article",
    "posts": "post",
    "hotline": "message",
    "board": "board",
}


class Intake:
    """One source's door into the store."""

    def __init__(
        self,
        source: Source,
        corpus: Corpus,
        clock: Clock,
        voices: Voices,
        institutions: Collection[str] = (),
    ) -> None:
        self.source = source
        self.corpus = corpus
        self.clock = clock
        self.voices = voices
        self.institutions = frozenset(institutions)
        self.outcomes: Counter[str] = Counter()
        self._documents: list[Document] = []
        self._visits: list[str] = []

    def unknown(self, natives: Collection[str]) -> set[str]:
        """Return those native ids that the store does not know yet."""
        ids = {document_id(self.source.name, native): native for native in natives}
        known = self.corpus.known(list(ids)) if ids else set()
        return {native for key, native in ids.items() if key not in known}

    def unvisited(self, keys: Collection[str]) -> set[str]:
        """Return those frontier keys that still need a fetch."""
        return set(keys) - self.corpus.visited(self.source.name, list(keys)) if keys else set()

    def take(self, draft: Draft, visit: str | None = None) -> None:
        """Clean a draft and put it into the batch; `visit` is the address it makes done."""
        try:
            document = self.cleaned(draft)
        except (ValueError, TypeError, OverflowError):
            self.reject(draft.url, "内容超出预料, 收不进来", visit=visit, which=draft.native)
            return
        self._documents.append(document)
        self.outcomes["document"] += 1
        if visit is not None:
            self._visits.append(visit)
        if len(self._documents) >= BATCH:
            self.flush()

    def done(self, visit: str, outcome: str) -> None:
        """Remember an address that held no document (a list, a page that is gone)."""
        self.outcomes[outcome] += 1
        self._visits.append(visit)

    def reject(
        self, url: str, reason: str, sample: str = "", visit: str | None = None, *, which: str = ""
    ) -> None:
        """Set something aside with its reason, cleaned; `which` tells one thing from others of the same address."""
        now = self.clock.now()
        self.corpus.reject(
            Rejected(
                id=make_id("rejected", self.source.name, url, reason, *filter(None, [which])),
                stage="crawl",
                source=self.source.name,
                url=url,
                reason=reason,
                sample=self._text(sample)[:SAMPLE],
                at=now,
            )
        )
        self.outcomes["rejected"] += 1
        if visit is not None:
            self._visits.append(visit)

    def flush(self) -> int:
        """Commit the batch, then the addresses it makes done; return how many documents were new."""
        fresh = self.corpus.accept(self._documents) if self._documents else 0
        self._documents = []
        now = self.clock.now()
        for key in self._visits:
            self.corpus.visit(self.source.name, key, now)
        self._visits = []
        self.outcomes["new"] += fresh
        return fresh

    def cleaned(self, draft: Draft) -> Document:
        """Return the document that may be stored: no name, no number, plausible times."""
        now = self.clock.now()
        source = self.source
        who = draft.source_class or source.source_class
        private = who == "individual" and draft.author is None
        voice = None
        if private and draft.user:
            voice = self.voices.voice(f"{source.platform}:{draft.user}", draft.published_at, now)
        return Document(
            id=document_id(source.name, draft.native),
            source=source.name,
            platform=source.platform,
            kind=KINDS[source.kind],
            source_class=who,
            url=draft.url,
            title=self._text(draft.title)[:300],
            text=self._text(draft.text)[:MAX_TEXT],
            published_at=min(draft.published_at, now),
            precision=draft.precision,
            seen_at=self._seen_at(draft, now),
            collected_at=now,
            author=draft.author,
            voice=voice,
            source_name=draft.source_name,
            region=draft.region or source.region,
            label=draft.label,
            reposts=draft.counts[0],
            comments=draft.counts[1],
            likes=draft.counts[2],
            views=draft.views,
            rank=draft.rank,
        )

    def _text(self, text: str) -> str:
        return presentable(text, self.institutions)

    @staticmethod
    def _seen_at(draft: Draft, now: datetime) -> datetime:
        """Return when the document became visible by what the source says, where that is plausible."""
        published = min(draft.published_at, now)
        stated = draft.stated_at
        return stated if stated is not None and published <= stated <= now else published


def presentable(text: str, institutions: Collection[str] = ()) -> str:
    """Return `text` as it may be stored or printed: nobody named, no number.

    Marks that nobody sees go first: between an @ and a name, or within a number, they would hide both.
    """
    shown = mask(storable(text, NAME_END), institutions)
    return mask_numbers(shown.replace(NAME_END, ""))


def storable(text: str, keep: str = "") -> str:
    """Return `text` without what UTF-8 or a screen cannot hold: lone surrogates, control and bidi marks."""
    text = text.replace("\xa0", " ").replace("\r\n", "\n")
    cleaned = "".join(c for c in text if c in KEPT or c in keep or c.isprintable())
    return cleaned.encode("utf-8", "replace").decode("utf-8").strip()
