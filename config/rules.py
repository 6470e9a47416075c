"""Pure evaluation of the rule book: which clocks run, which body answers, who may release first, how a level rises.

`alerts` proposes with it, `response` starts clocks with it. Nothing here reads a store or a clock; every answer
says why, and what is ours and not law is called 本系统默认值. The four scales stay apart: nothing here turns an
issue level into an incident grade or the other way round.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from config.rulebook import DEFAULT, Authority, Clock, RuleBook
from config.tables import Body
from records.calendar import after_hours
from records.issue import Level, ReplyBy, Responsible

ORDER_CLOCK = "K5"
"""The clock of an order from above: its figure is the order's own, so it stands in no table."""
LEVELS: tuple[Level, ...] = ("I", "II", "III", "IV")
COUNTY_LEVELS = frozenset({"county", "town"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """What decides which clocks run. `severe`: a fresh incident with deaths or a collapse, not yet graded.

    `gradable` is False for 社会安全事件, which no scale grades. `moving`: people still ask after the last release.
    """

    rule: str
    level: Level
    first_seen_at: datetime
    met_at: datetime
    grade: str | None = None
    severe: bool = False
    gradable: bool = True
    food: bool = False
    last_release_at: datetime | None = None
    moving: bool = False
    order_due: datetime | None = None
    order_from: str = ""


def clocks_of(book: RuleBook, timing: Timing) -> tuple[ReplyBy, ...]:
    """Return the clocks that run, in the order of their ids; 5 h and 24 h of an incident only from its grade."""
    found = [_start(book.clocks[key], timing, provisional) for key, provisional in _keys(timing)]
    if timing.rule == "superior_order" and timing.order_due is not None:
        found.append(_order(timing))
    if _keeps_releasing(book, timing):
        found.append(_start(book.clocks["C04"], timing, provisional=False))
    return tuple(sorted(found, key=lambda clock: clock.clock))


def _keys(timing: Timing) -> tuple[tuple[str, bool], ...]:
    if timing.rule == "emergency":
        return _incident_keys(timing)
    if timing.rule == "rumour":
        return (("C07", False),)
    if timing.rule == "superior_order" and timing.order_due is not None:
        return ()
    return (("C03", False), ("C08", False)) if timing.food else (("C03", False),)


def _incident_keys(timing: Timing) -> tuple[tuple[str, bool], ...]:
    if timing.grade in {"特别重大", "重大"}:
        return (("C01", False), ("C02", False))
    if timing.grade in {"较大", "一般"}:
        return (("C05", False),)
    if not timing.gradable:
        return (("C03", False),)
    return (("C01", True), ("C02", True)) if timing.severe else (("C05", True),)


def _keeps_releasing(book: RuleBook, timing: Timing) -> bool:
    duty = book.levels[timing.level].duty
    return timing.last_release_at is not None and timing.moving and "C04" in duty


def _start(clock: Clock, timing: Timing, provisional: bool) -> ReplyBy:  # noqa: FBT001 - private
    moments = {
        "first_seen": timing.first_seen_at,
        "criteria_met": timing.met_at,
        "last_release": timing.last_release_at or timing.met_at,
    }
    start = moments[clock.start]
    source = clock.shown_source
    if provisional:
        source += f"; 等级待认定, 暂按较高一级走 ({DEFAULT})"
    return ReplyBy(
        clock=clock.id,
        duty=clock.duty,
        start=start,
        due=after_hours(start, clock.hours),
        source=source,
        provisional=provisional,
    )


def _order(timing: Timing) -> ReplyBy:
    due = timing.order_due or timing.met_at + timedelta(hours=48)
    return ReplyBy(
        clock=ORDER_CLOCK,
        duty="按上级要求的时限回应",
        start=timing.met_at,
        due=due,
        source=f"{timing.order_from or '上级机关'}的要求; 国办发〔2016〕61号",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What decides who answers. `domains` come strongest first; `asked` are bodies the documents name, most named first.

    `county` is the one county-level place concerned ("" when several or none), `issuer` the body whose document is
    misread, `words` text in which the words of a body's field are looked for.
    """

    rule: str
    region: str
    region_name: str
    domains: tuple[str, ...]
    second_share: float = 0.0
    county: str = ""
    county_name: str = ""
    counties: int = 0
    asked: tuple[str, ...] = ()
    issuer: str = ""
    words: str = ""
    open_draft: bool = False
    beyond: tuple[str, ...] = ()
    national: bool = False
    branch_answered: str = ""


def responsible(book: RuleBook, bodies: Sequence[Body], ground: Ground) -> Responsible:
    """Return the suggested body by the decision order W08 W07 W01 W02 W03 W04 W06, with the overlay and the conflict rule."""
    lead = lead_body(bodies, ground)
    helpers = assisting(book, bodies, ground, lead)
    if ground.rule == "emergency":
        chosen = _incident_body(book, ground, lead, helpers)
    elif ground.national:
        chosen = _plain(book, "W01", "国务院相关部门", "涉及国务院重大政策", helpers)
    elif len(ground.beyond) > 1:
        why = f"涉及 {'、'.join(ground.beyond)} 等多个地方"
        chosen = _plain(book, "W02", "上级政府主管部门", why, helpers)
    elif lead is not None and lead.vertical == "full":
        why = f"{lead.name}实行垂直管理, 由其上级部门办公厅 (室) 会同宣传部门协调"
        chosen = _plain(book, "W03", lead.name, why, helpers)
    else:
        chosen = _local(book, ground, lead, helpers)
    return _with_conflict(chosen, ground, lead)


def _local(
    book: RuleBook, ground: Ground, lead: Body | None, helpers: tuple[str, ...]
) -> Responsible:
    name = ground.issuer or (lead.name if lead else f"{ground.region_name}人民政府办公室")
    if ground.open_draft:
        why = f"文件尚在征求意见, 由组织征求意见的{name}答复"
        return _plain(book, "W06", name, why, helpers)
    joint = ground.rule in {"policy_misread", "rumour", "moral_bottom_line"}
    if not helpers or not (joint or ground.second_share >= 0.6):
        why = f"属地涉事责任部门, 领域由{name}主管"
        return _plain(book, "W06", name, why, helpers)
    why = f"涉及多个部门, 由主要涉事部门{name}牵头, {'、'.join(helpers)}按职责会同"
    if ground.rule == "moral_bottom_line":
        where = ground.county_name or ground.region_name
        short = lead.short if lead else name
        name = f"{where}联合调查组 ({short}牵头)"
    return _plain(book, "W04", name, why, helpers)


def _incident_body(
    book: RuleBook, ground: Ground, lead: Body | None, helpers: tuple[str, ...]
) -> Responsible:
    if len(ground.beyond) > 1:
        why = f"突发事件跨 {'、'.join(ground.beyond)}"
        return _plain(book, "W08", "共同的上一级人民政府", why, helpers)
    place = ground.county_name or ground.region_name
    others = ((lead.name,) if lead else ()) + helpers
    why = f"突发事件由负责处置的地方和部门发布, 事发地{place}"
    found = _plain(book, "W07", f"现场指挥部 ({place}人民政府牵头处置)", why, others)
    return replace(found, assisting=tuple(dict.fromkeys(others)))


def _plain(book: RuleBook, rule: str, name: str, why: str, helpers: tuple[str, ...]) -> Responsible:
    row = book.answering[rule]
    text = f"{rule} {row.when}: {why} (依据 {row.source}; 判断顺序为{DEFAULT})"
    return Responsible(name=name, rule=rule, why=text, assisting=helpers)


def _with_conflict(chosen: Responsible, ground: Ground, lead: Body | None) -> Responsible:
    """Add the conflict-of-interest rule: who is party to the matter may not clear itself (提级)."""
    note = ""
    if ground.branch_answered:
        note = f"利益冲突: {ground.branch_answered}已自行答复而追问未止, 提级由{chosen.name}答复并说明调查方与当事方的关系"
    elif ground.rule == "moral_bottom_line":
        note = "利益冲突: 涉事单位不得自查自报, 须写明由谁核查"
    elif ground.rule == "emergency" and lead is not None:
        note = f"利益冲突: {lead.name}如为管养或监管方, 原因调查由本级政府调查组负责"
    if not note:
        return chosen
    return replace(chosen, why=f"{chosen.why}; {note} ({DEFAULT})")


def leadership(book: RuleBook, grade: str | None) -> str:
    """Return the overlay W05 in words for a matter graded 特别重大, else nothing."""
    if grade != "特别重大":
        return ""
    row = book.answering["W05"]
    return f"W05 {row.when}: {row.lead} (依据 {row.source})"


def lead_body(bodies: Sequence[Body], ground: Ground) -> Body | None:
    """Return the body whose field this is: by words of the matter first, then by domain; the county's own before the city's."""
    domain = ground.domains[0] if ground.domains else ""
    ranked = []
    for number, body in enumerate(bodies):
        about = sum(ground.words.count(word) for word in body.about)
        near = _near(body, ground)
        if near and (domain in body.domains or about >= ABOUT) and not is_branch(body, bodies):
            ranked.append((-about if about > 1 else 0, -near, -_asked(body, ground), number))
    return bodies[min(ranked)[3]] if ranked else None


def is_branch(body: Body, bodies: Sequence[Body]) -> bool:
    """Whether a body is the branch office (派出机构) of another in the same field: its parent answers for it."""
    return any(
        other.name == body.parent and set(other.domains) & set(body.domains) for other in bodies
    )


ABOUT = 3
"""So often must a body's own words stand in the documents to lead a matter of another field (本系统默认值)."""


def _helper(bodies: Sequence[Body], ground: Ground, domain: str, lead: Body | None) -> Body | None:
    """Return the body of a domain that assists: at the lead's own level first."""
    ranked = []
    for number, body in enumerate(bodies):
        near = _near(body, ground)
        if near and domain in body.domains and body.vertical != "full":
            same = lead is None or body.region == lead.region
            ranked.append((not same, -near, -_asked(body, ground), number))
    return bodies[min(ranked)[3]] if ranked else None


def _near(body: Body, ground: Ground) -> int:
    """Return 2 for the body of the one county concerned, 1 for the operator's own level, 0 for any other."""
    if ground.county and body.region == ground.county and body.level in COUNTY_LEVELS:
        return 2
    return 1 if body.region == ground.region else 0


def _asked(body: Body, ground: Ground) -> int:
    names = {body.name, body.short, *body.aliases}
    return sum(1 for name in ground.asked if name in names)


def assisting(
    book: RuleBook, bodies: Sequence[Body], ground: Ground, lead: Body | None
) -> tuple[str, ...]:
    """Return who assists: bodies of the other strong domains and of the words that call another field in."""
    domains = list(ground.domains[1:2]) if ground.second_share >= 0.5 else []
    for row in book.assists:
        if _share(row.words, ground.words) >= ASSIST_SHARE:
            domains.append(row.domain)
    found: dict[str, None] = {}
    for domain in domains:
        if lead is not None and domain in lead.domains:
            continue
        body = _helper(bodies, ground, domain, lead)
        if body is not None and body != lead and body.name != ground.issuer:
            found[body.name] = None
    return tuple(found)[:3]


ASSIST_SHARE = 0.3
"""In this share of the documents must the words stand that call in another body (本系统默认值)."""


def _share(words: Sequence[str], text: str) -> float:
    documents = [part for part in text.split(DOCUMENT_END) if part.strip()]
    held = sum(any(word in part for word in words) for part in documents)
    return held / len(documents) if documents else 0.0


DOCUMENT_END = "\f"
"""Stands between the documents in `Ground.words`."""


def authorities_for(book: RuleBook, text: str) -> tuple[Authority, ...]:
    """Return the kinds of information in `text` that only a named body may be first to publish."""
    return tuple(row for row in book.authorities if any(word in text for word in row.words))


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """What decides the issue level: harm and interest first, then official status and who reports it."""

    rule: str
    grade: str | None = None
    severe: bool = False
    minors_harmed: bool = False
    deaths: float = 0.0
    answered: bool = False
    counties: int = 0
    central_media: bool = False


def level_of(weight: Weight) -> tuple[Level, str]:
    """Return the level and why, in words; the highest that holds."""
    for level, holds, why in _tests(weight):
        if holds:
            return level, f"议题等级 {level} (内部工作分级, {DEFAULT}): {why}"
    return "III", f"议题等级 III (内部工作分级, {DEFAULT}): 符合重点回应情形"


def _tests(weight: Weight) -> tuple[tuple[Level, bool, str], ...]:
    unknown = not weight.answered
    return (
        ("I", weight.grade in {"特别重大", "重大"}, f"已认定为{weight.grade}突发事件"),
        ("I", weight.severe and unknown, "疑似严重突发事件, 等级待认定, 事实未公布"),
        ("I", weight.minors_harmed and unknown, "未成年人受到伤害而事实未公布"),
        (
            "I",
            weight.deaths > 0 and unknown and weight.rule in {"emergency", "moral_bottom_line"},
            "出现人员死亡而事实未公布",
        ),
        ("II", weight.rule in {"moral_bottom_line", "emergency"}, "符合 K3 或 K4"),
        ("II", weight.rule == "rumour", "未经证实的说法可能扰乱公共秩序"),
        (
            "II",
            weight.rule == "public_interest" and weight.counties > 1,
            f"符合 K2 且波及 {weight.counties} 个县级地区 (门槛 2)",
        ),
        ("II", weight.central_media and unknown, "中央级媒体已报道而尚未回应"),
    )


def higher(one: Level, other: Level) -> Level:
    """Return the higher of two levels: a level only rises."""
    return min(one, other, key=LEVELS.index)
