"""What every spider must do with its saved pages (tests/pages/<kind>/). Inherit the class and give `kind`."""

import json
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from config.settings import ROOT
from crawlers.addresses import canonical
from records.document import Document
from tests.pages_site import Reply

PAGES = ROOT / "tests" / "pages"
TABLE = PAGES / "sources.toml"
NOW = datetime.fromisoformat("2025-10-14T12:00:00+08:00")


def saved(host: str, path: str) -> Reply | None:
    """Answer from tests/pages/<kind>/, where <kind> is the host's first part."""
    folder = PAGES / host.partition(".")[0]
    file = folder / "site.json"
    row = json.loads(file.read_text(encoding="utf-8")).get(path) if file.exists() else None
    if row is None:
        return None
    body = row["text"].encode() if "text" in row else (folder / row["file"]).read_bytes()
    headers = {"Content-Type": row.get("type", "text/html")}
    if "modified" in row:
        headers["Last-Modified"] = row["modified"]
    return Reply(body=body, headers=headers)


def expected(kind: str) -> dict[str, Any]:
    """Return what the saved pages hold."""
    file = PAGES / kind / "expected.json"
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


class SpiderContract:
    """The saved pages yield exactly the saved documents, and nothing of a person."""

    kind: ClassVar[str]

    def mine(self, crawled: "Crawled") -> list[Document]:
        """Return the documents of this kind's source."""
        return [one for one in crawled.documents if one.source == self.kind]

    def test_its_pages_yield_exactly_the_saved_documents(self, crawled: "Crawled") -> None:
        """Nothing missing, nothing more, each stated field as saved."""
        rows = expected(self.kind)["documents"]
        documents = self.mine(crawled)
        assert len(documents) == len(rows)
        for row in rows:
            assert any(_fits(document, row) for document in documents), row

    def test_what_it_could_not_read_is_set_aside_with_its_reason(self, crawled: "Crawled") -> None:
        """Each reason is there once and for the right source."""
        reasons = sorted(row.reason for row in crawled.rejected if row.source == self.kind)
        assert reasons == sorted(expected(self.kind)["rejected"])

    def test_times_are_aware_and_addresses_canonical(self, crawled: "Crawled") -> None:
        """A naive time or a second spelling of an address would split one document in two."""
        for document in self.mine(crawled):
            for moment in (document.published_at, document.seen_at, document.collected_at):
                assert moment.tzinfo is not None
            assert document.published_at <= document.seen_at <= document.collected_at
            assert document.url.partition("#")[0] == canonical(document.url)

    def test_a_second_run_fetches_only_what_is_new(self, crawled: "Crawled") -> None:
        """The second crawl asks for list pages and feeds again, for no article and no batch."""
        mine = [url for url in crawled.asked_again if url.startswith(self.kind)]
        assert not [url for url in mine if "/art/2025" in url or "/open/" in url or "extend" in url]
        assert crawled.new_again.get(self.kind, 0) == 0


class Crawled:
    """Both crawls of the saved pages, done once for all contracts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.documents: list[Document] = []
        self.rejected: list[Any] = []
        self.asked: list[str] = []
        self.asked_again: list[str] = []
        self.new_again: dict[str, int] = {}


def _fits(document: Document, row: dict[str, Any]) -> bool:
    known = {field.name for field in fields(Document)}
    assert set(row) <= known
    for key, value in row.items():
        wanted = datetime.fromisoformat(value) if key.endswith("_at") else value
        if getattr(document, key) != wanted:
            return False
    return True
