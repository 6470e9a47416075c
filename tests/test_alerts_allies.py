"""One trouble told in many voices: first documents of other events are heard with the event that spoke of it before."""

from datetime import timedelta

from alerts.allies import NEAR, Pool, allied
from alerts.detect import histories
from alerts.mention import mentions_of
from config.signs import load_signs
from store.interface import Found
from tests.alerts_material import CALM, EAST, SMELL, START, WEST, found, view

VIEW = view()


def _split() -> tuple[tuple[Found, ...], tuple[Found, ...]]:
    """Return the smell as the events might split it: the calls in one, each post alone."""
    return SMELL[:3], SMELL[3:]


def _pool(*events: tuple[Found, ...]) -> Pool:
    pool = Pool(view=VIEW)
    for number, members in enumerate(events):
        pool.learn(f"event{number}", members)
    return pool


def test_a_matter_split_into_single_voices_is_found() -> None:
    """Three calls alone are too few; with the posts that began events of their own they are enough."""
    calls, posts = _split()
    assert histories("calls", calls, VIEW) == ()
    pool = _pool(calls, *((post,) for post in posts))
    history = histories("calls", calls, VIEW, pool=pool.in_order())[0]
    assert history[0].rule == "public_interest"
    assert history[0].raised_at == posts[-1].placement.at  # type: ignore[union-attr]


def test_only_the_same_trouble_in_the_same_county_is_heard() -> None:
    """Another subject, another county, or two days later: no ally."""
    calls, _ = _split()
    late = NEAR + timedelta(hours=1)
    others = (
        found("快递又丢了, 没人管?", 60),
        found("溟西区的气味谁来管?", 60, places=(WEST,)),
        found("溟东区的气味谁来管?", late / timedelta(minutes=1) + 5, places=(EAST,)),
    )
    pool = _pool(*((one,) for one in others))
    assert allied(mentions_of(calls, load_signs()), pool.in_order(), VIEW) == ()


def test_voices_without_trouble_are_no_allies() -> None:
    """Chatter, praise, tickets and drills are not heard with anything."""
    pool = _pool(*(((one,)) for members in CALM.values() for one in members[:1]))
    calls, _ = _split()
    assert allied(mentions_of(calls, load_signs()), pool.in_order(), VIEW) == ()


def test_old_voices_are_forgotten() -> None:
    """The pool stays small."""
    pool = _pool(SMELL)
    pool.forget(START + timedelta(days=30))
    assert pool.in_order() == ()
    assert pool.touched_by(["event0"]) == set()
