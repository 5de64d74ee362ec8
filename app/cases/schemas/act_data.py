"""Make of the form of an act the schema of its data: all that the form may ask for, and what comes with every act."""

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

from marshmallow import fields, missing, validates_schema

from app.cases.schemas import parts
from app.cases.schemas.parts import ActData, PlaceData, SpotData
from app.core import load_version
from app.core.errors import InvalidField
from app.core.schemas import BoundedInteger, Day, Moment, Schema, Text
from workflows.forms import PEOPLE, TASKS, Field, Form, Kind, Pool
from workflows.words import Words


@cache
def schema_of(form: Form) -> Schema:
    """Return the schema by which the data of an act is read; forms of one `data` have the same."""
    kinds = {(field.kind, field.pool) for field in form.fields}
    base = SpotData if (Kind.PLACE, Pool.GRID) in kinds else PlaceData if (Kind.PLACE, None) in kinds else ActData
    own = [field for field in form.fields if field.name not in base._declared_fields and field.kind is not Kind.PLACE]
    schema_fields: dict[str, Any] = {field.name: _field(field) for field in own}
    if form.some:
        schema_fields["_something"] = _one_of(form, form.some)
    schema: Schema = base.from_dict(schema_fields, name=form.data.removesuffix("In"))()  # type: ignore[assignment]
    return schema


def _one_of(form: Form, refusal: Words) -> Callable[..., None]:
    """Return a rule by which something has to be given that is the form's own."""
    own = [one.need for one in form.fields if one.name not in ActData._declared_fields and not one.aside]

    @validates_schema
    def something(_: Schema, data: Mapping[str, Any], **__: Any) -> None:
        if data.keys().isdisjoint(own):
            raise InvalidField(refusal, own[0])

    return something


def _field(field: Field) -> fields.Field[Any]:
    default: dict[str, Any] = {} if field.default is None else {"load_default": _value(field, field.default)}
    if field.formerly is not None:
        default = {"load_default": partial(_formerly, field.formerly)}
    if field.kind is Kind.MANY:
        return parts.task_numbers(field.most) if field.pool in TASKS else parts.codes(field.most)
    if field.kind is Kind.CHOICE and field.choices:
        return parts.choice(*(one.value for one in field.choices), **default)
    if field.pool in PEOPLE or field.pool is Pool.CASE:
        return fields.UUID()
    if field.pool in TASKS or field.pool is Pool.MILESTONE:
        return parts.TaskNumber()
    if field.pool:
        return Text(_LONGEST.get(field.pool, parts.DEPARTMENT_MOST), minimum=1)
    return _PLAIN[field.kind](field, default)


def _formerly(value: str) -> Any:
    """Return what an earlier version took where nothing was said; nothing for a request of today."""
    return value if load_version.version() < _REQUIRED_SINCE else missing


def _value(field: Field, text: str) -> str | bool:
    return text == "true" if field.kind is Kind.YES_NO else text


def _text(field: Field, default: dict[str, Any]) -> Text:
    return Text(field.most, minimum=field.least, **default)


def _integer(field: Field, default: dict[str, Any]) -> BoundedInteger:
    return BoundedInteger(field.minimum or 0, field.maximum or parts.SEQ_MOST, **default)


_REQUIRED_SINCE = 3  # the version of loading in which a field with a `formerly` has to be said
_LONGEST = {Pool.CLASS: 20, Pool.CONDITION: 20, Pool.COLOUR: 10, Pool.GRID: 24, Pool.CENTRE: 24}
_PLAIN: Mapping[Kind, Callable[[Field, dict[str, Any]], fields.Field[Any]]] = {
    Kind.TEXT: _text,
    Kind.LONG: _text,
    Kind.INTEGER: _integer,
    Kind.DATE: lambda _, default: Day(**default),
    Kind.MOMENT: lambda _, default: Moment(**default),
    Kind.YES_NO: lambda _, default: fields.Boolean(**default),
}
