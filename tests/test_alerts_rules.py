"""The rules, each by the contract; and what tells the like apart."""

import pytest

from alerts.mention import mentions_of
from alerts.rules import (
    RuleModule,
    emergency,
    modules,
    moral_bottom_line,
    policy_misread,
    public_interest,
    rumour,
    superior_order,
)
from config.rulebook import load_rulebook
from config.signs import load_signs
from tests.alerts_material import COLLAPSE, HOTLINE, MISREAD, RUMOUR, SMELL, found, report
from tests.contracts.rule import RuleContract

BOOK = load_rulebook()


class TestEmergency(RuleContract):
    """K4."""

    @pytest.fixture
    def rule(self) -> RuleModule:
        """Give the rule."""
        return emergency


class TestMoralBottomLine(RuleContract):
    """K3."""

    @pytest.fixture
    def rule(self) -> RuleModule:
        """Give the rule."""
        return moral_bottom_line


class TestPolicyMisread(RuleContract):
    """K1."""

    @pytest.fixture
    def rule(self) -> RuleModule:
        """Give the rule."""
        return policy_misread


class TestRumour(RuleContract):
    """K2 by the road of clarification."""

    @pytest.fixture
    def rule(self) -> RuleModule:
        """Give the rule."""
        return rumour


class TestPublicInterest(RuleContract):
    """K2."""

    @pytest.fixture
    def rule(self) -> RuleModule:
        """Give the rule."""
        return public_interest


class TestSuperiorOrder(RuleContract):
    """K5."""

    @pytest.fixture
    def rule(self) -> RuleModule:
        """Give the rule."""
        return superior_order


def test_every_rule_has_its_contract() -> None:
    """A rule file without a contract test would be a rule nobody holds to it."""
    tested = {
        name for name, value in globals().items() if isinstance(value, type) and name[:4] == "Test"
    }
    wanted = {"Test" + "".join(part.title() for part in key.split("_")) for key in modules()}
    assert wanted <= tested


def test_one_witness_and_his_copies_are_not_two() -> None:
    """Copies show spread, not truth."""
    first = COLLAPSE[0]
    copies = [
        found(first.document.text, minute, copy_of=first.document.id) for minute in range(1, 9)
    ]
    assert emergency.first_met(mentions_of([first, *copies], load_signs()), BOOK) is None


def test_one_grave_report_is_enough() -> None:
    """A medium that reports deaths today needs no second witness."""
    one = report(
        "今天凌晨溟东区一厂房起火, 已造成2人死亡, 救援正在进行。",
        0,
        title="溟东区一厂房起火",
        author="溟省日报",
        who="provincial",
    )
    bare = emergency.first_met(mentions_of([one], load_signs()), BOOK)
    assert bare is None, "the figure must come from a fact that was read, not from the words alone"


def test_the_policys_own_words_are_no_misreading() -> None:
    """What the document itself says cannot be misread by repeating it."""
    notice = MISREAD[0].document
    strict = report(
        notice.text + "自下月起取消高龄津贴。",
        0,
        title=notice.title,
        author="市民政局",
        who="official",
    )
    assert policy_misread.first_met(mentions_of([strict, *MISREAD[1:]], load_signs()), BOOK) is None


def test_a_rumour_nobody_tells_but_all_ask_about_something_harmless_is_none() -> None:
    """Doubt alone is no public danger."""
    asked = [found(f"真的假的, 第{n}家店也打折?", n) for n in range(9)]
    assert rumour.first_met(mentions_of(asked, load_signs()), BOOK) is None


def test_hotline_calls_need_another_voice_or_more_calls() -> None:
    """Nine calls alone are three times the base, not five."""
    calls, with_post = HOTLINE[:-1], HOTLINE
    assert public_interest.first_met(mentions_of(calls, load_signs()), BOOK) is None
    met = public_interest.first_met(mentions_of(with_post, load_signs()), BOOK)
    assert met is not None
    assert "3.0 倍" in met.reasons[0]


def test_a_reason_names_figure_threshold_and_source() -> None:
    """Every judgement explains itself."""
    met = public_interest.first_met(mentions_of(SMELL, load_signs()), BOOK)
    assert met is not None
    assert met.reasons[0] == (
        "6 个互不转载的声音反映同一诉求 (门槛 4, 本系统默认值), 出现在 3 个平台 (门槛 3, 本系统默认值)"
    )


def test_the_rumour_rule_blames_nobody() -> None:
    """Its reasons never call the claim false or its tellers names."""
    met = rumour.first_met(mentions_of(RUMOUR, load_signs()), BOOK)
    assert met is not None
    assert not any(word in "".join(met.reasons) for word in ("造谣", "不实", "追查"))
