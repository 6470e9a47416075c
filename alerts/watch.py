"""Watch: pull the events whose membership changed, judge them, raise or update their issues, and notify once.

When the tables changed since the last pass, all recent events are judged again; what was raised keeps its moment.
Issues are raised in the order of their moments, and the place read up to is noted only afterwards: killed anywhere
and started again, it does the same work again, which changes nothing.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from alerts.allies import KEPT, Pool
from alerts.background import background_for
from alerts.detect import History, histories
from alerts.kinship import keep_links, kin_of, links_in
from alerts.notice import notices
from alerts.orders import Order, orders_in
from alerts.view import View
from config.channels import ChannelRow
from config.rules import Timing, clocks_of, higher
from records.issue import Issue, ReplyBy
from store.interface import Corpus, Ledger

LOG = logging.getLogger(__name__)
READ_TO = "alerts.revision"
ORDERS_READ = "alerts.orders"
TABLES_READ = "alerts.tables"
ACTOR = "alerts"
ROLE = "system"
AT_ONCE = 500
MOST_EVENTS = 20_000
SETTLED = frozenset({"dismissed", "closed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What one pass did."""

    judged: int = 0
    raised: int = 0
    updated: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Watcher:
    """Judges what changed since the last pass."""

    corpus: Corpus
    ledger: Ledger
    view: View
    channels: tuple[ChannelRow, ...] = ()
    pool: Pool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pool", Pool(view=self.view))

    def once(self) -> Pass:
        """Do one pass over everything that changed."""
        orders = orders_in(self.ledger.corrections())
        reached, touched = self._touched()
        wanted = [*touched, *self._ordered(orders), *self._after_tables_changed()]
        if not wanted:
            return Pass()
        done = self._settle(dict.fromkeys(wanted), orders)
        self.ledger.set_note(ORDERS_READ, str(len(orders)))
        self.corpus.set_note(READ_TO, str(reached))
        self.corpus.set_note(TABLES_READ, self.view.version)
        return done

    def _after_tables_changed(self) -> list[str]:
        """Return the recent events when rules, signs, bodies or regions are no longer those of the last pass."""
        known = self.corpus.get_note(TABLES_READ)
        return [] if known is None or known == self.view.version else self._recent()

    def _recent(self) -> list[str]:
        events = self.corpus.events(limit=MOST_EVENTS)
        newest = max((event.last_at for event in events), default=None)
        return [event.id for event in events if newest and newest - event.last_at <= KEPT]

    def _touched(self) -> tuple[int, list[str]]:
        """Return the events touched since the last pass, all of them, and the revision reached."""
        reached = int(self.corpus.get_note(READ_TO) or 0)
        found: dict[str, None] = {}
        while True:
            after, ids = self.corpus.touched(reached, limit=AT_ONCE)
            found.update(dict.fromkeys(ids))
            if not ids or after == reached:
                return after, list(found)
            reached = after

    def _ordered(self, orders: Sequence[Order]) -> list[str]:
        known = int(self.ledger.get_note(ORDERS_READ) or 0)
        return [order.event_id for order in orders] if len(orders) != known else []

    def _settle(self, event_ids: Iterable[str], orders: Sequence[Order]) -> Pass:
        self._learn(event_ids := list(event_ids))
        links = links_in(self.ledger)
        known = {issue.id: issue for issue in self.ledger.issues()}
        more = sorted(self.pool.touched_by(event_ids))
        wanted = dict.fromkeys(links.get(event_id, event_id) for event_id in (*event_ids, *more))
        found = [history for event_id in wanted for history in self._judge(event_id, orders, links)]
        found.sort(key=lambda history: (history[0].raised_at, history[0].id))
        raised = updated = 0
        for history in found:
            first = history[0]
            if first.event_id in links:
                continue
            kin = None if first.id in known else self._kin(first, known)
            if kin is not None:
                links[first.event_id] = kin.event_id
                keep_links(self.ledger, links)
                again = self._judge(kin.event_id, orders, links)
                updated += sum(self._keep(one, known)[1] for one in again)
                continue
            fresh, changed = self._keep(history, known)
            raised += fresh
            updated += changed
        return Pass(judged=len(wanted), raised=raised, updated=updated)

    def _learn(self, event_ids: Sequence[str]) -> None:
        """Take the touched events into the pool; at the start of a process all recent ones."""
        known = list(event_ids)
        if not self.pool.events:
            known += self._recent()
        for event_id in dict.fromkeys(known):
            self.pool.learn(event_id, self.corpus.members(event_id))
        newest_voice = max((one.at for one in self.pool.founders.values()), default=None)
        if newest_voice is not None:
            self.pool.forget(newest_voice)

    def _kin(self, first: Issue, known: dict[str, Issue]) -> Issue | None:
        return kin_of(first, known.values(), self.view.book, self.view.region_name)

    def _judge(
        self, event_id: str, orders: Sequence[Order], links: dict[str, str]
    ) -> tuple[History, ...]:
        members = self.corpus.members(event_id)
        before = background_for(members, self.corpus, self.view)
        others = sorted(other for other, event in links.items() if event == event_id)
        kin = [found for other in others for found in self.corpus.members(other)]
        return histories(
            event_id,
            members,
            self.view,
            orders,
            background=before,
            kin=kin,
            pool=self.pool.in_order(),
        )

    def _keep(self, history: History, known: dict[str, Issue]) -> tuple[bool, bool]:
        """Raise the issue if it is new, then bring it to its last version."""
        first, last = history[0], history[-1]
        fresh = first.id not in known
        if fresh:
            self.ledger.raise_issue(first, notices(first, self.channels))
            known[first.id] = first
            LOG.info("raised %s %s", first.rule, first.id)
        return fresh, self._bring(known[first.id], last, known)

    def _bring(self, stored: Issue, last: Issue, known: dict[str, Issue]) -> bool:
        """Bring an issue to its last version. A case may have been opened since the pass began: its state stands."""
        stored = self.ledger.issue(stored.id) or stored
        target = merged(stored, last, self.view)
        if stored.state in SETTLED or target == stored:
            return False
        note = changes(stored, target)
        self.ledger.update_issue(
            target, actor=ACTOR, role=ROLE, action="issue.update", note=note, expected=stored
        )
        if stored.scope == "elsewhere" and target.scope == "ours":
            self.ledger.enqueue(notices(target, self.channels))
        known[target.id] = target
        return True


def merged(stored: Issue, last: Issue, view: View) -> Issue:
    """Return the last version with what people decided kept: the state, and a grade they set with its clocks.

    Under changed tables the same issue would have been raised at another moment: then it stays as it was raised.
    """
    if last.scope == stored.scope and last.raised_at != stored.raised_at:
        return replace(stored, level=higher(stored.level, last.level))
    kept = replace(last, state=stored.state)
    if stored.incident_grade is None or stored.incident_grade == last.incident_grade:
        return kept
    return replace(
        kept,
        incident_grade=stored.incident_grade,
        reply_by=regraded(kept, stored.incident_grade, view),
        body=stored.body,
    )


def regraded(issue: Issue, grade: str, view: View) -> tuple[ReplyBy, ...]:
    """Return the clocks of an incident issue under a grade that people set."""
    timing = Timing(
        rule=issue.rule,
        level=issue.level,
        first_seen_at=issue.first_seen_at,
        met_at=issue.raised_at,
        grade=grade,
    )
    later = tuple(clock for clock in issue.reply_by if clock.clock in {"C04", "K5"})
    return (*clocks_of(view.book, timing), *later)


def changes(stored: Issue, target: Issue) -> str:
    """Say in words what changed."""
    found = []
    if stored.level != target.level:
        found.append(f"议题等级 {stored.level} → {target.level}")
    if stored.incident_grade != target.incident_grade:
        found.append(f"突发事件等级认定为{target.incident_grade}")
    if stored.scope != target.scope:
        found.append("转为本机关管辖")
    before = {clock.clock for clock in stored.reply_by}
    after = {clock.clock for clock in target.reply_by}
    if before != after:
        gone, new = sorted(before - after), sorted(after - before)
        found.append(f"时钟 {'、'.join(gone) or '—'} → {'、'.join(new) or '—'}")
    if stored.body != target.body:
        found.append(f"回应主体建议改为{target.body.name}")
    return "; ".join(found) or "依据更新"
