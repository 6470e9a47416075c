"""Reading: what rules and tables find in a batch of texts before any model is asked.

One pass looks up the words of all tables (domains, signs, places, bodies). Training reads by the same code,
without an operator's own places and bodies, so a model never depends on who runs it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from config.tables import Region
from config.vocabulary import Domain
from nlp.bodies import Bodies
from nlp.clean import clean
from nlp.facts import facts
from nlp.features import MAX_CHARS, Features, assemble
from nlp.grams import encode
from nlp.match import Hit, Matcher
from nlp.places import Places
from nlp.segment import words
from nlp.tables import Signs, domains, signs
from nlp.topics import TopicWords
from records.score import Fact, Place


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in one text. `signs`: the names of the signs; `sign_words`: the words behind each."""

    text: str
    places: tuple[Place, ...]
    bodies: tuple[str, ...]
    facts: tuple[Fact, ...]
    topic_scores: npt.NDArray[np.float32]
    topic_words: dict[int, list[str]]
    sign_words: dict[str, list[str]]
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """The readings of a batch and the features the models take."""

    readings: tuple[Reading, ...]
    features: Features


class Reader:
    """All tables, ready to read texts with."""

    def __init__(
        self,
        regions: Sequence[Region] = (),
        bodies: Mapping[str, str] | None = None,
        tables: tuple[Sequence[Domain], Sequence[Signs]] | None = None,
    ) -> None:
        fields, lists = tables or (domains(), signs())
        self.topics = TopicWords(fields)
        self.sign_names = {row.id: row.name for row in lists}
        self._signs: dict[str, list[str]] = {}
        for row in lists:
            for word in row.words:
                self._signs.setdefault(word, []).append(row.id)
        self.places = Places(regions)
        self._bodies = Bodies(bodies)
        self._matcher = Matcher(
            (*self.topics.words, *self._signs, *self.places.forms, *self._bodies.forms)
        )

    def read(self, raw: Sequence[str]) -> Batch:
        """Return the readings and features of texts as they were published."""
        texts = [clean(text) for text in raw]
        heads = [text[:MAX_CHARS] for text in texts]
        codes = encode(heads)
        tokens = tuple(words(head) for head in heads)
        hits = self._matcher.find(heads, codes)
        readings = tuple(map(self._reading, raw, texts, tokens, hits))
        features = assemble(codes, tokens, [reading.signs for reading in readings])
        return Batch(readings, features)

    def _reading(self, raw: str, text: str, tokens: list[str], hits: list[Hit]) -> Reading:
        places, spans = self._read_places(text, tokens, hits)
        forms = self._bodies.forms
        bodies = self._bodies.read(text, (hit for hit in hits if hit.word in forms), spans)
        scores, because = self.topics.read(hits)
        found = self._read_signs(hits)
        told = facts(raw)
        return Reading(
            text=text,
            places=places,
            bodies=bodies,
            facts=told,
            topic_scores=scores,
            topic_words=because,
            sign_words=found,
            signs=self._names(text, (bool(places), bool(bodies)), told, scores, found),
        )

    def _read_places(
        self, text: str, tokens: list[str], hits: list[Hit]
    ) -> tuple[tuple[Place, ...], list[tuple[int, int]]]:
        named = [hit for hit in hits if hit.word in self.places.forms]
        if not named:
            return (), []
        bounds, at = {0}, 0
        for token in tokens:
            at += len(token)
            bounds.add(at)
        places, mentions = self.places.read(text, named, bounds)
        return places, [(mention.start, mention.end) for mention in mentions]

    def _read_signs(self, hits: list[Hit]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for hit in hits:
            for name in self._signs.get(hit.word, ()):
                known = found.setdefault(name, [])
                if hit.word not in known:
                    known.append(hit.word)
        return found

    def _names(
        self,
        text: str,
        named: tuple[bool, bool],
        told: Sequence[Fact],
        scores: npt.NDArray[np.float32],
        found: dict[str, list[str]],
    ) -> tuple[str, ...]:
        names = list(found)
        names += [f"{name}+" for name, words_ in found.items() if len(words_) > 1]
        names += [f"topic:{self.topics.ids[index]}" for index in np.flatnonzero(scores).tolist()]
        names += [
            f"topic+:{self.topics.ids[index]}" for index in np.flatnonzero(scores >= 2).tolist()
        ]
        names += sorted({f"fact:{fact.kind}" for fact in told})
        names += ["place"] * named[0] + ["body"] * named[1] + ["asks"] * text.endswith("?")
        names.append("short" if len(text) < 30 else "middle" if len(text) < 150 else "long")
        return tuple(names)
