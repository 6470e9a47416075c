"""Wording: from a met rule and what is known at one moment to an issue with reasons, body, clocks, level and evidence."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.evidence import evidence_of
from alerts.mention import Mention
from alerts.questions import asked_most
from alerts.remit import Whereabouts
from alerts.rules import Met
from alerts.view import View
from config.rulebook import RuleBook
from config.rules import (
    DOCUMENT_END,
    Ground,
    Timing,
    Weight,
    authorities_for,
    clocks_of,
    higher,
    leadership,
    level_of,
    responsible,
)
from records.identity import make_id
from records.issue import Issue, Level, ReplyBy, Responsible, Scope
from records.masking import anonymous, private

_TAG = re.compile(r"#([^#\s]{4,20})#?")
_CLAUSE = re.compile(r"[^。！!？?\n，,；;…【】#]{6,26}")
_CALLER = re.compile(r"^(?:来电人|市民|本人)?(?:来电)?(?:反映|表示|称|咨询|投诉)[，,:：]?")
_NOISE = re.compile(r"//@[^:：]*[:：]|\[[^\]]{1,6}\]|https?://\S+|[❗️❕⚠🙏😭👇]")
_SPOKEN = (
    "collapse",
    "incident",
    "casualty",
    "abuse",
    "illness",
    "loss",
    "danger",
    "claim_cancel",
    "claim_seize",
)
UNPLACED = "gov_service"
"""The domain of a matter no topic was found for: it goes to the office, which assigns it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What is known of a matter at one moment; `mentions` are the members seen so far.

    `whereabouts` counts the places of all of them, `near` of those that carried the rule.
    """

    event_id: str
    rule: str
    met: Met
    mentions: Sequence[Mention]
    whereabouts: Whereabouts
    near: Whereabouts
    scope: Scope
    raised_at: datetime
    before: Issue | None = None
    grade: str | None = None
    grade_why: str = ""
    released_at: datetime | None = None
    moving: bool = False
    branch: str = ""
    central: bool = False
    order_from: str = ""
    order_due: datetime | None = None

    @property
    def counted(self) -> list[Mention]:
        """The members that carried the rule."""
        return [self.mentions[index] for index in self.met.counted if index < len(self.mentions)]

    @property
    def county(self) -> str:
        """The one county concerned: by the members that carried the rule, else by all."""
        known = self.near.inside or self.near.outside
        return self.near.county if known else self.whereabouts.county

    @property
    def core(self) -> list[Mention]:
        """The members that show what the matter is about: an order alone names many matters, the event's voices one."""
        own = [m for m in self.mentions if m.public_voice] if self.rule == "superior_order" else []
        return own or self.counted

    @property
    def first_seen_at(self) -> datetime:
        """When the first document that carried the rule was published."""
        return min(mention.document.published_at for mention in self.counted or self.mentions)


def issue_from(picture: Picture, view: View) -> Issue:
    """Return the issue as it stands; what was frozen when it was raised is kept from `picture.before`."""
    before = picture.before
    moved = before is not None and before.scope != picture.scope
    frozen = None if moved else before
    domains, second = (
        (frozen.domains, 0.0) if frozen else domains_of(picture.core, picture.mentions, view)
    )
    if frozen is None:
        domains = _issuers_first(domains, picture, view)
    level, level_why = _level(picture, before)
    raised_at = frozen.raised_at if frozen else picture.raised_at
    county = picture.county
    place = frozen.place if frozen else (picture.whereabouts.name(county) if county else "")
    place = place or (view.region_name if picture.scope == "ours" else _elsewhere(picture))
    rule = view.book.rules[picture.rule]
    return Issue(
        id=make_id("issue", picture.event_id, picture.rule),
        event_id=picture.event_id,
        title=frozen.title if frozen else title_of(picture, place, view.book),
        rule=picture.rule,
        criterion=rule.criterion,
        domain=domains[0],
        domains=domains,
        level=level,
        scope=picture.scope,
        place=place,
        body=_body(picture, view, domains, second, frozen),
        reply_by=()
        if picture.scope == "elsewhere"
        else _clocks(picture, view, domains, level, raised_at),
        reasons=_reasons(picture, view, level_why, level),
        questions=_questions(picture, view),
        evidence=frozen.evidence if frozen else evidence_of(picture.counted, rule.name),
        first_seen_at=picture.first_seen_at,
        raised_at=raised_at,
        incident_grade=picture.grade,
    )


def domains_of(
    counted: Sequence[Mention], seen: Sequence[Mention], view: View
) -> tuple[tuple[str, ...], float]:
    """Return the matter's domains, strongest first, and how strong the second is against the first."""
    weights = _weigh(counted, view.book) or _weigh(seen, view.book)
    if not weights:
        return (UNPLACED,), 0.0
    ranked = sorted(weights.items(), key=lambda item: (-item[1], item[0]))
    top = ranked[0][1]
    kept = tuple(key for key, weight in ranked if weight >= 0.35 * top)[:3]
    second = ranked[1][1] / top if len(ranked) > 1 else 0.0
    return tuple(key for key in kept if key in view.domain_names) or (UNPLACED,), second


def _issuers_first(domains: tuple[str, ...], picture: Picture, view: View) -> tuple[str, ...]:
    """Put the field of the misread document's issuer first, where the documents name it at all."""
    issuer = _full_name(picture.met.issuer, view)
    own = {domain for body in view.bodies if body.name == issuer for domain in body.domains}
    return tuple(sorted(domains, key=lambda domain: domain not in own)) if issuer else domains


def _weigh(mentions: Sequence[Mention], book: RuleBook) -> dict[str, float]:
    weights: dict[str, float] = {}
    for mention in mentions:
        for key, p in mention.score.topics if mention.score else ():
            weights[key] = weights.get(key, 0.0) + p
        for row in book.matters:
            if any(word in mention.text for word in row.words):
                weights[row.domain] = weights.get(row.domain, 0.0) + row.weight
    return weights


def _level(picture: Picture, before: Issue | None) -> tuple[Level, str]:
    counted = picture.counted
    weight = Weight(
        rule=picture.rule,
        grade=picture.grade,
        severe=picture.met.severe and picture.grade is None,
        minors_harmed=picture.met.minors,
        deaths=max((mention.fact("deaths") for mention in counted), default=0.0),
        answered=picture.released_at is not None,
        counties=len(picture.whereabouts.main_counties),
        central_media=picture.central and picture.rule != "policy_misread",
    )
    level, why = level_of(weight)
    if before is None or before.scope != picture.scope:
        return level, why
    kept = higher(before.level, level)
    if kept == before.level and level != before.level:
        return kept, f"议题等级 {kept}: 升级后保持 (只升不降, 本系统默认值)"
    return kept, why


def _body(
    picture: Picture, view: View, domains: tuple[str, ...], second: float, frozen: Issue | None
) -> Responsible:
    if frozen is not None and not picture.branch:
        return frozen.body
    seen = picture.mentions
    whereabouts = picture.whereabouts
    county = picture.county
    texts = [mention.text for mention in (picture.core or seen)]
    policy = [seen[index].text for index in picture.met.policy if index < len(seen)]
    asked = Counter(name for mention in seen if mention.score for name in mention.score.bodies)
    ground = Ground(
        rule=picture.rule,
        region=view.remit.region,
        region_name=view.region_name,
        domains=domains,
        second_share=second,
        county=county,
        county_name=whereabouts.name(county) if county else "",
        counties=len(picture.whereabouts.main_counties),
        asked=tuple(name for name, _ in sorted(asked.items(), key=lambda i: (-i[1], i[0]))),
        issuer=_full_name(picture.met.issuer, view),
        words=DOCUMENT_END.join([*texts, *policy]),
        open_draft=picture.met.open_draft,
        beyond=_beyond(picture, view),
        branch_answered=picture.branch,
    )
    found = responsible(view.book, view.bodies, ground)
    return found if picture.scope == "ours" else _elsewhere_body(found, picture)


def _questions(picture: Picture, view: View) -> tuple[str, ...]:
    """Return what people ask on the matter's own subject; on anything where it has none."""
    own = Counter(s for mention in picture.counted for s in view.book.subjects(mention.text))
    main = {subject for subject, count in own.items() if count * 2 >= len(picture.counted)}
    near = [m for m in picture.mentions if main & view.book.subjects(m.text)]
    return asked_most(near if main else picture.mentions, event=picture.mentions)


def _elsewhere_body(found: Responsible, picture: Picture) -> Responsible:
    place = _elsewhere(picture)
    return Responsible(
        name=f"{place}有关部门", rule=found.rule, why="外地同类: 不属本机关管辖, 不计时限, 仅供参考"
    )


def _elsewhere(picture: Picture) -> str:
    """Return the outside place the members that carried the rule name most."""
    near = picture.near
    ranked = sorted(near.cities.items(), key=lambda item: (-item[1], item[0]))
    return near.name(ranked[0][0]) if ranked else "外地"


def _beyond(picture: Picture, view: View) -> tuple[str, ...]:
    others = picture.whereabouts.beyond
    return (view.region_name, *others) if others and picture.whereabouts.inside else ()


def _full_name(issuer: str, view: View) -> str:
    """Return the operator's name of an issuing body: 市交通运输局 is the region's own."""
    issuer = re.split(r"[、，, ]", issuer)[0]  # several issue together: the first leads
    for body in view.bodies:
        if issuer in {body.name, body.short, *body.aliases}:
            return body.name
    ends = [body.name for body in view.bodies if len(issuer) > 3 and body.name.endswith(issuer)]
    return ends[0] if len(ends) == 1 else issuer


def _clocks(
    picture: Picture, view: View, domains: tuple[str, ...], level: Level, met_at: datetime
) -> tuple[ReplyBy, ...]:
    timing = Timing(
        rule=picture.rule,
        level=level,
        first_seen_at=picture.first_seen_at,
        met_at=met_at,
        grade=picture.grade,
        severe=picture.met.severe,
        gradable=picture.met.gradable,
        food="food_drug" in domains and picture.rule in {"moral_bottom_line", "public_interest"},
        last_release_at=picture.released_at,
        moving=picture.moving,
        order_from=picture.order_from,
        order_due=picture.order_due,
    )
    return clocks_of(view.book, timing)


def _reasons(picture: Picture, view: View, level_why: str, level: Level) -> tuple[str, ...]:
    rule = view.book.rules[picture.rule]
    reasons = [f"符合 {rule.code} {rule.name} ({rule.source})", *picture.met.reasons]
    if picture.scope == "elsewhere":
        return (*reasons, f"事发地{_elsewhere(picture)}, 不属本机关管辖: 归入外地同类, 不计时限")
    reasons.append(level_why)
    inner = view.book.levels[level].inner_hours
    if inner and picture.rule != "rumour":
        reasons.append(f"{level} 级内控目标 {inner} 小时 ({view.book.levels[level].source})")
    if picture.grade_why:
        reasons.append(picture.grade_why)
    elif picture.rule == "emergency" and picture.met.severe and picture.met.gradable:
        reasons.append("突发事件等级待认定, 未认定前按较高一级走时钟 (本系统默认值)")
    if not picture.met.gradable:
        reasons.append("社会安全事件不自动分级 (突发事件应对法第三条)")
    if picture.order_from:
        reasons.append(f"{picture.order_from}要求回应 (K5, 人工登记)")
    reasons.extend(filter(None, [leadership(view.book, picture.grade)]))
    text = "\n".join(mention.text for mention in picture.counted)
    reasons.extend(
        f"发布权限: {row.topic}由{row.body}发布 ({row.source}), 其他机关不得首发"
        for row in authorities_for(view.book, text)[:2]
    )
    return tuple(reasons)


def title_of(picture: Picture, place: str, book: RuleBook) -> str:
    """Return a title in public words: a headline, the commonest tag, a call's title, else place and matter words."""
    named = _institutional_title(picture)
    if named:
        return anonymous(named)
    tag = _common_tag(picture.counted)
    if tag:
        return anonymous(tag)
    members = picture.core or list(picture.mentions)
    words = _call_title(members, book) or "、".join(_matter_words(members, book))
    clause = private(words or _typical_clause(members, book))
    return clause if not place or place[:2] in clause else f"{place}: {clause}"


def _institutional_title(picture: Picture) -> str:
    """Return the newest headline among those that carried the rule; another member's may be of another matter."""
    for kind in ("board", "media", "official"):
        for mention in reversed(picture.counted or list(picture.mentions)):
            if getattr(mention, kind) and mention.document.title:
                return mention.document.title
    return ""


def _call_title(mentions: Sequence[Mention], book: RuleBook) -> str:
    """Return the call title that shares most with the other documents: it was written to be one."""
    calls = [one for one in mentions if one.hotline and one.document.title]
    return _typical_clause(mentions, book, only_titles=True) if calls else ""


def _matter_words(mentions: Sequence[Mention], book: RuleBook) -> list[str]:
    """Return the up to three words of subjects and signs that half the documents have, longest first among equals."""
    held: Counter[str] = Counter()
    for mention in mentions:
        held.update({word for row in book.matters for word in row.words if word in mention.text})
        held.update({mention.signs[key] for key in _SPOKEN if key in mention.signs})
    common = [word for word in held if held[word] * 2 >= len(mentions)] or list(held)
    ranked = sorted(common, key=lambda word: (-held[word], -len(word), word))
    kept: list[str] = []
    for word in ranked:
        if not any(word in other or other in word for other in kept):
            kept.append(word)
    return kept[:3]


def _common_tag(mentions: Sequence[Mention]) -> str:
    tags = Counter(
        tag for mention in mentions if mention.original for tag in set(_TAG.findall(mention.text))
    )
    if not tags:
        return ""
    tag, count = min(tags.items(), key=lambda item: (-item[1], item[0]))
    return tag if count > 1 else ""


def _typical_clause(
    mentions: Sequence[Mention], book: RuleBook, *, only_titles: bool = False
) -> str:
    """Return the clause or call title that shares most with the other documents and names a subject."""
    texts = [_NOISE.sub("", mention.text) for mention in mentions if mention.original]
    spread = Counter(
        pair for text in texts for pair in {text[i : i + 2] for i in range(len(text) - 1)}
    )
    best, chosen = -1.0, ""
    for weight, clause in _clauses(mentions, only_titles=only_titles):
        pairs = {clause[i : i + 2] for i in range(len(clause) - 1)}
        shared = sum(spread[pair] - 1 for pair in pairs) / (len(clause) ** 0.5 or 1.0)
        worth = shared * weight * (2.0 if book.subjects(clause) else 1.0)
        if worth > best:
            best, chosen = worth, clause
    return chosen or "未命名议题"


def _clauses(mentions: Sequence[Mention], *, only_titles: bool) -> Iterator[tuple[float, str]]:
    """Give the candidates: a call's title is written to be one."""
    for mention in mentions:
        if not mention.original:
            continue
        title = mention.document.title
        if mention.hotline and title:
            yield 1.5, _CALLER.sub("", title)
        if only_titles:
            continue
        for clause in _CLAUSE.findall(_NOISE.sub("", mention.document.text)):
            plain = _CALLER.sub("", clause.strip(" 、:：-—~"))
            if len(plain) > 3:
                yield 1.0, plain
