"""Check-ups of several years stand beside each other: what was answered, what was found, what of it is solved."""

from datetime import timedelta
from uuid import uuid4

import pytest

from app.core import clock as time
from tests.desk.browser import Desk
from tests.factories import campaigns, rounds
from tests.factories.grids import EAST, WEST
from tests.factories.town import GARBAGE, HERE
from tests.support.elements import texts_of

REPORT = {"class": GARBAGE, "description": "楼道里堆着垃圾", "lon": HERE[0], "lat": HERE[1]}


def year(town, **answers):
    """Let a check-up be opened, done in one grid with a finding, and closed; return its id and the case."""
    campaign_id, case_id = campaigns.opened(town.duty), str(uuid4())
    one = rounds.take(town.worker, campaigns.mine(town.worker)[-1], "start")
    one = rounds.take(town.worker, one, "visit", stop=1, answers=answers)
    one = rounds.take(town.worker, one, "find", stop=1, case_id=case_id, report=REPORT)
    rounds.take(town.worker, one, "finish")
    assert campaigns.close(town.duty, campaign_id).status_code == 200
    return campaign_id, {"case_id": case_id}


def compared(actor, **more):
    answer = actor.get("campaigns/comparison", service="urban", round="check_up", **more)
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()


@pytest.fixture
def years(app, town, clock):
    """A town with a check-up in each of two years."""
    rounds.provide(app, campaigns.check_up())
    year(town, parking=40, access=False, content="不满意")
    with time.at(time.now() + timedelta(days=366)):
        year(town, parking=12, access=True, content="满意")
    return town


def test_years_stand_beside_each_other(years):
    found = compared(years.supervisor)
    assert [one["year"] for one in found["years"]] == [2026, 2027]
    assert [(one["findings"], one["solved"]) for one in found["years"]] == [(1, 0), (1, 0)]
    lines = {(one["field"], one["answer"]): one["by_year"] for one in found["lines"]}
    assert [one["mean"] for one in lines["parking", None]] == [40.0, 12.0]
    assert [one["count"] for one in lines["access", "true"]] == [0, 1]
    assert [one["count"] for one in lines["content", "不满意"]] == [1, 0]


def test_a_part_of_the_ground_is_compared_alone(years):
    assert compared(years.supervisor, grid=WEST)["lines"] == compared(years.supervisor)["lines"]
    elsewhere = compared(years.supervisor, grid=EAST)
    assert (elsewhere["lines"], [one["findings"] for one in elsewhere["years"]]) == ([], [0, 0])
    east = years.hire("township_leader", "grid", EAST)
    assert compared(east)["lines"] == []
    assert compared(years.supervisor, grid="141025999")["lines"] == []


def test_a_form_that_has_changed_meanwhile_is_compared_by_what_both_asked(app, town, clock):
    rounds.provide(app, campaigns.check_up())
    year(town, parking=40, access=False)
    later = [{"field": "parking", "label": "停车泊位缺口", "type": "integer", "required": True, "minimum": 0}]
    rounds.provide(app, campaigns.check_up(form=later))
    with time.at(time.now() + timedelta(days=366)):
        year(town, parking=12)
    lines = {(one["field"], one["answer"]): one["by_year"] for one in compared(town.supervisor)["lines"]}
    assert [one["count"] for one in lines["parking", None]] == [1, 1]
    assert [one["count"] for one in lines["access", "false"]] == [1, 0]


def test_the_page_compares_what_is_chosen(years, app):
    desk = Desk(app, years.supervisor)
    page = desk.get("/board/campaigns/comparison").get_data(as_text=True)
    assert texts_of(page, "th", scope="col") == ["问题", "答案", "2026", "2027"]
    assert "停车缺口" in texts_of(page, "th", scope="row")
    assert desk.get("/board/campaigns/comparison?round_key=x:y&grid=z").status_code == 200
    nobody = Desk(app, years.hire("township_leader", "grid", "141025101"))
    assert texts_of(nobody.get("/board/campaigns/comparison").get_data(as_text=True), "th", scope="col") != []
