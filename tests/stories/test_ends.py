"""What comes from above ends by closing alone, and nobody ends for another what was registered in that one's name."""

from random import Random

import pytest

from tests.factories.grids import COUNTY, EAST, GRIDS, WEST
from tests.factories.town import GARBAGE, HERE, HOUSING, WATER, Actor
from tests.support.looks import guarded, refused
from workflows.case import ENDS
from workflows.case_facts import OWN_SOURCES

BY_CLOSING = {"close", "force_close"}
BY_SENDER = "returned_to_sender"
ENDING = ("withdraw", "refuse", "decline", "void", "merge", "force_close", "ask_sender", "sender_took_back")
PLACE = {"lon": HERE[0], "lat": HERE[1]}
STEPS, WALKS, MOST = 18, 4, 12  # of each kind; more where none of the first has ended


def _superior(town):
    return town.acceptor.report(source="superior", external_no="督〔2027〕3号").get_json()


def _handed_down(town):
    case = town.acceptor.act(town.worker.report(GARBAGE).get_json(), "accept")
    return town.leader.act(case, "hand_down", centre=WEST)


def _ordered_again(town):
    """A petition that was handed down, taken back by its sender, and ordered a second time: it waits below."""
    case = town.acceptor.report(source="petition", external_no="访-7").get_json()
    case = town.worker.act(town.acceptor.act(case, "verify"), "confirm_true", **PLACE, attachments=[town.photo()])
    case = town.leader.act(town.acceptor.act(case, "accept"), "hand_down", centre=WEST)
    case = town.acceptor.act(case, "ask_sender", reason="不属本县")
    case = town.acceptor.act(case, "sender_took_back")
    return town.acceptor.act(case, "second_order", reason="仍由你县办理")


def _hotline(town):
    return town.acceptor.report(source="hotline", external_no="12345-9").get_json()


def _centre(town, code=WEST):
    """Open the centre below, with one person who holds all of its roles."""
    town.open_centre(code)
    everything = town.hire("acceptor", "centre", code)
    for role in ("duty_officer", "dispatcher", "centre_leader"):
        town.also(everything, role, "centre", code)
    return everything


def _data(town, needs):
    values = {
        "reason": "情况说明", "attachments": [town.photo()], "lead": HOUSING, "assist": [WATER], "class": GARBAGE,
        "condition": "1", "centre": WEST, "grid": GRIDS[2], "result": "已清理", "tasks": [1],
        "lon": HERE[0], "lat": HERE[1], "reply": "已办结，谢谢反映", "outcome": "solved",
        "external_due": "2027-06-01T09:00:00+08:00",
        "into": town.worker.report(GARBAGE).get_json()["case_id"] if "into" in needs else None,
    }  # fmt: skip
    return {name: values[name] for name in needs if name in values}


def _ends_lawfully(case):
    """Tell whether a case that ended has ended as it may."""
    from_above = case["source"] == "superior"
    kept = case["source"] not in OWN_SOURCES
    return (
        (not from_above or case["state"] in ("closed", "merged") or case["ended_how"] == BY_SENDER)
        and (not from_above or case["state"] == "merged" or case["ended_how"] in {*BY_CLOSING, BY_SENDER})
        and (not kept or case["ended_how"] != "withdraw")
    )


def _walk(town, begin, everybody, dice):
    """Let anybody do anything to a case, and say how it ended, if it did."""
    case = begin(town)
    handed_down = case["centre"] == WEST
    for _ in range(STEPS):
        actor = dice.choice(everybody)
        now = actor.get(f"cases/{case['case_id']}")
        if now.status_code != 200:
            continue
        offered = {each["action"]: each["needs"] for each in now.get_json()["actions"]}
        action = dice.choice([*ENDING, *offered])
        needs = [*offered.get(action, ("reason", "attachments", *(("into",) if action == "merge" else ())))]
        needs += ["grid"] if action == "correct" else []
        response = actor.try_act(case, action, **_data(town, needs))
        assert response.status_code < 500, response.text
        if response.status_code == 201 and (ended := town.supervisor.read(case))["state"] in ENDS:
            lawful = {*BY_CLOSING, BY_SENDER}
            assert not handed_down or case["centre"] != WEST or ended["ended_how"] in lawful, (action, actor.name)
            return ended
        case = town.supervisor.read(case)
    return None


def test_by_whatever_anybody_does_a_case_ends_only_as_it_may(town):
    everybody = [each for each in vars(town).values() if isinstance(each, Actor)] + [_centre(town)]
    dice, ends = Random(5), []  # noqa: S311 - dice, not secrets
    for begin in (_superior, _handed_down, _hotline, _ordered_again):
        for walk in range(MOST):
            if walk >= WALKS and begin in ends:
                break
            ended = _walk(town, begin, everybody, dice)
            if ended:
                assert _ends_lawfully(ended), ended
                ends.append(begin)
    assert set(ends) == {_superior, _handed_down, _hotline, _ordered_again}, (
        "some never ended: these walks show nothing of them"
    )


def test_what_a_superior_sends_is_refused_declined_voided_and_withdrawn_by_nobody(town):
    case = _superior(town)
    guarded(town.acceptor.try_act(case, "withdraw"), "own_report")
    guarded(town.acceptor.try_act(case, "refuse", reason="不属于"), "not_superior")
    guarded(town.duty.try_act(case, "void", reason="重复"), "not_superior")
    case = town.acceptor.act(case, "accept")
    guarded(town.duty.try_act(case, "decline", reason="不属于"), "not_superior")


def test_what_was_handed_down_is_ended_below_by_nobody_and_goes_back_up_with_a_reason(town):
    below, case = _centre(town), _handed_down(town)
    other = town.worker.report(GARBAGE).get_json()
    guarded(town.worker.try_act(case, "withdraw"), "not_handed_down")
    guarded(below.try_act(case, "decline", reason="不属于"), "not_handed_down")
    guarded(below.try_act(case, "void", reason="重复"), "not_handed_down")
    guarded(below.try_act(case, "merge", into=other["case_id"]), "not_handed_down")
    refused(below.try_act(case, "force_close", reason="无法解决", attachments=[town.photo()]), 403, "act_forbidden")
    body = refused(below.try_act(case, "escalate"), 422, "data_missing")
    assert set(body["fields"]) == {"data.reason"}
    case = below.act(case, "escalate", reason="本级没有这项职权")
    assert (case["state"], case["centre"]) == ("accepted", COUNTY)
    assert town.duty.act(case, "decline", reason="经核不属于")["state"] == "rejected"


def test_what_its_sender_orders_again_below_is_refused_by_nobody_there_and_goes_back_up_with_a_reason(town):
    below = _centre(town)
    case = _ordered_again(town)
    assert (case["state"], case["centre"]) == ("reported", WEST)
    guarded(below.try_act(case, "refuse", reason="不属于"), "not_handed_down")
    assert "refuse" not in below.actions(case)
    body = refused(below.try_act(case, "escalate"), 422, "data_missing")
    assert set(body["fields"]) == {"data.reason"}
    case = below.act(case, "escalate", reason="本级没有这项职权")
    assert (case["state"], case["centre"], case["clocks"][-1]["stage"]) == ("reported", COUNTY, "accept")
    assert case["clocks"][-1]["answerable"] == f"centre:{COUNTY}"
    assert town.acceptor.act(case, "refuse", reason="经核不属于")["state"] == "rejected"


def test_a_report_that_nobody_handed_down_is_taken_on_before_it_goes_up(town):
    below = _centre(town)
    case = town.worker.report("SC-05").get_json()
    assert case["centre"] == WEST
    guarded(below.try_act(case, "escalate", reason="超出职权"), "handed_down")


def test_a_corrected_place_frees_nothing_that_was_handed_down(town):
    town.open_centre(EAST)
    below, case = _centre(town), _handed_down(town)
    there = town.hire("duty_officer", "centre", EAST)
    case = below.act(case, "correct", grid=GRIDS[2])
    assert case["centre"] == EAST
    guarded(there.try_act(case, "decline", reason="不属于"), "not_handed_down")
    guarded(there.try_act(case, "void", reason="重复"), "not_handed_down")


def test_a_superiors_case_is_merged_only_into_one_that_keeps_its_date(town):
    case = town.acceptor.report(
        source="superior", external_no="督1", external_due="2026-12-01T09:00:00+08:00"
    ).get_json()
    deferred = town.handling()
    deferred = town.housing.act(deferred, "ask_deferral", review_on="2026-12-20", reason="冬季不能施工")
    deferred = town.leader.act(deferred, "grant_deferral")
    guarded(town.acceptor.try_act(case, "merge", into=deferred["case_id"]), "superiors_date_kept")
    own = town.worker.report(GARBAGE).get_json()
    assert town.acceptor.act(case, "merge", into=own["case_id"])["state"] == "merged"
    assert town.acceptor.read(own)["external_due"] == "2026-12-01T01:00:00+00:00"


@pytest.mark.parametrize("between", ["worker", "hotline", "both"])
def test_a_superiors_case_gets_into_nothing_that_stands_still_by_way_of_others(town, between):
    due = "2026-12-01T09:00:00+08:00"
    case = town.acceptor.report(source="superior", external_no="督1", external_due=due).get_json()
    for source in {"both": ("hotline", "worker")}.get(between, (between,)):
        more = {"source": source, "external_no": "12345-8"} if source == "hotline" else {}
        carrier = (town.acceptor if more else town.worker).report(GARBAGE, **more).get_json()
        town.acceptor.act(case, "merge", into=carrier["case_id"])
        case = carrier
    deferred = town.housing.act(town.handling(), "ask_deferral", review_on="2026-12-20", reason="冬季不能施工")
    deferred = town.leader.act(deferred, "grant_deferral")
    guarded(town.acceptor.try_act(case, "merge", into=deferred["case_id"]), "superiors_date_kept")
    own = town.worker.report(GARBAGE).get_json()
    town.acceptor.act(case, "merge", into=own["case_id"])
    assert town.acceptor.read(own)["external_due"] == "2026-12-01T01:00:00+00:00"
    guarded(town.acceptor.try_act(own, "merge", into=deferred["case_id"]), "superiors_date_kept")


def test_the_centre_that_handed_it_down_may_close_it_by_force(town):
    _centre(town)
    case = _handed_down(town)
    case = town.leader.act(case, "force_close", reason="无法解决", attachments=[town.photo()])
    assert (case["state"], case["ended_how"]) == ("closed", "force_close")


def test_what_was_registered_for_another_is_not_taken_back_but_refused_with_a_reason_that_is_told(town):
    case = _hotline(town)
    guarded(town.acceptor.try_act(case, "withdraw"), "own_report")
    refused(town.acceptor.try_act(case, "refuse"), 422, "data_missing")
    assert town.acceptor.act(case, "refuse", reason="不属于网格事项")["state"] == "rejected"
    own = town.worker.report(GARBAGE).get_json()
    assert town.worker.act(own, "withdraw")["state"] == "voided"
