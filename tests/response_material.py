"""Records made by hand for the tests of response: issues of the sample week, a desk's hands, a ledger."""

from datetime import datetime, timedelta
from pathlib import Path

from records.clock import BEIJING, FixedClock
from records.identity import make_id
from records.issue import Evidence, Issue, Level, ReplyBy, Responsible
from records.score import Criterion
from response.steps import By
from store.ledger import SqlLedger


def at(text: str) -> datetime:
    """Return a moment of October 2025, Beijing: `at("19 08:30")`."""
    return datetime.strptime(f"2025-10-{text} +0800", "%Y-%m-%d %H:%M %z").astimezone(BEIJING)


NOW = at("19 08:30")


def by(when: str, role: str = "coordinator", actor: str = "政务公开科") -> By:
    """Return a hand at a moment."""
    return By(actor=actor, role=role, at=at(when))


def clock(name: str, start: str, hours: float, *, provisional: bool = False) -> ReplyBy:
    """Return a clock."""
    begun = at(start)
    return ReplyBy(
        clock=name,
        duty="予以回应",
        start=begun,
        due=begun + timedelta(hours=hours),
        source="国办发〔2016〕61号",
        provisional=provisional,
    )


def issue(
    title: str,
    raised: str,
    *,
    criterion: Criterion = "public_interest",
    level: Level = "II",
    body: str = "槐汀市生态环境局",
    clocks: tuple[ReplyBy, ...] = (),
    questions: tuple[str, ...] = (),
    rule: str = "public_interest",
) -> Issue:
    """Return an issue of ours raised at a moment."""
    event = make_id("event", title)
    return Issue(
        id=make_id("issue", event, rule),
        event_id=event,
        title=title,
        rule=rule,
        criterion=criterion,
        domain="ecology",
        domains=("ecology",),
        level=level,
        scope="ours",
        place="990100",
        body=Responsible(name=body, rule="W06", why="属地"),
        reply_by=clocks or (clock("C03", raised, 48),),
        reasons=("热线 3.4 倍基线",),
        questions=questions,
        evidence=(_evidence(title, raised),),
        first_seen_at=at(raised),
        raised_at=at(raised),
    )


def _evidence(title: str, raised: str) -> Evidence:
    return Evidence(
        document_id=make_id("document", title),
        source="weibo",
        platform="微博",
        speaker="个人",
        published_at=at(raised),
        excerpt=title,
        url="http://weibo.test/1",
        why="首条",
    )


def open_ledger(folder: Path) -> SqlLedger:
    """Return a real ledger in a folder, its clock at the end of the sample week."""
    return SqlLedger(
        f"sqlite:///{folder / 'ledger.db'}",
        key_file=folder / "audit.key",
        clock=FixedClock(NOW),
    )


def week_issues() -> tuple[Issue, ...]:
    """Return the seven issues of the sample week as the right answers have them."""
    provisional = (
        clock("C01", "16 06:58", 5, provisional=True),
        clock("C02", "16 06:58", 24, provisional=True),
    )
    return (
        issue(
            "高新区夜间刺鼻异味",
            "14 21:10",
            questions=("是什么气体？", "对孩子有没有影响？"),
        ),
        issue(
            "老年卡年底作废",
            "14 13:20",
            criterion="policy_misread",
            level="III",
            body="槐汀市交通运输局",
            rule="policy_misread",
        ),
        issue(
            "石棠区小学生拉肚子",
            "15 20:05",
            criterion="moral_bottom_line",
            level="I",
            body="石棠区联合调查组",
            clocks=(clock("C08", "15 20:05", 24), clock("C03", "15 20:05", 48)),
            rule="moral_bottom_line",
        ),
        issue(
            "虹埠大桥引桥塌陷",
            "16 06:58",
            criterion="emergency_disaster",
            level="I",
            body="现场指挥部 (梧埠区人民政府牵头处置)",
            clocks=provisional,
            rule="emergency",
        ),
        issue(
            "望汀水厂投毒传言",
            "14 20:10",
            body="槐汀市水务局",
            clocks=(clock("C07", "14 20:10", 24),),
            rule="rumour",
        ),
        issue(
            "槐汀“下月起上门收狗”",
            "18 19:00",
            criterion="policy_misread",
            level="III",
            body="槐汀市司法局",
            rule="policy_misread",
        ),
        issue("村里取快递要二次收费", "17 09:30", level="III", body="槐汀市邮政管理局"),
    )
