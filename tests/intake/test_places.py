"""Where a report lies: in which grid, by which map, and what is no place at all."""

from uuid import uuid4

import pytest

from app.cases import centres
from app.core import revisions
from app.core.db import db
from app.core.transaction import transaction
from app.grids.coordinates import from_wgs84
from app.grids.levels import Level
from app.grids.models import Grid
from tests.factories.grids import COUNTY, keep_county
from tests.factories.town import GARBAGE, GRID, HERE, NEXT_GRID, THERE
from tests.support.looks import refused


@pytest.mark.parametrize("crs", ["wgs84", "cgcs2000", "gcj02", "bd09"])
def test_a_place_is_the_same_grid_on_every_map(town, crs):
    case = town.worker.report(at=from_wgs84(*HERE, crs), crs=crs).get_json()
    assert case["grid"]["code"] == GRID
    assert (case["lon"], case["lat"]) == (pytest.approx(HERE[0], abs=1e-6), pytest.approx(HERE[1], abs=1e-6))


def test_a_street_map_read_as_if_it_were_gps_leads_astray(town):
    edge = 112.0995, 36.05  # some 45 m west of the next grid; street maps shift it farther than that
    honest = town.worker.report(at=from_wgs84(*edge, "gcj02"), crs="gcj02").get_json()
    astray = town.worker.report(at=from_wgs84(*edge, "gcj02")).get_json()
    assert (honest["grid"]["code"], astray["grid"]["code"]) == (GRID, NEXT_GRID)


@pytest.mark.parametrize(
    "place", [(0, 0), (0.0, -0.0), (111.9, 36.05), (112.05, 37), (-112.05, 36.05), (36.05, 112.05)]
)
def test_what_lies_outside_is_no_place(town, place):
    answer = town.worker.report(at=place)
    assert answer.status_code == 422
    assert {"lon", "lat"} & answer.get_json()["fields"].keys()


@pytest.mark.parametrize("crs", ["cgcs2000", "gcj02", "bd09"])
def test_nought_is_no_place_on_any_map(town, crs):
    refused(town.worker.report(at=(0, 0), crs=crs), 422)


@pytest.mark.parametrize(
    "wrong", [{"lon": None}, {"lat": "36"}, {"lon": True}, {"lat": 91}, {"crs": "mars"}, {"crs": None}, {"lon": [112]}]
)
def test_a_place_is_two_numbers_on_a_known_map(town, wrong):
    body = {"class": GARBAGE, "description": "路边有垃圾", "lon": HERE[0], "lat": HERE[1]} | wrong
    answer = refused(town.worker.send("PUT", f"cases/{uuid4()}", body), 422, "invalid")
    assert answer["fields"].keys() == wrong.keys()


@pytest.mark.parametrize("missing", ["lon", "lat"])
def test_half_a_place_is_none(town, missing):
    body = {"class": GARBAGE, "description": "路边有垃圾", "lon": HERE[0], "lat": HERE[1]}
    del body[missing]
    assert missing in refused(town.worker.send("PUT", f"cases/{uuid4()}", body), 422, "invalid")["fields"]


def test_a_check_lies_where_the_checker_stood_on_any_map(town):
    case = town.handled()
    lon, lat = from_wgs84(*THERE, "bd09")
    case = town.worker.act(
        case, "pass_check", lon=lon, lat=lat, crs="bd09", reason="手机定位漂移", attachments=[str(uuid4())]
    )
    steps = town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"]
    assert float(steps[-1]["data"]["lon"]) == pytest.approx(THERE[0], abs=1e-6)
    assert float(steps[-1]["data"]["lat"]) == pytest.approx(THERE[1], abs=1e-6)


def test_a_check_at_nought_is_no_check(town):
    case = town.handled()
    answer = town.worker.try_act(case, "pass_check", lon=0, lat=0, attachments=[str(uuid4())])
    assert "data.lon" in refused(answer, 422)["fields"]


def test_a_county_receives_what_is_reported_from_the_day_its_grids_are_imported(app):
    with app.app_context():
        keep_county()
        assert centres.centre_for(GRID, Level.COUNTY).code == COUNTY


def test_a_county_without_any_centre_says_so_and_keeps_nothing(app, town):
    with app.app_context(), transaction() as session:
        session.execute(db.update(Grid).values(has_centre=False))
        revisions.raise_("grids")
    refused(town.worker.report(), 409, "no_centre")
    assert town.supervisor.get("cases").get_json()["items"] == []


def test_null_says_nothing_of_a_place(town):
    point, grid = {"lon": HERE[0], "lat": HERE[1]}, {"grid": GRID}
    for place in (point | {"grid": None}, grid | {"lon": None, "lat": None}, grid | {"lon": None}):
        sent = {"class": None, "description": "井盖破损", **place}
        assert town.worker.send("PUT", path := f"cases/{uuid4()}", sent).status_code == 201, place
        assert town.worker.send("PUT", path, sent).status_code == 200, place
        bare = {name: value for name, value in sent.items() if name == "class" or value is not None}
        assert town.worker.send("PUT", path, bare).status_code == 200, place
        case = town.worker.report().get_json()
        town.acceptor.act(case, "verify", verifier=str(town.worker.id))
        town.worker.act(case, "confirm_true", attachments=[town.photo()], **place)
    for nothing in ({}, {"grid": None}, {"lon": None, "lat": None, "grid": None}):
        sent = {"class": None, "description": "井盖破损", **nothing}
        refused(town.worker.send("PUT", f"cases/{uuid4()}", sent), 422, "invalid")
