"""可能扰乱公共秩序的虚假或不完整信息 (条例第六条): an unproved claim of public danger, retold and asked about.

The lawful answer to it is publication (C07), so the rule neither asks who began nor says that it is false.
"""

from collections.abc import Sequence
from datetime import timedelta

from alerts.mention import Mention
from alerts.rules import Met
from config.rulebook import RuleBook

ID = "rumour"


def first_met(mentions: Sequence[Mention], book: RuleBook) -> Met | None:
    """Return the first moment enough voices tell the claim or ask whether it is true."""
    window = timedelta(hours=book.threshold(ID, "window_hours"))
    told: list[int] = []
    for index, mention in enumerate(mentions):
        if mention.ally or not _tells(mention, begun=bool(told)):
            continue
        told = [old for old in told if mention.at - mentions[old].at <= window] + [index]
        voices = {mentions[old].voice for old in told if mentions[old].original}
        if _enough(book, len(voices), len(told)):
            return _met(mentions, told, book, len(voices))
    return None


def _tells(mention: Mention, *, begun: bool) -> bool:
    """Whether it tells the claim, or, once somebody has told it, asks whether it is true."""
    if not mention.public_voice or not mention.serious or mention.says("leisure"):
        return False
    if mention.says("danger") and mention.says("hearsay"):
        return True
    return begun and mention.says("doubt", "danger")


def _enough(book: RuleBook, voices: int, documents: int) -> bool:
    return voices >= book.threshold(ID, "voices") and documents >= book.threshold(ID, "documents")


def _met(mentions: Sequence[Mention], told: list[int], book: RuleBook, voices: int) -> Met:
    found = [mentions[index] for index in told]
    dangers = dict.fromkeys(one.signs["danger"] for one in found if one.says("danger"))
    origins = dict.fromkeys(one.signs["hearsay"] for one in found if one.says("hearsay"))
    return Met(
        index=told[-1],
        counted=tuple(told),
        reasons=(
            (
                f"{voices} 个互不转载的声音在说或在问同一未经证实的说法 ({book.label(ID, 'voices')}), "
                f"连同转载 {len(told)} 份 ({book.label(ID, 'documents')})"
            ),
            f"说法涉及: {'、'.join(list(dangers)[:5])}; 来路: {'、'.join(list(origins)[:4])}",
        ),
    )
