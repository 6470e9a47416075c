"""The rule book against the reference of law and documents, and its pure evaluation."""

import importlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config.pages import rules_page
from config.rulebook import GRADES, load_rulebook
from config.rules import (
    Ground,
    Timing,
    Weight,
    authorities_for,
    clocks_of,
    higher,
    leadership,
    level_of,
    responsible,
)
from config.tables import Body
from records.issue import Level

BOOK = load_rulebook()
SEEN = datetime(2025, 6, 2, 0, 0, tzinfo=UTC)
MET = SEEN + timedelta(hours=3)
BODIES = (
    Body(name="甲市水务局", short="市水务局", level="city", region="970100", domains=("utilities",)),
    Body(name="甲市卫健委", short="市卫健委", level="city", region="970100", domains=("public_health",)),
    Body(name="乙区教育局", short="区教育局", level="county", region="970102", domains=("education",)),
    Body(name="甲市教育局", short="市教育局", level="city", region="970100", domains=("education",)),
    Body(name="甲市气象局", short="市气象局", level="city", region="970100", domains=("disaster_water",), vertical="full"),
)  # fmt: skip


def timing(rule: str, **more: Any) -> Timing:
    """Return a timing of a matter of level II."""
    values: dict[str, Any] = {"level": "II", "first_seen_at": SEEN, "met_at": MET}
    return Timing(rule=rule, **(values | more))


def ground(rule: str, domain: str, **more: Any) -> Ground:
    """Return the ground of a matter in one field of 甲市."""
    return Ground(rule=rule, region="970100", region_name="甲市", domains=(domain,), **more)


@pytest.mark.material
def test_the_clocks_are_those_of_the_reference(shared: Path) -> None:
    """Hours and ids as in domain_rules.yaml; what is a default there is called one here."""
    yaml: Any = importlib.import_module("yaml")  # untyped
    reference = yaml.safe_load((shared / "reference" / "domain_rules.yaml").read_text("utf-8"))
    rows = {row["id"]: row for row in reference["response_clocks"]}
    for key, clock in BOOK.clocks.items():
        assert clock.hours == rows[key]["deadline"]["hours"]
        assert clock.duty == rows[key]["duty"]
        assert clock.default == ("default" in rows[key]["force"])
    answers = {row["id"]: row for row in reference["responsibility_rules"]}
    for key, row in BOOK.answering.items():
        assert row.priority == answers[key]["priority"]


def test_the_publics_time_to_speak_is_told_and_never_started() -> None:
    """P04 is law and a least time; no matter starts it, as no matter knows when a draft was published."""
    row = BOOK.clocks["P04"]
    assert (row.least, row.force, row.default, row.hours) == (True, "law", False, 30 * 24)
    assert "不少于 720 小时" in rules_page(BOOK)
    rules = ("emergency", "rumour", "policy_misread", "public_interest", "superior_order")
    started = [clock.clock for rule in rules for clock in clocks_of(BOOK, timing(rule))]
    assert not [name for name in started if BOOK.clocks[name].least]


def test_five_hours_run_only_from_an_incident_grade() -> None:
    """特别重大 and 重大: C01 and C02 from the first knowledge; 较大 and 一般: C05; nothing else ever."""
    for grade in GRADES:
        found = {c.clock: c for c in clocks_of(BOOK, timing("emergency", grade=grade))}
        if grade in {"特别重大", "重大"}:
            assert set(found) == {"C01", "C02"}
            assert found["C01"].due == SEEN + timedelta(hours=5)
            assert not found["C01"].provisional
        else:
            assert set(found) == {"C05"}
    for rule in ("policy_misread", "moral_bottom_line", "public_interest", "rumour"):
        for level in ("I", "II", "III"):
            clocks = clocks_of(BOOK, timing(rule, level=level))
            assert {c.clock for c in clocks}.isdisjoint({"C01", "C02"})


def test_a_severe_ungraded_incident_runs_on_the_higher_grade_marked_so() -> None:
    """待认定."""
    clocks = clocks_of(BOOK, timing("emergency", severe=True))
    assert [c.clock for c in clocks] == ["C01", "C02"]
    assert all(c.provisional and "待认定" in c.source for c in clocks)


def test_a_public_security_incident_is_never_graded_by_us() -> None:
    """社会安全事件: 48 hours, no provisional grade."""
    clocks = clocks_of(BOOK, timing("emergency", severe=True, gradable=False))
    assert [c.clock for c in clocks] == ["C03"]


def test_the_other_clocks() -> None:
    """48 h from the moment the criteria were met; food adds 24 h; a rumour has its own."""
    assert [(c.clock, c.due - MET) for c in clocks_of(BOOK, timing("public_interest"))] == [
        ("C03", timedelta(hours=48))
    ]
    food = clocks_of(BOOK, timing("moral_bottom_line", food=True))
    assert [c.clock for c in food] == ["C03", "C08"]
    assert "本系统默认值" in food[1].source
    assert "本系统默认值" not in food[0].source
    assert [c.clock for c in clocks_of(BOOK, timing("rumour"))] == ["C07"]


def test_the_follow_up_clock_runs_after_a_release_while_people_ask() -> None:
    """C04 from the last release; not for level III, not when nobody asks."""
    out = {"last_release_at": MET + timedelta(hours=9)}
    found = {c.clock: c for c in clocks_of(BOOK, timing("public_interest", moving=True, **out))}
    assert found["C04"].due == MET + timedelta(hours=33)
    for quiet in (
        timing("public_interest", **out),
        timing("public_interest", level="III", moving=True, **out),
    ):
        assert "C04" not in {c.clock for c in clocks_of(BOOK, quiet)}


def test_an_order_brings_its_own_time() -> None:
    """K5."""
    due = MET + timedelta(days=3)
    clocks = clocks_of(BOOK, timing("superior_order", order_due=due, order_from="省政府办公厅"))
    assert [(c.clock, c.due) for c in clocks] == [("K5", due)]
    assert "省政府办公厅" in clocks[0].source
    assert [c.clock for c in clocks_of(BOOK, timing("superior_order"))] == ["C03"]


@pytest.mark.parametrize(
    ("rule", "domain", "more", "expected"),
    [
        ("emergency", "utilities", {"beyond": ("甲市", "丙市")}, "W08"),
        ("emergency", "utilities", {}, "W07"),
        ("public_interest", "utilities", {"national": True}, "W01"),
        ("public_interest", "utilities", {"beyond": ("甲市", "丙市")}, "W02"),
        ("public_interest", "disaster_water", {}, "W03"),
        ("rumour", "utilities", {"words": "有人投毒\f中毒了"}, "W04"),
        ("public_interest", "utilities", {}, "W06"),
    ],
)
def test_the_decision_order(rule: str, domain: str, more: dict[str, Any], expected: str) -> None:
    """W08 W07 W01 W02 W03 W04 W06, each saying why and by which source."""
    found = responsible(BOOK, BODIES, ground(rule, domain, **more))
    assert found.rule == expected
    assert BOOK.answering[expected].source in found.why
    assert "本系统默认值" in found.why


def test_the_countys_own_body_answers_what_is_the_countys_alone() -> None:
    """属地管理, 分级负责; several counties fall to the city."""
    one = ground("public_interest", "education", county="970102", county_name="乙区")
    assert responsible(BOOK, BODIES, one).name == "乙区教育局"
    assert responsible(BOOK, BODIES, ground("public_interest", "education")).name == "甲市教育局"


def test_who_is_party_to_a_matter_does_not_clear_itself() -> None:
    """提级."""
    found = responsible(
        BOOK, BODIES, ground("public_interest", "utilities", branch_answered="市水务局丁分局")
    )
    assert "提级" in found.why
    assert "市水务局丁分局" in found.why


def test_the_leader_answers_for_the_gravest() -> None:
    """W05 is added on top, only for 特别重大."""
    assert "主要负责同志" in leadership(BOOK, "特别重大")
    assert leadership(BOOK, "重大") == ""
    assert leadership(BOOK, None) == ""


def test_only_the_named_body_may_be_first_to_publish() -> None:
    """A county health office does not announce food poisoning."""
    found = authorities_for(BOOK, "初步判断为食物中毒")
    assert found[0].source == "食品安全法第一百一十八条"
    assert authorities_for(BOOK, "路灯坏了") == ()


@pytest.mark.parametrize(
    ("weight", "expected"),
    [
        (Weight(rule="public_interest"), "III"),
        (Weight(rule="public_interest", counties=2), "II"),
        (Weight(rule="policy_misread", counties=5), "III"),
        (Weight(rule="rumour"), "II"),
        (Weight(rule="moral_bottom_line"), "II"),
        (Weight(rule="moral_bottom_line", minors_harmed=True), "I"),
        (Weight(rule="moral_bottom_line", minors_harmed=True, answered=True), "II"),
        (Weight(rule="emergency", severe=True), "I"),
        (Weight(rule="emergency", grade="较大"), "II"),
        (Weight(rule="emergency", grade="重大", answered=True), "I"),
        (Weight(rule="public_interest", central_media=True), "II"),
        (Weight(rule="public_interest", deaths=3), "III"),
    ],
)
def test_levels_say_why(weight: Weight, expected: Level) -> None:
    """Harm first, then official status, then who reports; never heat alone."""
    level, why = level_of(weight)
    assert level == expected
    assert "本系统默认值" in why
    assert "内部工作分级" in why


def test_a_level_only_rises() -> None:
    """The higher of two."""
    assert higher("III", "I") == "I"
    assert higher("II", "IV") == "II"
