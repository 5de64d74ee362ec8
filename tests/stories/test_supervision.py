"""A supervision order has a number, words, a date with a clock of its own, an answer, and somebody who lifts it."""

from app.cases import jobs
from tests.factories.town import HOUSING, WATER
from tests.support.looks import clocks_of, guarded, refused

DUE = "2026-11-25T09:00:00+08:00"
ORDER = {"grade": "yellow", "order": "三日内办结并答复", "due_at": DUE}


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


def test_the_end_of_a_case_ends_the_clock_and_leaves_the_order_to_be_lifted(town):
    case = town.supervisor.act(town.checked(), "supervise", **ORDER)
    town.bring_photos(case)
    case = town.duty.act(case, "close")
    assert clocks_of(case, "supervision")[0]["result"] == "none"
    assert town.supervisor.act(case, "lift_supervision")["supervisions"][0]["lifted_at"]
