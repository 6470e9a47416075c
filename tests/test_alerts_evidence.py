"""What is shown of people: cut and masked excerpts, and no question that is one person's alone."""

from alerts.evidence import evidence_of
from alerts.mention import Mention, mentions_of
from alerts.questions import asked_most
from config.signs import load_signs
from tests.alerts_material import found, report

LONG = "来人看看吧, 我家住三号楼" + "水一直是黄的" * 20


def _mentions(*texts: str) -> tuple[Mention, ...]:
    return mentions_of([found(text, minute) for minute, text in enumerate(texts)], load_signs())


def test_a_private_post_is_never_quoted_whole() -> None:
    """At most 60 signs and two thirds of the line, but at least eight."""
    short, long, tiny = evidence_of(
        _mentions("自来水黄了三天没人管啊怎么办", LONG, "水又黄了三天啦真烦"), "水"
    )
    assert short.excerpt == "自来水黄了三天没人…"
    assert len(long.excerpt) == 61
    assert tiny.excerpt == "水又黄了三天啦真…"


def test_numbers_that_lead_to_a_person_are_masked_before_the_cut() -> None:
    """A phone number is not cut into the excerpt."""
    (one,) = evidence_of(
        _mentions("联系我13800138000, 住幸福小区7号楼, 水黄了三天一直没人来看过"), "水"
    )
    assert "138" not in one.excerpt
    assert "7号楼" not in one.excerpt


def test_an_institution_is_quoted_with_its_name() -> None:
    """Up to 120 signs."""
    item = report("市水务局: " + "管网抢修" * 8, 1, title="抢修", author="市水务局", who="official")
    (one,) = evidence_of(mentions_of([item], load_signs()), "水")
    assert one.speaker == "市水务局"
    assert "…" not in one.excerpt


def test_a_question_of_one_person_is_not_what_people_ask_most() -> None:
    """While fewer than ten speak, two must ask it."""
    alone = _mentions("我妈的药到底在哪家医院开得到?", "水什么时候能喝?")
    assert asked_most(alone) == ()
    shared = _mentions("水什么时候能喝?", "我妈的药到底在哪家医院开得到?", "这水什么时候能喝啊?")
    assert asked_most(shared) == ("水什么时候能喝?",)


def test_a_question_of_one_person_may_stand_where_many_speak() -> None:
    """From ten private voices on."""
    many = _mentions(*(f"第{number}家也黄了" for number in range(10)), "水什么时候能喝?")
    assert "水什么时候能喝?" in asked_most(many)
