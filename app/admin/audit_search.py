"""What is searched for in the audit log."""

from typing import Any

from marshmallow import fields, validate, validates_schema

from app.admin import audit_words
from app.audit.tags import Tag
from app.core.errors import InvalidField
from app.core.field_texts import CHOOSE
from app.core.schemas import ENDS_EARLY, Day, Schema, Text
from workflows.words import Words

CURSOR_MOST = 2**62
_FROM_FIRST = Words("页码无效，请从第一页查起。", "There is no such page: begin with the first.")
_WRONG_PAGE: dict[str, Any] = {"invalid": _FROM_FIRST}
_CHOICES = (*audit_words.GROUPS, *(str(tag) for tag in Tag))


class AuditSearchIn(Schema):
    """What is searched for."""

    what = fields.String(validate=validate.OneOf(_CHOICES, error=CHOOSE))
    who = Text(40)
    about = Text(60)
    since = Day()
    until = Day()
    address = Text(45)

    @validates_schema
    def in_order(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse an end before the beginning."""
        if "since" in data and "until" in data and data["until"] < data["since"]:
            raise InvalidField(ENDS_EARLY, "until")


class PageIn(AuditSearchIn):
    """What is searched for, and after which entry the page begins."""

    after = fields.Integer(validate=validate.Range(1, CURSOR_MOST, error=_FROM_FIRST), error_messages=_WRONG_PAGE)
