"""Say in Chinese what marshmallow says of fields in English; a field's own texts stay as they are."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from marshmallow import Schema, fields

_NUMBER, _TEXT, _OBJECT, _LIST = "应为数字。", "应为文字。", "应为一个对象。", "应为列表。"
_DAY, _MOMENT = "应为日期，例如 2026-11-23。", "应为带时区的时间，例如 2026-11-23T09:00:00+08:00。"
_OF_THE_LIBRARY: Mapping[str, str] = {
    "Missing data for required field.": "必填。",
    "Field may not be null.": "不能为空。",
    "Invalid value.": "内容不合要求。",
    "Invalid type.": _OBJECT,
    "Not a valid mapping type.": _OBJECT,
    "Not a valid list.": _LIST,
    "Not a valid string.": _TEXT,
    "Not a valid utf-8 string.": _TEXT,
    "Not a valid UUID.": "应为 UUID。",
    "Not a valid integer.": "应为整数。",
    "Not a valid number.": _NUMBER,
    "Special numeric values (nan or infinity) are not permitted.": _NUMBER,
    "Number too large.": "数字太大。",
    "Not a valid boolean.": "应为 true 或 false。",
    "Not a valid date.": _DAY,
    '"{input}" cannot be formatted as a date.': _DAY,
    "Not a valid {obj_type}.": _MOMENT,
    "Not a valid {awareness} {obj_type}.": _MOMENT,
    '"{input}" cannot be formatted as a {obj_type}.': _MOMENT,
    "Must be one of: {choices}.": "应为：{choices}。",
}


@cache
def speaks(schema: type[Schema]) -> None:
    """Put the texts of all fields of a schema into Chinese: once, since the fields of its objects share them."""
    for field in schema._declared_fields.values():
        _put(field)


def _put(field: Any) -> None:
    """Put the texts of a field, and of what it holds, into Chinese."""
    texts: dict[str, Any] = field.error_messages
    for key, text in texts.items():
        texts[key] = _OF_THE_LIBRARY.get(text, text)
    for inner in (getattr(field, name, None) for name in ("inner", "key_field", "value_field")):
        if isinstance(inner, fields.Field):
            _put(inner)
