"""A loopback server of saved files for the spiders, with a log of what was asked for; and the crawl of it."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from config.settings import ROOT
from records.document import Document
from store.interface import Query
from store.sqlite import SqliteCorpus


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the server answers at one address."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Answers = Callable[[str, str], Reply | None]
"""From (host, path with query) to the reply; None is a 404."""


class PagesSite:
    """Serves what `answers` says."""

    def __init__(self, answers: Answers) -> None:
        self.asked: list[str] = []
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                """Stay quiet."""

            def do_GET(self) -> None:
                """Answer and remember."""
                host = self.headers.get("Host", "").partition(":")[0]
                asked.append(f"{host}{self.path}")
                reply = answers(host, self.path) or Reply(body=b"", status=404)
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def start_crawl(
    folder: Path, table: Path, port: int, now: datetime, *, once: bool = True
) -> subprocess.Popen[str]:
    """Start a crawl in its own process."""
    command = [
        sys.executable,
        "-m",
        "tests.crawl_once",
        str(folder),
        str(table),
        str(port),
        now.isoformat(),
    ]
    return subprocess.Popen(
        command if once else [*command, "loop"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def crawl(folder: Path, table: Path, port: int, now: datetime) -> dict[str, dict[str, int]]:
    """Crawl once; return each source's outcomes."""
    process = start_crawl(folder, table, port, now)
    out, err = process.communicate(timeout=240)
    assert process.returncode == 0, err
    found: dict[str, dict[str, int]] = json.loads(out.splitlines()[-1])
    return found


def stored(folder: Path) -> list[Document]:
    """Return every document of the crawl's store."""
    corpus = SqliteCorpus(folder / "corpus.db")
    documents: list[Document] = []
    after: str | None = None
    while True:
        page = corpus.search(Query(), limit=200, after=after)
        documents += [hit.document for hit in page.hits]
        after = page.after
        if after is None:
            corpus.close()
            return documents


def states(folder: Path) -> dict[str, Any]:
    """Return the source states of the crawl's store."""
    corpus = SqliteCorpus(folder / "corpus.db")
    found = {state.source: state for state in corpus.sources()}
    corpus.close()
    return found
