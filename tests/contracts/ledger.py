"""What every ledger backend must do. Inherit the class and give the fixtures `ledger` and `clock`."""

import dataclasses
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from records.case import Case
from records.errors import RetryLater, UsageError, WorkFailed
from records.evaluation import Evaluation
from records.issue import Issue
from records.source import Correction
from store.interface import IssueChange, Ledger
from tests.contracts.material import MONDAY, NOW, case, issue, move, notification, statement


class LedgerContract:
    """A change and its audit row commit together or not at all; nobody's step is lost under another's."""

    @pytest.fixture
    def ledger(self) -> Iterator[Ledger]:
        """Give an empty ledger whose clock stands at NOW."""
        raise NotImplementedError

    @pytest.fixture
    def tamper(self) -> Callable[[str], None]:
        """Give a function that runs a statement on the database behind the ledger's back."""
        raise NotImplementedError

    # -- issues

    def test_an_issue_is_raised_once_with_its_notifications(self, ledger: Ledger) -> None:
        """Raising it again, even with other words, changes nothing."""
        assert ledger.raise_issue(issue(), [notification("a"), notification("b")])
        again = dataclasses.replace(issue(), title="别的标题")
        assert not ledger.raise_issue(again, [notification("c")])
        assert ledger.issues() == [issue()]
        assert ledger.issue("issue-1") == issue()
        assert ledger.issue("x") is None
        assert {one.key for one in ledger.notifications()} == {"a", "b"}
        assert [(row.action, row.subject, row.at) for row in ledger.audit()] == [
            ("issue.raise", "issue-1", NOW)
        ]

    def test_issues_come_newest_first_and_filtered(self, ledger: Ledger) -> None:
        """By raised_at, ties by id; by state and by scope."""
        made = [
            issue(1),
            issue(2, scope="elsewhere"),
            issue(3, raised_at=issue(2).raised_at),
            issue(4, state="dismissed"),
        ]
        for one in made:
            ledger.raise_issue(one, [])
        assert [one.id for one in ledger.issues()] == ["issue-4", "issue-2", "issue-3", "issue-1"]
        assert [one.id for one in ledger.issues(states=["new"], scope="ours")] == [
            "issue-3",
            "issue-1",
        ]
        assert ledger.issues(states=("closed", "in_case")) == []

    def test_an_issue_is_changed_with_an_audit_row(self, ledger: Ledger) -> None:
        """Who, in which role, what, and the note."""
        ledger.raise_issue(issue(), [])
        changed = dataclasses.replace(issue(), level="I", state="acknowledged")
        ledger.update_issue(
            changed, actor="专员甲", role="officer", action="issue.acknowledge", note="属实"
        )
        assert ledger.issue("issue-1") == changed
        assert ledger.issues(states=["new"]) == []
        row = ledger.audit(subject="issue-1")[0]
        assert (row.actor, row.role, row.action, row.detail) == (
            "专员甲",
            "officer",
            "issue.acknowledge",
            "属实",
        )

    def test_an_issue_changed_meanwhile_is_not_overwritten(self, ledger: Ledger) -> None:
        """Who says what they expect to find loses nobody's change; no audit row says they made theirs."""
        ledger.raise_issue(issue(), [])
        seen = ledger.issue("issue-1")
        ledger.save_move(case(1), move(1), issue_state="in_case")
        rows = len(ledger.audit())
        with pytest.raises(RetryLater):
            ledger.update_issue(
                dataclasses.replace(issue(), level="I"),
                actor="a",
                role="r",
                action="x",
                note="",
                expected=seen,
            )
        now = ledger.issue("issue-1")
        assert now is not None
        assert (now.state, now.level) == ("in_case", issue().level)
        assert len(ledger.audit()) == rows
        ledger.update_issue(
            dataclasses.replace(now, level="I"),
            actor="a",
            role="r",
            action="x",
            note="",
            expected=now,
        )

    def test_a_change_is_made_from_what_is_stored(self, ledger: Ledger) -> None:
        """Not from what the writer read before; the note is made from before and after, the time is the writer's."""
        ledger.raise_issue(issue(), [])

        def raised(stored: Issue) -> Issue:
            return dataclasses.replace(stored, level="I")

        def seen(stored: Issue) -> Issue:
            return dataclasses.replace(stored, state="acknowledged")

        hand: dict[str, Any] = {"actor": "甲", "role": "officer", "action": "issue.change"}
        ledger.change_issue("issue-1", raised, note="升级", at=MONDAY, **hand)
        after = ledger.change_issue(
            "issue-1", seen, note=lambda one, two: f"{one.state} → {two.state}", **hand
        )
        assert after == dataclasses.replace(issue(), level="I", state="acknowledged")
        assert ledger.issue("issue-1") == after
        told = [(row.detail, row.at) for row in ledger.audit(subject="issue-1")]
        assert told[:2] == [("new → acknowledged", NOW), ("升级", MONDAY)]

    def test_no_change_leaves_no_audit_row(self, ledger: Ledger) -> None:
        """Nor does one that was refused."""
        ledger.raise_issue(issue(), [])
        before = ledger.audit()

        def refused(_: Issue) -> Issue:
            raise UsageError("不行")

        hand: dict[str, Any] = {"actor": "甲", "role": "officer", "action": "x", "note": ""}
        assert ledger.change_issue("issue-1", lambda _: None, **hand) == issue()
        assert ledger.change_issue("issue-1", lambda stored: stored, **hand) == issue()
        with pytest.raises(UsageError, match="不行"):
            ledger.change_issue("issue-1", refused, **hand)
        assert ledger.issues() == [issue()]
        assert ledger.audit() == before

    def test_two_who_change_one_issue_lose_nothing(self, ledger: Ledger) -> None:
        """Forty additions by two hands at once: all forty are there."""
        ledger.raise_issue(issue(questions=()), [])

        def asks(text: str) -> IssueChange:
            return lambda stored: dataclasses.replace(stored, questions=(*stored.questions, text))

        def write(actor: str) -> None:
            for number in range(20):
                ledger.change_issue(
                    "issue-1", asks(f"{actor}{number}"), actor=actor, role="r", action="x", note=""
                )

        hands = [threading.Thread(target=write, args=(name,)) for name in ("甲", "乙")]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join(60)
        stored = ledger.issue("issue-1")
        assert stored is not None
        assert sorted(stored.questions) == sorted(f"{n}{k}" for n in "甲乙" for k in range(20))
        assert ledger.verify_audit() is None

    def test_an_update_worked_out_before_takes_back_no_decision(self, ledger: Ledger) -> None:
        """The judge read the issue new and ungraded; meanwhile people graded, dismissed or opened it."""
        graded = dataclasses.replace(issue(), state="dismissed", incident_grade="较大", reply_by=())
        ledger.raise_issue(issue(), [])
        hand: dict[str, Any] = {"actor": "甲", "role": "officer", "action": "x", "note": ""}
        ledger.change_issue("issue-1", lambda _: graded, **hand)
        ledger.update_issue(dataclasses.replace(issue(), level="I"), **hand)
        assert ledger.issue("issue-1") == dataclasses.replace(graded, level="I")

    def test_a_case_is_not_opened_over_a_dismissal(self, ledger: Ledger) -> None:
        """Whoever opened it had read the issue before it was dismissed."""
        ledger.raise_issue(issue(state="dismissed"), [])
        with pytest.raises(WorkFailed, match="不予回应"):
            ledger.save_move(case(), move(), issue_state="in_case")
        assert ledger.cases() == []

    def test_a_move_carries_a_change_to_the_issue(self, ledger: Ledger) -> None:
        """In the same transaction, from what is stored."""
        ledger.raise_issue(issue(), [])
        ledger.save_move(
            case(),
            move(),
            issue_state="in_case",
            issue_change=lambda stored: dataclasses.replace(stored, incident_grade="较大"),
        )
        assert ledger.issue("issue-1") == dataclasses.replace(
            issue(), state="in_case", incident_grade="较大"
        )

    def test_an_unknown_issue_cannot_be_changed(self, ledger: Ledger) -> None:
        """And no audit row says it was."""
        with pytest.raises(WorkFailed):
            ledger.update_issue(issue(), actor="a", role="r", action="x", note="")
        with pytest.raises(WorkFailed):
            ledger.change_issue("x", lambda one: one, actor="a", role="r", action="x", note="")
        assert ledger.issues() == []
        assert ledger.audit() == []

    # -- cases

    def test_a_move_commits_everything_it_brings(self, ledger: Ledger) -> None:
        """Case, move, audit row, statement, issue state and notifications."""
        ledger.raise_issue(issue(), [])
        ledger.save_move(
            case(),
            move(),
            statement=statement(),
            issue_state="in_case",
            notifications=[notification("moved")],
        )
        assert ledger.case("case-1") == case()
        assert ledger.case_of_issue("issue-1") == case()
        assert ledger.moves("case-1") == [move()]
        assert ledger.statements("case-1") == ledger.statements() == [statement()]
        assert ledger.issue("issue-1") == dataclasses.replace(issue(), state="in_case")
        assert ledger.issues(states=["in_case"]) == [ledger.issue("issue-1")]
        assert [one.key for one in ledger.notifications()] == ["moved"]
        row = ledger.audit(subject="case-1")[0]
        assert (row.actor, row.role, row.action, row.at) == (
            move().actor,
            move().role,
            "case.note",
            move().at,
        )

    def test_the_second_of_two_movers_is_told(self, ledger: Ledger) -> None:
        """Both read version 1 and wrote version 2; one stands, the other changes nothing."""
        ledger.raise_issue(issue(), [])
        ledger.save_move(case(1), move(1))
        ledger.save_move(case(2), move(2, actor="甲"))
        before = ledger.audit()
        with pytest.raises(WorkFailed, match="别人"):
            ledger.save_move(
                case(2, state="closed"),
                move(2, actor="乙"),
                statement=statement(),
                issue_state="closed",
                notifications=[notification()],
            )
        assert ledger.case("case-1") == case(2)
        assert [one.actor for one in ledger.moves("case-1")] == [move().actor, "甲"]
        assert ledger.statements() == []
        assert ledger.notifications() == []
        assert ledger.issue("issue-1") == issue()
        assert ledger.audit() == before

    @pytest.mark.parametrize("version", [0, 2, 7])
    def test_a_case_begins_with_version_one(self, ledger: Ledger, version: int) -> None:
        """Any other first version is somebody's mistake."""
        with pytest.raises(WorkFailed):
            ledger.save_move(case(version), move())
        assert ledger.cases() == []

    def test_the_very_same_move_again_is_harmless(self, ledger: Ledger) -> None:
        """A command repeated after a crash leaves what it left before."""
        for _ in range(2):
            ledger.save_move(case(), move(), statement=statement())
        assert ledger.moves("case-1") == [move()]
        assert len(ledger.audit()) == 1

    def test_a_move_for_an_unknown_issue_undoes_itself(self, ledger: Ledger) -> None:
        """The failure comes last and everything before it is undone."""
        with pytest.raises(WorkFailed):
            ledger.save_move(case(), move(), statement=statement(), issue_state="in_case")
        assert ledger.cases() == []
        assert ledger.moves("case-1") == []
        assert ledger.statements() == []
        assert ledger.audit() == []

    def test_cases_come_newest_first(self, ledger: Ledger) -> None:
        """By opening, ties by id; filtered by state."""
        later = MONDAY + timedelta(hours=1)
        made: list[Case] = [
            case(id="case-1"),
            case(id="case-3", opened_at=later),
            case(id="case-2", opened_at=later, state="assigned"),
        ]
        for one in made:
            ledger.save_move(one, move(case_id=one.id))
        assert [one.id for one in ledger.cases()] == ["case-2", "case-3", "case-1"]
        assert [one.id for one in ledger.cases(states=["open"])] == ["case-3", "case-1"]
        assert ledger.case("x") is None
        assert ledger.case_of_issue("x") is None

    def test_statements_come_by_time(self, ledger: Ledger) -> None:
        """Of one case, or of all."""
        ledger.save_move(case(1), move(1), statement=statement(2))
        ledger.save_move(case(2), move(2), statement=statement(1))
        assert ledger.statements() == [statement(1), statement(2)]
        assert ledger.statements("x") == []

    def test_an_evaluation_is_replaced_by_hours(self, ledger: Ledger) -> None:
        """And the audit chain tells only of what changed."""
        made = Evaluation(
            case_id="case-1",
            at=NOW,
            hours=48,
            first_reply_h=5.5,
            clock_met=True,
            questions=3,
            questions_answered=2,
            recurrence=None,
            half_life_h=7.25,
            documents=40,
        )
        earlier = dataclasses.replace(made, hours=24)
        better = dataclasses.replace(made, questions_answered=3)
        for one in (made, made, earlier, better):
            ledger.save_evaluation(one)
        assert ledger.evaluations("case-1") == [earlier, better]
        assert ledger.evaluations("x") == []
        assert len(ledger.audit(subject="case-1")) == 3

    # -- corrections and audit

    def test_a_correction_is_kept_once(self, ledger: Ledger) -> None:
        """Repeated, it is harmless; read back by judgement."""
        made = Correction(
            id="c1",
            subject="d1",
            judgement="sentiment",
            before="negative",
            after="neutral",
            actor="专员甲",
            at=MONDAY,
            reason="反语",
        )
        other = dataclasses.replace(made, id="c0", judgement="topics")
        for one in (made, made, other):
            ledger.save_correction(one, role="officer")
        assert ledger.corrections() == [other, made]
        assert ledger.corrections("sentiment") == [made]
        assert len(ledger.audit(subject="d1")) == 2

    def test_the_audit_chain_is_whole_and_numbered(self, ledger: Ledger) -> None:
        """Rows count from one, newest first, cut by limit."""
        assert ledger.verify_audit() is None
        self._write(ledger, 5)
        assert [row.seq for row in ledger.audit()] == [5, 4, 3, 2, 1]
        assert [row.detail for row in ledger.audit(limit=2)] == [
            "第4步\ud800".encode("utf-8", "replace").decode(),
            "第3步?",
        ]
        assert len({row.digest for row in ledger.audit()}) == 5
        assert ledger.verify_audit() is None

    def _write(self, ledger: Ledger, count: int) -> None:
        for number in range(count):
            ledger.append_audit(
                actor="管理员",
                role="audit_admin",
                action="export",
                subject=f"s{number}",
                detail=f"第{number}步\ud800",
                at=MONDAY,
            )

    @pytest.mark.parametrize(
        ("statement", "row"),
        [
            ("UPDATE audit SET actor = '别人' WHERE seq = 3", 3),
            ("UPDATE audit SET detail = '' WHERE seq = 1", 1),
            ("UPDATE audit SET at = at + 1 WHERE seq = 5", 5),
            ("UPDATE audit SET digest = 'x' WHERE seq = 2", 2),
            ("DELETE FROM audit WHERE seq = 2", 2),
            ("DELETE FROM audit WHERE seq >= 4", 4),
            ("DELETE FROM audit", 1),
            ("UPDATE audit SET seq = seq + 100 WHERE seq = 4", 4),
            ("UPDATE audit_head SET digest = 'x'", 6),
            ("UPDATE audit SET key_id = '00000000' WHERE seq = 2", 2),
        ],
    )
    def test_tampering_is_told_by_its_first_row(
        self, ledger: Ledger, tamper: Callable[[str], None], statement: str, row: int
    ) -> None:
        """Changed, removed, renumbered or cut off: one sentence names the row."""
        self._write(ledger, 5)
        tamper(statement)
        said = ledger.verify_audit()
        assert said is not None
        assert f"第 {row} 行" in said

    # -- outbox

    def test_a_key_is_enqueued_once(self, ledger: Ledger) -> None:
        """The same message again is left as it is."""
        assert ledger.enqueue([notification("a"), notification("a"), notification("b")]) == 2
        assert ledger.enqueue([dataclasses.replace(notification("a"), subject="别的")]) == 0
        assert ledger.notifications() == [notification("a"), notification("b")]

    def test_a_lease_keeps_others_away_for_a_minute(self, ledger: Ledger) -> None:
        """Oldest first; after 60 s another may take over."""
        ledger.enqueue(
            [notification(f"n{n}", at=MONDAY + timedelta(seconds=9 - n)) for n in range(4)]
        )
        mine = ledger.lease_notifications(now=NOW, owner="a", limit=3)
        assert [one.key for one in mine] == ["n3", "n2", "n1"]
        assert [one.key for one in ledger.lease_notifications(now=NOW, owner="b", limit=9)] == [
            "n0"
        ]
        soon = NOW + timedelta(seconds=59)
        assert ledger.lease_notifications(now=soon, owner="c", limit=9) == []
        late = NOW + timedelta(seconds=60)
        assert len(ledger.lease_notifications(now=late, owner="c", limit=9)) == 4

    def test_a_lease_keeps_a_sender_of_the_same_name_away(self, ledger: Ledger) -> None:
        """Two processes that go by one name send nothing twice; what is marked is free for its next try."""
        ledger.enqueue([notification("a"), notification("b")])
        assert len(ledger.lease_notifications(now=NOW, owner="a", limit=9)) == 2
        assert ledger.lease_notifications(now=NOW, owner="a", limit=9) == []
        ledger.mark_failed("a", "没有回答", NOW + timedelta(seconds=1))
        soon = NOW + timedelta(seconds=1)
        assert [one.key for one in ledger.lease_notifications(now=soon, owner="a", limit=9)] == [
            "a"
        ]

    def test_what_went_out_is_not_leased_again(self, ledger: Ledger) -> None:
        """And the first time of sending stands."""
        ledger.enqueue([notification("a")])
        ledger.lease_notifications(now=NOW, owner="a", limit=1)
        ledger.mark_sent("a", NOW)
        ledger.mark_sent("a", NOW + timedelta(hours=1))
        later = NOW + timedelta(days=1)
        assert ledger.lease_notifications(now=later, owner="a", limit=1) == []
        sent = ledger.notifications()[0]
        assert (sent.sent_at, sent.attempts, sent.error) == (NOW, 1, None)
        assert ledger.notifications(unsent=True) == []

    def test_what_failed_waits_until_its_next_try(self, ledger: Ledger) -> None:
        """The same report twice counts once."""
        ledger.enqueue([notification("a")])
        ledger.lease_notifications(now=NOW, owner="a", limit=1)
        retry = NOW + timedelta(minutes=5)
        ledger.mark_failed("a", "邮件服务器没有回答", retry)
        ledger.mark_failed("a", "邮件服务器没有回答", retry)
        waiting = ledger.notifications(unsent=True)[0]
        assert (waiting.attempts, waiting.next_try_at, waiting.error) == (
            1,
            retry,
            "邮件服务器没有回答",
        )
        early = retry - timedelta(seconds=1)
        assert ledger.lease_notifications(now=early, owner="a", limit=1) == []
        assert ledger.lease_notifications(now=retry, owner="a", limit=1) == [waiting]
        ledger.mark_sent("a", retry)
        assert ledger.notifications()[0].attempts == 2

    def test_marking_an_unknown_key_does_nothing(self, ledger: Ledger) -> None:
        """A purged message is no error."""
        ledger.mark_sent("x", NOW)
        ledger.mark_failed("x", "", NOW)
        assert ledger.notifications() == []

    def test_notes_are_kept(self, ledger: Ledger) -> None:
        """The last value stands."""
        assert ledger.get_note("read") is None
        ledger.set_note("read", "1")
        ledger.set_note("read", "二")
        assert ledger.get_note("read") == "二"
