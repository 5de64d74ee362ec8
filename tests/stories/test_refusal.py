"""Reports that are refused, reconsidered, taken back, kept or voided."""

from tests.factories.town import HOUSING
from tests.support.looks import clocks_of, guarded, refused, results, running, tasks_of


def test_a_refusal_says_why_and_a_supervisor_may_take_it_back(town):
    case = town.worker.report().get_json()
    refused(town.acceptor.try_act(case, "refuse"), 422, "data_missing")
    case = town.acceptor.act(case, "refuse", reason="不在受理范围")
    assert (case["state"], case["ended_how"]) == ("rejected", "refuse")
    for other in (town.acceptor, town.worker, town.duty, town.leader):
        refused(other.try_act(case, "reconsider", reason="应当受理"), 403, "act_forbidden")
    refused(town.supervisor.try_act(case, "reconsider"), 422, "data_missing")
    case = town.supervisor.act(case, "reconsider", reason="应当受理")
    assert (case["state"], case["ended_how"], running(case)) == ("reported", None, {"accept"})
    assert town.acceptor.act(case, "accept")["state"] == "accepted"
    assert town.steps(case) == ["report", "refuse", "reconsider", "accept"]


def test_a_refused_report_shows_its_reporter_the_reason(town):
    case = town.worker.report().get_json()
    town.acceptor.act(case, "refuse", reason="属于物业管理范围")
    steps = town.worker.get(f"cases/{case['case_id']}/steps").get_json()["items"]
    assert steps[-1]["data"]["reason"] == "属于物业管理范围"


def test_a_case_that_meets_no_condition_is_declined_by_the_duty_officer(town):
    case = town.accepted()
    refused(town.acceptor.try_act(case, "decline", reason="不符合立案条件"), 403, "act_forbidden")
    case = town.duty.act(case, "decline", reason="不符合立案条件")
    assert (case["state"], case["ended_how"], running(case)) == ("rejected", "decline", set())
    assert results(case) == [("accept", "in_time"), ("file", "in_time")]
    assert town.supervisor.act(case, "reconsider", reason="符合第一条")["state"] == "reported"


def test_a_reporter_takes_a_report_back_while_nobody_works_on_it(town):
    case = town.worker.report().get_json()
    refused(town.next_worker.try_act(case, "withdraw"), 404)
    refused(town.acceptor.try_act(case, "withdraw"), 403, "act_forbidden")
    case = town.worker.act(case, "withdraw", reason="看错了")
    assert (case["state"], case["ended_how"], running(case)) == ("voided", "withdraw", set())


def test_a_report_taken_back_while_it_is_verified_frees_its_verifier(town):
    case = town.acceptor.act(town.worker.report().get_json(), "verify", verifier=str(town.next_worker.id))
    case = town.worker.act(case, "withdraw")
    assert (case["state"], tasks_of(case, "verify")[0]["state"]) == ("voided", "stopped")
    refused(town.next_worker.get(f"cases/{case['case_id']}"), 404)


def test_what_was_filed_is_no_longer_its_reporters_to_take_back(town):
    refused(town.worker.try_act(town.filed(), "withdraw"), 409, "move_not_allowed")


def test_a_danger_that_remains_is_kept_against_its_reporters_wish(town):
    case = town.worker.report().get_json()
    refused(town.worker.try_act(case, "keep", reason="仍有危险"), 403, "act_forbidden")
    refused(town.acceptor.try_act(case, "keep"), 422, "data_missing")
    case = town.acceptor.act(case, "keep", reason="坑洞仍在")
    assert (case["state"], case["danger_remains"], running(case)) == ("reported", True, {"accept"})
    guarded(town.worker.try_act(case, "withdraw"), "not_kept")
    guarded(town.acceptor.try_act(case, "keep", reason="再次"), "not_kept_yet")
    assert "withdraw" not in town.worker.actions(case)


def test_a_duty_officer_voids_what_should_not_exist_until_a_department_has_it(town):
    case = town.dispatched()
    refused(town.dispatcher.try_act(case, "void", reason="测试"), 403, "act_forbidden")
    refused(town.duty.try_act(case, "void"), 422, "data_missing")
    case = town.duty.act(case, "void", reason="演练数据")
    assert (case["state"], case["ended_how"], running(case)) == ("voided", "void", set())
    assert tasks_of(case, "lead")[0]["state"] == "stopped"
    assert results(case, "case", "sign", "handle") == [("case", "none"), ("sign", "none"), ("handle", "none")]
    refused(town.housing.get(f"cases/{case['case_id']}"), 404)


def test_what_a_department_has_signed_is_not_voided(town):
    case = town.handling()
    refused(town.duty.try_act(case, "void", reason="演练数据"), 409, "move_not_allowed")
    assert clocks_of(case, "sign")[0]["answerable"] == f"department:{HOUSING}"
