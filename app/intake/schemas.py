"""What comes in with a report, a synchronisation, and the acts before filing."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from app.cases.schemas import ActData, PlaceData, choice, uuids
from app.core.schemas import Degrees, JsonObject, Moment, Schema, Text, Whole
from app.grids.coordinates import Crs
from workflows.case_terms import CaseSource

OPERATIONS_MOST = 100


class ReporterIn(Schema):
    """The citizen behind a report; kept encrypted, and only with consent unless anonymous."""

    name = Text(60)
    phone = fields.String(validate=validate.Regexp(r"^[0-9+\- ]{5,20}$", error="应为电话号码。"))
    anonymous = fields.Boolean(load_default=False)
    consent = fields.Boolean(load_default=False)

    @validates_schema
    def _consented(self, data: dict[str, Any], **_: Any) -> None:
        if (data.get("name") or data.get("phone")) and not data["consent"] and not data["anonymous"]:
            raise ValidationError({"consent": ["保存上报人信息须征得本人同意。"]})


class ReportIn(Schema):
    """A report (上报). Only class (or null for "don't know"), description and place are required."""

    class_ = Text(20, minimum=1, data_key="class", attribute="class", required=True, allow_none=True)
    description = Text(2000, minimum=1, required=True)
    lon = Degrees(180, required=True)
    lat = Degrees(90, required=True)
    crs = choice(*Crs, load_default="wgs84")
    address = Text(200, load_default="")
    found_at = Moment(allow_none=True)
    attachments = uuids(load_default=list)
    source = choice(*CaseSource, load_default="worker")
    fixed = fields.Boolean(load_default=False)
    external_no = Text(60, allow_none=True)
    external_due = Moment(allow_none=True)
    reporter = fields.Nested(ReporterIn, allow_none=True)
    form = JsonObject(load_default=dict)
    phone_at = Moment(allow_none=True)
    phone_now = Moment(allow_none=True)


class VerifyData(ActData):
    """Whom to send; the system names somebody if nobody is named."""

    verifier = fields.UUID()


class FindingData(PlaceData):
    """What a verifier found."""


class MergeData(ActData):
    """Into which case."""

    into = fields.UUID()


class OperationIn(Schema):
    """One thing a phone did: a report or an act. What is in it is judged on its own, so that it cannot block others."""

    type = choice("report", "act", required=True)
    case_id = fields.UUID(required=True)
    body = fields.Dict(keys=Text(60))
    op_id = fields.UUID()
    action = Text(40)
    seen = Whole(0, 1_000_000, allow_none=True)
    data = fields.Dict(keys=Text(60))
    phone_at = Moment(allow_none=True)

    @validates_schema
    def _complete(self, data: dict[str, Any], **_: Any) -> None:
        wanted = ("body",) if data.get("type") == "report" else ("op_id", "action")
        missing = {name: ["必填。"] for name in wanted if data.get(name) is None}
        if missing:
            raise ValidationError(missing)


class SyncIn(Schema):
    """A phone's operations, in order, and how far it has read."""

    cursor = Text(400, load_default=None, allow_none=True)
    operations = fields.List(
        fields.Raw(allow_none=True),  # what is in it is judged on its own
        load_default=list,
        validate=validate.Length(max=OPERATIONS_MOST, error=f"一次最多 {OPERATIONS_MOST} 项。"),
    )
    phone_now = Moment(allow_none=True)
