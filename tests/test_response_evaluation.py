"""What an answer achieved: coverage, recurrence, half-life; nothing from too few documents, nothing from heat alone."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from records.document import Document, SourceClass, document_id
from records.errors import UsageError
from response import commands
from response.casefile import CaseFile, read_file
from response.evaluation import asks, evaluate, half_life, is_answered, measure, recurrence
from response.steps import find
from store.ledger import SqlLedger
from store.sqlite import SqliteCorpus
from tests.response_material import at, by, issue, open_ledger

CARD = issue(
    "老年卡",
    "14 13:20",
    criterion="policy_misread",
    questions=("老年卡是不是年底作废？", "卡里的钱会不会没有了？", "核验点太远怎么办？"),
)
ANSWERED = at("15 17:30")


def _said(text: str, when: datetime, speaker: SourceClass = "individual") -> Document:
    return Document(
        id=document_id("weibo", f"{text}{when}"),
        source="weibo",
        platform="微博",
        kind="post",
        source_class=speaker,
        url="http://weibo.test/1",
        title="",
        text=text,
        published_at=when,
        precision="second",
        seen_at=when,
        collected_at=when,
    )


@pytest.fixture
def file(tmp_path: Path) -> Iterator[CaseFile]:
    """Read the file of a case that was answered after 28 hours and 10 minutes."""
    ledger = open_ledger(tmp_path)
    yield read_file(ledger, find(ledger, _answered(ledger)))
    ledger.close()


def _answered(ledger: SqlLedger) -> str:
    ledger.raise_issue(CARD, ())
    case = commands.open_case(ledger, CARD.id, by("14 13:40"))
    commands.publish(
        ledger,
        case.id,
        by("15 17:35"),
        kind="policy_answer",
        body="槐汀市交通运输局",
        title="政策答问",
        text="不作废。",
        url="http://gov.test/1",
        published_at=ANSWERED,
        answers=("老年卡是不是年底作废", "没有核验，卡里的钱会不会没有了"),
    )
    return case.id


def _asked(before: int, after: int) -> list[Document]:
    question = "听说老年卡年底作废，老年卡是不是年底作废啊"
    early = [_said(question, at("14 17:30") + timedelta(hours=n)) for n in range(before)]
    late = [_said(question, ANSWERED + timedelta(hours=n, minutes=5)) for n in range(after)]
    return early + late


def test_coverage_counts_the_questions_a_person_recorded_as_answered(file: CaseFile) -> None:
    """Two of three: the far-away counter is still open."""
    figures = measure(file, _asked(20, 20), at=at("18 17:30"), hours=72)
    assert (figures.questions, figures.questions_answered) == (3, 2)
    assert figures.first_reply_h == pytest.approx(28.17, abs=0.01)
    assert figures.clock_met
    assert not is_answered(file, "核验点太远怎么办？")


def test_recurrence_is_posts_an_hour_after_by_before(file: CaseFile) -> None:
    """24 asked in the 24 hours before, 12 in the 72 after: a sixth."""
    figures = measure(file, _asked(24, 12), at=at("18 17:30"), hours=72)
    assert figures.recurrence == pytest.approx(0.17, abs=0.01)
    assert figures.documents == 36


def test_media_and_officials_do_not_count_as_people_asking() -> None:
    """A newspaper that repeats the question is not a person who still asks."""
    asked = [_said("老年卡是不是年底作废", at("15 10:00"))]
    told = [_said("老年卡是不是年底作废", at("16 10:00"), "city")]
    questions = ("老年卡是不是年底作废",)
    end = ANSWERED + timedelta(hours=72)
    assert recurrence(asked + told, questions, ANSWERED, end) == 0.0
    assert recurrence(told, questions, ANSWERED, end) is None


def test_fewer_than_thirty_documents_give_no_rate(file: CaseFile) -> None:
    """28 documents: recurrence is left out, whatever it would be."""
    figures = measure(file, _asked(24, 4), at=at("18 17:30"), hours=72)
    assert figures.documents == 28
    assert figures.recurrence is None


def test_documents_after_the_stretch_are_left_out(file: CaseFile) -> None:
    """The figures of 72 hours stay the figures of 72 hours."""
    late = _said("别的", ANSWERED + timedelta(hours=73))
    assert measure(file, [late], at=at("19 08:30"), hours=72).documents == 0


def test_half_life_is_when_the_hourly_volume_stays_below_half_its_peak() -> None:
    """A lull of one hour is no half-life."""
    hour = ANSWERED.replace(minute=0)
    volume = [10, 9, 2, 8, 4, 3, 1, 0]
    seen = [
        _said(f"{number}-{one}", hour + timedelta(hours=number, minutes=one))
        for number, many in enumerate(volume)
        for one in range(many)
    ]
    assert half_life(seen, hour) == 4.0
    assert half_life([], hour) is None


def test_a_text_asks_a_question_by_its_own_words() -> None:
    """Punctuation and particles do not matter; another question does."""
    assert asks("哎，老年卡真的年底作废吗？老年卡是不是作废了", "老年卡是不是年底作废？")
    assert not asks("核验点离村十四公里", "老年卡是不是年底作废？")
    assert not asks("任何话", "？")


def test_evaluation_waits_its_hours_and_moves_the_case_on(tmp_path: Path) -> None:
    """Too early is refused; in time it is kept, noted once, and the case waits to be closed."""
    ledger, corpus = open_ledger(tmp_path), SqliteCorpus(":memory:")
    case_id = _answered(ledger)
    with pytest.raises(UsageError, match="还不满 72 小时"):
        evaluate(ledger, corpus, case_id, by("16 09:00", "system", "系统"))
    for _ in range(2):
        evaluate(ledger, corpus, case_id, by("18 17:30", "system", "系统"))
    case = ledger.case(case_id)
    assert case is not None
    assert case.state == "evaluating"
    assert [row.hours for row in ledger.evaluations(case_id)] == [72]
    assert sum(move.kind == "evaluate" for move in ledger.moves(case_id)) == 1
    corpus.close()
    ledger.close()


def test_an_unanswered_case_cannot_be_evaluated(tmp_path: Path) -> None:
    """There is nothing to evaluate yet, and the sentence says so."""
    ledger, corpus = open_ledger(tmp_path), SqliteCorpus(":memory:")
    ledger.raise_issue(CARD, ())
    case = commands.open_case(ledger, CARD.id, by("14 13:40"))
    with pytest.raises(UsageError, match="还没有公开回应"):
        evaluate(ledger, corpus, case.id, by("18 17:30", "system", "系统"))
    corpus.close()
    ledger.close()
