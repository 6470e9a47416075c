"""Weibo-shaped search answers: page by page until everything on a page is known."""

from dataclasses import replace
from typing import ClassVar
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from scrapy.http import Response

from crawlers.addresses import canonical
from crawlers.extract.answer import Item, Items
from crawlers.extract.posts import Unreadable, load_json, post_text, read_posts
from crawlers.extract.search_page import MARK, read_search_page
from crawlers.intake import Draft
from crawlers.spider import GIVE_UP, PageFailed, SourceFailed, SourceSpider
from records.document import SourceClass

CLASSES: dict[int, SourceClass] = {1: "official", 3: "industry"}
"""What a verified type says; other bodies are institutions, a medium known from the table keeps its own tier."""


class PostsSpider(SourceSpider):
    """Reads container/getIndex answers."""

    kind: ClassVar[str] = "posts"

    async def poll(self) -> int:
        """Turn the pages of each search back to what is known, then take in what is new, oldest first.

        A page that holds nothing new ends the turning. Newest first, a process killed halfway would therefore hide
        for ever what lay behind the last page it took.
        """
        shown = 0
        for start in self.source.start:
            seen, fresh = await self._unread(start)
            shown += seen
            for item, base in reversed(fresh.values()):
                await self._take(item, base)
        return shown

    async def _unread(self, start: str) -> tuple[int, dict[str, tuple[Item, str]]]:
        """Return how many posts a search shows, and those that are new, newest first, with their page's address."""
        shown, fresh = 0, dict[str, tuple[Item, str]]()
        for number in range(1, self.limit + 1):
            response = await self._turned(start, number)
            if response is None:
                return shown + 1, fresh
            found = self.items(response, first=number == 1)
            shown += len(found.items)
            new = self.intake.unknown([item.id for item in found.items])
            fresh |= {
                item.id: (item, response.url)
                for item in found.items
                if item.id in new and item.id not in fresh
            }
            if not found.more or not (new or self.through):
                break
            if self.watch.stopping.is_set():
                self.unfinished += 1
                return shown, {}
        else:
            self.cut_off |= bool(new) and len(new) == len(found.items)
        self.short = 0
        return shown, fresh

    async def _turned(self, start: str, number: int) -> Response | None:
        """Return a page. One that fails again and again ends the turning, so that the newer posts are not lost too."""
        try:
            return await self.fetch_start(paged(start, number), fresh=number == 1)
        except SourceFailed:
            self.short += number > 1
            if number == 1 or self.short < GIVE_UP:
                raise
            self.unfinished += 1
            return None

    def items(self, response: Response, *, first: bool = True) -> Items:
        """Return the posts of an answer. Raises SourceFailed when the site wants a login."""
        kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
        now = self.watch.clock.now()
        if MARK in response.body:
            found = read_search_page(response.body, now=now)
        else:
            found = read_posts(response.body, content_type=kind, now=now)
        if found.outcome == "blocked":
            raise SourceFailed("login_needed", found.reason)
        if found.outcome == "reject" and first:
            raise SourceFailed("unreachable", found.reason)
        return found

    async def _take(self, item: Item, base: str) -> None:
        if item.cut:
            item = await self._whole(item, base)
        if item.published_at is None:
            url = canonical(item.url, base) or base
            self.intake.reject(url, "没有可信的发布时间", item.text, which=item.id)
            return
        self.intake.take(self.draft(item, base))

    async def _whole(self, item: Item, base: str) -> Item:
        """Return the post with its whole text; the cut one when the site does not give it."""
        try:
            response = await self.fetch(urljoin(base, f"/statuses/extend?id={item.id}"))
            value = load_json(response.body) if response is not None else {}
            text = post_text(value["data"]["longTextContent"])
        except (PageFailed, Unreadable, KeyError, TypeError):
            return item
        return replace(item, text=text, cut=False) if text else item

    def draft(self, item: Item, base: str) -> Draft:
        """Return the draft of a post; only a body's name is kept."""
        if item.published_at is None:
            raise ValueError(item.id)
        return Draft(
            native=item.id,
            url=canonical(item.url, base),
            title="",
            text=item.text,
            published_at=item.published_at,
            precision=item.precision,
            stated_at=item.updated_at,
            user=item.user or item.id,
            author=item.author,
            source_class=self.class_of(item),
            counts=(item.reposts, item.comments, item.likes),
        )

    def class_of(self, item: Item) -> SourceClass:
        """Return who speaks: a body by its name in the table, else by its verified type."""
        if item.author is None:
            return "individual"
        return self.tiers.get(item.author) or CLASSES.get(item.verified, "institution")

    @property
    def tiers(self) -> dict[str, SourceClass]:
        """The classes of those accounts that are sources of the table themselves."""
        return self.watch.tiers


def paged(url: str, number: int) -> str:
    """Return the search's `number`-th page."""
    if number == 1:
        return url
    parts = urlsplit(url)
    query = [(key, value) for key, value in parse_qsl(parts.query) if key != "page"]
    query.append(("page", str(number)))
    return urlunsplit(parts._replace(query=urlencode(query)))
