"""The table of channels: what a channel needs to be set up, and a wrong name refused by its line."""

from pathlib import Path

import pytest

from config.channels import load_channels, set_up
from config.settings import TABLES, load
from records.errors import ConfigError
from response.notices import notices
from tests.response_material import at


def test_a_channel_is_set_up_when_the_setting_it_needs_is_given() -> None:
    """Mail needs a server; the console needs nothing."""
    table = load_channels(TABLES / "channels.toml")
    bare = load(file=None, environ={})
    mailed = load(file=None, environ={"HUIYING_MAIL_SERVER": "127.0.0.1:25"})
    assert [row.name for row in set_up(table, bare)] == ["console"]
    assert [row.name for row in set_up(table, mailed)] == ["console", "email"]


def test_an_unknown_setting_is_refused_by_its_line(tmp_path: Path) -> None:
    """File, line and the value."""
    file = tmp_path / "channels.toml"
    file.write_text('[[channels]]\nname = "x"\non = true\nlevels = ["I"]\nneeds = "nothing"\n')
    with pytest.raises(ConfigError, match=r"channels.toml:5: .*nothing"):
        load_channels(file)


def test_a_case_makes_no_notice_for_a_channel_that_is_not_set_up() -> None:
    """Without a mail server a notice is for the console alone; another would wait in the outbox for ever."""
    made = notices("i", "I", ("urge",), subject="催办", body="请办", at=at("15 10:00"))
    assert [one.channel for one in made] == ["console"]
