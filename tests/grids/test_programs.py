"""A county that went through a map program comes back unchanged; what cannot be placed is refused with a way out."""

import json
from math import atan2, cos, hypot, radians, sin, sqrt
from pathlib import Path

import pytest
import shapely
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from app.grids import geojson, geojson_writer, queries, shapes, systems
from app.grids.cli import grids
from app.grids.plans import plan
from tests.desk.browser import Desk, path_of
from tests.factories.grids import COUNTY, county, draft, import_grids
from tests.grids.files import sent
from tests.support.elements import errors_at, texts_of

SAMPLES = Path(__file__).parent / "samples"
CROWN = Polygon(
    [(112, 36), (112.1, 36), (112.1, 36.1), (112, 36.1)], [[(112.02, 36.02), (112.05, 36.03), (112.03, 36.06)]]
)
THIRD = 1 / 3_000_000  # as written by somebody who divided, so that rounding shows


def turned(ring, by):
    """The same ring, begun elsewhere and run the other way."""
    open_ring = ring[:-1][::-1]
    return [*open_ring[by:], *open_ring[: by + 1]]


def through(collection, *, digits, rename=lambda name: name, crs=None, many=False, **extra):
    """A collection as a program writes it again."""
    features = []
    for number, feature in enumerate(collection["features"]):
        rings = [
            turned([[round(lon, digits), round(lat, digits)] for lon, lat in ring], number % 3)
            for ring in feature["geometry"]["coordinates"]
        ]
        geometry = (
            {"type": "MultiPolygon", "coordinates": [rings]} if many else {"type": "Polygon", "coordinates": rings}
        )
        known = {name: None for name in ("kind", "area_class", "responsible_department", "trade_department", "ended")}
        named = {rename(name): value for name, value in {**known, **feature["properties"]}.items()}
        features.append({"type": "Feature", "id": number, "properties": {**named, **extra}, "geometry": geometry})
    whole = {"type": "FeatureCollection", "name": "网格", "features": features}
    return whole | ({"crs": {"type": "name", "properties": {"name": crs}}} if crs else {})


ARCGIS = {"OBJECTID": 1, "Shape_Length": 0.01, "Shape_Area": 2e-5, "SHAPE_Leng": 0.01}
PROGRAMS = {
    "ArcGIS": {"digits": 9, "crs": "EPSG:4490", **ARCGIS},
    "QGIS": {"digits": 15, "crs": "urn:ogc:def:crs:OGC:1.3:CRS84", "many": True, "fid": 7},
    "shapefile": {"digits": 15, "rename": lambda name: name[:10], "many": True, "crs": "urn:ogc:def:crs:EPSG::4490"},
    "upper case": {"digits": 8, "rename": str.upper},
    "seven decimals": {"digits": 7, "crs": "http://www.opengis.net/def/crs/EPSG/0/4326"},
}


@pytest.fixture
def kept(app_context):
    """The small county as it is kept, with corners of many decimals, and its export."""
    moved = [
        draft(one.code, shapely.transform(one.geometry, lambda corners: corners + THIRD), one.level, parent=one.parent)
        for one in county()
    ]
    import_grids(moved)
    return json.loads(geojson_writer.whole(queries.grid_tree().current))


def unchanged(reading):
    made = plan(queries.grid_tree(), reading.drafts, reading.ended)
    return reading.faults, made.new, [tuple(one.values) for one in made.changed], made.unchanged


def test_a_county_that_went_through_a_program_is_unchanged(kept):
    for program, manner in PROGRAMS.items():
        for encoding in ("utf-8", "utf-8-sig", "gb18030"):
            content = json.dumps(through(kept, **manner), ensure_ascii=False).encode(encoding)
            reading = geojson.read(content)
            assert unchanged(reading) == ((), (), [], len(kept["features"])), program
    before = [row.boundary for row in queries.grid_tree().current]
    done = import_grids(geojson.read(content).drafts)
    assert (done.changed, done.unchanged) == (0, len(before))
    assert [row.boundary for row in queries.grid_tree().current] == before


def test_what_was_moved_by_more_than_rounding_is_a_change(kept):
    ring = kept["features"][-1]["geometry"]["coordinates"][0]
    ring[1] = [ring[1][0] + 3e-7, ring[1][1]]
    (what,) = unchanged(geojson.read(json.dumps(kept).encode()))[2]
    assert what == ("boundary",)


def test_members_that_are_not_known_are_passed_over_with_one_note():
    whole = (SAMPLES / "grids-extra-members.geojson").read_bytes()
    (note,) = geojson.read(whole).notes
    assert note == "不认识的属性已忽略：fid、OBJECTID、Shape_Leng、Shape_Area。"
    assert len(geojson.read(whole).drafts) == 1


def test_a_slip_in_a_long_name_is_still_seen():
    whole = json.loads((SAMPLES / "grids-clockwise.geojson").read_bytes())
    whole["features"][0]["properties"]["responsible_departement"] = "D1"
    (fault,) = geojson.read(json.dumps(whole).encode()).faults
    assert fault.detail.startswith("responsible_departement：没有这个字段")


def test_the_samples_are_one_and_the_same_grid():
    names = ("grids-extra-members", "grids-multipolygon", "grids-clockwise")
    drafts = [geojson.read((SAMPLES / f"{name}.geojson").read_bytes()).drafts[0] for name in names]
    assert [one.geometry.geom_type for one in drafts] == ["Polygon"] * 3
    assert all(one.differences(_Kept(drafts[0])) == {} for one in drafts)
    assert all(one.geometry.exterior.is_ccw for one in drafts)


class _Kept:
    def __init__(self, one):
        self.__dict__.update(one.values)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("EPSG:4490", True),
        ("urn:ogc:def:crs:EPSG::4326", True),
        ("urn:ogc:def:crs:EPSG:9.8.9:4490", True),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", True),
        ("urn:ogc:def:crs:OGC::CRS84", True),
        ("http://www.opengis.net/def/crs/EPSG/0/4490", True),
        ("EPSG:4610", False),
        ("EPSG:4214", False),
        ("EPSG:4547", False),
        ("urn:ogc:def:crs:EPSG::3857", False),
        ("GCS_Xian_1980", False),
        ("\ud800", False),
    ],
)
def test_a_stated_system_that_is_not_known_is_refused_with_how_to_convert(name, known):
    collection = {"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": name}}, "features": []}
    refusal = geojson.refusal(geojson.read(json.dumps(collection).encode()).faults)
    assert (refusal is None) is known
    if refusal:
        assert "EPSG:4490" in refusal.detail
        assert "EPSG:4490" in refusal.detail.en
        refusal.detail.encode()


def test_systems_stated_in_older_ways_are_read():
    assert systems.stated({"crs": {"type": "EPSG", "properties": {"code": 4490}}}).is_known
    assert systems.stated({"crs": None}).is_known
    for odd in ({"crs": "EPSG:4610"}, {"crs": []}, {"crs": [1]}, {"crs": {"properties": {"name": ["x"]}}}):
        assert isinstance(systems.stated(odd).is_known, bool)


def test_an_old_datum_is_taken_only_by_whoever_accepts_the_offset():
    content = (SAMPLES / "grids-epsg-4610.geojson").read_bytes()
    assert "--accept-offset" in geojson.refusal(geojson.read(content).faults).detail
    reading = geojson.read(content, accept_offset=True)
    assert (len(reading.drafts), reading.faults) == (1, ())
    assert "偏移多大因地而异" in reading.notes[0]
    beijing = geojson.read(content.replace(b"4610", b"4214"), accept_offset=True)
    assert "此处偏移约" in beijing.notes[0]
    assert geojson.refusal(geojson.read(content.replace(b"4610", b"4547"), accept_offset=True).faults)


def test_the_offset_of_beijing_54_is_that_of_the_published_parameters():
    """At 110 E 38 N, worked out by way of geocentric coordinates with the same parameters: 46 m."""
    assert systems._beijing_offset_m(110, 38) == pytest.approx(_geocentric(110, 38), abs=0.5)


def _geocentric(lon, lat):
    """The same shift, step by step: to the centre of the earth, along, and back."""

    def out(axis, flattening, longitude, latitude):
        e2 = flattening * (2 - flattening)
        across = axis / sqrt(1 - e2 * sin(latitude) ** 2)
        near = across * cos(latitude)
        return near * cos(longitude), near * sin(longitude), across * (1 - e2) * sin(latitude)

    def back(axis, flattening, x, y, z):
        e2, flat = flattening * (2 - flattening), hypot(x, y)
        latitude = atan2(z, flat)
        for _ in range(10):
            across = axis / sqrt(1 - e2 * sin(latitude) ** 2)
            latitude = atan2(z + e2 * across * sin(latitude), flat)
        return atan2(y, x), latitude

    longitude, latitude = radians(lon), radians(lat)
    moved = map(sum, zip(out(*systems._KRASSOVSKY, longitude, latitude), systems._BEIJING_TO_WGS84_M, strict=True))
    there = back(*systems._WGS84, *moved)
    return hypot((there[0] - longitude) * cos(latitude), there[1] - latitude) * 6_371_000


def test_the_command_says_unchanged_and_tells_what_it_passed_over(kept, tmp_path):
    file = tmp_path / "grids.geojson"
    file.write_text(json.dumps(through(kept, **PROGRAMS["ArcGIS"])), encoding="gbk")
    outcome = CliRunner().invoke(grids, ["import", str(file)])
    assert outcome.exit_code == 0, outcome.output
    assert "已导入：新建 0，修改 0，未变 11，停用 0" in outcome.stdout
    assert outcome.stderr.count("注意：") == 1
    old = SAMPLES / "grids-epsg-4610.geojson"
    assert "EPSG:4490" in CliRunner().invoke(grids, ["import", str(old)]).stderr
    accepted = CliRunner().invoke(grids, ["import", str(old), "--accept-offset"])
    assert "因地而异" in accepted.stderr
    file.write_text('{"type": "FeatureCollection", "features": []}')
    assert "文件里没有网格" in CliRunner().invoke(grids, ["import", str(file)]).stderr


def test_the_page_says_unchanged_and_refuses_an_old_datum_beside_the_field(town):
    desk = Desk(town.app, town.hire("administrator", "grid", COUNTY))
    with town.app.app_context():
        whole = json.loads(geojson_writer.whole(queries.grid_tree().current))
    content = json.dumps(through(whole, **PROGRAMS["ArcGIS"])).encode()
    page = desk.get(path_of(desk.post("/admin/grids/import/", sent(content)))).text
    assert f"新建 0 个，修改 0 个，未变 {len(whole['features'])} 个" in texts_of(page, id="sum")[0]
    assert [note for note in texts_of(page, "div", class_="alert-info") if "不认识的属性已忽略" in note]
    old = (SAMPLES / "grids-epsg-4610.geojson").read_bytes()
    refused = desk.post("/admin/grids/import/", sent(old))
    assert refused.status_code == 422
    assert "西安 80" in " ".join(errors_at(refused.text, "file"))
    accepted = desk.post("/admin/grids/import/", {**sent(old), "accept_offset": "true"})
    notes = texts_of(desk.get(path_of(accepted)).text, "div", class_="alert-info", role="status")
    assert [note for note in notes if "因地而异" in note]


def test_no_broken_letter_breaks_the_page(town):
    desk = Desk(town.app, town.hire("administrator", "grid", COUNTY))
    for broken in ('{"code":"\\ud800"}', '{"code":"141025","name":"\\udfff"}', '{"\\ud800":1,"code":"141025"}'):
        content = f'{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{broken}}}]}}'
        assert desk.get(path_of(desk.post("/admin/grids/import/", sent(content.encode())))).status_code == 200


@given(st.integers(0, 3), st.booleans(), st.floats(-4e-8, 4e-8), st.booleans())
def test_the_same_shape_is_known_however_it_is_written(start, backward, shift, many):
    rings = [shapely.get_coordinates(ring)[:-1] + shift for ring in (CROWN.exterior, *CROWN.interiors)]
    written = [ring[::-1] if backward else ring for ring in rings]
    shell, hole = ([*ring[start % len(ring) :], *ring[: start % len(ring)]] for ring in written)
    other = Polygon(shell, [hole])
    assert shapes.are_same(CROWN, shapes.plain(MultiPolygon([other]) if many else other))
    assert not shapes.are_same(CROWN, Polygon(shell))


def test_corners_on_a_line_and_parts_in_another_order_make_no_difference():
    square = box(112, 36, 112.1, 36.1)
    more = Polygon([(112, 36), (112.05, 36), (112.1, 36), (112.1, 36.1), (112, 36.1)])
    assert shapes.are_same(square, more)
    assert not shapes.are_same(square, Polygon([(112, 36), (112.05, 36.001), (112.1, 36), (112.1, 36.1), (112, 36.1)]))
    other = box(113, 36, 113.1, 36.1)
    assert shapes.are_same(MultiPolygon([square, other]), MultiPolygon([other, square]))
    assert not shapes.are_same(MultiPolygon([square, other]), square)
