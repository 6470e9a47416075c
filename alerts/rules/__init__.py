"""The rules, one file each: a pure walk over an event's documents that finds the moment a criterion is first met.

A rule module has `ID` (its row in rules.toml) and `first_met(mentions, book)`. To add a rule is to add a file here
and a row there; the order of the rows decides which rule names an issue when two are met by the same document.
"""

import importlib
import pkgutil
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from alerts.mention import Mention
from config.rulebook import RuleBook
from records.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """A criterion is met: by the member at `index`, together with the `counted` members before it.

    `reasons` are sentences with figures and thresholds. `severe`, `gradable`, `minors` and `issuer` are what the
    clocks, the level and the choice of body need to know.
    """

    index: int
    counted: tuple[int, ...]
    reasons: tuple[str, ...]
    severe: bool = False
    gradable: bool = True
    minors: bool = False
    open_draft: bool = False
    issuer: str = ""
    policy: tuple[int, ...] = field(default=())


def shifted(met: Met, by: int) -> Met:
    """Return a met criterion whose members are counted without the `by` documents put before them."""
    return replace(
        met,
        index=met.index - by,
        counted=tuple(index - by for index in met.counted if index >= by),
        policy=tuple(index - by for index in met.policy if index >= by),
    )


class RuleModule(Protocol):
    """What a rule file offers."""

    ID: str

    def first_met(self, mentions: Sequence[Mention], book: RuleBook) -> Met | None:
        """Return the first moment the criterion is met, or None."""
        ...


def modules() -> dict[str, RuleModule]:
    """Return every rule file by its id."""
    found: dict[str, RuleModule] = {}
    for info in pkgutil.iter_modules(__path__):
        module: RuleModule = importlib.import_module(f"{__name__}.{info.name}")
        found[module.ID] = module
    return found


def rules_in_order(book: RuleBook) -> tuple[RuleModule, ...]:
    """Return the rule files in the order of rules.toml. Raises ConfigError when file and row do not match."""
    found = modules()
    if set(found) != set(book.rules):
        odd = "、".join(sorted(set(found) ^ set(book.rules)))
        raise ConfigError(f"rules.toml 与 alerts/rules/ 不一致: {odd}")
    return tuple(found[key] for key in book.rules)
