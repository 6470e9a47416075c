"""K3 民生领域严重冲击社会道德底线: those who cannot protect themselves are harmed by those who owe them care.

Counted are documents that speak of harm to minors, the old or the ill, or of an outrage by its own words. At least
one must name the care that failed (meals, nursing, schooling), else a wave of flu would look like an outrage.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from alerts.mention import Mention
from alerts.rules import Met
from config.rulebook import RuleBook

ID = "moral_bottom_line"


@dataclass(slots=True)
class _Walk:
    """What has been seen so far: who told of harm, who spoke of the same subject."""

    counted: list[int] = field(default_factory=list)
    harm: set[str] = field(default_factory=set)
    abuse: set[str] = field(default_factory=set)
    voices: set[str] = field(default_factory=set)
    platforms: set[str] = field(default_factory=set)
    subjects: set[str] = field(default_factory=set)
    fault: bool = False
    media: bool = False
    board: bool = False
    own: bool = False


def first_met(mentions: Sequence[Mention], book: RuleBook) -> Met | None:
    """Return the first moment enough voices speak of the harm."""
    walk = _Walk()
    for index, mention in enumerate(mentions):
        harm = tells_harm(mention)
        if not (harm or _board_tells(mention) or _same_matter(walk, mention, book)):
            continue
        walk.counted.append(index)
        _note(walk, mention, book, harm=harm)
        reason = _enough(walk, book)
        if walk.fault and reason:
            return _met(mentions, walk.counted, reason)
    return None


def _note(walk: _Walk, mention: Mention, book: RuleBook, *, harm: bool) -> None:
    walk.own = walk.own or (harm and not mention.ally)
    if harm:
        walk.subjects |= book.subjects(mention.text)
        walk.fault = walk.fault or mention.says("fault", "dignity", "abuse")
        walk.media = walk.media or (mention.media and mention.original)
    if mention.board:
        walk.board = walk.board or _board_tells(mention)
    if not mention.public_voice:
        return
    walk.platforms.add(mention.document.platform)
    if mention.original:
        walk.voices.add(mention.voice)
        if harm:
            walk.harm.add(mention.voice)
        if harm and mention.says("abuse"):
            walk.abuse.add(mention.voice)


def _same_matter(walk: _Walk, mention: Mention, book: RuleBook) -> bool:
    """Whether a private voice speaks on the subject of the harm already told."""
    if not walk.harm or not mention.public_voice or not mention.serious:
        return False
    return bool(walk.subjects & book.subjects(mention.text))


def _board_tells(mention: Mention) -> bool:
    """Whether a hot-list title itself says that the vulnerable are ill-treated."""
    told = mention.says("minors", "frail") and mention.says("abuse")
    return mention.board and told and mention.serious and not mention.says("leisure")


def tells_harm(mention: Mention) -> bool:
    """Whether a document speaks of harm to the vulnerable or of an outrage."""
    if not mention.serious or mention.official or mention.board or mention.says("leisure"):
        return False
    if mention.judged("moral_bottom_line"):
        return True
    frail = mention.says("minors", "frail")
    if mention.says("dignity") and (frail or mention.negative):
        return True
    return frail and mention.says("illness", "abuse") and _several_or_abused(mention)


def _several_or_abused(mention: Mention) -> bool:
    """Whether harm is done to more than the speaker's own, or by ill-treatment."""
    if mention.says("abuse"):
        return True
    return mention.says("fault") or mention.fact("exposed") >= 2 or mention.says("minors")


def _enough(walk: _Walk, book: RuleBook) -> str:
    harm, voices, platforms = len(walk.harm), len(walk.voices), len(walk.platforms)
    if not walk.own:
        return ""
    told = harm >= book.threshold(ID, "voices_of_harm")
    spread = platforms >= book.threshold(ID, "platforms")
    if told and spread and voices >= book.threshold(ID, "voices"):
        return (
            f"{voices} 个互不转载的声音说到同一件事 ({book.label(ID, 'voices')}), "
            f"其中 {harm} 个直接说到弱势群体受到伤害 ({book.label(ID, 'voices_of_harm')}), "
            f"出现在 {platforms} 个平台 ({book.label(ID, 'platforms')})"
        )
    if spread and len(walk.abuse) >= book.threshold(ID, "voices_of_abuse"):
        label = book.label(ID, "voices_of_abuse")
        return f"{len(walk.abuse)} 个互不转载的声音在 {platforms} 个平台直接说到虐待欺凌 ({label})"
    if (walk.media or walk.board) and harm >= book.threshold(ID, "voices_with_media"):
        seen = "已有媒体报道" if walk.media else "已上热榜"
        label = book.label(ID, "voices_with_media")
        return f"{seen}, 并有 {harm} 个互不转载的声音说到伤害 ({label})"
    return ""


def _met(mentions: Sequence[Mention], counted: list[int], reason: str) -> Met:
    found = [mentions[index] for index in counted]
    keys = ("minors", "frail", "illness", "abuse", "fault", "dignity")
    words = dict.fromkeys(one.signs[key] for one in found for key in keys if key in one.signs)
    minors = sum(one.says("minors") for one in found) * 2 > len(found)
    return Met(
        index=counted[-1],
        counted=tuple(counted),
        reasons=(reason, f"说到: {'、'.join(list(words)[:8])}"),
        minors=minors,
    )
