"""From an event's documents to its issue: moment, body, clocks, level, and the same answer however the work is cut."""

import random
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.detect import versions
from alerts.orders import Order
from records.issue import Issue
from records.score import Fact
from store.interface import Found
from tests.alerts_material import (
    AWAY,
    CALM,
    COLLAPSE,
    EAST,
    EXAMPLES,
    HOTLINE,
    MISREAD,
    RUMOUR,
    SCHOOL_MEAL,
    SMELL,
    START,
    WEST,
    found,
    report,
    view,
)

VIEW = view()


def judge(
    members: tuple[Found, ...] | list[Found], orders: tuple[Order, ...] = ()
) -> tuple[Issue, ...]:
    """Return the versions of the event's issue."""
    return versions("event", members, VIEW, orders)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_each_example_becomes_one_issue_of_its_rule(name: str) -> None:
    """With place, body, domain, clock, level, reasons and evidence."""
    first = judge(EXAMPLES[name])[0]
    assert first.rule == name
    assert first.scope == "ours"
    assert first.body.name
    assert first.body.why
    assert first.reply_by
    assert first.reasons
    assert first.evidence
    assert first.domain in VIEW.domain_names


@pytest.mark.parametrize("name", sorted(CALM))
def test_a_calm_corpus_raises_nothing(name: str) -> None:
    """Hot or loud is not the same as needing an answer."""
    assert judge(CALM[name]) == ()


def test_an_incident_runs_on_the_higher_grade_until_an_authority_grades_it() -> None:
    """C01 and C02, provisional, from the first appearance; then C05, and the change is said."""
    graded = report(
        "经核定, 溟东区体育馆屋顶坍塌事故认定为较大事故。截至目前伤者均在救治。",
        300,
        title="溟东区体育馆屋顶坍塌情况通报",
        author="溟东区人民政府",
        who="official",
    )
    history = judge([*COLLAPSE, graded])
    assert [(c.clock, c.provisional, c.due - START) for c in history[0].reply_by] == [
        ("C01", True, timedelta(hours=5)),
        ("C02", True, timedelta(hours=24)),
    ]
    assert history[0].level == "I"
    assert history[0].body.rule == "W07"
    assert history[-1].incident_grade == "较大"
    assert {c.clock for c in history[-1].reply_by} == {"C04", "C05"}
    assert history[-1].level == "I", "a level only rises"


def test_only_an_authoritys_words_grade_an_incident() -> None:
    """A passer-by's 特别重大事故 is no grade."""
    loud = found("这绝对认定为特别重大事故啊, 体育馆塌了", 30)
    assert judge([*COLLAPSE, loud])[-1].incident_grade is None


def test_a_five_hour_clock_never_comes_from_a_level() -> None:
    """Harmed pupils are level I, and still have 24 h and 48 h, not 5 h."""
    first = judge(SCHOOL_MEAL)[0]
    assert first.level == "I"
    assert {c.clock for c in first.reply_by} == {"C03", "C08"}
    assert first.body.rule == "W04"
    assert "溟东区联合调查组" in first.body.name
    assert first.domain == "food_drug"


def test_a_rumour_is_answered_by_publication_within_a_day() -> None:
    """C07: the duty is law, the figure ours, and it says so."""
    clock = judge(RUMOUR)[0].reply_by[0]
    assert clock.clock == "C07"
    assert "本系统默认值" in clock.source
    assert "条例第六条" in clock.source


def test_a_vertical_body_leads_by_w03() -> None:
    """Couriers fall to the postal administration, whose superior office coordinates."""
    first = judge(HOTLINE)[0]
    assert (first.body.name, first.body.rule) == ("溟岸市邮政管理局", "W03")


def test_the_body_of_a_misread_document_answers() -> None:
    """K1: level III, 48 h, and the issuer leads."""
    first = judge(MISREAD)[0]
    assert first.body.name == "溟岸市民政局"
    assert first.level == "III"
    assert [(c.clock, c.due - first.raised_at) for c in first.reply_by] == [
        ("C03", timedelta(hours=48))
    ]


def test_the_like_elsewhere_has_no_clock() -> None:
    """外地同类: kept for comparison, nobody is asked to answer."""
    away = [
        found("阙川市体育馆顶棚塌了, 刚才的事", 0, places=(AWAY,)),
        found("阙川体育馆塌了一半, 里面有人受伤", 3, places=(AWAY,)),
    ]
    issue = judge(away)[0]
    assert issue.scope == "elsewhere"
    assert issue.reply_by == ()
    assert issue.body.name == "阙川市有关部门"


def test_nothing_is_raised_while_nobody_knows_where() -> None:
    """No place and no local source: not ours, not anybody's yet; ours as soon as a place of ours is named."""
    unplaced = [found("体育馆塌了, 刚才的事", 0, places=()), found("体育馆屋顶塌了", 1, places=())]
    assert judge(unplaced) == ()
    named = found("是溟东区的体育馆, 救护车来了", 9)
    assert judge([*unplaced, named])[0].raised_at == named.placement.at  # type: ignore[union-attr]


def test_a_matter_in_two_counties_is_level_two() -> None:
    """K2 and two or more county-level places."""
    west = [
        found(f"溟西区也有这股异味, 第{n}天了, 谁管", 330 + n, places=(WEST,)) for n in range(3)
    ]
    history = judge([*SMELL, *west])
    assert history[0].level == "III"
    assert history[-1].level == "II"


def test_a_branch_that_clears_itself_brings_the_matter_up() -> None:
    """利益冲突: 提级."""
    branch = report(
        "经核查, 监测数据达标。现将有关情况答复如下。",
        400,
        title="关于异味问题的答复",
        author="市生态环境局溟东分局",
        who="official",
    )
    last = judge([*SMELL, branch])[-1]
    assert "提级" in last.body.why
    assert "溟东分局" in last.body.why


def test_an_order_from_above_adds_its_clock() -> None:
    """K5 registered by hand: on a raised issue it adds a clock, alone it raises one."""
    due = START + timedelta(days=4)
    order = Order(
        event_id="event", authority="省政府办公厅", at=START + timedelta(minutes=325), due=due
    )
    later = found("异味还在, 有人管吗", 330)
    clocks = {c.clock: c for c in judge([*SMELL, later], (order,))[-1].reply_by}
    assert "C03" in clocks
    alone = judge(CALM["表扬"], (order,))[0]
    assert alone.rule == "superior_order"
    assert [(c.clock, c.due) for c in alone.reply_by] == [("K5", due)]


def test_evidence_is_masked_and_private_people_have_no_address() -> None:
    """Numbers and names that lead to a person do not leave the corpus."""
    number = "1" + "3" * 10
    told = found(f"我在溟东区, 这股气味找谁, 电话{number}, 住3栋201室 @小明明 说的", 100)
    history = judge([*SMELL[:4], told, *SMELL[4:]])
    shown = "".join(e.excerpt for e in history[0].evidence)
    assert number not in shown
    assert "小明明" not in shown
    assert all(e.url == "" for e in history[0].evidence if e.speaker in {"个人", "热线来电"})


def test_questions_are_what_people_ask() -> None:
    """Question sentences, the like grouped; asked by two where few speak."""
    again = found("昨夜的刺鼻气味有没有毒?", 6, topics=(("ecology", 0.8),))
    asked = sorted([*SMELL, again], key=lambda one: one.placement.at if one.placement else START)
    assert any("气味" in question for question in judge(asked)[0].questions)


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(sorted(EXAMPLES)),
    extra=st.sampled_from(sorted(CALM)),
    seed=st.integers(0, 10_000),
    cut=st.integers(0, 40),
)
def test_the_answer_for_a_prefix_is_a_prefix_of_the_answer(
    name: str, extra: str, seed: int, cut: int
) -> None:
    """However the stream is cut into batches, the raised issue and its versions are the same."""
    members = [*EXAMPLES[name], *CALM[extra]]
    shuffled = random.Random(seed).sample(members, len(members))  # noqa: S311 - not for secrets
    full = judge(members)
    assert judge(shuffled) == full, "the order in which the store gives members does not matter"
    ordered = sorted(members, key=lambda f: (f.placement.at, f.document.id))  # type: ignore[union-attr]
    part = judge(ordered[:cut])
    assert part == full[: len(part)]


def test_a_fact_read_in_a_report_makes_it_grave() -> None:
    """Deaths that the scorer read in a medium's report of today are enough."""
    text = "今天凌晨溟东区一厂房起火, 已造成2人死亡, 救援正在进行。"
    fact = Fact(kind="deaths", value=2, span=(17, 18))
    one = report(
        text, 0, title="溟东区一厂房起火", author="溟省日报", who="provincial", facts=(fact,)
    )
    issue = judge([one])[0]
    assert issue.rule == "emergency"
    assert "死亡 2 人" in "".join(issue.reasons)
    assert issue.place == "溟东区"
    assert issue.evidence[0].speaker == "溟省日报"
    assert EAST in VIEW.remit.regions
