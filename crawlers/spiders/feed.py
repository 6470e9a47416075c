"""RSS and Atom feeds: every entry once; the linked article too where the source says so."""

from typing import ClassVar

from scrapy.http import Response

from crawlers.extract.answer import Item, Items
from crawlers.extract.feeds import read_feed
from crawlers.intake import Draft
from crawlers.spider import PageFailed, SourceFailed, SourceSpider


class FeedSpider(SourceSpider):
    """Reads feeds."""

    kind: ClassVar[str] = "feed"

    async def poll(self) -> int:
        """Read each feed that changed and take in its new entries."""
        shown = 0
        for url in self.source.start:
            response = await self.fetch_start(url)
            if response is None:
                shown += 1
                continue
            found = self.items(response)
            if found.outcome != "items":
                raise SourceFailed("unreachable", found.reason)
            shown += len(found.items)
            await self._take_new(found)
        return shown

    def items(self, response: Response) -> Items:
        """Return the entries of an answer."""
        kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
        now = self.watch.clock.now()
        return read_feed(response.body, content_type=kind, base=response.url, now=now)

    async def _take_new(self, found: Items) -> None:
        wanted = self.intake.unknown([item.id for item in found.items])
        for item in reversed(found.items):
            if item.id in wanted:
                self.intake.take(self.draft(await self._whole(item)))

    async def _whole(self, item: Item) -> Item:
        """Return the entry with the linked article's text, where the source wants it and it is longer."""
        if not self.source.follow or not item.url or self.watch.stopping.is_set():
            return item
        try:
            response = await self.fetch(item.url)
        except PageFailed:
            return item
        if response is None:
            return item
        page = await self.watch.extractor.page(
            response.body,
            content_type=(response.headers.get("Content-Type") or b"").decode("latin-1"),
            url=response.url,
            now=self.watch.clock.now(),
            selectors=self.source.selectors,
        )
        if page.outcome != "article" or len(page.text) <= len(item.text):
            return item
        return Item(
            id=item.id,
            url=item.url,
            title=item.title or page.title,
            text=page.text,
            published_at=page.published_at or item.published_at,
            precision=page.precision if page.published_at else item.precision,
            updated_at=item.updated_at,
            author=page.source_name,
        )

    def draft(self, item: Item) -> Draft:
        """Return the draft of an entry; one without a time was published now, as far as anybody can tell: today."""
        now = self.watch.clock.now()
        return Draft(
            native=item.id,
            url=item.url,
            title=item.title,
            text=item.text,
            published_at=item.published_at or now,
            precision=item.precision if item.published_at else "day",
            stated_at=item.updated_at,
            author=self.source.title,
            source_name=item.author,
        )
