"""Why a hot event is no issue, in plain sentences with their figures, counted as the rules count."""

from collections import Counter
from collections.abc import Callable, Sequence

from alerts.kinship import subject_of
from alerts.mention import Mention, mentions_of
from alerts.rules.public_interest import ID
from alerts.view import View
from dashboard import text
from records.issue import Issue
from store.interface import Found

Reason = Callable[[Mention], bool]
KINDS: tuple[tuple[str, Reason], ...] = (
    (text.WHY_NOT_LEISURE, lambda one: one.says("leisure")),
    (text.WHY_NOT_UNREAL, lambda one: one.says("unreal")),
    (text.WHY_NOT_OLD, lambda one: one.stale),
    (text.WHY_NOT_PRAISE, lambda one: one.says("praise", "advert")),
    (text.WHY_NOT_ROUTINE, lambda one: one.says("routine_official", "forecast", "enforcement")),
)
"""What a document's words may be instead of a need for an answer; said where a third of the documents bear it."""
SHARE = 3


def why_not(members: Sequence[Found], view: View, issues: Sequence[Issue]) -> list[str]:
    """Return the reasons, the strongest first."""
    mentions = mentions_of(members, view.signs)
    said = [*_told_already(mentions, view, issues), *_where(mentions, view)]
    said += [
        sentence.format(count=count, total=len(mentions))
        for sentence, count in _kinds(mentions)
        if count * SHARE >= len(mentions)
    ]
    said += _voices(mentions, view)
    return said


def _told_already(mentions: Sequence[Mention], view: View, issues: Sequence[Issue]) -> list[str]:
    """Say when most of the documents name the subject of an issue that is already raised."""
    held = Counter(subject for one in mentions for subject in view.book.subjects(one.text))
    subject, count = max(held.items(), key=lambda pair: (pair[1], pair[0]), default=("", 0))
    if count * 2 < len(mentions):
        return []
    same = [issue for issue in issues if subject_of(issue, view.book) == subject]
    return [text.WHY_NOT_TOLD.format(title=same[0].title)] if same else []


def _where(mentions: Sequence[Mention], view: View) -> list[str]:
    scope = view.whereabouts(mentions).scope
    if scope == "elsewhere":
        return [text.WHY_NOT_ELSEWHERE]
    return [text.WHY_NOT_NOWHERE] if scope is None else []


def _kinds(mentions: Sequence[Mention]) -> list[tuple[str, int]]:
    counted = [(sentence, sum(map(test, mentions))) for sentence, test in KINDS]
    return sorted(counted, key=lambda pair: -pair[1])


def _voices(mentions: Sequence[Mention], view: View) -> list[str]:
    """Say how many independent voices ask for something of public interest, beside what the rule needs."""
    asking = [one for one in mentions if one.original and _asks(one)]
    voices = len({one.voice for one in asking})
    needed = view.book.threshold(ID, "voices")
    sentence = text.WHY_NOT_VOICES if voices < needed else text.WHY_NOT_SPREAD
    return [sentence.format(voices=voices, needed=f"{needed:g}")]


def _asks(mention: Mention) -> bool:
    """Whether a private voice or a call asks for something of public interest, in earnest."""
    if not mention.public_voice or not mention.serious or mention.says("leisure"):
        return False
    return mention.says("interest", "illness") and (
        mention.hotline or mention.asks or mention.negative
    )
