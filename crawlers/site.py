"""The sample sites: one loopback server that answers for every .test host of a written week.

It knows the written documents and the clock; a document is served only from the moment it became visible.
Spiders reach it as they reach any site: by address, over HTTP, with robots.txt in front.
"""

import hashlib
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from config.sources import Source, SourceTable
from crawlers import site_answers
from crawlers.site_pages import NewsSite, Page
from crawlers.week import Behaviour, Week
from records.clock import Clock

PORT_FILE = "site.port"
SILENCE_S = 30.0
ROBOTS = "User-agent: *\nDisallow: /private/\nDisallow: /search\n"


class SampleSites:
    """Chooses the answer to one request: pure, apart from reading the clock."""

    def __init__(self, week: Week, table: SourceTable, now: Callable[[], datetime]) -> None:
        self._week = week
        self._now = now
        self._by_host = {host: source for source in table.sources for host in source.allowed_hosts}

    def source(self, host: str) -> Source | None:
        """Return the source that lives at `host`."""
        return self._by_host.get(host.partition(":")[0].lower())

    def behaviour(self, source: Source) -> Behaviour:
        """Return how the site of `source` behaves."""
        return self._week.behaviour.get(source.name, Behaviour())

    def answer(self, host: str, target: str) -> Page:
        """Return the page that `host` shows at `target` now."""
        source = self.source(host)
        if source is None:
            return Page(
                body="没有这个示例站点".encode(),
                content_type="text/plain; charset=utf-8",
                status=404,
            )
        parts = urlsplit(target)
        if parts.path == "/robots.txt":
            return Page(body=ROBOTS.encode(), content_type="text/plain")
        return self._content(source, host, parts.path, dict(parse_qsl(parts.query)))

    def _content(self, source: Source, host: str, path: str, query: dict[str, str]) -> Page:
        now, behaviour = self._now(), self.behaviour(source)
        shown = self._week.visible(source.name, now)
        base = f"http://{host}"
        if source.kind == "feed":
            return site_answers.feed(source, base, path, shown)
        if source.kind == "posts":
            return site_answers.posts(path, query, shown, behaviour, now)
        if source.kind == "hotline":
            return site_answers.hotline(base, path, shown, now)
        if source.kind == "board":
            return site_answers.board(shown, now)
        home = urlsplit(source.start[0]).path or "/"
        site = NewsSite(source=source, behaviour=behaviour, shown=shown, now=now, home=home)
        return site.answer(path)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], sites: SampleSites) -> None:
        super().__init__(address, _Handler)
        self.sites = sites
        self.stopping = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a spider that hangs up is no fault of the site."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    server: _Server

    def log_message(self, *_: object) -> None:
        """Stay quiet; the spiders log what they did."""

    def do_GET(self) -> None:
        """Answer one request."""
        host = self.headers.get("Host", "")
        source = self.server.sites.source(host)
        if source is not None and self.server.sites.behaviour(source).silent:
            self.server.stopping.wait(SILENCE_S)
            self.close_connection = True
            return
        self._send(self.server.sites.answer(host, self.path))

    def _send(self, page: Page) -> None:
        tag = f'"{hashlib.sha256(page.body).hexdigest()[:16]}"'
        fresh = page.status == 200 and self.headers.get("If-None-Match") == tag
        self.send_response(304 if fresh else page.status)
        self.send_header("Content-Type", page.content_type)
        self.send_header("ETag", tag)
        if page.modified is not None:
            self.send_header("Last-Modified", _http_date(page.modified))
        self.send_header("Content-Length", "0" if fresh else str(len(page.body)))
        self.end_headers()
        if not fresh:
            self.wfile.write(page.body)


def _http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)


class SiteServer:
    """The server with its thread; a context manager for tests, `serve` for the command."""

    def __init__(self, week: Week, table: SourceTable, clock: Clock, port: int = 0) -> None:
        self._server = _Server(("127.0.0.1", port), SampleSites(week, table, clock.now))

    @property
    def port(self) -> int:
        """The port it listens at."""
        return int(self._server.server_address[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def serve(self) -> None:
        """Serve until `stop` is called from another thread."""
        self._server.serve_forever(0.2)

    def stop(self) -> None:
        """Stop serving and close the socket."""
        self._server.stopping.set()
        self._server.shutdown()
        self._server.server_close()


def write_port(folder: Path, port: int) -> None:
    """Tell the spiders where the sample sites listen."""
    part = folder / f"{PORT_FILE}.part"
    part.write_text(str(port), encoding="ascii")
    part.replace(folder / PORT_FILE)


def read_port(folder: Path) -> int | None:
    """Return the port the sample sites said, or None while they have not."""
    try:
        return int((folder / PORT_FILE).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
