"""What comes in and goes out of messages."""

from marshmallow import fields, validate

from app.core.schemas import BoundedInteger, Moment, Schema, Text
from workflows.words import Words

PAGE_MOST = 200
ID_MOST = 2**63 - 1


class NoticeListIn(Schema):
    """Which messages, and the page."""

    unread = fields.Boolean(load_default=False)
    cursor = Text(400)
    limit = BoundedInteger(1, PAGE_MOST, strict=False, load_default=50)


class NoticeOut(Schema):
    """One message."""

    id = fields.Integer(required=True)
    case_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    text = fields.String(required=True)
    text_en = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    read_at = fields.AwareDateTime(required=True, allow_none=True)


class NoticeListOut(Schema):
    """A page of messages, and how many are unread in all."""

    component = "ListOut"

    items = fields.List(fields.Nested(NoticeOut), required=True)
    next_cursor = fields.String(required=True, allow_none=True)
    unread = fields.Integer(required=True)


class ReadIn(Schema):
    """Which messages have been read: by their ids, or all up to a time."""

    ids = fields.List(
        BoundedInteger(1, ID_MOST),
        validate=validate.Length(
            min=1,
            max=PAGE_MOST,
            error=Words("应为 1 到 {} 条。", "Between 1 and {} of them, please.").format(PAGE_MOST),
        ),
    )
    until = Moment()


class ReadOut(Schema):
    """How many are unread now."""

    unread = fields.Integer(required=True)
