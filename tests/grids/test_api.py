"""A phone fetches the map once and asks where a place belongs."""

import gzip
import json

import pytest
from flask import Flask

from app.core.permissions import Assignment, Permission, Person
from app.grids.coordinates import from_wgs84
from tests.factories.grids import COUNTY, EAST, GRIDS, INSIDE, VILLAGES, county, draft, import_grids, keep_county, strip

MAP = "/api/v1/grids"
LOCATE = "/api/v1/grids/locate"


def sign_in(app: Flask, *permissions: Permission) -> None:
    """Let every request be made by somebody who holds these permissions in the county."""
    held = Assignment("reader", "grid", COUNTY, f"{COUNTY}/", frozenset(permissions))
    app.extensions["gezhi_authenticate"] = lambda: Person(None, "读者", (held,))


@pytest.fixture
def _county(app):
    sign_in(app, Permission.GRID_READ)
    with app.app_context():
        keep_county()


@pytest.mark.usefixtures("_county")
def test_the_map_is_given_whole_as_geojson(client):
    answer = client.get(MAP)
    assert answer.status_code == 200
    assert answer.content_type == "application/geo+json"
    features = json.loads(answer.data)["features"]
    assert {feature["properties"]["code"] for feature in features} == {one.code for one in county()}
    assert features[0]["properties"].keys() >= {"code", "name", "level", "kind", "parent"}


@pytest.mark.usefixtures("_county")
def test_a_map_already_held_is_not_sent_again_until_a_grid_changes(app, client, query_count):
    etag = client.get(MAP).headers["ETag"]
    with query_count() as seen:
        answer = client.get(MAP, headers={"If-None-Match": etag})
    assert (answer.status_code, answer.data) == (304, b"")
    assert answer.headers["ETag"] == etag
    assert len(seen) == 1, seen  # the revision
    with app.app_context():
        import_grids([draft(GRIDS[0], strip(0, 1), name="新名网格")])
    answer = client.get(MAP, headers={"If-None-Match": etag})
    assert answer.status_code == 200
    assert answer.headers["ETag"] != etag
    assert "新名网格" in [one["properties"]["name"] for one in answer.get_json(force=True)["features"]]


@pytest.mark.usefixtures("_county")
def test_the_map_is_made_once_for_all_who_ask(client, query_count):
    first = client.get(MAP).data
    with query_count() as seen:
        assert client.get(MAP).data == first
    assert len(seen) == 1, seen


@pytest.mark.usefixtures("_county")
def test_the_map_travels_compressed_to_who_can_read_that(client):
    plain = client.get(MAP)
    small = client.get(MAP, headers={"Accept-Encoding": "gzip, br"})
    assert (plain.headers.get("Content-Encoding"), small.headers["Content-Encoding"]) == (None, "gzip")
    assert plain.headers["Vary"] == small.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(small.data) == plain.data


@pytest.mark.usefixtures("_county")
def test_the_map_may_be_kept_but_only_by_the_phone_itself(client):
    assert client.get(MAP).headers["Cache-Control"] == "private, no-cache"


@pytest.mark.usefixtures("_county")
def test_a_place_is_answered_with_its_grid_and_what_lies_above(client):
    lon, lat = INSIDE[GRIDS[3]]
    answer = client.get(LOCATE, query_string={"lon": lon, "lat": lat})
    assert answer.status_code == 200
    assert answer.json == {
        "grid": {
            "code": GRIDS[3],
            "name": f"格{GRIDS[3]}",
            "level": "grid",
            "kind": "general",
            "parent": VILLAGES[3],
            "path": f"{COUNTY}/{EAST}/{VILLAGES[3]}/{GRIDS[3]}/",
        },
        "ancestors": [
            {"code": COUNTY, "name": f"格{COUNTY}", "level": "county"},
            {"code": EAST, "name": f"格{EAST}", "level": "township"},
            {"code": VILLAGES[3], "name": f"格{VILLAGES[3]}", "level": "village"},
        ],
        "lon": lon,
        "lat": lat,
    }


@pytest.mark.usefixtures("_county")
@pytest.mark.parametrize("crs", ["gcj02", "bd09", "cgcs2000"])
def test_a_place_may_be_given_in_another_system(client, crs):
    lon, lat = from_wgs84(*INSIDE[GRIDS[0]], crs)
    answer = client.get(LOCATE, query_string={"lon": lon, "lat": lat, "crs": crs})
    assert answer.json["grid"]["code"] == GRIDS[0]
    assert (answer.json["lon"], answer.json["lat"]) == pytest.approx(INSIDE[GRIDS[0]], abs=1e-9)


@pytest.mark.usefixtures("_county")
@pytest.mark.parametrize(("lon", "lat"), [(0, 0), (111.99, 36.05), (-112, -36)])
def test_a_place_outside_is_a_clear_problem(client, lon, lat):
    answer = client.get(LOCATE, query_string={"lon": lon, "lat": lat})
    assert (answer.status_code, answer.json["code"]) == (422, "place_outside")
    assert "辖区" in answer.json["detail"]
    assert answer.json["fields"].keys() == {"lon", "lat"}


@pytest.mark.usefixtures("_county")
@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"lon": "112"}, "lat"),
        ({"lon": "here", "lat": "36"}, "lon"),
        ({"lon": "nan", "lat": "36"}, "lon"),
        ({"lon": "112", "lat": "inf"}, "lat"),
        ({"lon": "181", "lat": "36"}, "lon"),
        ({"lon": "112", "lat": "36", "crs": "beijing54"}, "crs"),
        ({"lon": "112", "lat": "36", "radius": "5"}, "radius"),
    ],
)
def test_a_question_that_cannot_be_answered_names_the_field(client, asked, field):
    answer = client.get(LOCATE, query_string=asked)
    assert answer.status_code == 422
    assert list(answer.json["fields"]) == [field]


@pytest.mark.parametrize("address", [MAP, f"{LOCATE}?lon=112&lat=36"])
def test_only_who_may_read_grids_gets_them(app, client, address):
    sign_in(app)
    assert client.get(address).status_code == 403
