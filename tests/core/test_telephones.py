"""Telephone numbers are read as people type them, and kept in one form."""

import pytest
from hypothesis import given
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


@given(st.text(alphabet="0123456789+-() 转x#.", max_size=24))
def test_what_is_kept_reads_as_itself(typed):
    try:
        kept = telephones.read(typed)
    except telephones.NoTelephone:
        return
    assert kept is None or telephones.read(kept) == kept
