"""Small made-up records for the contract suites: every field varied, times that collide, scripts that mix."""

import random
from datetime import UTC, datetime, timedelta

from records.case import Case, Move, Promise
from records.clock import FixedClock
from records.document import Document, document_id
from records.event import Event, Placement
from records.issue import Evidence, Issue, Notification, ReplyBy, Responsible
from records.score import Fact, Place, Score, Sentiment
from records.statement import Statement

MONDAY = datetime(2025, 10, 13, tzinfo=UTC)
NOW = MONDAY + timedelta(hours=30)
PIECES = (
    "食品安全员到二小食堂检查",
    "自來水有異味",
    "药店卖假药",
    "药",
    "C919 首飞",
    "up主拍到河水变色",
    "iPhone17Pro 坏了",
    "ｉＰｈｏｎｅ 维修",
    "C++ 课程",
    ".NET 培训",
    "路灯不亮👍🏽",
    "停水 36 小时",
    "食品，安全",
    "市民热线12345答复",
    "Café 关门",
    "A股 B站",
    "质量不错",
    "社会主义核心价值观",
)
WORDS = (
    "食品",
    "食品安全",
    "安全员",
    "食堂",
    "自来水",
    "異味",
    "药",
    "假药",
    "药店",
    "C919",
    "919",
    "up主",
    "主",
    "iphone",
    "iPhone17",
    "17",
    "C++",
    "c",
    ".NET",
    "👍",
    "36",
    "停水 36",
    "食品安",
    "食品，安全",
    "12345",
    "café",
    "A股",
    "股 B",
    "社会主义",
    "会主",
    "没有的词",
)
PLATFORMS = ("weibo", "news", "hotline")
SOURCES = ("huaiting-daily", "weibo-search", "12345", "gov")
TOPICS = ("food", "water", "transport")
REGIONS = ("990100", "990102", "990200")


def standing_clock() -> FixedClock:
    """Return the clock every ledger under the contract is opened with."""
    return FixedClock(NOW)


def document(
    number: int, *, at: datetime = MONDAY, text: str = "路灯不亮", **fields: object
) -> Document:
    """Return a document; `number` makes its id."""
    values: dict[str, object] = {
        "id": document_id("s", str(number)),
        "source": "weibo-search",
        "platform": "weibo",
        "kind": "post",
        "source_class": "individual",
        "url": f"http://weibo.test/{number}",
        "title": "",
        "text": text,
        "published_at": at,
        "precision": "second",
        "seen_at": at + timedelta(minutes=1),
        "collected_at": at + timedelta(minutes=2),
    }
    return Document(**{**values, **fields})  # type: ignore[arg-type]


def score(of: Document, version: str = "v1", **fields: object) -> Score:
    """Return a score of a document."""
    values: dict[str, object] = {
        "document_id": of.id,
        "version": version,
        "scored_at": of.seen_at,
        "sentiment": Sentiment(label="negative", p_negative=0.9, p_positive=0.1, sure=True),
        "appeal": "complaint",
        "p_appeal": 0.8,
        "topics": (("food", 0.7),),
        "p_needs_answer": 0.6,
        "criterion": "public_interest",
        "places": (Place(code="990100", name="槐汀市"),),
        "bodies": ("槐汀市市场监督管理局",),
        "keywords": ("食堂",),
        "facts": (Fact(kind="injuries", value=3.0, span=(2, 5)),),
        "fingerprint": "00ff",
        "reasons": (("sentiment", ("坏了",)), ("topics", ("食堂", "异味"))),
    }
    return Score(**{**values, **fields})  # type: ignore[arg-type]


def placement(of: Document, event_id: str, *, copy_of: str | None = None) -> Placement:
    """Return a place of a document in an event."""
    return Placement(document_id=of.id, event_id=event_id, copy_of=copy_of, at=of.seen_at)


def event(event_id: str, **fields: object) -> Event:
    """Return an event."""
    values: dict[str, object] = {
        "id": event_id,
        "title": "二小食堂异味",
        "keywords": ("食堂", "异味"),
        "first_at": MONDAY,
        "last_at": MONDAY + timedelta(hours=1),
        "updated_at": MONDAY + timedelta(hours=2),
        "documents": 1,
        "copies": 0,
        "platforms": 1,
        "heat": 10.5,
        "growth": 0.25,
        "stage": "latent",
    }
    return Event(**{**values, **fields})  # type: ignore[arg-type]


def crowd(count: int, *, seed: int = 7) -> list[tuple[Document, Score | None, Placement | None]]:
    """Return many varied documents; a third share a few seconds, some lie before 2020, most are scored and placed."""
    chance = random.Random(seed)  # noqa: S311 - material, not secrets
    made: list[tuple[Document, Score | None, Placement | None]] = []
    for number in range(count):
        one = _varied(chance, number)
        has_score = chance.random() < 0.8
        judged = _judged(chance, one) if has_score else None
        first = made[number // 7 * 7][0] if number % 7 else one
        placed = placement(one, first.id) if judged and chance.random() < 0.7 else None
        made.append((one, judged, placed))
    return made


def _varied(chance: random.Random, number: int) -> Document:
    at = MONDAY + timedelta(hours=chance.randrange(72), microseconds=chance.randrange(3) * 400_000)
    if chance.random() < 0.5:
        at += timedelta(seconds=chance.randrange(3600))
    if chance.random() < 0.05:
        at = datetime(2008, 5, 12, chance.randrange(24), tzinfo=UTC)
    platform = chance.choice(PLATFORMS)
    return document(
        number,
        at=at,
        title=chance.choice(("", *PIECES)),
        text=chance.choice("，。 \n").join(chance.choices(PIECES, k=chance.randrange(1, 4))),
        source=chance.choice(SOURCES),
        platform=platform,
        kind={"weibo": "post", "news": "article", "hotline": "message"}[platform],
        source_class=chance.choice(("individual", "city", "official")),
        region=chance.choice((None, *REGIONS)),
        author="槐汀日报" if platform == "news" else None,
        voice="3f2a" if platform == "weibo" else None,
        likes=chance.randrange(1000),
        rank=chance.choice((None, 3)),
    )


def _judged(chance: random.Random, one: Document) -> Score:
    places = chance.sample(REGIONS, k=chance.randrange(3))
    topics = chance.sample(TOPICS, k=chance.randrange(3))
    return score(
        one,
        version=chance.choice(("v1", "v2")),
        sentiment=Sentiment(
            label=chance.choice(("negative", "neutral", "positive")),
            p_negative=0.5,
            p_positive=0.25,
            sure=False,
        ),
        appeal=chance.choice(("complaint", "help", "news")),
        topics=tuple((topic, 0.5) for topic in topics),
        places=tuple(Place(code=code, name="某地") for code in places),
    )


# -- the ledger's ------------------------------------------------------------------------------------------------------


def issue(number: int = 1, **fields: object) -> Issue:
    """Return an issue with something in every field."""
    clock = ReplyBy(
        clock="C03",
        duty="首次回应",
        start=MONDAY,
        due=MONDAY + timedelta(hours=48),
        source="国办发〔2016〕61号",
    )
    proof = Evidence(
        document_id="d1",
        source="12345",
        platform="hotline",
        speaker="个人",
        published_at=MONDAY,
        excerpt="食堂有异味",
        url="http://12345.test/1",
        why="首条",
    )
    values: dict[str, object] = {
        "id": f"issue-{number}",
        "event_id": f"event-{number}",
        "title": "二小食堂异味",
        "rule": "R01",
        "criterion": "public_interest",
        "domain": "food",
        "domains": ("food", "education"),
        "level": "III",
        "scope": "ours",
        "place": "槐汀市",
        "body": Responsible(name="槐汀市教育局", rule="W02", why="学校食堂", assisting=("市监局",)),
        "reply_by": (clock,),
        "reasons": ("12 篇、3 个平台",),
        "questions": ("能不能吃",),
        "evidence": (proof,),
        "first_seen_at": MONDAY,
        "raised_at": MONDAY + timedelta(hours=number),
    }
    return Issue(**{**values, **fields})  # type: ignore[arg-type]


def case(version: int = 1, **fields: object) -> Case:
    """Return a case at a version."""
    values: dict[str, object] = {
        "id": "case-1",
        "issue_id": "issue-1",
        "event_id": "event-1",
        "title": "二小食堂异味",
        "level": "III",
        "state": "open",
        "body": "槐汀市教育局",
        "assisting": ("市监局",),
        "contact": "值班电话",
        "clocks": issue().reply_by,
        "promises": (Promise(text="三日内公布检测结果", due=MONDAY + timedelta(days=3)),),
        "opened_at": MONDAY,
        "state_since": MONDAY + timedelta(minutes=version),
        "answered_at": None,
        "closed_at": None,
        "version": version,
    }
    return Case(**{**values, **fields})  # type: ignore[arg-type]


def move(seq: int = 1, **fields: object) -> Move:
    """Return a move of `case()`."""
    values: dict[str, object] = {
        "case_id": "case-1",
        "seq": seq,
        "kind": "note",
        "actor": "协调员甲",
        "role": "coordinator",
        "at": MONDAY + timedelta(minutes=seq),
        "before": "open",
        "after": "open",
        "note": "已联系学校",
        "detail": (("channel", "电话"),),
    }
    return Move(**{**values, **fields})  # type: ignore[arg-type]


def statement(number: int = 1) -> Statement:
    """Return an answer of `case()`."""
    return Statement(
        id=f"statement-{number}",
        case_id="case-1",
        kind="first",
        body="槐汀市教育局",
        title="情况通报",
        text="经检测……",
        url="http://gov.test/1",
        published_at=MONDAY + timedelta(hours=number),
        answers=("能不能吃",),
    )


def notification(key: str = "n1", *, at: datetime = MONDAY) -> Notification:
    """Return a message for the outbox."""
    return Notification(
        key=key, channel="console", subject="新议题", body="二小食堂异味", created_at=at
    )
