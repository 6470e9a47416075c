"""What every corpus backend must do. Inherit the class and give the fixture `corpus`."""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records.document import Document
from records.errors import UsageError
from records.source import Health, Rejected, SourceState
from store.interface import Bucket, Corpus, Facet, Found, Query
from tests.contracts import reference
from tests.contracts.material import (
    MONDAY,
    PIECES,
    PLATFORMS,
    REGIONS,
    SOURCES,
    TOPICS,
    WORDS,
    crowd,
    document,
    event,
    placement,
    score,
)

LATE = MONDAY + timedelta(days=365)
quiet = settings(
    max_examples=100,
    deadline=None,
    # The corpus is filled once and only read; each backend inherits the test, which hypothesis calls executors.
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.differing_executors,
    ],
    derandomize=True,
)


def _some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    """Mostly no filter, so that most queries of several parts still find something."""
    named = st.lists(st.sampled_from((*values, "没有")), min_size=1, max_size=2).map(tuple)
    return st.one_of(st.just(()), st.just(()), st.just(()), named)


def _texts() -> st.SearchStrategy[str]:
    word = st.one_of(
        st.sampled_from(WORDS),
        st.sampled_from(PIECES).flatmap(
            lambda piece: st.tuples(st.integers(0, len(piece) - 1), st.integers(1, len(piece))).map(
                lambda cut: piece[cut[0] : cut[0] + cut[1]]
            )
        ),
    )
    item = st.one_of(
        word,
        word.map(lambda one: f'"{one}"'),
        word.map(lambda one: f"-{one}"),
        st.tuples(word, word).map(" OR ".join),
        st.sampled_from(("platform:weibo", "-source:12345", "topic:food", "平台：news")),
        st.text(alphabet="食药a1\"-:|() OR*^{}'\\", max_size=6),
    )
    return st.one_of(st.just(""), st.lists(item, min_size=1, max_size=3).map(" ".join))


_TIMES = st.one_of(
    st.none(),
    st.none(),
    st.none(),
    st.integers(-1, 73).map(lambda hours: MONDAY + timedelta(hours=hours)),
    st.just(MONDAY + timedelta(hours=20, microseconds=400_000)),
)
QUERIES = st.builds(
    Query,
    text=_texts(),
    since=_TIMES,
    until=_TIMES,
    platforms=_some(PLATFORMS),
    sources=_some(SOURCES),
    topics=_some(TOPICS),
    sentiments=_some(("negative", "positive")),
    appeals=_some(("complaint", "help")),
    regions=_some(REGIONS),
)


def load(corpus: Corpus, count: int = 240) -> list[Found]:
    """Fill a corpus and return what it now holds, as plain records."""
    material = crowd(count)
    corpus.accept([row[0] for row in material])
    corpus.save_scores([row[1] for row in material if row[1]])
    places = [row[2] for row in material if row[2]]
    corpus.save_placements(places, [event(name) for name in {p.event_id for p in places}], b"1")
    return [Found(document=row[0], score=row[1], placement=row[2]) for row in material]


def pages(corpus: Corpus, query: Query, limit: int) -> Iterator[list[Found]]:
    """Walk through all pages of a query."""
    after = None
    while True:
        page = corpus.search(query, limit=limit, after=after)
        yield list(page.hits)
        after = page.after
        if after is None:
            return


class CorpusContract:
    """Doing it twice leaves what doing it once left; every answer is that of a plain Python filter."""

    @pytest.fixture
    def corpus(self) -> Iterator[Corpus]:
        """Give an empty corpus."""
        raise NotImplementedError

    # -- spool

    def test_accepting_twice_leaves_what_once_left(self, corpus: Corpus) -> None:
        """A replayed batch adds nothing and changes nothing."""
        batch = [row[0] for row in crowd(40)]
        assert corpus.accept(batch) == 40
        assert corpus.accept(batch) == 0
        assert corpus.accept([]) == 0
        assert corpus.documents([one.id for one in batch]) == {one.id: one for one in batch}
        assert corpus.counts().documents == 40

    def test_an_id_is_the_document_whatever_else_changes(self, corpus: Corpus) -> None:
        """The first text under an id stays, also when both come in one batch."""
        first, second = document(1, text="甲"), document(1, text="乙")
        assert corpus.accept([first, second]) == 1
        assert corpus.accept([second]) == 0
        assert corpus.documents([first.id]) == {first.id: first}
        assert corpus.search(Query(text="乙")).total == 0

    def test_known_tells_accepted_ids_from_others(self, corpus: Corpus) -> None:
        """Spiders ask before they fetch."""
        one = document(1)
        corpus.accept([one])
        assert corpus.known([one.id, "unknown"]) == {one.id}
        assert corpus.known([]) == set()
        assert corpus.documents(["unknown"]) == {}

    def test_hostile_text_hurts_no_neighbour(self, corpus: Corpus) -> None:
        """NUL, lone surrogates, huge figures and very long texts are kept as well as they can be."""
        hostile = [
            document(1, text="坏\x00字"),
            document(2, text="半个\ud800字"),
            document(3, text="长" * 300_000),
            document(4, likes=10**30),
            document(5, text='"); DROP TABLE document; --', title="* OR NEAR(", url=""),
        ]
        assert corpus.accept([*hostile, document(6, text="好的邻居")]) == 6
        assert corpus.search(Query(text="邻居")).total == 1
        assert corpus.search(Query(text="半个")).total == 1
        assert len(corpus.search(Query(), limit=10).hits) == 6

    def test_the_frontier_remembers_visits_by_source(self, corpus: Corpus) -> None:
        """An address visited for one source is new for another."""
        corpus.visit("gov", "http://gov.test/1", MONDAY)
        corpus.visit("gov", "http://gov.test/1", LATE)
        keys = ["http://gov.test/1", "http://gov.test/2"]
        assert corpus.visited("gov", keys) == {"http://gov.test/1"}
        assert corpus.visited("news", keys) == set()

    def test_what_is_set_aside_is_kept_once_and_leaves_the_queues(self, corpus: Corpus) -> None:
        """A document no stage can process does not come back to it for ever."""
        bad, worse, good = document(1), document(2), document(3)
        corpus.accept([bad, worse, good])
        corpus.save_scores([score(worse)])
        stages = (("score", bad), ("event", worse), ("crawl", good))
        for hour, (stage, one) in enumerate(stages):
            row = Rejected(
                id=one.id,
                stage=stage,  # type: ignore[arg-type]
                source="gov",
                url=one.url,
                reason="读不懂",
                sample="样本",
                at=MONDAY + timedelta(hours=hour),
            )
            corpus.reject(row)
            corpus.reject(dataclasses.replace(row, reason="第二次的原因"))
        assert [one.id for one in corpus.unscored("v1", limit=9)] == [good.id]
        assert corpus.unplaced(up_to=LATE, limit=9) == []
        assert [row.stage for row in corpus.rejected()] == ["crawl", "event", "score"]
        assert {row.reason for row in corpus.rejected()} == {"读不懂"}
        assert len(corpus.rejected(limit=2)) == 2
        assert corpus.counts("v1").rejected == 3
        assert corpus.counts("v1").unscored == 1

    def test_an_outage_opens_and_closes_with_health(self, corpus: Corpus) -> None:
        """One stretch without an answer is one outage, even when its reason changes or is reported twice."""
        story: tuple[Health, ...] = (
            "idle",
            "ok",
            "unreachable",
            "unreachable",
            "blocked",
            "empty",
            "ok",
            "blocked",
        )
        last = self._tell(corpus, story)
        assert corpus.sources() == [dataclasses.replace(last, since=last.checked_at)]
        first, second = corpus.outages(since=MONDAY, until=LATE)
        assert (first.begun_at, first.ended_at) == (
            MONDAY + timedelta(hours=2),
            MONDAY + timedelta(hours=5),
        )
        assert first.health == "blocked"
        assert (second.begun_at, second.ended_at) == (MONDAY + timedelta(hours=7), None)
        assert corpus.outages(since=MONDAY, until=first.begun_at) == []
        assert corpus.outages(since=MONDAY + timedelta(hours=5), until=LATE) == [second]

    def test_a_changed_site_is_no_outage_and_keeps_since_when(self, corpus: Corpus) -> None:
        """It still gives documents; what it gave before a real outage ends with that outage."""
        last = self._tell(corpus, ("ok", "unreachable", "changed", "changed", "changed"))
        (outage,) = corpus.outages(since=MONDAY, until=LATE)
        assert outage.ended_at == MONDAY + timedelta(hours=2)
        (state,) = corpus.sources()
        assert state == dataclasses.replace(last, since=MONDAY + timedelta(hours=2))

    def _tell(self, corpus: Corpus, story: tuple[Health, ...]) -> SourceState:
        """Save one state an hour, each twice; return the last."""
        states = [
            SourceState(
                source="gov",
                health=health,
                said="",
                checked_at=MONDAY + timedelta(hours=hour),
                ok_at=None,
                complete_to=MONDAY,
                documents=hour,
                failures=0,
            )
            for hour, health in enumerate(story)
        ]
        for state in states:
            corpus.save_source(state)
            corpus.save_source(state)
        return states[-1]

    # -- scores

    def test_documents_wait_for_a_score_of_the_current_version(self, corpus: Corpus) -> None:
        """A new scorer version finds every document waiting again, oldest seen first."""
        batch = [document(n, at=MONDAY - timedelta(minutes=n % 3)) for n in range(9)]
        corpus.accept(batch)
        ordered = sorted(batch, key=lambda one: (one.seen_at, one.id))
        assert corpus.unscored("v1", limit=4) == ordered[:4]
        assert corpus.oldest_unscored("v1") == ordered[0].seen_at
        corpus.save_scores([score(one) for one in ordered[:5]])
        assert corpus.unscored("v1", limit=99) == ordered[5:]
        assert corpus.unscored("v2", limit=99) == ordered
        assert corpus.oldest_unscored("v1") == ordered[5].seen_at
        assert corpus.counts().unscored == corpus.counts("v1").unscored == 4
        assert corpus.counts("v2").unscored == 9
        corpus.save_scores([score(one, "v2") for one in ordered])
        assert corpus.unscored("v2", limit=99) == []
        assert corpus.oldest_unscored("v2") is None

    def test_a_new_score_replaces_the_old_one(self, corpus: Corpus) -> None:
        """One document has one score; topics of the old one are gone from the counts."""
        one = document(1)
        corpus.accept([one])
        old, new = score(one), score(one, "v2", topics=(("water", 0.9),), places=())
        for _ in range(2):
            corpus.save_scores([old, score(document(2))])
            corpus.save_scores([new])
        assert corpus.scores([one.id, document(2).id]) == {one.id: new}
        assert corpus.facet(Query(), "topic") == [("water", 1)]
        assert corpus.facet(Query(), "region") == []

    # -- events

    def test_the_unplaced_come_in_order_of_being_seen(self, corpus: Corpus) -> None:
        """The clusterer reads (seen_at, id) up to the watermark."""
        batch = [document(n, at=MONDAY + timedelta(minutes=5 - n % 5)) for n in range(20)]
        corpus.accept(batch)
        corpus.save_scores([score(one) for one in batch[1:]])
        ordered = sorted(batch[1:], key=lambda one: (one.seen_at, one.id))
        mark = MONDAY + timedelta(minutes=4)
        due = [one for one in ordered if one.seen_at <= mark]
        assert [pair[0] for pair in corpus.unplaced(up_to=mark, limit=99)] == due
        assert corpus.unplaced(up_to=LATE, limit=3) == [(one, score(one)) for one in ordered[:3]]
        corpus.save_placements([placement(due[0], due[0].id)], [], b"")
        assert corpus.unplaced(up_to=LATE, limit=1)[0][0] == ordered[1]
        assert corpus.counts().unplaced == 18

    def test_places_events_and_cursor_are_saved_together_or_not_at_all(
        self, corpus: Corpus
    ) -> None:
        """A failure in the middle leaves the state before it."""
        one, two = document(1), document(2)
        corpus.accept([one, two])
        corpus.save_scores([score(one), score(two)])
        assert corpus.cursor() is None
        corpus.save_placements([placement(one, one.id)], [event(one.id)], b"\x00first")
        broken = dataclasses.replace(placement(two, one.id), at=datetime(2025, 1, 1))  # noqa: DTZ001 - the fault
        with pytest.raises(TypeError):
            corpus.save_placements(
                [placement(two, two.id), broken], [event(one.id, heat=99.0)], b"second"
            )
        assert corpus.cursor() == b"\x00first"
        assert corpus.placements([one.id, two.id]) == {one.id: placement(one, one.id)}
        assert corpus.event(one.id) == event(one.id)
        assert corpus.touched(0, limit=9) == (1, [one.id])

    def test_touched_tells_each_changed_event_once(self, corpus: Corpus) -> None:
        """A reader that goes on from the revision it reached misses nothing, however small its bites."""
        batch = [document(n) for n in range(8)]
        corpus.accept(batch)
        assert corpus.touched(0, limit=9) == (0, [])
        for n in range(6):
            corpus.save_placements([placement(batch[n], f"e{n // 2}")], [], b"")
        corpus.save_placements(
            [placement(batch[6], "e0"), placement(batch[7], "e9"), placement(batch[5], "e2")],
            [],
            b"",
        )
        assert corpus.touched(0, limit=9) == (7, ["e1", "e2", "e0", "e9"])
        assert corpus.touched(6, limit=9) == (7, ["e0", "e9"])
        assert corpus.touched(7, limit=9) == (7, [])
        reached, told = 0, list[str]()
        while reached < 7:
            reached, some = corpus.touched(reached, limit=1)
            told += some
        assert sorted(told) == ["e0", "e1", "e2", "e9"]
        corpus.save_placements([placement(batch[6], "e0")], [event("e0")], b"")
        assert corpus.touched(7, limit=9) == (8, [])

    def test_a_moved_document_touches_both_events(self, corpus: Corpus) -> None:
        """The event that lost a member changed too."""
        one = document(1)
        corpus.accept([one])
        corpus.save_placements([placement(one, "a")], [], b"")
        corpus.save_placements([placement(one, "b")], [], b"")
        assert corpus.touched(1, limit=9) == (2, ["a", "b"])
        assert corpus.members("a") == []

    def test_events_come_hottest_first(self, corpus: Corpus) -> None:
        """Filtered by last appearance and size, ties by id."""
        events = [
            event("b", heat=50.0, documents=3),
            event("a", heat=50.0, documents=2),
            event("c", heat=80.0, documents=1),
            event("d", heat=10.0, documents=9, last_at=MONDAY - timedelta(days=1)),
        ]
        corpus.save_events([event("b", heat=1.0), *events])
        corpus.save_events(events)
        assert [one.id for one in corpus.events()] == ["c", "a", "b", "d"]
        assert [one.id for one in corpus.events(since=MONDAY, minimum=2)] == ["a", "b"]
        assert corpus.events(limit=1) == [events[2]]
        assert corpus.event("d") == events[3]
        assert corpus.event("x") is None
        assert corpus.counts().events == 4

    def test_members_come_in_the_order_they_reached_the_event(self, corpus: Corpus) -> None:
        """By (placement.at, document id), with score and place."""
        hits = load(corpus)
        events = {hit.placement.event_id for hit in hits if hit.placement}
        for name in sorted(events)[:5]:
            due = [hit for hit in hits if hit.placement and hit.placement.event_id == name]
            due.sort(key=lambda hit: (hit.placement.at, hit.document.id))  # type: ignore[union-attr]
            assert corpus.members(name) == due
            assert corpus.members(name, limit=1) == due[:1]

    # -- reading

    def test_every_word_is_found_where_it_stands(self, corpus: Corpus) -> None:
        """Each word of the list, as a word and as a phrase, gives what the plain filter gives."""
        hits = load(corpus)
        for word in WORDS:
            for text in (word, f'"{word}"', f"-{word}"):
                query = Query(text=text)
                page = corpus.search(query, limit=500)
                assert list(page.hits) == reference.matching(hits, query), text
                assert page.total == len(page.hits)
                assert page.after is None

    @quiet
    @given(query=QUERIES)
    def test_answers_are_those_of_a_plain_filter(self, corpus: Corpus, query: Query) -> None:
        """Hits, total, relevance set, every facet and both histograms, for generated queries."""
        hits = self._loaded(corpus)
        due = reference.matching(hits, query)
        page = corpus.search(query, limit=500)
        assert list(page.hits) == due
        best = corpus.search(query, order="relevance", limit=500)
        assert best.total == page.total == len(due)
        assert {hit.document.id for hit in best.hits} == {hit.document.id for hit in due}
        for by in get_args(Facet):
            assert corpus.facet(query, by) == reference.facet(due, by)
        for bucket in get_args(Bucket):
            assert corpus.histogram(query, bucket) == reference.histogram(due, bucket)

    def _loaded(self, corpus: Corpus) -> list[Found]:
        if corpus.counts().documents == 0:
            return load(corpus)
        return [Found(document=r[0], score=r[1], placement=r[2]) for r in crowd(240)]

    def test_an_event_can_be_searched_in(self, corpus: Corpus) -> None:
        """The event page filters by its members."""
        hits = load(corpus)
        name = next(hit.placement.event_id for hit in hits if hit.placement)
        query = Query(event_id=name, text="食 OR 药")
        assert list(corpus.search(query).hits) == reference.matching(hits, query)
        assert corpus.search(Query(event_id="x")).total == 0

    @pytest.mark.parametrize("limit", [1, 7, 60])
    @pytest.mark.parametrize("text", ["", "药 OR 安全"])
    def test_pages_have_neither_gap_nor_repetition(
        self, corpus: Corpus, limit: int, text: str
    ) -> None:
        """Also where many documents share one second, or one microsecond."""
        hits = load(corpus, 120)
        same = [document(1000 + n, text="药", at=MONDAY + timedelta(hours=5)) for n in range(50)]
        corpus.accept(same)
        hits += [Found(document=one, score=None, placement=None) for one in same]
        query = Query(text=text)
        walked = [hit for page in pages(corpus, query, limit) for hit in page]
        assert walked == reference.matching(hits, query)

    def test_pages_hold_while_documents_arrive(self, corpus: Corpus) -> None:
        """New documents neither push old ones out of the walk nor show them twice."""
        first = [document(n, at=MONDAY + timedelta(seconds=n // 4)) for n in range(40)]
        corpus.accept(first)
        walked: list[Document] = []
        for number, page in enumerate(pages(corpus, Query(), 6)):
            walked += [hit.document for hit in page]
            corpus.accept([document(500 + number, at=MONDAY + timedelta(seconds=number))])
        due = sorted(first, key=lambda one: (one.published_at, one.id), reverse=True)
        assert [one for one in walked if one in first] == due
        assert len({one.id for one in walked}) == len(walked)

    def test_relevance_pages_cover_all_hits(self, corpus: Corpus) -> None:
        """The title weighs more, and pages join."""
        corpus.accept(
            [
                document(1, title="食堂", text="路灯和别的事情都很多很多"),
                document(2, title="路灯", text="食堂和别的事情都很多很多"),
            ]
        )
        first = corpus.search(Query(text="食堂"), order="relevance", limit=1)
        second = corpus.search(Query(text="食堂"), order="relevance", limit=1, after=first.after)
        assert [hit.document.title for hit in (*first.hits, *second.hits)] == ["食堂", "路灯"]
        assert second.after is None

    @pytest.mark.parametrize("after", ["x", "[]", '["a", 1]', "{}", "[1]"])
    def test_a_wrong_place_to_continue_from_is_refused(self, corpus: Corpus, after: str) -> None:
        """The sentence says to search again."""
        corpus.accept([document(1)])
        with pytest.raises(UsageError):
            corpus.search(Query(), after=after)

    def test_facets_are_cut_to_the_largest(self, corpus: Corpus) -> None:
        """`limit` keeps the head of the list."""
        hits = load(corpus)
        due = reference.facet(hits, "source")
        assert corpus.facet(Query(), "source", limit=2) == due[:2]

    def test_counts_tell_the_newest(self, corpus: Corpus) -> None:
        """By publication, not by arrival."""
        assert corpus.counts().newest is None
        newest = document(1, at=datetime(2025, 10, 14, 0, 0, 0, 999_999, tzinfo=UTC))
        corpus.accept([newest, document(2, at=datetime(2025, 10, 14, tzinfo=UTC)), document(3)])
        assert corpus.counts().newest == newest.published_at

    def test_notes_are_kept(self, corpus: Corpus) -> None:
        """The last value stands."""
        assert corpus.get_note("read") is None
        corpus.set_note("read", "1")
        corpus.set_note("read", "二")
        assert corpus.get_note("read") == "二"
