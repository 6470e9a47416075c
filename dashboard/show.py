"""How text from outside is shown: masked, shortened, and never as markup.

Collected text reaches the screen through elements that render no Markdown (`st.text`, tables), or through
`plain`, the one function that escapes Markdown where an element offers nothing else (labels, tabs).
"""

import re
import unicodedata

from records.masking import anonymous, mask, private

_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~:$^&=])")
EXCERPT = 60
"""Characters of an individual's post that may be shown (guardrail G03: shortened, not whole)."""
LEAST = 8
GROUP = 10
"""Individuals' words are excerpted only in groups of at least so many (guardrail G03)."""


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


def excerpt(text: str, *, group: int | None, limit: int = 160) -> str:
    """Return what may be shown of a document's words: the one rule for every list, form and table (G02, G03).

    `group` is how many individuals speak together, None for an institution's words. In a group below ten nothing
    is shown; in a larger one the start, never the whole: a post quoted whole could be found by a search engine.
    """
    if group is None:
        return shortened(anonymous(text), limit)
    return words_of_individual(text, limit) if group >= GROUP else ""


def words_of_individual(text: str, limit: int = EXCERPT) -> str:
    """Return the start of a private speaker's words, without numbers, names and doors; even a short text is cut."""
    line = one_line(private(text)).rstrip("…")
    return shortened(line, min(limit, EXCERPT, max(LEAST, len(line) * 2 // 3)))


def plain(text: str) -> str:
    """Escape Markdown, so that a title inside a label or heading is shown as it is written."""
    return _MARKUP.sub(r"\\\1", one_line(mask(text)))


def safe_link(url: str) -> str | None:
    """Return the address when it is a plain web address, else None (no javascript:, data:, credentials)."""
    return url if re.fullmatch(r"https?://[^\s@\\<>\"']+", url) else None
