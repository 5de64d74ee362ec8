"""Read a GeoJSON file of grids into drafts, naming what is wrong feature by feature. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from marshmallow import ValidationError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from app.core.english import in_english
from app.grids.boundaries import Fault
from app.grids.coordinates import Crs, to_wgs84
from app.grids.drafts import Draft
from app.grids.levels import AreaClass, Kind, Level
from app.grids.schemas import GridPropertiesIn


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says: grids to create or replace, codes of grids to end, and the faults of single features."""

    drafts: tuple[Draft, ...]
    ended: frozenset[str]
    faults: tuple[Fault, ...]


def read(text: bytes, crs: Crs = Crs.WGS84) -> Reading:
    """Read a FeatureCollection whose coordinates are in `crs`; the drafts are in WGS-84.

    A feature with `"ended": true` ends its grid and needs no geometry. Faults carry the feature's code, or its number
    in the file (`第 3 项`) when it has none.
    """
    try:
        collection = json.loads(text)
    except (ValueError, RecursionError):
        return Reading((), frozenset(), (Fault("文件", "not_geojson", "不是有效的 JSON，请检查文件。"),))
    features = collection.get("features") if isinstance(collection, Mapping) else None
    if not isinstance(features, list):
        return Reading((), frozenset(), (Fault("文件", "not_geojson", "不是 GeoJSON 的 FeatureCollection。"),))
    drafts, ended, faults = [], set(), []
    for number, feature in enumerate(features, 1):
        outcome = _feature(feature, number, crs)
        if isinstance(outcome, Draft):
            drafts.append(outcome)
        elif isinstance(outcome, str):
            ended.add(outcome)
        else:
            faults += outcome
    return Reading(tuple(drafts), frozenset(ended), tuple(faults))


def _feature(feature: Any, number: int, crs: Crs) -> Draft | str | list[Fault]:
    """Return a draft, the code of a grid to end, or faults."""
    given = feature if isinstance(feature, Mapping) else {}
    properties = given.get("properties")
    code = properties.get("code") if isinstance(properties, Mapping) else None
    name = code if isinstance(code, str) and code else f"第 {number} 项"
    try:
        known = GridPropertiesIn().load(properties if isinstance(properties, Mapping) else {})
    except ValidationError as error:
        messages = error.normalized_messages()
        return [_wrong_property(name, field, said) for field, said in sorted(messages.items())]
    if known.pop("ended"):
        return str(known["code"])
    try:
        geometry = _geometry(given.get("geometry"), crs)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, shapely.errors.ShapelyError):
        return [Fault(name, "invalid_ring", "边界无法读取，应为 GeoJSON 的 Polygon 或 MultiPolygon。")]
    return _draft(known, geometry)


def _wrong_property(name: str, field: str, said: Any) -> Fault:
    texts = [str(text) for text in (said if isinstance(said, list) else [said])]
    english = " ".join(map(in_english, texts))
    return Fault(name, "property", f"{field}：{' '.join(texts)}", f"{field}: {english}")


def _geometry(given: Any, crs: Crs) -> BaseGeometry:
    """Read a geometry without heights; which kinds will do is for the checks of boundaries to say."""
    geometry = shapely.force_2d(shape(given))
    if crs in (Crs.WGS84, Crs.CGCS2000):
        return geometry
    return shapely.transform(geometry, lambda corners: [to_wgs84(lon, lat, crs) for lon, lat in corners])


def _draft(known: dict[str, Any], geometry: BaseGeometry) -> Draft:
    kinds = {"level": Level(known["level"]), "kind": Kind(known["kind"]), "area_class": AreaClass(known["area_class"])}
    return Draft(**{**known, **kinds}, geometry=geometry)
