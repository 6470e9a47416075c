"""Nothing that leads to a person passes the one masker, however it is written."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.masking import SOMEBODY, anonymous, mask, private


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("打 13912345678 找我", "打 [电话] 找我"),
        ("+86 139-1234-5678", "[电话]"),
        ("wx13912345678", "wx[电话]"),
        ("１３９１２３４５６７８", "[电话]"),
        ("139\u200b1234\u200b5678", "[电话]"),
        ("139\n1234\n5678", "[电话]"),
        ("139—1234—5678", "[电话]"),
        ("座机 0571-88886666, （0571）88886666", "座机 [电话], [电话]"),
        ("证件 11010519491231002X。", "证件 [证件号]。"),
        ("证件 110105 19491231 002x", "证件 [证件号]"),
        ("卡 6222020200012345678", "卡 [卡号]"),
        ("卡 6222 0202 0001 2345 678", "卡 [卡号]"),
        ("1391234567813912345678", "[号码]"),
        ("写给 a.b@c.test 或 a＠b.test", "写给 [邮箱] 或 [邮箱]"),
        ("车 浙A·12345 与 浙ad12345, 浙A1234学", "车 [车牌] 与 [车牌], [车牌]"),
        ("热线12345共2025件, 400-820-8820", "热线12345共2025件, 400-820-8820"),
        ("2025-10-19 08:30:00 起, 涨到 12345678.90 元", "2025-10-19 08:30:00 起, 涨到 12345678.90 元"),
        ("@槐汀发布 3号楼停水", "@槐汀发布 3号楼停水"),
    ],
)  # fmt: skip
def test_what_leads_to_a_person_is_masked_and_the_rest_stays(written: str, shown: str) -> None:
    """Numbers, mail addresses and plates go in every spelling; hotlines, years, sums and times stay."""
    assert mask(written) == shown


def test_a_private_speakers_names_and_doors_go_as_well() -> None:
    """@-names in both widths and the numbers of a home go; an institution's name may be kept."""
    assert anonymous("问 @小明的妈 和＠li_4") == "问 @某人 和@某人"
    assert private("我家3号楼2单元502室 @a") == "我家某号楼某单元某室 @某人"
    assert anonymous("@槐汀发布 @小明", {"槐汀发布"}) == "@槐汀发布 @某人"


AROUND = st.text(alphabet=st.characters(exclude_categories=("Nd", "Cs")), max_size=20)
UNSEEN = st.sampled_from(["", "\u200b", "\u2060", "\ufeff", "\u202e"])
GAP = st.sampled_from(["", "-", " ", "\u2011", "\u3000"])


PHONES = st.tuples(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), GAP, UNSEEN, st.booleans())


def _spelled(phone: str, gap: str, unseen: str, *, wide: bool) -> str:
    written = gap.join((phone[:3], phone[3:7], unseen + phone[7:]))
    return "".join(chr(ord(c) + 0xFEE0) if c.isdigit() and wide else c for c in written)


@given(AROUND, AROUND, PHONES)
def test_no_phone_survives_its_surroundings(
    before: str, after: str, phone: tuple[str, str, str, bool]
) -> None:
    """Whatever stands around a phone number, between its groups or hidden in it, its figures are gone."""
    *spelling, wide = phone
    shown = private(before + _spelled(*spelling, wide=wide) + after)
    assert len(re.findall(r"\d", shown)) < 4


@given(AROUND, st.from_regex(r"[@＠][\w一-鿿]{1,20}", fullmatch=True))
def test_no_name_survives_its_surroundings(before: str, handle: str) -> None:
    """An @-name is somebody, also right behind a letter."""
    shown = anonymous(f"{before} {handle}")
    assert SOMEBODY in shown or "[邮箱]" in shown


@given(st.text(max_size=200))
def test_words_without_figures_and_names_are_untouched(words: str) -> None:
    """The masker changes nothing that it does not replace."""
    bare = re.sub(r"[\d@＠﹫]", "", words)
    assert private(bare) == anonymous(bare) == mask(bare) == bare


@given(st.text(alphabet="0123456789-+ .@X浙Aa某人\u200b", max_size=80))
def test_masking_again_changes_no_number(words: str) -> None:
    """What was masked once holds no number any more."""
    assert mask(mask(words)) == mask(words)
