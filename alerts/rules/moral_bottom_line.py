"""K3 民生领域严重冲击社会道德底线: those who cannot protect themselves are harmed by those who owe them care.

Counted are documents that speak of harm to minors, the old or the ill, or of an outrage by its own words. At least
one must name the care that failed (meals, nursing, schooling), else a wave of flu would look like an outrage.
"""

from collections.abc import Sequence

from alerts.mention import Mention
from alerts.rules import Met
from config.rulebook import RuleBook

ID = "moral_bottom_line"


def first_met(mentions: Sequence[Mention], book: RuleBook) -> Met | None:
    """Return the first moment enough voices speak of the harm."""
    counted: list[int] = []
    voices: set[str] = set()
    platforms: set[str] = set()
    fault = media = False
    for index, mention in enumerate(mentions):
        if not tells_harm(mention):
            continue
        counted.append(index)
        fault = fault or mention.says("fault", "dignity")
        media = media or (mention.media and mention.original)
        if mention.public_voice:
            platforms.add(mention.document.platform)
            if mention.original:
                voices.add(mention.voice)
        reason = _enough(book, len(voices), len(platforms), media=media)
        if fault and reason:
            return _met(mentions, counted, reason)
    return None


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


def _enough(book: RuleBook, voices: int, platforms: int, *, media: bool) -> str:
    if voices >= book.threshold(ID, "voices") and platforms >= book.threshold(ID, "platforms"):
        return (
            f"{voices} 个互不转载的声音说到弱势群体受到伤害 ({book.label(ID, 'voices')}), "
            f"出现在 {platforms} 个平台 ({book.label(ID, 'platforms')})"
        )
    if media and voices >= book.threshold(ID, "voices_with_media"):
        label = book.label(ID, "voices_with_media")
        return f"已有媒体报道, 并有 {voices} 个互不转载的声音说到 ({label})"
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
