"""A place lies in one grid, by rules that are written down; faulty boundaries are named."""

import math

import pytest
from shapely import MultiPolygon, Polygon, box

from app.grids.boundaries import Area, BoundaryIndex, check
from app.grids.levels import GridKind, Level

COUNTY = Area("1", Level.COUNTY, box(100, 30, 104, 32))
WEST = Area("11", Level.TOWNSHIP, box(100, 30, 102, 32), "1")
EAST = Area("12", Level.TOWNSHIP, box(102, 30, 104, 32), "1")
SOUND = [COUNTY, WEST, EAST]


def village(code: str, shape: Polygon, parent: str = "11", kind: GridKind = GridKind.GENERAL) -> Area:
    return Area(code, Level.VILLAGE, shape, parent, kind)


def problems(areas: list[Area]) -> set[tuple[str, str]]:
    return {(fault.code, fault.problem) for fault in check(areas)}


def test_a_place_belongs_to_the_deepest_grid_that_covers_it():
    index = BoundaryIndex([*SOUND, village("111", box(100, 30, 101, 31))])
    assert index.locate(100.5, 30.5) == "111"
    assert index.locate(101.5, 31.5) == "11"
    assert index.locate(103, 31) == "12"


@pytest.mark.parametrize("backwards", [False, True])
def test_a_place_on_a_shared_border_belongs_to_the_smallest_code(backwards):
    index = BoundaryIndex(reversed(SOUND) if backwards else SOUND)
    assert index.locate(102, 31) == "11"
    assert index.locate(100, 30) == "11"


def test_a_place_in_an_overlap_belongs_to_the_smallest_area_then_the_smallest_code():
    large, small = village("111", box(100, 30, 102, 32)), village("119", box(100.5, 30.5, 101, 31))
    twin = village("118", box(100.5, 30.5, 101, 31))
    assert BoundaryIndex([COUNTY, large, small]).locate(100.7, 30.7) == "119"
    assert BoundaryIndex([COUNTY, large, small, twin]).locate(100.7, 30.7) == "118"


def test_a_grid_that_holds_a_place_inside_comes_before_one_that_only_touches_it():
    large, touching = village("119", box(100, 30, 102, 32)), village("111", box(100.5, 30.5, 101, 31))
    assert BoundaryIndex([large, touching]).locate(101, 30.7) == "119"


@pytest.mark.parametrize(
    ("lon", "lat"),
    [(0.0, 0.0), (math.nan, 31), (103, math.nan), (math.inf, 31), (103, -math.inf), (181, 31), (103, 91), (99.9, 31)],
)
def test_what_is_no_place_or_lies_outside_has_no_grid(lon, lat):
    world = Area("0", Level.COUNTY, box(-1, -1, 1, 1))
    assert BoundaryIndex([*SOUND, world]).locate(lon, lat) is None


def test_an_index_of_nothing_has_no_grid():
    assert BoundaryIndex([]).locate(103, 31) is None


def test_sound_boundaries_have_no_faults():
    halves = [village("111", box(100, 30, 101, 32)), village("112", box(101, 30, 102, 32))]
    assert check([*SOUND, *halves]) == []


def test_a_gap_is_named_at_the_parent():
    assert problems([COUNTY, WEST]) == {("1", "gap")}


def test_an_overlap_is_named_once():
    wide = Area("12", Level.TOWNSHIP, box(101.5, 30, 104, 32), "1")
    assert problems([COUNTY, WEST, wide]) == {("11", "overlap")}


def test_a_sliver_from_rounding_is_no_fault():
    nearly = Area("12", Level.TOWNSHIP, Polygon([(102, 30), (104, 30), (104, 32), (101.999999, 32)]), "1")
    assert check([COUNTY, WEST, nearly]) == []


def test_a_sliver_of_some_metres_is_a_fault():
    narrow = Area("12", Level.TOWNSHIP, Polygon([(102, 30), (104, 30), (104, 32), (102.00005, 32)]), "1")
    assert problems([COUNTY, WEST, narrow]) == {("1", "gap")}


def test_a_dedicated_grid_may_lie_over_a_general_one_but_not_over_another_dedicated_one():
    whole = village("111", box(100, 30, 102, 32))
    park = village("112", box(100.5, 30.5, 101, 31), kind=GridKind.DEDICATED)
    market = village("113", box(100.7, 30.7, 101.2, 31.2), kind=GridKind.DEDICATED)
    assert check([*SOUND, whole, park]) == []
    assert problems([*SOUND, whole, park, market]) == {("112", "overlap")}


def test_a_part_outside_the_parent_is_named():
    outside = Area("12", Level.TOWNSHIP, box(102, 30, 104.5, 32), "1")
    assert problems([COUNTY, WEST, outside]) == {("12", "outside_parent")}


@pytest.mark.parametrize(
    "orphan",
    [
        Area("121", Level.VILLAGE, box(102, 30, 103, 31), "19"),
        Area("121", Level.VILLAGE, box(102, 30, 103, 31), None),
        Area("121", Level.GRID, box(102, 30, 103, 31), "12"),
        Area("2", Level.COUNTY, box(104, 30, 105, 31), "1"),
    ],
)
def test_a_grid_without_the_right_parent_is_an_orphan(orphan):
    assert (orphan.code, "orphan") in problems([*SOUND, orphan])


def test_a_doubled_code_is_named():
    assert ("12", "doubled") in problems([*SOUND, EAST])


@pytest.mark.parametrize(
    "shape",
    [
        Polygon([(102, 30), (104, 32), (104, 30), (102, 32)]),
        Polygon([(102, 30), (204, 30), (204, 32), (102, 32)]),
        Polygon(),
        MultiPolygon([box(102, 30, 103, 32), box(102.5, 30, 104, 32)]),
        box(102, 30, 104, 32).exterior,
    ],
)
def test_a_boundary_that_crosses_itself_or_is_no_area_is_named_and_spoils_nothing_else(shape):
    assert problems([COUNTY, WEST, Area("12", Level.TOWNSHIP, shape, "1")]) == {("12", "invalid_ring"), ("1", "gap")}
