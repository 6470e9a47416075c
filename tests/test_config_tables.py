"""Operator tables are read into typed rows, or refused with file, line and what is allowed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from config.bodies import derived_bodies
from config.channels import load_channels
from config.rulebook import load_rulebook
from config.settings import TABLES
from config.signs import load_signs
from config.tables import load_bodies, load_regions, rows
from records.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row with every kind of value."""

    name: str
    count: int
    share: float = 0.5
    on: bool = True
    colour: Literal["红", "绿"] = "红"
    words: tuple[str, ...] = ()


def _file(folder: Path, text: str) -> Path:
    file = folder / "table.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_rows_have_their_types_and_defaults(tmp_path: Path) -> None:
    """A whole number may stand for a figure with a point; lists become tuples."""
    file = _file(tmp_path, '[[row]]\nname = "甲"\ncount = 3\nshare = 1\nwords = ["乙"]\n')
    assert rows(file, "row", Row) == (Row(name="甲", count=3, share=1.0, words=("乙",)),)


@pytest.mark.parametrize(
    ("line", "wrong", "said"),
    [
        (3, 'name = "甲"\nconut = 3', "没有名为 conut 的项.*name、count"),
        (3, 'name = "甲"\ncount = "三"', "count 应是整数.*'三'"),
        (3, 'name = "甲"\ncount = true', "count 应是整数"),
        (4, 'name = "甲"\ncount = 1\ncolour = "蓝"', "colour 应是 红、绿 之一.*'蓝'"),
        (4, 'name = "甲"\ncount = 1\nwords = [1]', "words 应是列表"),
        (1, "count = 1", "缺少 name"),
        (3, 'name = "甲"\ncount = = 1', "不是合法的 TOML"),
    ],
)
def test_a_wrong_row_is_refused_with_its_line(
    tmp_path: Path, line: int, wrong: str, said: str
) -> None:
    """The message names the file, the line and what is allowed."""
    file = _file(tmp_path, f"[[row]]\n{wrong}\n")
    with pytest.raises(ConfigError, match=said) as refused:
        rows(file, "row", Row)
    assert refused.value.line == line
    assert str(file) in str(refused.value)


def test_the_line_is_that_of_the_right_block(tmp_path: Path) -> None:
    """The second block's mistake is not reported at the first's line."""
    file = _file(tmp_path, '[[row]]\nname = "甲"\ncount = 1\n\n[[row]]\nname = "乙"\ncount = "x"\n')
    with pytest.raises(ConfigError) as refused:
        rows(file, "row", Row)
    assert refused.value.line == 7


def test_a_doubled_code_and_a_wrong_code_are_refused(tmp_path: Path) -> None:
    """Regions are known by their code."""
    block = '[[regions]]\ncode = "{}"\nname = "甲"\nparent = ""\nkind = "city"\n'
    with pytest.raises(ConfigError, match="出现了两次"):
        load_regions(_file(tmp_path, block.format("990100") * 2))
    with pytest.raises(ConfigError, match="六位") as refused:
        load_regions(_file(tmp_path, block.format("99")))
    assert refused.value.line == 2


def test_an_unknown_table_name_is_refused(tmp_path: Path) -> None:
    """A misspelt heading would otherwise be ignored."""
    with pytest.raises(ConfigError, match="没有名为 bodys 的表"):
        load_bodies(_file(tmp_path, '[[bodys]]\nname = "甲"\n'))


def test_no_file_is_an_empty_table(tmp_path: Path) -> None:
    """A live desk need not have regions and bodies of its own."""
    assert load_regions(tmp_path / "none.toml") == ()
    assert load_bodies(tmp_path / "none.toml") == ()


def test_the_samples_tables_hang_together() -> None:
    """Each region's parent and each body's region is in the table."""
    regions = {row.code: row for row in load_regions(TABLES / "sample" / "regions.toml")}
    assert all(not row.parent or row.parent in regions for row in regions.values())
    bodies = load_bodies(TABLES / "sample" / "bodies.toml")
    assert all(body.region in regions for body in bodies)


def test_a_live_desk_gets_the_domains_bodies_with_its_regions_name() -> None:
    """市交通运输局 becomes the city's own; a vertical body stays vertical."""
    bodies = {row.name: row for row in derived_bodies(TABLES / "topics.toml", "330100", "某某市")}
    assert "transport" in bodies["某某市交通运输局"].domains
    assert bodies["某某市邮政管理局"].vertical == "full"
    assert not any("/" in name or "(" in name for name in bodies)


def test_every_shipped_table_of_ours_is_sound() -> None:
    """Rule book, signs and channels load; every threshold names its source."""
    book = load_rulebook()
    assert all(row.source for row in book.thresholds.values())
    assert load_signs().names
    assert load_channels(TABLES / "channels.toml")


def test_a_missing_threshold_or_sign_is_refused_when_read(tmp_path: Path) -> None:
    """Not hours later, when the rule first needs it."""
    text = (TABLES / "rules.toml").read_text(encoding="utf-8")
    file = _file(tmp_path, text.replace('name = "witnesses"', 'name = "witness"'))
    with pytest.raises(ConfigError, match="witnesses"):
        load_rulebook(rules=file)
    signs = (TABLES / "signs.toml").read_text(encoding="utf-8")
    with pytest.raises(ConfigError, match="collapse"):
        load_signs(_file(tmp_path, signs.replace('id = "collapse"', 'id = "colapse"')))
