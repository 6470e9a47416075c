"""The scorer: documents in, scores out. Deterministic, total, and blind to the order of its input.

Rules and tables read (`nlp.reading`), linear models judge (`nlp.model`), and every judgement keeps the words
that carried it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import numpy as np

from config.desk import Desk
from config.tables import Region, bodies_of, regions_of
from nlp import model
from nlp.features import F32
from nlp.figures import topic_logits
from nlp.fingerprint import fingerprints
from nlp.keywords import eligible, keywords, owner_column, top_words
from nlp.model import Models, shares, sigmoid
from nlp.reading import Batch, Reader, Reading
from nlp.segment import segmenter_name
from nlp.tables import FOLDER as TABLES
from nlp.tables import domains, signs
from records.document import Document
from records.score import AppealLabel, Criterion, Score, Sentiment, SentimentLabel

REVISION = 1
"""Raise when code changes what a score says; it is part of the version, so documents are scored again."""
BATCH = 96
"""So many posts that the arrays of a batch stay in the cache."""
SURE = 0.55
"""Below this the most likely mood is shown as 不确定 (see `nlp quality`: accuracy by coverage)."""
TOPIC_FLOOR = 0.30
TOPICS = 3

Judged = tuple[str, tuple[str, ...]]

_APPEAL_SIGNS = {
    "complaint": "complain",
    "report": "inform",
    "help": "ask_help",
    "consult": "ask",
    "suggest": "propose",
    "praise": "praise",
    "news": "official",
}
_LABELS: dict[str, AppealLabel] = {
    "投诉": "complaint",
    "举报": "report",
    "求助": "help",
    "咨询": "consult",
    "建议": "suggest",
    "表扬": "praise",
}
_KIND_PULL: dict[str, dict[str, float]] = {
    "article": {"news": 8.0, "opinion": 2.0},
    "board": {"news": 3.0, "opinion": 2.0, "other": 2.0},
    "message": {"news": 0.1, "opinion": 0.2, "other": 0.1},
}
"""Prior odds by kind: a news page reports, a letter-box asks. Posts say nothing about themselves."""
_NEEDS_SIGNS = (
    "superior",
    "emergency",
    "harm",
    "rumour",
    "minor",
    "power",
    "policy",
    "group",
    "unresolved",
    "livelihood",
)
_AGAINST_SIGNS = ("abroad", "show", "sport", "brand", "drill", "single")


@dataclass(frozen=True, slots=True)
class Judgements:
    """All logits of a batch, turned into probabilities."""

    polarity: F32
    neutral: F32
    appeal: F32
    topics: F32
    needs: F32
    criterion: F32


class Scorer:
    """Scores documents with the shipped models and the operator's tables."""

    def __init__(self, reader: Reader, models: Models, version: str) -> None:
        self._reader = reader
        self._models = models
        self.version = version

    @classmethod
    def load(
        cls,
        *,
        regions: Sequence[Region] = (),
        bodies: Mapping[str, str] | Sequence[str] = (),
        models: Path = model.FOLDER,
        tables: Path = TABLES,
    ) -> "Scorer":
        """Load models and tables. Raises WorkFailed or ConfigError where one is missing or wrong."""
        found = model.load(models)
        forms = dict(bodies) if isinstance(bodies, Mapping) else {name: name for name in bodies}
        reader = Reader(regions, forms, (domains(tables), signs(tables)))
        digest = sha256(f"{REVISION} {found.version} {segmenter_name()}".encode())
        for name in ("topics.toml", "lexicon.toml"):
            digest.update((tables / name).read_bytes())
        digest.update(repr((tuple(regions), sorted(forms.items()))).encode())
        return cls(reader, found, f"{REVISION}-{digest.hexdigest()[:12]}")

    def score(self, documents: Sequence[Document], now: datetime) -> list[Score]:
        """Return one score a document, in their order."""
        scores: list[Score] = []
        for begin in range(0, len(documents), BATCH):
            scores += self._score(documents[begin : begin + BATCH], now)
        return scores

    def appeal_shares(self, texts: Sequence[str]) -> F32:
        """Return the probability of every appeal for each text, in the order of the model's labels."""
        batches = [texts[at : at + BATCH] for at in range(0, len(texts), BATCH)]
        return np.concatenate([self._judge(self._reader.read(batch)).appeal for batch in batches])

    def _score(self, documents: Sequence[Document], now: datetime) -> list[Score]:
        batch = self._reader.read([document.body for document in documents])
        judged = self._judge(batch)
        marks = fingerprints([reading.text for reading in batch.readings])
        kinds = [self._appeal(document, judged.appeal[at]) for at, document in enumerate(documents)]
        allowed = eligible(batch.features.words)
        rarity = self._models.rarity(batch.features.words.hashes)
        found = keywords(batch.features.words, rarity, allowed)
        topics = self._topics(judged)
        carried = self._carriers(batch, judged, [kind for kind, _ in kinds], allowed, rarity)
        return [
            Score(
                document_id=document.id,
                version=self.version,
                scored_at=now,
                sentiment=_sentiment(float(judged.polarity[at]), float(judged.neutral[at])),
                appeal=kinds[at][0],
                p_appeal=kinds[at][1],
                topics=topics[at],
                p_needs_answer=round(float(judged.needs[at]), 4),
                criterion=self._criterion(judged, at),
                places=reading.places,
                bodies=reading.bodies,
                keywords=tuple(found[at]),
                facts=reading.facts,
                fingerprint=marks[at],
                reasons=self._reasons(reading, kinds[at][0], [words[at] for words in carried]),
            )
            for at, (document, reading) in enumerate(zip(documents, batch.readings, strict=True))
        ]

    def _judge(self, batch: Batch) -> Judgements:
        models, features = self._models, batch.features
        value = models.weigh(features)
        mood = models.sentiment.logits(features, value)
        task = models.tasks.logits(features, value)
        rules = np.stack([reading.topic_scores for reading in batch.readings])
        topics = topic_logits(task[:, models.tasks.slice("topics")], rules)
        return Judgements(
            polarity=sigmoid(mood[:, 0]),
            neutral=sigmoid(mood[:, 1]),
            appeal=shares(task[:, models.tasks.slice("appeal")]),
            topics=sigmoid(topics),
            needs=sigmoid(task[:, models.tasks.slice("needs_answer")][:, 0]),
            criterion=shares(task[:, models.tasks.slice("criterion")]),
        )

    def _appeal(self, document: Document, p: F32) -> tuple[AppealLabel, float]:
        """Return the appeal, helped by the kind of text; what the hotline itself wrote on its slip stands."""
        labels = self._models.tasks.columns["appeal"]
        written = _LABELS.get(document.label or "")
        if written:
            return written, 1.0
        pull = np.array([_KIND_PULL.get(document.kind, {}).get(label, 1.0) for label in labels])
        p = (p * pull / (p * pull).sum()).astype(np.float32)
        best = int(np.argmax(p))
        return labels[best], round(float(p[best]), 4)  # type: ignore[return-value]

    def _topics(self, judged: Judgements) -> list[tuple[tuple[str, float], ...]]:
        """Return for each text its likeliest domains above the floor, likeliest first."""
        ids = self._reader.topics.ids
        best = np.argsort(-judged.topics, axis=1, kind="stable")[:, :TOPICS]
        p = np.take_along_axis(judged.topics, best, axis=1)
        return [
            tuple((ids[at], round(share, 4)) for at, share in pairs if share >= TOPIC_FLOOR)
            for pairs in map(zip, best.tolist(), p.tolist())
        ]

    def _criterion(self, judged: Judgements, at: int) -> Criterion:
        """Return the likeliest criterion among those that agree with the probability of yes."""
        labels = self._models.tasks.columns["criterion"]
        p = judged.criterion[at]
        yes = judged.needs[at] >= 0.5
        fits = range(6) if yes else range(6, 8)
        return labels[max(fits, key=lambda column: float(p[column]))]  # type: ignore[return-value]

    def _carriers(
        self,
        batch: Batch,
        judged: Judgements,
        kinds: Sequence[AppealLabel],
        allowed: "np.typing.NDArray[np.bool_]",
        rarity: F32,
    ) -> tuple[list[list[str]], ...]:
        """Return the words that spoke most for mood, appeal, domain and need of each text."""
        words = batch.features.words
        models = self._models
        sign = np.where(judged.polarity >= 0.5, 1.0, -1.0).astype(np.float32)
        zero = np.zeros(len(words.owner), dtype=np.int64)
        mood = models.sentiment.contributions(words.hashes, zero) * sign[words.owner]
        labels = models.tasks.columns["appeal"]
        columns = (
            owner_column(words.owner, [labels.index(kind) for kind in kinds]),
            owner_column(
                words.owner,
                (models.tasks.slice("topics").start + judged.topics.argmax(axis=1)).tolist(),
            ),
        )
        need = np.where(judged.needs >= 0.5, 1.0, -1.0).astype(np.float32)[words.owner]
        needs = (
            models.tasks.contributions(
                words.hashes, zero + models.tasks.slice("needs_answer").start
            )
            * need
        )
        values = [
            mood,
            *(models.tasks.contributions(words.hashes, column) for column in columns),
            needs,
        ]
        return tuple(top_words(words, value * rarity, allowed, 3) for value in values)

    def _reasons(
        self, reading: Reading, appeal: AppealLabel, words: Sequence[list[str]]
    ) -> tuple[Judged, ...]:
        said = reading.sign_words.get(_APPEAL_SIGNS.get(appeal, ""), [])[:3]
        best = max(
            reading.topic_words, key=lambda at: float(reading.topic_scores[at]), default=None
        )
        about = reading.topic_words[best][:4] if best is not None else words[2]
        return (
            ("sentiment", tuple(words[0])),
            ("appeal", tuple(dict.fromkeys((*said, *words[1])))[:4]),
            ("topics", tuple(about)),
            ("needs_answer", self._needs_reasons(reading, words[3])),
        )

    def _needs_reasons(self, reading: Reading, words: list[str]) -> tuple[str, ...]:
        """Name the signs for and against, the facts, then the words of the model."""
        names = self._reader.sign_names
        found = [
            f"{names[sign]}：{'、'.join(reading.sign_words[sign][:3])}"
            for sign in (*_NEEDS_SIGNS, *_AGAINST_SIGNS)
            if sign in reading.sign_words and sign in names
        ]
        found += [
            f"{_FACTS[fact.kind]}{fact.value:g}人" for fact in reading.facts if fact.kind in _FACTS
        ][:2]
        return (*found[:6], *words)


_FACTS = {"deaths": "死亡", "injuries": "受伤", "exposed": "涉及"}


def _sentiment(polarity: float, neutral: float) -> Sentiment:
    p_positive, p_negative = (1 - neutral) * polarity, (1 - neutral) * (1 - polarity)
    ranked: list[tuple[float, SentimentLabel]] = [
        (p_negative, "negative"),
        (neutral, "neutral"),
        (p_positive, "positive"),
    ]
    top, label = max(ranked, key=lambda row: row[0])
    return Sentiment(
        label=label,
        p_negative=round(p_negative, 4),
        p_positive=round(p_positive, 4),
        sure=top >= SURE,
    )


def scorer_for(desk: Desk) -> Scorer:
    """Return the scorer with the desk's own regions and bodies; a form that several bodies share means none."""
    written = [
        (form, body.name) for body in bodies_of(desk) for form in (body.short, *body.aliases)
    ]
    forms = [form for form, _ in written]
    bodies = {form: name for form, name in written if form and forms.count(form) == 1}
    bodies |= {body.name: body.name for body in bodies_of(desk)}
    return Scorer.load(regions=regions_of(desk), bodies=bodies)
