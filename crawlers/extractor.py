"""Reads pages in a process of its own, with a time limit: a hostile page costs itself, nothing else."""

import asyncio
import base64
import contextlib
import json
import select
import subprocess
import sys
import threading
from dataclasses import asdict
from datetime import datetime
from typing import Any

from config.settings import ROOT
from config.sources import Selectors
from crawlers.extract.answer import Page
from crawlers.extract.worker import unpacked

LIMIT_S = 20.0
"""Of the real pages the slowest takes 1.9 s of processor time, four times that on a loaded machine."""
TRIES = 2
"""A process that died may have been killed from outside; a page that kills a second one is to blame."""
START_S = 60.0
"""A cold start loads lxml and trafilatura: 2 s at leisure, many times that on a loaded machine."""


class Extractor:
    """One extraction process, started on first use and started again after it had to be ended."""

    def __init__(self, limit_s: float = LIMIT_S) -> None:
        self._limit_s = limit_s
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    async def page(
        self,
        content: bytes,
        *,
        content_type: str = "",
        url: str = "",
        now: datetime,
        selectors: Selectors | None = None,
        links_only: bool = False,
    ) -> Page:
        """Read a page without holding up the event loop."""
        request = {
            "content": base64.b64encode(content).decode("ascii"),
            "content_type": content_type,
            "url": url,
            "now": now.isoformat(),
            "selectors": asdict(selectors or Selectors()),
            "links_only": links_only,
        }
        return await asyncio.to_thread(self._ask, request)

    def read(self, content: bytes, **named: Any) -> Page:
        """Read a page, waiting for it (commands and tests)."""
        return asyncio.run(self.page(content, **named))

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def _ask(self, request: dict[str, Any]) -> Page:
        line = json.dumps(request).encode("ascii") + b"\n"
        with self._lock:
            for _ in range(TRIES):
                try:
                    answer = self._answer(line)
                except (OSError, ValueError):
                    self._end()
                    continue
                if answer is None:
                    self._end()
                    return Page(outcome="reject", reason=f"抽取超过 {self._limit_s:g} 秒")
                return unpacked(answer)
        return Page(outcome="reject", reason="页面弄垮了抽取进程")

    def _answer(self, line: bytes) -> dict[str, Any] | None:
        fresh = self._process is None
        process = self._process or self._begin()
        assert process.stdin is not None  # noqa: S101 - both ends are pipes, see _begin
        assert process.stdout is not None  # noqa: S101
        process.stdin.write(line)
        process.stdin.flush()
        ready, _, _ = select.select(
            [process.stdout], [], [], self._limit_s + (START_S if fresh else 0.0)
        )
        if not ready:
            return None
        return dict(json.loads(process.stdout.readline()))

    def _begin(self) -> subprocess.Popen[bytes]:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "crawlers.extract.worker"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):  # what was not read any more cannot be flushed
                    pipe.close()
