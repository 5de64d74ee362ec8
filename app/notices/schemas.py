"""What comes in and goes out of messages."""

import dataclasses
from typing import Any

from marshmallow import fields, post_load, validate

from app.core.field_texts import CHOOSE
from app.core.schemas import BoundedInteger, Moment, Schema, Text
from app.notices.models import ID_MOST
from app.notices.notice_rules import KINDS_MOST
from app.notices.queries import NoticeFilter
from workflows.notices import NoticeAbout, NoticeSubject
from workflows.words import Words

PAGE_MOST = 200


_WRONG_CHOICE: dict[str, Any] = {"invalid": CHOOSE, "unknown": CHOOSE}


class _FilterIn(Schema):
    """Which messages are meant, of a list and of what is marked in it."""

    about = fields.Enum(NoticeAbout, by_value=True, error_messages=_WRONG_CHOICE)
    kind = Text(30, minimum=1)
    case_id = fields.UUID()

    @post_load
    def gather(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        named = {one.name for one in dataclasses.fields(NoticeFilter)} & data.keys()
        return data | {"which": NoticeFilter(**{name: data.pop(name) for name in named})}


class NoticeListIn(_FilterIn):
    """Which messages, and the page."""

    unread = fields.Boolean(load_default=False)
    cursor = Text(400)
    limit = BoundedInteger(1, PAGE_MOST, strict=False, load_default=50)


class NoticePageIn(_FilterIn):
    """Which messages the page of a desk shows."""

    unread = fields.Boolean(load_default=False)


class NoticeOut(Schema):
    """One message."""

    id = fields.Integer(required=True)
    case_id = fields.UUID(required=True, allow_none=True)
    subject = fields.Enum(NoticeSubject, by_value=True, required=True, allow_none=True)
    subject_id = fields.UUID(required=True, allow_none=True)
    kind = fields.String(required=True)
    urgent = fields.Boolean(required=True)
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


class ReadIn(_FilterIn):
    """Which messages have been read: by their ids, or all up to a time; of those that a filtered list shows."""

    ids = fields.List(
        BoundedInteger(1, ID_MOST),
        validate=validate.Length(
            max=PAGE_MOST, error=Words("最多 {} 条。", "{} of them at most, please.").format(PAGE_MOST)
        ),
    )
    until = Moment()


class ReadFormIn(Schema):
    """Which message of a page has been read, or all that it showed."""

    id = BoundedInteger(1, ID_MOST, strict=False)
    until = Moment()


class ReadOut(Schema):
    """How many are unread now."""

    unread = fields.Integer(required=True)


class BellOut(Schema):
    """How many are unread, counted up to a hundred, and the newest urgent one among them."""

    unread = fields.Integer(required=True)
    urgent = fields.Integer(required=True, allow_none=True)


class ChoicesIn(Schema):
    """The kinds one goes without; all others come."""

    off = fields.List(
        Text(30, minimum=1),
        required=True,
        validate=validate.Length(max=KINDS_MOST, error=Words("太多了。", "Too many.")),
    )


class NoticeKindOut(Schema):
    """One kind of message, and whether it comes."""

    kind = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)
    about = fields.String(required=True)
    optional = fields.Boolean(required=True)
    off = fields.Boolean(required=True)


class ChoicesOut(Schema):
    """Every kind of message."""

    items = fields.List(fields.Nested(NoticeKindOut), required=True)
