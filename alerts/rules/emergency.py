"""K4 突发事件处置和自然灾害应对: people at the place, or one serious report, say that something grave just happened.

Drills, films, forecasts, old news and praise use the same words; `Mention.serious` leaves them out. Two
independent eye-witnesses of a collapse or explosion are enough, because the first hours count; an ordinary fire or
crash must also have hurt somebody.
"""

import re
from collections.abc import Sequence
from datetime import timedelta

from alerts.mention import Mention
from alerts.rules import Met
from config.rulebook import RuleBook

ID = "emergency"
_FIGURATIVE = re.compile(
    r"人设|塌房|心态|股价|崩盘|天塌|血压|眼皮|购物车|爆炸性|信息爆炸|爆炸头|火灾隐患"
)


def first_met(mentions: Sequence[Mention], book: RuleBook) -> Met | None:
    """Return the first moment an incident stands on enough witnesses or on one serious report."""
    needed = int(book.threshold(ID, "witnesses"))
    window = timedelta(hours=book.threshold(ID, "window_hours"))
    told: list[int] = []
    for index, mention in enumerate(mentions):
        if not _tells(mention) or (mention.ally and not mention.says("collapse", "casualty")):
            continue
        told = [old for old in told if mention.at - mentions[old].at <= window] + [index]
        if _grave_report(mention):
            return _met(
                mentions,
                told,
                f"{_speaker(mention)}已{'上榜' if mention.board else '报道'}人员伤亡或严重险情",
            )
        if all(mentions[old].ally for old in told):
            continue
        voices = {mentions[old].voice for old in told if mentions[old].original}
        if len(voices) >= needed and _grave_enough(mentions, told, len(voices)):
            label = book.label(ID, "witnesses")
            return _met(mentions, told, f"{len(voices)} 个互不转载的来源说到现场 ({label})")
    return None


def _tells(mention: Mention) -> bool:
    if not mention.serious or mention.says("leisure", "forecast"):
        return False
    if not mention.says("collapse", "incident", "public_security"):
        return False
    return not _FIGURATIVE.search(mention.text)


def _grave_report(mention: Mention) -> bool:
    if not (mention.board or ((mention.media or mention.official) and mention.current)):
        return False
    hurt = mention.fact("deaths") >= 1 or mention.fact("injuries") >= 3
    many = mention.fact("exposed") >= 3 and mention.says("casualty")
    if mention.board:  # a hot-list title is short: only a figure makes it grave
        return hurt or many
    return hurt or many or (mention.says("collapse") and mention.says("casualty"))


def _grave_enough(mentions: Sequence[Mention], told: list[int], voices: int) -> bool:
    """Whether the witnesses' words are grave: a collapse, violence, somebody hurt, or very many witnesses."""
    found = [mentions[index] for index in told]
    first_hand = [one for one in found if one.public_voice or one.official or one.media]
    grave = any(one.says("collapse", "public_security") for one in first_hand)
    hurt = any(one.says("casualty") for one in first_hand)
    return grave or (hurt and voices >= 3) or voices >= 6


def _met(mentions: Sequence[Mention], told: list[int], reason: str) -> Met:
    found = [mentions[index] for index in told]
    words = dict.fromkeys(
        one.signs[key]
        for one in found
        for key in ("collapse", "public_security", "incident", "casualty")
        if key in one.signs
    )
    deaths = max(one.fact("deaths") for one in found)
    reasons = [reason, f"说到: {'、'.join(list(words)[:6])}"]
    if deaths:
        reasons.append(f"文中提到死亡 {deaths:g} 人")
    violence = sum(one.says("public_security") for one in found)
    return Met(
        index=told[-1],
        counted=tuple(told),
        reasons=tuple(reasons),
        severe=bool(deaths) or any(one.says("collapse") for one in found),
        gradable=violence * 2 <= len(found),
    )


def _speaker(mention: Mention) -> str:
    return mention.document.author or mention.document.source_name or mention.document.platform
