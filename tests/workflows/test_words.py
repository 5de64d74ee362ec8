"""A text in two languages stays one object, and what would drop its English raises."""

import copy
import json
import pickle

import orjson
import pytest
from markupsafe import escape
from marshmallow import Schema, ValidationError, fields, validate

from workflows.words import Words, english, listed, plain

GAP = Words("最多 {} 张照片。", "At most {} photos.")
DESK = Words("工作台", "Desk")


def both(text):
    return str(text), text.en


def test_it_is_its_chinese():
    assert DESK == "工作台"
    assert hash(DESK) == hash("工作台")
    assert isinstance(DESK, str)
    assert type(str(DESK)) is str
    assert type(str(Words(DESK, "Desk"))) is str
    assert f"{DESK!s}" == "%s" % DESK == str(escape(DESK)) == "工作台"  # noqa: UP031 - as logs do it
    assert repr(DESK) == "Words('工作台', 'Desk')"


def test_json_writes_the_chinese():
    for written in (orjson.dumps([DESK, {"a": DESK}], option=orjson.OPT_NON_STR_KEYS), json.dumps([DESK, {"a": DESK}])):
        assert orjson.loads(written) == ["工作台", {"a": "工作台"}]


def test_copies_keep_the_english():
    copies = [copy.copy(DESK), copy.deepcopy({"a": [DESK]})["a"][0]]
    copies += [pickle.loads(pickle.dumps(DESK, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)]  # noqa: S301
    assert {both(one) for one in copies} == {("工作台", "Desk")}
    assert {type(one) for one in copies} == {Words}


def test_format_fills_both_languages_and_each_with_its_own_words():
    assert both(GAP.format(3)) == ("最多 3 张照片。", "At most 3 photos.")
    in_place = Words("{where}在{what}：{number:.1f}", "{what} at {where}: {number:.1f}")
    filled = in_place.format(where=DESK, what="张三", number=1.25)
    assert both(filled) == ("工作台在张三：1.2", "张三 at Desk: 1.2")
    assert both(Words("{0}、{0}", "{0}").format(DESK)) == ("工作台、工作台", "Desk")


def test_texts_are_joined_and_added_in_both_languages():
    assert both(listed([DESK, "张三"])) == ("工作台、张三", "Desk, 张三")
    assert both(Words("，", "; ").join(iter([]))) == ("", "")
    assert both(DESK + GAP) == ("工作台最多 {} 张照片。", "DeskAt most {} photos.")
    assert both(plain(7)) == ("7", "7")
    assert (english(DESK), english("张三"), english(7)) == ("Desk", "张三", 7)


@pytest.mark.parametrize(
    "drop",
    [
        lambda: DESK + "。",
        lambda: "（" + DESK,
        lambda: GAP % 3,
    ],
)
def test_what_would_drop_the_english_raises(drop):
    with pytest.raises(TypeError):
        drop()


def test_it_passes_through_the_messages_of_schemas():
    said = {"required": Words("必填。", "Required.")}
    bounds = validate.Range(1, 3, error=Words("应在 {min} 到 {max} 之间。", "Between {min} and {max}."))
    schema = Schema.from_dict({
        "name": fields.String(required=True, error_messages=said),
        "numbers": fields.List(fields.Integer(validate=bounds)),
    })()  # fmt: skip
    with pytest.raises(ValidationError) as refused:
        schema.load({"numbers": [1, 7]})
    messages = refused.value.normalized_messages()
    assert both(messages["name"][0]) == ("必填。", "Required.")
    assert both(messages["numbers"][1][0]) == ("应在 1 到 3 之间。", "Between 1 and 3.")
