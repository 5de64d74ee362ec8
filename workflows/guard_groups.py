"""Hold guards of the case machine that go together, and what else several of its rows ask for."""

from __future__ import annotations

from workflows.case_terms import CasePermission as P

HANDS = ("checker_does_not_handle", "dispatcher_does_not_handle")
TO_SIGN = ("task_open", "task_unsigned", *HANDS)
ASK = ("task_not_called", "task_open", "no_pending_ask", *HANDS, "decider_does_not_ask")
DECIDER = ("asker_does_not_decide", "department_does_not_decide", "handler_does_not_decide")
# who decides on more time: the first within bounds the duty officer, beyond them and another time the centre's leader
MORE_TIME = (
    (("first_extension", "within_bounds"), P.DECIDE_EXTENSION, ()),
    (("first_extension", "beyond_bounds"), P.DECIDE_SECOND_EXTENSION, ("reason",)),
    (("second_extension",), P.DECIDE_SECOND_EXTENSION, ("reason",)),
)
# a date from above is moved by who set it alone: where what is asked for passes one, the step says that they consent
ABOVE = (("keeps_date_above", ()), ("passes_date_above", ("consent", "consent_due_at")))
# who judges the whole, at its closing and after: of no department with a task now, and nobody who did some of it
JUDGE = ("department_does_not_close", "handler_does_not_close")
CLOSER = ("checker_does_not_close", *JUDGE)
CHECK = ("handler_does_not_check", "department_does_not_check", "closer_does_not_check")
CANDIDATE = (
    "candidate_is_here", "candidate_holds_check", "candidate_may_call", "candidate_did_not_handle",
    "candidate_is_of_no_department", "candidate_did_not_close",
)  # fmt: skip
PLACE = ("lon", "lat")
SPOT = (*PLACE, "attachments")
# how a result is looked at: with what, and who may; by phone it is who may call the reporter. A home that is visited is
# looked at on the spot as well; of a confidential matter nobody takes a picture there
CHECK_KINDS = (
    ("check_on_spot", SPOT, P.CHECK), ("check_visit_unseen", PLACE, P.CHECK), ("check_otherwise", (), P.CHECK),
    ("check_by_phone", (), P.CALL_BACK),
)  # fmt: skip
