"""Allies: first documents of other events that tell the same trouble, so that one matter told in many voices is heard.

People at a place tell the same thing in words that share nothing; the events then begin a new matter with each. A
private voice that began an event of its own is heard with another event that speaks of the same subject in the
same county at about the same time. It is heard from the later of the two moments on, so no later document changes
the answer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from alerts.mention import Mention, mentions_of
from alerts.rules.moral_bottom_line import tells_harm
from alerts.view import View
from store.interface import Found

FOUNDERS = 2
"""So many first members of an event may be heard with another one (本系统默认值)."""
NEAR = timedelta(hours=48)
UNPLACED = timedelta(hours=12)
"""How far apart the two may be: in the same county, or where the voice names no place (本系统默认值)."""
MINORS_HARMED = "minors_harmed"
"""The subject of ill-treated children, which everybody tells in other words."""
KEPT = timedelta(days=9)
_CLAIMS = ("claim_cancel", "claim_seize", "claim_pay", "claim_ban")
Key = tuple[str, str]


def troubled(mention: Mention) -> bool:
    """Whether it is a private voice that tells of trouble; a call or letter always does."""
    if not mention.public_voice or not mention.serious or not mention.original:
        return False
    if mention.says("leisure", "draft"):
        return False
    if mention.hotline or mention.says("interest", "illness", "abuse", "collapse", "casualty"):
        return True
    return mention.says("hearsay", "doubt") and mention.says(*_CLAIMS)


def keys_of(mention: Mention, view: View) -> frozenset[Key]:
    """Return the (subject, county) pairs a mention speaks of; the county is "" where it names none."""
    counties = tuple(view.whereabouts([mention]).counties) or ("",)
    return frozenset(
        (subject, county) for subject in _subjects(mention, view) for county in counties
    )


def _subjects(mention: Mention, view: View) -> frozenset[str]:
    found = view.book.subjects(mention.text)
    return found | {MINORS_HARMED} if mention.says("minors") and tells_harm(mention) else found


def allied(mentions: Sequence[Mention], pool: Iterable[Mention], view: View) -> tuple[Mention, ...]:
    """Return the pool's voices that belong with an event, marked as allies and heard when both had spoken."""
    own = {mention.document.id for mention in mentions}
    told = [(mention.at, keys_of(mention, view)) for mention in mentions if troubled(mention)]
    subjects = {subject for _, keys in told for subject, _ in keys}
    found = []
    for voice in pool:
        if voice.document.id in own or not subjects & _subjects(voice, view):
            continue
        at = _heard_at(voice, keys_of(voice, view), told)
        if at is not None:
            found.append(replace(voice, at=at, ally=True))
    return tuple(found)


def _heard_at(
    voice: Mention, keys: frozenset[Key], told: Sequence[tuple[datetime, frozenset[Key]]]
) -> datetime | None:
    """Return the first moment at which the voice and a member it belongs with had both spoken."""
    moments = [max(voice.at, at) for at, others in told if _near(abs(voice.at - at), keys, others)]
    return min(moments, default=None)


def _near(gap: timedelta, keys: frozenset[Key], others: frozenset[Key]) -> bool:
    if gap <= NEAR and keys & others:
        return True
    return gap <= UNPLACED and _same_but_unplaced(keys, others)


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
            for subject in _subjects(mention, self.view):
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
