"""What senders say of an attachment, and what they are told."""

from typing import Any

from marshmallow import fields, post_load, validate

from app.attachments import exif
from app.attachments.exif import Taken
from app.attachments.models import AttachmentState, Purpose
from app.core.schemas import Moment, Schema, Text

Texts = dict[str, str | list[Any] | dict[Any, Any]]
_NUMBER: Texts = {"invalid": "应为数字。", "special": "应为数字。", "null": "不能为空。"}
_ID: Texts = {"invalid_uuid": "应为 UUID。", "required": "必填。", "null": "不能为空。"}
_REQUIRED: Texts = {"required": "必填。", "null": "不能为空。"}


def _degrees(bound: int) -> fields.Float:
    """Return a field for degrees written as text, as they stand in addresses and headers."""
    bounds = validate.Range(-bound, bound, error=f"应在 -{bound} 到 {bound} 之间。")
    return fields.Float(validate=bounds, error_messages=_NUMBER)


class OfferIn(Schema):
    """What stands beside the bytes: what they show, when (phone time) and where (WGS-84). (0,0) is no place."""

    purpose = fields.String(
        required=True,
        validate=validate.OneOf([purpose.value for purpose in Purpose], error="不是可用的用途。"),
        error_messages=_REQUIRED,
    )
    taken_at = Moment()
    lon = _degrees(180)
    lat = _degrees(90)

    @post_load
    def gather(self, loaded: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Put time and place together."""
        lon, lat = exif.place(loaded.pop("lon", None), loaded.pop("lat", None))
        return {**loaded, "taken": Taken(loaded.pop("taken_at", None), lon, lat)}


class UploadIn(OfferIn):
    """The metadata of an upload in pieces."""

    case_id = fields.UUID(required=True, error_messages=_ID)
    attachment_id = fields.UUID(required=True, error_messages=_ID)
    filetype = Text(100, load_default="")


class StoredOut(Schema):
    """What became of the bytes."""

    attachment_id = fields.UUID(required=True)
    sha256 = fields.String(required=True)
    size = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf([state.value for state in AttachmentState]))
