"""What senders say of an attachment, and what they are told."""

from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, fields, post_load, pre_load, validate

from app.attachments import exif
from app.attachments.exif import Capture
from app.attachments.models import AttachmentState
from app.core.hints import Hint, HintedMoment, HintedSchema, HintedText, described
from app.core.schemas import Schema
from workflows.forms import Purpose
from workflows.words import Words


class HintedDegrees(Hint, fields.Float):
    """Degrees as a device has measured them, written as text, as they stand in addresses and headers."""

    def __init__(self, bound: int) -> None:
        bounds = validate.Range(
            -bound, bound, error=Words("应在 -{} 到 {} 之间。", "Between -{} and {}, please.").format(bound, bound)
        )
        super().__init__(validate=bounds, metadata=described("WGS-84。"))


class OfferIn(HintedSchema):
    """What stands beside the bytes: what they show, when (phone time) and where (WGS-84). (0,0) is no place."""

    purpose = fields.String(
        required=True,
        validate=validate.OneOf(
            [purpose.value for purpose in Purpose],
            error=Words("不是可用的用途。", "Photos are not kept for this purpose."),
        ),
    )
    taken_at = HintedMoment("拍摄时间。When it was taken.")
    lon = HintedDegrees(180)
    lat = HintedDegrees(90)

    @pre_load
    def strip(self, sent: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        """Take the blanks off that stand around values."""
        return {name: value.strip() if isinstance(value, str) else value for name, value in sent.items()}

    @post_load
    def gather(self, loaded: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Put time and place together."""
        lon, lat = exif.place(loaded.get("lon"), loaded.get("lat"))
        return {**loaded, "capture": Capture(loaded.get("taken_at"), lon, lat)}


class TusMetadataIn(OfferIn):
    """The metadata of an upload in pieces; what else a client says of its file is passed over."""

    class Meta:
        """Clients name the file, its folder and more."""

        unknown = EXCLUDE

    case_id = fields.UUID(required=True)
    attachment_id = fields.UUID(required=True)
    filetype = HintedText(100, "文件类型；以内容为准。Its type; the bytes decide.")


class StoredOut(Schema):
    """What became of the bytes."""

    attachment_id = fields.UUID(required=True)
    sha256 = fields.String(required=True)
    size = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf([state.value for state in AttachmentState]))
