"""Runs the spiders: one long-lived process, one crawler a source, until SIGTERM lets them finish their page.

Scrapy's own process class starts the reactor; the signals are ours, for its graceful stop cancels a spider in the
middle of a page, and ours lets it take the page in first.
"""

import asyncio
import logging
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from scrapy.crawler import AsyncCrawlerProcess

from config.desk import Desk
from config.sources import Source, SourceTable
from crawlers.extractor import Extractor
from crawlers.intake import Intake
from crawlers.resolver import Dial
from crawlers.settings import scrapy_settings
from crawlers.site import read_port
from crawlers.spider import Watch
from crawlers.spiders import spider_classes
from crawlers.voices import Voices
from records.errors import UsageError
from records.source import SourceState
from store.interface import Corpus

SWEEP_S = 3600.0
MOMENT = timedelta(microseconds=1)


def chosen(table: SourceTable, name: str | None) -> list[Source]:
    """Return the sources to run: those switched on, or the one called `name`."""
    if name is None:
        return [source for source in table.sources if source.on]
    source = table.named(name)
    if source is None:
        known = "、".join(one.name for one in table.sources)
        raise UsageError(f"没有名为 {name} 的来源; 现有 {known}")
    return [source]


class Runner:
    """The spiders of one desk in one process."""

    def __init__(
        self,
        desk: Desk,
        corpus: Corpus,
        table: SourceTable,
        *,
        once: bool = False,
        quiet: bool = False,
    ) -> None:
        self._desk = desk
        self._corpus = corpus
        self._table = table
        self._extractor = Extractor()
        self._voices = Voices(desk.folder)
        self.watch = Watch(
            clock=desk.clock(),
            folder=desk.folder,
            extractor=self._extractor,
            poll_seconds=desk.settings.number("poll_seconds"),
            min_free_gb=desk.settings.number("min_free_gb"),
            tiers={source.title: source.source_class for source in table.sources},
            once=once,
            say=(lambda _: None) if quiet else _say,
        )
        self.intakes: dict[str, Intake] = {}

    def run(self, sources: Sequence[Source]) -> None:
        """Run the spiders of `sources` until they end or the process is told to."""
        logging.getLogger("scrapy").setLevel(logging.CRITICAL)
        logging.getLogger("twisted").setLevel(logging.CRITICAL)
        dial = Dial.of(self._table, lambda: read_port(self._desk.folder))
        process = AsyncCrawlerProcess(scrapy_settings(dial))
        self._mark_off(sources)
        classes = spider_classes()
        for source in sources:
            kind = classes[source.kind]
            crawler = process.create_crawler(kind)
            crawler.settings.setdict(dict(kind.settings_for(source)), priority="cmdline")
            process.crawl(
                crawler,
                source=source,
                intake=self._intake(source),
                watch=self.watch,
                cookie=self._cookie(source),
            )
        self._on_signals()
        try:
            process.start(stop_after_crawl=True, install_signal_handlers=False)
        finally:
            self._extractor.close()

    def _intake(self, source: Source) -> Intake:
        institutions = [one.title for one in self._table.sources]
        intake = Intake(source, self._corpus, self.watch.clock, self._voices, institutions)
        self.intakes[source.name] = intake
        return intake

    def _cookie(self, source: Source) -> str:
        return self._desk.settings.text(source.cookie) if source.cookie else ""

    def _mark_off(self, running: Sequence[Source]) -> None:
        """Show the sources that are switched off as off; what they brought, and up to when, stays said."""
        names = {source.name for source in running}
        known = {state.source: state for state in self._corpus.sources()}
        for source in self._table.sources:
            if not source.on and source.name not in names:
                before = known.get(source.name) or _never_tried(source)
                self._end_outage(before)
                # No time of checking: the store would take a check that found it off for a new outage.
                self._corpus.save_source(
                    replace(before, health="off", said="已停用", checked_at=None)
                )

    def _end_outage(self, before: SourceState) -> None:
        """End the open outage of a source nobody listens to any more; the store does so for a state that is fine."""
        now = self.watch.clock.now()
        for outage in self._corpus.outages(since=now, until=now + MOMENT):
            if outage.source == before.source and outage.ended_at is None:
                self._corpus.save_source(
                    replace(before, health="empty", said="已停用", checked_at=now)
                )

    def _on_signals(self) -> None:
        def stop(*_: object) -> None:
            self.watch.stopping.set()

        async def arm() -> None:
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, stop)
            while not self.watch.stopping.is_set():
                self._voices.forget(self.watch.clock.now())
                await self.watch.sleep(SWEEP_S)

        self._arming = asyncio.get_event_loop().create_task(arm())


def _never_tried(source: Source) -> SourceState:
    return SourceState(
        source=source.name,
        health="idle",
        said="",
        checked_at=None,
        ok_at=None,
        complete_to=None,
        documents=0,
        failures=0,
    )


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
