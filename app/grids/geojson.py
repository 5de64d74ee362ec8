"""Read a GeoJSON file of grids into drafts, naming what is wrong feature by feature. Pure.

What map programs add or change on the way (members of their own, names cut to ten letters, rings the other way round)
is read as it is meant; what was passed over is told in `notes`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import shapely
from marshmallow import ValidationError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from app.core import letters
from app.frame.forms import flat
from app.grids import shapes, systems
from app.grids.boundaries import GridFault
from app.grids.coordinates import Crs, to_wgs84
from app.grids.drafts import Draft
from app.grids.levels import AreaClass, GridKind, Level
from app.grids.schemas import GridPropertiesIn
from workflows.words import Words, listed, plain

WHOLE = "文件"  # what a fault of the file as a whole is told about
_CUT = 10  # letters of a field's name that a shapefile keeps
_NAMED_MOST = 10  # members that a note names
_PROPERTIES = tuple(GridPropertiesIn().fields)
_LONG = tuple(name for name in _PROPERTIES if len(name) >= _CUT)
_KNOWN = {name[:_CUT]: name for name in _PROPERTIES} | {name: name for name in _PROPERTIES}
_SLIP = 0.9  # how alike a long name must be to one of ours to be a slip and not something else


@dataclass(frozen=True, slots=True)
class BoundaryFile:
    """What a file says: grids to create or replace, codes of grids to end, faults of single features, and notes."""

    drafts: tuple[Draft, ...]
    ended: frozenset[str]
    faults: tuple[GridFault, ...]
    notes: tuple[Words, ...] = ()


def read(content: bytes, crs: Crs = Crs.WGS84, *, accept_offset: bool = False) -> BoundaryFile:
    """Read a FeatureCollection whose coordinates are in `crs`, or as the file itself says; the drafts are in WGS-84.

    A feature with `"ended": true` ends its grid and needs no geometry. Faults carry the feature's code, or its number
    in the file (`第 3 项`) when it has none.
    """
    try:
        collection = json.loads(letters.decoded(content))
    except (ValueError, RecursionError):
        return _refused(
            "not_geojson", Words("不是有效的 JSON，请检查文件。", "This is no valid JSON: look at the file.")
        )
    features = collection.get("features") if isinstance(collection, Mapping) else None
    if not isinstance(features, list):
        return _refused(
            "not_geojson",
            Words(
                "不是 GeoJSON 的 FeatureCollection，请从地图软件另存为 GeoJSON。",
                "This is no FeatureCollection of GeoJSON: save it as GeoJSON from your map program.",
            ),
        )
    system = systems.stated(collection)
    if not (system.is_known or (system.is_old_datum and accept_offset)):
        return _refused("system", systems.refusal(system))
    drafts, ended, faults = [], set(), []
    unknown: dict[str, None] = {}
    for number, feature in enumerate(features, 1):
        outcome = _feature(feature, number, crs, unknown)
        if isinstance(outcome, Draft):
            drafts.append(outcome)
        elif isinstance(outcome, str):
            ended.add(outcome)
        else:
            faults += outcome
    notes = (*_offset(system, drafts), *_passed_over(unknown))
    return BoundaryFile(tuple(drafts), frozenset(ended), tuple(faults), notes)


def refusal(faults: Iterable[GridFault]) -> GridFault | None:
    """Return why a file was not read at all, where it was not."""
    return next((fault for fault in faults if fault.code == WHOLE), None)


def _refused(problem: str, text: Words) -> BoundaryFile:
    return BoundaryFile((), frozenset(), (GridFault(WHOLE, problem, text),))


def _offset(system: systems.NamedSystem, drafts: list[Draft]) -> Iterator[Words]:
    if system.is_old_datum and drafts:
        west, south, east, north = shapely.total_bounds([draft.geometry for draft in drafts])
        yield systems.accepted(system, (west + east) / 2, (south + north) / 2)


def _passed_over(unknown: Mapping[str, None]) -> Iterator[Words]:
    if unknown:
        named = [letters.without_unfit(name)[:40] for name in list(unknown)[:_NAMED_MOST]]
        more = len(unknown) - len(named)
        rest = Words("等 {0} 个", " and {1} more").format(len(unknown), more) if more else ""
        yield Words("不认识的属性已忽略：{}{}。", "Properties that are not known were passed over: {}{}.").format(
            listed(named), rest
        )


def _feature(feature: Any, number: int, crs: Crs, unknown: dict[str, None]) -> Draft | str | list[GridFault]:
    """Return a draft, the code of a grid to end, or faults; enter the names of what was passed over."""
    whole = feature if isinstance(feature, Mapping) else {}
    raw_properties = whole.get("properties")
    properties = _properties(raw_properties if isinstance(raw_properties, Mapping) else {}, unknown)
    code = properties.get("code")
    name = code if isinstance(code, str) and code and letters.is_fit(code) else f"第 {number} 项"
    try:
        known = GridPropertiesIn().load(properties)
    except ValidationError as error:
        messages = error.normalized_messages()
        return [_wrong_property(name, field, texts) for field, texts in sorted(messages.items())]
    if known.pop("ended"):
        return str(known["code"])
    try:
        geometry = _geometry(whole.get("geometry"), crs)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, shapely.errors.ShapelyError):
        texts = Words(
            "边界无法读取，应为 GeoJSON 的 Polygon 或 MultiPolygon。",
            "The boundary cannot be read: a Polygon or MultiPolygon of GeoJSON is needed.",
        )
        return [GridFault(name, "invalid_ring", texts)]
    return _draft(known, geometry)


def _properties(raw: Mapping[Any, Any], unknown: dict[str, None]) -> dict[str, Any]:
    """Return the properties by our names; what is empty where it may be is left out, as a shapefile knows no nothing.

    A name that is one of ours but for a slip stays as it is, and is refused.
    """
    properties: dict[str, Any] = {}
    for name, value in sorted(raw.items(), key=lambda item: item[0] not in _KNOWN):  # our very names first
        ours = _KNOWN.get(str(name).lower())
        if ours is None and get_close_matches(str(name).lower(), _LONG, 1, _SLIP):
            properties[name] = value
        elif ours is None or ours in properties:
            unknown[str(name)] = None
        elif not _is_nothing(ours, value):
            properties[ours] = value
    return properties


def _is_nothing(name: str, value: Any) -> bool:
    empty = value is None or (isinstance(value, str) and letters.is_blank(value))
    return empty and not GridPropertiesIn().fields[name].required


def _wrong_property(name: str, field: str, texts: Any) -> GridFault:
    field = letters.without_unfit(field)[:40]
    return GridFault(name, "property", Words("{}：{}", "{}: {}").format(field, plain(" ").join(flat(texts))))


def _geometry(raw: Any, crs: Crs) -> BaseGeometry:
    """Read a geometry; which kinds will do is for the checks of boundaries to say."""
    geometry = shapes.plain(shape(raw))
    if crs in (Crs.WGS84, Crs.CGCS2000):
        return geometry
    return shapely.transform(geometry, lambda corners: [to_wgs84(lon, lat, crs) for lon, lat in corners])


def _draft(known: dict[str, Any], geometry: BaseGeometry) -> Draft:
    kinds = {
        "level": Level.of(known["level"]),
        "kind": GridKind.of(known["kind"]),
        "area_class": AreaClass.of(known["area_class"]),
    }
    return Draft(**{**known, **kinds}, geometry=geometry)
