"""Check-ups of several years stand beside each other: what was answered, what was found, what of it is solved."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.campaigns import exports, queries
from app.core import clock as time
from app.core.db import db
from app.core.transaction import transaction
from app.identity import queries as identity
from app.rounds.models import RoundFinding, RoundRow
from tests.desk.browser import Desk
from tests.factories import campaigns, rounds
from tests.factories.grids import COUNTY, EAST, VILLAGES, WEST
from tests.factories.town import GARBAGE, HERE, HOUSING, NEXT_GRID
from tests.support.elements import texts_of, value_of
from tests.support.exports import taken
from tests.support.looks import refused

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
    assert compared(years.supervisor, grid=COUNTY) == compared(years.supervisor)
    for code in ("141025999", VILLAGES[0]):
        asked = {"service": "urban", "round": "check_up", "grid": code}
        assert list(refused(years.supervisor.get("campaigns/comparison", **asked), 422)["fields"]) == ["grid"]


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
    heading, *rows = taken(app, desk, value_of(page, "table"), value_of(page, "query"))
    assert heading[:4] == ["年份", "问题", "答案", "次数"]
    assert [row[:6] for row in rows if row[1] == "停车缺口"] == [
        ["2026", "停车缺口", "", "1", "40", "40"], ["2027", "停车缺口", "", "1", "12", "12"],
    ]  # fmt: skip
    assert [row[:4] for row in rows[-4:]] == [
        ["2026", "发现问题", "", "1"], ["2027", "发现问题", "", "1"],
        ["2026", "已解决", "", "0"], ["2027", "已解决", "", "0"],
    ]  # fmt: skip
    elsewhere = Desk(app, years.hire("township_leader", "grid", EAST))
    page = elsewhere.get("/board/campaigns/comparison").get_data(as_text=True)
    assert texts_of(page, "th", scope="row") == ["已解决 / 发现"], "nothing was answered on that ground"


def test_nobody_compares_where_there_is_nothing(app, town, clock):
    page = Desk(app, town.supervisor).get("/board/campaigns/comparison").get_data(as_text=True)
    assert texts_of(page, "p", **{"class": "empty-title"}) == ["还没有可以对照的结果"]


def test_years_are_counted_and_not_campaigns_and_a_census_is_not_compared(years, monkeypatch):
    monkeypatch.setattr(queries, "YEARS_MOST", 2)
    for title in ("第二次", "第三次"):
        campaigns.close(years.duty, campaigns.opened(years.duty, title=title))
    campaigns.close(years.duty, campaigns.opened(years.duty, title="普查", kind="census"))
    found = compared(years.supervisor)["years"]
    assert [(one["year"], len(one["campaigns"])) for one in found] == [(2026, 3), (2027, 1)]


def test_solved_is_what_is_closed_without_force_also_where_another_case_carries_it(app, town, clock):
    rounds.provide(app, campaigns.check_up())
    campaign_id = campaigns.opened(town.duty)
    one = rounds.take(town.worker, campaigns.mine(town.worker)[0], "start")
    cases = [{"case_id": str(uuid4())} for _ in range(3)]
    for case in cases:
        one = rounds.take(town.worker, one, "find", stop=1, report=REPORT, **case)
    rounds.take(town.worker, one, "finish")
    forced, merged, again = cases
    carrier = town.worker.report().get_json()
    town.acceptor.act(merged, "merge", into=again["case_id"])
    town.acceptor.act(again, "merge", into=carrier["case_id"])

    def counted():
        progress = campaigns.read(town.supervisor, campaign_id)["progress"]
        return progress["findings"], progress["solved"]

    assert counted() == (3, 0)
    town.leader.act(forced, "force_close", reason="无法解决", attachments=[town.photo()])
    assert counted() == (3, 0), "closed by force is not solved"
    solve(town, carrier)
    assert counted() == (3, 2), "what was merged is solved with what carries it"


def test_a_case_that_was_found_twice_counts_once(app, town, clock):
    rounds.provide(app, campaigns.check_up())
    campaign_id = campaigns.opened(town.duty)
    case_id = str(uuid4())
    one = rounds.take(town.worker, campaigns.mine(town.worker)[0], "start")
    rounds.take(town.worker, one, "find", stop=1, case_id=case_id, report=REPORT)
    with app.app_context(), transaction():
        other = db.session.scalar(select(RoundRow).where(RoundRow.grid == NEXT_GRID))
        db.session.add(RoundFinding(case_id=UUID(case_id), round_id=other.round_id, at=time.now()))
    progress = campaigns.read(town.supervisor, campaign_id)["progress"]
    assert progress["findings"] == 1


def test_what_was_put_down_on_a_cancelled_round_is_not_summed_up(app, town, clock):
    rounds.provide(app, campaigns.check_up())
    campaign_id = campaigns.opened(town.duty)
    one = rounds.take(town.worker, campaigns.mine(town.worker)[0], "start")
    one = rounds.take(town.worker, one, "visit", stop=1, answers={"parking": 7, "access": True})
    rounds.take(town.duty, rounds.read(town.duty, one), "cancel", reason="走错网格")
    campaigns.close(town.duty, campaign_id)
    assert campaigns.read(town.duty, campaign_id)["results"] == []


def test_lists_as_files_and_years_cost_the_same_however_many_campaigns(years, app, query_count):
    def cost(look):
        look()
        with query_count() as sent:
            look()
        return len(sent)

    looks = (lambda: compared(years.supervisor), lambda: rows_of(app, years.supervisor))
    before = [cost(look) for look in looks]
    for number in range(3):
        campaigns.close(years.duty, campaigns.opened(years.duty, title=str(number)))
    assert [cost(look) for look in looks] == before


def rows_of(app, actor):
    """The lines of the list of campaigns as its file has them."""
    with app.app_context():
        person = identity.people([actor.id])[0]
        keys = exports.CAMPAIGNS.keys(person, {}, 100)
        return list(exports.CAMPAIGNS.rows(person, keys))


def solve(town, case):
    """Let a case go all its way to its end."""
    town.acceptor.act(case, "accept")
    town.duty.act(case, "file", **{"class": GARBAGE, "condition": "1"})
    town.housing.act(town.dispatcher.act(case, "dispatch", lead=HOUSING), "sign")
    town.housing.act(case, "finish", result="已处置", attachments=[town.photo()])
    town.worker.act(case, "pass_check", lon=HERE[0], lat=HERE[1], attachments=[town.photo()])
    town.bring_photos(case)
    town.duty.act(case, "close")
