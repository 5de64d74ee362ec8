"""What people write is kept as it is, without padding; what cannot be kept or cannot be seen is not taken for text."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from app.core import letters
from app.core.schemas import JsonObject, Name, Secret, Text
from tests.rules.sources import ROOT, python

SEEN = (
    "张三丰",
    "李\ue863",  # a letter of somebody's own, from an older system
    "\U00031350\U0002ebf0",  # extensions H and I, unknown to older Pythons
    "买买提·吐尔逊",
    "葛\U000e0100城",  # a variant by its selector
    "❤\ufe0f",
    "می\u200cخواهم",
    "=1+1",
    "O'Brien",
    "第一行\n第二行\t表",
)
UNSEEN = (
    "\u200b", "\u3164", "\u2800", "\u00ad", "\ufe0f", "\u3000\xa0 \u2028", "\u200d\u2060\ufeff", "\u115f\u1160\uffa0",
    "\u034f", "\u180e", "\u202d\u202c", "\U000e0001", "\U000e0100", "\U0001d159", "\n\t\r",
)  # fmt: skip
UNFIT = ("\x00", "\x08", "\x1f", "\x7f", "\x9f", "\ud800", "\udfff", "\ufffe", "\uffff")


def test_letters_of_all_kinds_are_kept():
    for word in SEEN:
        assert Text(40, minimum=1).deserialize(word) == word
        assert not letters.is_blank(word)


def test_what_cannot_be_seen_is_empty_everywhere():
    for word in UNSEEN:
        assert letters.fold(f" {word}\u3000") == ""
        assert Text(40).deserialize(word) == ""
        assert JsonObject().deserialize({"a": [word]}) == {"a": [""]}
        for field in (Text(40, minimum=1), Name(40, minimum=1)):
            with pytest.raises(ValidationError, match="不能为空白"):
                field.deserialize(word)


def test_what_cannot_be_kept_is_refused_everywhere():
    for letter in UNFIT:
        for field in (Text(40), Name(40), Secret(40)):
            with pytest.raises(ValidationError, match="不能保存"):
                field.deserialize(f"王{letter}芳")
        with pytest.raises(ValidationError):
            JsonObject().deserialize({"a": {"b": f"王{letter}芳"}})


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("张　三", "张三"),
        ("张\xa0\xa0三", "张三"),
        ("　张 三 丰　", "张三丰"),
        ("\u202d张三\u202c", "张三"),
        ("李 \ue863", "李\ue863"),
        ("欧阳 娜娜", "欧阳 娜娜"),
        ("Anna  Lee", "Anna Lee"),
        ("买买提 · 吐尔逊", "买买提 · 吐尔逊"),
        ("Zhang\r", "Zhang"),
    ],
)
def test_a_padded_name_is_called_as_without(typed, name):
    assert Name(40).deserialize(typed) == name


def test_a_name_stands_on_one_line():
    for word in ("张\n三", "张\t三", "张\u2028三"):
        with pytest.raises(ValidationError, match="一行"):
            Name(40).deserialize(word)


def test_every_letter_of_a_secret_counts():
    assert Secret(40).deserialize("\u3000a ") == "\u3000a "


@given(st.text(max_size=30))
def test_folding_twice_is_folding_once_and_takes_nothing_from_within(word):
    folded = letters.fold(word)
    assert letters.fold(folded) == folded
    assert letters.fold_name(letters.fold_name(word)) == letters.fold_name(word)
    assert folded in word
    assert letters.is_blank(word) == (folded == "")


@given(st.text(max_size=30))
def test_what_is_left_can_stand_in_xml(word):
    assert not re.search("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", letters.without_unfit(word))


def test_nobody_asks_whether_a_letter_is_known():
    asking = re.compile(r"\.isprintable\(|unicodedata\.name\(")
    assert [path for path, _ in python("app") if asking.search((ROOT / path).read_text(encoding="utf-8"))] == []
    assert unicodedata.category("\U0002ebf0") in ("Cn", "Lo")
