"""How text from outside is shown: masked, shortened, and never as markup.

Collected text reaches the screen through elements that render no Markdown (`st.text`, tables), or through
`plain`, the one function that escapes Markdown where an element offers nothing else (labels, tabs).
"""

import re
import unicodedata

_NUMBERS = (
    (re.compile(r"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])"), "[证件号]"),
    (re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"), "[电话]"),
    (re.compile(r"(?<![\d-])0\d{2,3}[- ]\d{7,8}(?!\d)"), "[电话]"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII), "[邮箱]"),
    (re.compile(r"(?<!\d)\d{16,19}(?!\d)"), "[卡号]"),
)
_HANDLE = re.compile(r"@[\w·-]{2,30}")
_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~:$^&=])")
EXCERPT = 60
"""Characters of an individual's post that may be shown (guardrail G03: shortened, not whole)."""


LEAST = 8


def mask(text: str) -> str:
    """Replace personal numbers and addresses (phones, identity and card numbers, e-mail) by what they are."""
    for pattern, shown in _NUMBERS:
        text = pattern.sub(shown, text)
    return text


def anonymous(text: str) -> str:
    """Mask numbers and @-names: what may be shown of a private speaker's words."""
    return _HANDLE.sub("@某人", mask(text))


def one_line(text: str) -> str:
    """Join lines and drop control and direction-changing characters, which can fake what a reader sees."""
    kept = (" " if c.isspace() else c for c in text if c.isspace() or _visible(c))
    return " ".join("".join(kept).split())


def _visible(char: str) -> bool:
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def shortened(text: str, limit: int = EXCERPT) -> str:
    """Return at most `limit` characters on one line, with an ellipsis where something was cut."""
    line = one_line(text)
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def excerpt(text: str, *, individual: bool, limit: int = 160) -> str:
    """Return what may be shown of a document: without numbers and @-names; of an individual's words only the start."""
    line = one_line(anonymous(text))
    if individual:
        # a post quoted whole could be found again by a search engine, so even a short one is cut
        limit = min(limit, EXCERPT, max(LEAST, len(line) * 2 // 3))
    return shortened(line, limit)


def plain(text: str) -> str:
    """Escape Markdown, so that a title inside a label or heading is shown as it is written."""
    return _MARKUP.sub(r"\\\1", one_line(mask(text)))


def safe_link(url: str) -> str | None:
    """Return the address when it is a plain web address, else None (no javascript:, data:, credentials)."""
    return url if re.fullmatch(r"https?://[^\s@\\<>\"']+", url) else None
