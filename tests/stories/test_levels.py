"""A case goes up when it is beyond a centre, and down to those nearest; whoever handed it down closes it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.cases.models import Case
from app.core import clock as time
from app.core.db import db
from tests.factories.grids import COUNTY, EAST, WEST
from tests.factories.town import GARBAGE, GRID, HERE, HOUSING, SIGN_FIRST, TOWNSHIP
from tests.support.looks import clocks_of, guarded, refused, results, running, tasks_of

FILING = {"class": GARBAGE, "condition": "1"}
LEAFLET = "SC-05"  # a class whose first level is the township


class Centre:
    """A centre of a township with people of its own."""

    def __init__(self, town, code=WEST):
        town.open_centre(code)
        self.acceptor, self.duty = town.hire("acceptor", "centre", code), town.hire("duty_officer", "centre", code)
        self.dispatcher, self.leader = (
            town.hire("dispatcher", "centre", code),
            town.hire("centre_leader", "centre", code),
        )


def _reported_below(town):
    case = town.worker.report(LEAFLET).get_json()
    assert (case["centre"], case["level"]) == (WEST, "township")
    return case


def _in(**amount):
    return (time.now() + timedelta(**amount)).isoformat()


def _same(one, other):
    return datetime.fromisoformat(one) == datetime.fromisoformat(other)


def test_each_centre_acts_on_the_cases_of_its_own_level_only(town):
    below = Centre(town)
    low, high = _reported_below(town), town.worker.report(GARBAGE).get_json()
    assert (high["centre"], high["level"]) == (COUNTY, "county")
    refused(town.acceptor.try_act(low, "accept"), 403, "act_forbidden")
    refused(below.acceptor.try_act(high, "accept"), 403, "act_forbidden")
    assert town.acceptor.read(low)["actions"] == below.acceptor.read(high)["actions"]
    assert below.acceptor.act(low, "accept")["state"] == "accepted"
    assert _count(town.acceptor, "to_accept") == 1
    assert _count(below.acceptor, "to_accept") == 0


def test_a_case_beyond_a_township_goes_up_its_tasks_stop_and_its_clock_runs_on(town, clock):
    below = Centre(town)
    case = below.acceptor.act(_reported_below(town), "accept")
    case = below.duty.act(case, "file", **{"class": LEAFLET, "condition": "1"})
    case = below.dispatcher.act(case, "dispatch", lead=HOUSING)
    before = clocks_of(case, "case")[0]
    clock.tick(minutes=10)
    refused(town.duty.try_act(case, "escalate", reason="超出职权"), 403, "act_forbidden")
    case = below.duty.act(case, "escalate", reason="超出乡镇职权")
    assert (case["state"], case["centre"], case["level"], case["lead"]) == ("accepted", COUNTY, "county", None)
    assert tasks_of(case, "lead")[0]["state"] == "stopped"
    assert results(case, "sign", "handle") == [("sign", "none"), ("handle", "none")]
    after = clocks_of(case, "case")[0]
    assert (after["due_at"], after["stopped_at"]) == (before["due_at"], None)
    assert after["answerable"] == f"centre:{COUNTY}"
    assert running(case) == {"file", "case"}
    refused(town.housing.get(f"cases/{case['case_id']}"), 404)
    refused(below.duty.try_act(case, "file", **{"class": LEAFLET, "condition": "1"}), 403, "act_forbidden")
    case = town.duty.act(case, "file", **{"class": LEAFLET, "condition": "1"})
    assert [clock["started_at"] for clock in clocks_of(case, "case")] == [before["started_at"]]
    town.hire("department_desk", "department", TOWNSHIP)
    assert town.dispatcher.act(case, "dispatch", lead=TOWNSHIP)["state"] == "dispatched"


def test_escalation_before_filing_starts_the_time_to_file_anew_for_the_centre_above(town, clock):
    below = Centre(town)
    case = below.acceptor.act(_reported_below(town), "accept")
    clock.tick(minutes=40)  # the time to file has passed
    case = below.duty.act(case, "escalate", reason="超出职权")
    first, second = clocks_of(case, "file")
    assert (first["result"], first["answerable"]) == ("late", f"centre:{WEST}")
    assert (second["result"], second["answerable"]) == (None, f"centre:{COUNTY}")
    assert datetime.fromisoformat(second["started_at"]) == datetime(2026, 11, 23, 1, 40, tzinfo=UTC)


def test_there_is_nothing_above_the_county_and_nothing_below_without_a_centre(town):
    case = town.filed()
    guarded(town.duty.try_act(case, "escalate", reason="超出职权"), "upper_centre_exists")
    guarded(town.duty.try_act(case, "hand_down", centre=WEST), "lower_centre_exists")
    assert not {"escalate", "hand_down"} & town.duty.actions(case)


def test_a_case_handed_down_is_worked_on_below_and_closed_by_whoever_handed_it_down(town):
    below = Centre(town)
    case = town.filed()
    refused(below.duty.try_act(case, "hand_down", centre=WEST), 403, "act_forbidden")
    case = town.duty.act(case, "hand_down", centre=WEST, due_at=_in(hours=30))
    assert (case["state"], case["centre"], case["level"]) == ("accepted", WEST, "township")
    assert running(case) == {"file", "case"}
    assert clocks_of(case, "case")[0]["answerable"] == f"centre:{COUNTY}"
    refused(town.duty.try_act(case, "file", **{"class": GARBAGE, "condition": "1"}), 403, "act_forbidden")
    case = below.duty.act(case, "file", **{"class": GARBAGE, "condition": "1"})
    case = below.dispatcher.act(case, "dispatch", lead=HOUSING)
    case = town.housing.act(town.housing.act(case, "sign"), "finish", result="已清理", attachments=[town.photo()])
    case = town.worker.act(case, "pass_check", lon=HERE[0], lat=HERE[1], attachments=[town.photo()])
    refused(below.duty.try_act(case, "close"), 403, "act_forbidden")
    assert (_count(town.duty, "to_close"), _count(below.duty, "to_close")) == (1, 0)
    refused(town.duty.try_act(case, "refuse_close"), 422, "data_missing")
    town.bring_photos(case)
    case = town.duty.act(case, "close")
    assert (case["state"], results(case, "case")) == ("closed", [("case", "in_time")])
    # and whoever closes is asked about reopening, not those below
    refused(below.leader.try_act(case, "reopen", reason="未解决"), 403, "act_forbidden")
    assert town.leader.act(case, "reopen", reason="群众反映未解决")["centre"] == WEST


def test_the_limit_handed_down_lies_within_the_cases_own(town):
    Centre(town)
    case = town.filed()
    guarded(town.duty.try_act(case, "hand_down", centre=WEST, due_at=_in(days=60)), "limit_within_case")
    refused(town.duty.try_act(case, "hand_down", centre=WEST, due_at=_in(days=-1)), 422)
    end = _in(hours=2)
    case = town.duty.act(case, "hand_down", centre=WEST, due_at=end)
    assert datetime.fromisoformat(case["case_due_at"]) == datetime.fromisoformat(end)


def test_a_case_is_handed_down_only_to_a_centre_on_its_own_ground(town):
    Centre(town)
    town.open_centre(EAST)
    case = town.filed()
    for wrong in (EAST, COUNTY, "不存在"):
        refused(town.duty.try_act(case, "hand_down", centre=wrong), 422)
    refused(town.duty.try_act(case, "hand_down"), 422, "data_missing")
    assert town.duty.read(case)["centre"] == COUNTY


def test_what_was_handed_down_may_come_back_up_and_then_belongs_to_the_county_again(town):
    below = Centre(town)
    case = town.duty.act(town.filed(), "hand_down", centre=WEST)
    case = below.leader.act(case, "escalate", reason="无力办理")
    assert (case["centre"], case["level"], running(case)) == (COUNTY, "county", {"file", "case"})
    assert town.duty.act(case, "file", **{"class": GARBAGE, "condition": "1"})["state"] == "filed"


def test_a_township_leader_of_another_township_sees_nothing_of_it(town):
    Centre(town)
    stranger = town.hire("acceptor", "centre", EAST)
    refused(stranger.get(f"cases/{_reported_below(town)['case_id']}"), 404)


def _count(actor, queue):
    return next(each["count"] for each in actor.get("queues").get_json()["items"] if each["queue"] == queue)


def _filed_below(town, below, **data):
    case = below.acceptor.act(_reported_below(town), "accept")
    return below.duty.act(case, "file", **{"class": GARBAGE, "condition": "1", **data})


def test_a_case_filed_anew_above_has_the_limit_of_the_class_it_has_now(town, clock):
    below = Centre(town)
    case = _filed_below(town, below)
    before = clocks_of(case, "case")[0]
    clock.tick(minutes=10)
    case = below.duty.act(case, "escalate", reason="超出乡镇职权")
    case = town.duty.act(case, "file", **{"class": SIGN_FIRST, "condition": "1"})
    (after,) = clocks_of(case, "case")
    assert (after["started_at"], after["limit"], after["limit_kind"]) == (before["started_at"], 10, "work_days")
    assert case["case_due_at"] == after["due_at"] > before["due_at"]


def test_what_was_said_of_the_patrol_stays_unless_it_is_said_anew(town):
    below = Centre(town)
    case = _filed_below(town, below, missed_by_patrol=True)
    case = below.duty.act(case, "escalate", reason="超出乡镇职权")
    case = town.duty.act(case, "file", **{"class": GARBAGE, "condition": "1"})
    assert _missed_by_patrol(town, case)
    case = town.duty.act(case, "hand_down", centre=WEST)
    case = below.duty.act(case, "file", **{"class": GARBAGE, "condition": "1", "missed_by_patrol": False})
    assert not _missed_by_patrol(town, case)


def _missed_by_patrol(town, case):
    """What the steps, read in order, say last."""
    steps = town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"]
    said = [(step["data"] or {}).get("changed", {}) for step in steps]
    return [each["missed_by_patrol"] for each in said if "missed_by_patrol" in each][-1]


def test_the_date_of_a_superior_holds_again_when_what_was_handed_down_comes_back(town):
    below = Centre(town)
    superior = _in(days=4)
    case = town.acceptor.report(SIGN_FIRST, source="superior", external_due=superior).get_json()
    case = town.acceptor.act(case, "accept")
    case = town.duty.act(case, "file", **{"class": SIGN_FIRST, "condition": "1"})
    before = case["case_due_at"]
    assert datetime.fromisoformat(before) == datetime.fromisoformat(superior)
    sooner = _in(days=1)
    case = town.duty.act(case, "hand_down", centre=WEST, due_at=sooner)
    assert datetime.fromisoformat(case["case_due_at"]) == datetime.fromisoformat(sooner)
    case = below.duty.act(case, "escalate", reason="无力办理")
    assert case["case_due_at"] == clocks_of(case, "case")[0]["due_at"] == before


def test_a_cases_own_limit_holds_again_when_what_was_handed_down_comes_back(town):
    below = Centre(town)
    case = town.filed()
    before = case["case_due_at"]
    case = town.duty.act(case, "hand_down", centre=WEST, due_at=_in(hours=2))
    assert case["case_due_at"] < before
    assert below.duty.act(case, "escalate", reason="无力办理")["case_due_at"] == before


def test_whoever_handed_it_down_closes_though_it_came_up_a_part_of_the_way(town):
    middle, lowest = Centre(town), Centre(town, GRID[:12])
    case = town.filed()
    sooner = _in(hours=3)
    case = town.duty.act(case, "hand_down", centre=GRID[:12], due_at=sooner)
    case = lowest.duty.act(case, "escalate", reason="无力办理")
    assert case["centre"] == WEST
    assert datetime.fromisoformat(case["case_due_at"]) == datetime.fromisoformat(sooner)  # it is the county's word
    case = middle.duty.act(case, "file", **{"class": GARBAGE, "condition": "1"})
    case = middle.dispatcher.act(case, "dispatch", lead=HOUSING)
    case = town.housing.act(town.housing.act(case, "sign"), "finish", result="已清理", attachments=[town.photo()])
    case = town.worker.act(case, "pass_check", lon=HERE[0], lat=HERE[1], attachments=[town.photo()])
    town.bring_photos(case)
    refused(middle.duty.try_act(case, "close"), 403, "act_forbidden")
    assert town.duty.act(case, "close")["state"] == "closed"


def test_each_centre_on_the_way_down_sets_a_limit_that_holds_until_it_has_the_case_back(town):
    middle, lowest = Centre(town), Centre(town, GRID[:12])
    case = town.filed()
    own, county, township = case["case_due_at"], _in(hours=6), _in(hours=2)
    case = town.duty.act(case, "hand_down", centre=WEST, due_at=county)
    case = middle.duty.act(case, "hand_down", centre=GRID[:12], due_at=township)
    assert _same(case["case_due_at"], township)
    case = lowest.duty.act(case, "escalate", reason="无力办理")
    assert _same(case["case_due_at"], county)
    case = middle.duty.act(case, "hand_down", centre=GRID[:12])  # with no date of its own
    assert _same(case["case_due_at"], county)
    case = middle.duty.act(lowest.duty.act(case, "escalate", reason="无力办理"), "escalate", reason="超出乡镇职权")
    assert _same(case["case_due_at"], own)


def test_a_date_to_which_the_county_has_consented_holds_when_the_case_comes_back_from_below(town):
    middle, lowest = Centre(town), Centre(town, GRID[:12])
    case = town.duty.act(town.filed(), "hand_down", centre=WEST, due_at=_in(hours=6))
    case = middle.duty.act(case, "file", **{"class": case["class"]["code"], "condition": "1"})
    case = town.housing.act(middle.dispatcher.act(case, "dispatch", lead=HOUSING), "sign")
    later, consented = _in(days=2), _in(days=3)
    case = town.housing.act(case, "ask_extension", due_at=later, reason="等待材料")
    paper = {"consent": "县中心 11月23日 电话同意", "consent_due_at": consented}
    case = middle.duty.act(case, "grant_extension", **paper)
    case = middle.dispatcher.act(case, "recall", reason_code="silent", reason="一直未处置")
    case = middle.duty.act(case, "hand_down", centre=GRID[:12], due_at=_in(hours=2))
    assert _same(case["case_due_at"], _in(hours=2))
    case = lowest.duty.act(case, "escalate", reason="无力办理")
    with town.app.app_context():
        row = db.session.get(Case, UUID(case["case_id"]))
        assert row.handed_down_due_at == datetime.fromisoformat(consented)
