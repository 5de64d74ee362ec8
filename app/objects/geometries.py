"""Read where an object lies: a point, or a line or an area as GeoJSON; find its grid and its band. Pure but for grids.

Bands are strips of latitude, about 220 m wide: with a band and a span of longitude an ordinary index finds what is
near, on both databases.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy
import shapely
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from app.catalogue.object_terms import Geometry
from app.core.errors import Invalid
from app.grids import queries as grids
from app.grids.coordinates import Crs, to_wgs84
from app.grids.queries import GridPoint, PlaceOutside
from workflows.words import Words, listed

BANDS_PER_DEGREE = 500
DIGITS = 7  # of degrees: a centimetre
CORNERS_MOST = 2_000  # of one object; our figure
_TYPES: Mapping[Geometry, tuple[str, ...]] = {
    Geometry.POINT: ("Point",),
    Geometry.LINE: ("LineString", "MultiLineString"),
    Geometry.AREA: ("Polygon", "MultiPolygon"),
}
_NO_GEOMETRY = Words("应为 GeoJSON 图形（type 和 coordinates）。", "A GeoJSON geometry, please (type and coordinates).")
_OTHER_TYPE = Words("这种对象的图形应为 {}。", "The geometry of such an object is one of {}.")
_BROKEN = Words("图形有误（自相交、点太少或坐标不是经纬度），请在地图软件里改好。", "The geometry is broken: mend it.")
_CORNERS = Words("图形的点超过 {} 个，请简化。", "The geometry has more than {} corners: simplify it.")
_NO_PLACE = Words("请给出经纬度，或图形。", "Give a longitude and a latitude, or a geometry.")


@dataclass(frozen=True, slots=True)
class ObjectPlace:
    """Where an object lies: its point, the grid there, and the line or area if one is drawn."""

    point: GridPoint
    geometry: str | None = None

    @property
    def values(self) -> dict[str, Any]:
        """Return what the row of an object holds of it."""
        grid = self.point.grid
        return {
            "lon": self.point.lon, "lat": self.point.lat, "geometry": self.geometry, "band": band_of(self.point.lat),
            "grid": grid.code, "grid_path": grid.path,
        }  # fmt: skip


def band_of(lat: float) -> int:
    """Return in which strip of latitude a place lies."""
    return math.floor(lat * BANDS_PER_DEGREE)


def place(
    kind: Geometry, lon: float | None, lat: float | None, geometry: Any = None, crs: Crs | str = Crs.WGS84
) -> ObjectPlace:
    """Return where an object of a kind lies; raise Invalid naming the field, or PlaceOutside.

    A drawn line or area without a point has its point on itself.
    """
    outline = None if geometry is None else _outline(kind, geometry, crs)
    if lon is None or lat is None:
        if outline is None:
            raise Invalid.at("lon", _NO_PLACE)
        inside = outline.interpolate(0.5, normalized=True) if outline.geom_type == "LineString" else outline
        middle = inside.representative_point()
        point = locate(middle.x, middle.y, Crs.WGS84)
    else:
        point = locate(lon, lat, crs)
    text = None if outline is None or kind is Geometry.POINT else shapely.to_geojson(outline)
    return ObjectPlace(point, text)


def locate(lon: float, lat: float, crs: Crs | str) -> GridPoint:
    """Return a place in WGS-84, to the centimetre, with its grid; raise PlaceOutside."""
    west, south = to_wgs84(lon, lat, crs)
    return grids.locate(round(west, DIGITS), round(south, DIGITS))


def relocated(lon: float, lat: float) -> Any:
    """Return the grid of today at a place; None where there is none any more."""
    try:
        return grids.locate(lon, lat).grid
    except PlaceOutside:
        return None


def _outline(kind: Geometry, geometry: Any, crs: Crs | str) -> BaseGeometry:
    """Read a geometry in any coordinate system; raise Invalid at `geometry`."""
    if not isinstance(geometry, Mapping) or not isinstance(geometry.get("type"), str):
        raise Invalid.at("geometry", _NO_GEOMETRY)
    if geometry["type"] not in _TYPES[kind]:
        raise Invalid.at("geometry", _OTHER_TYPE.format(listed(_TYPES[kind])))
    try:
        text = json.dumps({"type": geometry["type"], "coordinates": geometry.get("coordinates")}, allow_nan=False)
        outline = shapely.force_2d(shapely.from_geojson(text))
    except (ShapelyError, ValueError, TypeError, RecursionError) as error:
        raise Invalid.at("geometry", _BROKEN) from error
    if shapely.get_num_coordinates(outline) > CORNERS_MOST:
        raise Invalid.at("geometry", _CORNERS.format(CORNERS_MOST))
    west, south, east, north = outline.bounds if not outline.is_empty else (math.nan,) * 4
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90 and outline.is_valid):
        raise Invalid.at("geometry", _BROKEN)
    return shapely.transform(outline, lambda corners: _converted(corners, crs))


def _converted(corners: Any, crs: Crs | str) -> Any:
    pairs = [to_wgs84(float(lon), float(lat), crs) for lon, lat in corners]
    return numpy.round(numpy.array(pairs).reshape(-1, 2), DIGITS)
