"""What is of an earlier round says so: a date that has ended, what its sender was told, how content they were."""

from datetime import datetime, timedelta

import pytest

from tests.desk.browser import Desk
from tests.factories.town import GARBAGE, HERE, HOUSING
from tests.support.elements import facts_of, texts_of
from tests.support.looks import clocks_of, refused

TUESDAY = "2026-11-24T09:00:00+08:00"
WEDNESDAY = "2026-11-25T09:00:00+08:00"
NEXT_WEEK = "2026-12-02T09:00:00+08:00"


def _closed(town, **body):
    said = {"source": "superior", "external_no": "督〔2026〕7号", "external_due": TUESDAY, **body}
    case = town.acceptor.act(town.acceptor.report(**said).get_json(), "accept")
    case = town.duty.act(case, "file", **{"class": GARBAGE, "condition": "1"})
    case = _at_work(town, case)
    town.housing.act(case, "finish", result="已清理", attachments=[town.photo()])
    case = town.worker.act(case, "pass_check", lon=HERE[0], lat=HERE[1], attachments=[town.photo()])
    town.bring_photos(case)
    return town.duty.act(case, "close", reply="垃圾已清运", outcome="solved")


def _at_work(town, case):
    return town.housing.act(town.dispatcher.act(case, "dispatch", lead=HOUSING), "sign")


def _again(town, case, way):
    return (town.leader if way == "reopen" else town.acceptor).act(case, way, reason="又出现了")


def _extend(town, case):
    """Ask for half an hour more and grant it as far as it goes; return the answer."""
    until = datetime.fromisoformat(clocks_of(case, "handle")[-1]["due_at"]) + timedelta(minutes=30)
    case = town.housing.act(case, "ask_extension", due_at=until.isoformat(), reason="等待车辆")
    return town.duty.try_act(case, "grant_extension")


@pytest.mark.parametrize("way", ["reopen", "second_order"])
def test_a_date_that_ended_before_the_round_binds_nothing_in_it_and_says_so(town, clock, way):
    case = _closed(town)
    clock.tick(days=7)
    case = _at_work(town, _again(town, case, way))
    assert (case["round"], case["external_due"]) == (2, "2026-11-24T01:00:00+00:00")
    assert _extend(town, case).status_code == 201
    page = Desk(town.app, town.duty).get(f"/desk/cases/{case['case_id']}").text
    assert "2026-11-24 09:00（此前一轮的期限，本轮不受其限）" in [value for _, value in facts_of(page)]


def test_a_date_that_lies_ahead_when_the_round_begins_binds_it_as_before(town, clock):
    case = _closed(town, external_due=NEXT_WEEK)
    clock.set(datetime.fromisoformat("2026-12-01T10:00:00+08:00"))
    case = _at_work(town, _again(town, case, "reopen"))
    assert set(refused(_extend(town, case), 422, "data_missing")["fields"]) == {"data.consent", "data.consent_due_at"}
    page = Desk(town.app, town.duty).get(f"/desk/cases/{case['case_id']}").text
    assert "2026-12-02 09:00" in [value for _, value in facts_of(page)]


def test_what_they_were_told_and_how_content_they_were_is_of_the_round_in_which_it_was_said(town):
    case = town.acceptor.act(_closed(town), "call_back", solved=False, satisfaction="not", why="仍有积水")
    ticket = case["ticket"]
    assert (ticket["reply"], ticket["outcome"], ticket["satisfaction"]) == ("垃圾已清运", "solved", "not")
    case = _again(town, case, "reopen")
    ticket = case["ticket"]
    assert [ticket[name] for name in ("reply", "outcome", "replied_at", "satisfaction")] == [None] * 4
    assert (ticket["called_back"], ticket["reply_owed"]) == (False, True)
    for path in ("", "/file"):
        text = Desk(town.app, town.duty).get(f"/desk/cases/{case['case_id']}{path}").text
        told = [one for one in texts_of(text, "dd", "td") if one.startswith("第 1 轮：")]
        assert sorted(told) == ["第 1 轮：不满意", "第 1 轮：垃圾已清运", "第 1 轮：问题已解决"], path
    case = town.duty.act(case, "reply", reply="已再次清运", outcome="partly")
    assert (case["ticket"]["reply"], case["ticket"]["satisfaction"]) == ("已再次清运", None)
    values = [value for _, value in facts_of(Desk(town.app, town.duty).get(f"/desk/cases/{case['case_id']}").text)]
    assert not [value for value in values if "第 1 轮：垃圾已清运" in value]
    assert [value for value in values if "第 1 轮：不满意" in value]


def test_a_date_that_has_passed_binds_a_later_round_into_which_its_ticket_is_merged(town, clock):
    other = town.acceptor.report(source="superior", external_no="督〔2026〕8号", external_due=WEDNESDAY).get_json()
    case = _closed(town)
    clock.tick(days=7)
    case = _at_work(town, _again(town, case, "reopen"))
    town.acceptor.act(other, "merge", into=case["case_id"])
    case = town.duty.read(case)
    assert case["external_due"] == clocks_of(case, "case")[-1]["due_at"] == "2026-11-25T01:00:00+00:00"
