"""Telephone numbers are read as people type them, and kept in one form."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from marshmallow import ValidationError

from app.core import telephones
from app.core.schemas import Telephone

VECTORS = {
    "13800138000": (
        "+86 138 0013 8000", "(+86)13800138000", "008613800138000", "8613800138000", "１３８００１３８０００",
        "138-0013-8000", "138 0013 8000", "\u202d13800138000\u202c", "＋８６（１３８）００１３８０００",
    ),
    "0357-8322123": ("03578322123", "（0357）8322123", "0357—8322123", "86-357-8322123", "+86 0357 8322123"),
    "0357-8322123-801": ("0357-8322123转801", "0357 8322123 ext.801", "0357-8322123 分机 801", "0357-8322123#801"),
    "010-12345678": ("01012345678", "(010) 1234 5678"),
    "4008300000": ("400-830-0000",),
    "+85223456789": ("+852 2345 6789", "00852-2345-6789"),
    "12345": (), "110": (), "95588": (), "8322123": (), "2000000-0": ("2000000转0",),
    "19912345678": (), "13800138000-12": ("13800138000转12",),
}  # fmt: skip
GROUPED = (
    "13800 138000", "138.0013.8000", "1380 0138 000", "138 00 138 000", "13800\u200b138000", "138·0013·8000",
    "0357 832 2123", "０３５７－８３２２１２３", "0357.832.2123", "(0357) 8322123 转 801",
    "400-810-8888", "4008108888", "400 8108 888",
    "800-810-8888转2", "8322123", "8322123转801", "13800138000转12", "14102519900101123X", "141025 19900101 123X",
)  # fmt: skip
OTHER = (
    "141025-20261123-0042", "130102-20261123-0042", "141025-20261123-0142 2026-11-23", "20261123", "2026-11-23 09:30",
    "2026.11.23", "2026年11月23日", "督〔2026〕9号", "2500000元", "罚款 4000000000 元",
    "1,234,567.00元", "面积3500000平方米",
    "131.12345678,45.12345678", "111.923456，36.263210", "141025001001", "1410250101000001", "141025 0101 00000001",
    "91141025MA0K2345678", "MA2345678", "15-16-17-18-19-20", "1.5.2单元1301室", "2019-2026",
)  # fmt: skip
NONE = ("", "-----", "——", "/", "　", "无", "。")
NOT = (
    "一三八", "x", "1.38E+10", "138001380001", "1380013800", "0357-83000000", "13800138000/13900139000",
    "13800138000、0357-8322123", "1380013800a", "1" * 20, "1" * 500, "0000000",
)  # fmt: skip


@pytest.mark.parametrize(("kept", "typed"), VECTORS.items())
def test_a_number_has_one_form_however_it_is_typed(kept, typed):
    assert {telephones.read(each) for each in (kept, *typed)} == {kept}
    assert all(telephones.same(kept, each) for each in typed)


def test_punctuation_alone_is_none_and_anything_else_is_refused():
    assert [Telephone().deserialize(text) for text in NONE] == [None] * len(NONE)
    for text in NOT:
        with pytest.raises(ValidationError):
            Telephone().deserialize(text)


@pytest.mark.parametrize(
    ("kept", "masked"),
    [
        ("13800138000", "*******8000"),
        ("0357-8322123", "********2123"),
        ("0357-8322123-801", "********2123"),
        ("13800138000-12", "*******8000"),
        ("+85223456789", "********6789"),
        ("110", "110"),
        ("-----", "*----"),
    ],
)
def test_the_last_four_digits_alone_are_shown(kept, masked):
    assert telephones.masked(kept) == masked


def test_numbers_in_texts_are_hidden_however_they_are_grouped_with_their_extensions():
    spelt = {typed for typed in ("13800138000", "0357-8322123", "0357-8322123-801", "010-12345678", *GROUPED)}
    spelt |= {typed for kept, each in VECTORS.items() if kept != "2000000-0" for typed in each}
    for typed in sorted(spelt):
        hidden = telephones.without_numbers(f"找{typed}问，五号楼")
        assert not set("0123456789０１２３４５６７８９") & set(hidden.replace("+86", "").replace("86", "")), (
            typed,
            hidden,
        )
        assert hidden.startswith("找"), (typed, hidden)
        assert hidden.endswith("问，五号楼"), (typed, hidden)
    both = telephones.without_numbers("张三13800138000-13900139000 0357-8322123转801。")
    assert both == f"张三{telephones.HIDDEN}-{telephones.HIDDEN} {telephones.HIDDEN}。"


def test_what_is_no_telephone_number_stands_in_texts_as_it_was():
    for text in OTHER:
        assert telephones.without_numbers(f"见{text}，共3处") == f"见{text}，共3处"


@example("100转00")
@example("95588转1")
@example("95588-1")
@given(st.text(alphabet="0123456789+-() 转x#.", max_size=24))
def test_what_is_kept_reads_as_itself(typed):
    try:
        kept = telephones.read(typed)
    except telephones.NoTelephone:
        return
    assert kept is None or telephones.read(kept) == kept
