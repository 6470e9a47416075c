"""Real material takes the whole path: spiders, store, scores, events; nothing is lost on the way."""

from pathlib import Path

import pytest

from config.desk import Desk, open_desk
from config.settings import load
from config.sources import SourceTable
from nlp.score import scorer_for
from nlp.watch import Watcher
from records.clock import SystemClock
from store.interface import Query
from store.open import open_corpus
from tests.pages_site import PagesSite, crawl
from tests.test_crawlers_material import _Dev

pytestmark = [pytest.mark.material, pytest.mark.slow]


def desk_in(folder: Path) -> Desk:
    """Return a live desk of an invented body whose data lie in `folder`."""
    environ = {
        "HUIYING_DATA_DIR": str(folder),
        "HUIYING_BODY": "某市人民政府办公室",
        "HUIYING_REGION": "990100",
    }
    return open_desk(load(file=None, environ=environ), sample=False)


def test_every_real_document_is_scored_and_placed(shared: Path, tmp_path: Path) -> None:
    """Each stored page, item and post gets a score and a place; a copy points to an earlier document."""
    site = _Dev(shared / "pages" / "dev")
    table = tmp_path / "sources.toml"
    table.write_text(site.table(), encoding="utf-8")
    desk = desk_in(tmp_path / "data")
    desk.prepare()
    with PagesSite(site.answers) as server:
        crawl(desk.folder, table, server.port, SystemClock().now())
    corpus = open_corpus(desk)
    watcher = Watcher(desk, corpus, scorer_for(desk), SourceTable(patience_minutes=30, sources=()))
    while watcher.score() or watcher.place():
        pass
    watcher.warm()
    counts = corpus.counts()
    assert counts.documents > 100
    assert (counts.unscored, counts.unplaced) == (0, 0)
    assert [row for row in corpus.rejected(limit=1000) if row.stage != "crawl"] == []
    hits = corpus.search(Query(), limit=counts.documents).hits
    ids = {hit.document.id for hit in hits}
    places = [hit.placement for hit in hits if hit.placement is not None]
    assert len(places) == counts.documents
    assert {place.copy_of for place in places if place.copy_of} <= ids
    print(f"{counts.documents} documents, {counts.events} events")
    corpus.close()
