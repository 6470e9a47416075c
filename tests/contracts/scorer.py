"""What every scorer promises: deterministic, total on hostile text, bounded, versioned, blind to order."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol, get_args

import pytest

from records.document import Document
from records.score import AppealLabel, Criterion, Score

NOW = datetime(2025, 3, 1, 8, tzinfo=UTC)
HOSTILE = (
    "",
    " ",
    "啊",
    "\x00\x01\x02",
    "\ud800",
    "🙂",
    "[泪]",
    "@某人",
    "//@某人:",
    "http://t.test/abc",
    "関（guān）於臺灣後來的ＡＢＣ１２３",
    "\u202e倒着写\u202c",
    "#" * 5_000,
    "//@某人:转发微博" * 3_000,
    "死" * 20_000 + "3人死亡",
    "三死两伤" * 5_000,
    "北京市朝阳区" * 2_000,
    "a" * 1_000_000,
    "路灯坏了没人修。" * 130_000,
    "'; DROP TABLE documents; --<script>alert(1)</script>",
    "\n".join(str(number) for number in range(3_000)),
)


class AnyScorer(Protocol):
    """The part of a scorer that the contract speaks of."""

    version: str

    def score(self, documents: Sequence[Document], now: datetime) -> list[Score]:
        """Return one score a document."""
        ...


def post(text: str, number: int = 0, *, title: str = "", label: str | None = None) -> Document:
    """Return a post with this text."""
    return Document(
        id=f"d{number}",
        source="contract",
        platform="微博",
        kind="post",
        source_class="individual",
        url="http://t.test/",
        title=title,
        text=text,
        published_at=NOW,
        precision="second",
        seen_at=NOW,
        collected_at=NOW,
        label=label,
    )


class ScorerContract:
    """Inherit and give `scorer` the scorer under test."""

    @pytest.fixture
    def scorer(self) -> AnyScorer:
        """Return the scorer under test."""
        raise NotImplementedError

    def test_hostile_text_gets_a_score(self, scorer: AnyScorer) -> None:
        """Nothing that a platform can send stops the scorer, and every figure stays in its bounds."""
        scores = scorer.score([post(text, at) for at, text in enumerate(HOSTILE)], NOW)
        assert [score.document_id for score in scores] == [f"d{at}" for at in range(len(HOSTILE))]
        for score in scores:
            self.check_bounds(score)

    def check_bounds(self, score: Score) -> None:
        """Probabilities lie in [0, 1], labels are those of the records, lists are short."""
        mood = score.sentiment
        shares = [mood.p_negative, mood.p_positive, score.p_appeal, score.p_needs_answer]
        assert all(0.0 <= share <= 1.0 for share in (*shares, *(p for _, p in score.topics)))
        assert mood.p_negative + mood.p_positive <= 1.001
        assert score.appeal in get_args(AppealLabel)
        assert score.criterion in get_args(Criterion)
        assert len(score.topics) <= 3
        assert len(score.keywords) <= 8
        assert len(score.facts) <= 20
        assert {name for name, _ in score.reasons} == {
            "sentiment",
            "appeal",
            "topics",
            "needs_answer",
        }

    def test_the_same_input_gives_the_same_scores(self, scorer: AnyScorer) -> None:
        """Scoring twice gives equal records."""
        documents = [post(f"第{at}次停水了，没人管，物业也不回复", at) for at in range(40)]
        assert scorer.score(documents, NOW) == scorer.score(documents, NOW)

    def test_order_and_company_change_nothing(self, scorer: AnyScorer) -> None:
        """A document is judged alike alone, in a crowd, and in the reverse order."""
        documents = [
            post(text, at)
            for at, text in enumerate((*HOSTILE[:12], "桥塌了，两人受伤", "请问怎么落户"))
        ]
        together = {score.document_id: score for score in scorer.score(documents, NOW)}
        backward = {score.document_id: score for score in scorer.score(documents[::-1], NOW)}
        alone = {d.id: scorer.score([d], NOW)[0] for d in documents}
        assert together == backward == alone

    def test_time_is_an_input_and_touches_only_scored_at(self, scorer: AnyScorer) -> None:
        """Another `now` changes the stamp and nothing else."""
        later = scorer.score([post("路灯坏了")], NOW + timedelta(days=1))[0]
        first = scorer.score([post("路灯坏了")], NOW)[0]
        assert later.scored_at - first.scored_at == timedelta(days=1)
        assert later.fingerprint == first.fingerprint
        assert later.reasons == first.reasons

    def test_the_version_stands_in_every_score(self, scorer: AnyScorer) -> None:
        """A score says which scorer made it."""
        assert {score.version for score in scorer.score([post("甲"), post("乙", 1)], NOW)} == {
            scorer.version
        }

    def test_nothing_in_gives_nothing_out(self, scorer: AnyScorer) -> None:
        """No documents, no scores."""
        assert scorer.score([], NOW) == []
