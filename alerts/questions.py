"""What people ask most: question sentences of a matter's documents, the like grouped, the commonest first.

While few private people speak, a question that only one of them asks is not shown: it would be that person's sentence.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from alerts.mention import Mention
from records.masking import private

_SENTENCE = re.compile(r"[^。！!？?\n；;]+[？?]+|[^。！!？?\n；;]+")
_ASKS = re.compile(
    r"[？?]$|什么时候|何时|多少|能不能|为什么|为啥|凭什么|是不是|怎么|谁来|哪天|哪家|要不要|有没有|吗$|能否|是否"
)
_NOISE = re.compile(r"//@[^:：]*[:：]|#[^#]*#|\[[^\]]{1,6}\]|https?://\S+|@\S+")
_MOST = 5
_LIKE = 0.3
FEW = 10
"""With fewer private voices than this a question needs two of them, or a hot list or institution (本系统默认值)."""


@dataclass(slots=True)
class _Group:
    """Like questions: the first one's words, who asked them, whether somebody public did."""

    pairs: frozenset[str]
    first: str
    voices: set[str] = field(default_factory=set)
    public: bool = False
    count: int = 0


def asked_most(
    mentions: Sequence[Mention], *, event: Sequence[Mention] | None = None, most: int = _MOST
) -> tuple[str, ...]:
    """Return up to `most` questions, each the first of its group, the largest group first (ties by time).

    `event` are all members of the matter, by which it is decided whether few speak.
    """
    people = {one.voice for one in event or mentions if one.public_voice and one.original}
    groups: list[_Group] = []
    for mention in mentions:
        if not (mention.public_voice or _public(mention)) or not mention.original:
            continue
        for question in _questions(mention.text):
            _place(groups, question, mention)
    shown = [
        (number, group)
        for number, group in enumerate(groups)
        if len(people) >= FEW or group.public or len(group.voices) > 1
    ]
    ranked = sorted(shown, key=lambda item: (-item[1].count, item[0]))
    return tuple(private(group.first) for _, group in ranked[:most])


def _public(mention: Mention) -> bool:
    return mention.board or mention.document.source_class == "institution"


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


def _place(groups: list[_Group], question: str, mention: Mention) -> None:
    pairs = frozenset(question[at : at + 2] for at in range(len(question) - 1))
    group = next((one for one in groups if _like(pairs, one.pairs)), None)
    if group is None:
        group = _Group(pairs=pairs, first=question)
        groups.append(group)
    group.count += 1
    group.public = group.public or _public(mention)
    if mention.public_voice:
        group.voices.add(mention.voice)


def _like(pairs: frozenset[str], known: frozenset[str]) -> bool:
    return len(pairs & known) >= _LIKE * max(1, min(len(pairs), len(known)))
