"""The rows of `nlp quality` on events: how well labelled streams are grouped online."""

from collections.abc import Iterator
from pathlib import Path

from nlp import train_events
from nlp.background import mask
from nlp.events import Arrival, Clusterer
from nlp.figures import Figure

_STREAMS = {
    "hot": "热搜一日",
    "messages": "群众留言",
    "week": "示例周",
    "second week": "第二周 (未参与训练)",
}


def grouped(data: Path, second_week: Path) -> Iterator[Figure]:
    """Yield B-cubed F1 of the labelled streams beside that of every document on its own; the second week was never trained on."""
    streams = train_events.streams(data, train_events.SAMPLE_WEEK)
    streams["second week"] = train_events.written_week(second_week)
    for name, (rows, names) in streams.items():
        clusterer = Clusterer(masked=mask(names))
        arrivals = [Arrival(id=row.id, text=row.text, at=row.at) for row in rows]
        placed = {place.document_id: place.event_id for place in clusterer.place(arrivals)}
        gold = {row.id: row.event for row in rows}
        alone = {row.id: row.id for row in rows}
        yield Figure(
            name=f"话题 {_STREAMS.get(name, name)} B³F1",
            value=_f1(*train_events.b_cubed(gold, placed)),
            baseline=_f1(*train_events.b_cubed(gold, alone)),
            baseline_name="各自成题",
            goal=0.91 if name == "hot" else None,
            count=len(rows),
        )


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall)
