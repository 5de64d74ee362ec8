"""Hold the procedure of a case (案件): its moves, the groups of its states, its clocks."""

from __future__ import annotations

from workflows.case_facts import GUARDS, CaseFacts
from workflows.case_forms import FORMS
from workflows.case_terms import CaseAction, CaseState
from workflows.case_terms import CasePermission as P
from workflows.case_terms import Relation as R
from workflows.centre_moves import centre_moves
from workflows.engine import START, Move, Workflow
from workflows.guard_groups import (
    ABOVE,
    ASK,
    CANDIDATE,
    CHECK,
    CHECK_KINDS,
    CLOSER,
    DECIDER,
    HANDS,
    JUDGE,
    MORE_TIME,
    PLACE,
    SPOT,
    TO_SIGN,
)
from workflows.ticket_moves import QUIET_ACTIONS, ticket_moves
from workflows.words import Words

A, S = CaseAction, CaseState

# --- groups of states ---
ENDS = frozenset({S.CLOSED, S.REJECTED, S.VOIDED, S.MERGED})
OPEN = frozenset(S) - ENDS
BEFORE_FILING = frozenset({S.REPORTED, S.VERIFYING, S.ACCEPTED})
BEFORE_HANDLING = BEFORE_FILING | {S.FILED, S.DISPATCHED}
AT_DEPARTMENTS = frozenset({S.DISPATCHED, S.HANDLING})
PAUSED = frozenset({S.DEFERRED, S.ENFORCING})  # the handle and case clocks stand still

TIMER_ACTIONS = frozenset({A.WARN, A.OVERDUE, A.RAISE_LATE, A.EXPIRE_ASK, A.ABSENT_WHISTLE, A.NAME_ANEW, A.REVIEW_DUE})
# These neither need `seen` nor make what others have seen stale.
_KEEPING = frozenset({A.LOSE_FILE, A.BASELINE, A.SET_BACK, A.RECOUNT})
NOT_STALE_ACTIONS = TIMER_ACTIONS | _KEEPING | QUIET_ACTIONS | {A.COMMENT, A.URGE, A.COPY, A.ATTACH}
ASK_ACTIONS = frozenset({A.ASK_RETURN, A.ASK_EXTENSION, A.ASK_DEFERRAL, A.ASK_ASSIST})
DECIDE_ACTIONS = frozenset({
    A.GRANT_RETURN, A.DENY_RETURN, A.GRANT_EXTENSION, A.DENY_EXTENSION, A.GRANT_DEFERRAL, A.DENY_DEFERRAL,
    A.GRANT_ASSIST, A.DENY_ASSIST,
})  # fmt: skip
REFUSE_ACTIONS = frozenset({A.REFUSE, A.DECLINE})
CHECK_ACTIONS = frozenset({A.PASS_CHECK, A.FAIL_CHECK})
SPOT_ACTIONS = CHECK_ACTIONS | {A.CONFIRM_TRUE, A.CONFIRM_FALSE}  # where somebody has to be on the spot
CLOSE_ACTIONS = frozenset({A.CLOSE, A.REFUSE_CLOSE, A.FORCE_CLOSE})


def _order(states: frozenset[CaseState]) -> tuple[str, ...]:
    """List states in the order of the procedure, so that tables and pages read alike everywhere."""
    return tuple(state for state in S if state in states)


_BEFORE_FILING, _BEFORE_HANDLING, _AT_DEPARTMENTS = map(_order, (BEFORE_FILING, BEFORE_HANDLING, AT_DEPARTMENTS))
_OPEN, _ALL = _order(OPEN), tuple(S)
_WHISTLE = (S.FILED, S.DISPATCHED, S.HANDLING)


Who = tuple[P | None, R | None]


def _centre(permission: P) -> Who:
    return permission, R.CENTRE


def _dept(permission: P) -> Who:
    return permission, R.DEPARTMENT


_SYSTEM: Who = (None, R.SYSTEM)
# who decides on a deferral: the centre's leader, and on each further one whoever stands above
_PUT_OFF = (
    ("first_deferral", _centre(P.DECIDE_DEFERRAL)),
    ("further_deferral", (P.DECIDE_FURTHER_DEFERRAL, R.COUNTY_LEADER)),
)


def _move(  # a row of a table is read by position
    action: CaseAction, sources: tuple[str, ...], target: str | None, who: Who, event: str,
    guards: tuple[str, ...] = (), needs: tuple[str, ...] = (), *, why: str,
) -> Move:  # fmt: skip
    permission, relation = who
    return Move(action, sources, target, permission, relation, guards, needs, event, why)


# A table is read in rows: the move, who may take it and what is told to others; its guards and needs; why it exists.
# fmt: off
_INTAKE: tuple[Move, ...] = (
    _move(A.REPORT, (START,), S.REPORTED, (P.REPORT, None), "CaseReported",
          ("not_self_fixed",), ("description", "place"),
          why="A case begins with somebody who saw something."),
    _move(A.REPORT, (START,), S.REPORTED, (P.REPORT_FIXED, None), "CaseReported",
          ("self_fixed", "class_allows_self_fix"), ("class", "description", "place", "attachments"),
          why="A small thing is fixed where it is found, shown before and after, and still counted."),
    _move(A.WITHDRAW, _BEFORE_FILING, S.VOIDED, (P.WITHDRAW, R.REPORTER), "CaseWithdrawn",
          ("own_report", "not_kept", "not_handed_down"),
          why="Whoever erred may take it back while nobody works on it."),
    _move(A.KEEP, _BEFORE_FILING, None, _centre(P.KEEP), "CaseKept", ("not_kept_yet",), ("reason",),
          why="A danger does not end because its reporter changes his mind."),
    _move(A.VERIFY, (S.REPORTED,), S.VERIFYING, _centre(P.VERIFY), "VerificationSent", ("not_superior",),
          why="Somebody looks before a department is sent for nothing."),
    _move(A.VERIFY, (S.VERIFYING,), None, _centre(P.VERIFY), "VerificationSent", ("nobody_verifies",),
          why="Nobody was found in the place of whoever cannot come any more: the acceptor names somebody."),
    _move(A.RECALL_VERIFY, (S.VERIFYING,), S.REPORTED, _centre(P.VERIFY), "VerificationRecalled",
          why="The answer is known otherwise, or the person does not come."),
    *(_move(action, (S.VERIFYING,), S.REPORTED, (P.FIND, R.NAMED_VERIFIER), "FindingRecorded",
            (guard, "sender_does_not_confirm"), needs,
            why="A finding is only recorded; the acceptor decides.")
      for action in (A.CONFIRM_TRUE, A.CONFIRM_FALSE)
      for guard, needs in (("check_on_spot", SPOT), ("check_visit_unseen", PLACE), ("check_not_on_spot", ()))),
    _move(A.CANNOT_VERIFY, (S.VERIFYING,), S.REPORTED, (P.FIND, R.NAMED_VERIFIER), "FindingRecorded",
          why="Not having been able to look is no finding against the reporter."),
    _move(A.ACCEPT, (S.REPORTED,), S.ACCEPTED, _centre(P.ACCEPT), "CaseAccepted", ("verified_where_needed",),
          why="It is a matter for the grid; a self-fixed one becomes an ordinary case."),
    _move(A.REFUSE, (S.REPORTED,), S.REJECTED, _centre(P.REFUSE), "CaseRejected",
          ("not_superior", "not_handed_down"), ("reason",),
          why="It is no matter for the grid, and the reporter is told why."),
    _move(A.CLOSE_FIXED, (S.REPORTED,), S.CLOSED, _centre(P.CLOSE_FIXED), "CaseClosed",
          ("self_fixed", "not_sampled", "fixer_does_not_approve", "no_photo_awaited", "reply_not_owed",
           "not_handed_down"),
          why="A small thing done needs no department, but a second pair of eyes."),
    _move(A.CLOSE_FIXED, (S.REPORTED,), S.HANDLED, _centre(P.CLOSE_FIXED), "CaseHandled",
          ("self_fixed", "sampled", "fixer_does_not_approve"),
          why="A share, picked by rule and not by the acceptor, is looked at by another worker."),
    _move(A.RECONSIDER, (S.REJECTED,), S.REPORTED, (P.RECONSIDER, R.SUPERVISOR), "CaseReconsidered",
          ("refuser_does_not_reconsider", "not_taken_back"), ("reason",),
          why="A refusal can be wrong, and its author is not the one to say so."),
    _move(A.MERGE, _BEFORE_FILING, S.MERGED, _centre(P.MERGE), "CaseMerged",
          ("never_filed", "sender_unasked", "target_is_open", "superiors_date_kept", "not_handed_down"), ("into",),
          why="One trouble is handled once, whoever reported it."),
    *(Move(A.UNMERGE, (S.MERGED,), None, *who, (), (), "CaseUnmerged", why, "merged_from", _BEFORE_FILING)
      for who, why in ((_centre(P.MERGE), "They were two troubles after all."),
                       (_SYSTEM, "The other case was rejected, which says nothing of this one."))),
)

_FILING: tuple[Move, ...] = (
    _move(A.FILE, (S.ACCEPTED,), S.FILED, _centre(P.FILE), "CaseFiled", (), ("class", "condition"),
          why="Class, condition and version are fixed, and the limits run."),
    _move(A.DECLINE, (S.ACCEPTED,), S.REJECTED, _centre(P.DECLINE), "CaseRejected",
          ("not_superior", "not_handed_down"), ("reason",),
          why="No filing condition is met."),
    _move(A.DISPATCH, (S.FILED,), S.DISPATCHED, _centre(P.DISPATCH), "CaseDispatched",
          ("handler_does_not_dispatch",), ("lead",),
          why="One department answers for the case, others help."),
    _move(A.DISPATCH, (S.FILED,), S.DISPATCHED, _SYSTEM, "CaseDispatched", ("class_auto_dispatches",), ("lead",),
          why="The county said for this class that the routing rule decides."),
    _move(A.WITHDRAW_DISPATCH, (S.DISPATCHED,), S.FILED, _centre(P.WITHDRAW_DISPATCH), "DispatchWithdrawn",
          why="It went to the wrong department, which counts as a wrong dispatch."),
    _move(A.RECALL, (S.HANDLING, S.DEFERRED), S.FILED, _centre(P.WITHDRAW_DISPATCH), "DispatchRecalled",
          (), ("reason_code", "reason"),
          why="What a department has signed for and does not do, or what is not theirs, goes to another."),
    _move(A.HAND_ON, (S.DISPATCHED, S.HANDLING), S.DISPATCHED, _SYSTEM, "CaseHandedOn", (), ("task",),
          why="A level that has used up its time is late, and the next one of its class leads."),
    _move(A.ADD_ASSIST, _AT_DEPARTMENTS, None, _centre(P.ASSIST), "TasksChanged",
          ("handler_does_not_dispatch",), ("assist",),
          why="The work shows who else is needed."),
    _move(A.DROP_ASSIST, _AT_DEPARTMENTS, None, _centre(P.ASSIST), "TasksChanged",
          ("has_assisting", "keeps_an_open_task"), ("assist",),
          why="A department that is not needed shall not hold up the lead."),
    _move(A.VOID, _BEFORE_HANDLING, S.VOIDED, _centre(P.VOID), "CaseVoided",
          ("not_superior", "not_handed_down"), ("reason",),
          why="It should not exist: a test, a slip, the same thing twice from one hand."),
)

_HANDLING: tuple[Move, ...] = (
    _move(A.SIGN, (S.DISPATCHED,), S.HANDLING, _dept(P.SIGN), "TaskSigned", ("lead_task", *TO_SIGN),
          why="The lead department has it; now its time counts."),
    _move(A.SIGN, (S.DISPATCHED,), S.HANDLING, _dept(P.SIGN), "TaskSigned", ("assist_task", "lead_done", *TO_SIGN),
          why="Only assisting tasks were sent back by the check, so the lead has nothing to sign."),
    _move(A.SIGN, (S.DISPATCHED,), None, _dept(P.SIGN), "TaskSigned", ("assist_task", "lead_not_done", *TO_SIGN),
          why="An assisting department signs for its own task."),
    _move(A.SIGN, (S.HANDLING,), None, _dept(P.SIGN), "TaskSigned", ("assist_task", *TO_SIGN),
          why="An assisting department signs for its own task."),
    _move(A.ASSIGN, _AT_DEPARTMENTS, None, _dept(P.ASSIGN), "HandlerAssigned",
          ("task_not_called", "task_open", *HANDS), ("handler",),
          why="Somebody by name does the work."),
    _move(A.SUB_ASSIGN, _AT_DEPARTMENTS, None, _dept(P.ASSIGN), "TasksChanged",
          ("task_not_called", "task_open", "task_signed", *HANDS), ("due_at",),
          why="A section, a team or a contractor does a part, with a limit of its own inside the task's."),
    *(_move(A.SUB_FINISH, _AT_DEPARTMENTS, None, (P.FINISH, relation), "TaskFinished",
            ("sub_open", *HANDS), ("sub", "result"),
            why="Who was sent within the department says what was done; the task itself is still the department's.")
      for relation in (R.DEPARTMENT, R.SUB_CONTRACTOR)),
    _move(A.SUB_DROP, _AT_DEPARTMENTS, None, _dept(P.ASSIGN), "TasksChanged",
          ("sub_open", *HANDS), ("sub",),
          why="That part is not needed, or is done otherwise."),
    _move(A.ASK_RETURN, _AT_DEPARTMENTS, None, _dept(P.ASK_RETURN), "ReturnAsked",
          (*ASK, "returns_left", "soon_after_signing"), ("reason_code", "reason"),
          why="Not ours, or nothing there: said at once and with a reason."),
    _move(A.GRANT_RETURN, _AT_DEPARTMENTS, S.FILED, _centre(P.DECIDE_RETURN), "ReturnGranted",
          ("return_pending", "lead_task", *DECIDER),
          why="The case needs another lead."),
    _move(A.GRANT_RETURN, _AT_DEPARTMENTS, S.FILED, _centre(P.DECIDE_RETURN), "ReturnGranted",
          ("return_pending", "assist_task", "last_rework", *DECIDER),
          why="The last task sent back by the check has no taker, so the case is dispatched anew."),
    _move(A.GRANT_RETURN, _AT_DEPARTMENTS, None, _centre(P.DECIDE_RETURN), "ReturnGranted",
          ("return_pending", "assist_task", "not_last_rework", *DECIDER),
          why="The others go on without this department."),
    _move(A.DENY_RETURN, _AT_DEPARTMENTS, None, _centre(P.DECIDE_RETURN), "ReturnDenied",
          ("return_pending", *DECIDER), ("reason",),
          why="It is theirs."),
    _move(A.ASK_EXTENSION, (S.HANDLING,), None, _dept(P.ASK_EXTENSION), "ExtensionAsked",
          ("first_extension", "before_due", *ASK), ("due_at", "reason"),
          why="Some work takes longer than its class."),
    _move(A.ASK_EXTENSION, (S.HANDLING,), None, _dept(P.ASK_SECOND_EXTENSION), "ExtensionAsked",
          ("second_extension", "before_due", *ASK), ("due_at", "reason"),
          why="Asking again is signed by the department's leader."),
    *(_move(A.GRANT_EXTENSION, (S.HANDLING,), None, _centre(may), "ExtensionGranted",
            ("extension_pending", *which, *DECIDER, date), (*needs, *consent),
            why="Its clocks move: within bounds by the duty officer, else by the centre's leader, who says why.")
      for which, may, needs in MORE_TIME for date, consent in ABOVE),
    *(_move(A.DENY_EXTENSION, (S.HANDLING,), None, _centre(may), "ExtensionDenied",
            ("extension_pending", *which, *DECIDER), ("reason",),
            why="The limit stands.")
      for which, may, _needs in MORE_TIME),
    _move(A.ASK_DEFERRAL, (S.HANDLING, S.DEFERRED), None, _dept(P.ASK_DEFERRAL), "DeferralAsked",
          ("lead_task", "before_due", *ASK), ("review_on", "reason"),
          why="Season or conditions forbid the work now, or still."),
    *(_move(A.GRANT_DEFERRAL, (S.HANDLING, S.DEFERRED), S.DEFERRED, who, "DeferralGranted",
            ("deferral_pending", which, *DECIDER, date), consent,
            why="It is kept in the open list with a day of review; its clocks pause. Each time one signature higher.")
      for which, who in _PUT_OFF for date, consent in ABOVE),
    *(_move(A.DENY_DEFERRAL, (S.HANDLING, S.DEFERRED), None, who, "DeferralDenied",
            ("deferral_pending", which, *DECIDER), ("reason",),
            why="It can be done now.")
      for which, who in _PUT_OFF),
    _move(A.ASK_ASSIST, _AT_DEPARTMENTS, None, _dept(P.ASK_ASSIST), "AssistAsked", ASK, ("assist", "reason"),
          why="Who works on it sees first whom it needs beside them."),
    _move(A.GRANT_ASSIST, _AT_DEPARTMENTS, None, _centre(P.ASSIST), "TasksChanged",
          ("assist_pending", "handler_does_not_dispatch", *DECIDER),
          why="The dispatcher sends it to the departments asked for, or to others."),
    _move(A.DENY_ASSIST, _AT_DEPARTMENTS, None, _centre(P.ASSIST), "AssistDenied",
          ("assist_pending", *DECIDER), ("reason",),
          why="They can do it themselves."),
    _move(A.WITHDRAW_ASK, (*_AT_DEPARTMENTS, S.DEFERRED), None, _dept(P.WITHDRAW_ASK), "AskWithdrawn",
          ("ask_pending", *HANDS),
          why="Who asked may ask no more."),
    *(_move(A.RESUME, (S.DEFERRED,), S.HANDLING, who, "CaseResumed", guards, why=why)
      for who, guards, why in (
          (_dept(P.RESUME), ("lead_task", *HANDS), "The lead department sees that the obstacle is gone."),
          (_centre(P.RESUME), (), "The centre's leader sees that the obstacle is gone."),
          (_SYSTEM, (), "What was granted has run out and nobody looked: from then on the time of the work runs."))),
    _move(A.RESUME, (S.ENFORCING,), S.HANDLING, _centre(P.RESUME), "CaseResumed", (), ("reason",),
          why="It was referred and no file answers: nothing else would lead out of there."),
    _move(A.MILESTONE, (S.HANDLING,), None, _dept(P.FINISH), "MilestoneReached",
          ("lead_task", "task_open", "task_signed", "milestone_open", *HANDS), ("n",),
          why="What has a limit on the way is said when it is done, and judged apart from the whole."),
    *(_move(A.FINISH, (S.HANDLING,), target, _dept(P.FINISH), event,
            ("lead_task", "task_open", "task_signed", "assisting_done", *HANDS, check), ("result",), why=why)
      for target, event, check, why in (
          (S.HANDLED, "CaseHandled", "check_needed", "The lead answers for the whole, so it waits for the others."),
          (S.CHECKED, "CaseChecked", "check_none", "Nothing is left to look at; the duty officer judges the papers."))),
    *(_move(A.FINISH, (S.HANDLING,), target, _dept(P.FINISH), event,
            ("assist_task", "task_open", "task_signed", "last_rework", *HANDS, check), ("result",),
            why="The last task sent back is done, and the lead was done before.")
      for target, event, check in ((S.HANDLED, "CaseHandled", "check_needed"),
                                   (S.CHECKED, "CaseChecked", "check_none"))),
    _move(A.FINISH, _AT_DEPARTMENTS, None, _dept(P.FINISH), "TaskFinished",
          ("assist_task", "task_open", "task_signed", "not_last_rework", *HANDS), ("result",),
          why="An assisting department ends its own task only."),
    _move(A.REFER, (S.HANDLING,), S.ENFORCING, _dept(P.REFER), "CaseReferred",
          ("lead_task", "task_open", "task_signed", "power_in_force", "assisting_done", *HANDS, "not_of_grids"),
          why="Only the law's own procedure helps; the enforcement file is opened with this step."),
    *(_move(A.ENFORCEMENT_ENDED, (S.ENFORCING,), target, _SYSTEM, event, guards, why=why)
      for target, event, guards, why in (
          (S.HANDLED, "CaseHandled", ("correction_met", "check_needed"), "The order is met; payment runs on there."),
          (S.CHECKED, "CaseChecked", ("correction_met", "check_none"), "The order is met, and the class has no check."),
          (S.HANDLING, "CaseResumed", ("correction_not_met",), "The trouble is still there."))),
    _move(A.WHISTLE, _WHISTLE, None, (P.WHISTLE, R.TOWNSHIP), "WhistleBlown",
          (), ("called",),
          why="What is beyond the township's powers calls those who have them to the spot."),
    _move(A.ARRIVE, _WHISTLE, None, (P.ARRIVE, R.CALLED_DEPARTMENT), "WhistleAnswered",
          ("called_task", "task_open", "task_not_arrived", *HANDS),
          why="Being there is what was asked; late is better than never."),
    _move(A.FINISH, _WHISTLE, None, (P.FINISH, R.CALLED_DEPARTMENT), "TaskFinished",
          ("called_task", "task_open", "task_arrived", *HANDS), ("result",),
          why="A called department says what it did; nobody waits for it."),
    _move(A.RATE_WHISTLE, _order(OPEN - BEFORE_FILING), None, (P.RATE_WHISTLE, R.TOWNSHIP), "WhistleRated",
          ("was_whistled", "called_does_not_rate"), ("rating",),
          why="Who called says how the call was answered."),
)

_CLOSING: tuple[Move, ...] = (
    _move(A.ASSIGN_CHECK, (S.HANDLED,), None, _centre(P.ASSIGN_CHECK), "CheckAssigned",
          CANDIDATE, ("checker",),
          why="The checker whom the system named is ill, away or was part of the work."),
    *(_move(A.PASS_CHECK, (S.HANDLED,), S.CHECKED, (may, R.NAMED_CHECKER), "CaseChecked",
            (kind, *CHECK), needs,
            why="Somebody who did not do the work has seen that it is done.")
      for kind, needs, may in CHECK_KINDS),
    *(_move(A.FAIL_CHECK, (S.HANDLED,), target, (may, R.NAMED_CHECKER), event,
            (kind, filed, *CHECK), (*tasks, *needs), why=why)
      for kind, needs, may in CHECK_KINDS
      for filed, target, event, tasks, why in (
          ("ever_filed", S.DISPATCHED, "CaseReworked", ("tasks",), "Only what failed is done again, and counted."),
          ("never_filed_yet", S.ACCEPTED, "CaseAccepted", (), "What a worker called fixed is not: now it is a case."))),
    _move(A.REFUSE_CLOSE, (S.CHECKED,), S.HANDLED, (P.REFUSE_CLOSE, R.CLOSING_CENTRE), "CheckRefused",
          ("recheck_asked", "check_needed", *CLOSER), ("reason",),
          why="The check does not convince: look again."),
    *(_move(A.REFUSE_CLOSE, (S.CHECKED,), target, (P.REFUSE_CLOSE, R.CLOSING_CENTRE), event,
            ("rework_asked", filed, *CLOSER), ("reason",), why=why)
      for target, event, filed, why in (
          (S.DISPATCHED, "CaseReworked", "ever_filed", "The work does not convince: do it again."),
          (S.ACCEPTED, "CaseAccepted", "never_filed_yet", "No department ever had it: now it is a case."))),
    *(_move(A.REOPEN, (S.CLOSED,), target, (P.REOPEN, relation), "CaseReopened",
            (filed, "reopen_window_open"), ("reason",),
            why="It was not solved; a new round begins and earlier ones stay.")
      for relation in (R.SUPERVISOR, R.CLOSING_CENTRE)
      for filed, target in (("ever_filed", S.FILED), ("never_filed_yet", S.ACCEPTED))),
    _move(A.SPOT_CHECK, (S.CLOSED,), None, (P.SPOT_CHECK, R.SUPERVISOR), "CaseSpotChecked",
          (*JUDGE, "auditor_did_not_decide"), ("solved",),
          why="Some closings are looked at, so that all are done well."),
)

_ANY_TIME: tuple[Move, ...] = (
    _move(A.CORRECT, _OPEN, None, _centre(P.CORRECT), "CaseCorrected",
          why="Class, condition, place or grid were wrong; the limits are computed anew from their start."),
    _move(A.URGENT, _OPEN, None, _centre(P.URGENT), "UrgencyChanged", ("not_urgent",),
          why="A danger does not wait for office hours."),
    _move(A.CLEAR_URGENT, _OPEN, None, _centre(P.URGENT), "UrgencyChanged", ("is_urgent",),
          why="The danger is past."),
    _move(A.URGE, _OPEN, None, _centre(P.URGE), "CaseUrged",
          why="A reminder before a warning."),
    _move(A.COMMENT, _ALL, None, (P.COMMENT, R.VIEWER), "CaseCommented", (), ("text",),
          why="What was said stays with the case."),
    _move(A.COPY, _ALL, None, (P.COPY, R.VIEWER), "CaseCopied", (), ("to",),
          why="Others shall know of it."),
    _move(A.ATTACH, _ALL, None, (P.ATTACH, R.VIEWER), "AttachmentAdded", (), ("attachments",),
          why="A file that arrives later is part of the history too."),
    _move(A.ATTACH, _ALL, None, _SYSTEM, "AttachmentAdded", (), ("attachments",),
          why="The bytes of a named file have arrived."),
    _move(A.LOSE_FILE, _ALL, None, _SYSTEM, "AttachmentLost", (), ("attachments",),
          why="A named file could not be used or never came; it holds nothing up any more."),
    _move(A.SET_BACK, _OPEN, None, _SYSTEM, "ClockSetBack", why="What ended only by a clock that was ahead has not."),
    _move(A.RECOUNT, _OPEN, None, _SYSTEM, "LimitsRecounted", why="A limit has one end, by the calendars in force."),
    _move(A.BASELINE, _ALL, None, _SYSTEM, "CaseWrittenDown",
          why="Steps of older versions, and erased ones, do not say all that stands in the rows: this one does."),
    _move(A.WARN, _OPEN, None, _SYSTEM, "LimitNear", (), ("clock",),
          why="Whoever is answerable hears of it while there is time."),
    _move(A.OVERDUE, _OPEN, None, _SYSTEM, "LimitPassed", (), ("clock",),
          why="That a limit passed is a fact of the case."),
    _move(A.REVIEW_DUE, (S.DEFERRED,), None, _SYSTEM, "ReviewDue",
          why="A deferral has a day on which it is looked at again."),
    _move(A.RAISE_LATE, _OPEN, None, _SYSTEM, "LatenessRaised", (), ("clock",),
          why="What stays undone rises: those above whoever is answerable hear of it, step by step."),
    _move(A.EXPIRE_ASK, (*_AT_DEPARTMENTS, S.DEFERRED), None, _SYSTEM, "AskExpired", ("ask_pending",),
          why="What nobody decided in time is denied."),
    _move(A.NAME_ANEW, (S.VERIFYING, S.HANDLED), None, _SYSTEM, "NamedAnew",
          (), ("part",),
          why="Whoever was named can do it no longer, so another is named in the same order, or an acceptor is asked."),
    _move(A.ABSENT_WHISTLE, _WHISTLE, None, _SYSTEM, "WhistleUnanswered",
          ("called_task", "task_unsigned"),
          why="A called department did not come; the work goes on without it."),
)
# fmt: on

MOVES = (
    _INTAKE
    + _FILING
    + centre_moves(_AT_DEPARTMENTS)
    + _HANDLING
    + _CLOSING
    + _ANY_TIME
    + ticket_moves(_BEFORE_HANDLING, _OPEN, _ALL, CLOSER, HANDS)
)

# Whoever took one of these for a department, in whatever part, did some of its work and may not judge the result.
_FOR_DEPARTMENTS = (R.DEPARTMENT, R.CALLED_DEPARTMENT, R.SUB_CONTRACTOR)
HANDLING_ACTIONS = frozenset(move.action for move in MOVES if move.relation in _FOR_DEPARTMENTS)
_ALSO_OF_OTHERS = HANDLING_ACTIONS & {move.action for move in MOVES if move.relation not in _FOR_DEPARTMENTS}


def is_handling(action: str, on_behalf_of: str | None) -> bool:
    """Tell whether a step was work for a department; what a centre takes too is so only on behalf of one."""
    return action in HANDLING_ACTIONS and (on_behalf_of is not None or action not in _ALSO_OF_OTHERS)


CASE: Workflow[CaseFacts] = Workflow(
    name="case",
    title=Words("案件", "Case"),
    states={state: state.words for state in S},
    actions={action: action.words for action in A},
    moves=MOVES,
    guards=GUARDS,
    relations={relation: relation.words for relation in R},
    groups={"OPEN": OPEN, "ENDS": ENDS, "BEFORE_FILING": BEFORE_FILING, "PAUSED": PAUSED},
    forms=FORMS,
)
