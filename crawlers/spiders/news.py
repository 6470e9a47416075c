"""News and government sites: front and list pages for links, then each new article once."""

import re
from typing import ClassVar
from urllib.parse import urlsplit

from scrapy.http import Response

from crawlers.addresses import address_key, canonical
from crawlers.extract.answer import Page
from crawlers.intake import Draft
from crawlers.spider import GIVE_UP, PageFailed, SourceFailed, SourceSpider, stated_time

MOST = 80
"""Articles fetched in one poll at most; at two seconds each a poll then ends within three minutes."""
_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|pdf|docx?|xlsx?|pptx?|zip|rar|mp[34]|apk|exe|css|js)$", re.IGNORECASE
)
_ARTICLE = re.compile(
    r"\d{4,}|/20\d\d[-/]?\d\d|/(?:article|content|detail|news|a|p)/[\w-]{5,}", re.IGNORECASE
)
_LIST = re.compile(
    r"(?:/|/(?:index|list|default|channel|node)[_-]?\d{0,3}(?:\.\w{3,5})?)$", re.IGNORECASE
)


class NewsSpider(SourceSpider):
    """Reads a site's list pages and takes in the articles they newly name."""

    kind: ClassVar[str] = "news"

    async def poll(self) -> int:
        """Read the list pages until one names nothing new; fetch what is owed and what is new, oldest first."""
        shown, fresh = 0, dict[str, str]()
        for start in self.source.start:
            seen, named = await self._named(start)
            if not self.unfinished:
                self.short = 0
            shown, fresh = shown + seen, fresh | named
        wanted = self.owed | dict(reversed(fresh.items()))
        for key, url in list(wanted.items())[:MOST]:
            if self.watch.stopping.is_set():
                break
            await self._article(key, url)
        self.unfinished += max(0, len(wanted) - MOST)
        return shown

    async def _named(self, start: str) -> tuple[int, dict[str, str]]:
        """Return how many articles a list shows, and those that are new, newest first."""
        shown, fresh, url, turned = 0, dict[str, str](), start, set[str]()
        while True:
            page = await self._list(url, first=url == start)
            if page is None:
                return shown + 1, fresh
            turned.add(url)
            links = {address_key(link): link for link in self.article_links(page)}
            new = self._new(links)
            shown, fresh = shown + len(links), fresh | new
            url = canonical(page.next)
            if not url or url in turned or (links and not new and not self.through):
                return shown, fresh
            if len(turned) >= self.limit:
                self.cut_off |= bool(new) and len(new) == len(links)
                return shown, fresh

    async def _list(self, url: str, *, first: bool) -> Page | None:
        """Return a list page; None when the first one is as it was at the last poll, or a deeper one ends the turning."""
        try:
            response = await (self.fetch_start(url) if first else self.fetch(url))
        except PageFailed as error:
            if self._ends(error):
                return None
            raise SourceFailed(error.health, error.said) from error
        if response is None:
            return None
        page = await self._page(response, links_only=True)
        if page.outcome in ("blocked", "gone", "unsupported"):
            raise SourceFailed(
                "blocked" if page.outcome == "blocked" else "unreachable", page.reason
            )
        return page

    def _ends(self, error: PageFailed) -> bool:
        """Whether a deeper page's failure ends the turning: one that is not there, or fails again and again."""
        if not error.again:
            return True
        self.short += 1
        if self.short < GIVE_UP:
            return False
        self.unfinished += 1
        return True

    def article_links(self, page: Page) -> list[str]:
        """Return the addresses on a list page that lead to this source's articles."""
        rule = re.compile(self.source.article) if self.source.article else None
        found = []
        for link, text in page.links:
            url = canonical(link)
            if not url or urlsplit(url).hostname not in self.source.allowed_hosts:
                continue
            if rule.search(url) if rule else self._looks_like_article(url, text):
                found.append(url)
        return list(dict.fromkeys(found))

    def _looks_like_article(self, url: str, text: str) -> bool:
        if self.source.selectors.links:
            return True
        path = urlsplit(url)
        if _FILE.search(path.path) or _LIST.search(path.path):
            return False
        return len(text) >= 6 and bool(_ARTICLE.search(f"{path.path}?{path.query}"))

    def _new(self, links: dict[str, str]) -> dict[str, str]:
        wanted = self.intake.unvisited(links)
        return {key: url for key, url in links.items() if key in wanted}

    async def _article(self, key: str, url: str) -> None:
        with self.one_page(key, url):
            response = await self.fetch(url)
            if response is not None:
                self.take(key, await self._page(response), response)

    async def _page(self, response: Response, *, links_only: bool = False) -> Page:
        return await self.watch.extractor.page(
            response.body,
            content_type=(response.headers.get("Content-Type") or b"").decode("latin-1"),
            url=response.url,
            now=self.watch.clock.now(),
            selectors=self.source.selectors,
            links_only=links_only,
        )

    def take(self, key: str, page: Page, response: Response) -> None:
        """Take in one article page, or say why it is none."""
        url = canonical(response.url)
        if page.outcome in ("list", "other"):
            self.intake.done(key, page.outcome)
        elif page.outcome != "article":
            self.refused = page.reason if page.outcome == "blocked" else self.refused
            self.intake.reject(url, page.reason, page.title, visit=key, which=key)
        elif page.published_at is None:
            self.intake.reject(url, "没有可信的发布时间", page.title, visit=key, which=key)
        else:
            self._watch_rules(page)
            self.intake.take(self.draft(key, url, page, response), visit=key)

    def _watch_rules(self, page: Page) -> None:
        if self.source.selectors.text:
            self.changed = "" if page.by_rule else "网站改版, 旧规则失灵, 已改用自动抽取"

    def draft(self, key: str, url: str, page: Page, response: Response) -> Draft:
        """Return the draft of an article."""
        assert page.published_at is not None  # noqa: S101 - the caller set undated pages aside
        official = self.source.source_class == "official"
        return Draft(
            native=key,
            url=url,
            title=page.title,
            text=page.text,
            published_at=page.published_at,
            precision=page.precision,
            stated_at=stated_time(response),
            author=(page.source_name if official and page.source_name else self.source.title),
            source_name=page.source_name,
        )
