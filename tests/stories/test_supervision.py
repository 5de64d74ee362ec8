"""A supervision order has a number, words, a date with a clock of its own, an answer, and somebody who lifts it."""

from datetime import datetime

import pytest

from app.cases import jobs
from app.cases.clocks import escalations
from tests.cases.clocks.test_escalations import heard, rise
from tests.desk.browser import Desk
from tests.factories.town import HOUSING, WATER
from tests.support.elements import rows_of
from tests.support.looks import clocks_of, guarded, refused

DUE = "2026-11-25T09:00:00+08:00"
ORDER = {"grade": "yellow", "order": "三日内办结并答复", "due_at": DUE}


def _moment(text):
    return datetime.fromisoformat(text)


def _sweep(town):
    with town.app.app_context():
        return jobs.sweep_clocks()


def test_an_order_is_answered_by_the_lead_and_lifted_by_whoever_looks_on(town, clock):
    case = town.supervisor.act(town.handling(assist=[WATER]), "supervise", **ORDER)
    (order,) = case["supervisions"]
    assert (order["number"], order["order"], order["due_at"]) == (
        f"DB{case['number']}-1", ORDER["order"], "2026-11-25T01:00:00+00:00",
    )  # fmt: skip
    ends = case["due_at"]
    (own,) = clocks_of(case, "supervision")
    assert (own["due_at"], own["answerable"]) == (order["due_at"], f"department:{HOUSING}")
    case = town.duty.act(case, "urge")
    assert case["due_at"] == ends  # nobody's work waits for it
    town.acceptor.act(case, "urgent")
    case = town.acceptor.act(case, "clear_urgent")
    assert clocks_of(case, "supervision")[0]["due_at"] == order["due_at"]  # nor does anything move it
    guarded(town.water.try_act(case, "reply_supervision", answer="已办"), "lead_task")
    refused(town.housing.try_act(case, "lift_supervision"), 403, "act_forbidden")
    refused(town.housing.try_act(case, "reply_supervision"), 422, "data_missing")
    case = town.housing.act(case, "reply_supervision", answer="已安排专人，明日办结")
    (order,) = case["supervisions"]
    assert (order["reply"], order["replied_for"]["code"]) == ("已安排专人，明日办结", HOUSING)
    assert clocks_of(case, "supervision")[0]["result"] == "in_time"
    guarded(town.housing.try_act(case, "reply_supervision", answer="再答"), "supervision_unanswered")
    case = town.supervisor.act(case, "lift_supervision")
    assert (case["supervision"], case["supervisions"][0]["lifted_by"]) == (None, str(town.supervisor.id))
    guarded(town.supervisor.try_act(case, "lift_supervision"), "supervision_open")


def _queue(actor, name="to_answer"):
    return {one["queue"]: (one["count"], one["overdue"]) for one in actor.get("queues").get_json()["items"]}.get(name)


def test_orders_wait_in_a_queue_and_a_filter_for_whoever_has_to_answer_them(town, clock):
    late = town.supervisor.act(town.handling(), "supervise", **{**ORDER, "due_at": "2026-11-23T11:00:00+08:00"})
    town.supervisor.act(town.dispatched(lead=WATER), "supervise", grade="red")
    filed = town.supervisor.act(town.filed(), "supervise", **ORDER)
    town.handling()
    assert [_queue(one) for one in (town.housing, town.water, town.duty, town.worker)] == [
        (1, 0), (1, 0), (1, 0), None,
    ]  # fmt: skip
    clock.tick(hours=3)
    assert (_queue(town.housing), _queue(town.duty)) == ((1, 1), (1, 0)), "late by the end of the order alone"
    (mine,) = town.housing.get("cases", queue="to_answer", overdue=True).get_json()["items"]
    assert mine["case_id"] == late["case_id"]
    desk = Desk(town.app, town.housing)
    for path in ("/desk/queues/to_answer", "/desk/cases?supervised=1"):
        assert late["number"] in [row[1] for row in rows_of(desk.get(path).text, id="worklist")]
    for supervised, count in ((True, 3), (False, 1)):
        assert len(town.duty.get("cases", supervised=supervised).get_json()["items"]) == count
    town.housing.act(late, "reply_supervision", answer="明日办结")
    assert _queue(town.housing) == (0, 0)
    town.dispatcher.act(filed, "dispatch", lead=HOUSING)
    assert (_queue(town.housing), _queue(town.duty)) == ((1, 0), (0, 0)), "it goes with whoever has the case"


def test_lateness_of_an_order_and_of_an_arrival_rises_by_the_ladder_that_is_shipped(town, clock):
    chief = town.hire("department_leader", "department", HOUSING)
    case = town.supervisor.act(town.handling(), "supervise", **{**ORDER, "due_at": "2026-11-23T11:00:00+08:00"})
    clock.tick(hours=2, minutes=1)
    _sweep(town)
    rise(town)
    assert heard(chief) == 1, case["number"]
    with town.app.app_context():
        assert {"supervision", "arrive"} <= set(escalations.ladders())


def test_an_order_that_nobody_answers_is_warned_of_and_late_and_follows_the_case(town, clock):
    case = town.supervisor.act(town.handling(), "supervise", **{**ORDER, "due_at": "2026-11-23T11:00:00+08:00"})
    case = town.supervisor.act(case, "supervise", grade="red", number="古督〔2026〕5号")
    assert [one["number"] for one in case["supervisions"]] == [f"DB{case['number']}-1", "古督〔2026〕5号"]
    assert case["supervision"] == "red"
    clock.tick(hours=2, minutes=1)
    assert _sweep(town)
    case = town.dispatcher.act(case, "recall", reason_code="silent", reason="没有回音")
    own = clocks_of(case, "supervision")[0]
    assert (own["overdue"], own["answerable"], own["result"]) == (True, "centre:141025", None)
    case = town.dispatcher.act(case, "dispatch", lead=WATER)
    assert clocks_of(case, "supervision")[0]["answerable"] == f"department:{WATER}"
    named = town.duty.try_act(case, "reply_supervision", answer="已改派")
    assert set(refused(named, 422)["fields"]) == {"data.supervision"}
    case = town.duty.act(case, "reply_supervision", answer="已改派", supervision=1)
    assert clocks_of(case, "supervision")[0]["result"] == "late"
    assert case["supervisions"][0]["replied_for"] is None
    case = town.supervisor.act(case, "lift_supervision", supervision=2)
    assert case["supervision"] == "yellow"
    past = town.supervisor.try_act(case, "supervise", **{**ORDER, "due_at": "2026-11-23T09:00:00+08:00"})
    assert set(refused(past, 422)["fields"]) == {"data.due_at"}


def test_the_clock_of_an_order_that_is_lifted_unanswered_stops_and_judges_nobody(town):
    case = town.supervisor.act(town.handling(), "supervise", **ORDER)
    case = town.supervisor.act(case, "lift_supervision")
    (own,) = clocks_of(case, "supervision")
    assert (own["stopped_at"] is None, own["result"]) == (False, "none")


def _ended(town, way):
    """A case that has ended in a way, with an order that nobody has answered."""
    begun = {"void": town.filed, "decline": town.accepted, "withdraw": town.accepted, "merge": town.accepted}
    at = begun.get(way, town.checked)()
    case = town.supervisor.act(at, "supervise", **ORDER)
    if way == "withdraw":
        return town.worker.act(case, "withdraw")
    if way == "merge":
        return town.acceptor.act(case, "merge", into=town.accepted()["case_id"])
    if way == "force_close":
        return town.leader.act(case, "force_close", reason="无法解决", attachments=[town.photo()])
    town.bring_photos(case)
    return town.duty.act(case, way, **({} if way == "close" else {"reason": "不予办理"}))


@pytest.mark.parametrize("way", ["close", "force_close", "void", "decline", "withdraw", "merge"])
def test_an_order_is_answered_and_lifted_however_its_case_has_ended(town, way):
    case = _ended(town, way)
    assert clocks_of(case, "supervision")[0]["result"] == "none"
    case = town.duty.act(case, "reply_supervision", answer="情况说明附后")
    case = town.supervisor.act(case, "lift_supervision")
    assert (case["supervision"], case["supervisions"][0]["reply"]) == (None, "情况说明附后")
    assert case["state"] == town.supervisor.read(case)["state"]
    guarded(town.supervisor.try_act(case, "lift_supervision"), "supervision_open")


def test_the_lead_answers_too_after_its_case_was_closed(town):
    case = town.housing.act(_ended(town, "close"), "reply_supervision", answer="已整改")
    assert case["supervisions"][0]["replied_for"]["code"] == HOUSING


@pytest.mark.parametrize("way", ["close", "force_close"])
def test_an_order_that_is_late_when_its_case_ends_is_late(town, clock, way):
    checked = town.supervisor.act(town.checked(), "supervise", **{**ORDER, "due_at": "2026-11-23T11:00:00+08:00"})
    clock.tick(hours=3)
    assert _sweep(town)
    if way == "close":
        town.bring_photos(checked)
        case = town.duty.act(checked, "close")
    else:
        case = town.leader.act(checked, "force_close", reason="无法解决", attachments=[town.photo()])
    assert clocks_of(case, "supervision")[0]["result"] == "late"


def test_what_was_left_of_an_order_runs_on_when_its_case_is_taken_up_again(town, clock):
    case = _ended(town, "close")
    before = clocks_of(case, "supervision")[0]
    clock.tick(days=4)
    assert _sweep(town) == 0
    case = town.leader.act(case, "reopen", reason="又出现了")
    first, then = clocks_of(case, "supervision")
    left = _moment(before["due_at"]) - _moment(before["stopped_at"])
    assert (then["stopped_at"], then["continues"], then["answerable"]) == (None, first["clock"], "centre:141025")
    assert _moment(then["due_at"]) - _moment(then["started_at"]) == left
    (order,) = case["supervisions"]
    assert (order["clock"], order["due_at"][:16]) == (then["clock"], then["due_at"][:16])
    clock.tick(days=2, minutes=1)
    assert _sweep(town)
    case = town.duty.act(case, "reply_supervision", answer="已重新派遣")
    assert clocks_of(case, "supervision")[1]["result"] == "late"


def test_an_order_of_a_merged_case_runs_on_when_that_stands_alone_and_tells_its_lateness_once(town, clock):
    alone = town.supervisor.act(town.accepted(), "supervise", **{**ORDER, "due_at": "2026-11-23T11:00:00+08:00"})
    clock.tick(hours=3)
    assert _sweep(town)
    case = town.acceptor.act(alone, "merge", into=town.accepted()["case_id"])
    assert clocks_of(case, "supervision")[0]["result"] == "late"
    case = town.acceptor.act(case, "unmerge")
    before, then = clocks_of(case, "supervision")
    assert (then["stopped_at"], then["overdue"], then["due_at"]) == (None, True, before["due_at"])
    told = town.steps(case).count("overdue")
    _sweep(town)
    assert town.steps(case).count("overdue") == told
