"""View: the operator's tables a judgement needs, read once: rule book, signs, bodies, regions, remit."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from alerts.mention import Mention
from alerts.remit import Remit, Whereabouts, remit_of, watched
from config.bodies import derived_bodies, domain_names
from config.desk import Desk
from config.rulebook import RuleBook, rulebook_of
from config.signs import SignBook, load_signs
from config.tables import Body, bodies_of, regions_of

_REGION = re.compile(r"^(.{1,14}?(?:自治区|自治州|自治县|特别行政区|省|市|区|县|盟|旗|州))")


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Everything a judgement reads besides the documents."""

    book: RuleBook
    signs: SignBook
    bodies: tuple[Body, ...]
    remit: Remit
    region_name: str
    domain_names: Mapping[str, str]
    version: str = ""
    """Of the tables; when it changes, recent events are judged again. Empty where nobody asks."""

    def whereabouts(self, mentions: Iterable[Mention] = ()) -> Whereabouts:
        """Return the running place count over some documents."""
        return watched(self.remit, mentions)


def view_of(desk: Desk) -> View:
    """Read the desk's tables. A live desk without its own bodies gets those of the domains, named after its region."""
    regions = regions_of(desk)
    remit = remit_of(desk.region, regions)
    known = remit.regions.get(desk.region)
    name = known.name if known else region_name(desk.body)
    topics = desk.table("topics.toml")
    bodies = bodies_of(desk) or derived_bodies(topics, desk.region, name)
    book = rulebook_of(desk)
    return View(
        book=book,
        signs=load_signs(desk.table("signs.toml")),
        bodies=bodies,
        remit=remit,
        region_name=name,
        domain_names=domain_names(topics),
        version=_version(book, desk.table("signs.toml").read_text("utf-8"), bodies, regions),
    )


def _version(*tables: object) -> str:
    """Return the version of tables: the same content gives the same, in any process."""
    return hashlib.sha256("\n".join(map(repr, tables)).encode()).hexdigest()[:16]


def region_name(body: str) -> str:
    """Return the region at the front of a body's name: 某市人民政府办公室 → 某市."""
    match = _REGION.match(body)
    return match.group(1) if match else body
