"""What was wrong is put right, and the limits are counted anew from where they began."""

from datetime import datetime, timedelta

from tests.factories.grids import EAST, GRIDS, WEST
from tests.factories.town import HERE, HOUSING, NEXT_GRID, THERE, WAGES
from tests.support.looks import clocks_of, refused, running


def _due_after(case, stage):
    clock = clocks_of(case, stage)[-1]
    return datetime.fromisoformat(clock["due_at"]) - datetime.fromisoformat(clock["started_at"])


def test_a_corrected_class_has_its_own_limits_from_the_original_start(town, clock):
    case = town.handling()
    before = clocks_of(case, "handle")[0]
    clock.tick(minutes=20)
    refused(town.dispatcher.try_act(case, "correct", **{"class": "0508", "condition": "1"}), 403, "act_forbidden")
    case = town.duty.act(case, "correct", **{"class": "0110", "condition": "1"})
    assert (case["class"]["code"], case["condition"]["code"], case["state"]) == ("0110", "1", "handling")
    after = clocks_of(case, "handle")[0]
    assert after["started_at"] == before["started_at"]
    assert (after["limit"], after["limit_kind"]) == (7, "work_days")
    assert after["due_at"] > before["due_at"]
    assert clocks_of(case, "case")[0]["limit"] == 10  # and the centre's allowance of three days
    back = town.duty.act(case, "correct", **{"class": "0102", "condition": "1"})
    assert clocks_of(back, "handle")[0]["due_at"] == before["due_at"]
    assert running(back) == {"handle", "case"}


def test_a_corrected_condition_changes_the_limit_of_the_work(town):
    case = town.duty.act(town.dispatched(), "correct", condition="2")
    assert (clocks_of(case, "handle")[0]["limit"], clocks_of(case, "handle")[0]["limit_kind"]) == (2, "work_days")


def test_a_correction_says_something_and_something_that_exists(town):
    case = town.filed()
    refused(town.duty.try_act(case, "correct"), 422)
    wrong = (
        {"class": "9999"},
        {"class": "0110"},
        {"condition": "77"},
        {"grid": "141025999"},
        {"lon": 100.0, "lat": 36},
    )
    for data in wrong:
        refused(town.duty.try_act(case, "correct", **data), 422)
    assert town.duty.read(case)["seq"] == case["seq"]


def test_a_class_is_corrected_before_filing_without_a_condition(town):
    case = town.duty.act(town.worker.report(None).get_json(), "correct", **{"class": "0110"})
    assert (case["class"]["code"], case["condition"], case["state"]) == ("0110", None, "reported")


def test_a_corrected_place_moves_the_case_into_its_grid(town):
    case = town.accepted()
    assert town.next_worker.try_act(case, "comment", text="在哪里").status_code == 404
    case = town.duty.act(case, "correct", lon=THERE[0], lat=THERE[1], address="永安路东头")
    assert (case["grid"]["code"], case["lon"], case["address"]) == (NEXT_GRID, THERE[0], "永安路东头")
    assert town.next_worker.read(case)["grid"]["code"] == NEXT_GRID


def test_a_grid_may_be_corrected_where_a_border_is_disputed(town):
    case = town.duty.act(town.accepted(), "correct", grid=NEXT_GRID)
    assert (case["grid"]["code"], case["lon"]) == (NEXT_GRID, HERE[0])


def test_a_corrected_class_or_condition_makes_what_others_have_seen_stale(town):
    case = town.filed()
    town.duty.act(case, "correct", condition="2")
    body = refused(town.dispatcher.try_act(case, "dispatch", seen=case["seq"], lead=HOUSING), 409, "stale")
    assert body["case"]["condition"]["code"] == "2"


def test_a_case_that_leaves_its_centres_ground_finds_the_centre_of_the_other(town, clock):
    for code in (WEST, EAST):
        town.open_centre(code)
    duty, other = town.hire("duty_officer", "centre", WEST), town.hire("acceptor", "centre", EAST)
    case = town.worker.report("SC-05").get_json()
    assert case["centre"] == WEST
    before = clocks_of(case, "accept")[0]
    clock.tick(minutes=90)
    case = duty.act(case, "correct", grid=GRIDS[2])
    assert (case["centre"], case["level"]) == (EAST, "township")
    first, second = clocks_of(case, "accept")
    assert (first["answerable"], first["result"], first["due_at"]) == (f"centre:{WEST}", "in_time", before["due_at"])
    assert (second["answerable"], second["result"]) == (f"centre:{EAST}", None)
    assert (second["limit"], second["continues"]) == (first["limit"], None), "a time of its own"
    assert _due_after(case, "accept") >= timedelta(minutes=120)
    assert other.act(case, "accept")["state"] == "accepted"
    refused(duty.get(f"cases/{case['case_id']}"), 404)


def test_a_case_corrected_into_a_confidential_class_disappears_for_whoever_may_not_read_it(town):
    case = town.filed()
    assert town.township.read(case)
    town.duty.act(case, "correct", **{"class": WAGES, "condition": "1"})
    refused(town.township.get(f"cases/{case['case_id']}"), 404)
    assert town.duty.read(case)["confidential"]


def test_an_ended_case_is_not_corrected(town):
    case = town.worker.act(town.worker.report().get_json(), "withdraw")
    refused(town.duty.try_act(case, "correct", description="改"), 409, "move_not_allowed")


def test_a_correction_while_a_called_department_is_awaited_keeps_its_time(town):
    case = town.township.act(town.handling(), "whistle", called=["Q-WATER"])
    before = clocks_of(case, "arrive")[0]
    case = town.duty.act(case, "correct", **{"class": "0110", "condition": "1"})
    assert clocks_of(case, "arrive")[0]["due_at"] == before["due_at"]
    urgent = town.duty.act(case, "urgent")
    assert clocks_of(urgent, "arrive")[0]["limit_kind"] == "urgent_minutes"
    assert _due_after(urgent, "arrive") == timedelta(minutes=120)
