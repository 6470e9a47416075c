"""Remit 管辖: whether a matter is the operator's own, and which of its places are concerned."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from alerts.mention import Mention
from config.tables import Region
from records.issue import Scope

COUNTY_KINDS = frozenset({"county", "zone"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Remit:
    """The operator's region and what lies below it; by its own table of regions, else by the digits of the code."""

    region: str
    regions: Mapping[str, Region] = field(default_factory=dict)

    def chain(self, code: str) -> tuple[str, ...]:
        """Return a code and the codes above it."""
        found = [code]
        while found[-1] in self.regions and self.regions[found[-1]].parent:
            found.append(self.regions[found[-1]].parent)
        last = found[-1]
        if last not in self.regions:
            found += [up for up in (last[:6], last[:4] + "00", last[:2] + "0000") if up != last]
        return tuple(dict.fromkeys(found))

    def inside(self, code: str) -> bool:
        """Whether a place is the operator's region or lies below it."""
        return self.region in self.chain(code)

    def above(self, code: str) -> bool:
        """Whether a place is the operator's region or contains it."""
        return code in self.chain(self.region)

    def county(self, code: str) -> str:
        """Return the county-level place of a code, or nothing when it is above."""
        for up in self.chain(code):
            known = self.regions.get(up)
            if known is not None:
                if known.kind in COUNTY_KINDS:
                    return up
            elif len(up) == 6 and not up.endswith("00"):
                return up
        return ""

    def city(self, code: str) -> str:
        """Return the city-level (or provincial) place above a code."""
        chain = self.chain(code)
        for up in chain:
            known = self.regions.get(up)
            if known.kind == "city" if known else up.endswith("00") and not up.endswith("0000"):
                return up
        return chain[-1]


class Whereabouts:
    """A running count of the places a matter's documents name."""

    def __init__(self, remit: Remit) -> None:
        self._remit = remit
        self._names: dict[str, str] = {}
        self.documents = 0
        self.inside = 0
        self.outside = 0
        self.local = 0
        self.whole = 0
        self.counties: Counter[str] = Counter()
        self.cities: Counter[str] = Counter()

    def add(self, mention: Mention) -> None:
        """Count one document."""
        codes = self._codes(mention)
        inside = [code for code in codes if self._remit.inside(code)]
        outside = [c for c in codes if not self._remit.inside(c) and not self._remit.above(c)]
        self.documents += 1
        self.inside += bool(inside)
        self.outside += (bool(outside) or _says_elsewhere(mention)) and not inside
        self.local += not codes and self._local_source(mention) and not _says_elsewhere(mention)
        counties = {county for county in map(self._remit.county, inside) if county}
        self.whole += bool(inside) and not counties
        self.counties.update(counties)
        self.cities.update({self._remit.city(code) for code in outside})

    def _codes(self, mention: Mention) -> tuple[str, ...]:
        places = mention.score.places if mention.score else ()
        for place in places:
            self._names[place.code] = place.name
        codes = [place.code for place in places]
        if mention.hotline and mention.document.region:
            codes.append(mention.document.region)
        return tuple(dict.fromkeys(codes))

    def _local_source(self, mention: Mention) -> bool:
        region = mention.document.region
        return region is not None and self._remit.inside(region)

    @property
    def scope(self) -> Scope | None:
        """Ours, elsewhere, or None while no place is known: then nothing is raised yet."""
        if self.inside == self.outside == 0:
            return "ours" if self.local else None
        return "ours" if self.inside >= self.outside and self.inside else "elsewhere"

    @property
    def main_counties(self) -> tuple[str, ...]:
        """Counties named by at least two documents and a fifth of those that name any, most named first."""
        total = sum(self.counties.values())
        ranked = sorted(self.counties.items(), key=lambda item: (-item[1], item[0]))
        return tuple(code for code, count in ranked if count >= 2 and count * 5 >= total)

    @property
    def county(self) -> str:
        """The one county concerned, or nothing when it is several or the whole region."""
        ranked = sorted(self.counties.items(), key=lambda item: (-item[1], item[0]))
        if not ranked:
            return ""
        code, count = ranked[0]
        rest = sum(self.counties.values()) - count
        return code if count >= 2 * rest and count >= self.whole else ""

    @property
    def beyond(self) -> tuple[str, ...]:
        """Names of other cities that carry the matter as much as ours does (at least 40 % of placed documents)."""
        placed = self.inside + self.outside
        cities = [city for city, count in sorted(self.cities.items()) if count * 5 >= placed * 2]
        return tuple(self.name(city) for city in cities)

    def name(self, code: str) -> str:
        """Return the name of a place."""
        known = self._remit.regions.get(code)
        return known.name if known else self._names.get(code, code)


_ELSEWHERE = re.compile(r"外省|邻省|外地|外市|某省|境外|国外")


def _says_elsewhere(mention: Mention) -> bool:
    """Whether a report places itself elsewhere without a name: 外省一煤矿 …."""
    head = mention.document.title or mention.document.text[:40]
    return bool(_ELSEWHERE.search(head))


def watched(remit: Remit, mentions: Iterable[Mention]) -> Whereabouts:
    """Return the whereabouts of several documents."""
    found = Whereabouts(remit)
    for mention in mentions:
        found.add(mention)
    return found


def remit_of(region: str, regions: Sequence[Region]) -> Remit:
    """Return the remit of an operator."""
    return Remit(region=region, regions={row.code: row for row in regions})
