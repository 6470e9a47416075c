"""The HTML pages of the sample sites: front and list pages, articles, in the manner of real Chinese sites.

Templates lie in sample/templates; nothing here knows what a document is about.
"""

import html
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from string import Template

from config.sources import Source
from crawlers.week import Behaviour, Written
from records.clock import BEIJING

TEMPLATES = Path(__file__).parent / "sample" / "templates"
PER_PAGE = 15
LISTS = {
    "paper": "/list_{page}.html",
    "evening": "/html/list_{page}.htm",
    "evening_new": "/channel/{page}",
    "tv": "/news/list_{page}.shtml",
    "gov": "{home}index_{page}.html",
}
ARTICLES = {
    "paper": "/{at:%Y-%m/%d}/c_{number}.html",
    "evening": "/html/{at:%Y-%m/%d}/content_{number}.htm",
    "evening_new": "/article/{at:%Y%m%d}{number}",
    "tv": "/news/{at:%Y%m%d}/{number}.shtml",
    "gov": "{home}tzgg/{at:%Y%m}/t{at:%Y%m%d}_{number}.html",
}
DAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer of a sample site."""

    body: bytes
    content_type: str
    status: int = 200
    modified: datetime | None = None


@cache
def _template(name: str) -> Template:
    return Template((TEMPLATES / f"{name}.html").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsSite:
    """One HTML site at one moment."""

    source: Source
    behaviour: Behaviour
    shown: list[Written]
    now: datetime
    home: str

    def answer(self, path: str) -> Page:
        """Return the page at `path`."""
        for document in self.shown:
            if path == self.address(document):
                return self._article(document)
        if path == self.home:
            return self._list(1)
        template = self.behaviour.template_at(self.now)
        pages = max(1, -(-len(self.shown) // PER_PAGE))
        for number in range(1, pages + 1):
            if path == LISTS[template].format(page=number, home=self.home):
                return self._list(number)
        return Page(body="页面不存在".encode(), content_type="text/html; charset=utf-8", status=404)

    def address(self, document: Written) -> str:
        """Return the path of a document: the template of its publication day decides."""
        template = self.behaviour.template_at(document.published_at)
        at = document.published_at.astimezone(BEIJING)
        return ARTICLES[template].format(at=at, number=document.number, home=self.home)

    def _list(self, number: int) -> Page:
        template = self.behaviour.template_at(self.now)
        begin = (number - 1) * PER_PAGE
        items = "\n".join(self._item(d) for d in self.shown[begin : begin + PER_PAGE])
        more = begin + PER_PAGE < len(self.shown)
        following = LISTS[template].format(page=number + 1, home=self.home)
        link = f'<a class="next" href="{following}">下一页</a>' if more else "下一页"
        values = self._common() | {"items": items, "page": str(number), "next": link}
        return self._page(f"{template}_list", values)

    def _item(self, document: Written) -> str:
        at = document.published_at.astimezone(BEIJING)
        title = html.escape(document.title, quote=False)
        return f'<li><a href="{self.address(document)}" target="_blank">{title}</a><span>[{at:%m-%d %H:%M}]</span></li>'

    def _article(self, document: Written) -> Page:
        at = document.published_at.astimezone(BEIJING)
        others = [d for d in self.shown if d is not document]
        origin = document.origin or document.author or self.source.title
        values = self._common() | {
            "title": html.escape(document.title, quote=False),
            "origin": html.escape(origin),
            "time_seconds": f"{at:%Y-%m-%d %H:%M:%S}",
            "time_minutes": f"{at:%Y-%m-%d %H:%M}",
            "time_chinese": f"{at:%Y年%m月%d日 %H:%M}",
            "time_slash": f"{at:%Y/%m/%d %H:%M}",
            "day_before": f"{at - timedelta(days=1):%Y年%m月%d日}",
            "index": f"{document.number}/{at:%Y}-{document.number % 100_000:05d}",
            "paragraphs": "\n".join(
                f"<p>　　{html.escape(p, quote=False)}</p>" for p in document.paragraphs
            ),
            "related": "\n".join(self._item(d) for d in others[:4]),
            "sidebar": "\n".join(self._item(d) for d in others[4:10]),
        }
        modified = document.visible_at if document.is_late else document.published_at
        return self._page(self.behaviour.template_at(self.now), values, modified)

    def _common(self) -> dict[str, str]:
        local = self.now.astimezone(BEIJING)
        day = DAYS[local.weekday()]
        return {
            "site": self.source.title,
            "home": self.home,
            "charset": self.behaviour.encoding,
            "today": f"{local:%Y年%m月%d日} 星期{day}",
        }

    def _page(
        self, template: str, values: dict[str, str], modified: datetime | None = None
    ) -> Page:
        text = _template(template).substitute(values)
        body = text.encode(self.behaviour.encoding, "xmlcharrefreplace")
        return Page(body=body, content_type="text/html", modified=modified)
