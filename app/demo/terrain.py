"""Draw synthetic boundaries for the demo county: inside its outline, without gaps and overlaps, the same on every run.

Codes and names of townships and villages are real (see `data/gu-county.json`). Every line between them is invented, as
are the numbers of grids and micro-grids, the area classes and the townships' seats, which lie where one expects.

How: each area is cut into Voronoi cells around points spread by Lloyd's method, county to micro-grid. All lines are
then laid onto one lattice of a millionth of a degree (about 0.1 m), so that neighbours share their corners; whatever
stands above is the union of its smallest parts. Corners on the outline are moved along it onto points that the lattice
holds exactly, so the county is the outline and not nearly the outline.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from math import cos, pi, sin
from random import Random
from typing import Any

import shapely
from shapely import MultiPoint, Point, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from app.grids.drafts import Draft
from app.grids.levels import AreaClass, Level

_LATTICE = 1_000_000  # parts of a degree; all drawing is done in these
_FINE = 0.001  # while cutting, in lattice units
_OUTLINE_STEP = 100  # the outline has four decimals: a hundredth of each of its edges lies on the lattice
_LLOYD_ROUNDS = 12

_SEATS = {  # where the townships' seats are put, degrees; roughly their places, not surveyed
    "141025100": (111.945, 36.262),  # 岳阳镇, the county seat
    "141025101": (112.045, 36.485),  # 北平镇, north
    "141025102": (111.960, 36.392),  # 古阳镇
    "141025103": (111.985, 36.150),  # 旧县镇
    "141025104": (112.090, 36.185),  # 三合镇, east
    "141025202": (111.900, 36.108),  # 南垣乡, south-west
}
_COMMUNITY_RING = 0.016  # degrees from the county seat to the middle of its communities
_GRIDS_IN_COMMUNITY = 4
_GRIDS_IN_SEAT_VILLAGE = 2
_COMMUNITIES_WITH_MICRO_GRIDS = ("141025100005", "141025100006")
_MICRO_GRIDS_IN_GRID = 5
_NUMERALS = "一二三四五六七八九"


class VillageKind(StrEnum):
    """Say what a village of the published list is."""

    COMMUNITY = "community"
    VILLAGE = "village"


@dataclass(frozen=True)
class Plot:
    """A part of the county in lattice units, as first cut."""

    code: str
    name: str
    level: Level
    parent: str | None
    shape: Polygon
    area_class: AreaClass = AreaClass.C


def facts() -> dict[str, Any]:
    """Read the published names, codes and outline of the demo county."""
    data: dict[str, Any] = json.loads((files("app.demo") / "data" / "gu-county.json").read_text(encoding="utf-8"))
    return data


def county_grids(county_facts: dict[str, Any] | None = None) -> tuple[Draft, ...]:
    """Draw the whole tree, county first, each level before the one below it, each in the order of codes."""
    plan = county_facts or facts()
    county = plan["county"]
    outline = Polygon([_on_lattice(*corner) for corner in county["outline_wgs84_approximate"]])
    plots = [Plot(county["code"], county["name"], Level.COUNTY, None, outline)]
    townships = _split(outline, [_on_lattice(*_SEATS[township["code"]]) for township in plan["townships"]])
    for township, shape in zip(plan["townships"], townships, strict=True):
        plots += _township(county["code"], township, shape)
    shapes = _exact(outline, plots)
    ordered_plots = sorted(plots, key=lambda plot: (plot.level.depth, plot.code))
    return tuple(_draft(plot, shapes[plot.code]) for plot in ordered_plots)


def _draft(plot: Plot, shape: BaseGeometry) -> Draft:
    degrees = shapely.transform(shape, lambda corners: corners / _LATTICE)
    boundary = shapely.orient_polygons(degrees)
    return Draft(plot.code, plot.name, plot.level, plot.parent, boundary, area_class=plot.area_class)


def _township(county: str, township: dict[str, Any], shape: Polygon) -> list[Plot]:
    """Cut a township: communities lie nearest its seat, then the village that bears its name, then by code."""
    seat = Point(_on_lattice(*_SEATS[township["code"]]))
    stem = township["name"][:2]
    villages = sorted(
        township["villages"],
        key=lambda one: (one["kind"] != VillageKind.COMMUNITY, not one["name"].startswith(stem), one["code"]),
    )
    communities = sum(one["kind"] == VillageKind.COMMUNITY for one in villages)
    ring = [_around(seat, number / communities) for number in range(communities)]
    cells = _spread(shape, len(villages), township["code"], fixed=ring)
    cells.sort(key=lambda cell: cell.centroid.distance(seat))
    plots = [Plot(township["code"], township["name"], Level.TOWNSHIP, county, shape)]
    for number, (village, cell) in enumerate(zip(villages, cells, strict=True)):
        plots += _village(township["code"], village, cell, is_seat=not communities and number == 0)
    return plots


def _village(township: str, village: dict[str, Any], shape: Polygon, *, is_seat: bool) -> list[Plot]:
    code, is_community = village["code"], village["kind"] == VillageKind.COMMUNITY
    area_class = AreaClass.A if is_community else AreaClass.B if is_seat else AreaClass.C
    count = _GRIDS_IN_COMMUNITY if is_community else _GRIDS_IN_SEAT_VILLAGE if is_seat else 1
    plots = [Plot(code, village["name"], Level.VILLAGE, township, shape, area_class)]
    for number, cell in enumerate(_west_to_east(_spread(shape, count, code)), 1):
        name = f"{_short(village['name'])}{_ordinal(number) if count > 1 else ''}网格"
        grid = Plot(f"{code}{number:03}", name, Level.GRID, code, cell, area_class)
        plots += [grid, *(_micro_grids(grid) if code in _COMMUNITIES_WITH_MICRO_GRIDS else ())]
    return plots


def _micro_grids(grid: Plot) -> list[Plot]:
    cells = _west_to_east(_spread(grid.shape, _MICRO_GRIDS_IN_GRID, grid.code))
    plots = []
    for number, cell in enumerate(cells, 1):
        code, name = f"{grid.code}{number:02}", f"{grid.name}{_ordinal(number)}微网格"
        plots.append(Plot(code, name, Level.MICRO, grid.code, cell, grid.area_class))
    return plots


def _short(committee: str) -> str:
    """Take the committee off a village's official name: 偏涧村村民委员会 is of 偏涧村, 何家岭村民委员会 of 何家岭村."""
    place = committee.removesuffix("居民委员会").removesuffix("村民委员会")
    return place if place.endswith(("村", "社区")) else place + "村"


def _ordinal(number: int) -> str:
    return f"第{_NUMERALS[number - 1]}"


def _on_lattice(lon: float, lat: float) -> tuple[int, int]:
    return round(lon * _LATTICE), round(lat * _LATTICE)


def _around(seat: Point, turn: float) -> tuple[float, float]:
    radius, angle = _COMMUNITY_RING * _LATTICE, 2 * pi * turn
    return seat.x + radius * cos(angle), seat.y + radius * sin(angle)


def _west_to_east(cells: Iterable[Polygon]) -> list[Polygon]:
    return sorted(cells, key=lambda cell: (cell.centroid.x, -cell.centroid.y))


def _spread(shape: Polygon, count: int, seed: str, fixed: Sequence[tuple[float, float]] = ()) -> list[Polygon]:
    """Cut a shape into cells of about one size; around the fixed points cells are as small as they come."""
    chance = Random(seed)  # noqa: S311 - drawing, not a secret
    west, south, east, north = shape.bounds
    sites = list(fixed)
    while len(sites) < count:
        site = chance.uniform(west, east), chance.uniform(south, north)
        if shape.contains(Point(site)):
            sites.append(site)
    for _ in range(_LLOYD_ROUNDS if count > 1 else 0):
        middles = [_middle(cell) for cell in _split(shape, sites)]
        sites[len(fixed) :] = middles[len(fixed) :]
    return _split(shape, sites)


def _middle(cell: Polygon) -> tuple[float, float]:
    point = cell.centroid if cell.contains(cell.centroid) else cell.representative_point()
    return point.x, point.y


def _split(shape: Polygon, sites: Sequence[tuple[float, float]]) -> list[Polygon]:
    """Cut a shape into one Voronoi cell a site, in the order of sites; pieces cut off go to a neighbour."""
    if len(sites) == 1:
        return [shape]
    fans = shapely.voronoi_polygons(MultiPoint(sites), extend_to=shape, ordered=True).geoms
    pieces = [shapely.get_parts(shapely.intersection(fan, shape, grid_size=_FINE)).tolist() for fan in fans]
    cells = [max(parts, key=lambda part: part.area) for parts in pieces]
    strays = [part for parts, cell in zip(pieces, cells, strict=True) for part in parts if part is not cell]
    for stray in sorted(strays, key=lambda part: -part.area):
        shared = [stray.boundary.intersection(cell.boundary).length for cell in cells]
        host = shared.index(max(shared))
        cells[host] = shapely.union(cells[host], stray, grid_size=_FINE)
    return cells


def _exact(outline: Polygon, plots: Sequence[Plot]) -> dict[str, BaseGeometry]:
    """Lay all lines onto the lattice and return the shapes by code, neighbours sharing every corner."""
    parents = {plot.parent for plot in plots}
    leaves = [plot for plot in plots if plot.code not in parents]
    lines = shapely.union_all([leaf.shape.boundary for leaf in leaves], grid_size=1)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    holders = STRtree([leaf.shape for leaf in leaves])
    inner, held = holders.query(shapely.point_on_surface(faces), predicate="within")
    parts = defaultdict(list)
    for face, leaf in zip(_onto(outline, faces[inner]), held, strict=True):
        parts[leaves[leaf].code].append(face)
    above: dict[str, list[BaseGeometry]] = defaultdict(list)
    for plot in plots:
        for code, pieces in parts.items():
            if code.startswith(plot.code):
                above[plot.code] += pieces
    return {code: shapely.coverage_union_all(pieces).normalize() for code, pieces in above.items()}


def _onto(outline: Polygon, faces: Any) -> Any:
    """Move the corners that lines have made on the outline to the nearest hundredth of the edge they stand on."""
    corners = set(map(tuple, shapely.get_coordinates(outline)))
    rim = shapely.get_coordinates(shapely.coverage_union_all(faces).boundary)
    edges = [(start, end) for start, end in zip(outline.exterior.coords, outline.exterior.coords[1:], strict=False)]
    tree = STRtree([shapely.LineString(edge) for edge in edges])
    moves = {
        corner: _nearest_step(corner, *edges[tree.nearest(Point(corner))])
        for corner in map(tuple, rim)
        if corner not in corners
    }
    moved = shapely.transform(faces, lambda corners: [moves.get(tuple(corner), tuple(corner)) for corner in corners])
    return shapely.remove_repeated_points(moved)


def _nearest_step(corner: Sequence[float], start: Sequence[float], end: Sequence[float]) -> tuple[float, float]:
    across, up = end[0] - start[0], end[1] - start[1]
    share = ((corner[0] - start[0]) * across + (corner[1] - start[1]) * up) / (across**2 + up**2)
    steps = round(share * _OUTLINE_STEP)
    return start[0] + across / _OUTLINE_STEP * steps, start[1] + up / _OUTLINE_STEP * steps
