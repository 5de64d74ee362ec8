"""Who may ask what is known close by: around one's own grids, so often, and no address of what one does not see."""

from math import cos, pi, radians

import pytest

from app.grids.coordinates import EARTH_RADIUS_M
from tests.desk.browser import Desk
from tests.factories.town import GARBAGE, HERE, THERE
from tests.support.elements import texts_of
from tests.support.looks import refused

BORDER, LAT = 112.1, 36.05  # between the worker's grid and the next one
MOST = 30
DEGREE_M = pi * EARTH_RADIUS_M / 180


def _beyond(metres):
    return BORDER + metres / DEGREE_M / cos(radians(LAT)), LAT


def _ask(actor, at, class_code=GARBAGE):
    return actor.get("cases/near", **{"lon": at[0], "lat": at[1], "class": class_code})


@pytest.mark.parametrize(("metres", "status"), [(-100, 200), (1, 200), (295, 200), (310, 403), (4_000, 403)])
def test_one_looks_around_in_ones_own_grids_and_a_little_beyond(town, metres, status):
    answer = _ask(town.worker, _beyond(metres))
    assert answer.status_code == status, answer.get_json()
    if status == 403:
        assert refused(answer, 403, "not_around")["detail_en"].startswith("This place is not near your grids")
    assert _ask(town.next_worker, _beyond(metres)).status_code == 200
    assert _ask(town.acceptor, _beyond(metres)).status_code == 200  # the centre's ground is the county


def test_whoever_reports_elsewhere_still_may(town):
    refused(_ask(town.worker, THERE), 403, "not_around")
    assert town.worker.report(at=THERE).status_code == 201


def test_nobody_is_told_the_address_of_a_case_that_he_does_not_see(town):
    at = _beyond(20)
    case = town.next_worker.report(at=at, address="胜利街 3 号").get_json()
    own = town.worker.report(at=_beyond(-5), address="东街 1 号").get_json()
    listed = _ask(town.worker, _beyond(5)).get_json()["items"]
    offered = town.worker.report(at=_beyond(-6)).get_json()["possible_duplicates"]
    for shown in (listed, offered):
        addresses = {one["case_id"]: one["address"] for one in shown}
        assert (addresses[case["case_id"]], addresses[own["case_id"]]) == ("", "东街 1 号")
    near = texts_of(Desk(town.app, town.worker).part(f"/desk/cases/{own['case_id']}/near").text, "li")
    assert [text.startswith(case["number"]) for text in near].count(True) == 1
    assert not [text for text in near if "胜利街" in text]
    seen = {one["case_id"]: one["address"] for one in _ask(town.acceptor, at).get_json()["items"]}
    assert seen[case["case_id"]] == "胜利街 3 号"


def test_so_often_a_minute_and_each_for_himself(town, clock):
    for _ in range(MOST):
        assert _ask(town.worker, HERE).status_code == 200
    answer = _ask(town.worker, HERE)
    refused(answer, 429, "too_many")
    assert answer.headers["Retry-After"]
    assert _ask(town.next_worker, THERE).status_code == 200
    clock.tick(minutes=1)
    assert _ask(town.worker, HERE).status_code == 200
