"""The leader's page: the sample week's own page word for word, one side, refs on every line, nothing invented."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.kinship import keep_links
from config.desk import open_desk
from records.briefing import Briefing, Line, Section
from records.case import Case
from records.evaluation import Evaluation
from records.event import Event
from records.source import Health, Outage, SourceState
from response import commands, page
from response.briefing import Facts, Names, compose, names_of, write
from response.casefile import CaseFile, read_files
from response.datanote import data_lines
from response.render import to_html, to_markdown
from response.replay import apply_due, read_log
from store.ledger import SqlLedger
from store.sqlite import SqliteCorpus
from tests.response_material import NOW, at, by, issue, open_ledger, week_issues

PAGE = """# 槐汀市人民政府办公室政务回应简报

**示例数据**　2025年10月19日（周日）08:30

**今天请您办三件事**

1. 签发：石棠区学校配餐情况通报（已过保密审查，等10小时20分）。
2. 催：高新区夜间异味，市生态环境局承诺昨日16时前公布异味检测和初步调查结果，已逾期16小时30分，群众最关心“是什么气体”。
3. 定：槐汀“下月起上门收狗”（政策被误读，未交办），建议市司法局今日答问，时限还剩34小时30分。

**两小时内到期**　荻溪快递收费 09:30（市邮政管理局，无稿）。虹埠大桥续报 10:00（梧埠区政府，稿在审核）。

**已答复**　老年卡“年底作废”误读：28小时10分答复，五问皆答，同一问题重复出现明显减少（为答复前的18%），市交通运输局24日前答复流动核验的时间和路线。望汀水厂水质传言：14小时50分答复，三问皆答，声量5.5小时减半，办结。

**不予回应**　人工否决0件。热度前十而未立议题1件：槐汀音乐节抢票（点开看为什么）。

**数据**　截至08:00。石棠区政府网站一直不可达。微博15日14时许起登录失效约6小时。
"""


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlLedger]:
    """Open a ledger that holds the week as the recorded desk left it; the tests here only read it."""
    ledger = open_ledger(tmp_path_factory.mktemp("week"))
    for one in week_issues():
        ledger.raise_issue(one, ())
    apply_due(ledger, read_log(), NOW)
    cases = {case.title: case for case in ledger.cases()}
    ledger.save_evaluation(_figures(cases["老年卡“年底作废”误读"], 28.17, 5, 0.18, 9.0))
    ledger.save_evaluation(_figures(cases["望汀水厂水质传言"], 14.83, 3, None, 5.5))
    yield ledger
    ledger.close()


def _figures(
    case: Case, hours: float, questions: int, again: float | None, half: float
) -> Evaluation:
    return Evaluation(
        case_id=case.id,
        at=NOW,
        hours=72,
        first_reply_h=hours,
        clock_met=True,
        questions=questions,
        questions_answered=questions,
        recurrence=again,
        half_life_h=half,
        documents=36,
    )


def _event(name: str) -> Event:
    return Event(
        id=f"event-{name}",
        title=name,
        keywords=(),
        first_at=at("14 12:00"),
        last_at=at("19 08:00"),
        updated_at=NOW,
        documents=40,
        copies=5,
        platforms=3,
        heat=90.0,
        growth=0.0,
        stage="spread",
    )


def _source(name: str, health: Health, *, ever: bool = True) -> SourceState:
    return SourceState(
        source=name,
        health=health,
        said="",
        checked_at=NOW,
        ok_at=NOW if ever else None,
        complete_to=at("19 08:00") if ever else None,
        documents=10 if ever else 0,
        failures=0,
    )


def _facts(files: list[CaseFile], issues: list[object]) -> Facts:
    return Facts(
        now=NOW,
        sample=True,
        names=names_of(open_desk(sample=True)),
        files=files,
        issues=issues,  # type: ignore[arg-type]
        hot=[_event("槐汀音乐节抢票")],
        sources=[_source("weibo", "ok"), _source("stgov", "unreachable", ever=False)],
        outages=[
            Outage(source="stgov", health="unreachable", begun_at=at("13 00:00"), ended_at=None),
            Outage(
                source="weibo",
                health="login_needed",
                begun_at=at("15 14:00"),
                ended_at=at("15 20:00"),
            ),
        ],
    )


def test_a_changed_site_is_told_with_its_day_and_is_no_outage() -> None:
    """Its documents come, so 截至 counts it and nothing is said to be broken."""
    paper = replace(_source("paper", "changed"), since=at("16 09:10"))
    lines = data_lines([paper], [], {"paper": "槐汀晚报"}, NOW)
    assert [line.text for line in lines] == [
        "截至08:00。",
        "来源没有中断。",
        "槐汀晚报16日9时许起改版。",
    ]
    assert lines[-1].refs == ("paper",)


def _week(ledger: SqlLedger) -> Briefing:
    return write(_facts(read_files(ledger), list(ledger.issues())))


def _lines(briefing: Briefing) -> list[Line]:
    return [line for section in briefing.sections for line in section.lines]


def test_the_page_of_the_sample_week_is_the_page_of_the_design(ledger: SqlLedger) -> None:
    """Three things to decide, two about to be due, two answered, one hot but no issue, two broken sources."""
    text = to_markdown(_week(ledger))
    seen = "\n".join(line for line in text.splitlines() if not line.startswith("<!--"))
    assert seen.split() == PAGE.split()


def test_the_page_fits_one_side(ledger: SqlLedger) -> None:
    """22 lines of 28 characters, head included."""
    assert page.lines_taken(_week(ledger)) <= page.LINES


def test_every_line_rests_on_records(ledger: SqlLedger) -> None:
    """Each sentence with a figure carries the ids it was made from; a nought rests on nothing."""
    for line in _lines(_week(ledger)):
        assert line.refs or "0件" in line.text, line.text


def test_the_page_is_the_same_each_time(ledger: SqlLedger) -> None:
    """Same records, same page, whatever order the records come in."""
    facts = _facts(read_files(ledger), list(ledger.issues()))
    turned = replace(facts, files=facts.files[::-1], issues=facts.issues[::-1])
    assert write(turned) == write(facts)


def test_an_event_joined_to_an_issue_is_not_called_left_alone(tmp_path: Path) -> None:
    """One matter that the events split in two has one issue: its second event has no place among the refused."""
    ledger, corpus = open_ledger(tmp_path), SqliteCorpus(":memory:")
    water = issue("积水", "18 21:10")
    ledger.raise_issue(water, ())
    corpus.save_placements([], [_event("积水退去"), _event("音乐节")], b"")
    keep_links(ledger, {"event-积水退去": water.event_id, "event-音乐节": "没有议题的"})
    (refused,) = (
        section.lines
        for section in compose(ledger, corpus, open_desk(sample=True), NOW).sections
        if section.heading == "不予回应"
    )
    assert refused[-1].refs == ("event-音乐节",)
    corpus.close()
    ledger.close()


def test_a_quiet_day_says_so() -> None:
    """Nothing happened: no case is made up."""
    empty = Facts(
        now=NOW, sample=False, names=Names(), files=(), issues=(), hot=(), sources=(), outages=()
    )
    text = to_markdown(write(empty))
    assert "今天没有要您办的事" in text
    assert "没有待签发、逾期未办或待交办的事项。" in text
    assert "人工否决0件" in text
    assert "还没有采集到数据" in text
    assert "示例数据" not in text


def test_what_is_overdue_beyond_three_is_counted_not_hidden(tmp_path: Path) -> None:
    """Five issues without a body: three stand on the page, the other two are counted."""
    ledger = open_ledger(tmp_path)
    for number in range(5):
        ledger.raise_issue(issue(f"第{number}件积水", f"1{number} 09:00"), ())
    facts = replace(_facts([], list(ledger.issues())), hot=())
    texts = [line.text for line in _lines(write(facts))]
    assert sum(text.startswith("定：") for text in texts) == 3
    assert "另有2件待签、逾期或待定，见回应事项。" in texts
    assert "已逾期" in texts[0]
    ledger.close()


def test_a_returned_case_asks_the_leader_to_settle_whose_it_is(tmp_path: Path) -> None:
    """The page repeats who sent it back and whom that body suggests."""
    ledger = open_ledger(tmp_path)
    one = issue("积水", "18 09:00")
    ledger.raise_issue(one, ())
    case = commands.open_case(ledger, one.id, by("18 09:30"))
    commands.assign(ledger, case.id, by("18 10:00"), body="槐汀市水务局")
    commands.return_to(
        ledger, case.id, by("18 11:00", "handler"), reason="是路面", suggest="槐汀市城市管理局"
    )
    text = _lines(write(_facts(read_files(ledger), list(ledger.issues()))))[0].text
    assert text == "定：积水（市水务局退回，建议改派市城市管理局），时限还剩24小时30分。"
    ledger.close()


def test_one_case_asks_the_leader_one_thing(ledger: SqlLedger) -> None:
    """What waits for the signature is not urged as well, though its clocks run over meanwhile."""
    late = replace(_facts(read_files(ledger), list(ledger.issues())), now=at("23 08:30"))
    decided = [line.text for line in write(late).sections[0].lines]
    assert sum("石棠区学校配餐" in text for text in decided) == 1
    assert decided[0].startswith("签发：石棠区学校配餐情况通报")


def test_crawled_words_are_never_markup(ledger: SqlLedger) -> None:
    """A title with tags, Markdown and a link stays words in both forms."""
    hostile = "<img src=x onerror=alert(1)> **粗** [点](http://evil.test) www.evil.test @某人"
    briefing = _week(ledger)
    lines = (Line(text=hostile, refs=('"><script>',)),)
    briefing = replace(briefing, sections=(Section(heading="今天请您办一件事", lines=lines),))
    page_html = to_html(briefing)
    assert "<img" not in page_html
    assert "<script" not in page_html
    markdown = to_markdown(briefing)
    assert "\\<img" in markdown
    assert "http://" not in markdown
    assert "**粗" not in markdown.replace("\\*", "")
    assert "<script" not in markdown


def test_the_html_page_is_a4_and_says_sample_data(ledger: SqlLedger) -> None:
    """Printable, with the ids of each sentence, 示例数据 in the head, and no script."""
    text = to_html(_week(ledger))
    assert "@page { size: A4" in text
    assert '<span class="sample">示例数据</span>' in text
    assert text.count("data-refs=") == len(_lines(_week(ledger)))
    assert "<script" not in text


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(st.text(min_size=0, max_size=90), min_size=1, max_size=9),
    more=st.lists(st.text(min_size=0, max_size=60), min_size=1, max_size=12),
)
def test_a_full_page_gives_way_from_the_bottom(texts: list[str], more: list[str]) -> None:
    """However much there is, what gives way does so by whole sentences, and says how many went."""
    first = Section(
        heading="今天请您办三件事", lines=tuple(Line(text=text[:70]) for text in texts[:3])
    )
    second = Section(heading="已答复", lines=tuple(Line(text=text) for text in more))
    briefing = Briefing(title="题", as_of=NOW, sample=True, sections=(first, second))
    cut = page.fit(briefing, give_way=("已答复",))
    assert cut.sections[0] == first
    assert page.lines_taken(cut) <= page.LINES
    left = len(cut.sections[1].lines)
    if cut.sections[1] != second:
        assert cut.sections[1].lines[-1].text == f"另有{len(more) - left + 1}件见系统。"


def test_no_line_of_the_page_counts_or_names_an_individual(ledger: SqlLedger) -> None:
    """The page speaks of matters, bodies and sources; evidence of individuals is not read for it."""
    text = to_markdown(_week(ledger))
    assert "@" not in text
    assert "网民" not in text
    assert "账号" not in text


def test_an_unkept_promise_is_told_until_it_is_kept(ledger: SqlLedger) -> None:
    """The red line goes when the promise is kept, and the case moves to what was answered."""
    files = read_files(ledger)
    at_file = next(n for n, file in enumerate(files) if "异味" in file.case.title)
    case = files[at_file].case
    kept = tuple(replace(given, kept_at=at("19 08:00")) for given in case.promises)
    files[at_file] = replace(files[at_file], case=replace(case, promises=kept))
    text = to_markdown(write(_facts(files, list(ledger.issues()))))
    assert "催：" not in text
    assert "高新区夜间异味：" in text


def test_moments_and_gaps_are_said_as_people_say_them() -> None:
    """昨日16时, 24日, 11月3日; minutes, hours, days."""
    from response.wording import day, gap, moment  # noqa: PLC0415 - beside its one test

    assert moment(at("18 16:00"), NOW) == "昨日16时"
    assert moment(at("19 09:05"), NOW) == "今日9时5分"
    assert day(at("24 18:00"), NOW) == "24日"
    assert day(NOW + timedelta(days=15), NOW) == "11月3日"
    assert [gap(timedelta(minutes=n)) for n in (5, 60, 620, 2880, 3000)] == [
        "5分钟",
        "1小时",
        "10小时20分",
        "2天",
        "2天2小时",
    ]
