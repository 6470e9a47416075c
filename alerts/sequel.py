"""Sequel: what happens to an issue after it is raised, as versions: grade, releases, level, answering body.

Only an authority's own words grade an incident. Places keep being counted, so a matter first seen elsewhere becomes
ours when ours is named as often.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from alerts.mention import Mention
from alerts.orders import Order
from alerts.remit import Whereabouts
from alerts.rules import Met
from alerts.rules.policy_misread import is_policy
from alerts.view import View
from alerts.wording import Picture, issue_from
from config.rulebook import GRADES
from config.rules import higher
from records.issue import Issue, Level, Scope

_GRADE = re.compile(
    rf"(?:认定为|定级为|属于|升级为|系一起)[^。\n]{{0,8}}?({'|'.join(GRADES)})[^。\n]{{0,6}}(?:级别|事故|事件|突发)"
)
_BRANCH = re.compile(r"分局|支队|大队|街道|镇政府|乡政府|管委会|监管所|服务中心")
STILL_ASKING = 3
"""So many questions after a release mean that the handling goes on (本系统默认值)."""


@dataclass(slots=True)
class _State:
    """What the walk knows at one moment."""

    whereabouts: Whereabouts
    level: Level | None = None
    grade: str | None = None
    grade_why: str = ""
    released_at: datetime | None = None
    asked_since: int = 0
    branch: str = ""
    central: bool = False
    shape: tuple[object, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequel:
    """The walk from the met moment to the last member."""

    event_id: str
    mentions: Sequence[Mention]
    view: View
    rule: str
    met: Met

    def versions(self, start: int, orders: Sequence[Order] = ()) -> tuple[Issue, ...]:
        """Return the issue as raised at member `start` and each later version."""
        state = _State(whereabouts=self.view.whereabouts(self.mentions[: start + 1]))
        self._note_before(state, start)
        first = self._version(state, start, orders)
        found = [first]
        for index in range(start + 1, len(self.mentions)):
            self._note(state, index)
            if self._shape(state, index, orders) != state.shape:
                found.append(self._version(state, index, orders, before=found[-1]))
        return tuple(found)

    def _note_before(self, state: _State, start: int) -> None:
        """Take in the members up to the start; releases before it answer something else."""
        for mention in self.mentions[: start + 1]:
            state.central = state.central or _central(mention)
            self._note_grade(state, mention)

    def _note(self, state: _State, index: int) -> None:
        mention = self.mentions[index]
        state.whereabouts.add(mention)
        if state.released_at is None:
            state.central = state.central or _central(mention)
        self._note_grade(state, mention)
        if is_release(mention, self.rule):
            self._note_release(state, mention)
        elif state.released_at is not None and mention.public_voice and mention.asks:
            state.asked_since += 1

    def _note_release(self, state: _State, mention: Mention) -> None:
        author = mention.document.author or mention.document.source_name or ""
        if _BRANCH.search(author) and self.rule == "public_interest":
            state.branch = author
            return
        state.released_at = mention.at
        state.asked_since = 0

    def _note_grade(self, state: _State, mention: Mention) -> None:
        if self.rule != "emergency" or not mention.official or state.grade is not None:
            return
        match = _GRADE.search(mention.text)
        if match:
            who = mention.document.author or mention.document.source_name or "有权机关"
            state.grade = match.group(1)
            state.grade_why = f"{who}已公布等级: “{match.group()}”"

    def _shape(self, state: _State, index: int, orders: Sequence[Order]) -> tuple[object, ...]:
        """Return what makes a new version: scope, level, grade, release, follow-up, branch answer, orders."""
        scope = self._scope(state)
        counties = min(2, len(state.whereabouts.main_counties))
        due = sum(order.at <= self.mentions[index].at for order in orders)
        return (
            "ours" if scope == "ours" or (state.shape and state.shape[0] == "ours") else scope,
            counties,
            state.grade,
            state.released_at,
            state.asked_since >= STILL_ASKING,
            state.branch,
            state.central,
            due,
        )

    def _scope(self, state: _State) -> Scope | None:
        """Return whose matter it is: by the documents that carried the rule, where they name a place."""
        return self._near().scope or state.whereabouts.scope

    def _version(
        self,
        state: _State,
        index: int,
        orders: Sequence[Order],
        before: Issue | None = None,
    ) -> Issue:
        state.shape = self._shape(state, index, orders)
        now = self.mentions[index].at
        due = tuple(order for order in orders if order.at <= now)
        issue = issue_from(self.picture(index, state=state, orders=due, before=before), self.view)
        state.level = issue.level if state.level is None else higher(state.level, issue.level)
        return issue

    def picture(
        self,
        index: int,
        *,
        state: _State | None = None,
        orders: Sequence[Order] = (),
        before: Issue | None = None,
        scope: Scope | None = None,
    ) -> Picture:
        """Return what the wording of an issue needs, as of member `index`."""
        state = state or _State(whereabouts=self.view.whereabouts(self.mentions[: index + 1]))
        found = state.shape[0] if state.shape else scope or self._scope(state)
        last = orders[-1] if orders else None
        return Picture(
            event_id=self.event_id,
            rule=self.rule,
            met=self.met,
            mentions=self.mentions[: index + 1],
            whereabouts=state.whereabouts,
            near=self._near(),
            scope="ours" if found == "ours" else "elsewhere",
            raised_at=self.mentions[index].at,
            before=before,
            grade=state.grade,
            grade_why=state.grade_why,
            released_at=state.released_at,
            moving=self.rule == "emergency" or state.asked_since >= STILL_ASKING,
            branch=state.branch,
            central=state.central,
            order_from=last.authority if last else "",
            order_due=last.due if last else None,
        )

    def _near(self) -> Whereabouts:
        return self.view.whereabouts(self.mentions[index] for index in self.met.counted)


def is_release(mention: Mention, rule: str) -> bool:
    """Whether it is an authority's own answer (not the policy document itself, not a medium's report of it).

    In an incident whatever an authority publishes on it is a release, as the first one is wanted in whatever form.
    """
    if not mention.official or mention.document.kind != "article" or mention.says("unreal"):
        return False
    return rule == "emergency" or (mention.says("release") and not is_policy(mention))


def _central(mention: Mention) -> bool:
    return mention.document.source_class == "central" and mention.serious and not mention.board
