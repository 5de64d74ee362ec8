"""One trouble reported twice is handled once; if the case that carries the other is refused, the other stands alone."""

from uuid import uuid4

from app.intake.jobs import NOT_PURSUED
from tests.factories.grids import WEST
from tests.factories.town import HERE, WAGES
from tests.support.looks import clocks_of, guarded, refused, results, running, tasks_of

BESIDE = (HERE[0] + 0.0001, HERE[1])  # some nine metres


def _two(town):
    """A case, and the same trouble again by somebody else."""
    first = town.worker.report().get_json()
    return first, town.next_worker.report(at=BESIDE).get_json()


def test_the_second_report_of_a_trouble_is_merged_into_the_first(town):
    first, second = _two(town)
    (near,) = second["possible_duplicates"]
    assert (near["case_id"], near["number"], near["distance_m"]) == (first["case_id"], first["number"], 9)
    first = town.acceptor.act(first, "accept")
    before = town.acceptor.read(first)
    merged = town.acceptor.act(second, "merge", into=first["case_id"])
    assert (merged["state"], merged["ended_how"], running(merged)) == ("merged", "merge", set())
    assert town.acceptor.read(first) == before  # the clocks of the case that carries it stand
    assert town.next_worker.actions(merged) == {"comment", "copy", "attach"}
    assert town.steps(merged) == ["report", "merge"]


def test_only_an_acceptor_merges_and_names_an_open_case_that_is_another(town):
    first, second = _two(town)
    refused(town.duty.try_act(second, "merge", into=first["case_id"]), 403, "act_forbidden")
    refused(town.acceptor.try_act(second, "merge"), 422, "data_missing")
    for wrong in (second["case_id"], str(uuid4())):
        guarded(town.acceptor.try_act(second, "merge", into=wrong), "target_is_open")
    first = town.acceptor.act(first, "refuse", reason="不属实")
    guarded(town.acceptor.try_act(second, "merge", into=first["case_id"]), "target_is_open")
    assert town.acceptor.read(second)["state"] == "reported"


def test_a_case_that_was_filed_is_not_merged_but_may_carry_another(town):
    filed, second = town.handling(), town.next_worker.report(at=BESIDE).get_json()
    refused(town.acceptor.try_act(filed, "merge", into=second["case_id"]), 409, "move_not_allowed")
    assert town.acceptor.act(second, "merge", into=filed["case_id"])["state"] == "merged"


def test_an_unmerged_case_goes_back_to_where_it_stood_and_its_clock_runs_again(town, clock):
    first, second = _two(town)
    second = town.acceptor.act(second, "accept")
    merged = town.acceptor.act(second, "merge", into=first["case_id"])
    clock.tick(minutes=30)
    refused(town.duty.try_act(merged, "unmerge"), 403, "act_forbidden")
    back = town.acceptor.act(merged, "unmerge", reason="不是同一处")
    assert (back["state"], back["ended_how"], running(back)) == ("accepted", None, {"file"})
    assert results(back, "file") == [("file", "in_time"), ("file", None)]
    # and once more: the link is known already
    again = town.acceptor.act(back, "merge", into=first["case_id"])
    assert town.acceptor.act(again, "unmerge")["state"] == "accepted"


def test_a_case_unmerged_into_verification_has_its_verifier_again(town):
    first, second = _two(town)
    second = town.acceptor.act(second, "verify", verifier=str(town.worker.id))
    merged = town.acceptor.act(second, "merge", into=first["case_id"])
    assert tasks_of(merged, "verify")[0]["state"] == "stopped"
    back = town.acceptor.act(merged, "unmerge")
    assert (back["state"], running(back)) == ("verifying", {"verify"})
    assert tasks_of(back, "verify")[-1]["handler_id"] == str(town.worker.id)
    assert "cannot_verify" in town.worker.actions(back)


def test_the_refusal_of_the_case_that_carries_others_sets_them_free_once(town):
    first, second = _two(town)
    third = town.next_worker.report(at=BESIDE).get_json()
    third = town.acceptor.act(third, "accept")
    for other in (second, third):
        town.acceptor.act(other, "merge", into=first["case_id"])
    town.acceptor.act(first, "refuse", reason="不在受理范围")
    assert town.drain()
    town.drain()
    assert town.drain() == 0
    second, third = town.acceptor.read(second), town.acceptor.read(third)
    assert (second["state"], third["state"]) == ("reported", "accepted")
    assert town.steps(second) == ["report", "merge", "unmerge"]
    steps = town.supervisor.get(f"cases/{second['case_id']}/steps").get_json()["items"]
    assert (steps[-1]["actor"]["person_id"], steps[-1]["actor"]["name"]) == (None, "系统")
    assert steps[-1]["data"]["reason"] == f"{NOT_PURSUED}{NOT_PURSUED.en}"  # whoever reads it in English, too


def test_a_void_case_too_sets_free_what_was_merged_into_it(town):
    first, second = _two(town)
    town.acceptor.act(second, "merge", into=first["case_id"])
    town.worker.act(first, "withdraw", reason="看错了")
    town.drain()
    assert town.acceptor.read(second)["state"] == "reported"


def test_a_refusal_taken_back_before_the_job_came_leaves_the_others_merged(town):
    first, second = _two(town)
    town.acceptor.act(second, "merge", into=first["case_id"])
    town.acceptor.act(first, "refuse", reason="不在受理范围")
    town.supervisor.act(first, "reconsider", reason="应当受理")
    town.drain()
    assert town.acceptor.read(second)["state"] == "merged"


def test_what_was_merged_stays_so_when_the_case_that_carries_it_is_closed(town):
    carrier = town.checked()
    second = town.next_worker.report(at=BESIDE).get_json()
    town.acceptor.act(second, "merge", into=carrier["case_id"])
    closed = town.leader.act(carrier, "force_close", reason="无法解决", attachments=[str(uuid4())])
    town.drain()
    assert (closed["state"], town.acceptor.read(second)["state"]) == ("closed", "merged")


def test_a_case_is_not_merged_into_one_that_the_acceptor_cannot_see(town):
    town.open_centre(WEST)
    acceptor = town.hire("acceptor", "centre", WEST)
    far = town.hire("grid_worker", "grid", "141025101200001").report(at=(112.25, 36.05)).get_json()
    own = town.worker.report("SC-05").get_json()
    assert (far["centre"], own["centre"]) == ("141025", WEST)
    guarded(acceptor.try_act(own, "merge", into=far["case_id"]), "target_is_open")
    near = town.worker.report().get_json()
    assert near["centre"] == "141025"
    assert acceptor.act(own, "merge", into=near["case_id"])["state"] == "merged"


def test_confidential_cases_are_never_hinted_at_as_duplicates(town):
    town.worker.report(WAGES, form={"people_count": 3})
    second = town.next_worker.report(WAGES, at=BESIDE, form={"people_count": 3}).get_json()
    assert second["possible_duplicates"] == []
    assert clocks_of(second, "accept")


def test_neither_far_old_ended_nor_other_cases_are_hinted_at(town, clock):
    town.worker.report(at=(HERE[0] + 0.01, HERE[1]))
    town.worker.report("0110")
    town.worker.act(town.worker.report().get_json(), "withdraw")
    town.worker.report()
    clock.tick(days=8)
    assert town.next_worker.report().get_json()["possible_duplicates"] == []
