"""The sample week stays a sample: no rule, table or model knows its names."""

from pathlib import Path

import numpy as np
import pytest

from config.settings import ROOT, TABLES
from config.sources import load_sources
from config.tables import load_bodies, load_regions

SAMPLE = TABLES / "sample"
JUDGING = [
    *(ROOT / "alerts").rglob("*.py"),
    *(ROOT / "nlp").rglob("*.py"),
    *(ROOT / "response").glob("*.py"),
    *TABLES.glob("*.toml"),
    *(ROOT / "nlp" / "models").glob("*.json"),
]


def names() -> set[str]:
    """Return what the fictional city's places, bodies and media are called, without what any city has."""
    regions = {region.name for region in load_regions(SAMPLE / "regions.toml")}
    short = {name[:-1] for name in regions if len(name) > 2}
    bodies = {body.name for body in load_bodies(SAMPLE / "bodies.toml")}
    media = {source.title for source in load_sources(SAMPLE / "sources.toml").sources}
    city = {name for name in bodies | media if any(place in name for place in short)}
    return {name for name in regions | short | city if len(name) > 1}


@pytest.mark.parametrize("file", JUDGING, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_no_rule_or_table_names_the_sample_city(file: Path) -> None:
    """Rules that knew the sample would prove nothing on it."""
    text = file.read_text(encoding="utf-8")
    assert sorted(name for name in names() if name in text) == []


@pytest.mark.parametrize(
    "file", sorted((ROOT / "nlp" / "models").glob("*.npz")), ids=lambda f: f.name
)
def test_no_model_holds_a_string_of_the_sample(file: Path) -> None:
    """Models hold hashes and numbers; the few strings they hold are labels."""
    with np.load(file, allow_pickle=False) as pack:
        arrays = [pack[key] for key in pack.files]
    held = " ".join(" ".join(array.ravel()) for array in arrays if array.dtype.kind == "U")
    assert sorted(name for name in names() if name in held) == []
