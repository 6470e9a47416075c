"""The scorer keeps its contract and reads what a press office needs to read."""

from datetime import UTC, datetime

import pytest

from config.tables import Region
from nlp.score import Scorer
from records.score import Score
from tests.contracts.scorer import NOW, AnyScorer, ScorerContract, post

REGIONS = (
    Region(code="980100", name="青榆市", parent="980000", kind="city"),
    Region(code="980102", name="临榆区", parent="980100", kind="county"),
    Region(code="980171", name="青榆高新区", parent="980100", kind="zone", aliases=("高新区",)),
    Region(code="980102901", name="榆水大桥", parent="980102", kind="landmark"),
)
BODIES = ("青榆市生态环境局", "青榆市交通运输局")


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    """Return a scorer with an operator's own tables."""
    return Scorer.load(regions=REGIONS, bodies=BODIES)


@pytest.fixture(scope="module")
def shipped() -> Scorer:
    """Return the shipped scorer without operator tables."""
    return Scorer.load()


class TestShippedScorer(ScorerContract):
    """The shipped scorer keeps the contract."""

    @pytest.fixture
    def scorer(self, shipped: Scorer) -> AnyScorer:
        """Return the shipped scorer without operator tables."""
        return shipped


def judged(scorer: Scorer, text: str, **fields: str) -> Score:
    """Return the score of one post."""
    return scorer.score([post(text, **fields)], NOW)[0]  # type: ignore[arg-type]


def test_a_collapse_with_deaths_needs_an_answer(scorer: Scorer) -> None:
    """An accident with deaths is an emergency whose facts are read with their span."""
    text = "榆水大桥引桥塌陷，已致3人死亡、2人受伤，救援正在进行"
    score = judged(scorer, text)
    assert score.p_needs_answer > 0.5
    assert score.criterion == "emergency_disaster"
    assert [(fact.kind, fact.value) for fact in score.facts] == [("deaths", 3.0), ("injuries", 2.0)]
    begin, end = score.facts[0].span
    assert "3人死亡" in text[begin:end]
    assert [place.code for place in score.places] == ["980102"]


def test_a_hot_concert_needs_no_answer(scorer: Scorer) -> None:
    """What is merely hot is not for an authority to answer."""
    score = judged(scorer, "音乐节抢票又没抢到，黄牛太可恶了，演唱会门票一秒没")
    assert score.p_needs_answer < 0.3
    assert score.criterion == "none"


def test_an_enquiry_is_an_enquiry(scorer: Scorer) -> None:
    """Asking how to do something is consulting."""
    score = judged(scorer, "请问新生儿落户需要什么材料，去哪个派出所办理？")
    assert score.appeal == "consult"
    assert score.sentiment.label == "neutral"


def test_the_class_on_the_hotline_slip_stands(scorer: Scorer) -> None:
    """The hotline's own class is not second-guessed."""
    assert judged(scorer, "路灯坏了", label="求助").appeal == "help"


def test_bare_body_names_mean_the_operators_own(scorer: Scorer) -> None:
    """市生态环境局 is the operator's bureau; another city's is not."""
    assert judged(scorer, "请生态环境局查一查").bodies == ("青榆市生态环境局",)
    assert "青榆市生态环境局" not in judged(scorer, "郑州市生态环境局通报").bodies


def test_the_operators_zone_is_a_place_of_its_own(scorer: Scorer) -> None:
    """高新区 is the operator's zone by its alias."""
    assert [p.code for p in judged(scorer, "高新区夜里又有刺鼻气味").places] == ["980171"]


def test_judgements_name_their_reasons(scorer: Scorer) -> None:
    """Signs are named in Chinese with the words behind them."""
    reasons = dict(judged(scorer, "网传水厂被投毒，业主群里都在问是真的吗").reasons)
    assert any(reason.startswith("传言待证") for reason in reasons["needs_answer"])


def test_tables_and_regions_are_part_of_the_version(scorer: Scorer) -> None:
    """Another operator's tables make another version, so documents are scored again."""
    assert scorer.version != Scorer.load().version
    assert Scorer.load().version == Scorer.load().version


def test_a_title_counts_once(scorer: Scorer) -> None:
    """A title repeated at the head of the text is not read twice."""
    text = "关于停水的通告\n因管网检修，周三停水三小时。"
    with_title = scorer.score(
        [post(text, title="关于停水的通告")], datetime(2025, 1, 1, tzinfo=UTC)
    )[0]
    assert with_title.fingerprint == judged(scorer, text).fingerprint
