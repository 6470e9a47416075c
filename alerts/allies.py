"""Allies: first documents of other events that tell the same trouble, so that one matter told in many voices is heard.

People at a place tell the same thing in words that share nothing; the events then begin a new matter with each. A
private voice that began an event of its own is heard with another event when that one already spoke of the same
subject in the same county shortly before. Only what came earlier decides, so no later document changes the answer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from alerts.mention import Mention, mentions_of
from alerts.view import View
from store.interface import Found

FOUNDERS = 2
"""So many first members of an event may be heard with another one (本系统默认值)."""
NEAR = timedelta(hours=48)
UNPLACED = timedelta(hours=12)
"""How long before the other event must have spoken: in the same county, or where the voice names no place."""
KEPT = timedelta(days=9)
Key = tuple[str, str]


def troubled(mention: Mention) -> bool:
    """Whether it is a private voice that tells of trouble."""
    if not mention.public_voice or not mention.serious or not mention.original:
        return False
    return mention.says("interest", "illness", "abuse") and not mention.says("leisure", "draft")


def keys_of(mention: Mention, view: View) -> frozenset[Key]:
    """Return the (subject, county) pairs a mention speaks of; the county is "" where it names none."""
    counties = tuple(view.whereabouts([mention]).counties) or ("",)
    subjects = view.book.subjects(mention.text)
    return frozenset((subject, county) for subject in subjects for county in counties)


def allied(mentions: Sequence[Mention], pool: Iterable[Mention], view: View) -> tuple[Mention, ...]:
    """Return the pool's voices that belong with an event, marked as allies."""
    own = {mention.document.id for mention in mentions}
    told = [(mention.at, keys_of(mention, view)) for mention in mentions if troubled(mention)]
    found = [
        replace(voice, ally=True)
        for voice in pool
        if voice.document.id not in own and _belongs(voice, keys_of(voice, view), told)
    ]
    return tuple(found)


def _belongs(
    voice: Mention, keys: frozenset[Key], told: Sequence[tuple[datetime, frozenset[Key]]]
) -> bool:
    for at, others in told:
        gap = voice.at - at
        if timedelta(0) <= gap <= NEAR and keys & others:
            return True
        if timedelta(0) <= gap <= UNPLACED and _same_but_unplaced(keys, others):
            return True
    return False


def _same_but_unplaced(keys: frozenset[Key], others: frozenset[Key]) -> bool:
    mine = {subject for subject, county in keys if not county}
    return bool(mine & {subject for subject, _ in others})


@dataclass(slots=True)
class Pool:
    """The founders of all recent events, and when which events last spoke of which subject."""

    view: View
    founders: dict[str, Mention] = field(default_factory=dict)
    events: dict[str, dict[str, datetime]] = field(default_factory=dict)

    def learn(self, event_id: str, members: Sequence[Found]) -> None:
        """Take in an event's members."""
        mentions = mentions_of(members, self.view.signs)
        for number, mention in enumerate(mentions):
            if not troubled(mention):
                continue
            if number < FOUNDERS:
                self.founders[mention.document.id] = mention
            for subject in self.view.book.subjects(mention.text):
                self.events.setdefault(subject, {})[event_id] = mention.at

    def forget(self, newest: datetime) -> None:
        """Drop what is too old to be heard with anything new."""
        oldest = newest - KEPT
        self.founders = {key: one for key, one in self.founders.items() if one.at >= oldest}
        self.events = {
            subject: {event: at for event, at in held.items() if at >= oldest}
            for subject, held in self.events.items()
        }

    def in_order(self) -> tuple[Mention, ...]:
        """Return the founders in the order in which they came."""
        return tuple(sorted(self.founders.values(), key=lambda one: (one.at, one.document.id)))

    def touched_by(self, event_ids: Iterable[str]) -> set[str]:
        """Return the events that spoke of a subject shortly before some events did, so may have gained an ally."""
        wanted = set(event_ids)
        found: set[str] = set()
        for held in self.events.values():
            newest = max((at for event, at in held.items() if event in wanted), default=None)
            if newest is not None:
                found |= {event for event, at in held.items() if newest - at <= NEAR}
        return found
