"""The recorded desk of the sample week: complete, in the week's own words, applied once and in order."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.roles import roles
from config.rulebook import load_rulebook
from config.settings import TABLES
from config.sources import load_sources
from config.tables import load_bodies
from crawlers.site_pages import NewsSite
from crawlers.week import Behaviour, load_week
from records.case import Case
from records.clock import BEIJING
from response import commands
from response.casefile import read_file
from response.clocks import clock_states
from response.replay import DONE, LOG_FILE, NOTE, apply_due, read_log
from store.ledger import SqlLedger
from tests.response_material import NOW, at, by, open_ledger, week_issues


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlLedger]:
    """Open a ledger in which the whole log was applied; the tests only read it."""
    ledger = open_ledger(tmp_path_factory.mktemp("walked"))
    for issue in week_issues():
        ledger.raise_issue(issue, ())
    assert apply_due(ledger, read_log(), NOW) == len(read_log().entries)
    yield ledger
    ledger.close()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    """Open a ledger that holds the seven issues of the week."""
    ledger = open_ledger(tmp_path)
    for issue in week_issues():
        ledger.raise_issue(issue, ())
    yield ledger
    ledger.close()


def _cases(ledger: SqlLedger) -> dict[str, Case]:
    return {case.title: case for case in ledger.cases()}


def _skipped(ledger: SqlLedger) -> dict[str, str]:
    standing: dict[str, str] = json.loads(ledger.get_note(NOTE) or "{}")
    return {entry: said for entry, said in standing.items() if said != DONE}


def _picture(ledger: SqlLedger) -> list[object]:
    cases = sorted(ledger.cases(), key=lambda case: case.id)
    return [[case, ledger.moves(case.id), ledger.statements(case.id)] for case in cases]


def test_the_desk_log_leaves_every_storyline_where_the_right_answers_have_it(
    walked: SqlLedger,
) -> None:
    """At Sunday 08:30: one to sign, one promise broken, one to urge, one in review, one closed, one not taken up."""
    assert _skipped(walked) == {}
    cases = _cases(walked)
    states = {title: case.state for title, case in cases.items()}
    assert states == {
        "高新区夜间异味": "published",
        "老年卡“年底作废”误读": "published",
        "石棠区学校配餐": "signing",
        "虹埠大桥": "reviewing",
        "望汀水厂水质传言": "closed",
        "荻溪快递收费": "received",
    }
    assert cases["荻溪快递收费"].body == "槐汀市邮政管理局"
    assert cases["高新区夜间异味"].body == "槐汀市生态环境局"
    assert walked.verify_audit() is None


def test_the_clocks_of_the_week_stand_as_the_right_answers_say(walked: SqlLedger) -> None:
    """C03 met on Thursday 16:00; the promise 16.5 hours late; C05 after the grade; C04 yellow with 1.5 hours left."""
    cases = _cases(walked)

    def clocks(title: str) -> dict[str, tuple[str, str]]:
        rows = clock_states(read_file(walked, cases[title]), NOW)
        return {row.clock: (row.standing, row.light) for row in rows if row.standing != "met"}

    odour = clock_states(read_file(walked, cases["高新区夜间异味"]), NOW)
    late = next(row for row in odour if row.standing == "overdue")
    assert (late.promise, late.remaining.total_seconds() / 3600) == (
        "公布异味检测和初步调查结果",
        -16.5,
    )
    assert clocks("高新区夜间异味") == {"承诺": ("overdue", "红"), "K5": ("running", "绿")}
    assert clocks("虹埠大桥") == {"C04": ("running", "黄")}
    bridge = {row.clock: row for row in clock_states(read_file(walked, cases["虹埠大桥"]), NOW)}
    assert bridge["C05"].met_at == at("16 09:20")
    assert bridge["C04"].due == at("19 10:00")
    assert "C01" not in bridge
    assert clocks("石棠区学校配餐") == {}
    assert clocks("荻溪快递收费") == {"C03": ("running", "黄")}


def test_walking_the_week_in_steps_gives_the_same_as_one_leap(
    walked: SqlLedger, tmp_path: Path
) -> None:
    """However fast the clock walks, and however often the process is killed between, the cases are the same."""
    log = read_log()
    other = open_ledger(_folder(tmp_path))
    waiting = list(week_issues())
    for now in (*(at(f"{day} {hour}:30") for day in range(14, 19) for hour in ("10", "21")), NOW):
        for issue in [one for one in waiting if one.raised_at <= now]:
            other.raise_issue(issue, ())
            waiting.remove(issue)
        apply_due(other, log, now)
        _forget_the_last(other)
    apply_due(other, log, NOW)
    assert _picture(other) == _picture(walked)
    other.close()


def _forget_the_last(ledger: SqlLedger) -> None:
    """Leave the notes as a process that died between a command and its note leaves them."""
    done = json.loads(ledger.get_note("desk_log") or "{}")
    for case in {entry.split("-")[0] for entry in done}:
        done.pop(max(entry for entry in done if entry.startswith(case)))
    ledger.set_note("desk_log", json.dumps(done))


def test_an_entry_waits_for_its_issue(tmp_path: Path) -> None:
    """An issue raised late is taken up then, never before it was raised; the others go on."""
    ledger = open_ledger(tmp_path)
    issues = {issue.title: issue for issue in week_issues()}
    ledger.raise_issue(issues["老年卡年底作废"], ())
    apply_due(ledger, read_log(), at("15 12:00"))
    assert set(_cases(ledger)) == {"老年卡“年底作废”误读"}
    ledger.raise_issue(issues["高新区夜间刺鼻异味"], ())
    apply_due(ledger, read_log(), at("15 12:00"))
    assert "高新区夜间异味" in _cases(ledger)
    ledger.close()


def test_a_case_a_user_touched_is_the_users(ledger: SqlLedger) -> None:
    """The recorded office steps back from a case that a user moved, with a reason, and goes on with the rest."""
    apply_due(ledger, read_log(), at("15 12:00"))
    mine = _cases(ledger)["高新区夜间异味"]
    commands.note(ledger, mine.id, by("15 12:00", actor="使用者"), "我来办")
    apply_due(ledger, read_log(), NOW)
    after = _cases(ledger)
    assert after["高新区夜间异味"].version == mine.version + 1
    assert after["石棠区学校配餐"].state == "signing"
    reasons = _skipped(ledger)
    assert set(reasons.values()) == {"使用者已接手这一事项"}
    assert all(entry.startswith("异味-") for entry in reasons)


def test_a_dismissed_issue_is_left_alone(ledger: SqlLedger) -> None:
    """A user's dismissal stands; the record is skipped with the command's own sentence."""
    odour = next(row for row in ledger.issues() if "异味" in row.title)
    object.__setattr__(odour, "state", "dismissed")
    ledger.update_issue(odour, actor="使用者", role="coordinator", action="dismiss", note="已办")
    apply_due(ledger, read_log(), NOW)
    assert "高新区夜间异味" not in _cases(ledger)
    assert "不予回应" in _skipped(ledger)["异味-01"]


def test_the_log_names_known_commands_roles_and_bodies_and_no_person() -> None:
    """Each entry's role may give its command, each body is in the city's table, offices are offices."""
    log = read_log()
    bodies = {body.name for body in load_bodies(TABLES / "sample" / "bodies.toml")}
    bodies |= {"石棠区联合调查组", "市现场指挥部", "市政府新闻办"}
    for entry in log.entries:
        assert entry.role in roles()
        assert entry.case in log.selectors
        for name in ("body", "suggest", "from_body"):
            assert entry.values.get(name, "槐汀市水务局") in bodies, entry.id
        assert set(entry.values.get("assisting", ())) <= bodies, entry.id
    assert {row.case for row in log.selectors.values()} == {entry.case for entry in log.entries}
    assert load_rulebook().rules


def test_the_published_answers_are_the_weeks_own_documents() -> None:
    """Title, text, address and time of each answer are those of a document that the sample sites serve."""
    week = load_week()
    table = load_sources(TABLES / "sample" / "sources.toml")
    written = {}
    for document in week.documents:
        source = table.named(document.source)
        if source is not None and source.kind == "news":
            behaviour = week.behaviour.get(document.source, Behaviour())
            home = "/" + source.start[0].split("/", 3)[3]
            site = NewsSite(
                source=source, behaviour=behaviour, shown=[], now=document.published_at, home=home
            )
            host = source.start[0].split("/")[2]
            url = f"http://{host}{site.address(document)}"
            written[url] = (
                document.title,
                document.text,
                document.published_at.astimezone(BEIJING),
            )
    published = [entry for entry in read_log().entries if entry.do == "publish"]
    assert len(published) == 10
    for entry in published:
        said = (entry.values["title"], entry.values["text"], entry.values["published_at"])
        assert written.get(entry.values["url"]) == said, entry.id


def test_the_log_file_is_one_record_a_line() -> None:
    """Anybody can read and change the record with a text editor."""
    rows = [json.loads(line) for line in LOG_FILE.read_text(encoding="utf-8").splitlines()]
    assert all(set(row) in ({"case", "words", "from", "until"}, _ENTRY) for row in rows)


_ENTRY = {"case", "at", "role", "office", "do", "with"}


def _folder(parent: Path) -> Path:
    folder = parent / "other"
    folder.mkdir()
    return folder
