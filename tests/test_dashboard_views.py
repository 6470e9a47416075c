"""The pages over a small invented desk: what they show, what people do on them, what they never show."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from config.desk import Desk
from dashboard import text
from dashboard.pages import PAGES
from records.clock import FixedClock
from records.source import Rejected
from response import commands
from response.steps import By
from store.interface import Ledger
from store.open import open_corpus, open_ledger
from tests.dashboard_seed import (
    CONCERT,
    FAR,
    HOSTILE,
    MEALS,
    NOW,
    PHONE,
    RUMOUR,
    desk_in,
    fill,
    fill_an_old_matter,
)

ROOT = Path(__file__).resolve().parent.parent
DASHBOARD = ROOT / "dashboard"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Point the pages at the test's own data folder, with empty caches."""
    monkeypatch.setenv("HUIYING_DATA_DIR", str(tmp_path))
    st.cache_data.clear()
    st.cache_resource.clear()
    yield tmp_path
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def desk(folder: Path) -> Desk:
    """Return an empty desk at the week's end."""
    return desk_in(folder)


@pytest.fixture
def events(desk: Desk) -> dict[str, str]:
    """Fill the desk; return event ids by title."""
    return fill(desk)


@pytest.fixture
def ledger(desk: Desk) -> Iterator[Ledger]:
    """Return the desk's ledger."""
    opened = open_ledger(desk, FixedClock(NOW))
    yield opened
    opened.close()


def show(path: str = "hot") -> AppTest:
    """Run the page at `path` from the router, as a browser would."""
    app = AppTest.from_file(str(DASHBOARD / "app.py"), default_timeout=60)
    app.run()
    if path != "hot":
        app.switch_page(f"views/{path}.py").run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    """Return everything a page says, as written to the elements."""
    kinds = (app.text, app.caption, app.subheader, app.error, app.warning, app.success, app.info)
    words = [element.value for group in kinds for element in group]
    return "\n".join([*words, *(button.label for button in app.button)]).replace("\\", "")


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("path", [page.path for page in PAGES])
def test_every_page_has_an_empty_state_and_says_it_is_sample_data(path: str) -> None:
    """A desk with nothing in it shows sentences, not errors."""
    words = said(show(path))
    assert text.SAMPLE in words
    assert "示例时间 2025-10-19 (周日) 08:30" in words
    assert text.SAMPLE_FOOT in words


@pytest.mark.usefixtures("folder")
def test_a_live_desk_bears_no_sample_banner(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """With a configuration the pages work on live data, in its own folder, at the machine's time."""
    (folder / "local.toml").write_text("")
    monkeypatch.setattr("config.desk.LOCAL", folder / "local.toml")
    monkeypatch.setenv("HUIYING_BODY", "某市人民政府办公室")
    monkeypatch.setenv("HUIYING_REGION", "990100")
    words = said(show())
    assert text.SAMPLE not in words
    assert "北京时间" in words
    assert "某市人民政府办公室" in words
    assert (folder / "live" / "corpus.db").exists()


@pytest.mark.usefixtures("events")
@pytest.mark.parametrize("path", [page.path for page in PAGES])
def test_no_page_shows_a_number_a_handle_or_raw_markup(path: str) -> None:
    """Phones and @-names are masked; hostile titles are text, in labels escaped."""
    app = show(path)
    words = said(app)
    assert PHONE not in words
    assert "@某网友" not in words
    labels = [button.label for button in app.button] + [row.value for row in app.caption]
    assert not any(re.search(r"(?<!\\)!\[", label) for label in labels)


@pytest.mark.usefixtures("events")
def test_the_hot_page_puts_the_overdue_issue_first_and_says_why() -> None:
    """Urgency orders the list; reasons, body, clocks, questions and evidence are there."""
    words = said(show())
    assert words.index(MEALS) < words.index(RUMOUR)
    for expected in (
        "C03 逾期 12 小时 0 分",
        "1 小时内 12 篇提到学生身体不适, 阈值 8 篇 (本系统默认值)",
        "石棠区市场监督管理局",
        "到底多少孩子不舒服?",
        "孩子们放学都说…",
        "国办发〔2016〕61号",
    ):
        assert expected in words


@pytest.mark.usefixtures("events")
def test_the_hottest_event_stands_without_a_flag_and_with_its_reason() -> None:
    """Hot is not the same as needing an answer; the page says why in figures."""
    app = show()
    words = said(app)
    assert words.index(text.HOT_EVENTS) < words.index(CONCERT)
    assert "规则要求" in words or "消遣" in words


@pytest.mark.usefixtures("events")
def test_a_waiting_clock_says_its_duty_and_its_due_time() -> None:
    """A code alone tells a first reader nothing."""
    assert "首次发布权威信息, 10-18 20:30 到期" in said(show())


def test_an_issue_bears_the_name_an_editor_gave_its_case(
    events: dict[str, str], ledger: Ledger
) -> None:
    """Titles made from posts give way to the case's title, in lists, heads and reasons."""
    by = By(actor="值班员", role="coordinator", at=NOW)
    commands.open_case(ledger, f"issue-{events[MEALS]}", by, title="石棠区学校配餐")
    words = said(show())
    assert "石棠区学校配餐" in words
    assert MEALS not in words


def test_the_weeks_most_told_comes_before_a_matter_of_old(
    events: dict[str, str], desk: Desk
) -> None:
    """Eighty documents of three weeks ago do not count for this week; the page says how it orders."""
    old = fill_an_old_matter(desk)
    app = show()
    shown = [button.key for button in app.button]
    assert shown.index(f"see_{events[CONCERT]}") < shown.index(f"see_{old}")
    assert text.HOT_EVENTS_NOTE in said(app)


@pytest.mark.usefixtures("events")
def test_the_like_elsewhere_is_listed_apart_without_a_clock(events: dict[str, str]) -> None:
    """An issue outside the remit is no work of ours."""
    app = show()
    app.button(key=f"see_issue-{events[FAR]}").click().run()
    words = said(app)
    assert text.HOT_ELSEWHERE_NOTE in words
    assert text.HOT_CLOCKS not in [row.value for row in app.subheader]


def test_acknowledging_is_kept_with_who_did_it(events: dict[str, str], ledger: Ledger) -> None:
    """The button changes the state and leaves an audit row in the chosen role."""
    app = show()
    app.button(key=f"ack_issue-{events[MEALS]}").click().run()
    assert text.DONE_ACKNOWLEDGE in said(app)
    found = ledger.issue(f"issue-{events[MEALS]}")
    assert found is not None
    assert found.state == "acknowledged"
    assert ledger.audit(subject=found.id, limit=1)[0].actor == "回应协调员 (本机)"


def test_dismissing_needs_a_reason(events: dict[str, str], ledger: Ledger) -> None:
    """Without a reason nothing happens; with one the issue is dismissed, and with another taken back."""
    key = f"issue-{events[MEALS]}"
    app = show()
    app.button(key=f"do_dismiss_{key}").click().run()
    assert "理由" in app.error[0].value
    app.text_area(key=f"reason_{key}").set_value("已由区里书面答复").run()
    app.button(key=f"do_dismiss_{key}").click().run()
    found = ledger.issue(key)
    assert found is not None
    assert found.state == "dismissed"
    app.button(key=f"see_{key}").click().run()
    app.text_area(key=f"why_{key}").set_value("家长又反映了新情况").run()
    app.button(key=f"do_{key}").click().run()
    back = ledger.issue(key)
    assert back is not None
    assert back.state == "acknowledged"


def test_opening_a_case_takes_it_to_the_board(events: dict[str, str], ledger: Ledger) -> None:
    """From an issue to a case, then assigned on its own page."""
    key = f"issue-{events[MEALS]}"
    app = show()
    app.button(key=f"open_{key}").click().run()
    case = ledger.case_of_issue(key)
    assert case is not None
    app.switch_page("views/answers.py").run()
    app.button(key=f"see_{case.id}").click().run()
    app.text_input(key=f"{case.id}_assign_contact").set_value("办公室").run()
    app.button(key=f"do_{case.id}").click().run()
    changed = ledger.case(case.id)
    assert changed is not None
    assert (changed.state, changed.contact) == ("assigned", "办公室")


def test_a_role_is_offered_only_its_own_steps(events: dict[str, str], ledger: Ledger) -> None:
    """A reviewer has nothing to do before a draft is handed in."""
    case = ledger.case_of_issue(f"issue-{events[RUMOUR]}")
    assert case is not None
    app = show("answers")
    app.selectbox(key="desk_role").set_value("reviewer").run()
    steps = app.selectbox(key=f"step_{case.id}_assigned_reviewer")
    assert steps.options == ["登记进展"]


@pytest.mark.usefixtures("events")
def test_the_whole_thin_way_of_an_answer_is_walked_on_the_page(
    events: dict[str, str], ledger: Ledger
) -> None:
    """Receive, publish, close; each by its form."""
    case = ledger.case_of_issue(f"issue-{events[RUMOUR]}")
    assert case is not None
    app = show("answers")
    _take(app, case.id, "assigned", "receive", {})
    fields = {
        "title": "关于井盖的说明",
        "text": "已全部补装。",
        "url": "http://www.huaiting.test/1.html",
    }
    _take(app, case.id, "received", "publish", fields)
    assert "关于井盖的说明" in said(app)
    _take(app, case.id, "published", "close", {"reason": "已补装并公布"})
    done = ledger.case(case.id)
    assert done is not None
    assert done.state == "closed"
    assert [row.title for row in ledger.statements(case.id)] == ["关于井盖的说明"]


def _take(app: AppTest, case_id: str, state: str, step: str, fields: dict[str, str]) -> None:
    app.selectbox(key=f"step_{case_id}_{state}_coordinator").set_value(step).run()
    for name, value in fields.items():
        key = f"{case_id}_{step}_{name}"
        areas = [area for area in app.text_area if area.key == key]
        (areas[0] if areas else app.text_input(key=key)).set_value(value)
    app.button(key=f"do_{case_id}").click().run()
    assert not app.error, app.error[0].value


@pytest.mark.usefixtures("events")
def test_a_wrong_time_in_a_form_is_one_sentence(events: dict[str, str], ledger: Ledger) -> None:
    """Nothing is written; the page says how a time is written."""
    case = ledger.case_of_issue(f"issue-{events[RUMOUR]}")
    assert case is not None
    app = show("answers")
    app.selectbox(key=f"step_{case.id}_assigned_coordinator").set_value("promise").run()
    app.text_area(key=f"{case.id}_promise_text").set_value("三日内补装")
    app.text_input(key=f"{case.id}_promise_due").set_value("明天")
    app.button(key=f"do_{case.id}").click().run()
    assert text.WRONG_TIME in app.error[0].value.replace("\\", "")
    assert len(ledger.moves(case.id)) == case.version


def test_a_topic_shows_shares_only_from_thirty_documents(events: dict[str, str]) -> None:
    """Twelve documents are too few to speak of shares; sixty-four are enough."""
    small, large = _topic(events[RUMOUR]), _topic(events[CONCERT])
    assert text.TOPIC_SMALL.format(count=12) in said(small)
    assert "少于 30 篇" not in said(large)
    assert text.TOPIC_APPEAL in said(large)


def _topic(event_id: str) -> AppTest:
    app = AppTest.from_file(str(DASHBOARD / "app.py"), default_timeout=60)
    app.run()
    app.query_params["event"] = event_id
    app.switch_page("views/topic.py").run()
    assert not app.exception
    return app


def test_individuals_are_quoted_only_in_groups_of_ten(events: dict[str, str]) -> None:
    """Six private posts are a count; thirty-two are quoted, short and without a link."""
    few = said(_topic(events[HOSTILE]))
    assert text.TOPIC_INDIVIDUALS_FEW.format(count=6) in few
    many = said(_topic(events[MEALS]))
    assert text.TOPIC_INDIVIDUALS_NOTE in many


@pytest.mark.usefixtures("events")
def test_an_individuals_evidence_is_cut_and_an_institutions_is_not() -> None:
    """A short post is not quoted whole; the paper's sentence is."""
    words = said(show())
    assert "孩子们放学都说肚子疼" not in words
    assert "区里称正在核实" in words


def test_a_correction_names_no_words_of_a_small_group(events: dict[str, str]) -> None:
    """Six private posts: the form tells time, platform and judgement; thirty-two: the start of each."""
    few = _topic(events[HOSTILE]).selectbox(key="subject").options
    assert sum("微博 个人 · " in option for option in few) == 6
    many = _topic(events[MEALS]).selectbox(key="subject").options
    assert any(option.endswith("…") and MEALS[:4] in option for option in many)


def test_a_few_things_set_aside_are_not_quoted(desk: Desk) -> None:
    """One quarantined record gives its reason only; ten give their starts, cut and masked."""
    fill(desk)
    assert text.ORIGINS_FEW in _cells(show("origins"))
    corpus = open_corpus(desk)
    for number in range(9):
        sample = f"第{number}条网友说的话 {PHONE} 找我"
        corpus.reject(
            Rejected(
                id=f"q{number}", stage="score", source="weibo", url="", reason="乱码",
                sample=sample, at=NOW,
            )
        )  # fmt: skip
    corpus.close()
    st.cache_data.clear()
    cells = _cells(show("origins"))
    assert text.ORIGINS_FEW not in cells
    assert "第3条网友说的话" in cells
    assert "找我" not in cells
    assert PHONE not in cells


def _cells(app: AppTest) -> str:
    return " ".join(str(frame.value.to_dict()) for frame in app.dataframe)


def test_a_reason_that_cannot_be_counted_is_said_and_logged(
    events: dict[str, str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault in the counting of one reason leaves the page standing."""
    monkeypatch.setattr("dashboard.reads.why_not", None)
    words = said(show())
    assert text.WHY_NOT_UNKNOWN in words
    assert MEALS in words
    assert events[CONCERT] in caplog.text


def test_a_body_outside_the_table_is_typed_in_a_field_of_its_own(
    events: dict[str, str], ledger: Ledger
) -> None:
    """The last choice opens a field, and what stands in it becomes the body of the case."""
    app = show()
    app.button(key=f"open_issue-{events[MEALS]}").click().run()
    case = ledger.case_of_issue(f"issue-{events[MEALS]}")
    assert case is not None
    app.switch_page("views/answers.py").run()
    app.button(key=f"see_{case.id}").click().run()
    app.selectbox(key=f"{case.id}_assign_body").set_value(text.OTHER_BODY).run()
    app.text_input(key=f"{case.id}_assign_body_other").set_value("石棠区配餐专班").run()
    app.text_input(key=f"{case.id}_assign_contact").set_value("办公室").run()
    app.button(key=f"do_{case.id}").click().run()
    changed = ledger.case(case.id)
    assert changed is not None
    assert changed.body == "石棠区配餐专班"


def test_no_choice_filters_by_typing() -> None:
    """Streamlit's typed filter says "No results" and "Add:" in English."""
    calls = _calls("st.selectbox", "st.multiselect")
    off = [where for where, call in calls if "filter_mode=None" in ast.unparse(call)]
    assert len(off) == len(calls) > 6


def test_every_string_of_text_is_used() -> None:
    """A sentence that no page says is not kept."""
    code = [file.read_text("utf-8") for file in DASHBOARD.rglob("*.py") if file.name != "text.py"]
    own = (DASHBOARD / "text.py").read_text("utf-8")
    used = set(re.findall(r"\btext\.([A-Z_]+)", "\n".join(code)))
    assert set(re.findall(r"^([A-Z_]+) =", own, re.MULTILINE)) - used == set()


def test_a_correction_is_kept_as_data(events: dict[str, str], ledger: Ledger) -> None:
    """What, before, after, by whom, why."""
    app = _topic(events[MEALS])
    app.selectbox(key="after_sentiment").set_value("positive")
    app.text_input(key="correct_reason").set_value("这是感谢信").run()
    app.button(key="correct_do").click().run()
    found = ledger.corrections()
    assert [(row.judgement, row.after, row.reason) for row in found] == [
        ("sentiment", "positive", "这是感谢信")
    ]


@pytest.mark.usefixtures("events")
@pytest.mark.parametrize("words", ["@某网友", PHONE, "11010519491231002X", "连" * 25])
def test_a_search_for_a_person_is_refused(words: str) -> None:
    """Handles, numbers and whole sentences are refused with a sentence, and nothing is listed."""
    app = show("find")
    app.text_input(key="find_text").set_value(words).run()
    assert app.error
    assert words not in app.error[0].value
    assert text.FIND_RESULTS not in said(app)


@pytest.mark.usefixtures("events")
def test_a_search_counts_filters_and_turns_pages() -> None:
    """Filters narrow the count; the next page begins where the first ended."""
    app = show("find")
    app.text_input(key="find_text").set_value("学生").run()
    assert "48" in [row.value for row in app.text]
    first = said(app)
    app.button(key="find_more").click().run()
    assert text.FIND_PAGE.format(page=2) in said(app)
    assert said(app) != first
    app.multiselect(key="find_platform").set_value(["新闻网站"]).run()
    assert "16" in [row.value for row in app.text]
    app.text_input(key="find_since").set_value("乱写").run()
    assert text.WRONG_DAY in app.error[0].value.replace("\\", "")


@pytest.mark.usefixtures("events")
def test_the_sources_page_names_what_is_broken_and_what_was_set_aside() -> None:
    """Health, outage, quarantine with its reason; the header repeats what is broken."""
    app = show("origins")
    words = said(app)
    assert "异常: 微博 需重新登录" in words
    assert "Cookie 过期" in words
    cells = " ".join(str(frame.value.to_dict()) for frame in app.dataframe)
    assert "正文抽取不到" in cells
    assert PHONE not in cells


@pytest.mark.usefixtures("events")
def test_the_briefing_is_the_leaders_page_and_links_to_what_it_rests_on() -> None:
    """The page shows the sections and offers both files."""
    app = show("brief")
    words = said(app)
    assert "今天请您" in words
    assert MEALS in words


def _calls(*names: str) -> list[tuple[str, ast.Call]]:
    found = []
    for file in sorted(DASHBOARD.rglob("*.py")):
        nodes = list(ast.walk(ast.parse(file.read_text("utf-8"))))
        calls = [node for node in nodes if isinstance(node, ast.Call)]
        found += [
            (f"{file.name}:{call.lineno}", call)
            for call in calls
            if ast.unparse(call.func) in names
        ]
    return found


def test_collected_text_has_no_way_into_markup() -> None:
    """The elements that load pictures from Markdown or take raw HTML are not used at all."""
    doors = (
        "st.markdown", "st.write", "st.html", "st.title", "st.header", "st.table", "st.metric",
        "st.toast", "st.link_button", "st.iframe", "st.radio", "st.tabs", "st.chat_message",
    )  # fmt: skip
    assert [where for where, _ in _calls(*doors)] == []


def test_every_caption_heading_and_message_is_escaped() -> None:
    """The elements that render Markdown take `plain(...)` or a sentence of text.py with nothing collected in it."""
    kinds = ("st.caption", "st.subheader", "st.error", "st.warning", "st.success", "st.info")
    calls = [(where, ast.unparse(call.args[0])) for where, call in _calls(*kinds)]
    assert len(calls) > 8
    assert [c for c in calls if "plain(" not in c[1] and not c[1].startswith("text.")] == []


def _own_words(file: Path) -> list[str]:
    """Return the string constants of a file that are not docstrings."""
    tree = ast.parse(file.read_text("utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    constants = [node for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return [
        node.value for node in constants if isinstance(node.value, str) and id(node) not in told
    ]


def test_every_visible_string_stands_in_text() -> None:
    """No Chinese words in the views and their parts: they stand in text.py, one section a view."""
    files = [*(DASHBOARD / "views").glob("*.py"), DASHBOARD / "parts.py", DASHBOARD / "frame.py"]
    words = [word for file in files for word in _own_words(file)]
    assert [word for word in words if re.search(r"[\u4e00-\u9fff]{2,}", word)] == []
