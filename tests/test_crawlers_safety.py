"""No spider reaches what it must not: private addresses in any spelling, other schemes, bombs, endless answers."""

from pathlib import Path

import pytest

from config.sources import load_sources
from crawlers.resolver import Dial, is_public
from crawlers.settings import MAX_BYTES, scrapy_settings
from tests.contracts.spider import NOW
from tests.pages_site import PagesSite, Reply, crawl, states

SPELLINGS = (
    "127.0.0.1",
    "localhost",
    "127.1",
    "0x7f.1",
    "0x7f000001",
    "2130706433",
    "017700000001",
    "127.000.000.001",
    "①②⑦.⓪.⓪.①",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "0.0.0.0",  # noqa: S104 - nothing is bound to it
)
ARTICLE = "<html><head><title>不该被取到的页面</title></head><body><h1>不该被取到的页面</h1></body></html>"


def _table(folder: Path, starts: dict[str, tuple[str, bool]]) -> Path:
    blocks = []
    for name, (url, loopback) in starts.items():
        dial = 'loopback = "127.0.0.1:0"\n' if loopback else ""
        blocks.append(
            f'[[sources]]\nname = "{name}"\ntitle = "{name}"\nkind = "news"\nstart = ["{url}"]\nsource_class = "city"\n'
            f'platform = "测试"\ndelay_s = 0.0\ntimeout_s = 4\n{dial}'
        )
    file = folder / "sources.toml"
    file.write_text("\n".join(blocks), encoding="utf-8")
    return file


def test_twelve_spellings_of_loopback_are_refused(tmp_path: Path) -> None:
    """The checked address is the dialled address, so no spelling gets through; the server is never asked."""
    with PagesSite(lambda _host, _path: Reply(body=ARTICLE.encode())) as site:
        starts = {
            f"s{number}": (f"http://{host}:{site.port}/", False)
            for number, host in enumerate(SPELLINGS)
        }
        table = _table(tmp_path, starts)
        crawl(tmp_path / "data", table, site.port, NOW)
        assert site.asked == []
    found = states(tmp_path / "data")
    assert len(found) == len(SPELLINGS)
    assert {state.health for state in found.values()} <= {"unreachable", "blocked"}


def test_redirects_do_not_get_around_the_rule(tmp_path: Path) -> None:
    """A public page that redirects to loopback, to a file, to itself or to another .test host ends there."""
    with PagesSite(lambda _h, _p: None) as inner:
        targets = {
            "private": f"http://127.0.0.1:{inner.port}/",
            "file": "file:///etc/passwd",
            "gopher": "gopher://127.0.0.1:6379/_INFO",
            "loop": "/",
            "stranger": "http://stranger.test/",
        }

        def answers(host: str, path: str) -> Reply | None:
            name = host.partition(".")[0]
            if path == "/":
                return Reply(body=b"", status=302, headers={"Location": targets[name]})
            return None

        with PagesSite(answers) as site:
            starts = {name: (f"http://{name}.hop.test/", True) for name in targets}
            crawl(tmp_path / "data", _table(tmp_path, starts), site.port, NOW)
        assert inner.asked == []
    assert {state.health for state in states(tmp_path / "data").values()} == {"unreachable"}


def test_the_exception_is_for_test_hosts_only(tmp_path: Path) -> None:
    """A .test host without a stated address is dialled nowhere; a stated one only where it was stated."""
    table = load_sources(_table(tmp_path, {"one": ("http://one.test/", True)}))
    dial = Dial.of(table, lambda: 4321)
    assert dial.address("one.test") == ("127.0.0.1", 4321)
    assert dial.address("ONE.test") == ("127.0.0.1", 4321)
    assert dial.address("two.test") is None
    assert dial.address("one.test.example.com") is None


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "127.0.0.1",
        "0.0.0.0",  # noqa: S104 - nothing is bound to it
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "not an address",
    ],
)
def test_private_addresses_are_not_public(address: str) -> None:
    """Also where an IPv4 address hides in an IPv6 one."""
    assert not is_public(address)


def test_public_addresses_are_public() -> None:
    """The rule lets the internet through."""
    assert all(is_public(address) for address in ("1.2.3.4", "202.108.22.5", "2400:3200::1"))


def test_scrapy_settings_are_pinned() -> None:
    """Scrapy's defaults are the wrong way round for this product."""
    settings = scrapy_settings(Dial({}, lambda: None))
    assert settings["ROBOTSTXT_OBEY"] is True
    assert settings["DOWNLOAD_DELAY"] >= 1
    assert settings["AUTOTHROTTLE_ENABLED"] is True
    assert settings["CONCURRENT_REQUESTS_PER_DOMAIN"] == 1
    assert settings["DOWNLOAD_MAXSIZE"] == MAX_BYTES == 8 << 20
    assert settings["DOWNLOAD_VERIFY_CERTIFICATES"] is True
    assert settings["DOWNLOAD_TIMEOUT"] <= 30
    assert settings["DOWNLOAD_HANDLERS"] == dict.fromkeys(("file", "data", "ftp", "s3"))
    assert settings["REDIRECT_MAX_TIMES"] <= 5
    shut = ("TELNETCONSOLE_ENABLED", "REMOTE_CONTROL_ENABLED", "METAREFRESH_ENABLED")
    assert [settings[name] for name in (*shut, "COOKIES_ENABLED", "HTTPPROXY_ENABLED")] == [
        False
    ] * 5
    assert settings["REFERRER_POLICY"] == "no-referrer"


def test_the_live_table_is_polite() -> None:
    """Each shipped source waits at least a second between pages and names no loopback exception."""
    table = load_sources(Path(__file__).parent.parent / "config" / "sources.toml")
    assert all(source.delay_s >= 1 and not source.loopback for source in table.sources)
    assert all(not source.on for source in table.sources if source.cookie)
