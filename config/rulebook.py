"""The rule book: clocks, rules, thresholds, who answers, who may release first, levels; read from two tables.

clocks.toml holds what runs when, rules.toml the rest. Both are checked on reading; each row names its source,
and a figure that is ours and not law is shown as 本系统默认值.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from config.desk import Desk
from config.settings import TABLES
from config.tables import check_names, refuse, rows, unique
from records.errors import ConfigError
from records.issue import Level
from records.score import Criterion

DEFAULT = "本系统默认值"
Force = Literal["law", "central_doc", "local", "default"]
ClockStart = Literal["first_seen", "criteria_met", "last_release", "draft_published"]
Grade = Literal["特别重大", "重大", "较大", "一般"]
GRADES: tuple[Grade, ...] = ("特别重大", "重大", "较大", "一般")
"""突发事件分级, highest first; set by people only. It is none of the other three scales."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One reply-by clock. `default` marks a figure that is ours; `grades` limits it to graded incidents.

    `least` marks a time the public has at least (P04): it is told, and no issue starts it.
    """

    id: str
    trigger: str
    duty: str
    hours: int
    start: ClockStart
    force: Force
    source: str
    conf: Literal["T", "E", "M", "D"]
    default: bool
    unit: Literal["h"] = "h"
    repeat: bool = False
    least: bool = False
    grades: tuple[str, ...] = ()

    @property
    def shown_source(self) -> str:
        """The source as shown beside the clock, with the label where the figure is ours."""
        return f"{self.source}; {self.hours} 小时为{DEFAULT}" if self.default else self.source


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule that raises issues; `code` is its class in 国办发〔2016〕61号."""

    id: str
    code: str
    criterion: Criterion
    name: str
    action: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """One figure of one rule, what it counts and where it comes from."""

    rule: str
    name: str
    value: float
    why: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """One of W01 … W08: when it holds and who leads then."""

    id: str
    priority: int
    when: str
    lead: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assist:
    """Words of a matter that call in another field's body."""

    words: tuple[str, ...]
    domain: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """Words that show a matter's subject and field; `weight` is added for each document that has one."""

    subject: str
    domain: str
    weight: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Information that only one body may be first to publish."""

    topic: str
    words: tuple[str, ...]
    body: str
    source: str
    conf: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRow:
    """One issue level (ours, not law) with its duties and an inner target in hours, 0 for none."""

    level: Level
    when: str
    duty: tuple[str, ...]
    reviewer: str
    report: str
    source: str
    inner_hours: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBook:
    """All of it."""

    clocks: Mapping[str, Clock]
    rules: Mapping[str, Rule]
    thresholds: Mapping[tuple[str, str], Threshold]
    answering: Mapping[str, Answering]
    matters: tuple[Matter, ...]
    assists: tuple[Assist, ...]
    authorities: tuple[Authority, ...]
    levels: Mapping[Level, LevelRow]

    def threshold(self, rule: str, name: str) -> float:
        """Return one figure."""
        return self.thresholds[rule, name].value

    def subjects(self, text: str) -> frozenset[str]:
        """Return the subjects whose words stand in a text."""
        return _subjects(self.matters, text)

    def label(self, rule: str, name: str) -> str:
        """Return a figure with its source, for a reason in words: 门槛 6, 本系统默认值."""
        row = self.thresholds[rule, name]
        return f"门槛 {row.value:g}, {row.source}"


@lru_cache(maxsize=20_000)
def _subjects(matters: tuple[Matter, ...], text: str) -> frozenset[str]:
    return frozenset(row.subject for row in matters if any(word in text for word in row.words))


RULES_TABLES = (
    "rules",
    "thresholds",
    "responsibility",
    "matter",
    "assist",
    "release_authority",
    "levels",
)
NEEDED: tuple[tuple[str, str], ...] = (
    ("emergency", "witnesses"),
    ("emergency", "window_hours"),
    ("moral_bottom_line", "voices"),
    ("moral_bottom_line", "voices_of_harm"),
    ("moral_bottom_line", "platforms"),
    ("moral_bottom_line", "voices_with_media"),
    ("moral_bottom_line", "voices_of_abuse"),
    ("policy_misread", "retellings"),
    ("policy_misread", "voices"),
    ("policy_misread", "retellings_with_media"),
    ("policy_misread", "retellings_on_board"),
    ("policy_misread", "retellings_open_draft"),
    ("policy_misread", "voices_open_draft"),
    ("policy_misread", "window_hours"),
    ("rumour", "voices"),
    ("rumour", "documents"),
    ("rumour", "window_hours"),
    ("public_interest", "voices"),
    ("public_interest", "voices_mixed"),
    ("public_interest", "platforms"),
    ("public_interest", "voices_two_platforms"),
    ("public_interest", "voices_with_media"),
    ("public_interest", "calls_with_media"),
    ("public_interest", "voices_several_places"),
    ("public_interest", "places"),
    ("public_interest", "voices_many_harmed"),
    ("public_interest", "many_people"),
    ("public_interest", "many_yuan"),
    ("public_interest", "hotline_week_base"),
    ("public_interest", "hotline_times"),
    ("public_interest", "hotline_times_alone"),
    ("public_interest", "window_hours"),
    ("public_interest", "leisure_share"),
)
"""Every figure the rules read; a table that lacks one is refused when it is read, not when the rule runs."""


def load_rulebook(
    *, clocks: Path = TABLES / "clocks.toml", rules: Path = TABLES / "rules.toml"
) -> RuleBook:
    """Read both tables. Raises ConfigError with file, line and what is allowed."""
    check_names(clocks, ("clocks",))
    check_names(rules, RULES_TABLES)
    clock_rows = unique(clocks, "clocks", "id", rows(clocks, "clocks", Clock))
    _check_clocks(clocks, clock_rows)
    return RuleBook(
        clocks={row.id: row for row in clock_rows},
        rules={row.id: row for row in unique(rules, "rules", "id", rows(rules, "rules", Rule))},
        thresholds=_thresholds(rules),
        answering={row.id: row for row in rows(rules, "responsibility", Answering)},
        matters=rows(rules, "matter", Matter),
        assists=rows(rules, "assist", Assist),
        authorities=rows(rules, "release_authority", Authority),
        levels={row.level: row for row in rows(rules, "levels", LevelRow)},
    )


def rulebook_of(desk: Desk) -> RuleBook:
    """Return the rule book of a desk."""
    return load_rulebook(clocks=desk.table("clocks.toml"), rules=desk.table("rules.toml"))


def _check_clocks(file: Path, found: tuple[Clock, ...]) -> None:
    for number, row in enumerate(found):
        if row.hours <= 0:
            message = f"hours 应大于 0, 现在是 {row.hours}"
            raise refuse(file, "clocks", number, "hours", message)
        wrong = [grade for grade in row.grades if grade not in GRADES]
        if wrong:
            message = f"grades 只能是 {'、'.join(GRADES)}, 现在有 {'、'.join(wrong)}"
            raise refuse(file, "clocks", number, "grades", message)


def _thresholds(file: Path) -> dict[tuple[str, str], Threshold]:
    found = {(row.rule, row.name): row for row in rows(file, "thresholds", Threshold)}
    for key in NEEDED:
        if key not in found:
            message = f"thresholds 缺少 rule = {key[0]}, name = {key[1]} 的一段"
            raise ConfigError(message, file=file, line=1)
    return found
