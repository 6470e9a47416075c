"""Evidence: frozen, masked excerpts of the documents that carried a judgement.

Institutions keep name and address; a private person is only 个人, cut short, without an address (guardrail G03).
"""

from collections.abc import Sequence

from alerts.mention import Mention
from records.issue import Evidence
from records.masking import anonymous, private

PRIVATE_LENGTH = 60
PRIVATE_SHARE = 2 / 3
PRIVATE_LEAST = 8
"""How much of a private person's words is shown: enough to judge, not enough to find them by (本系统默认值)."""
INSTITUTION_LENGTH = 120
MOST = 12


def evidence_of(mentions: Sequence[Mention], why: str) -> tuple[Evidence, ...]:
    """Return the frozen excerpts, earliest first; when there are too many, the first and the last."""
    chosen = list(mentions)
    if len(chosen) > MOST:
        chosen = [*chosen[: MOST - 4], *chosen[-4:]]
    return tuple(_frozen(mention, why) for mention in chosen)


def _frozen(mention: Mention, why: str) -> Evidence:
    document = mention.document
    return Evidence(
        document_id=document.id,
        source=document.source,
        platform=document.platform,
        speaker=speaker(mention),
        published_at=document.published_at,
        excerpt=excerpt_of(mention),
        url="" if mention.public_voice else document.url,
        why=_shown(mention) or why,
    )


def excerpt_of(mention: Mention) -> str:
    """Return the masked beginning of a text; a private person's is never quoted whole."""
    text = " ".join(mention.text.split())
    if not mention.public_voice:
        return _cut(anonymous(text[: INSTITUTION_LENGTH * 2]), INSTITUTION_LENGTH)
    shown = private(text)
    part = max(PRIVATE_LEAST, int(len(shown) * PRIVATE_SHARE))
    return _cut(shown, min(PRIVATE_LENGTH, part))


def _cut(text: str, length: int) -> str:
    return text[:length] + ("…" if len(text) > length else "")


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
