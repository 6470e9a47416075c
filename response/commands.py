"""What people do with a case: each command checks right and state, then commits case, move, audit and notices at once.

A refusal is one sentence. The same command given twice does nothing the second time.
"""

from dataclasses import replace
from datetime import datetime

from config.roles import check_may
from records.case import Case, Move, Promise
from records.errors import UsageError
from records.identity import make_id
from records.issue import Issue, Notification, ReplyBy
from records.statement import Statement, StatementKind
from response.follow import BY_HAND, clocks_of_case, current, free_name
from response.notices import notices
from response.steps import By, Detail, Doing, commit, take
from store.interface import Ledger


def open_case(ledger: Ledger, issue_id: str, by: By, *, title: str = "", note: str = "") -> Case:
    """Open the case of an issue, whose clocks it follows. An issue has one case; opening again returns it."""
    check_may(by.role, "open", "立项")
    issue = _openable(ledger, issue_id)
    known = ledger.case_of_issue(issue_id)
    if known is not None:
        return known
    case = Case(
        id=make_id("case", issue.id),
        issue_id=issue.id,
        event_id=issue.event_id,
        title=title.strip() or issue.title,
        level=issue.level,
        state="open",
        body="",
        assisting=(),
        contact="",
        clocks=clocks_of_case(issue),
        promises=(),
        opened_at=by.at,
        state_since=by.at,
        answered_at=None,
        closed_at=None,
        version=1,
    )
    doing = Doing(note=note, detail=(("issue", issue.id),), issue_state="in_case")
    commit(ledger, case, _first_move(case, by, doing), doing)
    return case


def assign(
    ledger: Ledger,
    case_id: str,
    by: By,
    *,
    body: str,
    contact: str = "",
    assisting: tuple[str, ...] = (),
    note: str = "",
) -> Case:
    """Name the body that answers (交办, 改派) with its contact office and the bodies that assist."""
    body = _needed(body, "请写明承办单位")
    case = current(ledger, case_id, by)
    detail = _detail(body=body, contact=contact, assisting="、".join(assisting))
    changes = {"body": body, "contact": contact, "assisting": assisting}
    told = _told(case, by, f"交办 {body}", note or "请签收并核实")
    doing = Doing(note=note, detail=detail, changes=changes, notifications=told)
    return take(ledger, case, by, "assign", doing)


def receive(ledger: Ledger, case_id: str, by: By, *, note: str = "") -> Case:
    """Sign for the case on the body's side, which now verifies facts (签收)."""
    return take(ledger, current(ledger, case_id, by), by, "receive", Doing(note=note))


def note(ledger: Ledger, case_id: str, by: By, text: str) -> Case:
    """Note progress; the state stays."""
    text = _needed(text, "请写明进展")
    return take(ledger, current(ledger, case_id, by), by, "note", Doing(note=text))


def draft(ledger: Ledger, case_id: str, by: By, *, title: str, text: str, note: str = "") -> Case:
    """Write the draft; after an answer it is the draft of the follow-up (续报)."""
    title, text = _needed(title, "请写明稿件标题"), _needed(text, "请写明稿件正文")
    doing = Doing(note=note, detail=_detail(title=title, text=text))
    return take(ledger, current(ledger, case_id, by), by, "draft", doing)


def submit(ledger: Ledger, case_id: str, by: By, *, note: str = "") -> Case:
    """Hand the draft to the secrecy review (送审)."""
    return take(ledger, current(ledger, case_id, by), by, "submit", Doing(note=note))


def review_pass(ledger: Ledger, case_id: str, by: By, *, reason: str) -> Case:
    """Pass the secrecy review; the reason is kept (先审查后公开)."""
    reason = _needed(reason, "请写明审查意见")
    return take(ledger, current(ledger, case_id, by), by, "review_pass", Doing(note=reason))


def review_return(ledger: Ledger, case_id: str, by: By, *, reason: str) -> Case:
    """Send the draft back from the secrecy review with a reason."""
    reason = _needed(reason, "请写明退回的理由")
    return take(ledger, current(ledger, case_id, by), by, "review_return", Doing(note=reason))


def sign(ledger: Ledger, case_id: str, by: By, *, note: str = "") -> Case:
    """Sign the draft for publication (签发); it is public only when publication is recorded."""
    return take(ledger, current(ledger, case_id, by), by, "sign", Doing(note=note))


def sign_return(ledger: Ledger, case_id: str, by: By, *, reason: str) -> Case:
    """Send the draft back instead of signing it."""
    reason = _needed(reason, "请写明退回的理由")
    return take(ledger, current(ledger, case_id, by), by, "sign_return", Doing(note=reason))


def publish(
    ledger: Ledger,
    case_id: str,
    by: By,
    *,
    kind: StatementKind,
    body: str,
    title: str,
    text: str,
    url: str,
    published_at: datetime,
    answers: tuple[str, ...] = (),
    conference: bool = False,
    note: str = "",
) -> Case:
    """Record a published answer: by whom, what, where, when. The first one meets the clocks of the first answer."""
    case = current(ledger, case_id, by)
    statement = Statement(
        id=make_id("statement", case.id, _needed(url, "请写明发布地址"), published_at.isoformat()),
        case_id=case.id,
        kind=kind,
        body=_needed(body, "请写明发布单位"),
        title=_needed(title, "请写明标题"),
        text=_needed(text, "请写明正文"),
        url=url,
        published_at=published_at,
        answers=answers,
    )
    detail = _detail(statement=statement.id, kind=kind, form="conference" if conference else "text")
    first = min(case.answered_at or published_at, published_at)
    doing = Doing(note=note, detail=detail, changes={"answered_at": first}, statement=statement)
    return take(
        ledger,
        case,
        by,
        "publish",
        doing,
        check=lambda: _check_publishable(ledger, case, published_at, by),
    )


def promise(ledger: Ledger, case_id: str, by: By, *, text: str, due: datetime) -> Case:
    """Register a publicly given promise: what, by when. It is supervised like a clock."""
    text = _needed(text, "请写明承诺的内容")
    case = current(ledger, case_id, by)
    detail = _detail(text=text, due=due.isoformat())
    known = any(given.text == text and given.due == due for given in case.promises)
    promises = case.promises if known else (*case.promises, Promise(text=text, due=due))
    doing = Doing(note=text, detail=detail, changes={"promises": promises})
    return take(ledger, case, by, "promise", doing)


def promise_kept(
    ledger: Ledger, case_id: str, by: By, *, text: str, kept_at: datetime | None = None
) -> Case:
    """Register that a promise was kept, and when."""
    case = current(ledger, case_id, by)
    done = kept_at or by.at
    detail = _detail(text=text, kept_at=done.isoformat())
    if not any(given.text == text for given in case.promises):
        raise UsageError(f"“{case.title}”没有登记过承诺“{text}”, 请先登记承诺")
    promises = tuple(
        replace(given, kept_at=done) if given.text == text and given.kept_at is None else given
        for given in case.promises
    )
    doing = Doing(note=text, detail=detail, changes={"promises": promises})
    return take(ledger, case, by, "kept", doing)


def urge(ledger: Ledger, case_id: str, by: By, *, text: str) -> Case:
    """Urge the body (催办), with a notice."""
    text = _needed(text, "请写明催办的内容")
    case = current(ledger, case_id, by)
    told = _told(case, by, f"催办 {case.body or '待交办'}", text)
    return take(ledger, case, by, "urge", Doing(note=text, notifications=told))


def order(
    ledger: Ledger, case_id: str, by: By, *, from_body: str, text: str, due: datetime | None
) -> Case:
    """Register by hand what a superior body asked for (K5), with its due time as a clock of the case."""
    from_body = _needed(from_body, "请写明是哪个上级机关的要求")
    case = current(ledger, case_id, by)
    detail = _detail(from_body=from_body, due=due.isoformat() if due else "")
    clocks = case.clocks if due is None else (*case.clocks, _order_clock(case, by, from_body, due))
    told = _told(case, by, f"上级要求 {from_body}", text)
    doing = Doing(note=text, detail=detail, changes={"clocks": clocks}, notifications=told)
    return take(ledger, case, by, "order", doing)


def feedback(ledger: Ledger, case_id: str, by: By, *, clock: str, text: str) -> Case:
    """Register that the superior body was answered; it meets that order's clock."""
    case = current(ledger, case_id, by)
    if clock not in {row.clock for row in case.clocks}:
        raise UsageError(f"“{case.title}”没有编号为 {clock} 的上级要求, 请先登记")
    doing = Doing(note=_needed(text, "请写明反馈的内容"), detail=_detail(met=clock))
    return take(ledger, case, by, "feedback", doing)


def return_to(ledger: Ledger, case_id: str, by: By, *, reason: str, suggest: str) -> Case:
    """Send the case back from the body (退回): the reason and the body it suggests are both required."""
    reason = _needed(reason, "请写明退回的理由")
    suggest = _needed(suggest, "请写明建议的承办单位")
    case = current(ledger, case_id, by)
    told = _told(case, by, f"退回 {case.body}", f"{reason} 建议改派{suggest}")
    doing = Doing(note=reason, detail=_detail(suggest=suggest), notifications=told)
    return take(ledger, case, by, "return_to", doing)


def close(ledger: Ledger, case_id: str, by: By, *, reason: str) -> Case:
    """Close the case with a reason. Open promises and unanswered orders keep it open."""
    reason = _needed(reason, "请写明办结的理由")
    case = current(ledger, case_id, by)
    doing = Doing(note=reason, changes={"closed_at": by.at}, issue_state="closed")
    return take(ledger, case, by, "close", doing, check=lambda: _check_nothing_owed(ledger, case))


def reopen(ledger: Ledger, case_id: str, by: By, *, reason: str) -> Case:
    """Open a closed case again, with a reason."""
    reason = _needed(reason, "请写明重启的理由")
    doing = Doing(note=reason, changes={"closed_at": None}, issue_state="in_case")
    return take(ledger, current(ledger, case_id, by), by, "reopen", doing)


def reassign(
    ledger: Ledger,
    case_id: str,
    by: By,
    *,
    body: str,
    contact: str = "",
    assisting: tuple[str, ...] = (),
    note: str,
) -> Case:
    """Give the case to another body (改派): an assignment that must say why."""
    why = _needed(note, "请写明改派的理由")
    if current(ledger, case_id, by).state == "open":
        raise UsageError("这一事项还没有交办过, 请用交办")
    return assign(ledger, case_id, by, body=body, contact=contact, assisting=assisting, note=why)


def reinstate(ledger: Ledger, issue_id: str, by: By, *, reason: str) -> Issue:
    """Take a dismissal back (撤销不予回应), with a reason; the issue waits again and can be opened. Twice does nothing."""
    check_may(by.role, "dismiss", "撤销不予回应")
    reason = _needed(reason, "请写明撤销的理由")

    def change(stored: Issue) -> Issue | None:
        return replace(stored, state="acknowledged") if stored.state == "dismissed" else None

    return ledger.change_issue(
        issue_id,
        change,
        actor=by.actor,
        role=by.role,
        action="issue.reinstate",
        note=f"{by.at.isoformat()} 撤销不予回应: {reason}",
        at=by.at,
    )


def _openable(ledger: Ledger, issue_id: str) -> Issue:
    issue = ledger.issue(issue_id)
    if issue is None:
        raise UsageError(f"没有编号为 {issue_id} 的议题; 请在热点里选一件")
    if issue.scope == "elsewhere":
        raise UsageError(f"“{issue.title}”是外地同类, 不归本机关回应, 不立事项")
    if issue.state == "dismissed":
        raise UsageError(f"“{issue.title}”已决定不予回应; 要办请先撤销这一决定 (撤销不予回应)")
    return issue


def _first_move(case: Case, by: By, doing: Doing) -> Move:
    return Move(
        case_id=case.id,
        seq=1,
        kind="open",
        actor=by.actor,
        role=by.role,
        at=by.at,
        before="open",
        after="open",
        note=doing.note,
        detail=doing.detail,
    )


def _check_publishable(ledger: Ledger, case: Case, published_at: datetime, by: By) -> None:
    """Refuse what is not yet published, and a draft that waits for its signature."""
    if published_at > by.at:
        raise UsageError("发布时间不能晚于现在; 请在发布之后登记")
    if case.state == "signing" and signed_at(ledger.moves(case.id)) is None:
        raise UsageError(f"“{case.title}”还没有签发, 请先由领导签发")


def signed_at(moves: list[Move]) -> datetime | None:
    """Return when the draft that waits in `signing` was signed, None while it waits for the signature."""
    for move in reversed(moves):
        if move.kind == "sign":
            return move.at
        if move.before != move.after:
            return None
    return None


def _check_nothing_owed(ledger: Ledger, case: Case) -> None:
    """Refuse to close while a promise or an order from above is open."""
    owed = [given.text for given in case.promises if given.kept_at is None]
    if owed:
        raise UsageError(f"还有公开承诺没有兑现 ({'; '.join(owed)}), 兑现并登记后才能办结")
    met = {value for move in ledger.moves(case.id) for name, value in move.detail if name == "met"}
    orders = [row.source for row in case.clocks if is_order(row) and row.clock not in met]
    if orders:
        raise UsageError(f"还没有向上级反馈 ({'; '.join(orders)}), 反馈并登记后才能办结")


def is_order(clock: ReplyBy) -> bool:
    """Whether the clock is that of an order from above; it is met by feedback, not by publication."""
    return clock.clock.startswith("K5")


def _order_clock(case: Case, by: By, from_body: str, due: datetime) -> ReplyBy:
    return ReplyBy(
        clock=free_name("K5", {row.clock for row in case.clocks}),
        duty="按上级要求反馈",
        start=by.at,
        due=due,
        source=f"{from_body}要求{BY_HAND}",
    )


def _told(case: Case, by: By, subject: str, body: str) -> tuple[Notification, ...]:
    """Return the notices that go out with a move."""
    return notices(
        case.issue_id,
        case.level,
        (by.at.isoformat(), subject),
        subject=f"{subject}: {case.title}",
        body=body,
        at=by.at,
    )


def _detail(**values: str) -> Detail:
    return tuple((name, value) for name, value in values.items() if value)


def _needed(value: str, sentence: str) -> str:
    value = value.strip()
    if not value:
        raise UsageError(sentence)
    return value
