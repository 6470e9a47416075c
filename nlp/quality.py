"""`python -m nlp quality`: every judgement measured on held-out material, with the baseline beside it.

Floors are pinned in tests/quality/floors.json with the hash of the material: `--check` ends with 1 when a figure
falls below its floor. Sentiment and weakly labelled messages are judged on fold 0, which training never saw;
response_gold's rows are the three-fold figures that training wrote into the manifest.
"""

import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from nlp import corpus, model
from nlp.clean import clean
from nlp.corpus import Row
from nlp.figures import Figure, accuracy, auc, f1, macro_f1
from nlp.fingerprint import fingerprints, signature, similarities
from nlp.manifest import folder_hash
from nlp.quality_events import grouped
from nlp.reading import Reader
from nlp.score import Scorer
from records.document import Document
from records.errors import WorkFailed

TESTS = Path(__file__).parents[1] / "tests"
FLOORS = TESTS / "quality" / "floors.json"
PLACES = TESTS / "corpus" / "places.jsonl"
COPY = 0.5
"""Two texts at or above this estimated similarity are called copies."""
_NOW = datetime(2025, 1, 1, tzinfo=UTC)
_SLOW = 150
"""How many items the slow baseline judges: it does 40 to 200 a second."""


def main(data: Path, *, check: bool = False, fast: bool = False) -> int:
    """Print the table; with `check` return 1 when a figure is below its floor."""
    figures = list(measure(data, fast=fast))
    for figure in figures:
        print(_line(figure))
    return _below(figures, data) if check else 0


def _line(figure: Figure) -> str:
    beside = "" if figure.baseline is None else f"   {figure.baseline_name} {figure.baseline:.3f}"
    goal = "" if figure.goal is None else f"   目标 {figure.goal:g}"
    number = f"{figure.value:,.0f}" if figure.value >= 10 else f"{figure.value:.3f}"
    return f"{figure.name:<44} {number:>9}{beside}{goal}   (n={figure.count})"


def pinned() -> dict[str, Any]:
    """Return the floors with the hash of the material they were measured on."""
    if not FLOORS.exists():
        raise WorkFailed(f"没有下限文件 {FLOORS}。")
    read: dict[str, Any] = json.loads(FLOORS.read_text(encoding="utf-8"))
    return read


def _below(figures: Sequence[Figure], data: Path) -> int:
    """Print the figures below their floor; one that was not measured is below it."""
    content = pinned()
    if content["material"] != material_hash(data):
        raise WorkFailed("材料与固定下限时的不同，下限不能比较；请核对 --data。")
    values = {figure.name: figure.value for figure in figures}
    fallen = [name for name, floor in content["floors"].items() if values.get(name, -1.0) < floor]
    for name in fallen:
        measured = f"{values[name]:.3f}" if name in values else "没有测出"
        print(f"低于下限：{name} {measured} < {content['floors'][name]:.3f}")
    return int(bool(fallen))


def material_hash(data: Path) -> str:
    """Return one hash over the folders the figures are taken from."""
    names = (
        "smp2020",
        "reviews",
        "weibo2018",
        "weibo_senti",
        "nlpcc2014",
        "gov_messages",
        "response_gold",
    )
    return "-".join(folder_hash(data / name)[:6] for name in names)


def measure(data: Path, *, fast: bool) -> Iterator[Figure]:
    """Yield every figure."""
    scorer = Scorer.load()
    yield from _polarity(data, scorer, fast=fast)
    yield from _moods(data, scorer)
    yield _asking(data, scorer)
    yield from _gold(data)
    yield from _places()
    yield from _copies(data)
    yield from grouped(data, TESTS / "corpus" / "second_week")
    yield _speed(data, scorer, fast=fast)


def as_documents(texts: Sequence[str]) -> list[Document]:
    """Return texts as posts of nobody in particular."""
    return [
        Document(
            id=str(number),
            source="quality",
            platform="",
            kind="post",
            source_class="individual",
            url="",
            title="",
            text=text,
            published_at=_NOW,
            precision="second",
            seen_at=_NOW,
            collected_at=_NOW,
        )
        for number, text in enumerate(texts)
    ]


_GOALS = {
    "weibo2018": 0.88,
    "weibo_senti": 0.73,
    "hotel": 0.89,
    "waimai": 0.88,
    "shopping": 0.91,
    "nlpcc2014": 0.78,
}


def _polarity(data: Path, scorer: Scorer, *, fast: bool) -> Iterator[Figure]:
    rows = [row for row in corpus.polar_rows(data) if row.fold == corpus.TEST_FOLD]
    for source, goal in _GOALS.items():
        mine = [row for row in rows if row.source == source]
        scores = scorer.score(as_documents([row.text for row in mine]), _NOW)
        said = [
            "positive" if s.sentiment.p_positive > s.sentiment.p_negative else "negative"
            for s in scores
        ]
        truth = [row.sentiment for row in mine]
        name = f"情感二分 {source} 准确率"
        yield Figure(
            name=name,
            value=accuracy(truth, said),
            goal=goal,
            count=len(mine),
            baseline_name="snownlp",
            baseline=None if fast else _snownlp(mine[:_SLOW]),
        )


def _snownlp(rows: Sequence[Row]) -> float:
    """Return the accuracy of snownlp as shipped on positive and negative rows."""
    judge = import_module("snownlp").SnowNLP
    said = ["positive" if judge(row.text or "。").sentiments >= 0.5 else "negative" for row in rows]
    return accuracy([row.sentiment for row in rows], said)


def _moods(data: Path, scorer: Scorer) -> Iterator[Figure]:
    rows = [row for row in corpus.mood_rows(data) if row.fold == corpus.TEST_FOLD]
    for source, goals in (("virus_eval", (0.83, 0.79)), ("usual_eval", (0.79, 0.76))):
        mine = [row for row in rows if row.source == source]
        scores = scorer.score(as_documents([row.text for row in mine]), _NOW)
        truth, said = [row.sentiment for row in mine], [s.sentiment.label for s in scores]
        most = max(set(truth), key=truth.count)
        yield Figure(
            name=f"情感三分 {source} 准确率",
            value=accuracy(truth, said),
            goal=goals[0],
            count=len(mine),
            baseline=truth.count(most) / len(truth),
            baseline_name="全判多数",
        )
        labels = ("negative", "neutral", "positive")
        yield Figure(
            name=f"情感三分 {source} 宏F1",
            value=macro_f1(truth, said, labels),
            goal=goals[1],
            count=len(mine),
        )
        sure = [at for at, score in enumerate(scores) if score.sentiment.sure]
        covered = accuracy([truth[at] for at in sure], [said[at] for at in sure])
        yield Figure(name=f"情感三分 {source} 确定部分准确率", value=covered, count=len(sure))


def _asking(data: Path, scorer: Scorer) -> Figure:
    """Complaint verb against enquiry verb in the title, judged on the masked body alone."""
    rows = [
        row
        for row in corpus.message_rows(data)
        if row.source == "message_body" and row.fold == corpus.TEST_FOLD
    ]
    kept = [row for row in rows if row.appeal in {"complaint", "report", "consult"}]
    p = scorer.appeal_shares([row.text for row in kept])
    against = p[:, 0] + p[:, 1] - p[:, 3]
    truth = [row.appeal != "consult" for row in kept]
    words = np.array(
        [len(re.findall("[?？吗]|能否|是否|怎么", row.text)) for row in kept], dtype=np.float64
    )
    return Figure(
        name="投诉对咨询 (只看正文) AUC",
        value=auc(truth, against),
        goal=0.97,
        count=len(kept),
        baseline=auc(truth, -words),
        baseline_name="数问句",
    )


def _gold(data: Path) -> Iterator[Figure]:
    manifest = json.loads((model.FOLDER / "manifest.json").read_text(encoding="utf-8"))
    found = manifest["response_gold_three_folds"]
    rows = corpus.gold_rows(data)
    reader = Reader()
    readings = reader.read([row.text for row in rows]).readings
    rated = [at for at, row in enumerate(rows) if row.needs in {"yes", "no"}]
    loud = ("emergency", "harm", "superior", "rumour", "unresolved")
    listed = [any(sign in readings[at].sign_words for sign in loud) for at in rated]
    word_f1 = f1([rows[at].needs == "yes" for at in rated], listed)
    domain = [
        at for at, row in enumerate(rows) if row.criterion != "none" and row.domains != ("none",)
    ]
    first = np.mean(
        [
            reader.topics.ids[int(readings[at].topic_scores.argmax())] in rows[at].domains
            for at in domain
        ]
    )
    verbs = [corpus.title_appeal(row.text[:30]) or "news" for row in rows]
    labels = (
        "complaint",
        "report",
        "help",
        "consult",
        "suggest",
        "news",
        "opinion",
        "other",
    )
    by_verb = macro_f1([row.appeal for row in rows], verbs, labels)
    total = len(rows)
    yield Figure(
        name="诉求 宏F1 (不含表扬)",
        value=found["appeal_macro_f1"],
        goal=0.65,
        count=total,
        baseline=by_verb,
        baseline_name="动词表",
    )
    yield Figure(
        name="领域 首选",
        value=found["domain_top1"],
        goal=0.75,
        count=len(domain),
        baseline=float(first),
        baseline_name="词表",
    )
    yield Figure(name="领域 前三", value=found["domain_top3"], goal=0.90, count=len(domain))
    yield Figure(name="需回应 AUC", value=found["needs_auc"], goal=0.92, count=len(rated))
    yield Figure(
        name="需回应 F1 (p=0.5)",
        value=found["needs_f1"],
        goal=0.75,
        count=len(rated),
        baseline=word_f1,
        baseline_name="词表",
    )
    yield Figure(
        name="需回应 两可者的平均概率", value=found["needs_unsure_mean"], count=total - len(rated)
    )


def _places() -> Iterator[Figure]:
    """Codes of the places in sentences written for the purpose (roads, shops and words among them)."""
    items = list(corpus.read(PLACES))
    readings = Reader().read([item["text"] for item in items]).readings
    said = [{place.code for place in reading.places} for reading in readings]
    true = [set(item["codes"]) for item in items]
    both = sum(len(a & b) for a, b in zip(said, true, strict=True))
    yield Figure(
        name="地点 精确率 (自写开发集)",
        value=both / max(1, sum(map(len, said))),
        goal=0.95,
        count=len(items),
    )
    yield Figure(
        name="地点 召回率 (自写开发集)",
        value=both / max(1, sum(map(len, true))),
        goal=0.90,
        count=len(items),
    )


def _copies(data: Path) -> Iterator[Figure]:
    """Messages against light rewrites of themselves, and against one another."""
    texts = [corpus.whole(record) for record in corpus.messages(data)]
    texts = [text for text in dict.fromkeys(texts) if 40 < len(text) < 600][:1500]
    begin = time.process_time()
    marks = fingerprints([clean(text) for text in texts])
    rate = len(texts) / (time.process_time() - begin)
    rewritten = fingerprints([clean(rewrite(text)) for text in texts])
    many = np.stack([signature(mark) for mark in marks])
    alike = np.stack([similarities(signature(mark), many) for mark in rewritten])
    found = int((np.diag(alike) >= COPY).sum())
    wrong = int((alike >= COPY).sum()) - found
    yield Figure(
        name="抄件 召回率 (改写一成半)", value=found / len(texts), goal=0.95, count=len(texts)
    )
    yield Figure(
        name="抄件 精确率", value=found / max(1, found + wrong), goal=0.95, count=len(texts)
    )
    yield Figure(name="指纹 篇/秒", value=rate, goal=3000, count=len(texts))


def rewrite(text: str) -> str:
    """Return a copy as platforms make them: a prefix, and the last seventh of the text gone."""
    return f"转发：【{text[: len(text) * 6 // 7]}】"


def _speed(data: Path, scorer: Scorer, *, fast: bool) -> Figure:
    texts = [row.text for row in corpus.polar_rows(data) if row.source == "weibo2018"][:4000]
    documents = as_documents(texts)
    scorer.score(documents[:512], _NOW)
    rate = _rate(lambda: scorer.score(documents, _NOW), len(documents))
    slow = None if fast else _rate(lambda: list(map(_baseline, texts[:_SLOW])), _SLOW)
    return Figure(
        name="研判 微博/秒/核",
        value=rate,
        goal=6000,
        count=len(texts),
        baseline=slow,
        baseline_name="jieba+SnowNLP+TF-IDF",
    )


def _rate(work: Callable[[], object], count: int) -> float:
    """Return items a second of processor time, the median of three runs."""
    taken = []
    for _ in range(3):
        begin = time.process_time()
        work()
        taken.append(time.process_time() - begin)
    return count / sorted(taken)[1]


@lru_cache(maxsize=1)
def _plain_tools() -> tuple[
    Callable[[str], object], Callable[[str], object], Callable[[str], object]
]:
    jieba, tags = import_module("jieba"), import_module("jieba.analyse")
    judge = import_module("snownlp").SnowNLP
    return jieba.lcut, tags.extract_tags, lambda text: judge(text).sentiments


def _baseline(text: str) -> int:
    return len([tool(text) for tool in _plain_tools()])
