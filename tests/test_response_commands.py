"""Commands on cases: each checks right and state, commits everything at once, and is harmless when repeated."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from config.rulebook import load_rulebook
from records.case import MOVES, Case
from records.errors import UsageError, WorkFailed
from response import commands, grading
from response.steps import STATE_NAMES, STEPS, By, steps_from
from store.ledger import SqlLedger
from tests.response_material import at, by, clock, issue, open_ledger

ODOUR = issue("高新区夜间异味", "14 21:10", questions=("是什么气体",))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    """Open a ledger with one new issue."""
    ledger = open_ledger(tmp_path)
    ledger.raise_issue(ODOUR, ())
    yield ledger
    ledger.close()


@pytest.fixture
def case(ledger: SqlLedger) -> Case:
    """Open the case of that issue."""
    return commands.open_case(ledger, ODOUR.id, by("14 21:40"))


def _assigned(ledger: SqlLedger, case: Case) -> Case:
    return commands.assign(
        ledger,
        case.id,
        by("14 22:00"),
        body="槐汀市生态环境局",
        contact="局办公室",
        assisting=("槐汀市卫生健康委员会",),
    )


def _published(ledger: SqlLedger, case: Case, when: str = "16 16:00") -> Case:
    return commands.publish(
        ledger,
        case.id,
        by(when),
        kind="first",
        body="槐汀市生态环境局",
        title="关于异味的通报",
        text="已启动走航。",
        url=f"http://env.test/{when}",
        published_at=at(when),
        answers=("采取了什么措施",),
    )


def _to_signing(ledger: SqlLedger, case: Case) -> Case:
    _assigned(ledger, case)
    commands.receive(ledger, case.id, by("15 08:00", "handler"))
    commands.draft(ledger, case.id, by("15 09:00", "handler"), title="通报", text="正文")
    commands.submit(ledger, case.id, by("15 10:00", "handler"))
    return commands.review_pass(ledger, case.id, by("15 11:00", "reviewer"), reason="不涉密")


def test_opening_copies_the_clocks_and_takes_the_issue_into_a_case(
    ledger: SqlLedger, case: Case
) -> None:
    """The issue's clocks are the case's clocks; opening twice returns the same case."""
    assert case.clocks == ODOUR.reply_by
    assert case.state == "open"
    stored = ledger.issue(ODOUR.id)
    assert stored is not None
    assert stored.state == "in_case"
    again = commands.open_case(ledger, ODOUR.id, by("15 09:00", actor="另一人"))
    assert again == case
    assert len(ledger.moves(case.id)) == 1


def test_a_dismissed_or_foreign_issue_is_not_opened(ledger: SqlLedger) -> None:
    """What was refused, and what lies elsewhere, gets no case; the refusal is one sentence."""
    for changes in ({"state": "dismissed"}, {"scope": "elsewhere"}):
        other = issue(f"别的事{changes}", "14 10:00")
        for name, value in changes.items():
            object.__setattr__(other, name, value)
        ledger.raise_issue(other, ())
        with pytest.raises(UsageError, match="不"):
            commands.open_case(ledger, other.id, by("14 11:00"))


def test_a_dismissal_can_be_taken_back_with_a_reason(ledger: SqlLedger) -> None:
    """Then the issue can be opened; who did it and why stands in the audit chain, once."""
    other = replace(issue("别的事", "14 10:00"), state="dismissed")
    ledger.raise_issue(other, ())
    with pytest.raises(UsageError, match="理由"):
        commands.reinstate(ledger, other.id, by("14 11:00"), reason=" ")
    with pytest.raises(UsageError, match="不能撤销"):
        commands.reinstate(ledger, other.id, by("14 11:00", "handler"), reason="有新情况")
    for _ in range(2):
        back = commands.reinstate(ledger, other.id, by("14 11:00"), reason="有新情况")
        assert back.state == "acknowledged"
    told = [row for row in ledger.audit(subject=other.id) if row.action == "issue.reinstate"]
    assert [(row.at, row.detail.partition(" ")[2]) for row in told] == [
        (at("14 11:00"), "撤销不予回应: 有新情况")
    ]
    assert commands.open_case(ledger, other.id, by("14 12:00")).state == "open"


def test_the_way_from_assignment_to_publication_meets_the_clock(
    ledger: SqlLedger, case: Case
) -> None:
    """The whole way by the state table, each step with its audit row and who did it."""
    _to_signing(ledger, case)
    with pytest.raises(UsageError, match="还没有签发"):
        _published(ledger, case)
    commands.sign(ledger, case.id, by("16 15:30", "leader", "分管副市长"))
    done = _published(ledger, case)
    assert done.state == "published"
    assert done.answered_at == at("16 16:00")
    assert [row.kind for row in ledger.statements(case.id)] == ["first"]
    actions = [row.action for row in reversed(ledger.audit(subject=case.id))]
    kinds = ["open", "assign", "receive", "draft", "submit", "pass", "sign", "publish"]
    assert actions == [f"case.{kind}" for kind in kinds]
    assert ledger.verify_audit() is None


def test_a_later_answer_leaves_the_first_answers_time(ledger: SqlLedger, case: Case) -> None:
    """The clocks are met by the first answer, whichever order the answers are recorded in."""
    _assigned(ledger, case)
    _published(ledger, case, "16 16:00")
    assert _published(ledger, case, "17 10:00").answered_at == at("16 16:00")


def test_an_answer_cannot_be_published_in_the_future(ledger: SqlLedger, case: Case) -> None:
    """Recorded is what is out, not what is planned."""
    with pytest.raises(UsageError, match="不能晚于现在"):
        commands.publish(
            ledger,
            case.id,
            by("15 09:00"),
            kind="first",
            body="市局",
            title="题",
            text="文",
            url="http://env.test/1",
            published_at=at("15 10:00"),
        )


def test_a_return_needs_a_reason_and_a_suggested_body(ledger: SqlLedger, case: Case) -> None:
    """The body that says it is not ours says why and whose it is; then the case is given on."""
    _assigned(ledger, case)
    with pytest.raises(UsageError, match="建议的承办单位"):
        commands.return_to(
            ledger, case.id, by("15 16:00", "handler"), reason="不归我们", suggest=" "
        )
    back = commands.return_to(
        ledger, case.id, by("15 16:00", "handler"), reason="不归我们", suggest="槐汀市水务局"
    )
    assert back.state == "returned"
    given = commands.reassign(
        ledger, case.id, by("15 17:10"), body="槐汀市水务局", note="按退回建议改派"
    )
    assert (given.state, given.body) == ("assigned", "槐汀市水务局")


def test_a_promise_is_kept_once_and_keeps_the_case_open(ledger: SqlLedger, case: Case) -> None:
    """A public promise is a debt: the case closes only when it is kept."""
    _assigned(ledger, case)
    _published(ledger, case)
    commands.promise(ledger, case.id, by("16 16:05"), text="公布检测结果", due=at("18 16:00"))
    with pytest.raises(UsageError, match="承诺没有兑现"):
        commands.close(ledger, case.id, by("17 10:00"), reason="已答复")
    kept = commands.promise_kept(ledger, case.id, by("18 15:00"), text="公布检测结果")
    assert kept.promises[0].kept_at == at("18 15:00")
    assert commands.close(ledger, case.id, by("18 17:00"), reason="已答复").state == "closed"
    with pytest.raises(UsageError, match="没有登记过承诺"):
        commands.promise_kept(ledger, case.id, by("18 18:00"), text="别的")


def test_an_order_from_above_is_a_clock_until_it_is_reported_back(
    ledger: SqlLedger, case: Case
) -> None:
    """K5 is registered by hand, with its own due time; feedback, not publication, settles it."""
    _assigned(ledger, case)
    ordered = commands.order(
        ledger,
        case.id,
        by("17 10:00"),
        from_body="澄岚省人民政府办公厅",
        text="请反馈",
        due=at("21 18:00"),
    )
    assert [row.clock for row in ordered.clocks] == ["C03", "K5"]
    _published(ledger, case, "17 11:00")
    with pytest.raises(UsageError, match="还没有向上级反馈"):
        commands.close(ledger, case.id, by("17 12:00"), reason="已答复")
    commands.feedback(ledger, case.id, by("17 13:00"), clock="K5", text="已反馈")
    assert commands.close(ledger, case.id, by("17 14:00"), reason="已答复").state == "closed"


def test_a_set_grade_replaces_the_provisional_clocks_and_keeps_the_trace(
    ledger: SqlLedger,
) -> None:
    """较大: C01 and C02 go, C05 comes from the same first moment; the move says what went."""
    bridge = issue(
        "引桥塌陷",
        "16 06:58",
        rule="emergency",
        clocks=(
            clock("C01", "16 06:58", 5, provisional=True),
            clock("C02", "16 06:58", 24, provisional=True),
        ),
    )
    ledger.raise_issue(bridge, ())
    case = commands.open_case(ledger, bridge.id, by("16 07:00"))
    book = load_rulebook()
    for _ in range(2):
        graded = grading.grade(
            ledger, case.id, by("16 15:30"), book=book, grade="较大", authority="槐汀市人民政府"
        )
    assert [(row.clock, row.start, row.provisional) for row in graded.clocks] == [
        ("C05", at("16 06:58"), False)
    ]
    trace = dict(ledger.moves(case.id)[-1].detail)
    assert "C01" in trace["replaced"]
    assert "C02" in trace["replaced"]
    stored = ledger.issue(bridge.id)
    assert stored is not None
    assert stored.incident_grade == "较大"
    assert len(ledger.moves(case.id)) == 2
    with pytest.raises(UsageError, match="可用的有"):
        grading.grade(ledger, case.id, by("16 16:00"), book=book, grade="严重", authority="市政府")


def test_the_same_command_twice_does_nothing_the_second_time(ledger: SqlLedger, case: Case) -> None:
    """A double press, or a replay, leaves one move and one notice."""
    first = _assigned(ledger, case)
    assert _assigned(ledger, case) == first
    for _ in range(2):
        commands.urge(ledger, case.id, by("15 09:00", "supervisor"), text="请抓紧")
    assert [move.kind for move in ledger.moves(case.id)] == ["open", "assign", "urge"]
    subjects = [row.subject for row in ledger.notifications(unsent=True)]
    assert len(subjects) == len({row.key for row in ledger.notifications()}) == 2
    later = commands.urge(ledger, case.id, by("15 15:00", "supervisor"), text="请抓紧")
    assert later.version == 4


def test_a_screen_that_is_out_of_date_is_refused(ledger: SqlLedger, case: Case) -> None:
    """Two people at once: the second sees a sentence, not a lost change."""
    _assigned(ledger, case)
    old = By(actor="另一人", role="coordinator", at=at("14 22:01"), seen=case.version)
    with pytest.raises(UsageError, match="请刷新"):
        commands.note(ledger, case.id, old, "迟到的一笔")


def test_a_move_that_lost_the_race_is_refused_with_a_sentence(
    ledger: SqlLedger, case: Case, tmp_path: Path
) -> None:
    """Read by both, written by one: the other is told to refresh."""
    slow = open_ledger(tmp_path)
    stale = slow.case(case.id)
    assert stale is not None
    slow.case = lambda _: stale  # type: ignore[assignment,method-assign]  # the moment between reading and writing
    _assigned(ledger, case)
    with pytest.raises(WorkFailed, match="请刷新"):
        commands.note(slow, case.id, by("14 22:01", actor="另一人"), "同时的一笔")
    slow.close()


def test_roles_are_kept_apart(ledger: SqlLedger, case: Case) -> None:
    """Who drafts does not sign, who signs does not assign; the sentence says who may."""
    with pytest.raises(UsageError, match="领导不能交办; 可以由回应协调员来办"):
        commands.assign(ledger, case.id, by("14 22:00", "leader"), body="槐汀市水务局")
    _to_signing(ledger, case)
    with pytest.raises(UsageError, match="承办单位不能签发"):
        commands.sign(ledger, case.id, by("15 12:00", "handler"))
    with pytest.raises(UsageError, match="没有名为"):
        commands.note(ledger, case.id, by("15 12:00", "admin"), "x")


def test_what_the_state_table_does_not_allow_is_refused_in_words(
    ledger: SqlLedger, case: Case
) -> None:
    """The refusal names the state and what would be needed."""
    with pytest.raises(UsageError, match="现在是待交办, 不能签收"):
        commands.receive(ledger, case.id, by("14 22:00"))


def test_a_closed_case_can_be_reopened_with_a_reason(ledger: SqlLedger, case: Case) -> None:
    """Closing closes the issue, reopening takes it back."""
    commands.close(ledger, case.id, by("14 22:00"), reason="并入他案")
    closed = ledger.issue(ODOUR.id)
    assert closed is not None
    assert closed.state == "closed"
    again = commands.reopen(ledger, case.id, by("15 09:00"), reason="又有新情况")
    assert (again.state, again.closed_at) == ("open", None)


def test_signing_back_keeps_the_draft_waiting(ledger: SqlLedger, case: Case) -> None:
    """A leader's return leads to the draft; a signature from before the return does not count."""
    _to_signing(ledger, case)
    commands.sign(ledger, case.id, by("15 12:00", "leader"))
    commands.sign_return(ledger, case.id, by("15 12:30", "leader"), reason="补充走航数据")
    commands.submit(ledger, case.id, by("15 13:00", "handler"))
    commands.review_return(ledger, case.id, by("15 13:30", "reviewer"), reason="附件有姓名")
    commands.submit(ledger, case.id, by("15 14:00", "handler"))
    commands.review_pass(ledger, case.id, by("15 14:30", "reviewer"), reason="已删")
    with pytest.raises(UsageError, match="还没有签发"):
        _published(ledger, case)


def test_every_step_stands_in_the_state_table() -> None:
    """A step that changes the state does so along MOVES, and MOVES has no state without a way on to 已办结."""
    for name, step in STEPS.items():
        for before in step.before:
            if step.after is not None and step.after != before:
                assert step.after in MOVES[before], (name, before)
    assert set(MOVES) == set(STATE_NAMES)
    for state in MOVES:
        reached, edge = {state}, [state]
        while edge:
            more = [after for after in MOVES[edge.pop()] if after not in reached]
            reached.update(more)
            edge.extend(more)
        assert "closed" in reached, state


def test_every_move_of_the_table_has_a_command() -> None:
    """No arrow of the state table is without a button."""
    walked = {
        (before, step.after)
        for step in STEPS.values()
        for before in step.before
        if step.after is not None
    }
    arrows = {(before, after) for before, afters in MOVES.items() for after in afters}
    assert arrows <= walked
    assert "assign" in steps_from("open")
