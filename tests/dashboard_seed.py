"""A small desk full of invented records, for tests of the pages: two issues, one elsewhere, a hot event that is none."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from config.desk import SAMPLE_END, SAMPLE_START, Desk, open_desk
from config.settings import load
from records.clock import FixedClock, ReplayClock, SystemClock
from records.document import Document, document_id
from records.event import Event, Placement
from records.issue import Evidence, Issue, Level, ReplyBy, Responsible
from records.score import AppealLabel, Criterion, Score, Sentiment, SentimentLabel
from records.source import Health, Outage, Rejected, SourceState
from response import commands
from response.steps import By
from store.interface import Corpus, Ledger
from store.open import open_corpus, open_ledger

NOW = SAMPLE_END
HOUR = timedelta(hours=1)
HOSTILE = "![x](http://evil.test/b.png) <script>alert(1)</script> **粗** [点](javascript:alert(1))"
PHONE = "13912345678"
MEALS, CONCERT, RUMOUR, FAR = (
    "学校配餐后多名学生不适",
    "音乐节门票开售秒空",
    "井盖丢失无人管",
    "邻省堤坝渗漏",
)
OLD = "行道树落果砸车"


def desk_in(folder: Path, *, gone: timedelta = timedelta(hours=1), rate: float = 5000.0) -> Desk:
    """Return a sample desk whose clock has walked for `gone`: by default to the week's end."""
    settings = load(file=None, environ={"HUIYING_DATA_DIR": str(folder)})
    desk = open_desk(settings, sample=True)
    desk.prepare()
    anchor = SystemClock().now() - gone
    clock = ReplayClock(start=SAMPLE_START, end=SAMPLE_END, rate=rate, anchor=anchor)
    clock.save(desk.clock_file)
    return desk


def fill(desk: Desk) -> dict[str, str]:
    """Fill the stores; return the event ids by title."""
    corpus = open_corpus(desk)
    events = {
        MEALS: _event(corpus, MEALS, 48, "moral_bottom_line", "negative", "food_drug", 60.0),
        CONCERT: _event(corpus, CONCERT, 64, "none", "negative", "none", 96.0),
        RUMOUR: _event(corpus, RUMOUR, 12, "public_interest", "negative", "urban_mgmt", 21.0),
        FAR: _event(corpus, FAR, 6, "emergency_disaster", "neutral", "disaster_water", 30.0),
        HOSTILE: _event(corpus, HOSTILE, 9, "none", "neutral", "none", 18.0),
    }
    _trouble(corpus)
    corpus.close()
    ledger = open_ledger(desk, FixedClock(NOW))
    _issues(ledger, events)
    ledger.close()
    return events


def fill_an_old_matter(desk: Desk) -> str:
    """Add an event with 80 documents of three weeks ago and five of the last days; return its id."""
    corpus = open_corpus(desk)
    event_id = _event(corpus, OLD, 85, "none", "neutral", "none", 40.0, aged=80)
    corpus.close()
    return event_id


def _event(  # noqa: PLR0917 - one row of the table above
    corpus: Corpus, title: str, count: int, criterion: Criterion, mood: SentimentLabel, topic: str, heat: float, aged: int = 0
) -> str:  # fmt: skip
    documents = [_document(title, number) for number in range(count)]
    back = timedelta(days=21)
    documents[:aged] = [
        replace(row, published_at=row.published_at - back) for row in documents[:aged]
    ]
    corpus.accept(documents)
    corpus.save_scores([_score(row, n, criterion, mood, topic) for n, row in enumerate(documents)])
    first = documents[0].id
    places = [
        Placement(
            document_id=row.id,
            event_id=first,
            copy_of=documents[1].id if n > 1 and n % 4 == 1 else None,
            at=row.seen_at,
        )
        for n, row in enumerate(documents)
    ]
    corpus.save_placements(places, [_summary(title, documents, heat)], b"seed")
    return first


def _document(title: str, number: int) -> Document:
    individual = number % 3 != 1
    at = NOW - timedelta(hours=70) + HOUR * (number * 0.9 + (number % 7) * 0.2)
    words = f"{title}, 第{number}条: 希望有人说明情况, 联系 {PHONE}, @某网友 也看到了。"
    return Document(
        id=document_id("seed", f"{title}-{number}"),
        source="weibo" if individual else "daily",
        platform="微博" if individual else "新闻网站",
        kind="post" if individual else "article",
        source_class="individual" if individual else "city",
        url=f"http://daily.huaiting.test/{abs(hash(title)) % 97}/{number}",
        title="" if individual else f"{title} (报道{number})",
        text=words,
        published_at=at,
        precision="minute",
        seen_at=at,
        collected_at=at,
        author=None if individual else "槐汀日报",
        voice=f"v{number}" if individual else None,
        source_name=None if individual else "槐汀日报",
        region="990103",
    )


def _score(
    document: Document, number: int, criterion: Criterion, mood: SentimentLabel, topic: str
) -> Score:
    label: SentimentLabel = mood if number % 3 else "neutral"
    appeals: tuple[AppealLabel, ...] = ("complaint", "consult", "news", "opinion")
    return Score(
        document_id=document.id,
        version="seed-1",
        scored_at=document.seen_at,
        sentiment=Sentiment(label=label, p_negative=0.7, p_positive=0.1, sure=number % 5 != 0),
        appeal=appeals[number % 4],
        p_appeal=0.8,
        topics=() if topic == "none" else ((topic, 0.9),),
        p_needs_answer=0.1 if criterion == "none" else 0.8,
        criterion=criterion,
        places=(),
        bodies=(),
        keywords=("说明", "情况"),
        facts=(),
        fingerprint=f"{number:016x}",
        reasons=(),
    )


def _summary(title: str, documents: Sequence[Document], heat: float) -> Event:
    return Event(
        id=documents[0].id,
        title=title,
        keywords=("学生", "配餐", "说明"),
        first_at=documents[0].published_at,
        last_at=documents[-1].published_at,
        updated_at=NOW,
        documents=len(documents),
        copies=len(documents) // 4,
        platforms=2,
        heat=heat,
        growth=0.4,
        stage="spread",
    )


def _trouble(corpus: Corpus) -> None:
    down = NOW - timedelta(hours=40)
    states: tuple[tuple[str, Health], ...] = (("weibo", "login_needed"), ("daily", "ok"))
    for source, health in states:
        corpus.save_source(
            SourceState(
                source=source,
                health=health,
                said="Cookie 过期" if health != "ok" else "",
                checked_at=down,
                ok_at=down - HOUR,
                complete_to=down,
                documents=40,
                failures=3,
            )
        )
    corpus.reject(
        Rejected(
            id="r1", stage="crawl", source="daily", url="http://daily.huaiting.test/x",
            reason="正文抽取不到", sample=f"残页 {PHONE}", at=down,
        )
    )  # fmt: skip
    assert all(isinstance(row, Outage) for row in corpus.outages(since=SAMPLE_START, until=NOW))


def issue(event_id: str, title: str, level: Level, *, raised: datetime, hours: int) -> Issue:
    """Return an invented issue with one clock and two pieces of evidence."""
    clock = ReplyBy(
        clock="C03",
        duty="首次发布权威信息",
        start=raised,
        due=raised + HOUR * hours,
        source="国办发〔2016〕61号",
    )
    rows = [
        ("个人", "孩子们放学都说肚子疼", ""),
        ("槐汀日报", "区里称正在核实", "http://daily.huaiting.test/1/1"),
    ]
    evidence = tuple(
        Evidence(
            document_id=f"{event_id}-{n}", source="weibo", platform="微博", speaker=who,
            published_at=raised - HOUR, excerpt=words, url=url, why="最早提到症状",
        )
        for n, (who, words, url) in enumerate(rows)
    )  # fmt: skip
    return Issue(
        id=f"issue-{event_id}",
        event_id=event_id,
        title=title,
        rule="moral",
        criterion="moral_bottom_line",
        domain="food_drug",
        domains=("food_drug", "education"),
        level=level,
        scope="ours",
        place="石棠区",
        body=Responsible(
            name="石棠区市场监督管理局", rule="W04", why="涉及多个单位, 由牵头单位会同回应",
            assisting=("石棠区教育局",),
        ),
        reply_by=(clock,),
        reasons=("1 小时内 12 篇提到学生身体不适, 阈值 8 篇 (本系统默认值)",),
        questions=("到底多少孩子不舒服?", "配餐公司是谁选的?"),
        evidence=evidence,
        first_seen_at=raised - HOUR * 2,
        raised_at=raised,
    )  # fmt: skip


def _issues(ledger: Ledger, events: dict[str, str]) -> None:
    meals = issue(events[MEALS], MEALS, "I", raised=NOW - HOUR * 60, hours=48)
    wells = issue(events[RUMOUR], RUMOUR, "III", raised=NOW - HOUR * 40, hours=48)
    far = issue(events[FAR], FAR, "III", raised=NOW - HOUR * 40, hours=48)
    for row in (meals, wells, replace(far, scope="elsewhere", reply_by=(), place="外省")):
        ledger.raise_issue(row, ())
    by = By(actor="值班员", role="coordinator", at=NOW - HOUR * 39)
    case = commands.open_case(ledger, wells.id, by)
    commands.assign(ledger, case.id, by, body="市城市管理局", contact="市容科")
