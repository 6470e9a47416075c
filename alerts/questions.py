"""What people ask most: question sentences of a matter's documents, the like grouped, the commonest first."""

import re
from collections.abc import Iterable, Sequence

from alerts.evidence import masked
from alerts.mention import Mention

_SENTENCE = re.compile(r"[^。！!？?\n；;]+[？?]+|[^。！!？?\n；;]+")
_ASKS = re.compile(
    r"[？?]$|什么时候|何时|多少|能不能|为什么|为啥|凭什么|是不是|怎么|谁来|哪天|哪家|要不要|有没有|吗$|能否|是否"
)
_NOISE = re.compile(r"//@[^:：]*[:：]|#[^#]*#|\[[^\]]{1,6}\]|https?://\S+|@\S+")
_MOST = 5
_LIKE = 0.3


def asked_most(mentions: Sequence[Mention], *, most: int = _MOST) -> tuple[str, ...]:
    """Return up to `most` questions, each the first of its group, the largest group first (ties by time)."""
    groups: list[tuple[frozenset[str], list[str]]] = []
    for mention in mentions:
        if not (mention.public_voice or mention.board) or not mention.original:
            continue
        for question in _questions(mention.text):
            _place(groups, question)
    ranked = sorted(enumerate(groups), key=lambda item: (-len(item[1][1]), item[0]))
    return tuple(masked(group[0]) for _, (_, group) in ranked[:most])


def _questions(text: str) -> Iterable[str]:
    for sentence in _SENTENCE.findall(_NOISE.sub(" ", text)):
        plain = sentence.strip(" ，,、…~—-“”\"'")
        asks = _ASKS.search(plain)
        if asks and 5 <= len(plain) <= 120:
            yield _clause(plain)


def _clause(sentence: str) -> str:
    """Keep the asking end of a long sentence."""
    if len(sentence) <= 40:
        return sentence
    parts = re.split(r"[，,：:、 ]", sentence)
    kept = parts[-1]
    for part in reversed(parts[:-1]):
        if len(kept) + len(part) > 36:
            break
        kept = f"{part}，{kept}"
    return kept[-40:]


def _place(groups: list[tuple[frozenset[str], list[str]]], question: str) -> None:
    pairs = frozenset(question[at : at + 2] for at in range(len(question) - 1))
    for known, group in groups:
        if len(pairs & known) >= _LIKE * max(1, min(len(pairs), len(known))):
            group.append(question)
            return
    groups.append((pairs, [question]))
