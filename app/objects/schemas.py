"""What the interface and the pages of objects take and answer."""

from typing import Any

from marshmallow import EXCLUDE, fields, validate, validates_schema

from app.core.errors import InvalidField
from app.core.field_texts import ONE_OF
from app.core.schemas import BoundedInteger, Degrees, EnumChoice, JsonObject, Name, Schema, Text, about
from app.grids.coordinates import Crs
from app.objects.models import ObjectEdit, ObjectState
from workflows.words import Words

PAGE_MOST, FEATURES_MOST, NEAREST_MOST = 200, 2_000, 20
CURSOR_MOST = 400
KIND_CODES_MOST = 4_200  # as many as there can be, of 20 letters each
VERSION_MOST = 2**31 - 1
_BOX = Words(
    "应为 西,南,东,北 四个经纬度，例如 111.9,36.2,112.0,36.3。",
    "West, south, east, north, please: 111.9,36.2,112.0,36.3.",
)
_BOTH = Words("经度和纬度须一并给出。", "Give the longitude and the latitude together.")
_ANSWERS = ["string", "integer", "number", "boolean", "null"]
_GEOMETRY = about("线或面的 GeoJSON 图形。A line or an area as a GeoJSON geometry.")


def _crs(**options: Any) -> fields.String:
    return fields.String(validate=validate.OneOf([each.value for each in Crs], error=ONE_OF), **options)


def _state(**options: Any) -> fields.String:
    return fields.String(validate=validate.OneOf([each.value for each in ObjectState], error=ONE_OF), **options)


class ObjectGeometry(Schema):
    """A GeoJSON geometry: a point, a line or an area, longitude first."""

    class Meta:
        """Pass over what map programs add."""

        unknown = EXCLUDE

    type = fields.String(required=True)
    coordinates = fields.List(fields.Raw(), required=True)


class WrittenDegrees(Degrees):
    """A longitude or latitude written in an address, where everything is text."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> float:
        try:
            number = float(value)
        except (TypeError, ValueError) as error:
            raise self.make_error("invalid") from error
        return super()._deserialize(number, attr, data, **options)


class BoundingBox(fields.Field[tuple[float, float, float, float]]):
    """Four degrees written in an address: west, south, east, north."""

    default_error_messages = {"invalid": _BOX}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        try:
            west, south, east, north = (float(part) for part in str(value)[:120].split(","))
        except ValueError as error:
            raise self.make_error("invalid") from error
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            raise self.make_error("invalid")
        return west, south, east, north


class ObjectFieldsIn(Schema):
    """What is said of an object, by whoever enters or changes it."""

    identifier = Text(40, minimum=1, allow_none=True)
    lon = Degrees(180)
    lat = Degrees(90)
    crs = _crs()
    geometry = fields.Nested(ObjectGeometry, allow_none=True, **_GEOMETRY)
    owner = Text(24, minimum=1, allow_none=True, **about("权属部门代码。The code of the department that owns it."))
    owner_text = Name(60, minimum=1, allow_none=True)
    manager = Text(24, minimum=1, allow_none=True, **about("主管部门代码。The code of the department that manages it."))
    manager_text = Name(60, minimum=1, allow_none=True)
    maintainer = Text(24, minimum=1, allow_none=True, **about("养护单位代码。The code of whoever maintains it."))
    maintainer_text = Name(60, minimum=1, allow_none=True)
    state = _state()
    grade = Text(20, minimum=1, allow_none=True)
    attributes = JsonObject(**about("该种类表单的填写内容。The answers to the form of its kind."))

    @validates_schema
    def lon_with_lat(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse half a place."""
        if ("lon" in data) != ("lat" in data):
            raise InvalidField(_BOTH, "lat" if "lon" in data else "lon")


class EnterObjectIn(ObjectFieldsIn):
    """An object to be entered."""

    kind = Text(20, minimum=1, required=True)
    name = Name(80, minimum=1, required=True)


class ChangeObjectIn(ObjectFieldsIn):
    """What is otherwise of an object since; what is not named stays."""

    op_id = fields.UUID(required=True)
    seen = BoundedInteger(1, VERSION_MOST, required=True)
    name = Name(80, minimum=1)


class MergeObjectIn(Schema):
    """Into which object one that was entered twice is merged."""

    op_id = fields.UUID(required=True)
    seen = BoundedInteger(1, VERSION_MOST, required=True)
    into = fields.UUID(required=True)


class ObjectFilterIn(Schema):
    """Which objects."""

    kind = Text(20)
    kinds = Text(
        KIND_CODES_MOST, **about("几个种类的代码，以英文逗号分隔。The codes of some kinds, a comma between them.")
    )
    layer = Text(30)
    grid = Text(24)
    department = Text(24)
    state = _state()
    grade = Text(20)
    identifier = Text(40)
    q = Text(60)
    box = BoundingBox(metadata={"type": "string", "example": "111.9,36.2,112.0,36.3"})


class ObjectListIn(ObjectFilterIn):
    """Which objects, and which page of them."""

    cursor = Text(CURSOR_MOST)
    limit = BoundedInteger(1, PAGE_MOST, strict=False, load_default=50)


class FeaturesIn(ObjectFilterIn):
    """Which objects for a map, and which part of them."""

    cursor = Text(CURSOR_MOST)
    limit = BoundedInteger(1, FEATURES_MOST, strict=False, load_default=1_000)


class NearestIn(Schema):
    """Of which class the nearest objects are wanted, from where."""

    class_code = Text(20, minimum=1, required=True, data_key="class")
    lon = WrittenDegrees(180, required=True)
    lat = WrittenDegrees(90, required=True)
    crs = _crs(load_default=Crs.WGS84.value)
    limit = BoundedInteger(1, NEAREST_MOST, strict=False, load_default=5)


class CalledOut(Schema):
    """A code and what it is called."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)


class ObjectGridOut(Schema):
    """The grid in which an object lies."""

    code = fields.String(required=True)
    name = fields.String(required=True)


class PartyOut(Schema):
    """A department by its code, or somebody else by a text."""

    code = fields.String(required=True, allow_none=True)
    name = fields.String(required=True)


class ObjectOut(Schema):
    """An object as it is now."""

    object_id = fields.UUID(required=True)
    kind = fields.Nested(CalledOut, required=True)
    identifier = fields.String(required=True, allow_none=True)
    name = fields.String(required=True)
    lon = fields.Float(required=True)
    lat = fields.Float(required=True)
    geometry = fields.Nested(ObjectGeometry, required=True, allow_none=True)
    grid = fields.Nested(ObjectGridOut, required=True)
    owner = fields.Nested(PartyOut, required=True, allow_none=True)
    manager = fields.Nested(PartyOut, required=True, allow_none=True)
    maintainer = fields.Nested(PartyOut, required=True, allow_none=True)
    state = fields.Nested(CalledOut, required=True)
    grade = fields.Nested(CalledOut, required=True, allow_none=True)
    attributes = fields.Dict(values=fields.Raw(metadata={"type": _ANSWERS}), required=True)
    classes = fields.List(fields.String(), required=True)
    version = fields.Integer(required=True)
    merged_into = fields.UUID(required=True, allow_none=True)
    entered_at = fields.AwareDateTime(required=True)
    changed_at = fields.AwareDateTime(required=True)
    may_change = fields.Boolean(required=True)


class ObjectChangeOut(Schema):
    """One thing that was done to an object."""

    n = fields.Integer(required=True)
    edit = fields.String(required=True, validate=validate.OneOf([each.value for each in ObjectEdit]))
    label = fields.String(required=True)
    label_en = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    by = fields.String(required=True)
    changed = fields.Dict(values=fields.List(fields.Raw(metadata={"type": _ANSWERS})), required=True)


class ObjectWithHistoryOut(ObjectOut):
    """An object with all that was done to it, the newest first."""

    history = fields.List(fields.Nested(ObjectChangeOut), required=True)


class ObjectListOut(Schema):
    """A page of objects."""

    items = fields.List(fields.Nested(ObjectOut), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class NearObjectOut(ObjectOut):
    """An object and how far it is."""

    distance_m = fields.Float(required=True)


class NearestOut(Schema):
    """The nearest objects, and how far was looked."""

    items = fields.List(fields.Nested(NearObjectOut), required=True)
    within_metres = fields.Integer(required=True)


class AlikeOut(Schema):
    """Objects that may be the same one entered twice."""

    items = fields.List(fields.Nested(NearObjectOut), required=True)


class ObjectPropertiesOut(Schema):
    """What a map says of an object."""

    object_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    kind_name = fields.String(required=True)
    kind_name_en = fields.String(required=True)
    layer = fields.String(required=True)
    layer_en = fields.String(required=True)
    identifier = fields.String(required=True, allow_none=True)
    name = fields.String(required=True)
    state = fields.String(required=True)
    grade = fields.String(required=True, allow_none=True)
    grade_name = fields.String(required=True, allow_none=True)
    grade_name_en = fields.String(required=True, allow_none=True)
    grid = fields.String(required=True)
    grid_name = fields.String(required=True)
    version = fields.Integer(required=True)


class ObjectFeatureOut(Schema):
    """One object on the map: its line or area, else its point."""

    type = fields.String(required=True, validate=validate.OneOf(("Feature",)))
    id = fields.UUID(required=True)
    properties = fields.Nested(ObjectPropertiesOut, required=True)
    geometry = fields.Nested(ObjectGeometry, required=True)


class ObjectMapOut(Schema):
    """Some objects as a GeoJSON FeatureCollection (RFC 7946); `next_cursor` leads on."""

    type = fields.String(required=True, validate=validate.OneOf(("FeatureCollection",)))
    features = fields.List(fields.Nested(ObjectFeatureOut), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class ObjectPageIn(Schema):
    """Which objects to list on the page of an administrator, and after which one it begins."""

    kind = Text(20, load_default="")
    grid = Text(24, load_default="")
    department = Text(24, load_default="")
    state = EnumChoice(ObjectState, by_value=True, load_default=None)
    grade = Text(20, load_default="")
    q = Text(60, load_default="")
    after = Text(CURSOR_MOST, load_default="")


class ObjectMergePageIn(Schema):
    """What the page of an object sends to merge it."""

    seen = BoundedInteger(1, VERSION_MOST, strict=False, required=True)
    into = fields.UUID(required=True)


class ObjectStatePageIn(Schema):
    """What the page of an object sends to change its state or grade."""

    seen = BoundedInteger(1, VERSION_MOST, strict=False, required=True)
    state = _state(required=True)
    grade = Text(20, load_default=None)


class ObjectTemplateIn(Schema):
    """For which kind an empty sheet is wanted."""

    kind = Text(20, load_default="")


class ObjectUploadIn(Schema):
    """What is said along with a file of objects."""

    kind = Text(20, minimum=1, required=True)
    crs = _crs(load_default=Crs.WGS84.value)


class ObjectOnPhoneOut(Schema):
    """An object as phones keep it for the time without network."""

    object_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    kind_name = fields.String(required=True)
    kind_name_en = fields.String(required=True)
    layer = fields.String(required=True)
    layer_en = fields.String(required=True)
    identifier = fields.String(required=True, allow_none=True)
    name = fields.String(required=True)
    lon = fields.Float(required=True)
    lat = fields.Float(required=True)
    geometry = fields.Nested(ObjectGeometry, required=True, allow_none=True)
    grid = fields.String(required=True)
    state = _state(required=True)
    grade_name = fields.String(required=True, allow_none=True)
    grade_name_en = fields.String(required=True, allow_none=True)
    classes = fields.List(fields.String(), required=True, **about("可作为哪些类别的对象。Of which classes it can be."))
    version = fields.Integer(required=True)
