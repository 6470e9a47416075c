"""The gate, in front of the real server: who gets in, what leaves, and the options behind it."""

import asyncio
import base64
import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from dashboard import serve
from dashboard.gate import HEADERS, POLICY
from dashboard.pages import PAGES

ROOT = Path(__file__).resolve().parent.parent


class Answer(NamedTuple):
    """One HTTP answer."""

    status: int
    headers: dict[str, str]
    body: str


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Run the real web server on a free port."""
    folder = tmp_path_factory.mktemp("gate")
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}  # noqa: TID251 - a child's environment is made from ours
    process = subprocess.Popen(
        [sys.executable, "-m", "dashboard", "serve"],
        cwd=ROOT,
        env=kept | {"HUIYING_DATA_DIR": str(folder), "HUIYING_PORT": "18800"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    number = int(process.stdout.readline().rsplit(":", 1)[1])
    _wait_for(number)
    yield number
    process.terminate()
    assert process.wait(timeout=15) == 0
    process.stdout.close()


def _wait_for(port: int) -> None:
    end = time.monotonic() + 40
    while time.monotonic() < end:
        try:
            if ask(port, "/healthz").status == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    pytest.fail("the web server did not answer")


def ask(port: int, path: str, method: str = "GET", **headers: str) -> Answer:
    """Send one request with exactly these headers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    named = {"Host": f"127.0.0.1:{port}"} | {k.replace("_", "-"): v for k, v in headers.items()}
    connection.putrequest(method, path, skip_host=True)
    for name, value in named.items():
        connection.putheader(name, value)
    connection.endheaders()
    reply = connection.getresponse()
    found = Answer(reply.status, dict(reply.getheaders()), reply.read().decode("utf-8", "replace"))
    connection.close()
    return found


def shake(port: int, path: str = "/_stcore/stream", **headers: str) -> int:
    """Try a websocket handshake; return the status."""
    key = base64.b64encode(b"0123456789abcdef").decode()
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.putrequest("GET", path, skip_host=True)
    named = {"Host": f"127.0.0.1:{port}", **upgrade, "Sec-WebSocket-Key": key}
    for name, value in (named | headers).items():
        connection.putheader(name, value)
    connection.endheaders()
    status = connection.getresponse().status
    connection.close()
    return status


def test_our_own_page_is_served_in_chinese_and_with_every_header(port: int) -> None:
    """Each page's address answers with the start page, under the security headers."""
    for path in ("/", *(f"/{page.path}" for page in PAGES[1:])):
        page = ask(port, path)
        assert page.status == 200
        assert '<html lang="zh-CN">' in page.body
        assert "<title>Streamlit" not in page.body
        for name, value in HEADERS:
            assert page.headers[name.decode()] == value.decode()


@pytest.mark.parametrize(
    "host", ["evil.test", "127.0.0.1", "127.0.0.1:1", "localhost.evil.test:{port}", ""]
)
def test_a_foreign_host_is_refused(port: int, host: str) -> None:
    """A name that is not ours is how a rebinding attack looks; HTTP and websocket refuse it."""
    named = host.format(port=port)
    assert ask(port, "/", Host=named).status == 403
    assert shake(port, Host=named, Origin=f"http://{named}") == 403


@pytest.mark.parametrize(
    "origin",
    ["http://evil.test", "null", "https://127.0.0.1:{port}", "http://127.0.0.1:1", "http://127.0.0.1"],
)  # fmt: skip
def test_a_foreign_origin_is_refused(port: int, origin: str) -> None:
    """Another site's page, also one on another local port, gets nothing."""
    named = origin.format(port=port)
    assert ask(port, "/", Origin=named).status == 403
    assert ask(port, "/_stcore/health", Origin=named).status == 403
    assert shake(port, Origin=named) == 403


def test_a_websocket_needs_an_origin_and_ours_gets_in(port: int) -> None:
    """Streamlit alone would accept a websocket without an Origin."""
    assert shake(port) == 403
    assert shake(port, Origin=f"http://127.0.0.1:{port}") == 101
    assert shake(port, path="/other", Origin=f"http://127.0.0.1:{port}") == 403


def test_parts_of_our_pages_are_not_for_other_sites(port: int) -> None:
    """A foreign page cannot embed our files; a followed link opens the page."""
    assert ask(port, "/assets/desk.css", Sec_Fetch_Site="cross-site").status == 403
    link = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"}
    assert ask(port, "/topic", **link).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore/upload_file/a/b",
        "/_stcore/agent/openapi.json",
        "/_stcore/agent/mcp",
        "/_stcore/script-health-check",
        "/auth/login",
        "/oauth2callback",
        "/nowhere",
        "/static/../../../../etc/passwd",
    ],
)
def test_what_the_pages_do_not_need_is_shut(port: int, path: str) -> None:
    """Unknown addresses and Streamlit's other routes are not found, still under our headers."""
    found = ask(port, path)
    assert found.status in {400, 404}
    assert found.headers["content-security-policy"] == POLICY


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_only_reading_is_done_over_http(port: int, method: str) -> None:
    """Pages act over the websocket; nothing else is accepted."""
    assert ask(port, "/", method=method).status == 405


def test_every_file_the_start_page_names_is_ours_and_there(port: int) -> None:
    """The start page points nowhere else, and each file it names is served."""
    body = ask(port, "/").body
    names = re.findall(r'(?:src|href)="([^"]+)"', body)
    assert len(names) > 10
    for name in names:
        assert name.startswith("./")
        assert ask(port, name.removeprefix(".")).status == 200


def test_the_server_listens_on_loopback_only(port: int) -> None:
    """Login comes later; until then nobody from outside can reach the port."""
    done = subprocess.run(["ss", "-ltnH"], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("ss is not installed")
    local = [line.split()[3] for line in done.stdout.splitlines() if f":{port} " in line]
    assert local == [f"127.0.0.1:{port}"]


def test_streamlit_takes_its_options_from_here() -> None:
    """Each option is known to this Streamlit version and in force over files and environment."""
    serve.set_options()
    for name, value in serve.OPTIONS.items():
        assert serve.option(name) == value, name


def test_the_options_that_guard_the_reader_stay() -> None:
    """Pinned one by one, so a change is on purpose."""
    guarded = {
        "browser.gatherUsageStats": False,
        "client.showErrorDetails": "none",
        "client.showErrorLinks": False,
        "client.toolbarMode": "minimal",
        "client.disableDataExport": True,
        "server.enableAgentApi": False,
        "server.enableStaticServing": False,
        "server.enableXsrfProtection": True,
        "server.fileWatcherType": "none",
        "server.scriptHealthCheckEnabled": False,
    }
    assert guarded.items() <= serve.OPTIONS.items()


def test_the_policy_lets_no_script_and_no_picture_in_from_outside() -> None:
    """The second wall behind `show`: a remote picture or an inline script would not load."""
    rules = dict(rule.split(" ", 1) for rule in POLICY.split("; "))
    assert rules["script-src"] == "'self'"
    assert rules["img-src"] == "'self' data: blob:"
    assert rules["connect-src"] == "'self'"
    assert rules["frame-ancestors"] == "'none'"


def test_a_header_sent_twice_is_no_header(port: int) -> None:
    """Two Host lines are refused: two readers could read two names."""

    async def talk() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET / HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\nHost: evil\r\n\r\n".encode())
        line = await reader.readline()
        writer.close()
        await writer.wait_closed()
        return line

    line = asyncio.run(talk())
    assert b" 403 " in line or b" 400 " in line
