"""Find the grid in which a place lies, and check a set of boundaries for faults. Pure: WGS-84 degrees in, codes out.

Which grid a place belongs to:
- the deepest level whose boundary covers it (micro before grid before village before township before county);
- border rule: on a border shared by grids of that level, the smallest code;
- overlap rule: inside several grids of that level, the smallest area, then the smallest code; a grid that holds the
  place inside comes before one that only touches it. So a dedicated grid (专属网格) over a larger general one wins.

No grid has: (0, 0), which devices send when they know nothing; values that are no numbers or out of range; the outside.
Not covered: grids across the 180th meridian, heights, areas in square metres on the ellipsoid.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import isfinite

import shapely
from shapely import Point, STRtree
from shapely.geometry.base import BaseGeometry

from app.grids.coordinates import M_PER_DEGREE, narrow
from app.grids.levels import GridKind, Level
from workflows.words import Words

TOLERATED_WIDTH_M = 0.5  # neighbours drawn apart and rounded to six decimals leave slivers, long but this narrow
_LARGE_M2 = 10_000.0  # what is larger is said in square kilometres
_WHERE = re.compile(r"\[(-?[0-9.]+(?:e-?\d+)?) (-?[0-9.]+(?:e-?\d+)?)")
_OTHER_REASON = Words("边界线不正确", "the line is wrong")
_REASONS = {  # what the geometry library says is wrong
    "Self-intersection": Words("边界线自己相交", "the line crosses itself"),
    "Ring Self-intersection": Words("边界线自己相接", "the line touches itself"),
    "Hole lies outside shell": Words("洞在边界之外", "a hole lies outside"),
    "Holes are nested": Words("洞中有洞", "a hole in a hole"),
    "Nested shells": Words("几块互相包含", "one part inside another"),
    "Interior is disconnected": Words("内部被分割", "the inside is cut apart"),
    "Too few points in geometry component": Words("点数太少", "too few points"),
    "Duplicate Rings": Words("边界线重复", "the line stands twice"),
    "Invalid Coordinate": Words("坐标不是数字", "a coordinate is no number"),
}


@dataclass(frozen=True, slots=True)
class Area:
    """A boundary with its place in the tree."""

    code: str
    level: Level
    geometry: BaseGeometry
    parent: str | None = None
    kind: GridKind = GridKind.GENERAL


class BoundaryIndex:
    """Boundaries in a search tree, made once and never changed."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self._areas = tuple(areas)
        self._tree = STRtree([area.geometry for area in self._areas])

    def locate(self, lon: float, lat: float) -> str | None:
        """Return the code of the deepest grid at a WGS-84 place, or None where there is none."""
        if not is_place(lon, lat):
            return None
        point = Point(lon, lat)
        areas = [self._areas[position] for position in self._tree.query(point, predicate="intersects")]
        if not areas:
            return None
        deepest: Area = min(areas, key=lambda area: _order(area, point))
        return deepest.code


def is_place(lon: float, lat: float) -> bool:
    """Tell whether two numbers can be a place at all: finite, within the globe, and not (0, 0)."""
    return isfinite(lon) and isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90 and (lon, lat) != (0, 0)


def _order(area: Area, point: Point) -> tuple[int, bool, float, str]:
    inside = area.geometry.contains(point)
    return -area.level.depth, not inside, area.geometry.area if inside else 0.0, area.code


@dataclass(frozen=True, slots=True)
class GridFault:
    """What is wrong with one grid: a stable word for programs, a sentence for people, and where on the map it is."""

    code: str
    problem: str
    detail: Words
    place: BaseGeometry | None = field(default=None, compare=False)


def check(areas: Sequence[Area]) -> list[GridFault]:
    """Find invalid rings, doubled codes, orphans, parts outside the parent, overlaps and gaps; in the order of codes.

    What is nowhere wider than about `TOLERATED_WIDTH_M` is rounding. A dedicated grid may lie over general ones; two of
    a kind may not overlap. A grid without children has no gaps.
    """
    faults = [*_doubled(areas), *_invalid(areas)]
    sound = {area.code: area for area in areas if _ring_fault(area.geometry) is None}
    faults += _orphans(areas)
    children = defaultdict(list)
    for area in sound.values():
        children[area.parent].append(area)
    for siblings in children.values():
        faults += _overlaps(siblings)
    for code, siblings in children.items():
        if code in sound:
            faults += _misfits(sound[code], siblings)
    return sorted(faults, key=lambda fault: (fault.code, fault.problem, fault.detail))


def _doubled(areas: Sequence[Area]) -> list[GridFault]:
    by_code = sorted(areas, key=lambda area: area.code)
    twice = {one.code: one for one, next_one in pairwise(by_code) if one.code == next_one.code}
    text = Words("编码重复，请只保留一个。", "The code stands twice: please keep one of them.")
    return [GridFault(code, "doubled", text, place=area.geometry) for code, area in twice.items()]


def _invalid(areas: Sequence[Area]) -> list[GridFault]:
    faults = ((area, _ring_fault(area.geometry)) for area in areas)
    return [_invalid_ring(area, why) for area, why in faults if why]


def _invalid_ring(area: Area, why: Words) -> GridFault:
    text = Words(
        "边界无效（{}），请修正后重新导入。", "The boundary is not valid ({}): please mend it and import it again."
    ).format(why)
    return GridFault(area.code, "invalid_ring", text, place=_place_of(area.geometry))


def _ring_fault(geometry: BaseGeometry) -> Words | None:
    """Say why a geometry is no boundary; None for one that is."""
    if geometry.geom_type not in ("Polygon", "MultiPolygon") or geometry.is_empty:
        return Words("不是面", "no area")
    west, south, east, north = geometry.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        return Words("坐标超出经纬度范围", "coordinates outside the globe")
    if geometry.is_valid:
        return None
    reason = shapely.is_valid_reason(geometry).partition("[")[0]
    return _REASONS.get(reason, _OTHER_REASON)


def _place_of(geometry: BaseGeometry) -> BaseGeometry:
    """Return the very place at which a boundary is faulty, where that is known; else all of it."""
    where = _WHERE.search(shapely.is_valid_reason(geometry))
    return Point(float(where[1]), float(where[2])) if where else geometry


def _orphans(areas: Sequence[Area]) -> list[GridFault]:
    levels = {area.code: area.level for area in areas}
    faults = []
    for area in areas:
        above = area.level.above
        if above is None:
            wrong = area.parent is not None
            text = Words(
                "县级不能有上级，请删除上级编码。", "A county has nothing above it: please remove the parent's code."
            )
        else:
            wrong = area.parent is None or levels.get(area.parent) != above
            text = Words(
                "上级 {} 不存在或不是{}，请检查上级编码。",
                "The parent {} is not there or no {}: please check its code.",
            ).format(area.parent or Words("（空）", "(empty)"), above.words)
        if wrong:
            faults.append(GridFault(area.code, "orphan", text, place=area.geometry))
    return faults


def _overlaps(siblings: Sequence[Area]) -> list[GridFault]:
    faults = []
    tree = STRtree([area.geometry for area in siblings])
    for one, position in enumerate(siblings):
        for other in sorted(tree.query(position.geometry, predicate="intersects")):
            if other <= one or siblings[other].kind != position.kind:
                continue
            common = position.geometry.intersection(siblings[other].geometry)
            size = _size(common)
            if size:
                first, second = sorted((position.code, siblings[other].code))
                text = Words("与 {} 重叠约 {}，请调整边界。", "It overlaps {} by about {}.").format(second, size)
                faults.append(GridFault(first, "overlap", text, place=common))
    return faults


def _misfits(parent: Area, children: Sequence[Area]) -> list[GridFault]:
    faults = []
    for child in children:
        outside = child.geometry.difference(parent.geometry)
        size = _size(outside)
        if size:
            text = Words("有约 {}在上级 {} 之外，请调整边界。", "About {} lie outside the parent {}.").format(
                size, parent.code
            )
            faults.append(GridFault(child.code, "outside_parent", text, place=outside))
    bare = parent.geometry.difference(shapely.union_all([child.geometry for child in children]))
    size = _size(bare)
    if size:
        text = Words("有约 {}不属于任何下级，请补齐边界。", "About {} belong to nothing below it.").format(size)
        faults.append(GridFault(parent.code, "gap", text, place=bare))
    return faults


def _size(geometry: BaseGeometry) -> Words | None:
    """Say how large a small area is; None for what is only rounding."""
    if geometry.buffer(-TOLERATED_WIDTH_M / 2 / M_PER_DEGREE).is_empty:
        return None
    extent_m2 = float(geometry.area * M_PER_DEGREE**2 * narrow(geometry.centroid.y))
    if extent_m2 < _LARGE_M2:
        return Words("{:.0f} 平方米", "{:.0f} m²").format(extent_m2)
    return Words("{:.2f} 平方公里", "{:.2f} km²").format(extent_m2 / 1000000.0)
