"""Settings: what is unknown or of the wrong kind is refused with file, line and what is allowed, never passed over."""

from pathlib import Path

import pytest

from config.settings import KINDS, SETTINGS, load
from records.errors import ConfigError


@pytest.mark.parametrize(
    ("line", "text", "said"),
    [
        (2, 'body = "甲"\nbdoy = "乙"\n', "没有名为 bdoy 的设置; 可用的有 body、"),
        (3, 'body = "甲"\n# channels 在这里\n[channels.email]\non = false\n', "没有名为 channels"),
        (2, 'body = "甲"\n[mail]\nserver = "x"\n', r"没有名为 mail 的设置.*\[sources\.来源名\] 段"),
        (1, "[body]\nname = 1\n", "设置 body 应是文字"),
        (1, 'port = "八"\n', "设置 port 应是整数, 现在是 '八'"),
        (1, 'min_free_gb = "二"\n', "应是数字"),
        (1, "mail_tls = 1\n", "应是是否"),
    ],
)
def test_a_wrong_setting_is_refused_with_its_line(
    tmp_path: Path, line: int, text: str, said: str
) -> None:
    """A table that nobody reads is a wish that nobody heard, so it is refused too."""
    file = tmp_path / "local.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=said) as refused:
        load(file=file, environ={})
    assert refused.value.line == line


def test_the_operators_sources_lie_beside_the_settings(tmp_path: Path) -> None:
    """They are read and checked with the table of sources."""
    file = tmp_path / "local.toml"
    file.write_text('body = "甲"\n[sources.weibo]\non = true\n', encoding="utf-8")
    assert load(file=file, environ={}).text("body") == "甲"


def test_a_secret_of_the_wrong_kind_is_not_shown(tmp_path: Path) -> None:
    """Neither from the file nor from the environment."""
    file = tmp_path / "local.toml"
    file.write_text("mail_password = 8872\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="不显示") as refused:
        load(file=file, environ={})
    assert "8872" not in str(refused.value)


def test_kinds_are_told_in_chinese() -> None:
    """Every setting's kind has its word, from the environment too."""
    assert {row.kind for row in SETTINGS} <= set(KINDS)
    with pytest.raises(ConfigError, match="HUIYING_PORT 应是整数, 现在是 '八'"):
        load(file=None, environ={"HUIYING_PORT": "八"})
