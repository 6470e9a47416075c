"""Domains by their words: the transparent half of the topic judgement (the other half is a linear model).

Score of a domain = Σ weight over its distinct words found; a strong word or a colloquial phrase weighs twice
a keyword (domain_rules.yaml, taxonomy.matching).
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from config.vocabulary import Domain
from nlp.match import Hit

_STRONG, _PLAIN = 2.0, 1.0


class TopicWords:
    """Words of all domains, each with the domains it speaks for."""

    def __init__(self, domains: Sequence[Domain]) -> None:
        self.ids: tuple[str, ...] = tuple(domain.id for domain in domains)
        self.names: dict[str, str] = {domain.id: domain.name for domain in domains}
        self.weights: dict[str, list[tuple[int, float]]] = {}
        for index, domain in enumerate(domains):
            for word in domain.keywords:
                self._add(word, index, _PLAIN)
            for word in (*domain.strong, *domain.colloquial):
                self._add(word, index, _STRONG)

    def _add(self, word: str, index: int, weight: float) -> None:
        self.weights.setdefault(word.lower(), []).append((index, weight))

    @property
    def words(self) -> Iterable[str]:
        """All words, lower case as in model text."""
        return self.weights.keys()

    def read(self, hits: Iterable[Hit]) -> tuple[npt.NDArray[np.float32], dict[int, list[str]]]:
        """Return the score of every domain and, by domain, the words that made it."""
        scores = np.zeros(len(self.ids), dtype=np.float32)
        because: dict[int, list[str]] = {}
        for word in dict.fromkeys(hit.word for hit in hits):
            for index, weight in self.weights.get(word, ()):
                scores[index] += weight
                because.setdefault(index, []).append(word)
        return scores, because
