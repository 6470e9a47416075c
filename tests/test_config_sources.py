"""The table of sources: read whole, refused with file and line when wrong, the loopback exception only for .test."""

from pathlib import Path

import pytest

from config.desk import Desk
from config.settings import TABLES, load
from config.sources import load_sources, sources_of, with_local
from records.errors import ConfigError

GOOD = """patience_minutes = 60

[[sources]]
name = "daily"
title = "柳溪日报"
kind = "news"
start = ["http://daily.liuxi.test/"]
source_class = "city"
platform = "新闻网站"
"""


def _written(folder: Path, text: str) -> Path:
    file = folder / "sources.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_good_table_is_read(tmp_path: Path) -> None:
    """What is not written has its default."""
    table = load_sources(_written(tmp_path, GOOD))
    assert table.patience_minutes == 60
    (source,) = table.sources
    assert (source.name, source.on, source.pages, source.follow) == ("daily", True, 1, False)
    assert source.allowed_hosts == {"daily.liuxi.test"}
    assert table.named("daily") is source
    assert table.named("nobody") is None


@pytest.mark.parametrize(
    ("line", "said", "number"),
    [
        ('kind = "newspaper"', "news、feed、board、posts、hotline", 10),
        ('source_class = "king"', "central、provincial", 10),
        ('colour = "red"', "没有名为 colour 的项", 10),
        ('delay_s = "slow"', "delay_s 应是", 10),
        ("delay_s = -1.0", "不小于 0", 10),
        ("delay_s = nan", "不小于 0", 10),
        ("poll_seconds = inf", "应大于 0", 10),
        ('start = ["http://[bad/"]', "http", 10),
        ("poll_seconds = 0", "应大于 0", 10),
        ("start = []", "至少一个", 10),
        ('start = ["ftp://x/"]', "http", 10),
        ("start = [1]", "文字的列表", 10),
        ('article = "("', "正则式", 10),
        ('cookie = "mail_password"', "weibo_cookie", 10),
        ('loopback = "10.0.0.1:80"', "127.0.0.1", 10),
        ('loopback = "127.0.0.1"', "主机:端口", 10),
        ('selectors = {colour = "h1"}', "可用的有 links", 10),
        ('name = "Daily News"', "小写字母", 10),
    ],
)
def test_a_wrong_value_is_refused_with_its_line(
    tmp_path: Path, line: str, said: str, number: int
) -> None:
    """File, line and what is allowed, in one sentence."""
    key = line.partition(" ")[0]
    text = "\n".join(one for one in GOOD.splitlines() if not one.startswith(f"{key} ="))
    file = _written(tmp_path, f"{text}\n{line}\n")
    with pytest.raises(ConfigError) as error:
        load_sources(file)
    assert said in str(error.value)
    assert error.value.file == file
    wanted = number if len(text.splitlines()) == 9 else number - 1
    assert error.value.line == wanted


def test_loopback_is_for_test_hosts_only(tmp_path: Path) -> None:
    """A public host with a loopback address would open the door the rule shuts."""
    text = GOOD.replace("daily.liuxi.test", "www.example.com") + 'loopback = "127.0.0.1:0"\n'
    with pytest.raises(ConfigError, match=r"\.test"):
        load_sources(_written(tmp_path, text))


def test_a_name_written_twice_is_refused(tmp_path: Path) -> None:
    """Two sources of one name would share a frontier."""
    again = GOOD.partition("\n\n")[2]
    with pytest.raises(ConfigError, match="写了两次"):
        load_sources(_written(tmp_path, GOOD + "\n" + again))


@pytest.mark.parametrize("missing", ["title", "kind", "start", "source_class", "platform"])
def test_a_missing_field_is_named(tmp_path: Path, missing: str) -> None:
    """The message names the field."""
    text = "\n".join(one for one in GOOD.splitlines() if not one.startswith(f"{missing} ="))
    with pytest.raises(ConfigError, match=missing):
        load_sources(_written(tmp_path, text))


def test_broken_toml_and_unknown_top_keys_are_refused(tmp_path: Path) -> None:
    """Also where the file is no table of sources at all."""
    for text in ("sources = [", "patience_minutes = 0\n", "colour = 1\n", "sources = 3\n"):
        with pytest.raises(ConfigError):
            load_sources(_written(tmp_path, text))


def test_the_operators_own_changes_are_laid_over_the_table(tmp_path: Path) -> None:
    """config/local.toml switches sources and sets their words; a wrong name or key is refused."""
    table = load_sources(_written(tmp_path, GOOD))
    local = tmp_path / "local.toml"
    local.write_text('body = "x"\n[sources.daily]\non = false\n', encoding="utf-8")
    assert not with_local(table, local).sources[0].on
    assert with_local(table, tmp_path / "none.toml") == table
    for wrong in ("[sources.nobody]\non = false\n", '[sources.daily]\nkind = "feed"\n'):
        local.write_text(wrong, encoding="utf-8")
        with pytest.raises(ConfigError):
            with_local(table, local)


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        ("[sources.daily]\non = false\ncolour = 1\n", "colour 不能在这里改; 可改的有 on、start", 4),
        ("[sources]\ndaily = true\n", "请写成 \\[sources.daily\\] 段", 3),
        ("[sources]\ndaily = false\n", "例如其中一行 on = false", 3),
        ("[sources.daily]\nstart = [1]\n", "文字的列表", 3),
        ('[sources.daily]\nstart = ["http://[bad/"]\n', "http", 3),
        ("[sources.daily]\nstart = []\n", "至少一个", 3),
        ('[sources.daily]\non = "no"\n', "on 应是 bool", 3),
        ("[sources.daily]\npages = true\n", "pages 应是 int", 3),
        ("[sources.daily]\n\npages = 0\n", "不小于 1", 4),
        ("[sources.daily]\ndelay_s = nan\n", "不小于 0", 3),
        ('[sources.daily.selectors]\ntext = "p"\n', "selectors 不能在这里改", 2),
        ("[sources]\ndaily = {on = false, pages = 0}\n", "不小于 1", 3),
        ("sources.daily.pages = 0\n", "不小于 1", 2),
        ("[sources.dialy]\non = false\n", "没有名为 dialy 的来源; 可用的有 daily", 2),
        ("[[sources]]\non = false\n", "应写成", 2),
    ],
)
def test_a_wrong_change_of_the_operators_is_refused_with_its_line(
    tmp_path: Path, text: str, said: str, line: int
) -> None:
    """One sentence with file and line, never a traceback and never a change that is silently left out."""
    table = load_sources(_written(tmp_path, GOOD))
    local = tmp_path / "local.toml"
    local.write_text(f'body = "daily"\n{text}', encoding="utf-8")
    with pytest.raises(ConfigError, match=said) as error:
        with_local(table, local)
    assert error.value.file == local
    assert error.value.line == line


def _desk(folder: Path, *, sample: bool) -> Desk:
    settings = load(file=None, environ={})
    return Desk(settings=settings, sample=sample, folder=folder, body="x", region="990100")


def test_every_stage_sees_the_live_table_with_the_operators_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sample week keeps its own table, whatever the operator wrote for the live desk."""
    shipped = load_sources(TABLES / "sources.toml").sources[0]
    local = tmp_path / "local.toml"
    local.write_text(f"[sources.{shipped.name}]\npages = 7\n", encoding="utf-8")
    monkeypatch.setattr("config.sources.LOCAL", local)
    changed = sources_of(_desk(tmp_path, sample=False)).named(shipped.name)
    assert changed is not None
    assert changed.pages == 7 != shipped.pages
    assert sources_of(_desk(tmp_path, sample=True)) == load_sources(
        TABLES / "sample" / "sources.toml"
    )


def test_the_shipped_tables_are_good() -> None:
    """Both tables load; the sample's hosts are all .test, the live ones all public."""
    sample = load_sources(TABLES / "sample" / "sources.toml")
    live = load_sources(TABLES / "sources.toml")
    assert sample.patience_minutes > live.patience_minutes == 30
    assert all(h.endswith(".test") for s in sample.sources for h in s.allowed_hosts)
    assert not any(h.endswith(".test") for s in live.sources for h in s.allowed_hosts)
