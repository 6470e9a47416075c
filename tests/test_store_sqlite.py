"""The SQLite corpus keeps the corpus contract, in memory and in a file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.interface import Corpus
from store.sqlite import SqliteCorpus
from tests.contracts.corpus import CorpusContract


class TestInMemory(CorpusContract):
    """The contract on SQLite's :memory:."""

    @pytest.fixture
    def corpus(self) -> Iterator[Corpus]:
        """Give an empty corpus in memory."""
        made = SqliteCorpus(":memory:")
        yield made
        made.close()


class TestInAFile(CorpusContract):
    """The contract on a file."""

    @pytest.fixture
    def corpus(self, tmp_path: Path) -> Iterator[Corpus]:
        """Give an empty corpus in a file."""
        made = SqliteCorpus(tmp_path / "corpus.db")
        yield made
        made.close()
