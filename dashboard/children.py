"""The child processes of the desk: which there are, how one is started, watched and started again.

A child that ends unasked is started again with growing back-off; after five failures in a row it is left as
broken and the others go on. Each child leads its own process group, so whatever it starts ends with it.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

from config.settings import ROOT
from dashboard.logs import LogFile
from dashboard.status import ChildState

PYTHON = (sys.executable, "-u", "-m")
FAILURES = 5
STEADY = 60.0
"""Seconds after which a run counts as healthy and earlier failures are forgotten."""
FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0
LINE = 4000
"""Characters kept of one line of output: enough for a traceback line, too little to fill a disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildSpec:
    """One process to keep running: short name, title for people, command."""

    name: str
    title: str
    argv: tuple[str, ...]
    pass_fds: tuple[int, ...] = ()


def stages(*, sample: bool) -> tuple[ChildSpec, ...]:
    """Return the stages in the order they are started; the sample week brings its own web site."""
    rows = [
        ("site", "示例站点", ("crawlers", "site")),
        ("crawl", "采集", ("crawlers", "run")),
        ("score", "研判", ("nlp", "watch")),
        ("alert", "预警", ("alerts", "watch")),
        ("answer", "回应", ("response", "watch")),
    ]
    chosen = rows if sample else rows[1:]
    return tuple(
        ChildSpec(name=name, title=title, argv=(*PYTHON, *words)) for name, title, words in chosen
    )


def web(fd: int) -> ChildSpec:
    """Return the web server, which takes over the listening socket `fd`."""
    argv = (*PYTHON, "dashboard", "serve", "--fd", str(fd))
    return ChildSpec(name="web", title="网页", argv=argv, pass_fds=(fd,))


@dataclass(slots=True)
class Child:
    """One child under watch. `told` is called whenever its state changes; `born` and `gone` with its process id."""

    spec: ChildSpec
    log: LogFile
    told: Callable[[], None]
    born: Callable[[int], None]
    gone: Callable[[int], None]
    first_wait: float = FIRST_WAIT
    state: str = "starting"
    failures: int = 0
    said: str = ""
    pid: int | None = None
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def snapshot(self) -> ChildState:
        """Return what the pages show of this child."""
        return ChildState(
            name=self.spec.name,
            title=self.spec.title,
            state=self.state,
            pid=self.pid,
            failures=self.failures,
            said=self.said,
        )

    async def keep(self, stop: asyncio.Event) -> None:
        """Run the child until `stop`, or until it has failed five times in a row."""
        try:
            while not stop.is_set() and self.state != "broken":
                await self._run_once(stop)
                if not stop.is_set() and self.state == "waiting":
                    await _first(stop, self._wait())
        finally:
            self.ended.set()

    def _wait(self) -> float:
        return min(LONGEST_WAIT, self.first_wait * 2.0 ** (self.failures - 1))

    async def _run_once(self, stop: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        code = await self._run(stop)
        if stop.is_set():
            self._change("stopped")
            return
        self.failures = 1 if loop.time() - began >= STEADY else self.failures + 1
        self.said = self.said or f"退出码 {code}"
        self.log.write(self.spec.name, f"进程结束, 退出码 {code}, 第 {self.failures} 次失败")
        self._change("broken" if self.failures >= FAILURES else "waiting")

    async def _run(self, stop: asyncio.Event) -> int:
        try:
            process = await asyncio.create_subprocess_exec(
                *self.spec.argv,
                cwd=ROOT,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
                pass_fds=self.spec.pass_fds,
            )
        except OSError as error:
            self.said = f"起不来: {error.strerror}"
            return 127
        self.pid = process.pid
        self.born(process.pid)
        self._change("running")
        if stop.is_set():  # asked to end while it was being started: nobody could tell it yet
            self.signal(signal.SIGTERM)
        reading = asyncio.create_task(self._read(process.stdout))
        code = await process.wait()
        self.signal(signal.SIGKILL)  # whatever it left behind in its group
        await reading
        self.gone(process.pid)
        self.pid = None
        return code

    async def _read(self, stream: asyncio.StreamReader | None) -> None:
        if stream is None:
            return
        rest = b""
        while data := await stream.read(65536):
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                self._heard(line)
            rest = rest[-LINE:]
        self._heard(rest)

    def _heard(self, line: bytes) -> None:
        text = line[:LINE].decode("utf-8", "replace").strip()
        if text:
            self.said = self.log.write(self.spec.name, text)[:200]

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the child and all it started."""
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, number)

    def _change(self, state: str) -> None:
        self.state = state
        self.told()


async def _first(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
