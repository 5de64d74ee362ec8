"""What the schemas of cases are made of: fields, bounds, what comes with every act."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, post_load, pre_load, validate, validates_schema

from app.core.errors import InvalidField
from app.core.hints import HintedSchema, HintedTexts, HintedWhole, HintedWord
from app.core.schemas import AT_MOST, BoundedInteger, Degrees, Schema, Text, about, choice
from app.grids.coordinates import Crs, to_wgs84
from workflows.case_terms import Placement, SuccessionReason, TaskPart
from workflows.words import Words

ATTACHMENTS_MOST = 30
SEQ_MOST = 1_000_000
TASK_NUMBER_MOST = 500
_PLACE = ("lon", "lat", "grid")
ACCURACY_MOST = 100_000  # metres; what is worse says nothing
EXPRESS = frozenset({"class", "condition", "lead", "assist"})  # what asks for more steps in the same call as `urgent`
DEPARTMENT_MOST = 60  # a department is given by its code, its name or an alias


def uuids(most: int = ATTACHMENTS_MOST, **options: Any) -> fields.List:
    """Return a list of distinct ids."""
    return fields.List(
        fields.UUID(),
        validate=[validate.Length(max=most, error=AT_MOST.format(most)), _distinct],
        **options,
    )


def camera_hashes() -> HintedTexts:
    """Return the hashes of photos before the phone made them smaller, by the ids of the photos."""
    return HintedTexts(
        r"^[0-9a-f-]{36}\Z", r"^[0-9a-f]{64}\Z", ATTACHMENTS_MOST,
        "手机压缩前原图的 SHA-256，按照片编号。SHA-256 of the photos before the phone made them smaller.",
    )  # fmt: skip


def codes(most: int = 20, **options: Any) -> fields.List:
    """Return a list of distinct departments."""
    return fields.List(
        Text(DEPARTMENT_MOST, minimum=1),
        validate=[validate.Length(max=most, error=AT_MOST.format(most)), _distinct],
        **options,
    )


def without_nulls_of_place(sent: Any) -> Any:
    """Leave out what is null of a place: it says neither where nor in which grid."""
    if not isinstance(sent, Mapping):
        return sent
    return {name: value for name, value in sent.items() if value is not None or name not in _PLACE}


def either_point_or_grid(data: Mapping[str, Any]) -> None:
    """Raise ValidationError where somebody gives both a point and a grid: which of them was meant, nobody knows."""
    if "grid" in data and not data.keys().isdisjoint(("lon", "lat")):
        raise InvalidField(
            Words(
                "经纬度和网格只能填一种：有定位就填经纬度，手选网格就只填网格。",
                "Either a point or a grid, not both: longitude and latitude where they are known, else the grid alone.",
            ),
            "grid",
        )


class TaskNumber(BoundedInteger):
    """The number of a task, or its digits as they are offered to choose from."""

    def __init__(self) -> None:
        super().__init__(1, TASK_NUMBER_MOST)

    def _validated(self, value: Any) -> Any:
        digits = isinstance(value, str) and value.isdecimal() and len(value) <= len(str(TASK_NUMBER_MOST))
        return super()._validated(int(value) if digits else value)


def task_numbers(most: int) -> fields.List:
    """Return a list of distinct tasks: what is named twice is still done again once."""
    return fields.List(TaskNumber(), validate=[validate.Length(max=most, error=AT_MOST.format(most)), _distinct])


def _distinct(values: list[Any]) -> None:
    if len(set(values)) != len(values):
        raise InvalidField(Words("有重复项。", "Something stands here twice."))


class ActData(HintedSchema):
    """What every act may carry: a reason, a note, photos."""

    reason = Text(500)
    note = Text(500)
    attachments = uuids()
    originals = camera_hashes()
    task = BoundedInteger(1, TASK_NUMBER_MOST)


class PlaceData(ActData):
    """An act at a place: longitude and latitude, turned into WGS-84; and how somebody came by them."""

    lon = Degrees(180)
    lat = Degrees(90)
    crs = choice(*Crs, load_default=None)
    placed = HintedWord(
        tuple(Placement), "位置是定位测得的，还是手选的。Whether the place was measured or chosen by hand."
    )
    accuracy_m = HintedWhole(0, ACCURACY_MOST, "定位精度（米）。How exactly it was measured, in metres.")

    @pre_load
    def _drop_nulls(self, sent: Any, **_: Any) -> Any:
        return without_nulls_of_place(sent)

    @validates_schema
    def _whole_place(self, data: dict[str, Any], **_: Any) -> None:
        lon, lat = data.get("lon"), data.get("lat")
        if (lon is None) != (lat is None):
            raise InvalidField(Words("经度和纬度应一起填写。", "Longitude and latitude go together."), "lon")
        if lon == 0 and lat == 0:
            raise InvalidField(
                Words("定位无效（0,0），请重新定位。", "This place (0,0) is none: please locate it again."), "lon"
            )

    @post_load
    def _to_wgs84(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        crs = data.pop("crs", None) or Crs.WGS84
        if data.get("lon") is not None:
            data["lon"], data["lat"] = to_wgs84(data["lon"], data["lat"], crs)
        return data


class SpotData(PlaceData):
    """What somebody found on the spot: at a point, or somewhere in a grid that was chosen by hand; never both."""

    grid = Text(24, minimum=1, **about("手选的网格代码，代替经纬度。A grid chosen by hand, instead of lon and lat."))

    @validates_schema
    def _one_place(self, data: dict[str, Any], **_: Any) -> None:
        either_point_or_grid(data)


class TaskData(Schema):
    """A timer's step about a task."""

    task = BoundedInteger(1, TASK_NUMBER_MOST, required=True)


class SuccessionData(Schema):
    """A step by which another is named to verify or check: for which part, and why where that is known before."""

    part = choice(TaskPart.VERIFY, TaskPart.CHECK, required=True)
    why = choice(SuccessionReason.CLASS_CHANGED)


class MovedLimitData(Schema):
    """A limit whose end has moved."""

    clock = BoundedInteger(1, TASK_NUMBER_MOST, required=True)
    stage = Text(30, required=True)
    old = fields.AwareDateTime(required=True)
    new = fields.AwareDateTime(required=True)


class RecountData(Schema):
    """A step that counts limits anew: by which version of the calendars; what has moved it says itself."""

    calendar_version = BoundedInteger(1, 10**9)
    limits = fields.List(fields.Nested(MovedLimitData))


class ClockData(Schema):
    """A timer's step: which clock."""

    clock = BoundedInteger(1, TASK_NUMBER_MOST)
    task = BoundedInteger(1, TASK_NUMBER_MOST, allow_none=True)
