"""Make of the form of an act the schema of its data: all that the form may ask for, and what comes with every act."""

from functools import cache
from typing import Any

from marshmallow import fields

from app.cases.schemas import parts
from app.cases.schemas.parts import ActData, PlaceData, SpotData
from app.core import form_schemas
from app.core.schemas import Schema, Text
from workflows.forms import PEOPLE, TASKS, Field, Form, Kind, Pool


@cache
def schema_of(form: Form) -> Schema:
    """Return the schema by which the data of an act is read; forms of one `data` have the same."""
    kinds = {(field.kind, field.pool) for field in form.fields}
    base = SpotData if (Kind.PLACE, Pool.GRID) in kinds else PlaceData if (Kind.PLACE, None) in kinds else ActData
    return form_schemas.schema_of(form, base, _field)


def _field(field: Field) -> fields.Field[Any]:
    if field.kind is Kind.MANY:
        return parts.task_numbers(field.most) if field.pool in TASKS else parts.codes(field.most)
    if field.pool in PEOPLE or field.pool is Pool.CASE:
        return fields.UUID()
    if field.pool in TASKS or field.pool is Pool.MILESTONE:
        return parts.TaskNumber()
    if field.pool:
        return Text(_LONGEST.get(field.pool, parts.DEPARTMENT_MOST), minimum=1)
    return form_schemas.field_of(field)


_LONGEST = {Pool.CLASS: 20, Pool.CONDITION: 20, Pool.COLOUR: 10, Pool.GRID: 24, Pool.CENTRE: 24}
