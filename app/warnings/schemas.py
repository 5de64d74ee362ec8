"""What comes in and goes out about warnings."""

from marshmallow import fields

from app.core.schemas import BoundedInteger, EnumChoice, Schema, Text
from workflows.warning_terms import WarningLevel

CURSOR_MOST = 400
PAGE_MOST = 200
TEXT_MOST = 300  # a message names the warning before it and holds 500 letters


class WarningIn(Schema):
    """A warning that is given now, for a grid of any level and all below it."""

    kind = Text(20, minimum=1, required=True)
    level = EnumChoice(WarningLevel, by_value=True, required=True)
    grid = Text(24, minimum=1, required=True)
    number = Text(60, load_default=None, allow_none=True)
    issuer = Text(60, minimum=1, required=True)
    text = Text(TEXT_MOST, minimum=1, required=True)
    drill = fields.Boolean(load_default=False)


class WarningListIn(Schema):
    """Which warnings to list."""

    open = fields.Boolean(load_default=False)
    cursor = Text(CURSOR_MOST)
    limit = BoundedInteger(1, PAGE_MOST, strict=False, load_default=50)


class WarningListPageIn(Schema):
    """Which page of the list."""

    after = Text(CURSOR_MOST)


class WarningReceiptsIn(Schema):
    """Of which warning the receipts."""

    warning = fields.UUID()


class GridOfWarningOut(Schema):
    """The grid for which a warning holds, with all below it."""

    code = fields.String(required=True)
    name = fields.String(required=True)


class WarningSummaryOut(Schema):
    """A warning as lists show it; `confirm_by`: until when each grid confirms."""

    warning_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    label = fields.String(required=True)
    label_en = fields.String(required=True)
    level = fields.String(required=True)
    level_label = fields.String(required=True)
    level_label_en = fields.String(required=True)
    grid = fields.Nested(GridOfWarningOut, required=True)
    number = fields.String(required=True, allow_none=True)
    issuer = fields.String(required=True)
    text = fields.String(required=True)
    drill = fields.Boolean(required=True)
    given_at = fields.AwareDateTime(required=True)
    confirm_by = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)


class SilentGridOut(Schema):
    """A grid that has not confirmed, and by which round it would."""

    round_id = fields.UUID(required=True)
    grid = fields.String(required=True)
    name = fields.String(required=True)
    duty = fields.String(required=True)
    duty_label = fields.String(required=True)
    duty_label_en = fields.String(required=True)


class TownshipOfWarningOut(Schema):
    """How many grids of a township have confirmed; how many people were moved there, and how many are back."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    total = fields.Integer(required=True)
    confirmed = fields.Integer(required=True)
    moved = fields.Integer(required=True)
    returned = fields.Integer(required=True)
    silent = fields.List(fields.Nested(SilentGridOut), required=True)


class WarningOut(WarningSummaryOut):
    """A warning with the picture of its receipts on one's own ground, by township."""

    total = fields.Integer(required=True)
    confirmed = fields.Integer(required=True)
    moved = fields.Integer(required=True)
    returned = fields.Integer(required=True)
    townships = fields.List(fields.Nested(TownshipOfWarningOut), required=True)
    asked_at = fields.AwareDateTime(required=True)


class WarningListOut(Schema):
    """A page of warnings, the newest first, those that hold before the others."""

    items = fields.List(fields.Nested(WarningSummaryOut), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class WarningPageIn(WarningIn):
    """The same from a page; its id is made with the form, so that sending it twice gives one warning."""

    warning_id = fields.UUID(required=True)
    number = Text(60, load_default="")
    drill = fields.Boolean(load_default=False, truthy={"true"}, falsy={"false"})
