"""Dates given with a hand-down: whose word holds, who moves it, and what stands where a case is corrected to lie."""

from uuid import UUID

from app.cases.models import Case
from app.core.db import db
from tests.factories.grids import COUNTY, EAST, GRIDS, INSIDE, WEST
from tests.factories.town import GARBAGE, GRID, HERE, HOUSING
from tests.stories.test_levels import FILING, Centre, _filed_below, _in, _same
from tests.support.looks import clocks_of, guarded, refused


def _village(town, township, **report):
    """A case that county and township have handed down, each by its own date; the village's lead has signed."""
    middle, lowest = Centre(town), Centre(town, GRID[:12])
    case = town.acceptor.report(source="superior", **report).get_json() if report else town.worker.report().get_json()
    case = town.duty.act(town.acceptor.act(case, "accept"), "file", **FILING)
    case = town.duty.act(case, "hand_down", centre=WEST, due_at=_in(days=1, hours=6))
    case = middle.duty.act(case, "hand_down", centre=GRID[:12], due_at=township)
    case = lowest.dispatcher.act(lowest.duty.act(case, "file", **FILING), "dispatch", lead=HOUSING)
    return middle, lowest, town.housing.act(case, "sign")


def _asked(town, case, until):
    return town.housing.act(case, "ask_extension", due_at=until, reason="等待材料")


def _fields(actor, case, action):
    offered = next(one for one in actor.read(case)["actions"] if one["action"] == action)
    return {one["field"]: one for one in offered["fields"]}


def _dates(town, case):
    with town.app.app_context():
        row = db.session.get(Case, UUID(case["case_id"]), populate_existing=True)
        return [date.isoformat() if date else None for date in (row.external_due_at, row.handed_down_due_at)]


def test_a_consent_moves_the_date_of_who_consents_and_leaves_that_of_who_was_not_passed(town, clock):
    township, county = _in(days=1, hours=2), _in(days=1, hours=6)
    _, lowest, case = _village(town, township)
    case = _asked(town, case, _in(days=1, hours=4))
    assert "consent_of" not in _fields(lowest.duty, case, "grant_extension")  # one alone: nothing to choose
    paper = {"consent": "镇中心 电话同意", "consent_due_at": _in(days=3)}
    wrong = lowest.duty.try_act(case, "grant_extension", consent_of=[COUNTY], **paper)
    assert "data.consent_of" in refused(wrong, 422)["fields"]
    case = lowest.duty.act(case, "grant_extension", **paper)
    assert _same(_dates(town, case)[1], county)
    assert _same(case["case_due_at"], county)
    case = lowest.duty.act(case, "escalate", reason="无力办理")
    assert _same(case["case_due_at"], county)


def test_what_passes_the_dates_of_two_centres_needs_the_consent_of_both_and_moves_both(town, clock):
    middle, lowest, case = _village(town, _in(days=1, hours=2))
    case = _asked(town, case, _in(days=2))
    field = _fields(lowest.leader if case["tasks"][0]["ask_data"]["long"] else lowest.duty, case, "grant_extension")
    assert [one["value"] for one in field["consent_of"]["choices"]] == [COUNTY, WEST]
    granter = lowest.leader if case["tasks"][0]["ask_data"]["long"] else lowest.duty
    until = _in(days=3)
    paper = {"consent": "县、镇中心 电话同意", "consent_due_at": until, "reason": "情况属实"}
    for named in ({}, {"consent_of": [WEST]}, {"consent_of": [COUNTY]}):
        answer = granter.try_act(case, "grant_extension", **paper, **named)
        (text,) = refused(answer, 422)["fields"]["data.consent_of"]
        assert "须都征得同意" in text
    case = granter.act(case, "grant_extension", consent_of=[WEST, COUNTY], **paper)
    assert _same(_dates(town, case)[1], until)
    case = lowest.duty.act(case, "escalate", reason="无力办理")
    assert _same(_dates(town, case)[1], until)  # the county's, which has moved as well
    case = middle.duty.act(case, "escalate", reason="无力办理")
    assert _dates(town, case)[1] is None


def test_a_superiors_date_and_one_of_a_hand_down_are_each_moved_by_its_giver(town, clock):
    own = {"external_no": "S-9", "external_due": _in(days=1, hours=8)}
    _, lowest, case = _village(town, _in(days=1, hours=2), **own)
    case = _asked(town, case, _in(days=1, hours=5))
    case = lowest.duty.act(case, "grant_extension", consent="镇中心", consent_due_at=_in(days=1, hours=5))
    external, handed_down = _dates(town, case)
    assert (_same(external, _in(days=1, hours=8)), _same(handed_down, _in(days=1, hours=5))) == (True, True)
    steps = town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"]
    assert steps[-1]["data"]["consent_of"] == [WEST]


def test_a_date_given_at_the_second_handing_down_is_the_one_that_consent_moves(town, clock):
    middle = Centre(town)
    case = town.duty.act(town.filed(), "hand_down", centre=WEST, due_at=_in(hours=2))
    case = middle.duty.act(case, "escalate", reason="超出乡镇职权")
    case = town.duty.act(case, "hand_down", centre=WEST, due_at=_in(days=1, hours=4))
    case = middle.dispatcher.act(middle.duty.act(case, "file", **FILING), "dispatch", lead=HOUSING)
    case = _asked(town, town.housing.act(case, "sign"), _in(days=1, hours=5))
    case = middle.duty.act(case, "grant_extension", consent="县中心", consent_due_at=_in(days=1, hours=6))
    assert _same(_dates(town, case)[1], _in(days=1, hours=6))


def test_what_went_down_anew_is_bound_by_the_last_word_alone(town):
    middle, lowest = Centre(town), Centre(town, GRID[:12])
    case = town.duty.act(town.filed(), "hand_down", centre=WEST, due_at=_in(hours=2))
    case = middle.duty.act(case, "escalate", reason="超出乡镇职权")
    last = _in(hours=6)
    case = town.duty.act(case, "hand_down", centre=GRID[:12], due_at=last)
    case = lowest.duty.act(case, "escalate", reason="无力办理")
    assert (case["centre"], _same(case["case_due_at"], last)) == (WEST, True)


def test_a_date_stands_wherever_the_case_is_thought_to_lie_until_it_is_back_with_its_giver(town):
    west, east, lowest = Centre(town), Centre(town, EAST), Centre(town, GRIDS[2][:12])
    case = town.filed()
    own, given = case["case_due_at"], _in(hours=6)
    case = town.duty.act(case, "hand_down", centre=WEST, due_at=given)
    lon, lat = INSIDE[GRIDS[2]]
    case = west.duty.act(case, "correct", lon=lon, lat=lat)
    assert (case["centre"], _same(case["case_due_at"], given)) == (EAST, True)
    guarded(east.duty.try_act(case, "hand_down", centre=GRIDS[2][:12], due_at=_in(hours=7)), "limit_within_case")
    sooner = _in(hours=2)
    case = east.duty.act(case, "hand_down", centre=GRIDS[2][:12], due_at=sooner)
    assert _same(case["case_due_at"], sooner)
    case = lowest.duty.act(case, "escalate", reason="无力办理")
    assert (case["centre"], _same(case["case_due_at"], given)) == (EAST, True)
    case = east.duty.act(case, "escalate", reason="超出乡镇职权")
    assert (case["centre"], _same(case["case_due_at"], own)) == (COUNTY, True)


def test_the_date_of_a_centre_on_the_way_goes_with_its_ground_and_that_of_one_above_both_stands(town):
    west, _, _ = Centre(town), Centre(town, GRID[:12]), Centre(town, EAST)
    there = Centre(town, GRIDS[2][:12])
    case, given = town.filed(), _in(hours=6)
    case = town.duty.act(case, "hand_down", centre=WEST, due_at=given)
    case = west.duty.act(case, "hand_down", centre=GRID[:12], due_at=_in(hours=2))
    lowest = town.hire("duty_officer", "centre", GRID[:12])
    lon, lat = INSIDE[GRIDS[2]]
    case = lowest.act(case, "correct", lon=lon, lat=lat)
    assert (case["centre"], _same(case["case_due_at"], given)) == (GRIDS[2][:12], True)
    case = there.duty.act(case, "escalate", reason="无力办理")
    assert (case["centre"], _same(case["case_due_at"], given)) == (EAST, True)


def test_what_came_back_to_whoever_handed_it_down_is_closed_by_whoever_works_on_it_next(town):
    middle = Centre(town)
    case = _filed_below(town, middle)
    lowest = Centre(town, GRID[:12])
    case = middle.duty.act(case, "hand_down", centre=GRID[:12])
    case = lowest.duty.act(case, "escalate", reason="无力办理")
    case = middle.duty.act(case, "escalate", reason="超出乡镇职权")
    case = town.duty.act(case, "file", **{"class": GARBAGE, "condition": "1"})
    case = town.dispatcher.act(case, "dispatch", lead=HOUSING)
    case = town.housing.act(town.housing.act(case, "sign"), "finish", result="已清理", attachments=[town.photo()])
    case = town.worker.act(case, "pass_check", lon=HERE[0], lat=HERE[1], attachments=[town.photo()])
    town.bring_photos(case)
    assert town.duty.act(case, "close")["state"] == "closed"


def test_a_correction_takes_neither_closing_nor_the_whole_case_from_whoever_handed_it_down(town):
    below = Centre(town)
    case = town.duty.act(town.filed(), "hand_down", centre=WEST)
    case = below.duty.act(case, "file", **{"class": GARBAGE, "condition": "1"})
    case = below.dispatcher.act(case, "dispatch", lead=HOUSING)
    case = town.housing.act(town.housing.act(case, "sign"), "finish", result="已清理", attachments=[town.photo()])
    case = town.worker.act(case, "pass_check", lon=HERE[0], lat=HERE[1], attachments=[town.photo()])
    case = below.duty.act(case, "correct", address="路口东侧")
    assert {one["stage"]: one["answerable"] for one in case["clocks"] if not one["stopped_at"]} == {
        "close": f"centre:{COUNTY}", "case": f"centre:{COUNTY}",
    }  # fmt: skip


def test_who_handed_down_what_was_not_filed_yet_answers_for_the_whole_of_it(town):
    below = Centre(town)
    case = town.duty.act(town.accepted(), "hand_down", centre=WEST)
    case = below.duty.act(case, "file", **{"class": GARBAGE, "condition": "1"})
    assert clocks_of(case, "case")[0]["answerable"] == f"centre:{COUNTY}"
    assert clocks_of(case, "dispatch")[0]["answerable"] == f"centre:{WEST}"
