"""What devices receive about departments."""

from marshmallow import fields

from app.core.schemas import Schema


class DepartmentOut(Schema):
    """One department."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)


class DepartmentsOut(Schema):
    """All departments that exist now."""

    items = fields.List(fields.Nested(DepartmentOut), required=True)
