"""Detect: one event's documents in, the versions of its issue out; pure, so any cut into batches gives the same.

The walk takes the members in order. The first rule met names the issue and freezes it at that moment; later
documents may raise its level, grade the incident (only an authority's own words do), or begin the follow-up clock.
Each such moment is a version; the last one is how the issue stands.
"""

from collections.abc import Sequence
from dataclasses import replace

from alerts.mention import Mention, mentions_of
from alerts.orders import Order, orders_for
from alerts.rules import Met, RuleModule, rules_in_order
from alerts.sequel import Sequel
from alerts.view import View
from alerts.wording import issue_from
from records.issue import Issue
from store.interface import Found


def versions(
    event_id: str, members: Sequence[Found], view: View, orders: Sequence[Order] = ()
) -> tuple[Issue, ...]:
    """Return the versions of the event's issue, oldest first; none when it needs no answer."""
    mentions = mentions_of(members, view.signs)
    found = _earliest(mentions, view)
    if found is None:
        return _by_order(event_id, mentions, view, orders)
    rule, met = found
    start = _placed_at(mentions, met, view)
    if start is None:
        return _by_order(event_id, mentions, view, orders)
    sequel = Sequel(event_id=event_id, mentions=mentions, view=view, rule=rule.ID, met=met)
    return sequel.versions(start, orders_for(orders, event_id))


def _earliest(mentions: Sequence[Mention], view: View) -> tuple[RuleModule, Met] | None:
    """Return the rule met first; at the same document the order of rules.toml decides."""
    best: tuple[int, int] | None = None
    chosen: tuple[RuleModule, Met] | None = None
    for number, rule in enumerate(rules_in_order(view.book)):
        met = rule.first_met(mentions, view.book)
        if met is not None and (best is None or (met.index, number) < best):
            best, chosen = (met.index, number), (rule, met)
    return chosen


def _placed_at(mentions: Sequence[Mention], met: Met, view: View) -> int | None:
    """Return the first member from the met moment on at which it is known whose matter it is."""
    whereabouts = view.whereabouts(mentions[: met.index])
    for index in range(met.index, len(mentions)):
        whereabouts.add(mentions[index])
        if whereabouts.scope is not None:
            return index
    return None


def _by_order(
    event_id: str, mentions: Sequence[Mention], view: View, orders: Sequence[Order]
) -> tuple[Issue, ...]:
    """Return the issue of an event that no rule met, but that an authority ordered to be answered."""
    due = orders_for(orders, event_id)
    if not due or not mentions:
        return ()
    first = due[0]
    seen = [index for index, mention in enumerate(mentions) if mention.at <= first.at] or [0]
    met = Met(
        index=seen[-1],
        counted=tuple(seen),
        reasons=(f"{first.authority}要求回应 (人工登记; 依据 国办发〔2016〕61号)",),
    )
    sequel = Sequel(event_id=event_id, mentions=mentions, view=view, rule="superior_order", met=met)
    found = issue_from(sequel.picture(seen[-1], orders=due[:1]), view)
    return (replace(found, raised_at=first.at, scope="ours"),)
