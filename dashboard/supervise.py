"""The supervisor: `make run` ends here. Starts everything, prints the address, keeps it running, ends it cleanly.

The web server is started first and alone, so the address is there at once; then the replay clock (sample week)
and the stages. SIGTERM and SIGINT reach every child; what has not drained after 25 s is killed.
"""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field

from config.desk import Desk
from config.settings import ROOT
from dashboard import place, status
from dashboard.children import FIRST_WAIT, Child, ChildSpec, stages, web
from dashboard.console import complain, say
from dashboard.logs import LogFile
from dashboard.progress import follow
from records.clock import SystemClock

DRAIN = 25.0
RENEW = 5.0
WEB_PATIENCE = 60.0


@dataclass(slots=True)
class Supervisor:
    """One run of the desk. Tests give their own stages and a shorter first wait."""

    desk: Desk
    lock: int
    listening: socket.socket
    specs: Sequence[ChildSpec]
    first_wait: float = FIRST_WAIT
    report: Callable[[Desk, asyncio.Event], Coroutine[None, None, None]] = follow
    children: list[Child] = field(default_factory=list)
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    warden: subprocess.Popen[bytes] | None = None
    full: bool = False

    @property
    def address(self) -> str:
        """The address people open."""
        return place.address_of(self.listening)

    async def run(self) -> int:
        """Run until told to stop; return the exit code."""
        self._listen_for_signals()
        self.warden = self._start_warden()
        self.children = [self._child(web(self.listening.fileno()))]
        self.children += [self._child(spec) for spec in self.specs]
        self._write()
        try:
            await self._start_all()
            await self.stop.wait()
        finally:
            await self._drain()
        return 0

    async def _start_all(self) -> None:
        self._keep(self.children[0])
        answered = await self._answers()
        if self.stop.is_set():
            return
        say(self.address if answered else f"网页还没有应答, 仍在启动: {self.address}")
        self.desk.start_clock()
        for child in self.children[1:]:
            self._keep(child)
        self._task(self._renew())
        self._task(self.report(self.desk, self.stop))

    def _child(self, spec: ChildSpec) -> Child:
        path = self.desk.folder / "logs" / f"{spec.name}.jsonl"
        log = LogFile(path, SystemClock(), self.desk.settings)
        return Child(
            spec, log, self._told, lambda pid: self._tell("+", pid), lambda pid: self._tell("-", pid),
            first_wait=self.first_wait,
        )  # fmt: skip

    def _keep(self, child: Child) -> None:
        self._task(child.keep(self.stop))

    def _task(self, work: Coroutine[None, None, None]) -> None:
        self.tasks.append(asyncio.create_task(work))

    # -- signals and the end

    def _listen_for_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._asked)

    def _asked(self) -> None:
        if self.stop.is_set():  # asked twice: no more patience
            for child in self.children:
                child.signal(signal.SIGKILL)
            return
        say("正在收尾…")
        self.stop.set()

    async def _drain(self) -> None:
        self.stop.set()
        for child in self.children:
            child.signal(signal.SIGTERM)
        _, late = await asyncio.wait(self.tasks or [asyncio.create_task(_nothing())], timeout=DRAIN)
        for child in self.children:
            child.signal(signal.SIGKILL)
        for task in late:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self._write()
        self._end_warden()

    # -- the warden

    def _start_warden(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "dashboard.warden"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            start_new_session=True,
            pass_fds=(self.lock,),
        )

    def _tell(self, sign: str, pid: int) -> None:
        pipe = self.warden.stdin if self.warden else None
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.write(f"{sign}{pid}\n".encode())
                pipe.flush()

    def _end_warden(self) -> None:
        if self.warden and self.warden.stdin:
            with contextlib.suppress(OSError):
                self.warden.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.warden.wait(timeout=2)

    # -- the state file

    def _told(self) -> None:
        for child in self.children:
            if child.state == "broken" and child.pid is None and child.failures > 0:
                self._say_broken(child)
        self._write()

    def _say_broken(self, child: Child) -> None:
        if not child.ended.is_set():
            say(f"{child.spec.title} 连续失败, 已停用: {child.said} (其余照常运行)")
            child.ended.set()

    def _write(self) -> None:
        state = status.DeskState(
            at=SystemClock().now(),
            pid=os.getpid(),
            address=self.address,
            children=tuple(child.snapshot() for child in self.children),
        )
        try:
            state.save(self.desk.folder)
            self.full = False
        except OSError as error:
            if not self.full:
                complain(str(place.folder_trouble(self.desk.folder, error)))
            self.full = True

    async def _renew(self) -> None:
        while not self.stop.is_set():
            self._write()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stop.wait(), RENEW)

    # -- the web server

    async def _answers(self) -> bool:
        until = time.monotonic() + WEB_PATIENCE
        while not self.stop.is_set() and time.monotonic() < until:
            if self.children[0].state == "broken":
                return False
            if await _healthy(self.listening):
                return True
            await asyncio.sleep(0.05)
        return False


async def _nothing() -> None:
    """Stand in where no task was started yet."""


async def _healthy(listening: socket.socket) -> bool:
    host, port = listening.getsockname()[:2]
    try:
        async with asyncio.timeout(5):
            reader, writer = await asyncio.open_connection(host, port)
            request = f"GET /healthz HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n"
            writer.write(request.encode())
            line = await reader.readline()
            writer.close()
            return b" 200 " in line
    except (OSError, TimeoutError):
        return False


def up(desk: Desk) -> int:
    """Run the whole desk in the foreground; return the exit code."""
    lock = place.take_folder(desk)
    settings = desk.settings
    listening = place.take_port(settings.text("host"), int(settings.number("port")))
    supervisor = Supervisor(
        desk=desk, lock=lock, listening=listening, specs=stages(sample=desk.sample)
    )
    return asyncio.run(supervisor.run())
