"""Training: `python -m nlp train --data DIR` makes every shipped model again from the labelled material.

scikit-learn is imported here only. The same material on the same machine gives the same bytes: every solver
is deterministic and rows keep the order of their files.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from nlp import corpus
from nlp.corpus import Row
from nlp.features import F32, Features, sign_hash
from nlp.figures import gold_metrics
from nlp.model import FOLDER, IDF_BITS, SIGN_VALUE, save
from nlp.reading import Reader
from records.errors import WorkFailed
from records.score import AppealLabel, Criterion

BATCH = 512
TASK_BITS = 17
APPEALS: tuple[AppealLabel, ...] = (
    "complaint",
    "report",
    "help",
    "consult",
    "suggest",
    "praise",
    "news",
    "opinion",
    "other",
)
CRITERIA: tuple[Criterion, ...] = (
    "policy_misread",
    "public_interest",
    "moral_bottom_line",
    "emergency_disaster",
    "superior_order",
    "local_social_hotspot",
    "routine_service_request",
    "none",
)
YES_WEIGHT = 2.2
"""Missing an item that needs an answer costs more than looking at one that does not."""
GOLD_WEIGHT = 3.0
"""An item labelled by reading counts as three labelled by rule."""


@dataclass(frozen=True, slots=True)
class Material:
    """Rows with their features as one sparse matrix of 2^IDF_BITS columns (idf not yet applied)."""

    rows: tuple[Row, ...]
    counts: Any
    signs: Any

    def take(self, keep: Sequence[int]) -> "Material":
        """Return the rows at the places `keep`."""
        return Material(
            tuple(self.rows[index] for index in keep), self.counts[keep], self.signs[keep]
        )


def material(rows: Iterable[Row], reader: Reader) -> Material:
    """Read all rows and stack their features."""
    kept = tuple(rows)
    sparse = import_module("scipy.sparse")
    grams, signs = [], []
    for begin in range(0, len(kept), BATCH):
        texts = [row.text for row in kept[begin : begin + BATCH]]
        features = reader.read(texts).features
        grams.append(_matrix(sparse, features, len(texts), ~features.sign))
        signs.append(_matrix(sparse, features, len(texts), features.sign))
    return Material(kept, sparse.vstack(grams).tocsr(), sparse.vstack(signs).tocsr())


def _matrix(sparse: Any, features: Features, rows: int, which: npt.NDArray[np.bool_]) -> Any:
    columns = (features.hashes[which] & np.uint32((1 << IDF_BITS) - 1)).astype(np.int64)
    values = np.ones(len(columns), dtype=np.float32)
    return sparse.csr_matrix(
        (values, (features.owner[which], columns)), shape=(rows, 1 << IDF_BITS)
    )


def idf_of(*parts: Material) -> npt.NDArray[np.float16]:
    """Return ln((1 + documents) / (1 + documents with the feature)) + 1, by bucket."""
    total = sum(part.counts.shape[0] for part in parts)
    seen = sum(np.asarray((part.counts > 0).sum(axis=0)).ravel() for part in parts)
    weights: npt.NDArray[np.float16] = (np.log((1 + total) / (1 + seen)) + 1).astype(np.float16)
    return weights


def weighed(part: Material, idf: npt.NDArray[np.float16]) -> Any:
    """Return the matrix that `Models.weigh` would make: unit vectors of idf, plus the signs."""
    normalize = import_module("sklearn.preprocessing").normalize
    grams = part.counts.minimum(1).multiply(idf.astype(np.float32)).tocsr()
    return (normalize(grams) + part.signs * SIGN_VALUE).tocsr()


def fold_buckets(matrix: Any, bits: int) -> Any:
    """Return `matrix` with its buckets taken modulo 2^bits, as a smaller weight table would."""
    sparse = import_module("scipy.sparse")
    entries = matrix.tocoo()
    columns = entries.col & ((1 << bits) - 1)
    return sparse.csr_matrix(
        (entries.data, (entries.row, columns)), shape=(matrix.shape[0], 1 << bits)
    )


def binary(matrix: Any, truth: npt.NDArray[np.bool_], weight: F32, *, strength: float) -> F32:
    """Return the weights of one yes-or-no judgement. The dual solver is eight times faster here."""
    model = import_module("sklearn.linear_model").LogisticRegression(
        C=strength, solver="liblinear", dual=True, random_state=0, fit_intercept=False, max_iter=300
    )
    model.fit(matrix, truth, sample_weight=weight)
    result: F32 = model.coef_[0].astype(np.float32)
    return result


def several(
    matrix: Any, truth: Sequence[str], weight: F32, labels: Sequence[str], *, strength: float
) -> F32:
    """Return the weights of a judgement with several labels, one column a label against the rest."""
    found = np.array(truth)
    weight = weight * _evened(truth, weight)
    columns = np.zeros((matrix.shape[1], len(labels)), dtype=np.float32)
    for at, label in enumerate(labels):
        if label in truth:
            columns[:, at] = binary(matrix, found == label, weight, strength=strength)
        else:
            columns[sign_hash("") & (matrix.shape[1] - 1), at] = -10.0
    return columns


def _evened(truth: Sequence[str], weight: F32) -> F32:
    """Return factors that lift rare labels: each by the square root of how rare it is."""
    totals: dict[str, float] = {}
    for label, value in zip(truth, weight.tolist(), strict=True):
        totals[label] = totals.get(label, 0.0) + value
    top = max(totals.values())
    return np.array([(top / totals[label]) ** 0.5 for label in truth], dtype=np.float32)


def choose(rows: Sequence[Row], want: Callable[[Row], bool]) -> list[int]:
    """Return the places of the rows that `want` accepts."""
    return [index for index, row in enumerate(rows) if want(row)]


def weights_of(rows: Sequence[Row]) -> F32:
    """Return the weight of each row."""
    return np.array([row.weight for row in rows], dtype=np.float32)


def fit_sentiment(part: Material, matrix: Any) -> F32:
    """Return two columns: positive against negative, and neutral against the rest."""
    polar = choose(part.rows, lambda row: row.sentiment in {"positive", "negative"})
    mood = choose(part.rows, lambda row: bool(row.sentiment) and row.source not in corpus.REVIEWS)
    up = np.array([part.rows[index].sentiment == "positive" for index in polar])
    flat = np.array([part.rows[index].sentiment == "neutral" for index in mood])
    weight = weights_of(part.rows)
    columns = [
        binary(matrix[polar], up, weight[polar], strength=4.0),
        binary(matrix[mood], flat, weight[mood], strength=3.0),
    ]
    return np.stack(columns, axis=1)


def fit_appeal(part: Material, matrix: Any) -> F32:
    """Return one column an appeal."""
    keep = choose(part.rows, lambda row: bool(row.appeal))
    truth = [part.rows[index].appeal for index in keep]
    return several(matrix[keep], truth, weights_of(part.rows)[keep], APPEALS, strength=4.0)


def fit_domains(part: Material, matrix: Any, ids: Sequence[str]) -> F32:
    """Return one column a domain, each against the rest."""
    keep = choose(part.rows, lambda row: bool(row.domains))
    kept = matrix[keep]
    weight = weights_of(part.rows)[keep]
    columns = []
    for domain in ids:
        truth = np.array([domain in part.rows[index].domains for index in keep])
        columns.append(
            binary(kept, truth, weight * np.where(truth, 3.0, 1.0).astype(np.float32), strength=4.0)
        )
    return np.stack(columns, axis=1)


def fit_needs(part: Material, matrix: Any) -> F32:
    """Return one column: needs an authoritative answer, yes against no; `unsure` counts as half of each."""
    yes = choose(part.rows, lambda row: row.needs in {"yes", "unsure"})
    no = choose(part.rows, lambda row: row.needs in {"no", "unsure"})
    sparse = import_module("scipy.sparse")
    both = sparse.vstack([matrix[yes], matrix[no]]).tocsr()
    weight = [
        part.rows[i].weight * (0.4 if part.rows[i].needs == "unsure" else YES_WEIGHT) for i in yes
    ]
    weight += [part.rows[i].weight * (0.4 if part.rows[i].needs == "unsure" else 1.0) for i in no]
    truth = np.array([True] * len(yes) + [False] * len(no))
    return binary(both, truth, np.array(weight, dtype=np.float32), strength=3.0)[:, None]


def fit_criterion(part: Material, matrix: Any) -> F32:
    """Return one column a criterion."""
    keep = choose(part.rows, lambda row: bool(row.criterion))
    truth = [part.rows[index].criterion for index in keep]
    return several(matrix[keep], truth, weights_of(part.rows)[keep], CRITERIA, strength=3.0)


def task_columns(ids: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """Return the layout of the group of tasks."""
    return {
        "appeal": APPEALS,
        "topics": tuple(ids),
        "needs_answer": ("yes",),
        "criterion": CRITERIA,
    }


def fit_tasks(part: Material, matrix: Any, ids: Sequence[str]) -> F32:
    """Return all columns of the group of tasks."""
    return fit_columns(part, fold_buckets(matrix, TASK_BITS), ids)


def fit_columns(part: Material, folded: Any, ids: Sequence[str]) -> F32:
    """Return the same from a matrix whose buckets are folded already."""
    return np.concatenate(
        [
            fit_appeal(part, folded),
            fit_domains(part, folded, ids),
            fit_needs(part, folded),
            fit_criterion(part, folded),
        ],
        axis=1,
    )


def sentiment_rows(data: Path) -> list[Row]:
    """Rows that teach sentiment only."""
    return [*corpus.polar_rows(data), *corpus.mood_rows(data)]


def task_rows(data: Path, reader: Reader) -> list[Row]:
    """Rows that teach the other judgements; items labelled by reading come first."""
    read = [
        _heavier(row)
        for row in (
            *corpus.gold_rows(data),
            *corpus.own_rows(),
            *corpus.hashed_rows(data),
        )
    ]
    weak = [
        *corpus.message_rows(data),
        *corpus.class_rows(data),
        *corpus.news_rows(data),
        *corpus.voice_rows(data),
    ]
    taught = [row for row in (*read, *weak) if not corpus.is_held_out(row)]
    return [*taught, *word_rows(reader), *rule_rows(data, reader)]


def _heavier(row: Row) -> Row:
    return Row(
        text=row.text,
        source=row.source,
        sentiment=row.sentiment,
        appeal=row.appeal,
        domains=row.domains,
        needs=row.needs,
        criterion=row.criterion,
        weight=GOLD_WEIGHT,
        key=row.key,
    )


def word_rows(reader: Reader) -> list[Row]:
    """Every word of the domains' table as a tiny text about its domains."""
    rows: dict[str, set[str]] = {}
    for word in reader.topics.words:
        rows[word] = {reader.topics.ids[index] for index, _ in reader.topics.weights[word]}
    return [
        Row(text=word, source="table", domains=tuple(sorted(ids)), weight=0.5)
        for word, ids in rows.items()
    ]


def rule_rows(data: Path, reader: Reader) -> list[Row]:
    """Messages whose words speak for one domain far more than for any other."""
    rows = []
    texts = [f"{record['title']}\n{record['text']}" for record in corpus.messages(data)]
    for begin in range(0, len(texts), BATCH):
        batch = texts[begin : begin + BATCH]
        for text, reading in zip(batch, reader.read(batch).readings, strict=True):
            order = np.argsort(-reading.topic_scores)
            first, second = reading.topic_scores[order[0]], reading.topic_scores[order[1]]
            if first >= 3 and first >= 2 * second:
                rows.append(
                    Row(
                        text=text,
                        source="rule",
                        domains=(reader.topics.ids[int(order[0])],),
                        weight=0.3,
                    )
                )
    return rows


def train(data: Path, folder: Path = FOLDER) -> dict[str, Any]:
    """Make the scoring models in `folder`; return what the manifest tells of them. Raises WorkFailed when material is missing."""
    if not (data / "response_gold" / "dev.jsonl").exists():
        raise WorkFailed(f"{data} 里没有训练材料，请用 --data 指出 shared/data 的位置。")
    reader = Reader()
    moods = material((row for row in sentiment_rows(data) if row.fold != corpus.TEST_FOLD), reader)
    tasks = material(task_rows(data, reader), reader)
    if any(map(corpus.is_held_out, tasks.rows)):
        raise WorkFailed("检验用的留言混进了训练，请检查 task_rows。")
    idf = idf_of(moods, tasks)
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / "idf.npz", idf=idf)
    feeling = joined(moods, tasks.take(choose(tasks.rows, lambda row: bool(row.sentiment))))
    weights = fit_sentiment(feeling, weighed(feeling, idf))
    save(folder, "sentiment", weights, {"polarity": ("positive",), "neutral": ("neutral",)})
    ids = reader.topics.ids
    matrix = weighed(tasks, idf)
    save(folder, "tasks", fit_tasks(tasks, matrix, ids), task_columns(ids))
    metrics = validate(tasks, fold_buckets(matrix, TASK_BITS), reader)
    rows = {"sentiment": len(moods.rows), "tasks": len(tasks.rows)}
    return {"rows": rows, "response_gold_three_folds": metrics}


def validate(tasks: Material, folded: Any, reader: Reader) -> dict[str, float]:
    """Judge response_gold's items by models that saw neither them nor a weak row made of them, in three folds."""
    keep = choose(tasks.rows, lambda row: row.source == "gold")
    columns = task_columns(reader.topics.ids)
    logits = np.zeros((len(tasks.rows), sum(map(len, columns.values()))), dtype=np.float32)
    for fold in range(3):
        test = [at for at in keep if tasks.rows[at].fold % 3 == fold]
        away = set(test)
        apart = corpus.strangers(tasks.rows, [tasks.rows[at] for at in test])
        rest = [at for at in apart if at not in away]
        weights = fit_columns(tasks.take(rest), folded[rest], reader.topics.ids)
        logits[test] = folded[test] @ weights
    rows = [tasks.rows[at] for at in keep]
    return gold_metrics(rows, logits[keep], reader)


def joined(*parts: Material) -> Material:
    """Return parts as one."""
    sparse = import_module("scipy.sparse")
    rows = tuple(row for part in parts for row in part.rows)
    return Material(
        rows,
        sparse.vstack([p.counts for p in parts]).tocsr(),
        sparse.vstack([p.signs for p in parts]).tocsr(),
    )
