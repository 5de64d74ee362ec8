"""Fields and a base schema that refuse what nobody can keep: unknown names, broken texts, boundless numbers."""

import math
from collections.abc import Mapping
from datetime import UTC, date
from decimal import Decimal
from typing import Any, ClassVar

import marshmallow as ma
from marshmallow import fields, validate

from app.core import field_texts, letters, load_version, telephones
from app.core.errors import InvalidField
from workflows.words import Words

LENGTH = Words("长度应为 {} 到 {} 个字。", "Between {} and {} characters, please.")
AT_MOST = Words("最多 {} 个。", "At most {}.")
AT_MOST_LETTERS = Words("最多 {} 个字。", "At most {} letters.")
KINDS = Words("应有 1 到 {} 种。", "1 to {} kinds.")
BETWEEN = Words("应在 {} 到 {} 之间。", "Between {} and {}, please.")
ENDS_EARLY = Words("结束日期早于开始日期。", "The end lies before the beginning.")
ONE_LINE = Words("应写在一行内，不能有换行。", "Write it on one line.")
UNKNOWN_FIELD = Words("没有这个字段，请删除。", "There is no such field.")
UNFIT = Words("含有不能保存的字符。", "It holds characters that cannot be kept.")
WRONG_TELEPHONE = Words(
    "应为电话号码，例如 13800138000 或 0357-8322123。",
    "A telephone number, please, like 13800138000 or 0357-8322123.",
)
WRONG_YEAR = Words("年份不合理。", "This year is out of reach.")


class Schema(ma.Schema):
    """Unknown fields are errors; what comes in keeps its order."""

    component: ClassVar[str] = ""  # its name in the description behind the room's, where that is not the class's own
    error_messages = {  # noqa: RUF012 - marshmallow reads it so
        "unknown": UNKNOWN_FIELD,
        "type": field_texts.OBJECT,
    }

    def __init__(self, **options: Any) -> None:
        field_texts.give(type(self))
        super().__init__(**options)


def about(text: str) -> dict[str, Any]:
    """Say for the description what a field means, in Chinese and short English: `Text(20, **about("…"))`."""
    return {"metadata": {"description": text}}


class Text(fields.String):
    """A text with a maximum length in characters, without padding and without what cannot be kept (`core.letters`)."""

    default_error_messages = {  # noqa: RUF012
        "characters": UNFIT,
        "blank": Words("不能为空白。", "This must not be empty."),
    }

    def __init__(self, maximum: int, *, minimum: int = 0, **options: Any) -> None:
        length = validate.Length(min=minimum or None, max=maximum, error=LENGTH.format(minimum, maximum))
        own_validate = options.pop("validate", None)
        super().__init__(validate=[length, own_validate] if own_validate else [length], **options)
        self._minimum = minimum

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options)
        if load_version.version() == 1:
            return text  # kept as it came
        if not letters.is_fit(text):
            raise self.make_error("characters")
        folded = self._fold(text)
        if self._minimum and not folded:
            raise self.make_error("blank")
        return folded

    def _fold(self, text: str) -> str:
        return letters.fold(text)


class Secret(Text):
    """A text of which every letter counts, blanks too."""

    def _fold(self, text: str) -> str:
        return text


class Name(Text):
    """What somebody or something is called, on one line."""

    default_error_messages = {"lines": ONE_LINE}  # noqa: RUF012

    def _fold(self, text: str) -> str:
        folded = letters.fold(text)
        if not letters.is_one_line(folded):
            raise self.make_error("lines")
        return letters.fold_name(folded)


class Telephone(Text):
    """A telephone number in the form in which it is kept (`core.telephones`); None for none."""

    default_error_messages = {"telephone": WRONG_TELEPHONE}  # noqa: RUF012

    def __init__(self, **options: Any) -> None:
        super().__init__(telephones.LONGEST, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> Any:
        try:
            return telephones.read(super()._deserialize(value, attr, data, **options))
        except telephones.NoTelephone as error:
            raise self.make_error("telephone") from error

    def _validate(self, value: str | None) -> None:
        if value is not None:
            super()._validate(value)


class BoundedInteger(fields.Integer):
    """An integer with bounds; in a query it comes as digits, so `strict=False` there."""

    def __init__(self, low: int, high: int, *, strict: bool = True, **options: Any) -> None:
        bounds = validate.Range(low, high, error=BETWEEN.format(low, high))
        super().__init__(strict=strict, validate=bounds, **options)


class Amount(fields.Float):
    """A number that is answered as it is: whole ones without a point."""

    def _serialize(self, value: Any, *_: Any, **__: Any) -> Any:
        return value


class EnumChoice(fields.Enum[Any]):
    """One of a list on a page."""

    default_error_messages = {"unknown": field_texts.CHOOSE}  # noqa: RUF012


def choice(*values: str, **options: Any) -> fields.String:
    """Return one of a few words."""
    return fields.String(validate=validate.OneOf(values, error=field_texts.ONE_OF), **options)


class Degrees(fields.Float):
    """A longitude or latitude in degrees."""

    def __init__(self, bound: int, **options: Any) -> None:
        super().__init__(validate=validate.Range(-bound, bound, error=BETWEEN.format(-bound, bound)), **options)

    def _validated(self, value: Any) -> float:
        if isinstance(value, (bool, str)):
            raise self.make_error("invalid")
        number = super()._validated(value)
        if number is None or not math.isfinite(number):
            raise self.make_error("invalid")
        return number


_FIRST_YEAR, _LAST_YEAR = 2000, 2099
YEARS = Words("年份应在 {} 到 {} 之间。", "A year between {} and {}, please.").format(_FIRST_YEAR, _LAST_YEAR)


def is_near(day: date) -> bool:
    """Tell whether a day can be counted with: days added to it, or its hours put into another zone."""
    return _FIRST_YEAR <= day.year <= _LAST_YEAR


def day_of(text: str) -> date:
    """Read a day as YYYY-MM-DD; raise ValueError for what is none, or lies at the edge of the calendar."""
    day = date.fromisoformat(text)
    if not is_near(day):
        raise ValueError(text)
    return day


class Day(fields.Date):
    """A day, within the years 2000 to 2099."""

    default_error_messages = {"range": YEARS}  # noqa: RUF012

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%Y-%m-%d", **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> Any:
        day: date = super()._deserialize(value, attr, data, **options)
        if not is_near(day):
            raise self.make_error("range")
        return day


class Moment(fields.AwareDateTime):
    """An ISO time with its zone, within the years 2000 to 2099."""

    default_error_messages = {  # noqa: RUF012
        "invalid_awareness": Words(
            "应带时区，例如 2026-11-23T09:00:00+08:00。",
            "A time with its zone, please, like 2026-11-23T09:00:00+08:00.",
        ),
        "range": YEARS,
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(format="iso", **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> Any:
        if not isinstance(value, str) or len(value) > 40:
            raise self.make_error("invalid")
        moment = super()._deserialize(value, attr, data, **options)
        if not is_near(moment):
            raise self.make_error("range")
        return moment.astimezone(UTC)


class PlaceIn(Schema):
    """Longitude and latitude in a named reference system."""

    lon = Degrees(180, required=True)
    lat = Degrees(90, required=True)
    crs = choice("wgs84", "cgcs2000", "gcj02", "bd09", load_default="wgs84")


class JsonObject(fields.Dict):
    """A small free object (the answers to a form): bounded in size, depth and numbers."""

    def __init__(self, maximum: int = 8_000, **options: Any) -> None:
        super().__init__(keys=Text(60, minimum=1), **options)
        self._maximum = maximum

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> Any:
        loaded = super()._deserialize(value, attr, data, **options)
        if _weight(loaded, 0) > self._maximum:
            raise InvalidField(Words("内容过多或层次过深。", "This is too much, or nested too deeply."))
        return loaded if load_version.version() == 1 else _folded(loaded)


def _weight(value: Any, depth: int) -> int:  # noqa: PLR0911 - one line for each kind of JSON value
    """Count characters; what may not be kept weighs more than any limit."""
    too_much = 1_000_000
    if depth > 4:
        return too_much
    if isinstance(value, dict):
        return sum(_weight(key, depth) + _weight(item, depth + 1) for key, item in value.items())
    if isinstance(value, list):
        return len(value) + sum(_weight(item, depth + 1) for item in value)
    if isinstance(value, str):
        return len(value) if letters.is_fit(value) else too_much
    if isinstance(value, bool) or value is None:
        return 4
    if isinstance(value, int):
        return 20 if abs(value) < 2**53 else too_much
    return 20 if isinstance(value, (float, Decimal)) and math.isfinite(value) else too_much


def _folded(value: Any) -> Any:
    """Return a value whose texts have no padding; call when its depth is known to be small."""
    if isinstance(value, dict):
        return {key: _folded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_folded(item) for item in value]
    return letters.fold(value) if isinstance(value, str) else value
