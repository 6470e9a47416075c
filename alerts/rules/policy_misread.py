"""K1 对政策措施存在误解误读: many retell of a published document what its text does not say.

A claim is a word of cancelling, seizing or charging that stands in the posts and not in the document, or one that
makes the document wider than it is written: all day, everybody, by force. Where the document itself is not among the event's, it must at least be named, and somebody must tell by hearsay or doubt it.
Comments on an open draft are participation, not misreading; a misreading of an open draft counts sooner.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from alerts.mention import Mention
from alerts.rules import Met
from config.rulebook import RuleBook

ID = "policy_misread"
CLEAR = (
    "作废",
    "取消",
    "废除",
    "停用",
    "废了",
    "不能用",
    "不让用",
    "不叫用",
    "刷不了",
    "没用了",
    "注销",
    "失效",
    "清零",
    "归零",
    "停发",
)
SEIZE = (
    "上门收",
    "上门抓",
    "上门查",
    "上门拆",
    "没收",
    "收走",
    "扣车",
    "报废",
    "拉走",
    "抓走",
    "强拆",
    "充公",
    "全部收",
    "全部拆",
)
OTHER = (
    "余额不退",
    "钱没了",
    "不退钱",
    "要交钱",
    "要收钱",
    "翻倍",
    "一律",
    "强制",
    "禁止",
    "不准",
    "不让",
    "罚款",
)
WIDER = (
    (
        re.compile(r"24 ?小时|二十四(?:个)?小时|全天(?:收|都|候)|昼夜|(?:晚上|夜里|夜间|半夜|周末|节假日)[^。，]{0,6}(?:也|都)"),
        re.compile(r"24小时|二十四小时|全天|昼夜"),
    ),
    (
        re.compile(r"家门口|(?:都|全都|全部|统统|一律|人人|每家|家家|每户|所有[^。，]{0,4})(?:得|要|收|交|算|查|罚|停|扣)|也算|全(?:市|城)(?:都|统一)"),
        re.compile(r"所有|全部|一律(?!免|不收)|每户|每人"),
    ),
    (
        re.compile(r"强制|强行|强迫|必须|不[^。，、！？]{1,4}就(?:扣|罚|停|没收|拉|不|取消|注销|清)|逼(?:着|我|你|大家|人|老)"),
        re.compile(r"强制|必须|应当|责令|不得|逾期"),
    ),
    (
        re.compile(r"不(?:报销|给报|能报|让报|给发|发了)|全自费|报不了|(?:降|减|砍)到|打对折|减半|(?:涨|提高|调)(?:到|成|了)[^。，]{0,6}(?:倍|元|块)|翻(?:倍|番)"),
        re.compile(r"不予报销|自费|降低|减少|调减|上调|提高|涨"),
    ),
)  # fmt: skip
"""What a retelling makes wider than the document: when, for whom, by force, by how much; and the words that would bear it out."""
_DECIDED = re.compile(
    r"经[^。，]{0,8}听证|听证(?:后|通过)|自[^。，]{4,14}起(?:施行|执行|实施|调整)"
)
_TITLE = re.compile(r"关于|通告|公告|办法|条例|规定|通知|方案|意见|细则|提示")


@dataclass(slots=True)
class _Walk:
    """What has been seen so far."""

    policy: list[int] = field(default_factory=list)
    text: str = ""
    named: int = 0
    draft: bool = False
    hearsay: bool = False
    pointed_out: bool = False
    claims: list[int] = field(default_factory=list)
    claimed: set[str] = field(default_factory=set)


def first_met(mentions: Sequence[Mention], book: RuleBook) -> Met | None:
    """Return the first moment enough documents retell the claim."""
    window = timedelta(hours=book.threshold(ID, "window_hours"))
    walk = _Walk()
    for index, mention in enumerate(mentions):
        if not mention.ally:
            _note_policy(walk, index, mention)
        walk.claims = [old for old in walk.claims if mention.at - mentions[old].at <= window]
        if _points_out(walk, mention):
            walk.pointed_out = True
        elif not _claims(walk, mention):
            continue
        else:
            walk.hearsay = walk.hearsay or mention.says("hearsay", "doubt")
            walk.claims.append(index)
            walk.claimed.add(mention.document.id)
        own = sum(not mentions[old].ally for old in walk.claims)
        reason = _enough(walk, mentions, book) if own else ""
        if reason:
            return _met(walk, mentions, reason, index)
    return None


def is_policy(mention: Mention) -> bool:
    """Whether a document is the policy text itself: an official article with a title of the trade, not an answer."""
    document = mention.document
    if not mention.official or document.kind != "article":
        return False
    return bool(_TITLE.search(document.title)) and not re.search(
        r"答复|通报|答问|记者问|说明|澄清|发布会|通气会|实录|曝光|公示|预警", document.title
    )


def may_claim(mention: Mention) -> bool:
    """Whether a document says what a policy might not say."""
    walk = _Walk()
    walk.policy.append(0)
    return _claims(walk, mention)


def _note_policy(walk: _Walk, index: int, mention: Mention) -> None:
    if mention.says("policy"):
        walk.named += 1
    open_draft = mention.says("draft") and not _DECIDED.search(mention.text)
    if is_policy(mention):
        walk.draft = open_draft if not walk.policy else walk.draft or open_draft
        walk.policy.append(index)
        walk.text += mention.text
    elif not walk.policy:
        walk.draft = walk.draft or open_draft


def _claims(walk: _Walk, mention: Mention) -> bool:
    """Whether the document retells something that the policy's own text does not say."""
    if mention.official or mention.media or not mention.serious or mention.says("leisure"):
        return False
    text = mention.text
    if mention.copy_of in walk.claimed:
        return True
    if any(word in text and word not in walk.text for word in (*CLEAR, *SEIZE)):
        return True
    if walk.policy and widened(text, walk.text):
        return True
    unsure = mention.says("hearsay", "doubt")
    return unsure and any(word in text and word not in walk.text for word in OTHER)


def widened(told: str, written: str) -> tuple[str, ...]:
    """Return the words of a retelling that make a document wider than it is written."""
    found = (claim.search(told) for claim, borne in WIDER if not borne.search(written))
    return tuple(match.group() for match in found if match)


def _points_out(walk: _Walk, mention: Mention) -> bool:
    """Whether a medium or an authority says that people misread, and names what the policy does not say."""
    if not (mention.media or mention.official) or not mention.original or is_policy(mention):
        return False
    words = (*CLEAR, *SEIZE, *OTHER)
    named = any(word in mention.text and word not in walk.text for word in words) or bool(
        walk.policy and widened(mention.text, walk.text)
    )
    about = bool(walk.policy) or mention.says("policy")
    return named and about and mention.says("misread") and mention.serious


def _enough(walk: _Walk, mentions: Sequence[Mention], book: RuleBook) -> str:
    if not (walk.policy or (walk.named and walk.hearsay)):
        return ""
    suffix = "_open_draft" if walk.draft else ""
    found = [mentions[index] for index in walk.claims]
    voices = {one.voice for one in found if one.original}
    if walk.pointed_out and len(found) >= book.threshold(ID, "retellings_with_media"):
        label = book.label(ID, "retellings_with_media")
        return f"媒体或官方已指出有人误读, {len(found)} 份内容转述与文件不符的说法 ({label})"
    if _on_board(found) and len(found) >= book.threshold(ID, "retellings_on_board"):
        label = book.label(ID, "retellings_on_board")
        return f"与文件不符的说法已上热榜, 共 {len(found)} 份内容转述 ({label})"
    if len(found) < book.threshold(ID, "retellings" + suffix):
        return ""
    if len(voices) < book.threshold(ID, "voices" + suffix):
        return ""
    return (
        f"{len(found)} 份内容转述与文件不符的说法 ({book.label(ID, 'retellings' + suffix)}), "
        f"其中 {len(voices)} 份互不转载 ({book.label(ID, 'voices' + suffix)})"
    )


def _on_board(found: Sequence[Mention]) -> bool:
    """Whether a hot list repeats what at least two people retell."""
    people = {one.voice for one in found if one.public_voice and one.original}
    return any(one.board for one in found) and len(people) > 1


def _met(walk: _Walk, mentions: Sequence[Mention], reason: str, index: int) -> Met:
    found = [mentions[index] for index in walk.claims]
    words: dict[str, None] = {}
    for one in found:
        for word in (*CLEAR, *SEIZE, *OTHER):
            if word in one.text and word not in walk.text:
                words[word] = None
        words.update(dict.fromkeys(widened(one.text, walk.text) if walk.policy else ()))
    reasons = [reason, f"转述中的说法: {'、'.join(list(words)[:6])}"]
    issuer = ""
    if walk.policy:
        first = mentions[walk.policy[0]].document
        issuer = first.author or first.source_name or ""
        reasons.append(f"文件原文《{first.title}》没有这样的表述")
    else:
        reasons.append("文中提到政策文件, 原文尚未采到, 请核对")
    if walk.draft:
        reasons.append("文件仍在公开征求意见, 尚未生效")
    return Met(
        index=index,
        counted=tuple(dict.fromkeys((*walk.claims, index))),
        reasons=tuple(reasons),
        open_draft=walk.draft,
        issuer=issuer,
        policy=tuple(walk.policy),
    )
