"""Detect: one event's documents in, the versions of its issue out; pure, so any cut into batches gives the same.

The walk takes the members in order. The first rule met names the issue and freezes it at that moment; later
documents may raise its level, grade the incident (only an authority's own words do), or begin the follow-up clock.
Each such moment is a version; the last one is how the issue stands.
"""

from collections.abc import Sequence
from dataclasses import replace

from alerts.allies import allied
from alerts.mention import Mention, mentions_of
from alerts.orders import Order, orders_for
from alerts.rules import (
    Met,
    RuleModule,
    policy_misread,
    rules_in_order,
    shifted,
    superior_order,
)
from alerts.sequel import Sequel
from alerts.view import View
from alerts.wording import issue_from
from records.issue import Issue
from store.interface import Found

History = tuple[Issue, ...]


def versions(
    event_id: str,
    members: Sequence[Found],
    view: View,
    orders: Sequence[Order] = (),
    *,
    background: Sequence[Mention] = (),
) -> History:
    """Return the versions of the event's first issue, oldest first; none when it needs no answer."""
    found = histories(event_id, members, view, orders, background=background)
    return found[0] if found else ()


def histories(
    event_id: str,
    members: Sequence[Found],
    view: View,
    orders: Sequence[Order] = (),
    *,
    background: Sequence[Mention] = (),
    kin: Sequence[Found] = (),
    pool: Sequence[Mention] = (),
) -> tuple[History, ...]:
    """Return the versions of each of the event's issues; mostly one.

    `background` are policy documents published before the event began, `kin` members of other events found to tell
    the same matter: they come in after the issue was raised. `pool` are first voices of other events, of which
    those on this event's trouble are heard with it. A second issue stands only where the events
    threw two matters together: another rule, met by other documents, in another field; or where an order came.
    """
    own = mentions_of(members, view.signs)
    mentions = in_order((*own, *allied(own, pool, view)))
    mine = orders_for(orders, event_id)
    found: list[tuple[Met, History]] = []
    for rule, met in _met(mentions, view, background):
        start = _placed_at(mentions, met, view)
        if start is None:
            continue
        told = mentions if found else _with_kin(mentions, start, kin, view)
        sequel = Sequel(event_id=event_id, mentions=told, view=view, rule=rule.ID, met=met)
        history = sequel.versions(start, () if found else mine)
        if all(_apart(met, history, other) for other in found):
            found.append((met, history))
    if not found:
        return _by_order(event_id, mentions, view, mine)
    return tuple(history for _, history in found)


def _met(
    mentions: Sequence[Mention], view: View, background: Sequence[Mention]
) -> list[tuple[RuleModule, Met]]:
    """Return the rules met, the earliest first; at the same document the order of rules.toml decides."""
    found = []
    for number, rule in enumerate(rules_in_order(view.book)):
        before = tuple(background) if rule.ID == policy_misread.ID else ()
        met = rule.first_met((*before, *mentions), view.book)
        if met is not None:
            moved = shifted(met, len(before))
            found.append((moved.index, number, rule, moved))
    return [(rule, met) for _, _, rule, met in sorted(found, key=lambda row: row[:2])]


def _with_kin(
    mentions: Sequence[Mention], start: int, kin: Sequence[Found], view: View
) -> Sequence[Mention]:
    """Return the members with those of kindred events that came after member `start`."""
    after = (mentions[start].at, mentions[start].document.id)
    own = {mention.document.id for mention in mentions}
    later = [
        mention
        for mention in mentions_of(kin, view.signs)
        if (mention.at, mention.document.id) > after and mention.document.id not in own
    ]
    return (*mentions[: start + 1], *in_order((*mentions[start + 1 :], *later)))


def in_order(mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """Return mentions by the moment they reached the events."""
    return tuple(sorted(mentions, key=lambda one: (one.at, one.document.id)))


def _apart(met: Met, history: History, other: tuple[Met, History]) -> bool:
    if history[0].rule == superior_order.ID:
        return True  # an order from above is a duty of its own, with its own time
    shared = set(met.counted) & set(other[0].counted)
    same_field = set(history[0].domains) & set(other[1][0].domains)
    return not shared and not same_field and history[0].rule != "public_interest"


def _placed_at(mentions: Sequence[Mention], met: Met, view: View) -> int | None:
    """Return the first member from the met moment on at which it is known whose matter it is."""
    if view.whereabouts(mentions[index] for index in met.counted).scope is not None:
        return met.index
    whereabouts = view.whereabouts(mentions[: met.index])
    for index in range(met.index, len(mentions)):
        whereabouts.add(mentions[index])
        if whereabouts.scope is not None:
            return index
    return None


def _by_order(
    event_id: str, mentions: Sequence[Mention], view: View, due: Sequence[Order]
) -> tuple[History, ...]:
    """Return the issue of an event that no rule met, but that an authority ordered to be answered."""
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
    issue = issue_from(sequel.picture(seen[-1], orders=due[:1], scope="ours"), view)
    return ((replace(issue, raised_at=first.at),),)
