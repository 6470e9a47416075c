"""The life of a spider: poll, take in what is new, say how the source is doing, sleep, until asked to stop.

A spider fetches through Scrapy's engine (robots, delays, throttle, retries, size limits) and keeps no state of
its own that a restart needs: the frontier, the documents and the source's health are in the store.
"""

import asyncio
import logging
import shutil
import traceback
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, ClassVar

import scrapy
from scrapy import exceptions as failed
from scrapy.http import Request, Response

from config.sources import Source
from crawlers.extractor import Extractor
from crawlers.intake import Intake
from crawlers.voices import mask
from records.clock import Clock, ReplayClock
from records.document import SourceClass
from records.errors import HuiyingError, RetryLater
from records.source import Health, SourceState

LOG = logging.getLogger(__name__)
GIVE_UP = 3
"""How often one page may fail before it is set aside with its reason."""
FURTHEST = 8
"""How many times further than `pages` a source is turned back that was away for long."""
AT_REST_S = 15.0
"""The pause between polls once the sample week has been walked to its end: nothing new can come."""
REFUSED = frozenset({401, 403, 405, 412, 451})
SLOW_DOWN = frozenset({418, 429, 503})


class SourceFailed(Exception):
    """The source as a whole gave nothing; `health` and `said` are what the dashboard shows."""

    def __init__(self, health: Health, said: str, wait_s: float = 0.0) -> None:
        super().__init__(said)
        self.health = health
        self.said = said
        self.wait_s = wait_s


class PageFailed(Exception):
    """One page could not be fetched; `again` tells whether another try may work."""

    def __init__(self, said: str, *, again: bool, health: Health = "unreachable") -> None:
        super().__init__(said)
        self.said = said
        self.again = again
        self.health = health


@dataclass(slots=True, kw_only=True)
class Watch:
    """What all spiders of one process share."""

    clock: Clock
    folder: Path
    extractor: Extractor
    poll_seconds: float
    min_free_gb: float
    tiers: dict[str, SourceClass] = field(default_factory=dict)
    once: bool = False
    say: Callable[[str], None] = field(default=lambda _: None)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def sleep(self, seconds: float) -> None:
        """Sleep, but wake up when asked to stop."""
        try:
            await asyncio.wait_for(self.stopping.wait(), timeout=max(0.01, seconds))
        except TimeoutError:
            return

    def disk_is_low(self) -> bool:
        """Whether less disk is left than the setting demands."""
        return shutil.disk_usage(self.folder).free < self.min_free_gb * 1e9


class SourceSpider(scrapy.Spider):
    """What the spiders of all kinds share; a kind says how to poll."""

    kind: ClassVar[str]

    def __init__(
        self, source: Source, intake: Intake, watch: Watch, cookie: str = "", **kwargs: Any
    ) -> None:
        super().__init__(name=source.name, **kwargs)
        self.source = source
        self.intake = intake
        self.watch = watch
        self._cookie = cookie
        self._tags: dict[str, tuple[str, str]] = {}
        self._tries: dict[str, int] = {}
        self.owed: dict[str, str] = {}
        self.unfinished = 0
        self.cut_off = False
        self._reach = 1
        self._caught_up = False
        self.changed = ""
        self.refused = ""
        self.short = 0

    @classmethod
    def settings_for(cls, source: Source) -> Mapping[str, Any]:
        """Return the Scrapy settings of one source."""
        return {
            "DOWNLOAD_DELAY": source.delay_s,
            "DOWNLOAD_TIMEOUT": source.timeout_s,
            "AUTOTHROTTLE_ENABLED": source.delay_s > 0,
            "AUTOTHROTTLE_START_DELAY": source.delay_s,
        }

    async def start(self) -> AsyncIterator[Any]:
        """Poll until asked to stop. Everything is fetched inline, so nothing is ever yielded."""
        await self.live()
        return
        yield

    async def live(self) -> None:
        """Poll, tell, sleep, again; once when so asked."""
        before = self.state()
        if before.health == "changed" and self.source.selectors.text:
            self.changed = before.said  # a restart does not mend a site's old rules
        while not self.watch.stopping.is_set():
            wait = await self.turn()
            if self.watch.once:
                return
            await self.watch.sleep(wait)

    async def turn(self) -> float:
        """Make one poll and save the source's state; return the seconds to wait. Nothing ends the polling."""
        rest = self.source.poll_seconds or self.watch.poll_seconds
        begun = self.watch.clock.now()
        try:
            return await self._polled(begun, rest)
        except SourceFailed as error:
            self._fell(error.health, error.said, begun)
            return max(rest, error.wait_s)
        except RetryLater as error:
            self._fell("unreachable", f"存储暂时写不进去: {error}", begun)
        except Exception as error:  # noqa: BLE001 - the edge: one source's surprise must not end its spider
            self._fell(
                "unreachable", f"采集出错, 没有采完, 下次再试 ({self.surprise(error)})", begun
            )
        return rest

    async def _polled(self, begun: datetime, rest: float) -> float:
        if self.watch.disk_is_low():
            self._save("unreachable", "磁盘空间不足, 暂停采集", begun, None)
            return rest
        self.unfinished, self.refused, self.cut_off = 0, "", False
        seen = await self.poll()
        self.intake.flush()
        whole = not self.unfinished and not self.cut_off and not self.watch.stopping.is_set()
        self._save(*self._verdict(seen), begun, begun if whole else None)
        self._note_reach(whole=whole)
        return max(rest, AT_REST_S) if whole and self._at_rest(begun) else rest

    @property
    def limit(self) -> int:
        """How many list pages this poll may turn."""
        return self.source.pages * self._reach

    @property
    def through(self) -> bool:
        """Whether to turn on behind a page that holds nothing new: something behind it may still be owed.

        So after a poll that was not whole, and in a process's first, for the one before may have been killed.
        """
        return not self._caught_up

    def _note_reach(self, *, whole: bool) -> None:
        """Turn further back at the next poll where this one did not reach what was known before an absence."""
        self._caught_up = whole
        if whole:
            self._reach = 1
            return
        self._tags.clear()  # what is owed may stand on a page that has not changed since
        if self.cut_off and self.state().complete_to is not None:
            self._reach = min(self._reach * 2, FURTHEST)

    def _fell(self, health: Health, said: str, begun: datetime) -> None:
        """Keep what was taken in before a poll failed, and say that it failed; the source stays as complete as it was."""
        self._tags.clear()  # else "unchanged since the failure" would look like a good answer
        self._caught_up = False
        try:
            self.intake.flush()
        except Exception as error:  # noqa: BLE001 - the state must be saved even so; the batch waits for the next flush
            LOG.warning("%s: 收到的还没有写进存储: %s", self.source.name, self.surprise(error))
        try:
            self._save(health, said, begun, None)
        except Exception as error:  # noqa: BLE001 - what cannot be saved is told at the next poll
            LOG.warning(
                "%s: 状况“%s”没有写进存储: %s", self.source.name, said, self.surprise(error)
            )

    def surprise(self, error: Exception) -> str:
        """Log an error nobody expected, without what a person wrote; return its kind and place."""
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__}, {Path(frame.filename).name}:{frame.lineno}"
        LOG.error("%s: %s: %s", self.source.name, where, mask(str(error))[:120])
        return where

    def _at_rest(self, begun: datetime) -> bool:
        clock = self.watch.clock
        return isinstance(clock, ReplayClock) and begun >= clock.end

    async def poll(self) -> int:
        """Fetch what is new and take it in; return how many items the source showed."""
        raise NotImplementedError

    def _verdict(self, seen: int) -> tuple[Health, str]:
        if self.refused and not self.intake.outcomes["new"]:
            return "blocked", self.refused
        if self.changed:
            return "changed", self.changed
        if self.unfinished or self.cut_off:
            return "ok", "; ".join(self._lacks())
        return ("ok", "正常") if seen else ("empty", "能打开, 但没有内容")

    def _lacks(self) -> list[str]:
        said = [f"有 {self.unfinished} 个页面没取到, 下次再取"] if self.unfinished else []
        if self.cut_off:
            said.append(f"翻满 {self.limit} 页还全是新内容, 更早的没取到; 可把来源的 pages 调大")
        return said

    def _save(self, health: Health, said: str, at: datetime, complete: datetime | None) -> None:
        before = self.state()
        fine = health in ("ok", "empty", "changed")
        state = replace(
            before,
            health=health,
            said=said,
            checked_at=at,
            ok_at=at if fine else before.ok_at,
            complete_to=complete or before.complete_to,
            documents=before.documents + self.intake.outcomes["new"],
            failures=0 if fine else before.failures + 1,
        )
        if (before.health, before.said) != (health, said):
            self.watch.say(f"{self.source.title}: {said}")
        self.intake.corpus.save_source(state)
        self.intake.outcomes.pop("new", None)  # counted once, and only where the state was saved

    def state(self) -> SourceState:
        """Return the source's state as the store has it."""
        for state in self.intake.corpus.sources():
            if state.source == self.source.name:
                return state
        return SourceState(
            source=self.source.name,
            health="idle",
            said="",
            checked_at=None,
            ok_at=None,
            complete_to=None,
            documents=0,
            failures=0,
        )

    # -- fetching

    async def fetch(self, url: str, *, fresh: bool = False) -> Response | None:
        """Fetch one address through Scrapy. None means: unchanged since the last poll (fresh only)."""
        headers = {"Cookie": self._cookie} if self._cookie else {}
        if fresh and url in self._tags:
            tag, modified = self._tags[url]
            headers |= {"If-None-Match": tag} if tag else {}
            headers |= {"If-Modified-Since": modified} if modified else {}
        request = Request(url, headers=headers, dont_filter=True)
        response = await self._download(request)
        if response.status == 304:
            return None
        self._check_status(response)
        if fresh:
            self._remember(url, response)
        return response

    async def fetch_start(self, url: str, *, fresh: bool = True) -> Response | None:
        """Fetch an address the source stands or falls with."""
        try:
            return await self.fetch(url, fresh=fresh)
        except PageFailed as error:
            raise SourceFailed(error.health, error.said) from error

    @contextmanager
    def one_page(self, key: str, url: str) -> Iterator[None]:
        """Keep one page's failure to itself: it is tried again, and set aside when it fails again and again."""
        try:
            yield
            self._tries.pop(key, None)
            self.owed.pop(key, None)
        except PageFailed as error:
            self.failed(key, url, error)
        except (SourceFailed, HuiyingError):
            raise
        except Exception as error:  # noqa: BLE001 - one odd page must not hide those after it
            said = f"页面读不出来 ({self.surprise(error)})"
            self.failed(key, url, PageFailed(said, again=True))

    def failed(self, key: str, url: str, error: PageFailed) -> None:
        """Count a page's failure: owe it to the next poll, wherever it may be named then, or set it aside."""
        self._tries[key] = self._tries.get(key, 0) + 1
        if error.again and self._tries[key] < GIVE_UP:
            self.unfinished += 1
            self.owed[key] = url
            return
        self._tries.pop(key, None)
        self.owed.pop(key, None)
        self.intake.reject(url, error.said, visit=key)

    async def _download(self, request: Request) -> Response:
        try:
            response = await self.crawler.engine.download_async(request)
        except failed.IgnoreRequest as error:
            if "robots" in str(error):
                raise PageFailed("robots.txt 不允许采集", again=False, health="blocked") from error
            raise PageFailed(f"被跳过: {error}", again=False) from error
        except failed.DownloadTimeoutError as error:
            raise PageFailed("超时没有回应", again=True) from error
        except failed.CannotResolveHostError as error:
            raise PageFailed("域名解析不了, 或解析到了不允许访问的地址", again=True) from error
        except failed.DownloadConnectionRefusedError as error:
            raise PageFailed("拒绝连接", again=True) from error
        except failed.DownloadCancelledError as error:
            raise PageFailed("页面超过大小上限", again=False) from error
        except (failed.UnsupportedURLSchemeError, failed.NotSupported) as error:
            raise PageFailed("不支持这种网址", again=False) from error
        except OSError as error:
            raise PageFailed("压缩内容解不开", again=False) from error
        except (failed.DownloadFailedError, failed.ResponseDataLossError) as error:
            raise PageFailed("连接中断", again=True) from error
        return response

    def _check_status(self, response: Response) -> None:
        status = response.status
        if status in (404, 410):
            raise PageFailed(f"页面已不存在 ({status})", again=False)
        if status in SLOW_DOWN:
            raise SourceFailed("blocked", f"网站要求放慢 ({status})", _retry_after(response))
        if status in REFUSED:
            raise PageFailed(f"网站拒绝访问 ({status})", again=True, health="blocked")
        if status >= 500:
            raise PageFailed(f"网站出错 ({status})", again=True)
        if status >= 300:
            raise PageFailed(f"没有取到页面 ({status})", again=False)

    def _remember(self, url: str, response: Response) -> None:
        tag = (response.headers.get("ETag") or b"").decode("latin-1")
        modified = (response.headers.get("Last-Modified") or b"").decode("latin-1")
        if tag or modified:
            self._tags[url] = (tag, modified)


def _retry_after(response: Response) -> float:
    text = (response.headers.get("Retry-After") or b"").decode("latin-1")
    return min(float(text), 3600.0) if text.isdecimal() else 300.0


def stated_time(response: Response) -> datetime | None:
    """Return the moment the site says the page is of (Last-Modified); the header is GMT, with or without saying so."""
    text = (response.headers.get("Last-Modified") or b"").decode("latin-1")
    try:
        at = parsedate_to_datetime(text)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
