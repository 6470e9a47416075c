"""The places a desk needs to itself: its data folder (one `up` at a time) and its port on loopback."""

import errno
import fcntl
import os
import socket
import time
from pathlib import Path

from config.desk import Desk
from dashboard import status
from dashboard.console import say
from records.errors import UsageError, WorkFailed

LOCK = "up.lock"
PATIENCE = 15.0
"""Seconds to wait for the children of a killed run to end; the warden needs at most 8."""
TRIES = 100


def take_folder(desk: Desk) -> int:
    """Make the data folder and lock it; return the lock's file descriptor, to be kept open."""
    try:
        desk.prepare()
        (desk.folder / "logs").mkdir(exist_ok=True, mode=0o700)
        fd = os.open(desk.folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise folder_trouble(desk.folder, error) from error
    _lock(fd, desk)
    try:
        os.ftruncate(fd, 0)
        os.pwrite(fd, str(os.getpid()).encode(), 0)
    except OSError as error:
        raise folder_trouble(desk.folder, error) from error
    return fd


def folder_trouble(folder: Path, error: OSError) -> UsageError | WorkFailed:
    """Say in one sentence why the data folder cannot be used and what to do."""
    if error.errno == errno.ENOSPC:
        return WorkFailed(f"磁盘已满, 写不进数据文件夹 {folder}; 请腾出空间后再启动")
    return UsageError(
        f"数据文件夹 {folder} 不可写 ({error.strerror}); 请改权限, 或用设置 data_dir 换一个位置"
    )


def _lock(fd: int, desk: Desk) -> None:
    until = time.monotonic() + PATIENCE
    told = False
    while not _try_lock(fd):
        holder = _holder(fd)
        if (holder is not None and _runs(holder)) or time.monotonic() > until:
            raise UsageError(_taken(desk, holder))
        if not told:
            say("上一次运行正在收尾, 请稍候…")
            told = True
        time.sleep(0.2)


def _try_lock(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(fd: int) -> int | None:
    text = os.pread(fd, 20, 0).decode("ascii", "replace").strip()
    return int(text) if text.isdigit() else None


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _taken(desk: Desk, holder: int | None) -> str:
    state = status.load(desk.folder)
    where = f", 网页在 {state.address}" if state and state.address else ""
    return (
        f"数据文件夹 {desk.folder} 已有一个回应台在运行 (进程 {holder or '未知'}{where}); "
        "请直接打开网页, 或先停掉它"
    )


def take_port(host: str, port: int) -> socket.socket:
    """Bind and listen on `port`, or on the next free one."""
    for candidate in range(port, port + TRIES):
        if candidate > 65535:
            break
        bound = _bind(host, candidate)
        if bound is not None:
            return bound
    raise WorkFailed(
        f"{host} 上从 {port} 起的 {TRIES} 个端口都被占用; 请用设置 port 指定一个空闲端口"
    )


def _bind(host: str, port: int) -> socket.socket | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        if error.errno in {errno.EADDRINUSE, errno.EACCES}:
            return None
        raise WorkFailed(
            f"网页绑定不了 {host}:{port} ({error.strerror}); 请检查设置 host"
        ) from error
    return listening


def address_of(listening: socket.socket) -> str:
    """Return the address people open."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
