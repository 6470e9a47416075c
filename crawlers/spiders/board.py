"""Hot boards: each title once a stay on the board, with the rank and heat it had when first seen."""

from typing import ClassVar

from scrapy.http import Response

from crawlers.extract.answer import Item, Items
from crawlers.extract.boards import read_board
from crawlers.intake import Draft
from crawlers.spider import SourceFailed, SourceSpider
from records.clock import beijing


class BoardSpider(SourceSpider):
    """Reads hot boards."""

    kind: ClassVar[str] = "board"

    async def poll(self) -> int:
        """Read each board and take in the titles that are new."""
        shown = 0
        for url in self.source.start:
            response = await self.fetch_start(url)
            if response is None:
                shown += 1
                continue
            found = self.items(response)
            if found.outcome != "items":
                raise SourceFailed(
                    "blocked" if found.outcome == "blocked" else "unreachable", found.reason
                )
            drafts = {draft.native: draft for draft in map(self.draft, found.items)}
            for native in self.intake.unknown(drafts):
                self.intake.take(drafts[native])
            shown += len(found.items)
        return shown

    def items(self, response: Response) -> Items:
        """Return the entries of an answer."""
        kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
        now = self.watch.clock.now()
        return read_board(response.body, content_type=kind, base=response.url, now=now)

    def draft(self, item: Item) -> Draft:
        """Return the draft of an entry; the day belongs to its identity, for a title may come back."""
        at = item.published_at or self.watch.clock.now()
        return Draft(
            native=f"{beijing(at):%Y%m%d} {item.title}",
            url=item.url,
            title=item.title,
            text="",
            published_at=at,
            precision=item.precision if item.published_at else "minute",
            author=self.source.title,
            views=item.views,
            rank=item.rank,
        )
