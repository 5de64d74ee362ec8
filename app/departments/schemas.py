"""What devices receive about departments."""

from marshmallow import fields, validate

from app.core.schemas import Schema
from app.departments.kinds import Kind


class DepartmentOut(Schema):
    """One department."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(tuple(Kind)))


class DepartmentsOut(Schema):
    """All departments that exist now."""

    items = fields.List(fields.Nested(DepartmentOut), required=True)
