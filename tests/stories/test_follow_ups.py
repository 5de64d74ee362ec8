"""A dispute that was settled is followed up after a month and after two (跟踪回访): it may have broken out again."""

import pytest

from tests.board.boards import put_in_force
from tests.desk.browser import Desk
from tests.desk.test_lists import numbers
from tests.factories.catalogue import seed_content
from tests.factories.town import DISPUTE, GARBAGE, HERE
from tests.support.elements import texts_of
from workflows.case import CASE
from workflows.case_terms import CaseState

ONCE = {"contacted": True, "solved": True, "satisfaction": "satisfied"}


def filed(town, class_code=DISPUTE):
    return town.filed(class_code=class_code)


def forced(town, case):
    return town.leader.act(case, "force_close", reason="双方已和解", attachments=[town.photo()])


def settled(town):
    """A dispute that its department has settled, checked and closed."""
    case = town.housing.act(town.dispatcher.act(filed(town), "dispatch", lead="D-HOUSING"), "sign")
    case = town.housing.act(case, "finish", result="已和解", attachments=[town.photo()])
    case = town.worker.act(case, "pass_check", lon=HERE[0], lat=HERE[1], attachments=[town.photo()])
    town.bring_photos(case)
    return town.duty.act(case, "close")


def waiting(town):
    return [one["case_id"] for one in town.acceptor.get("cases", queue="to_follow_up").get_json()["items"]]


def day(case):
    return case["follow_up_at"] and case["follow_up_at"][:10]


@pytest.mark.parametrize("end", [settled, lambda town: forced(town, filed(town))], ids=["closed", "forced"])
def test_a_closing_is_followed_up_as_often_as_its_class_wants(town, clock, end):
    case = end(town)
    assert (day(case), case["follow_ups"], waiting(town)) == ("2026-12-23", 0, [])
    case = town.acceptor.act(case, "call_back", **ONCE)
    assert (day(case), case["follow_ups"]) == ("2026-12-23", 0), "called back at once, which is no follow-up"
    clock.tick(days=30)
    assert waiting(town) == [case["case_id"]]
    case = town.acceptor.act(case, "call_back", contacted=False, note="无人接听")
    assert waiting(town) == [case["case_id"]], "nobody was reached"
    case = town.acceptor.act(case, "call_back", **ONCE)
    assert (day(case), case["follow_ups"], waiting(town)) == ("2027-01-22", 1, [])
    clock.tick(days=30)
    assert waiting(town) == [case["case_id"]]
    case = town.acceptor.act(case, "call_back", **ONCE)
    assert (day(case), case["follow_ups"], waiting(town)) == (None, 2, [])


def test_what_broke_out_again_is_reopened_and_its_next_end_is_followed_up_anew(town, clock):
    case = forced(town, filed(town))
    clock.tick(days=30)
    case = town.acceptor.act(case, "call_back", contacted=True, solved=False, satisfaction="not", why="又起争执")
    assert case["reopen_wanted"]
    case = town.supervisor.act(case, "reopen", reason="又起争执")
    assert (day(case), case["follow_ups"], waiting(town)) == (None, 0, [])
    case = forced(town, case)
    assert (day(case), case["follow_ups"]) == ("2027-01-22", 0)


def test_what_is_found_at_the_last_follow_up_can_still_be_reopened(town, clock):
    case = forced(town, filed(town))
    clock.tick(days=75)
    case = town.acceptor.act(case, "call_back", **ONCE)
    assert (day(case), case["follow_ups"]) == (None, 2), "the second day had come when the first call was made"
    case = town.acceptor.act(case, "call_back", contacted=True, solved=False, why="又起争执")
    assert case["ticket"]["satisfaction"] == "satisfied", "what was not asked again stays"
    assert town.supervisor.act(case, "reopen", reason="又起争执")["state"] != "closed"


def test_a_late_call_counts_for_the_last_day_that_has_come(app, town, clock):
    case = forced(town, filed(town))
    clock.tick(days=65)
    assert waiting(town) == [case["case_id"]]
    address = f"/desk/cases/{case['case_id']}"
    assert "2027-01-22（第 2 次，共 2 次）" in texts_of(Desk(app, town.acceptor).get(address).text, "dd")
    case = town.acceptor.act(case, "call_back", **ONCE)
    assert (day(case), case["follow_ups"], waiting(town)) == (None, 2, []), "nobody is called twice at once"


def test_who_cannot_be_reached_is_looked_for_again_on_the_next_day_and_no_more_a_month_after_the_last(town, clock):
    case = forced(town, filed(town))
    for days, there in ((59, True), (2, True), (28, True), (2, False)):
        clock.tick(days=days)
        assert waiting(town) == ([case["case_id"]] if there else []), "after 30 days, and after 60 whatever came of it"


def test_between_two_days_that_lie_far_apart_nobody_is_looked_for(town, clock):
    content = seed_content(DISPUTE)
    content["follow_up"]["after"]["calendar_days"] = 60
    put_in_force(town, content, "class", DISPUTE)
    case = forced(town, filed(town))
    for days, there in ((59, False), (2, True), (30, False), (30, True), (28, True), (2, False)):
        clock.tick(days=days)
        assert waiting(town) == ([case["case_id"]] if there else []), days


def test_a_class_that_wants_none_has_none(town):
    assert day(forced(town, filed(town, GARBAGE))) is None


def test_the_desk_lists_it_and_says_the_day(app, town, clock):
    case = forced(town, filed(town))
    page = Desk(app, town.acceptor).get(f"/desk/cases/{case['case_id']}")
    assert "2026-12-23（第 1 次，共 2 次）" in texts_of(page.text, "dd")
    clock.tick(days=31)
    assert numbers(Desk(app, town.acceptor).get("/desk/queues/to_follow_up")) == [case["number"]]


def test_every_way_to_a_closing_sets_the_day():
    ways = {move.action for move in CASE.moves for target in move.ends() if target == CaseState.CLOSED}
    assert ways == {"close", "close_fixed", "force_close"}, "each calls follow_ups.begin"
