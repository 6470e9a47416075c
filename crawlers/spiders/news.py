"""News and government sites: front and list pages for links, then each new article once."""

import re
from typing import ClassVar
from urllib.parse import urlsplit

from scrapy.http import Response

from crawlers.addresses import address_key, canonical
from crawlers.extract.answer import Page
from crawlers.intake import Draft
from crawlers.spider import PageFailed, SourceFailed, SourceSpider, stated_time

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
        """Read the list pages until one names nothing new; fetch what is new, oldest first."""
        shown, fresh = 0, dict[str, str]()
        for start in self.source.start:
            url, turns = start, 0
            while url and turns < self.source.pages:
                page = await self._list(url, first=turns == 0)
                turns += 1
                if page is None:
                    shown += 1
                    break
                links = self.article_links(page)
                new = self._new(links)
                shown, fresh = shown + len(links), new | fresh
                url = canonical(page.next) if new or not links else ""
        wanted = list(reversed(fresh.items()))[:MOST]
        for key, url in wanted:
            if self.watch.stopping.is_set():
                break
            await self._article(key, url)
        if len(fresh) > len(wanted) or self.unfinished:
            self.unfinished += len(fresh) - len(wanted)
            self._read_again()
        return shown

    async def _list(self, url: str, *, first: bool) -> Page | None:
        """Return a list page; None when the first one is as it was at the last poll."""
        try:
            response = await (self.fetch_start(url) if first else self.fetch(url))
        except PageFailed as error:
            self._read_again()
            raise SourceFailed(error.health, error.said) from error
        if response is None:
            return None
        page = await self._page(response, links_only=True)
        if page.outcome in ("blocked", "gone", "unsupported"):
            raise SourceFailed(
                "blocked" if page.outcome == "blocked" else "unreachable", page.reason
            )
        return page

    def _read_again(self) -> None:
        for start in self.source.start:
            self.forget(start)

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

    def _new(self, urls: list[str]) -> dict[str, str]:
        keys = {address_key(url): url for url in urls}
        wanted = self.intake.unvisited(keys)
        return {key: url for key, url in keys.items() if key in wanted}

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
