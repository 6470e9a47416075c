"""K2 涉及公众切身利益且产生较大影响: many independent voices ask for the same thing, or the hotline rings far above its usual.

Content comes first (a matter of interest that asks, complains or reports), spread second. Hot is not enough:
where most of it is entertainment nothing is raised. Comments on an open draft go to participation.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from alerts.mention import Mention
from alerts.rules import Met
from alerts.rules.moral_bottom_line import tells_harm
from alerts.strand import strand
from config.rulebook import RuleBook

ID = "public_interest"
_WEEK = timedelta(days=7)
_GRAVE = ("collapse", "public_security")
_COUNTED = re.compile(
    r"(?<!\d)(\d{2,6}) ?[多余]?(?:人|户|名(?:会员|家长|业主|工人|患者|学员|储户))"
)
_LOCALITY = re.compile(
    r"[\u4e00-\u9fff]{2,4}?(?:街道|小区|社区|家园|花园|新村|公寓|家属院|宿舍|[村镇乡苑巷路])"
)
OWN = 2
"""So many voices must be the event's own before allies of other events are heard with them (本系统默认值)."""


@dataclass(slots=True)
class _Walk:
    """What has been seen so far; `counted` is cut to the window."""

    counted: list[int] = field(default_factory=list)
    recent: list[int] = field(default_factory=list)
    draft: bool = False


def first_met(mentions: Sequence[Mention], book: RuleBook) -> Met | None:
    """Return the first moment interest and spread are both met."""
    window = timedelta(hours=book.threshold(ID, "window_hours"))
    walk = _Walk()
    for index, mention in enumerate(mentions):
        walk.draft = walk.draft or mention.says("draft")
        walk.recent = _since(mentions, walk.recent, mention.at, window)
        walk.recent.append(index)
        if not (speaks(mention, book, draft=walk.draft) or reports(mention)):
            continue
        walk.counted = _since(mentions, walk.counted, mention.at, window)
        walk.counted.append(index)
        if _leisure(mentions, walk.recent, book):
            continue
        held, mixed = strand(mentions, walk.counted, book)
        if _graver(mentions, held):
            continue
        reason = _enough([mentions[old] for old in held], mention.at, book, mixed=mixed)
        if reason and index in held:
            return _met(mentions, held, reason)
    return None


def _graver(mentions: Sequence[Mention], held: list[int]) -> bool:
    """Whether most of it tells a disaster or ill-treatment: that is for the rules of those."""
    grave = [
        one for one in (mentions[index] for index in held) if one.says(*_GRAVE) or tells_harm(one)
    ]
    return len(grave) * 2 > len(held)


def speaks(mention: Mention, book: RuleBook, *, draft: bool) -> bool:
    """Whether a private voice or a call asks for something of public interest."""
    if not mention.public_voice or not mention.serious or mention.says("leisure"):
        return False
    if draft and mention.says("suggest", "draft"):
        return False
    if mention.judged("public_interest", "moral_bottom_line", "emergency_disaster"):
        return True
    matter = mention.says("interest", "illness") or bool(book.subjects(mention.text))
    if mention.hotline:
        return matter
    return matter and (mention.asks or mention.negative)


def reports(mention: Mention) -> bool:
    """Whether a medium reports people's trouble on its own, not an authority's handout."""
    if not mention.media or not mention.original or not mention.serious:
        return False
    if mention.says("leisure", "release", "draft"):
        return False
    return mention.says("interest", "illness") and mention.says("asking")


def _since(
    mentions: Sequence[Mention], indices: list[int], at: datetime, window: timedelta
) -> list[int]:
    return [old for old in indices if at - mentions[old].at <= window]


def _leisure(mentions: Sequence[Mention], recent: list[int], book: RuleBook) -> bool:
    fun = sum(mentions[index].says("leisure") for index in recent)
    return fun >= book.threshold(ID, "leisure_share") * len(recent)


def _enough(found: list[Mention], now: datetime, book: RuleBook, *, mixed: bool) -> str:
    people = [one for one in found if one.public_voice]
    if sum(not one.ally for one in people) < OWN:
        return ""
    voices = len({one.voice for one in people if one.original})
    platforms = len({one.document.platform for one in people})
    calls = sum(one.hotline and now - one.at <= _WEEK for one in people)
    outlets = {one.document.author or one.document.source: one for one in found if one.media}
    if mixed:
        return _by_voices(voices, platforms, book, "voices_mixed")
    return (
        _by_hotline(calls, len(people) + len(outlets) - calls, book)
        or _by_voices(voices, platforms, book)
        or _by_media(voices, list(outlets.values()), book)
        or _by_places([one for one in people if now - one.at <= _WEEK], book)
        or _by_size(found, voices, platforms, book)
        or _by_calls_and_media(calls, len(outlets), book)
    )


def _by_voices(voices: int, platforms: int, book: RuleBook, needed: str = "voices") -> str:
    spread = platforms >= book.threshold(ID, "platforms")
    if spread and voices >= book.threshold(ID, needed):
        return (
            f"{voices} 个互不转载的声音反映同一诉求 ({book.label(ID, needed)}), "
            f"出现在 {platforms} 个平台 ({book.label(ID, 'platforms')})"
        )
    if (
        needed == "voices"
        and platforms > 1
        and voices >= book.threshold(ID, "voices_two_platforms")
    ):
        label = book.label(ID, "voices_two_platforms")
        return f"{voices} 个互不转载的声音在 {platforms} 个平台反映同一诉求 ({label})"
    return ""


def _by_hotline(calls: int, others: int, book: RuleBook) -> str:
    base = book.threshold(ID, "hotline_week_base")
    times = calls / base
    if others and times >= book.threshold(ID, "hotline_times"):
        return (
            f"同一诉求七日内热线 {calls} 件, 为基线 {base:g} 件的 {times:.1f} 倍 "
            f"({book.label(ID, 'hotline_times')}), 热线以外也已有人说起"
        )
    if times >= book.threshold(ID, "hotline_times_alone"):
        label = book.label(ID, "hotline_times_alone")
        return f"同一诉求七日内热线 {calls} 件, 为基线 {base:g} 件的 {times:.1f} 倍 ({label})"
    return ""


def _by_media(voices: int, outlets: list[Mention], book: RuleBook) -> str:
    high = any(one.document.source_class in {"central", "provincial"} for one in outlets)
    if (high or len(outlets) > 1) and voices >= book.threshold(ID, "voices_with_media"):
        label = book.label(ID, "voices_with_media")
        return f"{len(outlets)} 家媒体独立报道, 并有 {voices} 个互不转载的声音反映 ({label})"
    return ""


def _by_places(people: list[Mention], book: RuleBook) -> str:
    """Count calls of loss: from several villages or estates they are spread by themselves."""
    calls = [one for one in people if one.hotline]
    places = {frozenset(found) for one in calls if (found := localities(one.text))}
    voices = len({one.voice for one in people if one.original})
    enough = voices >= book.threshold(ID, "voices_several_places")
    if (
        not enough
        or sum(one.says("loss") for one in calls) < OWN
        or min(len(places), len(calls)) < book.threshold(ID, "places")
    ):
        return ""
    return (
        f"七日内热线 {len(calls)} 件, 来自 {len(places)} 个村、小区、街道或乡镇 ({book.label(ID, 'places')}), "
        f"连同网上 {voices} 个互不转载的声音 ({book.label(ID, 'voices_several_places')})"
    )


def localities(text: str) -> frozenset[str]:
    """Return the villages, estates, streets and townships a call names."""
    return frozenset(_LOCALITY.findall(text))


def _by_size(found: list[Mention], voices: int, platforms: int, book: RuleBook) -> str:
    """Fewer voices do where somebody has counted that very many people, or very much money, are concerned."""
    people = max(_people(one) for one in found)
    money = max(one.fact("money") for one in found)
    many = people >= book.threshold(ID, "many_people") or money >= book.threshold(ID, "many_yuan")
    if not many or platforms < 2 or voices < book.threshold(ID, "voices_many_harmed"):
        return ""
    size = f"{people:g} 人" if people >= book.threshold(ID, "many_people") else f"{money:g} 元"
    return (
        f"说到受影响 {size}, {voices} 个互不转载的声音在 {platforms} 个平台反映 "
        f"({book.label(ID, 'voices_many_harmed')})"
    )


def _people(mention: Mention) -> float:
    """Return how many people or households a document counts as concerned."""
    counted = [float(number) for number in _COUNTED.findall(mention.text)]
    return max([mention.fact("exposed"), *counted])


def _by_calls_and_media(calls: int, outlets: int, book: RuleBook) -> str:
    if not outlets or calls < book.threshold(ID, "calls_with_media"):
        return ""
    label = book.label(ID, "calls_with_media")
    return f"{outlets} 家媒体报道, 七日内热线 {calls} 件 ({label})"


def _met(mentions: Sequence[Mention], counted: list[int], reason: str) -> Met:
    found = [mentions[index] for index in counted]
    words = dict.fromkeys(
        one.signs[key] for one in found for key in ("interest", "illness") if key in one.signs
    )
    return Met(
        index=counted[-1],
        counted=tuple(counted),
        reasons=(reason, f"涉及: {'、'.join(list(words)[:8])}"),
    )
