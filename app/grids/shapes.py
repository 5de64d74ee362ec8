"""Compare boundaries as geometry: how a program has written them does not matter. Pure.

The same are: rings that begin elsewhere or run the other way, one part in a MultiPolygon, holes and parts in another
order, corners on a straight line more or less, and coordinates rounded by a writer (`ROUNDED_DEGREES`).
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy
import shapely
from shapely.geometry.base import BaseGeometry

ROUNDED_DEGREES = 1e-7  # about a centimetre; programs write seven decimals or more
_CORNERS_MOST = 5_000  # of boundaries whose lines are compared point by line, which takes their product

Part = TypeVar("Part")
Ring = numpy.ndarray[Any, numpy.dtype[numpy.float64]]


def plain(geometry: BaseGeometry) -> BaseGeometry:
    """Return a boundary as we write it: no heights, one part as a Polygon, outer rings counter-clockwise."""
    flat = shapely.force_2d(geometry)
    if flat.geom_type == "MultiPolygon" and len(flat.geoms) == 1:
        flat = flat.geoms[0]
    return shapely.orient_polygons(flat) if flat.geom_type in ("Polygon", "MultiPolygon") else flat


def are_same(one: BaseGeometry, other: BaseGeometry) -> bool:
    """Tell whether two boundaries are the same but for the way they are written."""
    if shapely.equals_exact(one, other, ROUNDED_DEGREES) and one.geom_type == other.geom_type:
        return True
    if one.is_empty or other.is_empty or not _near(one.bounds, other.bounds):
        return False
    return _matched(_polygons(one), _polygons(other), _same_polygon) or _same_lines(one, other)


def _polygons(geometry: BaseGeometry) -> list[BaseGeometry]:
    return list(shapely.get_parts(geometry))


def _same_polygon(one: BaseGeometry, other: BaseGeometry) -> bool:
    if not _same_ring(_corners(one.exterior), _corners(other.exterior)):
        return False
    return _matched(list(map(_corners, one.interiors)), list(map(_corners, other.interiors)), _same_ring)


def _corners(ring: BaseGeometry) -> Ring:
    return shapely.get_coordinates(ring)[:-1]


def _same_ring(one: Ring, other: Ring) -> bool:
    """Compare two rings without their closing corner: from the nearest corner on, in both directions."""
    if len(one) != len(other) or not len(one):
        return False
    start = int(numpy.abs(other - one[0]).max(axis=1).argmin())
    onward = numpy.roll(other, -start, axis=0)
    backward = numpy.roll(other[::-1], start + 1, axis=0)
    return _near(one, onward) or _near(one, backward)


def _near(one: Any, other: Any) -> bool:
    return bool(numpy.abs(numpy.subtract(one, other)).max() <= ROUNDED_DEGREES)


def _matched(ones: Sequence[Part], others: Sequence[Part], same: Callable[[Part, Part], bool]) -> bool:
    """Tell whether each of some parts has a counterpart of its own."""
    left = list(range(len(others)))
    for one in ones:
        place = next((place for place in left if same(one, others[place])), None)
        if place is None:
            return False
        left.remove(place)
    return not left


def _same_lines(one: BaseGeometry, other: BaseGeometry) -> bool:
    """Compare the lines where the numbers of corners differ."""
    if max(shapely.get_num_coordinates([one, other])) > _CORNERS_MOST or not (one.is_valid and other.is_valid):
        return False
    return bool(shapely.hausdorff_distance(one.boundary, other.boundary) <= ROUNDED_DEGREES)
