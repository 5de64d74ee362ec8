"""Where a case has two of a kind (two asks, parts, calls, orders, findings), who hears of one is whose it was."""

from datetime import datetime, timedelta

import pytest

from app.cases import jobs
from tests.factories.grids import WEST
from tests.factories.town import HOUSING, TEAM, WATER
from tests.support.looks import clocks_of, tasks_of


@pytest.fixture
def hears(town):
    """What somebody was told since they were asked the last time, as kinds, the oldest first."""
    before = {}

    def hears(person, *, texts=False):
        while town.drain():
            pass
        items = person.get("notices", limit=200).get_json()["items"][::-1]
        new = items[before.get(person.id, 0) :]
        before[person.id] = len(items)
        return [one["text"] if texts else one["kind"] for one in new]

    return hears


def sweep(town):
    """Let the timers look once."""
    with town.app.app_context():
        return jobs.sweep_clocks(), jobs.sweep_asks()


def due(case, place=0):
    """When a handle clock of the case ends."""
    return datetime.fromisoformat(clocks_of(case, "handle")[place]["due_at"])


def number(case, department):
    """The task of a department."""
    return next(one["task"] for one in case["tasks"] if one["department"]["code"] == department)


def both_ask(town, first="ask_extension", second="ask_extension"):
    """A case of which both departments ask for something, the lead before the other."""
    case = town.handling(assist=[WATER])
    town.water.act(case, "sign")
    data = {
        "ask_extension": {"due_at": (due(case) + timedelta(minutes=30)).isoformat(), "reason": "等待材料"},
        "ask_return": {"reason_code": "not_ours", "reason": "不属本部门"},
    }
    town.housing.act(case, first, task=number(case, HOUSING), **data[first])
    return town.water.act(case, second, task=number(case, WATER), **data[second])


def test_an_answer_goes_to_the_department_that_asked(town, hears):
    case = both_ask(town)
    hears(town.housing), hears(town.water)
    town.duty.act(case, "deny_extension", task=number(case, HOUSING), reason="按期办结")
    assert (hears(town.housing), hears(town.water)) == (["ask_denied"], [])
    town.duty.act(case, "grant_extension")  # the only one left, not named
    assert (hears(town.housing), hears(town.water)) == ([], ["ask_granted"])


def test_what_was_denied_before_is_not_what_is_granted_now(town, hears):
    case = both_ask(town, "ask_return", "ask_return")
    case = town.duty.act(case, "deny_return", task=number(case, WATER), reason="属于贵部门")
    case = town.water.act(case, "ask_extension", due_at=(due(case) + timedelta(minutes=30)).isoformat(), reason="等")
    hears(town.housing), hears(town.water)
    town.duty.act(case, "grant_return")  # the other one's task stops with it, and its ask
    assert (hears(town.housing)[0], hears(town.water)) == ("ask_granted", ["task_ended"])


def test_what_nobody_decided_in_time_is_told_to_each_who_asked_for_it(town, hears, clock):
    both_ask(town, "ask_return", "ask_extension")
    hears(town.housing), hears(town.water)
    clock.tick(days=30)
    sweep(town)
    for person, ask, other in ((town.housing, "退件", "延期"), (town.water, "延期", "退件")):
        denied = [text for text in hears(person, texts=True) if "申请逾期未批" in text]
        assert ([ask in one for one in denied], [other in one for one in denied]) == ([True], [False])


def test_who_decides_on_one_ask_is_not_called_for_another(town, hears):
    case = town.handling(assist=[WATER])
    town.water.act(case, "sign")
    town.housing.act(
        case, "ask_extension", task=number(case, HOUSING), reason="等",
        due_at=(due(case) + timedelta(days=60)).isoformat(),
    )  # fmt: skip
    assert (hears(town.leader), hears(town.duty)) == (["to_decide"], [])
    town.water.act(
        case, "ask_extension", task=number(case, WATER), reason="等",
        due_at=(due(case) + timedelta(minutes=30)).isoformat(),
    )  # fmt: skip
    assert (hears(town.leader), hears(town.duty)) == ([], ["to_decide"])


def test_a_part_that_is_done_is_told_to_who_gave_it(town, hears):
    case = town.handling(assist=[WATER])
    case = town.water.act(case, "sign")
    until = (due(case) - timedelta(hours=1)).isoformat()
    town.housing.act(case, "sub_assign", unit="环卫所", due_at=until, task=number(case, HOUSING))
    case = town.water.act(case, "sub_assign", unit="管网站", due_at=until, task=number(case, WATER))
    hears(town.housing), hears(town.water)
    colleague = town.hire("department_desk", "department", HOUSING)
    first, second = (one["task"] for one in tasks_of(case, "sub"))
    case = colleague.act(case, "sub_finish", sub=first, result="已清理")
    assert (hears(town.housing), hears(town.water)) == (["part_finished"], [])
    pump = town.hire("department_desk", "department", WATER)
    pump.act(case, "sub_finish", sub=second, result="已疏通")
    assert (hears(town.housing), hears(town.water)) == ([], ["part_finished"])


def test_who_called_hears_whether_those_came_whom_they_called(town, hears, clock):
    other = town.hire("township_leader", "grid", WEST)
    case = town.township.act(town.handling(), "whistle", called=[WATER])
    case = other.act(case, "whistle", called=[TEAM])
    town.water.act(case, "arrive")
    assert (hears(town.township), hears(other)) == (["arrived"], [])
    clock.tick(hours=3)
    sweep(town)
    assert (hears(town.township), hears(other)) == ([], ["absent"])


def test_what_was_sent_in_the_same_moment_by_another_step_is_told_by_that_one(town, hears):
    case = town.township.act(town.filed(), "whistle", called=[TEAM])
    town.dispatcher.act(case, "dispatch", lead=HOUSING)
    assert (hears(town.team), hears(town.housing)) == (["to_arrive"], ["to_sign"])


def test_an_answered_order_is_told_to_who_issued_it(town, hears):
    other, case = town.hire("supervisor", "grid", "141025"), town.handling()
    town.supervisor.act(case, "supervise", grade="yellow")
    other.act(case, "supervise", grade="red")
    town.housing.act(case, "reply_supervision", supervision=1, answer="已到现场")
    assert (hears(town.supervisor), hears(other)) == (["supervision_answered"], [])
    town.housing.act(case, "reply_supervision", supervision=2, answer="已办")  # in the same moment
    assert (hears(town.supervisor), hears(other)) == ([], ["supervision_answered"])


def test_a_reopening_that_is_declined_is_told_to_all_who_wanted_it_and_to_nobody_else(town, hears):
    case = town.checked()
    town.bring_photos(case)
    case = town.duty.act(case, "close")
    town.acceptor.act(case, "call_back", solved=False, satisfaction="not", why="又堆上了")
    other, content = (town.hire("supervisor", "grid", "141025") for _ in range(2))
    other.act(case, "spot_check", solved=False)
    content.act(case, "spot_check", solved=True)
    for person in (town.acceptor, other, content):
        hears(person)
    town.supervisor.act(case, "decline_reopen", reason="系新的垃圾")
    assert [hears(one) for one in (town.acceptor, other, content)] == [["not_reopened"], ["not_reopened"], []]
    other.act(case, "spot_check", solved=False)
    town.supervisor.act(case, "decline_reopen", reason="系新的垃圾")
    assert [hears(one) for one in (town.acceptor, other, content)] == [[], ["not_reopened"], []]
