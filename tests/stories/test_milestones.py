"""What a filing condition wants reached on the way has clocks of its own, beside the handle clock and never instead."""

import re
import tempfile
from datetime import datetime

import pytest

from app.cases.proof import verify
from app.cases.proof.verify import Tally, VerifyScope
from app.catalogue import service as catalogue
from app.core.transaction import transaction
from tests.cases.clocks.test_escalations import heard, local, rise
from tests.desk.browser import Desk
from tests.factories import catalogue as documents
from tests.factories.town import COVER, GARBAGE, HERE, HOUSING
from tests.support.elements import tight
from tests.support.looks import clocks_of, refused, results
from workflows.case_forms import FORMS
from workflows.case_terms import CaseAction

STOP, PUNISH, REMOVE = "停工", "已依法处罚", "彻底拆除"


@pytest.fixture
def town(town, clock):
    """Garbage has the three milestones of an illegal building: 4 work hours, 7 and 20 work days. Monday, 9 o'clock."""
    clock.set(datetime.fromisoformat("2026-11-23T09:00:00+08:00"))
    building = documents.seed_content("0101")["conditions"][0]["milestones"]
    content = documents.seed_content(GARBAGE)
    content["conditions"][0]["milestones"] = building
    file = documents.documents_file(tempfile.mkdtemp(), ("class", GARBAGE, content))
    with town.app.app_context(), transaction():
        catalogue.import_files([file], by="test")
    return town


def ends(case):
    return [(one["milestone"], one["text"], one["due_at"]) for one in clocks_of(case, "milestone")]


def test_they_run_from_the_start_of_handling_urge_and_are_judged_apart(town, clock, sweep):
    case = town.handling()
    # 9:00 + 4 work hours (8-12, 14:30-18): 3 h until noon, 1 h until 15:30; 7 work days later (24-27 and 30
    # November, 1 and 2 December) and 20 (until 21 December) at the same time of day
    assert ends(case) == [
        (1, STOP, "2026-11-23T07:30:00+00:00"),
        (2, PUNISH, "2026-12-02T01:00:00+00:00"),
        (3, REMOVE, "2026-12-21T01:00:00+00:00"),
    ]
    handle = clocks_of(case, "handle")[0]
    assert case["due_at"] == handle["due_at"]  # nobody's work waits for them
    offered = town.housing.get(f"cases/{case['case_id']}").get_json()["actions"]
    (field,) = [one for act in offered if act["action"] == "milestone" for one in act["fields"] if one["field"] == "n"]
    assert [one["label"] for one in field["choices"]] == [STOP, PUNISH, REMOVE]
    clock.set(datetime.fromisoformat("2026-11-23T15:00:00+08:00"))
    case = town.housing.act(case, "milestone", n=1, note="已停工", attachments=[town.photo()])
    assert results(case, "milestone", "handle") == [
        ("handle", None), ("milestone", "in_time"), ("milestone", None), ("milestone", None),
    ]  # fmt: skip
    assert "data.n" in refused(town.housing.try_act(case, "milestone", n=1), 422)["fields"]
    assert "data.n" in refused(town.housing.try_act(case, "milestone"), 422)["fields"]
    clock.set(datetime.fromisoformat("2026-12-03T09:00:00+08:00"))
    sweep()
    case = town.housing.read(case)
    assert [one["overdue"] for one in clocks_of(case, "milestone")] == [False, True, False]
    town.drain()
    told = [one["text"] for one in town.housing.get("notices").get_json()["items"]]
    assert any(f"节点（{PUNISH}）" in text for text in told), told
    pages = [
        Desk(town.app, town.housing).get(f"/desk/cases/{case['case_id']}{path}").text for path in ("", "/file")
    ]  # fmt: skip
    assert f"节点：{PUNISH}" in pages[0]
    assert STOP in pages[1]
    assert "已停工" in pages[1]
    case = town.housing.act(case, "milestone", n=2)
    case = town.housing.act(case, "finish", result="已拆除", attachments=[town.photo()])
    assert results(case, "milestone") == [("milestone", "in_time"), ("milestone", "late"), ("milestone", "none")]
    assert [one["reached"] for one in clocks_of(case, "milestone")] == [True, True, False]
    refused(town.housing.try_act(case, "milestone", n=3), 409, "move_not_allowed")


def test_another_lead_has_its_own_and_what_was_reached_is_not_asked_for_again(town, clock):
    case = town.housing.act(town.handling(assist=["Q-WATER"]), "milestone", n=1)
    assert {one["task"] for one in clocks_of(case, "milestone")} == {1}  # the lead's alone
    case = town.dispatcher.act(case, "recall", reason_code="silent", reason="没有进展")
    assert results(case, "milestone") == [("milestone", "in_time"), ("milestone", "none"), ("milestone", "none")]
    clock.tick(hours=1)
    case = town.dispatcher.act(case, "dispatch", lead=HOUSING)
    again = clocks_of(case, "milestone")[3:]
    assert [(one["milestone"], one["result"]) for one in again] == [(2, None), (3, None)]
    case = town.dispatcher.act(case, "withdraw_dispatch")
    case = town.dispatcher.act(case, "dispatch", lead="E-COUNTY")
    assert [one["milestone"] for one in clocks_of(case, "milestone")[5:]] == [1, 2, 3]


def test_one_that_was_reached_late_is_not_asked_for_again_and_one_never_reached_says_so(town, clock):
    case = town.handling()
    clock.set(datetime.fromisoformat("2026-12-03T09:00:00+08:00"))  # after the first and the second
    case = town.housing.act(case, "milestone", n=1)
    clock.tick(minutes=1)
    case = town.dispatcher.act(case, "recall", reason_code="silent", reason="没有进展")
    assert results(case, "milestone") == [("milestone", "late"), ("milestone", "late"), ("milestone", "none")]
    assert [one["reached"] for one in clocks_of(case, "milestone")] == [True, False, False]
    clock.tick(minutes=1)
    case = town.dispatcher.act(case, "dispatch", lead=HOUSING)
    assert [one["milestone"] for one in clocks_of(case, "milestone")[3:]] == [2, 3]


@pytest.mark.parametrize("way", ["force_close", "condition", "class"])
def test_whatever_stops_one_whose_time_was_over_leaves_it_late(town, clock, way):
    case = town.handling()
    clock.set(local("23 16:00"))  # half an hour after the first; no timer has come by
    if way == "force_close":
        case = town.leader.act(case, way, reason="无法解决", attachments=[town.photo()])
        assert results(case, "handle") == [("handle", "none")], "by the forced end itself nobody is judged"
    else:
        corrected = {"condition": "2"} if way == "condition" else {"class": COVER, "condition": "1"}
        case = town.duty.act(case, "correct", **corrected)
    former = clocks_of(case, "milestone")[:3]
    assert [(one["result"], one["reached"]) for one in former] == [("late", False), ("none", False), ("none", False)]
    town.drain()
    with town.app.app_context():
        assert list(verify.faults(VerifyScope(), Tally())) == []


def test_one_that_stands_still_past_its_end_is_not_late_by_a_forced_end(town, clock):
    case = town.housing.act(town.handling(), "ask_deferral", review_on="2026-12-24", reason="冬季不能施工")
    case = town.leader.act(case, "grant_deferral")
    clock.set(local("23 16:00"))
    case = town.leader.act(case, "force_close", reason="无法解决", attachments=[town.photo()])
    assert results(case, "milestone") == [("milestone", "none")] * 3


def test_they_pause_with_the_case_and_follow_a_corrected_class(town, clock):
    case = town.handling()
    case = town.housing.act(case, "ask_deferral", review_on="2026-12-24", reason="冬季不能施工")
    case = town.leader.act(case, "grant_deferral")
    assert all(one["paused_at"] for one in clocks_of(case, "milestone"))
    clock.tick(days=1)
    case = town.leader.act(case, "resume", reason="天气转好")
    assert not any(one["paused_at"] for one in clocks_of(case, "milestone"))
    assert ends(case)[0][2] == "2026-11-24T07:30:00+00:00"  # a whole work day later
    case = town.duty.act(case, "correct", **{"class": COVER, "condition": "1"})
    now = clocks_of(case, "milestone")[3:]
    assert [(one["text"], one["limit"], one["limit_kind"]) for one in now] == [
        ("设置警示，看守现场", 30, "urgent_minutes")
    ]
    assert results(case, "milestone")[:3] == [("milestone", "none")] * 3


def test_the_case_file_names_the_milestone_that_was_reached_then(town, clock):
    case = town.handling()
    first, corrected = town.housing.act(case, "milestone", n=1)["clocks"], {"class": COVER, "condition": "1"}
    clock.tick(minutes=1)
    case = town.housing.act(town.duty.act(case, "correct", **corrected), "milestone", n=1)
    texts = [one["text"] for one in clocks_of(case, "milestone") if one["milestone"] == 1]
    assert texts == [next(one["text"] for one in first if one["milestone"] == 1), "设置警示，看守现场"]
    page = Desk(town.app, town.supervisor).get(f"/desk/cases/{case['case_id']}/file").text
    label = next(field.label for field in FORMS[CaseAction.MILESTONE].fields if field.name == "n")
    assert re.findall(f"{label}</dt><dd>([^<]*)</dd>", tight(page)) == texts


def test_a_late_one_rises_by_a_ladder_of_its_own(town, clock):
    """It ends on Monday at 15:30: the leader hears then, the duty officer 240 work minutes later (150 until 18:00)."""
    chief, other = (town.hire("department_leader", "department", code) for code in (HOUSING, "Q-WATER"))
    town.handling()
    for moment, counts in (("23 15:29", (0, 0)), ("23 15:30", (1, 0)), ("24 09:29", (1, 0)), ("24 09:30", (2, 1))):
        clock.set(local(moment))  # on Tuesday at 09:30 the handling itself has ended, too, and the leader hears of that
        rise(town)
        assert (heard(chief), heard(town.duty)) == counts, moment
    assert heard(other) == heard(town.leader) == 0
    texts = [one["text"] for one in chief.get("notices").get_json()["items"] if one["kind"] == "raised"]
    assert any(f"节点（{STOP}）" in text for text in texts), texts


def test_what_is_done_again_after_a_check_has_none(town):
    case = town.housing.act(town.handling(), "finish", result="已拆除", attachments=[town.photo()])
    where = {"lon": HERE[0], "lat": HERE[1], "attachments": [town.photo()]}
    case = town.worker.act(case, "fail_check", tasks=[1], **where)
    case = town.housing.act(case, "sign")
    assert [one["result"] for one in clocks_of(case, "milestone")] == ["none", "none", "none"]


def test_hours_of_an_urgent_case_run_through_the_night(town, clock):
    """Dispatched on Monday at 16:00: four hours later is 20:00; the ones in work days stay work days."""
    case = town.filed()
    town.acceptor.act(case, "urgent")
    clock.set(local("23 16:00"))
    case = town.dispatcher.act(case, "dispatch", lead=HOUSING)
    kinds = [(one["limit"], one["limit_kind"]) for one in clocks_of(case, "milestone")]
    assert kinds == [(240, "urgent_minutes"), (7, "work_days"), (20, "work_days")]
    assert ends(case)[0][2] == "2026-11-23T12:00:00+00:00"


def test_hours_of_a_case_that_is_urgent_no_more_are_work_hours_wherever_they_began(town, clock):
    """Begun on Monday at 16:00: two work hours until 18:00, two more on Tuesday from 8:00, so until 10:00.

    Marked before or after that, and taken up anew while it is urgent, they end there when the marking is taken away.
    """
    for begun in ("urgent", "ordinary", "anew"):
        clock.set(local("23 09:00"))
        case = town.filed()
        if begun != "ordinary":
            town.acceptor.act(case, "urgent")
        clock.set(local("23 16:00"))
        case = town.dispatcher.act(case, "dispatch", lead=HOUSING)
        if begun == "anew":
            town.dispatcher.act(case, "withdraw_dispatch")
            case = town.dispatcher.act(case, "dispatch", lead=HOUSING)
        clock.set(local("23 16:30"))
        if begun == "ordinary":
            town.acceptor.act(case, "urgent")
        case = town.acceptor.act(case, "clear_urgent")
        (first, *_) = [one for one in clocks_of(case, "milestone") if one["stopped_at"] is None]
        assert (first["limit"], first["limit_kind"]) == (240, "work_minutes"), begun
        assert first["due_at"] == "2026-11-24T02:00:00+00:00", begun
        town.drain()
    with town.app.app_context():
        assert list(verify.faults(VerifyScope(), Tally())) == []
