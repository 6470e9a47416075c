"""The manifest of the shipped models: what they were made from, its licence as found, and what they measured."""

import json
import platform
from collections.abc import Mapping
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Any

from nlp import corpus

LICENCES = {
    "smp2020": "none found; research",
    "weibo2018": "none found; research",
    "weibo_senti": "none found; research",
    "reviews": "none found; research",
    "nlpcc2014": "research only",
    "thucnews_title": "research only",
    "gov_messages": "contest data: teaching and research",
    "ced_cascades": "cite Song et al. 2018",
    "weibo_hot_hourly": "MIT (titles are Weibo's)",
    "event_gold": "ours",
    "response_gold": "labels ours, on the texts above",
}


FILES = ("idf", "sentiment", "tasks", "events")


def write(data: Path, folder: Path, scoring: Mapping[str, Any], events: Mapping[str, int]) -> None:
    """Write `manifest.json` beside the models it tells of."""
    gold = scoring["response_gold_three_folds"]
    content = {
        "data": {
            name: {"sha256": folder_hash(data / name), "licence_as_found": licence}
            for name, licence in sorted(LICENCES.items())
        },
        "own_labels": {
            "sha256": file_hash(corpus.LABELS),
            "licence": "ours; titles from weibo_hot_hourly (MIT), other texts by hash only",
        },
        "rows": scoring["rows"],
        "events": {
            **events,
            "learnt_also_from": "the sample week and its storylines (own material)",
        },
        "response_gold_three_folds": {name: round(value, 4) for name, value in gold.items()},
        "held_out": "fold 0 of ten by text hash: every sentiment set, every weakly labelled message",
        "files": {file: file_hash(folder / f"{file}.npz") for file in FILES},
        "versions": {
            "python": platform.python_version(),
            **{n: metadata.version(n) for n in ("numpy", "scikit-learn", "rjieba", "OpenCC")},
        },
    }
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8")


def folder_hash(folder: Path) -> str:
    """Return one hash over the names and bytes of a folder's files."""
    digest = sha256()
    for file in sorted(folder.iterdir()):
        digest.update(file.name.encode() + b"\0" + file_hash(file).encode())
    return digest.hexdigest()[:16]


def file_hash(file: Path) -> str:
    """Return the first 16 digits of a file's SHA-256, nothing where there is none."""
    return sha256(file.read_bytes()).hexdigest()[:16] if file.exists() else ""
