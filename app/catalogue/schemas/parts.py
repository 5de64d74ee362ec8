"""The parts that documents share: limits with their source, forms, and fields that answer in Chinese."""

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from marshmallow import fields, post_load, validate, validates_schema

from app.catalogue import documents as doc
from app.catalogue.class_forms import PHOTOS_MOST
from app.core.errors import InvalidField
from app.core.schemas import BETWEEN, BoundedInteger, Schema, Text
from app.grids.levels import AreaClass
from workflows.case_terms import LimitKind
from workflows.forms import Choice, Conditions, Field, Kind
from workflows.words import Words, listed

CONDITIONS = ("shown_if", "required_if")
COLUMN_KINDS = (Kind.TEXT, Kind.INTEGER, Kind.NUMBER, Kind.CHOICE, Kind.YES_NO, Kind.DATE)
ATTRIBUTE_KINDS = (*COLUMN_KINDS, Kind.MANY, Kind.PLACE, Kind.TABLE)  # what an object may be asked for, too
OF_CASES = (Kind.PHOTO, Kind.PERSON)  # answers that lie with a case: its photos, and whom it seals
MINUTES = 3660 * 1440  # ten years: a longer limit is a slip of the keyboard
DAYS = 3660
SAY: dict[str, Any] = {
    "invalid": Words(
        "格式不对，请对照示例文件。",
        "This has not the right form: compare it with the files that come with the system.",
    ),
}

_ANSWER = Words("应为选项的文字，或 true、false。", "The words of a choice, please, or true or false.")
_ENGLISH_CHOICES = Words(
    "选项的英文须与选项一一对应。", "There is one English text for each choice, in the same order."
)
_ENGLISH_UNIT = Words("没有单位，不必写单位的英文。", "There is no unit: leave its English out.")
_ALWAYS = Words("已写 required，不必再写条件。", "It is required always: leave the condition out.")
_NO_ANSWER = Words(
    "条件须写前面的选择题或是否题（{}），及其已有的选项。",
    "A condition names a question to choose from, or of yes or no, that stands before ({}), and answers that it has.",
)


def one_of(values: Iterable[str], **options: Any) -> fields.String:
    """Take one of some words."""
    allowed = [str(value) for value in values]
    wrong = validate.OneOf(allowed, error=Words("只能是：{}。", "Only one of these: {}.").format(listed(allowed)))
    return fields.String(validate=wrong, error_messages=SAY, **options)


def member(of: type[StrEnum], **options: Any) -> fields.Enum[Any]:
    """Take the value of an enum's member."""
    return fields.Enum(
        of,
        by_value=True,
        error_messages={**SAY, "unknown": Words("只能是：{choices}。", "Only one of these: {choices}.")},
        **options,
    )


def code(**options: Any) -> Text:
    """Take a code: letters, digits, hyphen, underscore."""
    plain = validate.Regexp(
        r"[A-Za-z0-9_-]+\Z",
        error=Words(
            "编码只能用字母、数字、连字符和下划线。", "A code has letters, digits, hyphens and underscores only."
        ),
    )
    return Text(20, minimum=1, validate=plain, **options)


def telephone() -> Text:
    """Take a number to call, like 119: digits alone, so that every phone can dial it."""
    digits = validate.Regexp(
        r"[0-9]{3,12}\Z",
        error=Words("应为加引号的电话号码，如 '119'。", "A telephone number in quotes, please, like '119'."),
    )
    return Text(12, validate=digits)


def source() -> Text:
    """Take the source that every figure names."""
    return Text(300, minimum=1, required=True)


def nested(schema: type[Schema], **options: Any) -> fields.Nested:
    """Take an object of that schema."""
    return fields.Nested(schema, error_messages=SAY, **options)


def several(inner: Any, *, least: int = 0, **options: Any) -> fields.List[Any]:
    """Take a list, empty if left out unless `required`."""
    if not options.get("required"):
        options.setdefault("load_default", tuple)
    length = validate.Length(
        least, 500, error=Words("应有 {} 到 500 项。", "Between {} and 500 of them, please.").format(least)
    )
    return fields.List(inner, validate=length, error_messages=SAY, **options)


def by_name(keys: Any, schema: type[Schema], **options: Any) -> fields.Dict:
    """Take an object whose keys are words and whose values are of that schema."""
    return fields.Dict(keys, nested(schema), error_messages=SAY, **options)


def flag(default: bool) -> fields.Boolean:
    """Take true or false and nothing like it."""
    return fields.Boolean(
        truthy={True},
        falsy={False},
        load_default=default,
        error_messages={"invalid": Words("只能是 true 或 false。", "true or false, please.")},
    )


def refuse_doubled(codes: Iterable[str], where: str) -> None:
    """Raise ValidationError if a code comes twice."""
    twice = [each for each, times in Counter(codes).items() if times > 1]
    if twice:
        raise InvalidField(Words("编码重复：{}。", "These codes stand twice: {}.").format(listed(twice)), where)


class HalfDays(fields.Field[int | float]):
    """Take a number of days in steps of a half, as a file writes it: 1, 0.5, 1.5; whole ones become integers."""

    default_error_messages = {  # noqa: RUF012
        "invalid": Words(
            "应为工作日数，可以有半天，例如 1、0.5、1.5。", "Working days, in halves at least: like 1, 0.5, 1.5."
        ),
    }

    def __init__(self, most: int, **options: Any) -> None:
        bounds = validate.Range(LimitKind.WORK_DAYS.step, most, error=BETWEEN.format(LimitKind.WORK_DAYS.step, most))
        super().__init__(validate=bounds, **options)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int | float:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if not isinstance(value, float) or value % LimitKind.WORK_DAYS.step:  # not finite: no remainder is zero
            raise self.make_error("invalid")
        return int(value) if value.is_integer() else value


class LimitDocument(Schema):
    """One figure of time with its source."""

    urgent_minutes = BoundedInteger(1, MINUTES)
    work_minutes = BoundedInteger(1, MINUTES)
    work_days = HalfDays(DAYS)
    calendar_days = BoundedInteger(1, DAYS)
    source = source()

    @validates_schema
    def one_kind(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a limit of no kind or of two."""
        if sum(kind in data for kind in LimitKind) != 1:
            raise InvalidField(
                Words("须写且只写一种时限：{}。", "One kind of limit, and one alone: {}.").format(listed(LimitKind))
            )

    @post_load
    def limit(self, data: dict[str, Any], **_: Any) -> Any:
        """Make the limit."""
        kind = next(kind for kind in LimitKind if kind in data)
        return doc.LimitFigure(kind, data[kind], data["source"])


class MilestoneDocument(LimitDocument):
    """A limit on the way, and what has to be reached by then."""

    text = Text(200, minimum=1, required=True)

    @post_load
    def limit(self, data: dict[str, Any], **options: Any) -> Any:
        """Make the milestone."""
        return doc.Milestone(data["text"], LimitDocument.limit(self, data, **options))


class AreaLimits(fields.Dict):
    """Limits by area class."""

    def __init__(self, **options: Any) -> None:
        super().__init__(one_of(AreaClass), nested(LimitDocument), load_default=dict, error_messages=SAY, **options)

    def _deserialize(self, *args: Any, **options: Any) -> Any:
        return MappingProxyType(super()._deserialize(*args, **options))


class ObjectSchema(Schema):
    """A schema whose data becomes one frozen object; lists become tuples."""

    makes: Any = None

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        """Make the object."""
        return self.makes(**{key: tuple(item) if isinstance(item, list) else item for key, item in data.items()})


def answers() -> fields.List[Any]:
    """Take the answers of which one is enough: words of a choice, true or false."""
    return several(fields.Raw(validate=_answer), least=1, required=True)


def _answer(value: Any) -> None:
    if not isinstance(value, (str, bool)):
        raise InvalidField(_ANSWER)


class ColumnDocument(Schema):
    """A question of a form, as a column of a table has it, too."""

    field = code(required=True)
    label = Text(60, minimum=1, required=True)
    label_en = Text(80, minimum=1)
    type = one_of(COLUMN_KINDS, required=True)
    required = flag(False)
    choices = several(Text(60, minimum=1))
    choices_en = several(Text(80, minimum=1))
    minimum = BoundedInteger(-(10**9), 10**9)
    maximum = BoundedInteger(-(10**9), 10**9)
    unit = Text(10, minimum=1)
    unit_en = Text(20, minimum=1)

    @validates_schema
    def choices_for_choice(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a choice without choices, a unit of what is no number, columns of what is no table."""
        kind = data["type"]
        if kind in (Kind.CHOICE, Kind.MANY) and not data["choices"]:
            raise InvalidField(Words("选择题须列出选项。", "A question to choose from needs choices."), "choices")
        if data["choices_en"] and len(data["choices_en"]) != len(data["choices"]):
            raise InvalidField(_ENGLISH_CHOICES, "choices_en")
        if "unit_en" in data and "unit" not in data:
            raise InvalidField(_ENGLISH_UNIT, "unit_en")
        if "unit" in data and kind not in (Kind.INTEGER, Kind.NUMBER):
            raise InvalidField(Words("只有数字才有单位。", "Only a number has a unit."), "unit")
        if (kind == Kind.TABLE) != bool(data.get("columns")):
            raise InvalidField(
                Words("表格须有列（columns），其他题没有。", "A table needs columns, nothing else has any."), "columns"
            )
        if (kind == Kind.OBJECT) != bool(data.get("objects")):
            raise InvalidField(
                Words(
                    "选对象的题须写对象种类（objects），其他题没有。",
                    "A question for an object says of which kinds, and no other does.",
                ),
                "objects",
            )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Field:
        """Make the field."""
        options, english = data.pop("choices"), data.pop("choices_en")
        choices = tuple(Choice(each, Words(each, en)) for each, en in zip(options, english or options, strict=True))
        more: dict[str, Any] = {name: _conditions(data.pop(name, {})) for name in CONDITIONS}
        more |= {name: tuple(data.pop(name, ())) for name in ("columns", "objects")}
        name, label, kind = data.pop("field"), _bilingual(data, "label"), Kind(data.pop("type"))
        unit = _bilingual(data, "unit") if "unit" in data else None
        return Field(name, label, kind, choices, unit=unit, **more, **data)


def _bilingual(data: dict[str, Any], name: str) -> Words:
    """Take a text out with its English; where it has none, it is said in Chinese to everybody."""
    text, english = data.pop(name), data.pop(f"{name}_en", None)
    return Words(text, english or text)


class FormFieldDocument(ColumnDocument):
    """A question of a form."""

    type = one_of((*ATTRIBUTE_KINDS, Kind.OBJECT, *OF_CASES), required=True)
    shown_if = fields.Dict(code(), answers(), error_messages=SAY)
    required_if = fields.Dict(code(), answers(), error_messages=SAY)
    columns = several(nested(ColumnDocument))
    objects = several(code())
    least = BoundedInteger(1, PHOTOS_MOST)
    most = BoundedInteger(1, 100)

    @validates_schema
    def bounds_of_photos(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a least number of what is no photo, more photos than can be sent, bounds that leave nothing."""
        is_photo = data["type"] == Kind.PHOTO
        if "least" in data and not is_photo:
            raise InvalidField(Words("只有照片题才写最少张数。", "Photos alone have a least number."), "least")
        if is_photo and not data.get("least", 1) <= data.get("most", PHOTOS_MOST) <= PHOTOS_MOST:
            text = Words("照片最多 {} 张，且不少于最少张数。", "{} photos at most, and no fewer than the least number.")
            raise InvalidField(text.format(PHOTOS_MOST), "most")


def refuse_kinds_of_cases(form: Sequence[Field], where: str) -> None:
    """Raise ValidationError for a question whose answer a case alone can keep."""
    text = Words("只有类别的表单能要照片或人员。", "The form of a class alone asks for photos or for somebody.")
    faults = {place: {"type": [text]} for place, one in enumerate(form) if one.kind in OF_CASES}
    if faults:
        raise InvalidField(faults, where)


def _conditions(data: dict[str, list[Any]]) -> Conditions:
    return tuple((name, tuple(values)) for name, values in data.items())


def refuse_wrong_conditions(form: Sequence[Field], where: str = "form") -> None:
    """Raise ValidationError for a condition on a question that does not stand before, or on an answer it has not."""
    known: dict[str, Field] = {}
    faults: dict[int, Any] = {}
    for place, question in enumerate(form):
        if question.required and question.required_if:
            faults.setdefault(place, {})["required_if"] = [_ALWAYS]
        for name in CONDITIONS:
            for of, values in getattr(question, name):
                if of not in known or not set(values) <= _possible(known[of]):
                    faults.setdefault(place, {})[name] = [_NO_ANSWER.format(of)]
        known[question.name] = question
    if faults:
        raise InvalidField(faults, where)


def _possible(question: Field) -> set[str | bool]:
    if question.kind is Kind.YES_NO:
        return {True, False}
    return {choice.value for choice in question.choices}
