"""Make of the form of a step of a round the schema of its data: what it asks, and what a phone adds by itself."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from marshmallow import fields, validate, validates_schema

from app.core import form_schemas
from app.core.errors import InvalidField
from app.core.schemas import AT_MOST, Degrees, JsonObject, Schema, Text, about, choice
from app.grids.coordinates import Crs
from workflows.forms import Form
from workflows.round import BREAK_OFF, FILL_IN_STOP, FORMS, LEAVE, REPORT_FINDING
from workflows.round_terms import RoundAction
from workflows.words import Words

POINTS_MOST = 2_000  # of a track as a phone sends it; our figure
SECONDS_MOST = 7 * 86_400
_BOTH = Words("经度、纬度须一并填写。", "Give longitude and latitude together.")
_POINT = Words(
    "轨迹点应为 [经度, 纬度, 秒]，按先后排列。", "A point of a track is [longitude, latitude, seconds], in order."
)


class TrackPoint(fields.Field[list[float]]):
    """A point of a track: longitude, latitude, seconds since the round was started."""

    default_error_messages = {"invalid": _POINT}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> Any:
        if not isinstance(value, list) or len(value) != len(_BOUNDS):
            raise self.make_error("invalid")
        numbers = zip(value, _BOUNDS, strict=True)
        if not all(type(one) in (int, float) and low <= one <= high for one, (low, high) in numbers):
            raise self.make_error("invalid")
        return [round(value[0], 6), round(value[1], 6), int(value[2])]


_BOUNDS = ((-180, 180), (-90, 90), (0, SECONDS_MOST))


class VisitData(Schema):
    """What was found at a stop, and where somebody was; filled in again, the newer answers hold."""

    answers = JsonObject(load_default=dict, **about("表单的填写内容。The answers to the round's form."))
    lon = Degrees(180, **about("填报时的位置，可不填。Where it was filled in, if known."))
    lat = Degrees(90)
    crs = choice(*Crs, load_default=Crs.WGS84.value)

    @validates_schema
    def _both(self, data: dict[str, Any], **_: Any) -> None:
        if ("lon" in data) != ("lat" in data):
            raise InvalidField(_BOTH, "lat" if "lon" in data else "lon")


class FindingData(Schema):
    """A report that begins a case, from a stop or on the way."""

    case_id = fields.UUID()
    report = fields.Dict(
        keys=Text(60), **about("上报的内容，同 PUT /cases/{uuid}。The report, as PUT /cases/{uuid} takes it.")
    )


class TrackData(Schema):
    """The way of a round that is left."""

    track = fields.List(
        TrackPoint(metadata={"type": "array", "items": {"type": "number"}, "minItems": 3, "maxItems": 3}),
        validate=validate.Length(max=POINTS_MOST, error=AT_MOST.format(POINTS_MOST)),
        **about("本次开始后记录的轨迹，可不填。The track since the start, if one was recorded."),
    )


_BASES: Mapping[Form, type[Schema]] = {
    FILL_IN_STOP: VisitData,
    REPORT_FINDING: FindingData,
    LEAVE: TrackData,
    BREAK_OFF: TrackData,
}


def schema_of_step(action: RoundAction) -> Schema:
    """Return the schema by which the data of a step is read."""
    return _schema_of(FORMS[action])


@cache
def _schema_of(form: Form) -> Schema:
    return form_schemas.schema_of(form, _BASES.get(form, Schema), form_schemas.field_of)
