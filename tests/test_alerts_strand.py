"""What holds an event's voices together when no list foresaw the matter."""

from alerts.mention import mentions_of
from alerts.strand import strand
from config.rulebook import load_rulebook
from config.signs import load_signs
from tests.alerts_material import found

BOOK = load_rulebook()


def _strand(*texts: str) -> tuple[list[int], bool]:
    told = mentions_of([found(text, minute) for minute, text in enumerate(texts)], load_signs())
    return strand(told, range(len(told)), BOOK)


def test_voices_that_name_the_same_thing_speak_of_one_matter() -> None:
    """A product's name holds them together, and leaves out who speaks of something else."""
    held, mixed = _strand(
        "云朵牌电热毯半夜冒火星", "电热毯又冒火星了", "买的电热毯也是坏的", "楼下的风真大"
    )
    assert held == [0, 1, 2]
    assert not mixed


def test_voices_without_a_common_thing_are_mixed() -> None:
    """Each speaks of something else."""
    held, mixed = _strand("门口的灯灭了", "早饭真难吃", "风真大", "买不到新鞋")
    assert held == [0, 1, 2, 3]
    assert mixed
