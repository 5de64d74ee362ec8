"""A place that a step names lies in the county: elsewhere nobody has been on the spot."""

import pytest

from tests.factories.town import HERE
from tests.support.looks import refused

PARIS, BEIJING = {"lon": 2.35, "lat": 48.85}, {"lon": 116.4, "lat": 39.9}
SAYS = "位置不在本辖区范围内，请重新定位或在地图上选点。"


def _waiting(town, action):
    """A case that waits for the action, who takes it, and what it needs besides the place."""
    photo = {"attachments": [town.photo()]}
    if action in ("pass_check", "fail_check"):
        return town.handled(), town.worker, photo | ({"tasks": [1]} if action == "fail_check" else {})
    if action == "correct":
        return town.filed(), town.duty, {}
    return town.acceptor.act(town.acceptor.report(source="citizen").get_json(), "verify"), town.worker, photo


@pytest.mark.parametrize("place", [PARIS, BEIJING], ids=["paris", "beijing"])
@pytest.mark.parametrize("action", ["pass_check", "fail_check", "confirm_true", "confirm_false", "correct"])
def test_a_place_outside_the_county_is_no_place(town, action, place):
    case, actor, data = _waiting(town, action)
    body = refused(actor.try_act(case, action, **place, **data), 422, "place_outside")
    assert body["fields"] == {"data.lon": [SAYS]}
    assert town.supervisor.read(case)["seq"] == case["seq"]
    actor.act(case, action, lon=HERE[0], lat=HERE[1], **data)


def test_a_phone_is_told_so_of_a_finding_it_kept(town):
    case, worker, data = _waiting(town, "confirm_true")
    operation = {
        "type": "act", "case_id": case["case_id"], "op_id": town.photo(), "action": "confirm_true",
        "seen": case["seq"], "data": PARIS | data,
    }  # fmt: skip
    answer = worker.send("POST", "sync", {"cursor": None, "operations": [operation]}).get_json()
    assert (answer["results"][0]["status"], answer["results"][0]["body"]["fields"]) == (422, {"data.lon": [SAYS]})
