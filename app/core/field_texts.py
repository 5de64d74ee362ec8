"""What fields say by themselves when something is wrong with them: in both languages, whatever the library's words."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from marshmallow import Schema, fields

from workflows.words import Words

CHOOSE = Words("请从列表中选择。", "Please choose from the list.")
ONE_OF = Words("应为：{choices}。", "One of these: {choices}.")
OBJECT = Words("应为一个对象。", "This should be an object.")
REQUIRED = Words("必填。", "Please fill this in.")
TRUE_OR_FALSE = Words("应为 true 或 false。", "true or false, please.")
_NUMBER, TEXT = Words("应为数字。", "A number, please."), Words("应为文字。", "A text, please.")
DAY = Words("应为日期，例如 2026-11-23。", "A date, please, like 2026-11-23.")
_MOMENT = Words(
    "应为带时区的时间，例如 2026-11-23T09:00:00+08:00。",
    "A time with its zone, please, like 2026-11-23T09:00:00+08:00.",
)
_TEXTS: Mapping[str, Mapping[str, Words]] = {  # by the kind of field, the particular before the general
    "Boolean": {"invalid": TRUE_OR_FALSE},
    "Date": {"invalid": DAY, "format": DAY, "invalid_awareness": DAY},
    "Dict": {"invalid": OBJECT},
    "Enum": {"unknown": ONE_OF},
    "Integer": {"invalid": Words("应为整数。", "A whole number, please.")},
    "List": {"invalid": Words("应为列表。", "A list, please.")},
    "Nested": {"type": OBJECT},
    "Number": {"invalid": _NUMBER, "special": _NUMBER, "too_large": Words("数字太大。", "This number is too large.")},
    "String": {"invalid": TEXT, "invalid_utf8": TEXT},
    "UUID": {"invalid_uuid": Words("应为 UUID。", "A UUID, please.")},
    "_TemporalField": {"invalid": _MOMENT, "format": _MOMENT, "invalid_awareness": _MOMENT},
    "Field": {
        "required": REQUIRED,
        "null": Words("不能为空。", "This must not be empty."),
        "validator_failed": Words("内容不合要求。", "This does not fit here."),
    },
}


@cache
def give(schema: type[Schema]) -> None:
    """Give all fields of a schema these texts where they have none of their own: once, since its objects share them."""
    for field in schema._declared_fields.values():
        _give(field)


def _give(field: Any) -> None:
    texts: dict[str, Any] = field.error_messages
    for key, text in texts.items():
        if not isinstance(text, Words):
            texts[key] = _of(type(field), key)
    for inner in (getattr(field, name, None) for name in ("inner", "key_field", "value_field")):
        if isinstance(inner, fields.Field):
            _give(inner)


def _of(kind: type[fields.Field[Any]], key: str) -> Words:
    tables = (_TEXTS.get(each.__name__, {}) for each in kind.__mro__)
    return next((table[key] for table in tables if key in table), _TEXTS["Field"]["validator_failed"])
