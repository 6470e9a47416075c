"""Whatever people press, in whatever order: a case never leaves the state table, and the audit chain stays whole."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records.case import MOVES, Case
from records.errors import TellUser
from response import commands
from response.steps import By
from store.ledger import SqlLedger
from tests.response_material import at, issue, open_ledger

START = at("14 22:00")
Press = Callable[[SqlLedger, str, By], Case]


def _publish(ledger: SqlLedger, case_id: str, by: By) -> Case:
    return commands.publish(
        ledger,
        case_id,
        by,
        kind="follow_up",
        body="市局",
        title="通报",
        text="正文",
        url=f"http://env.test/{by.at:%d%H%M}",
        published_at=by.at,
    )


PRESSES: dict[str, Press] = {
    "assign": lambda led, case, by: commands.assign(led, case, by, body="市局"),
    "reassign": lambda led, case, by: commands.reassign(led, case, by, body="水务局", note="改派"),
    "receive": commands.receive,
    "note": lambda led, case, by: commands.note(led, case, by, "进展"),
    "draft": lambda led, case, by: commands.draft(led, case, by, title="题", text="文"),
    "submit": commands.submit,
    "pass": lambda led, case, by: commands.review_pass(led, case, by, reason="不涉密"),
    "return": lambda led, case, by: commands.review_return(led, case, by, reason="附件"),
    "sign": commands.sign,
    "sign_return": lambda led, case, by: commands.sign_return(led, case, by, reason="补充"),
    "publish": _publish,
    "promise": lambda led, case, by: commands.promise(
        led, case, by, text="公布", due=by.at + timedelta(hours=9)
    ),
    "kept": lambda led, case, by: commands.promise_kept(led, case, by, text="公布"),
    "urge": lambda led, case, by: commands.urge(led, case, by, text="请抓紧"),
    "order": lambda led, case, by: commands.order(
        led, case, by, from_body="上级", text="反馈", due=by.at + timedelta(days=4)
    ),
    "feedback": lambda led, case, by: commands.feedback(led, case, by, clock="K5", text="已反馈"),
    "return_to": lambda led, case, by: commands.return_to(
        led, case, by, reason="不归我们", suggest="水务局"
    ),
    "close": lambda led, case, by: commands.close(led, case, by, reason="已办"),
    "reopen": lambda led, case, by: commands.reopen(led, case, by, reason="又有"),
}
ABLE = {"pass": "reviewer", "return": "reviewer", "sign": "leader", "sign_return": "leader"}
ROLES = ("coordinator", "handler", "reviewer", "leader", "supervisor", "press_officer", "system")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(PRESSES)),
            st.one_of(st.none(), st.sampled_from(ROLES)),
            st.booleans(),
        ),
        max_size=25,
    )
)
def test_no_sequence_of_commands_leaves_the_state_table(
    presses: list[tuple[str, str | None, bool]],
) -> None:
    """Each taken step is an arrow of MOVES or stays; each refused one is a sentence and changes nothing."""
    with TemporaryDirectory() as folder:
        ledger = open_ledger(Path(folder))
        odour = issue("异味", "14 21:10")
        ledger.raise_issue(odour, ())
        opener = By(actor="政务公开科", role="coordinator", at=START)
        case = commands.open_case(ledger, odour.id, opener)
        for number, (name, role, twice) in enumerate(presses, 1):
            able = role or ABLE.get(name, "coordinator")
            by = By(actor=able, role=able, at=START + timedelta(hours=number))
            for _ in range(1 + twice):
                case = _press(ledger, case, name, by)
        _check(ledger, case)
        ledger.close()


def _press(ledger: SqlLedger, case: Case, name: str, by: By) -> Case:
    try:
        changed = PRESSES[name](ledger, case.id, by)
    except TellUser:
        assert ledger.case(case.id) == case
        return case
    assert ledger.case(case.id) == changed
    return changed


def _check(ledger: SqlLedger, case: Case) -> None:
    moves = ledger.moves(case.id)
    assert [move.seq for move in moves] == list(range(1, case.version + 1))
    for before, move in pairwise(moves):
        assert move.before == before.after
        assert move.after == move.before or move.after in MOVES[move.before]
    assert moves[-1].after == case.state
    assert len(ledger.audit(subject=case.id)) == len(moves)
    assert ledger.verify_audit() is None
    stored = ledger.issue(case.issue_id)
    assert stored is not None
    assert stored.state == ("closed" if case.state == "closed" else "in_case")
