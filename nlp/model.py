"""Linear models over hashed features: one table of quantised weights a group of judgements, numpy only.

Files are .npz without pickle. Weights are int8 with one scale a column; inverse document frequencies are float16.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt

from nlp.features import F32, Features
from nlp.grams import I64, U32
from records.errors import WorkFailed

FOLDER = Path(__file__).parent / "models"
SIGN_VALUE = 0.5
"""What a sign weighs beside the unit vector of the grams: chosen by cross-validation on response_gold."""
IDF_BITS = 19

I8 = npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Group:
    """Judgements that share one weight table. `columns` maps a judgement to its columns' labels, in order."""

    weights: I8
    scale: F32
    columns: Mapping[str, tuple[str, ...]]

    def logits(self, features: Features, value: F32) -> F32:
        """Return one row a text, one column a label."""
        rows = self.weights[features.hashes & np.uint32(len(self.weights) - 1)]
        weighed = rows.astype(np.float32) * value[:, None]
        sums = np.add.reduceat(weighed, features.starts, axis=0) * self.scale
        result: F32 = sums.astype(np.float32, copy=False)
        return result

    def slice(self, judgement: str) -> slice:
        """Return where the columns of `judgement` lie."""
        begin = 0
        for name, labels in self.columns.items():
            if name == judgement:
                return slice(begin, begin + len(labels))
            begin += len(labels)
        raise KeyError(judgement)

    def contributions(self, hashes: U32, column: I64) -> F32:
        """Return what each word hash adds to its own column's logit (up to the text's norm)."""
        weights = self.weights[hashes & np.uint32(len(self.weights) - 1), column]
        result: F32 = weights.astype(np.float32) * self.scale[column]
        return result


@dataclass(frozen=True, slots=True)
class Models:
    """All shipped models: the common idf, the sentiment group and the group of the other judgements."""

    idf: npt.NDArray[np.float16]
    sentiment: Group
    tasks: Group
    version: str

    def weigh(self, features: Features) -> F32:
        """Return the value of every feature: idf, made a unit vector a text; signs at their fixed value."""
        value: F32 = self.idf[features.hashes & np.uint32(len(self.idf) - 1)].astype(np.float32)
        value[features.sign] = 0.0
        norms = np.sqrt(np.add.reduceat(value * value, features.starts))
        value /= np.maximum(norms, 1e-6)[features.owner]
        value[features.sign] = SIGN_VALUE
        return value

    def rarity(self, hashes: U32) -> F32:
        """Return the inverse document frequency of word hashes, for keywords."""
        result: F32 = self.idf[hashes & np.uint32(len(self.idf) - 1)].astype(np.float32)
        return result


def load(folder: Path = FOLDER) -> Models:
    """Read the models of `folder`. Raises WorkFailed when they are missing."""
    files = [folder / "idf.npz", folder / "sentiment.npz", folder / "tasks.npz"]
    digest = sha256()
    for file in files:
        if not file.exists():
            raise WorkFailed(f"缺少模型文件 {file}，请运行 python -m nlp train --data 目录。")
        digest.update(file.read_bytes())
    with np.load(files[0], allow_pickle=False) as data:
        idf = data["idf"]
    return Models(idf, _group(files[1]), _group(files[2]), digest.hexdigest()[:12])


def _group(file: Path) -> Group:
    with np.load(file, allow_pickle=False) as data:
        columns = {
            name: tuple(labels.split(","))
            for name, labels in (str(row).split(":", 1) for row in data["columns"])
        }
        return Group(data["weights"], data["scale"], columns)


def save(folder: Path, name: str, weights: F32, columns: Mapping[str, Sequence[str]]) -> None:
    """Quantise `weights` by column and write them; the same weights give the same bytes."""
    top = np.abs(weights).max(axis=0)
    scale = (np.maximum(top, 1e-9) / 127).astype(np.float32)
    small = np.rint(weights / scale).astype(np.int8)
    rows = np.array([f"{key}:{','.join(labels)}" for key, labels in columns.items()])
    np.savez_compressed(folder / f"{name}.npz", weights=small, scale=scale, columns=rows)


def sigmoid(values: npt.NDArray[np.floating]) -> F32:
    """Return 1 / (1 + e^-x), safe for any x."""
    result: F32 = (1.0 / (1.0 + np.exp(-np.clip(values, -30, 30)))).astype(np.float32)
    return result


def shares(values: npt.NDArray[np.floating]) -> F32:
    """Return one-against-the-rest logits of each row as probabilities that sum to one."""
    each = sigmoid(values)
    result: F32 = each / np.maximum(each.sum(axis=1, keepdims=True), 1e-6)
    return result
