"""Find the grid in which a place lies, and check a set of boundaries for faults. Pure: WGS-84 degrees in, codes out.

Which grid a place belongs to:
- the deepest level whose boundary covers it (micro before grid before village before township before county);
- border rule: on a border shared by grids of that level, the smallest code;
- overlap rule: inside several grids of that level, the smallest area, then the smallest code; a grid that holds the
  place inside comes before one that only touches it. So a dedicated grid (专属网格) over a larger general one wins.

No grid has: (0, 0), which devices send when they know nothing; values that are no numbers or out of range; the outside.
Not covered: grids across the 180th meridian, heights, areas in square metres on the ellipsoid.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, isfinite, radians

import shapely
from shapely import Point, STRtree
from shapely.geometry.base import BaseGeometry

from app.grids.levels import Kind, Level

TOLERATED_WIDTH_M = 0.5  # neighbours drawn apart and rounded to six decimals leave slivers, long but this narrow
_M_PER_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True)
class Area:
    """A boundary with its place in the tree."""

    code: str
    level: Level
    geometry: BaseGeometry
    parent: str | None = None
    kind: Kind = Kind.GENERAL


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
        found = [self._areas[position] for position in self._tree.query(point, predicate="intersects")]
        if not found:
            return None
        deepest: Area = min(found, key=lambda area: _order(area, point))
        return deepest.code


def is_place(lon: float, lat: float) -> bool:
    """Tell whether two numbers can be a place at all: finite, within the globe, and not (0, 0)."""
    return isfinite(lon) and isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90 and (lon, lat) != (0, 0)


def _order(area: Area, point: Point) -> tuple[int, bool, float, str]:
    inside = area.geometry.contains(point)
    return -area.level.depth, not inside, area.geometry.area if inside else 0.0, area.code


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one grid: a stable word for programs, a sentence for people."""

    code: str
    problem: str
    detail: str


def check(areas: Sequence[Area]) -> list[Fault]:
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


def _doubled(areas: Sequence[Area]) -> list[Fault]:
    codes = sorted(area.code for area in areas)
    twice = {one for one, next_one in pairwise(codes) if one == next_one}
    return [Fault(code, "doubled", "编码重复，请只保留一个。") for code in sorted(twice)]


def _invalid(areas: Sequence[Area]) -> list[Fault]:
    found = ((area.code, _ring_fault(area.geometry)) for area in areas)
    return [Fault(code, "invalid_ring", f"边界无效（{why}），请修正后重新导入。") for code, why in found if why]


def _ring_fault(geometry: BaseGeometry) -> str | None:
    if geometry.geom_type not in ("Polygon", "MultiPolygon") or geometry.is_empty:
        return "不是面"
    west, south, east, north = geometry.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        return "坐标超出经纬度范围"
    return None if geometry.is_valid else shapely.is_valid_reason(geometry)


def _orphans(areas: Sequence[Area]) -> list[Fault]:
    levels = {area.code: area.level for area in areas}
    faults = []
    for area in areas:
        above = area.level.above
        if above is None:
            wrong = area.parent is not None
            detail = "县级不能有上级，请删除上级编码。"
        else:
            wrong = area.parent is None or levels.get(area.parent) != above
            detail = f"上级 {area.parent or '（空）'} 不存在或不是{above.label}，请检查上级编码。"
        if wrong:
            faults.append(Fault(area.code, "orphan", detail))
    return faults


def _overlaps(siblings: Sequence[Area]) -> list[Fault]:
    faults = []
    tree = STRtree([area.geometry for area in siblings])
    for one, position in enumerate(siblings):
        for other in sorted(tree.query(position.geometry, predicate="intersects")):
            if other <= one or siblings[other].kind != position.kind:
                continue
            extent = _extent_m2(position.geometry.intersection(siblings[other].geometry))
            if extent:
                first, second = sorted((position.code, siblings[other].code))
                faults.append(Fault(first, "overlap", f"与 {second} 重叠约 {extent:.0f} 平方米，请调整边界。"))
    return faults


def _misfits(parent: Area, children: Sequence[Area]) -> list[Fault]:
    faults = []
    for child in children:
        outside = _extent_m2(child.geometry.difference(parent.geometry))
        if outside:
            detail = f"有约 {outside:.0f} 平方米在上级 {parent.code} 之外，请调整边界。"
            faults.append(Fault(child.code, "outside_parent", detail))
    bare = _extent_m2(parent.geometry.difference(shapely.union_all([child.geometry for child in children])))
    if bare:
        faults.append(Fault(parent.code, "gap", f"有约 {bare:.0f} 平方米不属于任何下级，请补齐边界。"))
    return faults


def _extent_m2(geometry: BaseGeometry) -> float:
    """Estimate a small area in square metres; one that is rounding counts for nothing."""
    if geometry.buffer(-TOLERATED_WIDTH_M / 2 / _M_PER_DEGREE).is_empty:
        return 0.0
    middle = radians(geometry.centroid.y)
    return float(geometry.area * _M_PER_DEGREE**2 * cos(middle))
