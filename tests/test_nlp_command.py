"""`python -m nlp score` as a Unix filter, run as users run it."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from config.tables import load_regions
from nlp import corpus, manifest, train
from nlp.model import FOLDER, save
from nlp.reading import Reader
from nlp.tables import domains, signs
from records.errors import ConfigError

ROOT = Path(__file__).parents[1]


def run(*arguments: str, text: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the command and return what it did."""
    command = [sys.executable, "-m", "nlp", *arguments]
    return subprocess.run(
        command, cwd=ROOT, input=text, capture_output=True, check=False, timeout=60
    )


def test_good_lines_are_answered_in_order_and_broken_ones_reported_by_number() -> None:
    """A broken line is skipped with its number on stderr, the rest answered, exit 1."""
    lines = [
        '{"id": "1", "text": "路灯坏了"}',
        "broken",
        '{"id": 2}',
        '{"id": "3", "title": "反映", "text": "食堂多名学生腹泻", "published_at": "2025-10-15T20:00:00+08:00"}',
        "[1]",
        "",
        '{"id": "\\ud800", "text": "\\ud800"}',
    ]
    done = run("score", "--in", "-", "--out", "-", text="\n".join(lines).encode() + b"\n\xff\xfe\n")
    answers = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert done.returncode == 1
    assert [answer["id"] for answer in answers] == ["1", "3", "\ud800"]
    said = done.stderr.decode()
    assert [number for number in range(1, 9) if f"第 {number} 行" in said] == [2, 3, 5, 8]


def test_the_answer_has_the_published_shape() -> None:
    """Every key of the interface is there with its type."""
    done = run("score", text='{"id": "a", "text": "请问新生儿落户需要什么材料"}'.encode())
    answer = json.loads(done.stdout)
    assert done.returncode == 0
    assert set(answer["sentiment"]) == {"label", "p_negative", "p_positive", "sure"}
    assert set(answer["appeal"]) == {"label", "p"}
    assert set(answer["needs_answer"]) == {"p", "criterion"}
    assert {"topics", "places", "bodies", "keywords", "fingerprint"} <= set(answer)
    assert all(set(topic) == {"id", "p"} for topic in answer["topics"])


def test_nothing_in_gives_nothing_out_and_no_error() -> None:
    """An empty input is fine."""
    done = run("score")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_missing_file_is_one_sentence_and_exit_two() -> None:
    """A wrong call ends with 2 and says what is wrong."""
    done = run("score", "--in", "/no/such/file")
    assert done.returncode == 2
    assert done.stderr.decode().count("\n") == 1


def test_training_without_material_says_so() -> None:
    """Training needs its material, and says how to name it."""
    done = run("train", "--data", "/no/such/folder")
    assert done.returncode == 2
    assert "材料" in done.stderr.decode()


def test_the_models_are_those_of_the_manifest() -> None:
    """Nobody changed a model without training, and none needs pickle."""
    told = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    for name, pinned in told["files"].items():
        assert manifest.file_hash(FOLDER / f"{name}.npz") == pinned
    assert sum(file.stat().st_size for file in FOLDER.glob("*.npz")) < 15_000_000


def test_tables_hold_twenty_five_domains_and_no_word_of_one_character() -> None:
    """The tables are complete and fit the matcher."""
    assert len(domains()) == 25
    words = [word for row in signs() for word in row.words]
    assert all(len(word) > 1 for word in words)


def test_no_table_or_label_knows_the_sample_week() -> None:
    """The fictional city's names stand in no table, label or rule of this stage."""
    regions = load_regions(ROOT / "config" / "sample" / "regions.toml")
    names = {name for region in regions for name in (region.name, *region.aliases)} - {"高新区"}
    files = [*(ROOT / "nlp").glob("*.py"), *(ROOT / "nlp" / "labels").iterdir()]
    files += [ROOT / "config" / "topics.toml", ROOT / "config" / "lexicon.toml"]
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    assert [name for name in sorted(names) if name in text] == []


def test_saving_the_same_weights_gives_the_same_bytes(tmp_path: Path) -> None:
    """Model files hold no time and no order of chance."""
    weights = np.random.default_rng(1).normal(size=(64, 3)).astype(np.float32)
    for name in ("one", "two"):
        save(tmp_path, name, weights, {"a": ("x", "y"), "b": ("z",)})
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


@pytest.mark.material
def test_no_held_out_message_teaches(shared: Path) -> None:
    """No training row carries an appeal read from a message that the figures are taken on."""
    data = shared / "data"
    tested = {row.key for row in corpus.message_rows(data) if row.fold == corpus.TEST_FOLD}
    taught = train.task_rows(data, Reader())
    assert tested
    assert [row.source for row in taught if row.appeal and (row.key or row.text) in tested] == []


def test_a_row_made_of_a_test_item_is_a_stranger_no_more() -> None:
    """The same body under another title is recognised, another body is not."""
    gold = corpus.Row(text="路灯坏了。东门口的路灯坏了一个月没有人来修", source="gold")
    weak = corpus.Row(text="投诉路灯\n东门口的路灯坏了一个月没有人来修", source="message")
    other = corpus.Row(text="咨询落户\n请问新生儿落户需要带什么材料", source="message")
    assert corpus.strangers([weak, other], [gold]) == [1]


def test_a_wrong_table_is_named(tmp_path: Path) -> None:
    """A table that is no TOML is refused with its file."""
    (tmp_path / "topics.toml").write_text("domains = [", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"topics\.toml"):
        domains(tmp_path)
