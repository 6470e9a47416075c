"""Heat, growth and life-cycle stage of an event, by the open formula (本系统默认值; docs/nlp.md prints it).

    e       = ln(1 + 0.2·views/100 + likes + 2·comments + 3·reposts)
    raw     = Σ source weight · e · 0.5^(age / half-life)
    heat100 = 100·(1 - exp(-raw / H_ref)),  H_ref = P95 of raw over events / 2.303, so the P95 shows as 90

A fall in heat says nothing about whether people were answered; the pages say so.
"""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median

from records.document import Document, Kind, SourceClass
from records.event import Stage

SOURCE_WEIGHT: dict[SourceClass, float] = {
    "central": 3.0,
    "provincial": 2.0,
    "city": 1.5,
    "industry": 1.5,
    "official": 1.2,
    "institution": 1.2,
    "individual": 1.0,
}
HALF_LIFE_H: dict[Kind, float] = {"post": 12.0, "board": 12.0, "article": 24.0, "message": 72.0}
NO_COUNTERS = math.log(1 + 2)
"""News, letters and calls show no counters: each counts as a post with one comment."""
P95_SHOWS_AS_90 = 2.303
LEAST_REFERENCE = 12.0
"""H_ref of a store that has hardly any events: about a dozen posts with a few reactions within half a day show as 63."""
SMALLEST_BASE = 5
KEPT_HOURS = 28 * 24
"""The stage looks back as far as the baseline of the domain rules: 28 days."""


def engagement(document: Document) -> float:
    """Return e of one document."""
    if document.kind in ("article", "message", "board"):
        return NO_COUNTERS
    seen = 0.2 * document.views / 100
    reactions = document.likes + 2.0 * document.comments + 3.0 * document.reposts
    return math.log(1 + seen + reactions)


def raw_heat(documents: Sequence[Document], now: datetime) -> float:
    """Return the sum over documents published by `now`."""
    total = 0.0
    for document in documents:
        age = (now - document.published_at).total_seconds() / 3600
        if age >= 0:
            decay = 0.5 ** (age / HALF_LIFE_H[document.kind])
            total += SOURCE_WEIGHT[document.source_class] * engagement(document) * decay
    return total


def reference(raws: Sequence[float]) -> float:
    """Return H_ref from the raw heats of the events at hand."""
    if not raws:
        return LEAST_REFERENCE
    ranked = sorted(raws)
    high = ranked[min(len(ranked) - 1, math.ceil(0.95 * len(ranked)) - 1)]
    return max(LEAST_REFERENCE, high / P95_SHOWS_AS_90)


def heat100(raw: float, h_ref: float) -> float:
    """Return heat from 0 to 100, to one decimal."""
    return round(100 * (1 - math.exp(-raw / h_ref)), 1)


def hourly(moments: Sequence[datetime], now: datetime) -> list[int]:
    """Count moments by hour up to that of `now`, from the hour of the first but at most `KEPT_HOURS` back."""
    if not moments:
        return []
    hours = [int((now - moment) / timedelta(hours=1)) for moment in moments if moment <= now]
    counts = [0] * (min(max(hours, default=0), KEPT_HOURS - 1) + 1)
    for hour in hours:
        if hour < len(counts):
            counts[-1 - hour] += 1
    return counts


def growth(counts: Sequence[int]) -> float:
    """Return the growth of the last hour over the one before it: (N_t - N_{t-1}) / max(N_{t-1}, 5)."""
    if not counts:
        return 0.0
    before = counts[-2] if len(counts) > 1 else 0
    return round((counts[-1] - before) / max(before, SMALLEST_BASE), 3)


def stage(counts: Sequence[int], platforms: int) -> Stage:
    """Return the stage that an event's hourly volume has reached.

    An event has no history of its own hours of the week, so its baseline is nought and robust z is the volume
    itself. Volumes are smoothed by a three-hour median.
    """
    smooth = [median(counts[max(0, place - 1) : place + 2]) for place in range(len(counts))]
    found: Stage = "latent"
    declined = False
    highest = 0.0
    for place, volume in enumerate(smooth):
        peak = max(highest, volume)
        again = declined or found == "recurrence"
        found = _step(smooth, counts, place, platforms, peak)
        if again and volume >= max(2, 0.5 * highest):
            found = "recurrence"
        declined = found in ("decline", "calm") or (declined and found == "latent")
        highest = peak
    return found


def _step(
    smooth: Sequence[float], counts: Sequence[int], place: int, platforms: int, peak: float
) -> Stage:
    """Return the stage at one hour, from the hours up to it."""
    volume = smooth[place]
    if place >= 47 and max(smooth[place - 47 : place + 1]) < 0.1 * peak:
        return "calm"
    if place >= 11 and max(smooth[place - 11 : place + 1]) < 0.5 * peak:
        return "decline"
    doubled = all(
        growth(counts[max(0, at - 1) : at + 1]) >= 1.0 for at in (place, place - 1) if at >= 0
    )
    if volume >= 3 and doubled:
        return "outbreak"
    if volume >= 2 and volume >= 0.5 * peak and platforms >= 3:
        return "spread"
    return "outbreak" if volume >= 3 else "latent"
