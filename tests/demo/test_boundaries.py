"""The demo county's boundaries are invented, but without a fault."""

from collections import Counter

import pytest
import shapely
from shapely import Polygon

from app.demo.terrain import county_grids, facts
from app.grids.boundaries import BoundaryIndex, check
from app.grids.drafts import Draft
from app.grids.levels import AreaClass, Level


@pytest.fixture(scope="module")
def drawn() -> tuple[Draft, ...]:
    return county_grids()


def area_of(shapes: list[Polygon]) -> float:
    return sum(shape.area for shape in shapes)


def test_the_county_is_its_outline(drawn):
    outline = Polygon(facts()["county"]["outline_wgs84_approximate"])
    assert drawn[0].level == Level.COUNTY
    assert drawn[0].geometry.symmetric_difference(outline).area <= outline.area * 1e-9


def test_every_level_down_to_the_grid_covers_the_county_without_gap_or_overlap(drawn):
    for level in (Level.TOWNSHIP, Level.VILLAGE, Level.GRID):
        shapes = [draft.geometry for draft in drawn if draft.level == level]
        assert shapely.coverage_is_valid(shapes)
        assert area_of(shapes) == pytest.approx(drawn[0].geometry.area, rel=1e-9)
        assert shapely.coverage_union_all(shapes).symmetric_difference(drawn[0].geometry).area == 0


def test_the_children_of_every_area_are_that_area(drawn):
    parents = {draft.parent for draft in drawn}
    for parent in (draft for draft in drawn if draft.code in parents):
        shapes = [draft.geometry for draft in drawn if draft.parent == parent.code]
        assert shapely.coverage_is_valid(shapes), parent.code
        assert area_of(shapes) == pytest.approx(parent.geometry.area, rel=1e-9), parent.code
        assert shapely.coverage_union_all(shapes).equals(parent.geometry), parent.code


def test_the_checks_for_an_import_find_nothing(drawn):
    assert check([draft.area for draft in drawn]) == []


def test_there_are_six_townships_79_villages_about_a_hundred_grids_and_some_micro_grids(drawn):
    counted = Counter(draft.level for draft in drawn)
    assert counted[Level.TOWNSHIP] == 6
    assert counted[Level.VILLAGE] == 79
    assert 90 <= counted[Level.GRID] <= 110
    assert 20 <= counted[Level.MICRO] <= 60


def test_townships_and_villages_bear_their_published_codes_and_names(drawn):
    published = {one["code"]: one["name"] for township in facts()["townships"] for one in township["villages"]}
    published |= {township["code"]: township["name"] for township in facts()["townships"]}
    drawn_names = {draft.code: draft.name for draft in drawn if draft.level in (Level.TOWNSHIP, Level.VILLAGE)}
    assert drawn_names == published


def test_a_code_begins_with_its_parents_code_and_has_the_length_of_its_level(drawn):
    lengths = {Level.COUNTY: 6, Level.TOWNSHIP: 9, Level.VILLAGE: 12, Level.GRID: 15, Level.MICRO: 17}
    assert len({draft.code for draft in drawn}) == len({draft.name for draft in drawn}) == len(drawn)
    assert all(draft.code.startswith(draft.parent or "") and len(draft.code) == lengths[draft.level] for draft in drawn)


def test_grids_of_a_village_are_numbered_from_west_to_east(drawn):
    grids = [draft for draft in drawn if draft.parent == "141025100005"]
    assert len(grids) > 1
    assert [grid.code for grid in grids] == [
        grid.code for grid in sorted(grids, key=lambda grid: grid.geometry.centroid.x)
    ]


def test_the_communities_of_the_county_seat_are_smaller_than_its_villages_and_of_the_core_class(drawn):
    yueyang = [draft for draft in drawn if draft.parent == "141025100"]
    communities = [draft for draft in yueyang if "社区" in draft.name]
    villages = [draft for draft in yueyang if "社区" not in draft.name]
    assert max(draft.geometry.area for draft in communities) < min(draft.geometry.area for draft in villages)
    assert {draft.area_class for draft in communities} == {AreaClass.A}


def test_boundaries_are_single_polygons_on_six_decimals_wound_as_geojson_wants(drawn):
    for draft in drawn:
        assert draft.geometry.geom_type == "Polygon"
        assert draft.geometry.exterior.is_ccw
        corners = shapely.get_coordinates(draft.geometry)
        assert (corners == corners.round(6)).all()


def test_a_place_inside_a_grid_is_found_there(drawn):
    index = BoundaryIndex(draft.area for draft in drawn)
    parents = {draft.parent for draft in drawn}
    for draft in (one for one in drawn if one.code not in parents):
        inside = draft.geometry.representative_point()
        assert index.locate(inside.x, inside.y) == draft.code


def test_drawing_twice_gives_the_same(drawn):
    assert [draft.geometry.wkb for draft in county_grids()] == [draft.geometry.wkb for draft in drawn]
