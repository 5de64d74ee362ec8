"""Make of a form the schema of what it asks: what comes with every step of a room, and a field for each question."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeAlias

from marshmallow import fields, missing, validates_schema

from app.core import load_version
from app.core.errors import InvalidField
from app.core.schemas import BoundedInteger, Day, Moment, Schema, Text, choice
from workflows.forms import Field, Form, Kind
from workflows.words import Words

INTEGER_MOST = 1_000_000  # our figure, where a form sets no bound
_REQUIRED_SINCE = 3  # the version of loading in which a field with a `formerly` has to be said

FieldMaker: TypeAlias = Callable[[Field], fields.Field[Any]]


def schema_of(form: Form, base: type[Schema], field_of: FieldMaker) -> Schema:
    """Return the schema by which the data of a form is read: `base`, and what `field_of` makes of its other questions.

    A place is the base's, and so is what the base says under the same name.
    """
    own = [field for field in form.fields if field.name not in base._declared_fields and field.kind is not Kind.PLACE]
    schema_fields: dict[str, Any] = {field.name: field_of(field) for field in own}
    if form.some:
        schema_fields["_something"] = _one_of(form, form.some, base)
    schema: Schema = base.from_dict(schema_fields, name=form.data.removesuffix("In"))()  # type: ignore[assignment]
    return schema


def field_of(field: Field) -> fields.Field[Any]:
    """Return the field by which the answer to a question is read that is typed, or chosen among its own choices."""
    if field.kind is Kind.CHOICE:
        return choice(*(one.value for one in field.choices), **default_of(field))
    return _PLAIN[field.kind](field, default_of(field))


def default_of(field: Field) -> dict[str, Any]:
    """Return what is taken where nothing is said, as an option of its field."""
    if field.formerly is not None:
        return {"load_default": partial(_formerly, field.formerly)}
    return {} if field.default is None else {"load_default": _value(field, field.default)}


def _one_of(form: Form, refusal: Words, base: type[Schema]) -> Callable[..., None]:
    """Return a rule by which something has to be given that is the form's own."""
    own = [one.need for one in form.fields if one.name not in base._declared_fields and not one.aside]

    @validates_schema
    def something(_: Schema, data: Mapping[str, Any], **__: Any) -> None:
        if data.keys().isdisjoint(own):
            raise InvalidField(refusal, own[0])

    return something


def _formerly(value: str) -> Any:
    """Return what an earlier version took where nothing was said; nothing for a request of today."""
    return value if load_version.version() < _REQUIRED_SINCE else missing


def _value(field: Field, text: str) -> str | bool:
    return text == "true" if field.kind is Kind.YES_NO else text


def _text(field: Field, default: dict[str, Any]) -> Text:
    return Text(field.most, minimum=field.least, **default)


def _integer(field: Field, default: dict[str, Any]) -> BoundedInteger:
    return BoundedInteger(field.minimum or 0, field.maximum or INTEGER_MOST, **default)


_PLAIN: Mapping[Kind, Callable[[Field, dict[str, Any]], fields.Field[Any]]] = {
    Kind.TEXT: _text,
    Kind.LONG: _text,
    Kind.INTEGER: _integer,
    Kind.DATE: lambda _, default: Day(**default),
    Kind.MOMENT: lambda _, default: Moment(**default),
    Kind.YES_NO: lambda _, default: fields.Boolean(**default),
}
