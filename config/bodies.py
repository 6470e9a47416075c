"""Bodies of a desk that keeps no table of its own: the default names of each domain, with the region's name in front."""

import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from config.tables import Body, BodyLevel
from config.vocabulary import load_domains

_NOTE = re.compile(r"[(（][^)）]*[)）]")
_HEAD = re.compile(r"^(?:省|市|县|区)")


def level_of_region(region: str) -> BodyLevel:
    """Return the level of a region by its code: 990000 provincial, 990100 city, else county."""
    if region.endswith("0000"):
        return "provincial"
    return "city" if region.endswith("00") else "county"


@lru_cache(maxsize=8)
def derived_bodies(topics: Path, region: str, name: str) -> tuple[Body, ...]:
    """Return the domains' default bodies of the region's own level (本系统默认值)."""
    level = level_of_region(region)
    found: dict[str, Body] = {}
    for domain in load_domains(topics):
        for text in domain.bodies.get(level, ()):
            body = _body(text, domain.id, level, region, name)
            if body is None:
                continue
            known = found.get(body.name)
            domains = (*known.domains, *body.domains) if known else body.domains
            found[body.name] = replace(body, domains=domains)
    return tuple(found.values())


def domain_names(topics: Path) -> dict[str, str]:
    """Return the Chinese name of each domain."""
    return {domain.id: domain.name for domain in load_domains(topics)}


def _body(text: str, domain: str, level: BodyLevel, region: str, name: str) -> Body | None:
    """Return the body of one entry; an entry that lists kinds of enterprises (轨道/公交企业) is none."""
    short = _NOTE.sub("", text).split("/")[0].strip()
    if not short or not _HEAD.match(short) or "/" in _NOTE.sub("", text):
        return None
    vertical = "full" if "垂直)" in text and "双重" not in text else "none"
    full = name + _HEAD.sub("", short)
    return Body(
        name=full,
        short=short,
        level=level,
        region=region,
        domains=(domain,),
        vertical="full" if vertical == "full" else "none",
    )
