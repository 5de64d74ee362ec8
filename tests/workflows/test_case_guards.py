"""Test each rule of a case that is more than a pair of state and action: the refusal beside the permission."""

from itertools import product
from typing import Any

import pytest

from workflows.case import CASE
from workflows.case_facts import CaseFacts
from workflows.case_terms import Relation, TaskState
from workflows.engine import MoveRefused

LEAD: dict[str, Any] = {"task_part": "lead", "task_state": "signed"}
ASSIST: dict[str, Any] = {"task_part": "assist", "task_state": "signed"}


def refusal(state: str, action: str, **facts: Any) -> str | None:
    """Name the guard that refuses, or None when the step is taken."""
    try:
        CASE.step(state, action, CaseFacts(**facts))
    except MoveRefused as refused:
        return refused.guard or refused.code
    return None


def end(state: str, action: str, **facts: Any) -> str:
    return CASE.step(state, action, CaseFacts(**facts))


# --- intake ---


@pytest.mark.parametrize("source", ["citizen", "hotline", "media", "petition"])
def test_words_of_the_public_are_verified_before_acceptance(source: str) -> None:
    for finding in ("", "false", "unknown"):
        assert refusal("reported", "accept", source=source, finding=finding) == "verified_where_needed"
    assert end("reported", "accept", source=source, finding="true") == "accepted"


@pytest.mark.parametrize("source", ["worker", "auxiliary", "superior"])
def test_own_workers_and_superiors_need_no_verification(source: str) -> None:
    assert end("reported", "accept", source=source, class_asks_verify=True) == "accepted"


@pytest.mark.parametrize("source", ["sensor", "platform"])
def test_machines_are_verified_where_the_class_says_so(source: str) -> None:
    assert refusal("reported", "accept", source=source, class_asks_verify=True) == "verified_where_needed"
    assert end("reported", "accept", source=source, class_asks_verify=True, finding="true") == "accepted"
    assert end("reported", "accept", source=source) == "accepted"


@pytest.mark.parametrize(("state", "action"), [("reported", "verify"), ("reported", "refuse"), ("accepted", "decline")])
def test_what_a_superior_sends_is_neither_verified_nor_refused(state: str, action: str) -> None:
    assert refusal(state, action, source="superior") == "not_superior"
    assert refusal(state, action, source="hotline") is None


def test_a_worker_may_fix_it_himself_only_where_the_class_allows() -> None:
    assert refusal("start", "report", self_fixed=True) == "class_allows_self_fix"
    assert end("start", "report", self_fixed=True, class_allows_self_fix=True) == "reported"


def test_a_kept_danger_cannot_be_withdrawn() -> None:
    assert refusal("accepted", "withdraw", danger_kept=True) == "not_kept"
    assert refusal("accepted", "keep", danger_kept=True) == "not_kept_yet"
    assert end("accepted", "withdraw") == "voided"


def test_only_a_flagged_report_is_closed_as_self_fixed() -> None:
    assert refusal("reported", "close_fixed") == "self_fixed"
    assert end("reported", "close_fixed", self_fixed=True) == "closed"


def test_the_sampled_share_of_self_fixed_reports_is_checked() -> None:
    assert end("reported", "close_fixed", self_fixed=True, sampled=True) == "handled"


def test_a_sampled_fix_that_fails_its_check_becomes_an_ordinary_case() -> None:
    assert end("handled", "fail_check", ever_filed=False) == "accepted"
    assert end("handled", "fail_check", ever_filed=True) == "dispatched"


def test_merging_needs_an_open_target_and_a_case_never_filed() -> None:
    assert refusal("reported", "merge") == "target_is_open"
    assert refusal("reported", "merge", target_is_open=True, sender_asked="time") == "sender_unasked"
    assert refusal("accepted", "merge", target_is_open=True, ever_filed=True) == "never_filed"


# --- departments ---


def test_routing_by_rule_needs_the_class_to_say_so() -> None:
    def by_system(facts: CaseFacts) -> list[str]:
        return [move.action for move in CASE.possible("filed", facts, "dispatch", lambda move: move.by_system)]

    assert by_system(CaseFacts(class_auto_dispatches=True)) == ["dispatch"]
    assert by_system(CaseFacts()) == []


def test_a_task_is_signed_once() -> None:
    assert refusal("dispatched", "sign", task_part="lead", task_state="signed") == "task_unsigned"


def test_a_called_department_does_not_sign() -> None:
    assert refusal("handling", "sign", task_part="called", task_state="sent") == "assist_task"


def test_the_lead_finishes_after_signing_and_after_the_assisting_ones() -> None:
    assert refusal("handling", "finish", task_part="lead", task_state="sent") == "task_signed"
    assert refusal("handling", "finish", **LEAD, assisting_open=1) == "assisting_done"
    assert end("handling", "finish", **LEAD) == "handled"


def test_a_milestone_is_the_leads_and_only_while_one_is_left() -> None:
    assert refusal("handling", "milestone", **LEAD) == "milestone_open"
    assert refusal("handling", "milestone", **ASSIST, milestones_open=1) == "lead_task"
    assert end("handling", "milestone", **LEAD, milestones_open=1) == "handling"


def test_a_class_without_check_goes_straight_to_closing() -> None:
    assert end("handling", "finish", **LEAD, check_kind="none") == "checked"
    assert end("enforcing", "enforcement_ended", correction_met=True, check_kind="none") == "checked"


def test_a_class_without_check_cannot_be_sent_back_to_the_checker() -> None:
    assert refusal("checked", "refuse_close", check_kind="none") == "check_needed"
    assert end("checked", "refuse_close", check_kind="none", rework_asked=True, ever_filed=True) == "dispatched"


def test_an_assisting_department_ends_its_own_task_only() -> None:
    assert end("handling", "finish", **ASSIST, assisting_open=1) == "handling"


def test_rework_of_an_assisting_task_alone_does_not_wait_for_the_lead() -> None:
    sent = {"task_part": "assist", "task_state": "sent", "lead_done": True, "assisting_open": 2}
    assert end("dispatched", "sign", **sent) == "handling"
    assert end("handling", "finish", **ASSIST, lead_done=True, assisting_open=2) == "handling"
    assert end("handling", "finish", **ASSIST, lead_done=True, assisting_open=1) == "handled"


def test_the_last_reworked_task_cannot_vanish() -> None:
    last = {"lead_done": True, "assisting_open": 1}
    assert refusal("handling", "drop_assist", **last) == "keeps_an_open_task"
    assert end("handling", "grant_return", **ASSIST, **last, pending_ask="return") == "filed"


def test_a_returned_lead_sends_the_case_back_to_dispatch() -> None:
    assert end("handling", "grant_return", **LEAD, pending_ask="return") == "filed"
    assert end("handling", "grant_return", **ASSIST, pending_ask="return") == "handling"


@pytest.mark.parametrize("action", ["ask_return", "ask_extension", "ask_deferral"])
def test_one_task_has_one_pending_request(action: str) -> None:
    assert refusal("handling", action, **LEAD, pending_ask="extension") == "no_pending_ask"
    assert refusal("handling", action, **LEAD) is None


@pytest.mark.parametrize("action", ["ask_extension", "ask_deferral"])
def test_time_is_not_asked_for_after_the_limit(action: str) -> None:
    assert refusal("handling", action, **LEAD, after_due=True) == "before_due"


def test_what_is_not_ours_is_returned_even_late() -> None:
    assert refusal("handling", "ask_return", **LEAD, after_due=True) is None


def test_only_the_lead_defers_the_case_and_takes_it_up_again() -> None:
    assert refusal("handling", "ask_deferral", **ASSIST) == "lead_task"
    taken = [move.relation for move in CASE.possible("deferred", CaseFacts(**ASSIST), "resume")]
    assert taken == [Relation.CENTRE, Relation.SYSTEM]  # which ask nothing of a task


@pytest.mark.parametrize(
    ("action", "first", "second"),
    [
        ("ask_extension", "ask_extension", "ask_second_extension"),
        ("grant_extension", "decide_extension", "decide_second_extension"),
        ("deny_extension", "decide_extension", "decide_second_extension"),
    ],
)
def test_the_second_extension_is_a_matter_of_leaders(action: str, first: str, second: str) -> None:
    pending = "" if action.startswith("ask") else "extension"
    for granted, verb in ((0, first), (1, second), (2, second)):
        facts = CaseFacts(**LEAD, pending_ask=pending, extensions_granted=granted)
        assert [move.permission for move in CASE.possible("handling", facts, action)] == [f"case:step:{verb}"]


@pytest.mark.parametrize(
    ("action", "kind"), [("grant_return", "return"), ("grant_extension", "extension"), ("grant_deferral", "deferral")]
)
def test_only_what_was_asked_is_granted(action: str, kind: str) -> None:
    for pending in ("", *{"return", "extension", "deferral"} - {kind}):
        assert refusal("handling", action, **LEAD, pending_ask=pending) == f"{kind}_pending"
    assert refusal("handling", action, **LEAD, pending_ask=kind) is None


def test_a_request_expires_only_while_it_is_pending() -> None:
    assert refusal("handling", "expire_ask") == "ask_pending"
    assert refusal("handling", "withdraw_ask", **LEAD) == "ask_pending"


def test_an_unmet_order_goes_back_to_handling() -> None:
    assert end("enforcing", "enforcement_ended", correction_met=False) == "handling"
    assert end("enforcing", "enforcement_ended", correction_met=True) == "handled"


def test_a_called_department_arrives_then_answers_and_may_come_late() -> None:
    assert refusal("handling", "finish", task_part="called", task_state="sent") == "task_arrived"
    assert refusal("handling", "arrive", task_part="called", task_state="arrived") == "task_not_arrived"
    assert refusal("handling", "arrive", task_part="called", task_state="absent") is None
    assert refusal("handling", "absent_whistle", task_part="called", task_state="arrived") == "task_unsigned"


def test_an_absent_department_does_not_block_the_lead() -> None:
    assert end("handling", "finish", **LEAD, was_whistled=True, assisting_open=0) == "handled"


def test_levels_must_exist_and_limits_stay_within_the_case() -> None:
    assert refusal("accepted", "escalate") == "upper_centre_exists"
    assert refusal("accepted", "hand_down") == "lower_centre_exists"
    assert refusal("filed", "hand_down", lower_centre_exists=True, limit_within_case=False) == "limit_within_case"
    assert refusal("handling", "take_back") == "handed_down"


# --- checking and closing ---


@pytest.mark.parametrize("action", ["pass_check", "fail_check"])
def test_a_check_on_the_spot_needs_a_place_and_a_photo(action: str) -> None:
    spot, phone = CaseFacts(check_kind="on_spot", ever_filed=True), CaseFacts(check_kind="phone", ever_filed=True)
    assert {"lon", "lat", "attachments"} <= set(CASE.take("handled", action, spot).move.needs)
    assert "lon" not in CASE.take("handled", action, phone).move.needs


def test_nothing_is_closed_while_a_named_photo_is_awaited() -> None:
    assert refusal("checked", "close", photos_awaited=1) == "no_photo_awaited"
    assert refusal("reported", "close_fixed", self_fixed=True, photos_awaited=1) == "no_photo_awaited"


def test_a_case_is_not_forced_to_close_over_an_open_enforcement_file() -> None:
    assert refusal("enforcing", "force_close", enforcement_open=True) == "enforcement_ended"
    assert end("enforcing", "force_close") == "closed"


def test_reopening_goes_to_where_the_case_had_come() -> None:
    assert end("closed", "reopen", ever_filed=True) == "filed"
    assert end("closed", "reopen", ever_filed=False) == "accepted"
    assert refusal("closed", "reopen", ever_filed=True, reopen_window_open=False) == "reopen_window_open"


def test_urgency_is_set_once_and_cleared_once() -> None:
    assert refusal("filed", "urgent", urgent=True) == "not_urgent"
    assert refusal("filed", "clear_urgent") == "is_urgent"


# --- separation of duties: one person, one case ---


@pytest.mark.parametrize("action", ["pass_check", "fail_check"])
@pytest.mark.parametrize("part", ["actor_handled", "actor_fixed"])
def test_who_handled_does_not_check(action: str, part: str) -> None:
    assert refusal("handled", action, ever_filed=True, **{part: True}) == "handler_does_not_check"
    assert refusal("handled", action, ever_filed=True) is None


@pytest.mark.parametrize("action", ["pass_check", "fail_check"])
def test_who_serves_in_a_department_with_a_task_does_not_check(action: str) -> None:
    facts = {"ever_filed": True, "actor_in_task_department": True}
    assert refusal("handled", action, **facts) == "department_does_not_check"


@pytest.mark.parametrize(
    ("state", "action", "facts"),
    [
        ("dispatched", "sign", {"task_part": "lead", "task_state": "sent"}),
        ("dispatched", "sign", {"task_part": "assist", "task_state": "sent"}),
        ("handling", "sign", {"task_part": "assist", "task_state": "sent"}),
        ("handling", "assign", LEAD),
        ("handling", "ask_return", LEAD),
        ("handling", "ask_extension", LEAD),
        ("handling", "ask_deferral", LEAD),
        ("handling", "milestone", {**LEAD, "milestones_open": 1}),
        ("handling", "finish", LEAD),
        ("handling", "finish", ASSIST),
        ("handling", "finish", {"task_part": "called", "task_state": "arrived"}),
        ("handling", "refer", {**LEAD, "power_in_force": True}),
        ("handling", "arrive", {"task_part": "called", "task_state": "sent"}),
    ],
)
def test_who_checked_does_not_handle_a_later_round(state: str, action: str, facts: dict[str, Any]) -> None:
    assert refusal(state, action, **facts, actor_checked=True) == "checker_does_not_handle"
    assert refusal(state, action, **facts) is None


@pytest.mark.parametrize("action", ["close", "refuse_close", "force_close"])
def test_who_checked_does_not_close(action: str) -> None:
    assert refusal("checked", action, actor_checked=True) == "checker_does_not_close"
    assert refusal("checked", action) is None


@pytest.mark.parametrize("action", ["pass_check", "fail_check"])
def test_who_closed_does_not_check_a_later_round(action: str) -> None:
    assert refusal("handled", action, ever_filed=True, actor_closed=True) == "closer_does_not_check"


@pytest.mark.parametrize("kind", ["return", "extension", "deferral"])
@pytest.mark.parametrize("answer", ["grant", "deny"])
def test_who_asked_does_not_decide(kind: str, answer: str) -> None:
    facts = {**LEAD, "pending_ask": kind}
    assert refusal("handling", f"{answer}_{kind}", **facts, actor_asked=True) == "asker_does_not_decide"
    assert refusal("handling", f"{answer}_{kind}", **facts) is None


@pytest.mark.parametrize("kind", ["return", "extension", "deferral"])
def test_who_decided_does_not_ask(kind: str) -> None:
    assert refusal("handling", f"ask_{kind}", **LEAD, actor_decided=True) == "decider_does_not_ask"


@pytest.mark.parametrize("sampled", [False, True])
def test_who_fixed_does_not_approve_his_own_fix(sampled: bool) -> None:
    facts = {"self_fixed": True, "sampled": sampled}
    assert refusal("reported", "close_fixed", **facts, actor_fixed=True) == "fixer_does_not_approve"
    assert refusal("reported", "close_fixed", **facts) is None


def test_a_checker_is_named_only_from_those_who_may_check() -> None:
    assert refusal("handled", "assign_check") is None
    for fault, guard in (
        ("away", "candidate_is_here"), ("no_check", "candidate_holds_check"), ("no_call", "candidate_may_call"),
        ("handled", "candidate_did_not_handle"), ("department", "candidate_is_of_no_department"),
        ("closed", "candidate_did_not_close"),
    ):  # fmt: skip
        assert refusal("handled", "assign_check", candidate_fault=fault) == guard


def test_a_verifier_is_named_in_the_place_of_nobody_and_of_nobody_else() -> None:
    assert refusal("verifying", "verify") is None
    assert refusal("verifying", "verify", verifier_named=True) == "nobody_verifies"


@pytest.mark.parametrize("check", ["on_spot", "phone"])
@pytest.mark.parametrize("action", ["confirm_true", "confirm_false"])
def test_who_sent_himself_to_verify_what_he_registered_for_another_confirms_nothing(action: str, check: str) -> None:
    facts = {"check_kind": check, "source": "hotline"}
    assert refusal("verifying", action, **facts, actor_sent_himself=True) == "sender_does_not_confirm"
    assert refusal("verifying", action, **facts) is None
    assert end("verifying", "cannot_verify", **facts, actor_sent_himself=True) == "reported"  # the way out


def test_who_refused_does_not_reconsider() -> None:
    assert refusal("rejected", "reconsider", actor_refused=True) == "refuser_does_not_reconsider"
    assert refusal("rejected", "reconsider", taken_back=True) == "not_taken_back"
    assert end("rejected", "reconsider") == "reported"


# --- what a refusal says is true ---

_PARTS = {"lead_task": "lead", "assist_task": "assist", "called_task": "called"}
_WAITING = {"lead": {"dispatched"}, "assist": {"dispatched", "handling"}, "called": set(CASE.states)}
_DEPARTMENTS = ("department", "called_department")


def _rows_of(action: str, part: str) -> list[Any]:
    """List the rows of an action that are for a part, in whatever state."""
    whose = {guard for guard in _PARTS if _PARTS[guard] != part}
    return [move for move in CASE.moves_of(action) if not whose & set(move.guards)]


def test_no_department_is_sent_for_what_would_not_help_it_or_told_that_a_step_is_another_ones() -> None:
    """Every step of departments, in every state, for every part in every state of its task: the reason is true."""
    steps = {move.action for move in CASE.moves if move.relation in _DEPARTMENTS}
    seen = set()
    for state, action, part, task_state in product(CASE.states, sorted(steps), _PARTS.values(), TaskState):
        if task_state in (("signed",) if part == "called" else ("arrived", "absent")):
            continue  # no task stands so, nor one that waits in another state
        if task_state == "sent" and state not in _WAITING[part]:
            continue
        facts = {"task_part": part, "task_state": task_state, "assisting_open": 1, "sub_open": True}
        which = f"{action} in {state} by {part}, {task_state}"
        reason = refusal(state, action, **facts)
        seen.add(reason)
        if reason in _PARTS:
            others = [move for move in _rows_of(action, part) if _PARTS.keys() & set(move.guards)]
            assert not others, f"{which}: it is theirs as well, but not now"
        if reason == "task_signed":
            assert refusal(state, "sign", **facts) is None, f"{which}: nothing is to be signed"
        if reason in ("task_arrived", "task_unsigned"):
            step, wanted = ("arrive", None) if reason == "task_arrived" else ("sign", "task_unsigned")
            assert refusal(state, step, **facts) == wanted, which
            assert task_state not in ("done", "returned", "stopped"), f"{which}: it has ended"
    assert {"task_signed", "task_arrived", "task_open", "assist_task", "move_not_allowed"} <= seen
