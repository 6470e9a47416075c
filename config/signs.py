"""Signs 征象: named word lists the rules look for in a text; an operator may add words in config/signs.toml."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from config.settings import TABLES
from config.tables import check_names, rows, unique
from records.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One list: its id, its name as shown in a reason, its words."""

    id: str
    name: str
    words: tuple[str, ...]


NEEDED = [
    "collapse",
    "incident",
    "casualty",
    "public_security",
    "unreal",
    "old",
    "now",
    "forecast",
    "praise",
    "routine_official",
    "enforcement",
    "advert",
    "leisure",
    "minors",
    "frail",
    "illness",
    "abuse",
    "fault",
    "dignity",
    "interest",
    "asking",
    "hearsay",
    "doubt",
    "danger",
    "policy",
    "draft",
    "suggest",
    "claim_cancel",
    "claim_seize",
    "claim_pay",
    "claim_ban",
    "release",
    "order",
    "higher",
    "misread",
]
"""The lists the rules read; a table without one of them is refused."""


class SignBook:
    """All lists, ready to be looked for."""

    def __init__(self, signs: tuple[Sign, ...]) -> None:
        self.names: Mapping[str, str] = {sign.id: sign.name for sign in signs}
        self._patterns = {
            sign.id: re.compile("|".join(re.escape(word) for word in sign.words)) for sign in signs
        }

    def find(self, text: str) -> dict[str, str]:
        """Return the signs a text bears, each with the first word that shows it."""
        found = ((key, pattern.search(text)) for key, pattern in self._patterns.items())
        return {key: match.group() for key, match in found if match}

    def count(self, key: str, text: str) -> int:
        """Count how often a text shows one sign."""
        return len(self._patterns[key].findall(text))

    def words(self, key: str, text: str) -> frozenset[str]:
        """Return the words of one sign that stand in a text."""
        return frozenset(self._patterns[key].findall(text))


@lru_cache(maxsize=8)
def load_signs(file: Path = TABLES / "signs.toml") -> SignBook:
    """Read the lists. Raises ConfigError with file and line when one is missing or empty."""
    check_names(file, ("signs",))
    found = unique(file, "signs", "id", rows(file, "signs", Sign))
    missing = [key for key in NEEDED if key not in {sign.id for sign in found if sign.words}]
    if missing:
        raise ConfigError(f"signs 缺少或为空: {'、'.join(missing)}", file=file, line=1)
    return SignBook(found)
