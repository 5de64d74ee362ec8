"""A file of boundaries is read feature by feature, and each fault is told where it is."""

import json
import re

import numpy
import pytest
import shapely
from shapely import box

from app.grids import geojson
from app.grids.boundaries import GridFault
from app.grids.coordinates import Crs, from_wgs84
from app.grids.levels import AreaClass, GridKind, Level

SQUARE = json.loads(shapely.to_geojson(box(112, 36, 112.1, 36.1)))
GOOD = {"code": "141025", "name": "古县", "level": "county"}


def feature(geometry=SQUARE, **properties):
    return {"type": "Feature", "properties": {**GOOD, **properties}, "geometry": geometry}


def read(*features, crs=Crs.WGS84):
    return geojson.read(json.dumps({"type": "FeatureCollection", "features": features}).encode(), crs)


def test_a_feature_becomes_a_draft():
    (draft,) = read(feature(area_class="A", kind="dedicated", trade_department="D1")).drafts
    assert (draft.code, draft.name, draft.level, draft.parent) == ("141025", "古县", Level.COUNTY, None)
    assert (draft.area_class, draft.kind, draft.trade_department) == (AreaClass.A, GridKind.DEDICATED, "D1")
    assert draft.geometry.equals(box(112, 36, 112.1, 36.1))


def test_kind_is_general_and_area_class_c_unless_said():
    (draft,) = read(feature()).drafts
    assert (draft.kind, draft.area_class) == (GridKind.GENERAL, AreaClass.C)


def test_an_ended_feature_needs_no_geometry():
    reading = read(feature(geometry=None, ended=True))
    assert (reading.drafts, reading.ended, reading.faults) == ((), {"141025"}, ())


def test_heights_are_dropped():
    ring = [[*corner, 590.0] for corner in SQUARE["coordinates"][0]]
    (draft,) = read(feature({"type": "Polygon", "coordinates": [ring]})).drafts
    assert not draft.geometry.has_z


def test_boundaries_in_another_system_are_converted():
    ring = [from_wgs84(lon, lat, "gcj02") for lon, lat in SQUARE["coordinates"][0]]
    (draft,) = read(feature({"type": "Polygon", "coordinates": [ring]}), crs=Crs.GCJ02).drafts
    assert shapely.get_coordinates(draft.geometry) == pytest.approx(numpy.array(SQUARE["coordinates"][0]), abs=1e-9)


@pytest.mark.parametrize(
    ("properties", "field"),
    [
        ({"level": "street"}, "level"),
        ({"level": None}, "level"),
        ({"level": 7}, "level"),
        ({"ended": "yes"}, "ended"),
        ({"code": "14/1025"}, "code"),
        ({"code": 141025}, "code"),
        ({"code": None}, "code"),
        ({"name": ""}, "name"),
        ({"name": "古\x00县"}, "name"),
        ({"kind": "special"}, "kind"),
        ({"area_class": "D"}, "area_class"),
        ({"trade_department": "D1"}, "trade_department"),
        ({"responsible_departement": "D1"}, "responsible_departement"),
    ],
)
def test_a_wrong_property_is_named(properties, field):
    reading = read(feature(**properties))
    assert reading.drafts == ()
    assert [fault.detail.partition("：")[0] for fault in reading.faults] == [field]
    for fault in reading.faults:
        assert not re.search(r"[a-z]{3,} [a-z]{2,}", fault.detail), "in Chinese, and not as the library says it"
        assert not re.search("[\u4e00-\u9fff]", fault.detail.en.partition(": ")[2]), fault.detail.en


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        "POLYGON",
        {},
        {"type": "Polygon"},
        {"type": "Circle", "coordinates": [112, 36]},
        {"type": "Polygon", "coordinates": [[[112, 36], [112.1, 36]]]},
        {"type": "Polygon", "coordinates": [[["112", "a"], [112.1, 36], [112, 36.1], ["112", "a"]]]},
        {"type": "Polygon", "coordinates": 7},
        {"type": "MultiPolygon", "coordinates": [7]},
    ],
)
def test_a_geometry_that_cannot_be_read_is_named_by_its_code(geometry):
    (fault,) = read(feature(geometry)).faults
    assert (fault.code, fault.problem) == ("141025", "invalid_ring")


def test_a_feature_without_a_code_is_named_by_its_number():
    reading = read(feature(), {"type": "Feature", "properties": {"name": "x"}}, "nothing")
    assert len(reading.drafts) == 1
    assert {fault.code for fault in reading.faults} == {"第 2 项", "第 3 项"}


@pytest.mark.parametrize("text", [b"", b"[", b"[]", b"{}", b'{"features": 1}', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_feature_collection_is_refused_whole(text):
    reading = geojson.read(text)
    assert [fault.problem for fault in reading.faults] == ["not_geojson"]
    assert isinstance(reading.faults[0], GridFault)
