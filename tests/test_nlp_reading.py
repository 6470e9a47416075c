"""Cleaning, places, bodies, facts, fingerprints and keywords, each on the text that once broke it."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.clean import MAX_CHARS, clean, letters
from nlp.facts import facts, number
from nlp.fingerprint import fingerprint, fingerprints, similarity
from nlp.reading import Reader

PLACES = Path(__file__).parent / "corpus" / "places.jsonl"


@pytest.fixture(scope="module")
def reader() -> Reader:
    """Return a reader without operator tables."""
    return Reader()


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("關(guān)於臺灣後來", "关于台湾后来"),
        ("关(guān)于", "关于"),
        ("ＡＢＣ１２３", "abc123"),
        ("//@某人:真的假的？@某某 你好", "真的假的? 你好"),
        ("#下班路上#堵死了[泪]", "下班路上 堵死了[泪]"),
        ("看这里http://t.cn/A6PqoMKY快看", "看这里 快看"),
        ("\x00零\u200b宽\ufeff字符\ud800", "零宽字符"),
        ("邮箱a@b.com不是昵称", "邮箱a@b.com不是昵称"),
        ("程序(app)不是拼音", "程序(app)不是拼音"),
        ("", ""),
    ],
)
def test_noise_is_removed_and_words_stay(raw: str, wanted: str) -> None:
    """Each kind of platform noise goes; what people wrote stays."""
    assert clean(raw) == wanted


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_cleaning_is_total(raw: str) -> None:
    """Any text gives a bounded single line that encodes."""
    done = clean(raw)
    assert len(done) <= MAX_CHARS
    assert "\n" not in done
    done.encode("utf-8")
    letters(done)


def test_places_of_the_set_are_found(reader: Reader) -> None:
    """Precision ≥ 0.95 and recall ≥ 0.90 on sentences with roads, shops, words and namesakes."""
    items = [json.loads(line) for line in PLACES.read_text(encoding="utf-8").splitlines()]
    readings = reader.read([item["text"] for item in items]).readings
    said = [{place.code for place in reading.places} for reading in readings]
    true = [set(item["codes"]) for item in items]
    both = sum(len(a & b) for a, b in zip(said, true, strict=True))
    assert both / sum(map(len, said)) >= 0.95
    assert both / sum(map(len, true)) >= 0.90


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        ("长春市朝阳区卫健委通报", ("长春市朝阳区卫健委",)),
        ("湖南省长沙县教育局回应", ("长沙县教育局",)),
        ("向市政府反映过", ("市政府",)),
        ("今天天气不错", ()),
    ],
)
def test_bodies_are_named_with_their_level(
    reader: Reader, text: str, bodies: tuple[str, ...]
) -> None:
    """A body keeps the place or level before its name."""
    found = reader.read([text]).readings[0].bodies
    assert [name.removeprefix("长春市") for name in found] == [
        name.removeprefix("长春市") for name in bodies
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("事故造成3人死亡、2人受伤", [("deaths", 3), ("injuries", 2)]),
        ("三死两伤", [("deaths", 3), ("injuries", 2)]),
        ("截至17时就诊23人", [("exposed", 23)]),
        ("全村一百二十余人腹泻", [("exposed", 120)]),
        ("死亡人数升至12人", [("deaths", 12)]),
        ("欠款30万元", [("money", 300_000)]),
        ("受伤４人", [("injuries", 4)]),
        ("无人员伤亡", []),
        ("未造成3人死亡", []),
        ("买了三块石板", []),
        ("走了5000米", []),
    ],
)
def test_facts_are_read_with_their_value(text: str, wanted: list[tuple[str, float]]) -> None:
    """Numbers of dead, injured, exposed and sums of money are read; their denial is not."""
    assert [(fact.kind, fact.value) for fact in facts(text)] == wanted
    assert all(0 <= fact.span[0] < fact.span[1] <= len(text) for fact in facts(text))


@pytest.mark.parametrize(
    ("text", "value"),
    [("十", 10), ("二十三", 23), ("一百零五", 105), ("两千", 2000), ("1,200", 1200)],
)
def test_chinese_numerals_are_numbers(text: str, value: float) -> None:
    """Numerals up to thousands are understood."""
    assert number(text) == value


def test_copies_are_alike_and_others_are_not() -> None:
    """A prefix, emoji and full-width signs leave a copy a copy; another matter is none."""
    text = (
        "昨晚的雨很大，城西立交桥下积水超过半米，几辆车被困，交警已到现场指挥绕行，请大家注意安全。"
    )
    assert similarity(fingerprint(text), fingerprint(f"转发微博 {text}[泪]")) == 1.0
    assert similarity(fingerprint(text), fingerprint(f"【快讯】{text[:-6]}")) > 0.6
    assert similarity(fingerprint(text), fingerprint("今天食堂的菜又涨价了，大家觉得合理吗")) < 0.1
    assert len(fingerprint("")) == len(fingerprint(text)) == 144


def test_a_fingerprint_does_not_depend_on_its_batch() -> None:
    """Alone or among others, the same text has the same fingerprint."""
    texts = ["", "啊", "路灯坏了", "路灯又坏了" * 5_000, "a"]
    assert fingerprints(texts) == [fingerprints([text])[0] for text in texts]


def test_a_megabyte_takes_well_under_a_second(reader: Reader) -> None:
    """One huge text cannot stall the stage."""
    text = "半夜又有异味，3人死亡，北京市朝阳区。" * 55_000
    begin = time.process_time()
    reader.read([text])
    fingerprint(text)
    assert time.process_time() - begin < 2.0
