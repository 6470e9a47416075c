"""The sample week, end to end, undisturbed and with every process killed: nothing lost, nothing doubled.

Killing is by -9 at moments drawn from a fixed seed. FAULT_ROUNDS (the long run: `make faults`) repeats it with
other seeds.
"""

import fcntl
import json
import os
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.faults.week_run import STAGES, Outcome, WeekRun
from tests.smtp_server import MailServer, mail_server

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "1"))  # noqa: TID251 - how long the faults run is said by make
REPLAY_S = 40
SEED = 20251013
GOLD = Path(__file__).parents[1] / "corpus" / "sample_week_gold.jsonl"
HOUR = timedelta(minutes=60)

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """A week that is over: what it left, what was mailed, how it ended, who was left alive, how often it was hit."""

    outcome: Outcome
    mails: list[str]
    exit_code: int
    orphans: list[int]
    kills: dict[str, int]


def run_week(folder: Path, port: int, *, seed: int | None = None) -> Week:
    """Run the week; with a seed, kill everything on the way."""
    with mail_server() as post, _desk(folder, port, post) as run:
        kills = {} if seed is None else disturb(run, random.Random(seed))  # noqa: S311 - when to kill
        assert run.settle(), "the week did not come to rest"
        outcome = run.outcome()
        code = run.finish()
        return Week(
            outcome=outcome,
            mails=list(post.mails),
            exit_code=code,
            orphans=run.alive(),
            kills=kills,
        )


def _desk(folder: Path, port: int, post: MailServer) -> WeekRun:
    return WeekRun(
        folder,
        port=port,
        replay=REPLAY_S,
        mail_server=f"127.0.0.1:{post.port}",
        mail_from="desk@press.test",
        mail_to="duty@press.test",
        mail_tls="0",
    )


def disturb(run: WeekRun, chance: random.Random) -> dict[str, int]:
    """Kill every stage twice and the supervisor once, at random moments of the walk and a little after."""
    names = [*STAGES, *STAGES, "supervisor"]
    plan = sorted((chance.uniform(2, REPLAY_S + 10), name) for name in names)
    begun = time.monotonic()
    kills: Counter[str] = Counter()
    for at, name in plan:
        time.sleep(max(0.0, begun + at - time.monotonic()))
        if name == "supervisor":
            run.kill_supervisor()
            kills[name] += 1
        else:
            kills[name] += run.kill(name)
    return dict(kills)


Weeks = Callable[[str, int, int | None], Week]


@pytest.fixture(scope="module")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> Weeks:
    """Run a named week, or give it where it was run before: with several workers, the first runs it for all."""
    folder = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):  # noqa: TID251 - xdist's own way to say so
        folder = folder.parent

    def week(name: str, port: int, seed: int | None) -> Week:
        kept = folder / f"{name}.json"
        with (folder / "weeks.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # one week at a time: two would share two cores
            if not kept.exists():
                found = run_week(folder / name, port, seed=seed)
                kept.write_text(json.dumps(asdict(found)), encoding="utf-8")
            values = json.loads(kept.read_text(encoding="utf-8"))
        return Week(**{**values, "outcome": Outcome(**values["outcome"])})

    return week


@pytest.fixture
def calm(weeks: Weeks) -> Week:
    """Give the undisturbed week."""
    return weeks("calm", 18700, None)


@pytest.fixture
def again(weeks: Weeks) -> Week:
    """Give the undisturbed week, run a second time."""
    return weeks("again", 18720, None)


@pytest.fixture(params=range(ROUNDS))
def hit(weeks: Weeks, request: pytest.FixtureRequest) -> Week:
    """Give a week in which every process was killed."""
    number = int(request.param)
    week = weeks(f"hit{number}", 18740 + 20 * number, SEED + number)
    print(f"round {number}: killed {week.kills}, {len(week.mails)} mails")
    return week


def same(one: Outcome, other: Outcome) -> None:
    """Assert that two weeks left the same, part by part, so that a failure names the part."""
    assert sorted(one.documents) == sorted(other.documents)
    assert one.documents == other.documents
    assert one.places == other.places
    assert one.events == other.events
    assert one.issues == other.issues
    assert one.moves == other.moves
    assert one.statements == other.statements
    assert one.evaluations == other.evaluations
    assert one.notices == other.notices


def test_the_week_run_twice_is_the_same(calm: Week, again: Week) -> None:
    """Documents, events, issues byte for byte, cases, answers, evaluations and notices."""
    assert calm.outcome.documents
    assert json.loads(calm.outcome.issues)
    same(again.outcome, calm.outcome)


def test_the_real_run_gives_the_right_answers(calm: Week) -> None:
    """Spiders, store, models and rules together: each storyline by its criterion, body and moment, and at most two false."""
    lines = GOLD.read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["issue"]]
    issues = json.loads(calm.outcome.issues)
    found = {
        row["issue"]: [
            one["id"]
            for one in issues
            if one["criterion"] == row["criterion"]
            and one["domain"] in row["domain"]
            and any(name in one["body"]["name"] for name in row["body"])
            and set(row["clocks"]) <= {clock["clock"] for clock in one["reply_by"]}
            and abs(_moment(one["raised_at"]) - _moment(row["established_at"])) <= HOUR
        ]
        for row in rows
    }
    assert [name for name, ids in found.items() if len(ids) != 1] == []
    assert len(issues) <= len(rows) + 2


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_killing_every_process_loses_and_doubles_nothing(calm: Week, hit: Week) -> None:
    """The week with thirteen kills is the undisturbed week."""
    assert all(hit.kills.get(name) for name in (*STAGES, "supervisor")), hit.kills
    same(hit.outcome, calm.outcome)
    assert hit.outcome.audit is None
    for moves in hit.outcome.moves.values():
        assert len(set(moves)) == len(moves)


def test_killing_every_process_sends_no_notice_twice(hit: Week) -> None:
    """Each notice is marked sent once. A mail may go out again only if the kill fell between it and its mark."""
    assert set(hit.outcome.sent.values()) == {1}
    repeats = sum(Counter(hit.mails).values()) - len(set(hit.mails))
    assert repeats <= hit.kills["alert"] + hit.kills["supervisor"]


def test_a_run_ends_cleanly_and_leaves_nobody_behind(calm: Week, hit: Week) -> None:
    """SIGTERM ends it with 0; no process of the run lives on, even where the supervisor was killed before."""
    assert [week.exit_code for week in (calm, hit)] == [0, 0]
    assert [week.orphans for week in (calm, hit)] == [[], []]
