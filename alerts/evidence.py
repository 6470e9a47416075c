"""Evidence: frozen, masked excerpts of the documents that carried a judgement.

Institutions keep name and address; a private person is only 个人, cut short, without an address (guardrail G03).
"""

import re
from collections.abc import Sequence

from alerts.mention import Mention
from records.issue import Evidence

_MASKS = (
    (re.compile(r"[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]"), "[证件号]"),
    (re.compile(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)"), "[电话]"),
    (re.compile(r"(?<!\d)0\d{2,3}[ -]\d{7,8}(?!\d)"), "[电话]"),
    (re.compile(r"(?<!\d)\d{15,19}(?!\d)"), "[号码]"),
    (re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}"), "[邮箱]"),
    (re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][A-Z0-9]{5,6}"), "[车牌]"),
    (re.compile(r"@[\w\u4e00-\u9fff-]{1,30}"), "@某人"),
    (re.compile(r"\d+(?:号楼|栋|幢|单元|室)"), "某"),
)  # fmt: skip
PRIVATE_LENGTH = 60
INSTITUTION_LENGTH = 120
MOST = 12


def masked(text: str) -> str:
    """Return a text without numbers and names that lead to a person."""
    for pattern, shown in _MASKS:
        text = pattern.sub(shown, text)
    return text


def evidence_of(mentions: Sequence[Mention], why: str) -> tuple[Evidence, ...]:
    """Return the frozen excerpts, earliest first; when there are too many, the first and the last."""
    chosen = list(mentions)
    if len(chosen) > MOST:
        chosen = [*chosen[: MOST - 4], *chosen[-4:]]
    return tuple(_frozen(mention, why) for mention in chosen)


def _frozen(mention: Mention, why: str) -> Evidence:
    document = mention.document
    private = mention.public_voice
    length = PRIVATE_LENGTH if private else INSTITUTION_LENGTH
    text = " ".join(mention.text.split())
    excerpt = masked(text[: length * 2])
    return Evidence(
        document_id=document.id,
        source=document.source,
        platform=document.platform,
        speaker=speaker(mention),
        published_at=document.published_at,
        excerpt=excerpt[:length] + ("…" if len(excerpt) > length else ""),
        url="" if private else document.url,
        why=_shown(mention) or why,
    )


def speaker(mention: Mention) -> str:
    """Return who speaks: an institution by name, a person only as such."""
    if mention.hotline:
        return "热线来电"
    if mention.private:
        return "个人"
    document = mention.document
    return document.author or document.source_name or document.platform


_SHOWN = (
    ("collapse", "险情"), ("casualty", "伤亡"), ("danger", "公共安全说法"), ("hearsay", "未证实来路"), ("illness", "身体受害"),
    ("abuse", "受虐"), ("fault", "照护环节"), ("claim_cancel", "说成取消"), ("claim_seize", "说成收走"), ("interest", "切身利益"),
)  # fmt: skip


def _shown(mention: Mention) -> str:
    found = [f"{name}“{mention.signs[key]}”" for key, name in _SHOWN if key in mention.signs]
    return "、".join(found[:3])
