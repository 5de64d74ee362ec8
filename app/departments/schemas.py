"""What devices receive about departments, and what the forms of administrators send."""

from marshmallow import fields, validate

from app.core.schemas import EnumChoice, Name, Schema, Text
from app.departments.kinds import DepartmentKind
from workflows.words import Words


class DepartmentOut(Schema):
    """One department."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(tuple(DepartmentKind)))


class DepartmentsOut(Schema):
    """All departments that exist now."""

    items = fields.List(fields.Nested(DepartmentOut), required=True)


CODE = validate.Regexp(
    r"^[A-Z][A-Z0-9-]{1,23}\Z",
    error=Words(
        "应为大写字母开头的 2 到 24 位大写字母、数字或短横线。",
        "2 to 24 capital letters, digits and hyphens, please, the first of them a letter.",
    ),
)


class EstablishIn(Schema):
    """A department to be made."""

    name = Name(60, minimum=2, required=True)
    kind = EnumChoice(DepartmentKind, by_value=True, required=True)
    code = Text(24, load_default=None, validate=CODE)
    grid_code = Text(20, load_default=None)
    calendar = Text(40, required=True)


class DepartmentChangeIn(Schema):
    """What may be changed of a department."""

    name = Name(60, minimum=2, required=True)
    calendar = Text(40, required=True)


class AliasIn(Schema):
    """Another name."""

    alias = Name(60, minimum=2, required=True)


class DepartmentSearchIn(Schema):
    """Which departments to list, and after which one the page begins."""

    q = Text(60, load_default="")
    kind = EnumChoice(DepartmentKind, by_value=True, load_default=None)
    after = Text(24, load_default="")
