"""Makes the event stage's packed file again: background rarity, word vectors, and the trees that decide.

`background` counts hashed terms over the public material and factors the words' company (positive pointwise
mutual information, truncated SVD). `pairs` walks labelled streams as the clusterer would, with every document put
where its label says, and keeps the figures of each (document, candidate event); `trees` learns from them.
"""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from config.settings import ROOT, TABLES
from config.tables import load_regions
from nlp.affinity import FIGURES, Affinity, Trees
from nlp.affinity import unpacked as trees_of
from nlp.background import FILE, HEAD, SIZE, Background, fold, mask, own_names, terms, word_hashes
from nlp.background import unpacked as background_of
from nlp.clean import clean, letters
from nlp.events import JOINS
from nlp.fingerprint import exact, fingerprints
from nlp.grams import encode, ngrams
from nlp.segment import words
from nlp.window import Member, Window
from records.clock import BEIJING

WORDS = 24_000
WIDTH = 64
ROUNDS = 2
"""Walks by the trees' own decisions, after the first by the labels (Ross, Gordon and Bagnell 2011, DAgger)."""
LEAST = 4
HOURS_APART = 24
"""Hot lists are read one a day: consecutive hours repeat their titles."""
PLAIN = (
    "smp2020/virus_train", "weibo2018/train", "thucnews_title/dev",
    "gov_messages/posts", "gov_messages/posts_with_reply", "reviews/chnsenticorp_htl",
    "reviews/waimai_10k", "reviews/online_shopping", "ced_cascades/cascades", "nlpcc2014/train",
)  # fmt: skip
LABELS = Path(__file__).parent / "labels"
SAMPLE_WEEK = ROOT / "crawlers" / "sample" / "week"
SAMPLE_REGIONS = TABLES / "sample" / "regions.toml"
F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Labelled:
    """One document of a labelled stream."""

    id: str
    text: str
    at: datetime
    event: str


def background_texts(data: Path) -> Iterator[str]:
    """Yield the texts that say how common a term is."""
    seen: set[str] = set()
    with gzip.open(data / "weibo_hot_hourly/hourly.jsonl.gz", "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number % HOURS_APART == 0:
                for title in json.loads(line)["items"]:
                    if title not in seen:
                        seen.add(title)
                        yield title
    for name in PLAIN:
        for record in _records(data / f"{name}.jsonl.gz"):
            yield f"{record.get('title', '')} {record['text']}"
            if record.get("reply"):
                yield str(record["reply"])


def _records(file: Path) -> Iterator[dict[str, Any]]:
    raw = file.read_bytes()
    text = gzip.decompress(raw) if file.suffix == ".gz" else raw
    for line in text.decode("utf-8").split("\n"):
        if line:
            yield json.loads(line)


def background(data: Path) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of the background: rarity (1/16 nat), word keys, int8 vectors, mean direction."""
    counts = np.zeros(SIZE, dtype=np.int64)
    tokens: list[list[str]] = []
    for text in background_texts(data):
        head = clean(text[: 4 * HEAD])[:HEAD]
        grams, _ = ngrams(encode([letters(head)]), 2)
        found = [word for word in words(head) if re.match(r"[\u4e00-\u9fffa-z]", word)]
        long = word_hashes([word for word in found if len(word) > 2])
        counts[np.unique(fold(np.concatenate((grams, long))))] += 1
        tokens.append(found)
    rarity = -np.log((counts + 0.5) / (len(tokens) + 1))
    packed = np.clip(np.rint(rarity * 16), 0, 255).astype(np.uint8)
    keys, vectors = _company(tokens)
    arrays = {"rarity": packed, "keys": keys, "vectors": vectors}
    arrays["mean"] = _mean_direction(arrays, tokens)
    return arrays


def _company(tokens: Sequence[list[str]]) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int8]]:
    """Return word keys (sorted) and vectors: who keeps company with whom within one text."""
    text = import_module("sklearn.feature_extraction.text")
    decomposition = import_module("sklearn.decomposition")
    sparse = import_module("scipy.sparse")
    counter = text.TfidfVectorizer(
        tokenizer=list, lowercase=False, token_pattern=None, preprocessor=list, min_df=LEAST,
        max_features=WORDS, sublinear_tf=True,
    )  # fmt: skip
    table = counter.fit_transform(tokens)
    together = (table.T @ table).tocoo()
    totals = np.asarray(together.sum(axis=1)).ravel()
    mutual = np.log(together.data * totals.sum() / (totals[together.row] * totals[together.col]))
    kept = (mutual > 0) & (together.row != together.col)
    positive = sparse.csr_matrix(
        (mutual[kept], (together.row[kept], together.col[kept])), shape=together.shape
    )
    reduced = decomposition.TruncatedSVD(WIDTH, random_state=0, n_iter=4)
    dense = reduced.fit_transform(positive) / np.sqrt(reduced.singular_values_)[None, :]
    dense /= np.maximum(np.linalg.norm(dense, axis=1, keepdims=True), 1e-9)
    names = sorted(counter.vocabulary_, key=counter.vocabulary_.__getitem__)
    keys, first = np.unique(word_hashes(names), return_index=True)
    return keys, np.clip(np.rint(dense[first] * 127), -127, 127).astype(np.int8)


def _mean_direction(
    arrays: dict[str, npt.NDArray[Any]], tokens: Sequence[list[str]]
) -> npt.NDArray[np.float32]:
    plain = background_of({**arrays, "mean": np.zeros(WIDTH, dtype=np.float32)})
    step = max(1, len(tokens) // 20_000)
    vectors = [plain.vector(np.unique(word_hashes(found))) for found in tokens[::step]]
    mean: npt.NDArray[np.float32] = (np.mean(vectors, axis=0) / 1000).astype(np.float32)
    return mean


def streams(data: Path, week: Path | None) -> dict[str, tuple[list[Labelled], Sequence[str]]]:
    """Return the labelled streams by name, each with the names its desk would mask."""
    found: dict[str, tuple[list[Labelled], Sequence[str]]] = {}
    gold = _hot(_records(data / "event_gold/hot_2025-03-12.jsonl.gz"))
    found["hot"] = (gold, ())
    if (LABELS / "events_hot.jsonl").exists():
        more = _hot(_records(LABELS / "events_hot.jsonl"))
        for day in sorted({row.event.split("-")[0] for row in more}):
            found[f"hot {day}"] = ([row for row in more if row.event.startswith(day)], ())
    if (LABELS / "events_messages.jsonl").exists():
        found["messages"] = (_messages(data), ())
    if week is not None:
        found["week"] = (_week(week), own_names(load_regions(SAMPLE_REGIONS)))
    return found


def _hot(records: Iterator[dict[str, Any]]) -> list[Labelled]:
    rows = [
        Labelled(
            f"h{number}", row["text"], datetime.fromtimestamp(row["t"], UTC), str(row["event"])
        )
        for number, row in enumerate(records)
    ]
    return sorted(rows, key=lambda row: row.at)


def _messages(data: Path) -> list[Labelled]:
    texts: dict[str, tuple[str, str]] = {}
    for row in _records(data / "gov_messages/posts.jsonl.gz"):
        body = f"{row['title']}\n{row['text']}"
        texts[sha256(body.encode("utf-8")).hexdigest()] = (body, row["time"])
    rows = []
    for label in _records(LABELS / "events_messages.jsonl"):
        if label["sha256"] in texts:
            body, time = texts[label["sha256"]]
            moment = _time(time)
            rows.append(Labelled(label["sha256"], body, moment, str(label["event"])))
    return sorted(rows, key=lambda row: (row.at, row.id))


def _time(text: str) -> datetime:
    """Read `2019/4/24 15:07:30` or `2019-04-24 15:07:30` as Beijing time."""
    day, clock = text.replace("/", "-").split()
    year, month, date = map(int, day.split("-"))
    hour, minute, second = map(int, clock.split(":"))
    return datetime(year, month, date, hour, minute, second, tzinfo=BEIJING)


def _week(folder: Path) -> list[Labelled]:
    """Read the written sample week: a storyline is one event, anything else is itself and its copies."""
    records = [row for file in sorted(folder.glob("*.jsonl")) for row in _records(file)]
    stories = {
        row["key"]: row["key"].split("-")[0]
        for row in records
        if re.match(r"S\d-", row["key"]) and not row.get("trap")
    }
    return _written(records, stories)


def written_week(folder: Path) -> tuple[list[Labelled], list[str]]:
    """Read a week with its gold beside it (documents.jsonl, gold.jsonl, regions.toml), and the names its desk masks."""
    stories = {
        key: f"issue {number}"
        for number, row in enumerate(_records(folder / "gold.jsonl"))
        for key in row.get("documents", ())
    }
    rows = _written(list(_records(folder / "documents.jsonl")), stories)
    return rows, own_names(load_regions(folder / "regions.toml"))


def _written(records: Sequence[dict[str, Any]], stories: dict[str, str]) -> list[Labelled]:
    parent = {row["key"]: row.get("copy_of") for row in records}
    rows = []
    for row in records:
        root = row["key"]
        while parent.get(root):
            root = parent[root]
        text = f"{row.get('title') or ''}\n{row['text']}".strip()
        at = datetime.fromisoformat(row["published_at"])
        rows.append(Labelled(row["key"], text, at, stories.get(row["key"], root)))
    return sorted(rows, key=lambda row: (row.at, row.id))


def pairs(
    rows: Sequence[Labelled],
    masked: Sequence[str],
    base: Background,
    grown: Trees | None = None,
) -> tuple[F64, npt.NDArray[np.int8]]:
    """Walk a labelled stream; return the figures of each (document, candidate) and whether they belong together.

    Without `grown` every document is put where its label says. With them it goes where they send it, so that the
    next trees also learn from events that are split or polluted as theirs will be; such an event counts as
    the label most of its members have.
    """
    window = Window(base)
    affinity = Affinity(window)
    majority: dict[str, Counter[str]] = {}
    marks = [exact(mark) for mark in fingerprints([clean(row.text) for row in rows])]
    figures: list[F64] = [np.zeros((0, len(FIGURES)))]
    answers: list[int] = []
    read = terms([row.text for row in rows], base, mask(masked))
    for row, mark, its in zip(rows, marks, read, strict=True):
        window.forget(row.at)
        event = row.event if grown is None else row.id
        if len(its.hashed):
            candidates, found, _ = affinity.figures(its, row.at)
            figures.append(found.reshape(-1, len(FIGURES)))
            answers += [int(majority[c.id].most_common(1)[0][0] == row.event) for c in candidates]
            if grown is not None and candidates:
                chances = grown.probability(found)
                best = int(chances.argmax())
                event = candidates[best].id if chances[best] >= JOINS else row.id
        majority.setdefault(event, Counter())[row.event] += 1
        window.add(Member(row.id, event, row.id, row.at, mark, its, window.norm(its)))
    return np.concatenate(figures), np.array(answers, dtype=np.int8)


def trees(figures: F64, answers: npt.NDArray[np.int8]) -> dict[str, npt.NDArray[Any]]:
    """Learn small boosted trees and return them as arrays."""
    ensemble = import_module("sklearn.ensemble")
    learner = ensemble.HistGradientBoostingClassifier(
        max_iter=80, max_leaf_nodes=8, l2_regularization=5.0, learning_rate=0.08, min_samples_leaf=20,
        early_stopping=False, random_state=0,
    )  # fmt: skip
    learner.fit(figures, answers)
    grown = [stage[0].nodes for stage in learner._predictors]  # noqa: SLF001 - scikit-learn offers no other way out
    width = max(len(nodes) for nodes in grown)
    shape = (len(grown), width)
    out: dict[str, npt.NDArray[Any]] = {
        "figure": np.zeros(shape, dtype=np.int16),
        "threshold": np.zeros(shape, dtype=np.float64),
        "left": np.zeros(shape, dtype=np.int16),
        "right": np.zeros(shape, dtype=np.int16),
        "value": np.zeros(shape, dtype=np.float64),
        "base": np.array(float(np.ravel(learner._baseline_prediction)[0])),  # noqa: SLF001 - see above
    }
    for number, nodes in enumerate(grown):
        inner = nodes["is_leaf"] == 0
        size = len(nodes)
        out["figure"][number, :size] = np.where(inner, nodes["feature_idx"], 0)
        out["threshold"][number, :size] = np.where(inner, nodes["num_threshold"], 0)
        out["left"][number, :size] = np.where(inner, nodes["left"], 0)
        out["right"][number, :size] = np.where(inner, nodes["right"], 0)
        out["value"][number, :size] = nodes["value"]
    return out


def train(data: Path, week: Path | None, target: Path = FILE) -> dict[str, int]:
    """Make the packed file; return what it was made from (documents a stream, pairs)."""
    arrays = background(data)
    base = background_of(arrays)
    found = streams(data, week)
    walks = [pairs(rows, masked, base) for rows, masked in found.values()]
    for _ in range(ROUNDS):
        grown = trees_of(trees(*_stacked(walks)))
        walks += [pairs(rows, masked, base, grown) for rows, masked in found.values()]
    arrays |= trees(*_stacked(walks))
    np.savez_compressed(target, allow_pickle=False, **arrays)
    return {name: len(rows) for name, (rows, _) in found.items()} | {
        "pairs": sum(len(answers) for _, answers in walks)
    }


def _stacked(walks: Sequence[tuple[F64, npt.NDArray[np.int8]]]) -> tuple[F64, npt.NDArray[np.int8]]:
    return np.concatenate([figures for figures, _ in walks]), np.concatenate(
        [answers for _, answers in walks]
    )


def b_cubed(gold: dict[str, str], found: dict[str, str]) -> tuple[float, float]:
    """Return B-cubed precision and recall of `found` events against `gold` (Bagga and Baldwin 1998)."""
    meant: dict[str, set[str]] = {}
    made: dict[str, set[str]] = {}
    for key, event in gold.items():
        meant.setdefault(event, set()).add(key)
        made.setdefault(found[key], set()).add(key)
    both = {key: len(meant[gold[key]] & made[found[key]]) for key in gold}
    precision = sum(both[key] / len(made[found[key]]) for key in gold) / len(gold)
    recall = sum(both[key] / len(meant[gold[key]]) for key in gold) / len(gold)
    return precision, recall
