"""Mention: one document as the rules hear it: who speaks, whether it repeats another, which signs its words bear."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from config.signs import SignBook
from records.clock import beijing
from records.document import Document
from records.score import Score
from store.interface import Found

MEDIA = frozenset({"central", "provincial", "city", "industry"})
_YEAR = re.compile(r"(?<!\d)(20\d\d)年")
_DAY = re.compile(r"(?<!\d)(\d{1,2})日")
_ASKING_APPEALS = frozenset({"complaint", "report", "help", "consult"})
_NOT_SERIOUS = ("unreal", "advert", "praise")
_NOT_SERIOUS_INSTITUTION = ("forecast", "routine_official", "enforcement")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One member of an event, in the order in which it reached the events; an ally is heard from another event."""

    document: Document
    score: Score | None
    at: datetime
    copy_of: str | None
    signs: Mapping[str, str]
    ally: bool = False

    def says(self, *keys: str) -> bool:
        """Whether the text bears one of the signs."""
        return any(key in self.signs for key in keys)

    @property
    def text(self) -> str:
        """Title and text."""
        return self.document.body

    @property
    def official(self) -> bool:
        """Whether a government body speaks."""
        return self.document.source_class == "official"

    @property
    def media(self) -> bool:
        """Whether a medium reports (a hot-list title is not a report)."""
        return self.document.source_class in MEDIA and self.document.kind != "board"

    @property
    def hotline(self) -> bool:
        """Whether it is a call or letter to the authorities."""
        return self.document.kind == "message"

    @property
    def board(self) -> bool:
        """Whether it is a hot-list title."""
        return self.document.kind == "board"

    @property
    def private(self) -> bool:
        """Whether a private person speaks in public."""
        return self.document.source_class == "individual" and not (self.hotline or self.board)

    @property
    def public_voice(self) -> bool:
        """Whether the people speak: private posts and calls, not authorities, media or institutions."""
        return self.private or self.hotline

    @property
    def original(self) -> bool:
        """Whether it repeats no other document."""
        return self.copy_of is None

    @property
    def voice(self) -> str:
        """What counts as one independent voice: the daily pseudonym where there is one, else the document."""
        return self.document.voice or self.document.id

    @property
    def stale(self) -> bool:
        """Whether it tells old news: says so, or names a past year and nothing of now."""
        if self.says("old"):
            return True
        year = beijing(self.document.published_at).year
        years = [int(found) for found in _YEAR.findall(self.text)]
        return bool(years) and max(years) < year and not self.says("now")

    @property
    def current(self) -> bool:
        """Whether it tells of today or yesterday: by a word, or by the day it names (14日上午)."""
        if self.says("now"):
            return True
        today = beijing(self.document.published_at)
        near = {today.day, (today - timedelta(days=1)).day}
        return any(int(day) in near for day in _DAY.findall(self.text))

    @property
    def serious(self) -> bool:
        """Whether its words mean what they say: no drill, film, advertisement, praise, old news, forecast or routine notice."""
        if self.says(*_NOT_SERIOUS) or self.stale:
            return False
        return self.public_voice or self.board or not self.says(*_NOT_SERIOUS_INSTITUTION)

    @property
    def asks(self) -> bool:
        """Whether it asks, complains or reports."""
        if self.says("asking"):
            return True
        return self.score is not None and self.score.appeal in _ASKING_APPEALS

    @property
    def negative(self) -> bool:
        """Whether the scorer reads a negative attitude."""
        return self.score is not None and self.score.sentiment.label == "negative"

    def fact(self, kind: str) -> float:
        """Return the largest figure of one kind of fact, 0 when none."""
        facts = self.score.facts if self.score else ()
        return max((fact.value for fact in facts if fact.kind == kind), default=0.0)

    def judged(self, *criteria: str) -> bool:
        """Whether the scorer finds that it needs an answer by one of the criteria."""
        found = self.score
        return found is not None and found.p_needs_answer >= 0.5 and found.criterion in criteria


def mentions_of(members: Sequence[Found], signs: SignBook) -> tuple[Mention, ...]:
    """Return the members that have a place, by (placement.at, document id)."""
    placed = [found for found in members if found.placement is not None]
    placed.sort(key=lambda found: (found.placement.at, found.document.id))  # type: ignore[union-attr]
    return tuple(_mention(found, signs) for found in placed)


def _mention(found: Found, signs: SignBook) -> Mention:
    placement = found.placement
    if placement is None:
        raise ValueError("a member without a place cannot be ordered")
    return Mention(
        document=found.document,
        score=found.score,
        at=placement.at,
        copy_of=placement.copy_of,
        signs=_signs(signs, found.document.body),
    )


@lru_cache(maxsize=20_000)
def _signs(signs: SignBook, text: str) -> Mapping[str, str]:
    return signs.find(text[:20_000])
