"""After the end the reporter is called and some closings are looked at; what was not solved begins a second round."""

from datetime import datetime, timedelta

from tests.factories.town import HERE, HOUSING, WAGES, WATER
from tests.support.looks import clocks_of, guarded, refused, results, running, tasks_of


def _closed(town, **given):
    case = town.checked(**given)
    town.bring_photos(case)
    return town.duty.act(case, "close")


def _queue(actor, queue):
    return [each for each in actor.get("queues").get_json()["items"] if each["queue"] == queue]


def _count(actor, queue):
    (found,) = _queue(actor, queue)
    return found["count"]


def test_a_reporter_who_says_it_is_solved_leaves_the_case_closed(town):
    case = _closed(town)
    refused(town.duty.try_act(case, "call_back", solved=True), 403, "act_forbidden")
    refused(town.acceptor.try_act(case, "call_back"), 422, "data_missing")
    case = town.acceptor.act(case, "call_back", solved=True, note="很满意")
    assert (case["state"], case["reopen_wanted"], running(case)) == ("closed", False, set())
    assert (_count(town.supervisor, "to_reopen"), _count(town.leader, "to_reopen")) == (0, 0)


def test_a_reporter_who_says_it_is_not_solved_puts_it_before_supervisor_and_leader(town):
    case = town.acceptor.act(_closed(town), "call_back", solved=False, note="第二天又堆满了")
    assert (case["state"], case["reopen_wanted"]) == ("closed", True)
    assert (_count(town.supervisor, "to_reopen"), _count(town.leader, "to_reopen")) == (1, 1)
    listed = town.leader.get("cases", queue="to_reopen").get_json()["items"]
    assert [each["case_id"] for each in listed] == [case["case_id"]]
    assert not _queue(town.acceptor, "to_reopen")


def test_a_second_round_begins_and_the_first_stays_as_it_was(town, clock):
    first = town.acceptor.act(_closed(town, assist=()), "call_back", solved=False, why="又堆满了")
    clock.tick(days=2)
    for other in (town.duty, town.acceptor, town.dispatcher):
        refused(other.try_act(first, "reopen", reason="未解决"), 403, "act_forbidden")
    refused(town.supervisor.try_act(first, "reopen"), 422, "data_missing")
    case = town.supervisor.act(first, "reopen", reason="回访未解决")
    assert (case["state"], case["round"], case["closed_at"], case["lead"]) == ("filed", 2, None, None)
    assert (case["reopen_wanted"], case["ended_how"]) == (False, None)
    assert _count(town.supervisor, "to_reopen") == 0
    assert case["clocks"][: len(first["clocks"])] == first["clocks"]
    assert case["tasks"] == first["tasks"]
    assert running(case) == {"dispatch", "case"}
    old, new = clocks_of(case, "case")
    assert (old["round"], new["round"], old["result"], new["result"]) == (1, 2, "in_time", None)
    case = town.dispatcher.act(case, "dispatch", lead=WATER)
    assert [(task["round"], task["department"]["code"]) for task in tasks_of(case, "lead")] == [
        (1, HOUSING),
        (2, WATER),
    ]
    case = town.water.act(town.water.act(case, "sign"), "finish", result="已清理", attachments=[town.photo()])
    case = town.worker.act(case, "pass_check", lon=HERE[0], lat=HERE[1], attachments=[town.photo()])
    town.bring_photos(case)
    case = town.duty.act(case, "close")
    assert results(case, "handle") == [("handle", "in_time"), ("handle", "in_time")]
    assert town.steps(case).count("reopen") == 1


def test_a_department_of_the_first_round_has_no_part_in_the_second(town):
    case = town.supervisor.act(_closed(town), "reopen", reason="未解决")
    case = town.dispatcher.act(case, "dispatch", lead=WATER)
    refused(town.housing.try_act(case, "sign"), 403, "act_forbidden")
    # but whoever handled it then does not check it now
    case = town.water.act(town.water.act(case, "sign"), "finish", result="已清理", attachments=[town.photo()])
    town.also(town.housing, "inspector", "grid", "141025")
    guarded(town.acceptor.try_act(case, "assign_check", checker=str(town.housing.id)), "candidate_did_not_handle")


def test_the_leader_of_the_centre_may_reopen_too(town):
    assert town.leader.act(_closed(town), "reopen", reason="未解决")["state"] == "filed"


def test_what_was_never_filed_is_reopened_before_filing(town):
    case = town.leader.act(
        town.worker.report().get_json(), "force_close", reason="无法解决", attachments=[town.photo()]
    )
    case = town.supervisor.act(case, "reopen", reason="可以办理")
    assert (case["state"], running(case)) == ("accepted", {"file"})


def test_a_case_is_reopened_only_within_the_days_of_its_class(town, clock):
    case = _closed(town)
    clock.set(clock.tick() + timedelta(days=30))
    assert "reopen" in town.supervisor.actions(case)
    clock.tick(seconds=1)
    guarded(town.supervisor.try_act(case, "reopen", reason="未解决"), "reopen_window_open")


def test_a_supervisor_looks_at_some_closings_himself(town):
    case = _closed(town)
    for other in (town.leader, town.acceptor, town.duty):
        refused(other.try_act(case, "spot_check", solved=False), 403, "act_forbidden")
    case = town.supervisor.act(case, "spot_check", solved=False, note="现场仍有垃圾", attachments=[town.photo()])
    assert (case["state"], case["reopen_wanted"], case["photos_awaited"]) == ("closed", True, 1)
    assert _count(town.supervisor, "to_reopen") == 1
    case = town.supervisor.act(case, "spot_check", solved=True)
    assert not case["reopen_wanted"]


def test_an_open_case_is_neither_called_about_nor_spot_checked(town):
    case = town.checked()
    refused(town.acceptor.try_act(case, "call_back", solved=True), 409, "move_not_allowed")
    refused(town.supervisor.try_act(case, "spot_check", solved=True), 409, "move_not_allowed")


def test_what_a_worker_called_fixed_is_an_ordinary_case_when_it_is_reopened(town):
    case = town.worker.report(fixed=True, attachments=[town.photo(), town.photo()]).get_json()
    case = town.leader.act(case, "force_close", reason="现场仍有垃圾", attachments=[town.photo()])
    case = town.supervisor.act(case, "reopen", reason="须派部门办理")
    assert (case["state"], case["self_fixed"]) == ("accepted", False)


def test_what_the_reporter_calls_unsolved_stays_so_whatever_a_supervisor_sees(town):
    case = town.acceptor.act(_closed(town), "call_back", solved=False, why="又堆满了")
    case = town.supervisor.act(case, "spot_check", solved=True)
    assert case["reopen_wanted"]
    case = town.supervisor.act(town.supervisor.act(case, "spot_check", solved=False), "spot_check", solved=True)
    assert (case["reopen_wanted"], _count(town.leader, "to_reopen")) == (True, 1)
    assert not town.acceptor.act(case, "call_back", solved=True)["reopen_wanted"]


def test_a_call_back_that_reached_nobody_keeps_no_reopening_wanted(town):
    case = town.supervisor.act(_closed(town), "spot_check", solved=False)
    case = town.acceptor.act(case, "call_back", contacted=False, note="无人接听")
    assert case["reopen_wanted"]
    assert not town.supervisor.act(case, "spot_check", solved=True)["reopen_wanted"]


def test_who_was_reached_before_stays_unsolved_though_nobody_answers_any_more(town):
    case = town.acceptor.act(_closed(town), "call_back", solved=False, why="又堆满了")
    case = town.acceptor.act(case, "call_back", contacted=False, note="无人接听")
    assert town.supervisor.act(case, "spot_check", solved=True)["reopen_wanted"]


def test_what_was_declined_is_not_wanted_again_by_a_supervisors_own_word(town):
    case = town.acceptor.act(_closed(town), "call_back", solved=False, why="又堆满了")
    case = town.supervisor.act(case, "decline_reopen", reason="系新的垃圾")
    case = town.supervisor.act(case, "spot_check", solved=False)
    assert not town.supervisor.act(case, "spot_check", solved=True)["reopen_wanted"]


def test_a_supervisor_takes_back_his_own_word_after_a_satisfied_reporter(town):
    case = town.acceptor.act(_closed(town), "call_back", solved=False, why="又堆满了")
    case = town.acceptor.act(case, "call_back", solved=True, note="又去清理过了")
    case = town.supervisor.act(case, "spot_check", solved=False, note="看错了地方")
    assert not town.supervisor.act(case, "spot_check", solved=True)["reopen_wanted"]


def test_what_can_be_reopened_no_more_waits_for_nobody(town, clock):
    case = town.acceptor.act(_closed(town), "call_back", solved=False, why="又堆满了")
    clock.set(datetime.fromisoformat(case["closed_at"]) + timedelta(days=30))
    assert (_count(town.supervisor, "to_reopen"), _count(town.leader, "to_reopen")) == (1, 1)
    clock.tick(seconds=1)
    guarded(town.leader.try_act(case, "reopen", reason="未解决"), "reopen_window_open")
    assert (_count(town.supervisor, "to_reopen"), _count(town.leader, "to_reopen")) == (0, 0)
    assert town.leader.get("cases", queue="to_reopen").get_json()["items"] == []


def test_a_class_with_days_of_its_own_waits_for_as_long(town, clock):
    case = town.worker.report(WAGES, form={"people_count": 3}).get_json()
    case = town.leader.act(case, "force_close", reason="无法解决", attachments=[town.photo()])
    case = town.acceptor.act(case, "call_back", solved=False, why="又堆满了")
    clock.set(datetime.fromisoformat(case["closed_at"]) + timedelta(days=60))
    assert _count(town.leader, "to_reopen") == 1
    clock.tick(seconds=1)
    guarded(town.leader.try_act(case, "reopen", reason="未解决"), "reopen_window_open")
    assert _count(town.leader, "to_reopen") == 0
