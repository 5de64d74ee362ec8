"""Nearby open cases of the same class, offered so that one trouble is reported once."""

import math
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.grids.coordinates import EARTH_RADIUS_M, distance_m, from_wgs84
from tests.factories.town import COVER, GARBAGE, HERE, WAGES
from tests.support.looks import refused

METRES, DAYS = 50, 7  # the shipped settings
DEGREE_M = math.pi * EARTH_RADIUS_M / 180
LON, LAT = HERE


def away(metres, *, east=False):
    """A place so many metres north (or east) of HERE."""
    if east:
        return LON + metres / DEGREE_M / math.cos(math.radians(LAT)), LAT
    return LON, LAT + metres / DEGREE_M


def offered(answer):
    """The cases offered with the answer to a report, as (case_id, distance)."""
    assert answer.status_code == 201, answer.get_json()
    return [(each["case_id"], each["distance_m"]) for each in answer.get_json()["possible_duplicates"]]


def near(actor, at=HERE, **query):
    """What is known near a place, as the phone asks before reporting."""
    answer = actor.get("cases/near", **{"lon": at[0], "lat": at[1], "class": GARBAGE} | query)
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()["items"]


def test_the_nearest_come_first_with_their_distance(town):
    far = town.worker.report(at=away(40)).get_json()["case_id"]
    close = town.worker.report(at=away(-10)).get_json()["case_id"]
    assert offered(town.worker.report()) == [(close, 10), (far, 40)]


@pytest.mark.parametrize("east", [False, True])
def test_how_near_is_near_is_a_setting(town, east):
    town.worker.report(at=away(METRES - 1, east=east))
    town.worker.report(at=away(METRES + 1, east=east))
    assert [metres for _, metres in offered(town.worker.report())] == [METRES - 1]


def test_only_the_same_class_is_offered(town):
    town.worker.report(class_code=COVER)
    assert offered(town.worker.report()) == []
    assert offered(town.worker.report(class_code=None)) == []


def test_what_ended_is_not_offered(town):
    refused_case = town.worker.report().get_json()
    town.acceptor.act(refused_case, "refuse", reason="不属网格事项")
    closed = town.checked()
    assert len(offered(town.worker.report())) == 1
    closed = town.leader.act(closed, "force_close", reason="已解决", attachments=[str(uuid4())])
    assert closed["case_id"] not in [case_id for case_id, _ in offered(town.worker.report())]


def test_what_is_old_is_not_offered(town, clock):
    town.worker.report()
    clock.tick(days=DAYS)
    assert len(offered(town.worker.report())) == 1
    clock.tick(seconds=1)
    assert len(offered(town.worker.report())) == 1


def test_a_confidential_class_offers_and_tells_nothing(town):
    for _ in range(2):
        assert offered(town.worker.report(class_code=WAGES)) == []
    assert near(town.worker, **{"class": WAGES}) == []


def test_the_same_report_again_offers_nothing(town):
    town.worker.report()
    case_id = str(uuid4())
    assert len(offered(town.worker.report(case_id=case_id))) == 1
    again = town.worker.report(case_id=case_id)
    assert (again.status_code, again.get_json()["possible_duplicates"]) == (200, [])


def test_a_phone_looks_around_before_it_reports(town):
    case = town.worker.report(at=away(20), address="东大街 1 号").get_json()
    assert near(town.worker) == [
        {
            "case_id": case["case_id"],
            "number": case["number"],
            "state": "reported",
            "address": "东大街 1 号",
            "reported_at": case["reported_at"],
            "distance_m": 20,
        }
    ]


@pytest.mark.parametrize("crs", ["wgs84", "cgcs2000", "gcj02", "bd09"])
def test_looking_around_knows_the_maps_of_phones(town, crs):
    town.worker.report()
    found = near(town.worker, at=from_wgs84(LON, LAT, crs), crs=crs)
    assert [each["distance_m"] for each in found] == [0]


def test_looking_around_is_for_those_who_report(town):
    query = {"lon": LON, "lat": LAT, "class": GARBAGE}
    refused(town.housing.get("cases/near", **query), 403)
    assert town.client.get("/api/v1/cases/near", query_string=query).status_code == 401
    refused(town.worker.get("cases/near", **query | {"lon": 0, "lat": 0}), 422, "place_outside")
    refused(town.worker.get("cases/near", **query | {"lon": "nan"}), 422)
    refused(town.worker.get("cases/near", lon=LON, lat=LAT), 422)
    refused(town.worker.get("cases/near", **query | {"colour": "red"}), 422)


def test_at_most_ten_are_offered_at_one_cost(town, query_count):

    def cost():
        with query_count() as seen:
            near(town.worker)
        return len(seen)

    town.worker.report()
    near(town.worker)
    few = cost()
    for _ in range(12):
        town.worker.report()
    assert (cost(), len(near(town.worker))) == (few, 10)


_lons, _lats = st.floats(-180, 180), st.floats(-90, 90)


@given(_lons, _lats, _lons, _lats)
def test_a_distance_is_the_same_both_ways_and_never_more_than_half_the_earth(lon, lat, other_lon, other_lat):
    there = distance_m(lon, lat, other_lon, other_lat)
    assert there == pytest.approx(distance_m(other_lon, other_lat, lon, lat), abs=1e-6)
    assert 0 <= there <= math.pi * EARTH_RADIUS_M + 1e-6
    assert distance_m(lon, lat, lon, lat) == 0


def test_a_degree_along_a_meridian_is_as_long_as_it_is():
    assert distance_m(112, 36, 112, 37) == pytest.approx(DEGREE_M)
    assert distance_m(112, 60, 113, 60) == pytest.approx(DEGREE_M / 2, rel=1e-4)
