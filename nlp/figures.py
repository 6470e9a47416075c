"""Figures of merit, in numpy: accuracy, macro-F1, area under the curve, and those of response_gold."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlp.corpus import Row
from nlp.features import F32
from nlp.model import sigmoid
from nlp.reading import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One row of the table. `goal` is what the issue asks for; None where it names none."""

    name: str
    value: float
    baseline: float | None = None
    baseline_name: str = ""
    goal: float | None = None
    count: int = 0


RULE_PULL = 0.9
"""What the words' score of a domain adds to its logit, a unit; chosen by cross-validation on response_gold."""
RULE_TOP = 4.0


def topic_logits(linear: F32, scores: F32) -> F32:
    """Join the two halves of the topic judgement: the model's logits and the words' scores."""
    result: F32 = (linear + RULE_PULL * np.minimum(scores, RULE_TOP)).astype(np.float32)
    return result


def accuracy(truth: Sequence[str], said: Sequence[str]) -> float:
    """Return the share of right answers."""
    return float(np.mean([a == b for a, b in zip(truth, said, strict=True)]))


def f1(truth: Sequence[bool], said: Sequence[bool]) -> float:
    """Return the F1 of a yes-or-no judgement."""
    both = sum(a and b for a, b in zip(truth, said, strict=True))
    return 2 * both / max(1, sum(truth) + sum(said))


def macro_f1(truth: Sequence[str], said: Sequence[str], labels: Sequence[str]) -> float:
    """Return the mean F1 of the labels that occur."""
    each = [f1([a == x for a in truth], [b == x for b in said]) for x in labels if x in truth]
    return float(np.mean(each))


def auc(truth: Sequence[bool], score: npt.NDArray[np.floating]) -> float:
    """Return the chance that a true item scores above a false one (ties count half)."""
    flags = np.asarray(truth)
    up, down = score[flags], score[~flags]
    above = (up[:, None] > down[None, :]).mean() + 0.5 * (up[:, None] == down[None, :]).mean()
    return float(above)


def gold_metrics(rows: Sequence[Row], logits: F32, reader: Reader) -> dict[str, float]:
    """Return appeal, domain and needs-answer figures of rows judged by `logits` (the columns of `tasks`)."""
    appeals = (
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
    ids = reader.topics.ids
    said = [appeals[at] for at in logits[:, : len(appeals)].argmax(axis=1)]
    truth = [row.appeal for row in rows]
    begin = len(appeals)
    scores = np.stack(
        [reading.topic_scores for reading in reader.read([r.text for r in rows]).readings]
    )
    topics = topic_logits(logits[:, begin : begin + len(ids)], scores)
    needs = sigmoid(logits[:, begin + len(ids)])
    rated = [at for at, row in enumerate(rows) if row.needs in {"yes", "no"}]
    yes = [rows[at].needs == "yes" for at in rated]
    open_ = [at for at, row in enumerate(rows) if row.needs == "unsure"]
    return {
        "appeal_accuracy": accuracy(truth, said),
        "appeal_macro_f1": macro_f1(truth, said, [label for label in appeals if label != "praise"]),
        **_domains(rows, topics, ids),
        "needs_auc": auc(yes, needs[rated]),
        "needs_f1": f1(yes, [bool(p >= 0.5) for p in needs[rated]]),
        "needs_unsure_mean": float(needs[open_].mean()) if open_ else 0.0,
    }


def _domains(rows: Sequence[Row], topics: F32, ids: Sequence[str]) -> dict[str, float]:
    rated = [
        at for at, row in enumerate(rows) if row.criterion != "none" and row.domains != ("none",)
    ]
    order = np.argsort(-topics, axis=1, kind="stable")
    first = [ids[order[at, 0]] in rows[at].domains for at in rated]
    third = [any(ids[k] in rows[at].domains for k in order[at, :3]) for at in rated]
    return {"domain_top1": float(np.mean(first)), "domain_top3": float(np.mean(third))}
