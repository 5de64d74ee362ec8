"""What comes in and goes out about grids."""

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from app.core.errors import InvalidField
from app.core.field_texts import TRUE_OR_FALSE
from app.core.schemas import BoundedInteger, Day, Degrees, EnumChoice, Name, Schema, Text
from app.grids.coordinates import Crs
from app.grids.levels import AreaClass, Duty, GridKind, Level
from workflows.words import Words, listed

CODE = validate.Regexp(
    r"^[0-9A-Z]{2,20}\Z", error=Words("应为 2 到 20 位数字或大写字母。", "2 to 20 digits or capital letters, please.")
)
_LEVELS, _KINDS, _CLASSES, _SYSTEMS = (tuple(each) for each in (Level, GridKind, AreaClass, Crs))


class QueryDegrees(Degrees):
    """A longitude or latitude written in an address, where everything is text."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> float:
        try:
            number = float(value)
        except (TypeError, ValueError) as error:
            raise self.make_error("invalid") from error
        return super()._deserialize(number, attr, data, **options)


def _one_of(names: tuple[str, ...], **options: Any) -> fields.String:
    among = Words("应为 {} 之一。", "One of {}, please.").format(listed(names))
    messages: dict[str, Any] = {"invalid": among}
    return fields.String(validate=validate.OneOf(names, error=among), error_messages=messages, **options)


class GridPropertiesIn(Schema):
    """The properties of one grid in a file of boundaries; other properties are refused, so that a slip is seen."""

    code = Text(20, required=True, validate=CODE)
    name = Name(60, minimum=1, required=True)
    level = _one_of(_LEVELS, required=True)
    parent = Text(20, load_default=None, allow_none=True, validate=CODE)
    kind = _one_of(_KINDS, load_default=GridKind.GENERAL)
    area_class = _one_of(_CLASSES, load_default=AreaClass.C)
    responsible_department = Text(24, minimum=1, load_default=None, allow_none=True)
    trade_department = Text(24, minimum=1, load_default=None, allow_none=True)
    ended = fields.Boolean(
        load_default=False, truthy={True}, falsy={False},
        error_messages={"null": TRUE_OR_FALSE},
    )  # fmt: skip

    @ma.validates_schema
    def trade_department_belongs_to_a_dedicated_grid(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("trade_department") and data.get("kind") != GridKind.DEDICATED:
            raise InvalidField(
                Words(
                    "只有专属网格（dedicated）可以填写行业主管部门。",
                    "Only dedicated grids (dedicated) have a trade department.",
                ),
                "trade_department",
            )


class LocateIn(Schema):
    """A place whose grid is asked for."""

    lon = QueryDegrees(180, required=True)
    lat = QueryDegrees(90, required=True)
    crs = _one_of(_SYSTEMS, load_default=Crs.WGS84)


class GridNameOut(Schema):
    """A grid as it is named in a list."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    level = _one_of(_LEVELS, required=True)


class GridOut(GridNameOut):
    """A grid without its boundary."""

    kind = _one_of(_KINDS, required=True)
    parent = fields.String(required=True, allow_none=True)
    path = fields.String(required=True)


class LocatedOut(Schema):
    """The grid at a place, what lies above it (county first), and the place in WGS-84."""

    grid = fields.Nested(GridOut, required=True)
    ancestors = fields.List(fields.Nested(GridNameOut), required=True)
    lon = fields.Float(required=True)
    lat = fields.Float(required=True)


class GridFeaturePropertiesOut(Schema):
    """What the map says of a grid."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    level = _one_of(_LEVELS, required=True)
    kind = _one_of(_KINDS, required=True)
    parent = fields.String(required=True, allow_none=True)
    area_class = _one_of(_CLASSES, required=True)


class GridGeometryOut(Schema):
    """A GeoJSON area in WGS-84, longitude first."""

    type = _one_of(("Polygon", "MultiPolygon"), required=True)
    coordinates = fields.List(fields.Raw(), required=True)


class GridFeatureOut(Schema):
    """One grid on the map."""

    type = _one_of(("Feature",), required=True)
    id = fields.String(required=True)
    properties = fields.Nested(GridFeaturePropertiesOut, required=True)
    geometry = fields.Nested(GridGeometryOut, required=True)


class GridMapOut(Schema):
    """All current grids as a GeoJSON FeatureCollection (RFC 7946)."""

    type = _one_of(("FeatureCollection",), required=True)
    features = fields.List(fields.Nested(GridFeatureOut), required=True)


class GridSearchIn(Schema):
    """What a search in the tree looks for."""

    q = Text(60, load_default="")


class UnderIn(Schema):
    """The part of the tree that is meant; all of one's own where none is named."""

    under = Text(24, load_default=None)


class GridChangeIn(Schema):
    """What may be changed of a grid without a file."""

    name = Name(60, minimum=1, required=True)
    area_class = EnumChoice(AreaClass, by_value=True, required=True)
    responsible_department = Text(24, load_default=None)
    trade_department = Text(24, load_default=None)


class BoundaryUploadIn(Schema):
    """What is said along with a file of boundaries."""

    crs = _one_of(_SYSTEMS, required=True)
    accept_offset = fields.Boolean(load_default=False)


class BoundaryConfirmIn(Schema):
    """With which state of the tree a file was compared."""

    revision = BoundedInteger(0, 2**31 - 1, strict=False, required=True)


class RosterIn(Schema):
    """Which grids of the roster to list, and after which one the page begins."""

    under = Text(24, load_default=None)
    level = EnumChoice(Level, by_value=True, load_default=Level.GRID)
    lacking = EnumChoice(Duty, by_value=True, load_default=None)
    q = Text(60, load_default="")
    after = Text(24, load_default="")


class AppointIn(Schema):
    """Who is to serve a grid: a name or an account; one of several found, by its account; as what, from which day."""

    who = Text(60, minimum=1, required=True)
    chosen = Text(60, load_default=None)
    duty = EnumChoice(Duty, by_value=True, required=True)
    since = Day(load_default=None)


class DismissIn(Schema):
    """Who no longer serves a grid as what."""

    person = Text(60, minimum=1, required=True)
    duty = EnumChoice(Duty, by_value=True, required=True)
