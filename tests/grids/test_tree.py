"""The tree answers by code, by place and by subtree."""

import json

import pytest
import shapely

from app.grids.levels import Level, codes_in, path_of, subtree_range
from app.grids.tree import GridNode, GridTree
from tests.factories.grids import COUNTY, EAST, GRIDS, INSIDE, VILLAGES, WEST, county


def tree(ended: frozenset[str] = frozenset()) -> GridTree:
    paths: dict[str | None, str] = {None: ""}
    nodes = []
    for draft in county():
        paths[draft.code] = path_of(draft.code, paths[draft.parent])
        kinds = draft.level, draft.kind, draft.parent, paths[draft.code], draft.area_class, None, None
        boundary = shapely.to_geojson(draft.geometry)
        nodes.append(GridNode(draft.code, draft.name, *kinds, boundary, draft.code in ended))
    return GridTree(reversed(nodes))


def codes(nodes) -> list[str]:
    return [node.code for node in nodes]


def test_a_path_is_the_codes_from_the_county_down_each_with_a_slash():
    assert tree().get(GRIDS[0]).path == "141025/141025100/141025100200/141025100200001/"
    assert codes_in("141025/141025100/") == ("141025", "141025100")


def test_ancestors_come_county_first():
    assert codes(tree().ancestors(GRIDS[3])) == [COUNTY, EAST, VILLAGES[3]]
    assert tree().ancestors(COUNTY) == ()


def test_the_grid_above_at_a_level_is_found():
    assert tree().at_level(GRIDS[3], Level.TOWNSHIP).code == EAST
    assert tree().at_level(GRIDS[3], Level.GRID).code == GRIDS[3]
    assert tree().at_level(EAST, Level.GRID) is None


def test_a_subtree_is_a_range_on_the_path_that_leaves_its_neighbours_out():
    assert codes(tree().within(WEST)) == [WEST, VILLAGES[0], GRIDS[0], VILLAGES[1], GRIDS[1]]
    low, high = subtree_range("141025/14102510/")
    assert not low <= "141025/141025100/" < high
    assert low <= "141025/14102510/~/" < high


@pytest.mark.parametrize("code", GRIDS)
def test_a_place_is_found_in_its_deepest_grid(code):
    assert tree().locate(*INSIDE[code]).code == code


def test_a_place_outside_has_no_grid():
    assert tree().locate(0, 0) is None
    assert tree().locate(111.9, 36.05) is None


def test_neighbours_share_a_line_and_have_the_same_level():
    assert codes(tree().neighbours(GRIDS[1])) == [GRIDS[0], GRIDS[2]]
    assert codes(tree().neighbours(WEST)) == [EAST]
    assert tree().neighbours(COUNTY) == ()


def test_the_map_holds_every_level_with_its_properties():
    collection = json.loads(tree().geojson)
    assert collection["type"] == "FeatureCollection"
    assert [feature["properties"]["code"] for feature in collection["features"]] == codes(tree().current)
    village = next(one for one in collection["features"] if one["id"] == VILLAGES[0])
    assert village["properties"] == {
        "code": VILLAGES[0],
        "name": f"格{VILLAGES[0]}",
        "level": "village",
        "kind": "general",
        "parent": WEST,
        "area_class": "C",
    }
    assert shapely.geometry.shape(village["geometry"]).area == pytest.approx(0.01)


def test_an_ended_grid_is_known_by_its_code_only():
    ended = tree(frozenset({GRIDS[0]}))
    assert ended.get(GRIDS[0]).ended
    assert ended.locate(*INSIDE[GRIDS[0]]).code == VILLAGES[0]
    assert GRIDS[0] not in codes(ended.within(COUNTY))
    assert GRIDS[0].encode() + b'"' not in ended.geojson
    assert codes(ended.neighbours(GRIDS[1])) == [GRIDS[2]]


def test_an_unknown_code_is_none_or_a_key_error():
    assert tree().get("9") is None
    assert tree().get(None) is None
    with pytest.raises(KeyError):
        tree().ancestors("9")
