"""The whole loop over HTTP: from a phone to closure, and who may not do which part of it."""

from tests.attachments.pictures import jpeg
from tests.factories.town import HERE, HOUSING, WATER


def test_a_case_goes_from_a_phone_to_its_closure(town):
    case = town.worker.report().get_json()
    assert (case["state"], case["state_label"]) == ("reported", "待受理")
    case = town.acceptor.act(case, "accept")
    case = town.duty.act(case, "file", **{"class": "0102", "condition": "1"})
    assert case["case_due_at"]
    case = town.dispatcher.act(case, "dispatch", lead=HOUSING, assist=[WATER])
    town.water.act(case, "sign")
    case = town.housing.act(case, "sign")
    photo, stored = town.water.upload(case, jpeg())
    assert stored.status_code == 201
    town.water.act(case, "finish", result="水管已关", attachments=[photo])
    photo, _ = town.housing.upload(case, jpeg())
    case = town.housing.act(case, "finish", result="已清理", attachments=[photo])
    assert case["state"] == "handled"
    photo, _ = town.worker.upload(case, jpeg(), purpose="check")
    case = town.worker.act(case, "pass_check", lon=HERE[0], lat=HERE[1], attachments=[photo])
    case = town.duty.act(case, "close")
    assert case["state"] == "closed"
    assert town.steps(case) == [
        "report", "accept", "file", "dispatch", "sign", "sign", "finish", "finish", "pass_check", "close",
    ]  # fmt: skip
    assert all(clock["stopped_at"] for clock in case["clocks"])
    assert {clock["result"] for clock in case["clocks"]} == {"in_time"}
