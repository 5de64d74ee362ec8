"""Each request costs so many statements and no more, its token included, whatever the number of cases and photos."""

from datetime import timedelta

import pytest

from app.core import clock as time
from tests.attachments.pictures import jpeg
from tests.factories.grids import COUNTY, WEST
from tests.factories.town import COVER, GARBAGE, HERE, HOUSING, PHOTOS_FOLLOW, TEAM, WATER
from tests.support.queries import counted
from workflows import case as machine
from workflows.case_terms import CaseAction

REPORT, ACT, READ, PAGE = 12, 16, 8, 5
SPOT = {"lon": HERE[0], "lat": HERE[1]}
# steps of timers and of linked files, and `refer`, which another room answers
NOT_WALKED = machine.TIMER_ACTIONS | {CaseAction.REPORT, CaseAction.REFER, CaseAction.ENFORCEMENT_ENDED}
NOT_WALKED |= {CaseAction.BASELINE, CaseAction.LOSE_FILE, CaseAction.SET_BACK, CaseAction.RECOUNT}  # the system's own
NOT_WALKED |= {CaseAction.HAND_ON}  # as OVERDUE, by the system
NOT_WALKED |= {CaseAction.CARRY, CaseAction.RELEASE}  # inside `merge`, and after `unmerge`


class Costs:
    """What requests cost, and that none costs too much."""

    def __init__(self, town):
        self.town, self.of = town, {}

    def ask(self, name, most, call):
        """Send a request, count its statements and return its body."""
        with counted() as seen:
            answer = call()
        assert answer.status_code in (200, 201), (name, answer.get_json())
        assert len(seen) <= most, (name, len(seen), *seen)
        self.of[name] = max(len(seen), self.of.get(name, 0))
        return answer.get_json()

    def act(self, actor, case, action, **data):
        """Take a step; its photos are here before."""
        for photo in data.get("attachments", ()) if action in PHOTOS_FOLLOW else ():
            actor.upload(case, jpeg(), attachment_id=photo)
        seen = self.town.seq_of(case["case_id"])
        return self.ask(action, ACT, lambda: actor.try_act(case, action, seen=seen, **data))

    def report(self, actor, *args, **body):
        """Report something."""
        return self.ask("report", REPORT, lambda: actor.report(*args, **body))


@pytest.fixture
def costs(town):
    """A county at work: what is read once a process has been read."""
    case = town.checked(assist=())
    town.bring_photos(case)
    town.duty.act(case, "close")
    for actor in town.people:
        actor.get("queues")
    return Costs(town)


def _before_filing(costs):
    town = costs.town
    case = costs.report(
        town.acceptor, source="hotline", reporter={"name": "李小红", "phone": "13800001234", "consent": True}
    )
    costs.act(town.acceptor, case, "verify")
    costs.act(town.acceptor, case, "recall_verify")
    for finding in ("cannot_verify", "confirm_false", "confirm_true"):
        costs.act(town.acceptor, case, "verify")
        costs.act(town.worker, case, finding, **({} if finding == "cannot_verify" else _seen(town)))
    carrier = costs.report(town.worker)
    costs.act(town.acceptor, case, "merge", into=carrier["case_id"])
    costs.act(town.acceptor, case, "unmerge")
    costs.act(town.acceptor, case, "accept")
    costs.act(town.duty, case, "decline", reason="不符合立案条件")
    costs.act(town.supervisor, case, "reconsider", reason="符合")
    costs.act(town.acceptor, case, "refuse", reason="不属实")
    costs.act(town.worker, carrier, "withdraw")
    kept = costs.report(town.worker, attachments=[town.photo() for _ in range(9)])
    costs.act(town.acceptor, kept, "keep", reason="仍有危险")
    costs.act(town.duty, kept, "void", reason="演练")
    fixed = costs.report(town.worker, fixed=True, attachments=[town.photo(), town.photo()])
    town.bring_photos(fixed)
    costs.act(town.acceptor, fixed, "close_fixed")


def _with_its_sender(costs):
    town, later = costs.town, (time.now() + timedelta(days=9)).isoformat()
    data = {"sender_kept_date": {"reason": "按期办结"}, "sender_gave_time": {"external_due": later}}
    case = costs.report(town.acceptor, source="superior", external_no="督1", external_due=later, secret=True)
    costs.act(town.acceptor, case, "note_ticket", ticket_kind="complaint")
    for answer, told in data.items():
        costs.act(town.acceptor, case, "ask_sender_time", external_due=later, reason="雨天")
        costs.act(town.acceptor, case, answer, **told)
    costs.act(town.supervisor, case, "supervise", grade="yellow", order="三日内办结", due_at=later)
    costs.act(town.duty, case, "reply_supervision", answer="正在办理")
    costs.act(town.supervisor, case, "lift_supervision")
    costs.act(town.acceptor, case, "reply", reply="已办结", outcome="solved")
    costs.act(town.acceptor, case, "ask_sender", reason="不属本县")
    costs.act(town.acceptor, case, "sender_refused", reason="属本县")
    carrier = costs.report(town.worker)
    merging = {"seen": town.seq_of(case["case_id"]), "into": carrier["case_id"]}
    costs.ask("merge a ticket", ACT + 8, lambda: town.acceptor.try_act(case, "merge", **merging))  # two cases change
    other = costs.report(town.acceptor, source="superior", external_no="督2")
    costs.act(town.acceptor, other, "ask_sender", reason="不属本县")
    costs.act(town.acceptor, other, "sender_took_back")
    costs.act(town.acceptor, other, "second_order", reason="属本县")


def _seen(town):
    return {**SPOT, "attachments": [town.photo()]}


def _at_departments(costs):
    town = costs.town
    leader = town.hire("department_leader", "department", HOUSING)
    handler = town.hire("handler", "department", HOUSING)
    case = town.accepted()
    costs.act(town.duty, case, "file", **{"class": "0102", "condition": "1"})
    costs.act(town.dispatcher, case, "dispatch", lead=HOUSING, assist=[WATER])
    costs.act(town.dispatcher, case, "withdraw_dispatch", reason="派错了")
    costs.act(town.dispatcher, case, "dispatch", lead=HOUSING, assist=[WATER])
    costs.act(town.dispatcher, case, "add_assist", assist=[TEAM])
    costs.act(town.dispatcher, case, "drop_assist", assist=[TEAM])
    costs.act(town.township, case, "whistle", called=[TEAM])
    costs.act(town.team, case, "arrive")
    costs.act(town.team, case, "finish", result="已到场")
    called = next(task["task"] for task in town.supervisor.read(case)["tasks"] if task["part"] == "called")
    costs.act(town.township, case, "rate_whistle", task=called, rating="good")
    for department in (town.water, town.housing):
        costs.act(department, case, "sign")
    costs.act(town.housing, case, "assign", handler=str(handler.id))
    _asks(costs, case, leader)
    for action, data in (("sub_drop", {}), ("sub_finish", {"result": "已办"})):
        due = (time.now() + timedelta(hours=1)).isoformat()
        whole = costs.act(town.housing, case, "sub_assign", unit="市政股", handler=str(handler.id), due_at=due)
        costs.act(town.housing, case, action, sub=whole["tasks"][-1]["task"], **data)
    costs.act(town.water, case, "finish", result="已关水", attachments=[town.photo()])
    costs.act(town.housing, case, "finish", result="已清理", attachments=[town.photo()])
    costs.act(town.dispatcher, town.handling(assist=[WATER]), "recall", reason_code="silent", reason="没有回音")
    costs.act(town.housing, town.handling(class_code=COVER, form={"risk": "缺失"}), "milestone", n=1)
    returned = town.dispatched()
    costs.act(town.housing, returned, "ask_return", reason_code="not_ours", reason="不是我们的")
    costs.act(town.duty, returned, "grant_return")
    return case


def _asks(costs, case, leader):
    town = costs.town
    due = time.now() + timedelta(days=9)
    costs.act(town.housing, case, "ask_return", reason_code="not_ours", reason="不是我们的")
    costs.act(town.duty, case, "deny_return", reason="是你们的")
    costs.act(town.housing, case, "ask_extension", due_at=due.isoformat(), reason="雨天")
    costs.act(town.leader, case, "grant_extension", reason="情况属实")
    again = (due + timedelta(days=5)).isoformat()
    costs.act(leader, case, "ask_extension", due_at=again, reason="雨天")
    costs.act(town.leader, case, "deny_extension", reason="足够了")
    costs.act(town.housing, case, "ask_deferral", review_on="2027-03-01", reason="冬季")
    costs.act(town.leader, case, "deny_deferral", reason="可以办")
    costs.act(town.housing, case, "ask_deferral", review_on="2027-03-01", reason="冬季")
    costs.act(town.housing, case, "withdraw_ask")
    for answer, data in (("deny_assist", {"reason": "不必"}), ("grant_assist", {})):
        costs.act(town.housing, case, "ask_assist", assist=[TEAM], reason="须现场执法配合")
        costs.act(town.dispatcher, case, answer, **data)
    costs.act(town.dispatcher, case, "drop_assist", assist=[TEAM])
    costs.act(town.housing, case, "ask_deferral", review_on="2027-03-01", reason="冬季")
    costs.act(town.leader, case, "grant_deferral")
    costs.act(town.housing, case, "resume")


def _to_the_end(costs, case):
    town = costs.town
    costs.act(town.acceptor, case, "assign_check", checker=str(town.next_worker.id))
    costs.act(town.next_worker, case, "fail_check", tasks=[_done_lead(town, case)], **_seen(town))
    costs.act(town.housing, case, "sign")
    costs.act(town.housing, case, "finish", result="已清理", attachments=[town.photo() for _ in range(9)])
    for _ in range(2):
        checker = next(one for one in town.people if str(one.id) == _checker(town, case))
        costs.act(checker, case, "pass_check", **_seen(town))
        if not costs.of.get("refuse_close"):
            costs.act(town.duty, case, "refuse_close", reason="照片不清楚")
    town.bring_photos(case)
    costs.act(town.duty, case, "close")
    costs.act(town.acceptor, case, "call_back", solved=False, why="又堆满了")
    costs.act(town.supervisor, case, "decline_reopen", reason="已解决")
    costs.act(town.supervisor, case, "spot_check", solved=False)
    costs.act(town.supervisor, case, "reopen", reason="未解决")


def _done_lead(town, case):
    return [task["task"] for task in town.supervisor.read(case)["tasks"] if task["part"] == "lead"][-1]


def _checker(town, case):
    return [task["handler_id"] for task in town.supervisor.read(case)["tasks"] if task["part"] == "check"][-1]


def _any_time(costs, case):
    town = costs.town
    costs.act(town.duty, case, "correct", **{"class": "0110", "condition": "1"})
    costs.act(town.duty, case, "correct", lon=HERE[0] + 0.001, lat=HERE[1])
    costs.act(town.acceptor, case, "urgent")
    costs.act(town.acceptor, case, "clear_urgent")
    costs.act(town.duty, case, "urge")
    costs.act(town.supervisor, case, "supervise", grade="red")
    costs.act(town.supervisor, case, "comment", text="请尽快")
    costs.act(town.supervisor, case, "copy", to=[WATER])
    costs.act(town.worker, case, "attach", attachments=[town.photo()])
    town.open_centre(WEST)
    below = town.hire("duty_officer", "centre", WEST)
    town.duty.get("queues")  # reads the grids again, once
    costs.act(town.duty, case, "hand_down", centre=WEST, due_at=(time.now() + timedelta(hours=2)).isoformat())
    costs.act(below, case, "escalate", reason="超出职权")
    costs.act(town.duty, case, "hand_down", centre=WEST, due_at=(time.now() + timedelta(hours=2)).isoformat())
    costs.act(town.duty, case, "take_back", reason="下级无人办理")
    costs.act(town.leader, case, "force_close", reason="无法解决", attachments=[town.photo()])


def test_no_act_costs_more_than_sixteen_statements_and_no_report_more_than_twelve(costs):
    _before_filing(costs)
    _with_its_sender(costs)
    case = _at_departments(costs)
    _to_the_end(costs, case)
    _any_time(costs, case)
    assert set(costs.of) - {"report", "merge a ticket"} == set(CaseAction) - NOT_WALKED


def test_a_repeated_request_costs_no_more_than_the_first(costs):
    town = costs.town
    case_id, op_id = town.photo(), town.photo()
    for name in ("report", "report again"):
        case = costs.ask(name, REPORT, lambda: town.worker.report(case_id=case_id))
    for name in ("accept", "accept again"):
        costs.ask(name, ACT, lambda: town.acceptor.try_act(case, "accept", seen=1, op_id=op_id))
    assert costs.of["report again"] <= costs.of["report"]
    assert costs.of["accept again"] <= costs.of["accept"]


def _many(town):
    """More cases, and one with many photos, steps and clocks."""
    for _ in range(55):
        town.worker.report()
    case = town.worker.report(attachments=[town.photo() for _ in range(30)]).get_json()
    for number in range(12):
        photo, stored = town.worker.upload(case, jpeg(60 + number), purpose="before")
        assert stored.status_code == 201
        town.worker.act(case, "attach", attachments=[photo])
    return case


def _reads(costs, case):
    town = costs.town
    costs.ask("read", READ, lambda: town.acceptor.get(f"cases/{case['case_id']}"))
    costs.ask("steps", READ, lambda: town.acceptor.get(f"cases/{case['case_id']}/steps"))
    costs.ask("queues", PAGE, lambda: town.acceptor.get("queues"))
    page = costs.ask("page", PAGE, lambda: town.acceptor.get("cases", queue="to_accept", limit=50))
    filters = {"state": "reported", "class": "0102", "grid": COUNTY, "department": HOUSING, "text": "垃圾"}
    costs.ask("filtered", PAGE, lambda: town.supervisor.get("cases", limit=50, overdue="false", **filters))
    if page["next_cursor"]:
        costs.ask("page", PAGE, lambda: town.acceptor.get("cases", queue="to_accept", cursor=page["next_cursor"]))
    return len(page["items"])


def test_reading_costs_the_same_whatever_the_number_of_cases_and_photos(costs):
    few = Costs(costs.town)
    assert _reads(few, costs.town.worker.report().get_json()) == 1
    case = _many(costs.town)
    assert _reads(costs, case) == 50
    assert costs.of == few.of


def test_acting_costs_the_same_whatever_the_number_of_cases_and_photos(costs):
    few = Costs(costs.town)
    few.act(costs.town.acceptor, costs.town.worker.report().get_json(), "accept")
    case = _many(costs.town)
    costs.act(costs.town.acceptor, case, "accept")
    assert costs.of == few.of


def test_an_urgent_case_goes_to_its_departments_in_one_call_within_the_cost_of_an_act(costs):
    town = costs.town
    everything = town.hire("acceptor", "centre", COUNTY)
    for role in ("duty_officer", "dispatcher"):
        town.also(everything, role, "centre", COUNTY)
    everything.get("queues")
    whole = {"class": GARBAGE, "condition": "1", "lead": HOUSING, "assist": [WATER]}
    case = costs.act(everything, town.worker.report().get_json(), "urgent", **whole)
    assert case["state"] == "dispatched"
