"""What every rule must do. Inherit the class and give `rule`; a meta-test finds a rule without its contract."""

import pytest

from alerts.mention import mentions_of
from alerts.rules import RuleModule
from config.rulebook import load_rulebook
from config.signs import load_signs
from tests.alerts_material import CALM, EXAMPLES

BOOK = load_rulebook()


class RuleContract:
    """Silent on the calm corpora, fires on its example, gives a reason and evidence, and never looks ahead."""

    @pytest.fixture
    def rule(self) -> RuleModule:
        """Give the rule."""
        raise NotImplementedError

    @pytest.mark.parametrize("name", sorted(CALM))
    def test_it_is_silent_on_a_calm_corpus(self, rule: RuleModule, name: str) -> None:
        """Drills, films, old news, forecasts, single households, tickets and comments need no answer."""
        assert rule.first_met(mentions_of(CALM[name], load_signs()), BOOK) is None

    def test_it_is_silent_on_nothing(self, rule: RuleModule) -> None:
        """An event without members has nothing to say."""
        assert rule.first_met((), BOOK) is None

    def test_it_fires_on_its_example_with_reasons_and_evidence(self, rule: RuleModule) -> None:
        """A reason in words with its figure or its words, and the documents that carried it."""
        mentions = mentions_of(EXAMPLES[rule.ID], load_signs())
        met = rule.first_met(mentions, BOOK)
        assert met is not None
        assert met.reasons
        assert all(reason.strip() for reason in met.reasons)
        assert met.counted
        assert max(met.counted) == met.index < len(mentions)

    def test_it_sees_only_what_came_before(self, rule: RuleModule) -> None:
        """The prefix up to the moment gives the same answer; one document less gives none."""
        mentions = mentions_of(EXAMPLES[rule.ID], load_signs())
        met = rule.first_met(mentions, BOOK)
        assert met is not None
        assert rule.first_met(mentions[: met.index + 1], BOOK) == met
        assert rule.first_met(mentions[: met.index], BOOK) is None

    def test_it_has_its_row_in_the_table(self, rule: RuleModule) -> None:
        """Its class and source stand in rules.toml."""
        assert BOOK.rules[rule.ID].source
