"""The desk in force: sample week or live, its data folder, its tables and its clock.

While no config/local.toml exists the desk works on the sample week. Sample and live data are two folders and
never mix; the sample's tables lie in config/sample and its clock is a replay clock shared by all processes.
"""

import errno
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from config.settings import LOCAL, TABLES, Settings, load
from records.clock import BEIJING, Clock, FixedClock, ReplayClock, SystemClock
from records.errors import ConfigError, TellUser, UsageError, WorkFailed

SAMPLE_START = datetime(2025, 10, 13, 0, 0, tzinfo=BEIJING)
SAMPLE_END = datetime(2025, 10, 19, 8, 30, tzinfo=BEIJING)
SAMPLE_BODY = "槐汀市人民政府办公室"
SAMPLE_REGION = "990100"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What every process needs to know before it starts."""

    settings: Settings
    sample: bool
    folder: Path
    body: str
    region: str

    def table(self, name: str) -> Path:
        """Return the file of an operator table: the sample's own where there is one, else the shipped one."""
        if self.sample:
            own = TABLES / "sample" / name
            if own.exists():
                return own
        return TABLES / name

    @property
    def clock_file(self) -> Path:
        """The replay clock's file (sample only)."""
        return self.folder / "clock.json"

    def clock(self) -> Clock:
        """Return the clock: the machine's, or in sample mode the shared replay clock."""
        if not self.sample:
            return SystemClock()
        if self.clock_file.exists():
            return ReplayClock.load(self.clock_file)
        return FixedClock(SAMPLE_START)

    def start_clock(self) -> Clock:
        """Start the replay clock unless it is already walking; return the clock in force."""
        if self.sample and not self.clock_file.exists():
            self.prepare()
            start, end = SAMPLE_START, SAMPLE_END
            rate = (end - start).total_seconds() / max(1.0, self.settings.number("replay_seconds"))
            clock = ReplayClock(start=start, end=end, rate=rate, anchor=SystemClock().now())
            clock.save(self.clock_file)
        return self.clock()

    def prepare(self) -> None:
        """Make the data folder, for the owner only. Raises UsageError when it cannot be made or written."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise _unusable(self.folder, error) from error
        if not os.access(self.folder, os.W_OK | os.X_OK):
            raise _unusable(self.folder, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))


def _unusable(folder: Path, error: OSError) -> TellUser:
    if error.errno == errno.ENOSPC:
        return WorkFailed(f"磁盘已满, 写不进数据文件夹 {folder}; 请腾出空间后再启动")
    return UsageError(
        f"数据文件夹 {folder} 不可写 ({error.strerror}); 请改权限, 或用设置 data_dir 换一个位置"
    )


def open_desk(settings: Settings | None = None, *, sample: bool | None = None) -> Desk:
    """Return the desk in force. Raises ConfigError when a live desk lacks body or region, or binds beyond loopback."""
    settings = load() if settings is None else settings
    if sample is None:
        sample = not LOCAL.exists()
    if settings.text("host") not in LOOPBACK:
        raise ConfigError("设置 host 目前只允许 127.0.0.1 (登录功能完成以前不得对外开放)")
    if sample:
        folder = settings.folder() / "sample"
        return Desk(
            settings=settings, sample=True, folder=folder, body=SAMPLE_BODY, region=SAMPLE_REGION
        )
    if not settings.text("body") or not settings.text("region"):
        raise ConfigError(
            "config/local.toml 里缺少 body 或 region; 请运行 python -m config init 补上"
        )
    return Desk(
        settings=settings,
        sample=False,
        folder=settings.folder() / "live",
        body=settings.text("body"),
        region=settings.text("region"),
    )
