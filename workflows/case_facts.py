"""List what the guards of a case may know, and the guards; all pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from workflows.case_terms import GOING_THERE, AskKind, CaseSource, CaseState, CheckKind, Finding, TaskPart, TaskState
from workflows.engine import Guard
from workflows.task_facts import TaskFacts
from workflows.ticket_facts import TICKET_GUARDS, TicketFacts
from workflows.words import Words

# The words of the public, the press and petitioners are looked at before a department is sent.
PUBLIC_SOURCES = frozenset({CaseSource.CITIZEN, CaseSource.HOTLINE, CaseSource.MEDIA, CaseSource.PETITION})
# What the county's own people saw themselves; whatever else is reported was registered for another.
OWN_SOURCES = frozenset({CaseSource.WORKER, CaseSource.AUXILIARY})
# Machines are looked at where the class says so.
MACHINE_SOURCES = frozenset({CaseSource.SENSOR, CaseSource.PLATFORM})
OPEN_TASK_STATES = frozenset({TaskState.SENT, TaskState.SIGNED, TaskState.ARRIVED, TaskState.ABSENT})


class CandidateFault(StrEnum):
    """Say why somebody cannot be named to check."""

    AWAY = "away"  # or the account is closed
    NO_CHECK = "no_check"  # does not hold the permission
    NO_CALL = "no_call"  # it is checked by phone, and may not call or not see the number
    HANDLED = "handled"  # or fixed it
    DEPARTMENT = "department"  # holds a handling role in one with a task here
    CLOSED = "closed"  # decided on its closing


class HandlerFault(StrEnum):
    """Say why somebody cannot be named to do the work of a task."""

    NO_FINISH = "no_finish"  # does not hold the permission there
    CHECKED = "checked"  # passed or failed a check of this case
    DISPATCHED = "dispatched"  # sent this department a task of this case


@dataclass(frozen=True, kw_only=True)
class ActorFacts:
    """Say what the actor did before, over all rounds of this case."""

    serves_grids: bool = False  # holds the post of a grid worker or an auxiliary officer, whatever else
    actor_fixed: bool = False  # fixed it himself before reporting (自行处置)
    actor_sent_himself: bool = False  # registered it for another, and named himself to verify it
    actor_refused: bool = False  # refused or declined it
    actor_handled: bool = False  # took a step for a department
    # holds a handling role (not a roster duty) in a department with a task in this round, and no decision of the
    # county lets him judge its work: where one does, this is so only of who took a handling step himself
    actor_in_task_department: bool = False
    actor_checked: bool = False  # passed or failed a check
    actor_closed: bool = False  # closed, by force or not, or refused to close
    actor_asked: bool = False  # asked for a return, an extension or a deferral
    actor_decided: bool = False  # granted or denied one


@dataclass(frozen=True, kw_only=True)
class CourseFacts:
    """Say what was reported, and what became of it."""

    source: CaseSource = CaseSource.WORKER
    self_fixed: bool = False  # flagged and not yet cleared; for `report`, what the body says
    danger_kept: bool = False  # an acceptor keeps it although its reporter may want it back
    finding: Finding | None = None  # of the last verification
    ever_filed: bool = False
    urgent: bool = False
    merged_from: CaseState | None = None  # the state before the merge
    photos_awaited: int = 0  # attachments named in a step whose bytes have not arrived
    enforcement_open: bool = False  # a linked enforcement file has not ended
    upper_centre_exists: bool = False
    lower_centre_exists: bool = False
    handed_down: bool = False  # by a centre above, which closes it
    sub_open: bool = False  # a part is done within a department and not finished
    was_whistled: bool = False  # a task of part called exists
    verifier_named: bool = False  # somebody by name is to verify it now


@dataclass(frozen=True, kw_only=True)
class ClassFacts:
    """Say what the class asks for."""

    class_allows_self_fix: bool = False
    class_asks_verify: bool = False
    class_auto_dispatches: bool = False
    check_kind: CheckKind = CheckKind.ON_SPOT
    confidential: bool = False
    reopen_window_open: bool = True  # the class's days for reopening have not passed


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """Say what the rule of an act finds out before the guards look, since it depends on what is asked for."""

    sampled: bool = False  # close_fixed: the rule picked this case for checking by another worker
    target_is_open: bool = False  # merge: the other case is open, and another
    target_keeps_date: bool = False  # merge: the other case takes the date, and does not stand still
    handled_for_named: bool = False  # dispatch, add_assist: the actor took a handling step for one that is named
    candidate_fault: CandidateFault | None = None  # assign_check: why the person asked for may not check
    express_asked: bool = False  # urgent: accept, file or dispatch shall follow in the same call
    limit_within_case: bool = True  # hand_down: the given limit ends before the case's
    power_in_force: bool = False  # refer: the department may enforce this class here today
    correction_met: bool = False  # enforcement_ended: order met or nuisance gone
    rework_asked: bool = False  # of a closing refused: back to the departments, not only to the checker
    contact_failed: bool = False  # call_back: nobody was reached


@dataclass(frozen=True, kw_only=True)
class CaseFacts(ActorFacts, CourseFacts, ClassFacts, TaskFacts, TicketFacts, Prepared):
    """Carry the plain values that guards ask for; the defaults are an ordinary case that nobody has touched."""


def _verified_where_needed(f: CaseFacts) -> bool:
    needed = f.source in PUBLIC_SOURCES or (f.source in MACHINE_SOURCES and f.class_asks_verify)
    return not needed or f.finding == Finding.TRUE


def _last_rework(f: CaseFacts) -> bool:
    """Tell whether the lead is done and only this assisting task is still open, sent back by a check."""
    return f.lead_done and f.assisting_open == 1


def _visit_unseen(f: CaseFacts) -> bool:
    """Tell whether a home is visited of which no picture is taken: of a confidential matter nobody keeps one."""
    return f.check_kind == CheckKind.VISIT and f.confidential


def _from_superior(f: CaseFacts) -> bool:
    return f.source == CaseSource.SUPERIOR or f.carries_superior


def _candidate(fault: CandidateFault) -> Callable[[CaseFacts], bool]:
    return lambda f: f.candidate_fault != fault


def _part(part: TaskPart) -> Callable[[CaseFacts], bool]:
    return lambda f: f.task_part == part


def _pending(kind: AskKind) -> Callable[[CaseFacts], bool]:
    return lambda f: f.pending_ask == kind


def _guard(holds: Callable[[CaseFacts], bool], zh: str, en: str) -> Guard[CaseFacts]:
    return Guard(holds, Words(zh, en))


def _theirs(holds: Callable[[CaseFacts], bool], zh: str, en: str) -> Guard[CaseFacts]:
    return Guard(holds, Words(zh, en), whose=True)


# fmt: off
GUARDS: dict[str, Guard[CaseFacts]] = {
    # what tells rows of one action apart
    "self_fixed": _guard(lambda f: f.self_fixed,
        "该案件不是自行处置上报，请按普通案件受理。", "It was not reported as fixed: take it on like any other case."),
    "not_self_fixed": _guard(lambda f: not f.self_fixed,
        "请按自行处置上报。", "Please report it as fixed on the spot."),
    "sampled": _guard(lambda f: f.sampled, "该案件未被抽中复查。", "This case was not drawn for a check."),
    "not_sampled": _guard(lambda f: not f.sampled,
        "该案件被抽中复查，须由其他人员核查。", "This case was drawn for a check: somebody else has to look."),
    "ever_filed": _guard(lambda f: f.ever_filed, "该案件从未立案。", "This case was never filed."),
    "never_filed": _guard(lambda f: not f.ever_filed,
        "案件已经立案，不能并入其他案件；请在案件中批注关联情况后继续办理。",
        "The case is filed and is merged no more: remark what it hangs together with, and go on."),
    "never_filed_yet": _guard(lambda f: not f.ever_filed, "该案件已经立案。", "This case is filed already."),
    "lead_task": _theirs(_part(TaskPart.LEAD),
        "只有主办部门可以办理这一步，请联系主办部门。", "Only the lead department takes this step: please ask them."),
    "assist_task": _theirs(_part(TaskPart.ASSIST),
        "只有协办部门可以办理这一步。", "Only an assisting department takes this step."),
    "called_task": _theirs(_part(TaskPart.CALLED),
        "只有被吹哨的部门可以办理这一步。", "Only a department that was called to the spot takes this step."),
    "lead_done": _guard(lambda f: f.lead_done, "主办部门的任务尚未完成。", "The lead department has not finished yet."),
    "lead_not_done": _guard(lambda f: not f.lead_done,
        "主办部门的任务已经完成。", "The lead department has finished already."),
    "last_rework": _guard(_last_rework, "还有其他任务未完成。", "Other tasks are not finished yet."),
    "not_last_rework": _guard(lambda f: not _last_rework(f), "这是最后一项返工任务。", "This is the last task."),
    "has_assisting": _guard(lambda f: f.assisting_open > 0,
        "没有未完成的协办任务，无需取消。", "No assisting task is open: there is nothing to drop."),
    "keeps_an_open_task": _guard(lambda f: not f.lead_done or f.assisting_open > 1,
        "主办任务已完成，这是最后一项返工任务，不能取消；请先增加协办部门，或撤回派遣后重新派遣。",
        "The lead has finished and this is the last task to be done again: add a department first, or dispatch anew."),
    "check_on_spot": _guard(lambda f: f.check_kind in GOING_THERE and not _visit_unseen(f),
        "该类案件须现场核查。", "Cases of this class are checked on the spot."),
    "check_visit_unseen": _guard(_visit_unseen,
        "该类案件不是保密的上门核查。", "Cases of this class are not checked by a confidential visit."),
    "check_not_on_spot": _guard(lambda f: f.check_kind not in GOING_THERE,
        "该类案件须现场核查，请附位置和照片。", "Cases of this class are checked on the spot: give place and photo."),
    "check_otherwise": _guard(lambda f: f.check_kind not in (*GOING_THERE, CheckKind.PHONE),
        "该类案件须现场核查，或由可回访的人员电话核查。",
        "Cases of this class are checked on the spot, or by phone by somebody who may call back."),
    "check_by_phone": _guard(lambda f: f.check_kind == CheckKind.PHONE,
        "该类案件不是电话核查。", "Cases of this class are not checked by phone."),
    "check_none": _guard(lambda f: f.check_kind == CheckKind.NONE,
        "该类案件须核查。", "Cases of this class have to be checked."),
    "check_needed": _guard(lambda f: f.check_kind != CheckKind.NONE, "该类案件不设核查环节，请直接退回返工或结案。",
        "Cases of this class are not checked: send it back, or close it."),
    "correction_met": _guard(lambda f: f.correction_met,
        "执法案件尚未认定整改完成。", "The enforcement file does not say yet that it is put right."),
    "correction_not_met": _guard(lambda f: not f.correction_met,
        "执法案件已认定整改完成。", "The enforcement file says that it is put right."),
    "rework_asked": _guard(lambda f: f.rework_asked,
        "请选择退回返工。", "Please choose to send it back to be done again."),
    "recheck_asked": _guard(lambda f: not f.rework_asked,
        "请选择重新核查。", "Please choose to have it checked again."),
    "first_extension": _guard(lambda f: f.extensions_granted == 0,
        "已经延期过一次，再次延期须由部门负责人申请、中心领导批准。",
        "It was extended once: the department's leader asks for more, and the centre's leader decides."),
    "second_extension": _guard(lambda f: f.extensions_granted > 0, "首次延期由经办部门申请、值班长批准。",
        "The department asks for a first extension, and the duty officer decides."),
    "within_bounds": _guard(lambda f: not f.extension_is_long,
        "所申请的时间超出值班长可批的限度，须由中心领导批准。",
        "It asks for more time than the duty officer may grant: the centre's leader decides."),
    "beyond_bounds": _guard(lambda f: f.extension_is_long,
        "首次延期在限度之内，由值班长批准。", "Within the bounds the duty officer decides on a first extension."),
    "keeps_date_above": _guard(lambda f: not f.date_above_passed,
        "所申请的时间超过了上级（或交办中心）给定的期限，须先征得其同意，填写同意的依据和新的期限。",
        "It passes the date set from above, which only who set it may move: say by what they consent, and to when."),
    "passes_date_above": _guard(lambda f: f.date_above_passed,
        "所申请的时间没有超过上级给定的期限。", "It does not pass a date set from above."),
    "first_deferral": _guard(lambda f: f.deferrals_granted == 0,
        "已经挂账过，再次挂账须由分管县领导批准。",
        "It was deferred before: a leader of the county decides on deferring it again."),
    "further_deferral": _guard(lambda f: f.deferrals_granted > 0,
        "首次挂账由中心领导批准。", "The centre's leader decides on a first deferral."),
    # the report and its acceptance
    "class_allows_self_fix": _guard(lambda f: f.class_allows_self_fix, "该类问题不允许自行处置，请按普通案件上报。",
        "This is not to be fixed on the spot: report it like any other case."),
    "not_kept": _guard(lambda f: not f.danger_kept, "隐患仍在，受理员已留办，不能撤回；请联系受理员。",
        "The danger remains and the acceptor keeps the case: ask them if it should be withdrawn."),
    "not_kept_yet": _guard(lambda f: not f.danger_kept, "该案件已经留办，无需重复操作。", "This case is kept already."),
    "own_report": _guard(lambda f: f.source in OWN_SOURCES,
        "只有自己发现并上报的案件可以撤回；代他人登记的和设备、平台上报的，请由中心不予受理、不予立案或作废，并说明原因。",
        "Only what you saw yourself can be withdrawn. What was registered for another or came from a machine is"
        " refused, declined or voided by the centre, with a reason."),
    "not_superior": _guard(lambda f: f.source != CaseSource.SUPERIOR,
        "上级交办案件无需核实，也不得拒绝、作废，请受理、立案并办结。",
        "What comes from above is neither verified, refused nor voided: take it on and see it to its closing."),
    "handed_down": _guard(lambda f: f.handed_down, "该案件不是上级中心交办的。", "No centre above handed it down."),
    "not_handed_down": _guard(lambda f: not f.handed_down,
        "上级中心交办的案件不能在本级终止；办不了的，请说明原因上报上级。",
        "A centre above handed it down, so nobody ends it here: if it cannot be done, hand it up with a reason."),
    "nobody_verifies": _guard(lambda f: not f.verifier_named,
        "已指定核实人；如需换人，请先收回核实再派。",
        "Somebody is named already: recall the verification first, then send another."),
    "verified_where_needed": _guard(_verified_where_needed,
        "该来源的问题须先核实属实才能受理，请先派人核实；不属实的请作不予受理。",
        "What comes from this source is verified before it is taken on: send somebody first; if untrue, refuse it."),
    "target_is_open": _guard(lambda f: f.target_is_open, "只能并入另一件办理中的案件，请重新选择要并入的案件。",
        "Choose another case that is still open to merge into."),
    "superiors_date_kept": _guard(lambda f: f.target_keeps_date or not _from_superior(f),
        "上级交办案件（包括并入本案的）只能并入能按其期限办理的案件；要并入的案件已挂账或移送执法，时限暂停，请另选。",
        "What comes from above, also what this case carries, is merged only into a case that keeps its date: that one"
        " stands still, choose another."),
    "class_auto_dispatches": _guard(lambda f: f.class_auto_dispatches,
        "该类案件须由派遣员派遣。", "Cases of this class are dispatched by a dispatcher."),
    "limit_within_case": _guard(lambda f: f.limit_within_case, "交办时限超出了案件总时限，请改在案件时限之内。",
        "This limit lies after that of the case: choose an earlier one."),
    "upper_centre_exists": _guard(lambda f: f.upper_centre_exists,
        "本级之上没有可受理的中心，请在本级办理。", "There is no centre above: please act on it here."),
    "lower_centre_exists": _guard(lambda f: f.lower_centre_exists,
        "没有可交办的下级中心，请在本级派遣。", "There is no centre below: please dispatch it here."),
    "is_urgent": _guard(lambda f: f.urgent,
        "该案件不是急要件，无需取消。", "This case is not urgent: there is nothing to take back."),
    "not_urgent": _guard(lambda f: not f.urgent or f.express_asked,
        "该案件已是急要件，无需重复操作。", "This case is urgent already."),
    # tasks and requests
    "task_unsigned": _guard(lambda f: f.task_state == TaskState.SENT,
        "该任务已经签收，请直接处置。", "This task is signed for already: please handle it."),
    "task_signed": _guard(lambda f: f.task_state == TaskState.SIGNED,
        "请先签收任务，再办理这一步。", "Sign for the task first."),
    "task_open": _guard(lambda f: f.task_state in OPEN_TASK_STATES,
        "贵部门的任务已经结束，无需再办理。", "Your department's task has ended: nothing more is to be done."),
    "task_not_arrived": _guard(lambda f: f.task_state in {TaskState.SENT, TaskState.ABSENT},
        "贵部门已经报到，无需重复操作。", "Your department has arrived already."),
    "task_arrived": _guard(lambda f: f.task_state == TaskState.ARRIVED,
        "请先报到，再填写处置结果。", "Say first that you have arrived, then tell the result."),
    "was_whistled": _guard(lambda f: f.was_whistled,
        "该案件没有吹哨任务，无需评哨。", "Nobody was called to this case: there is nothing to rate."),
    "sub_open": _guard(lambda f: f.sub_open,
        "没有未办结的内部派办，请刷新页面。", "Nothing is open within the department: please reload the page."),
    "task_not_called": _guard(lambda f: f.task_part in {TaskPart.LEAD, TaskPart.ASSIST},
        "吹哨任务只需报到和反馈结果，不能办理这一步。", "Who was called only arrives and tells the result."),
    "assisting_done": _guard(lambda f: f.assisting_open == 0,
        "还有协办部门未完成，请等协办完成，或请派遣员取消协办后再办理。",
        "An assisting department has not finished: wait for it, or ask the dispatcher to drop it."),
    "milestone_open": _guard(lambda f: f.milestones_open > 0, "没有待完成的节点。", "No milestone is left."),
    "no_pending_ask": _guard(lambda f: not f.pending_ask, "已有一项申请待批，请等批复，或先撤回该申请。",
        "An ask is undecided: wait for the decision, or withdraw it first."),
    "ask_pending": _guard(lambda f: bool(f.pending_ask), "没有待批的申请。", "No ask waits to be decided."),
    "return_pending": _guard(_pending(AskKind.RETURN),
        "没有待批的退件申请，请刷新页面。", "No return waits to be decided: please reload the page."),
    "extension_pending": _guard(_pending(AskKind.EXTENSION),
        "没有待批的延期申请，请刷新页面。", "No extension waits to be decided: please reload the page."),
    "deferral_pending": _guard(_pending(AskKind.DEFERRAL),
        "没有待批的挂账申请，请刷新页面。", "No deferral waits to be decided: please reload the page."),
    "assist_pending": _guard(_pending(AskKind.ASSIST),
        "没有待批的协办申请，请刷新页面。", "No ask for assistance waits to be decided: please reload the page."),
    "before_due": _guard(lambda f: not f.after_due, "处置时限已过，不能再申请；请尽快处置并说明情况。",
        "The limit is over: handle it as soon as you can and say why."),
    "returns_left": _guard(lambda f: f.returns_left,
        "贵部门在该案件中申请退件的次数已用完；确不属贵部门职责的，请联系派遣员收回改派。",
        "Your department may not ask again to return this case: if it is not yours, ask the dispatcher to recall it."),
    "soon_after_signing": _guard(lambda f: not f.return_too_late,
        "签收已久，不能再申请退件；确不属贵部门职责的，请联系派遣员收回改派。",
        "It was signed for too long ago to be returned: if it is not yours, ask the dispatcher to recall it."),
    "power_in_force": _guard(lambda f: f.power_in_force,
        "贵部门今天在该地没有这项执法权，请退件或请派遣员改派有权部门。",
        "Your department has no such power there today: return it, or ask for another department."),
    "not_of_grids": _guard(lambda f: not f.serves_grids,  # 行政处罚法 art. 42: qualified officers alone
        "网格员和辅警没有执法资格，不能办理执法事项，请由部门的执法人员办理。",
        "Grid workers and auxiliary officers may not enforce: an officer of the department has to."),
    # closing
    "no_photo_awaited": _guard(lambda f: f.photos_awaited == 0,
        "还有照片未传到，请等照片上传完成后再结案。", "A photo has not come yet: close the case when it has."),
    "enforcement_ended": _guard(lambda f: not f.enforcement_open,
        "关联的执法案件尚未办结，不能强制结案，请先办结执法案件。",
        "Its enforcement file is open: end that first, then close the case by force."),
    "reopen_window_open": _guard(lambda f: f.reopen_window_open,
        "已超过可重办的期限，请作为新案件上报。", "It is too late to reopen it: please report it anew."),
    # separation of duties: one person, one case, never both
    "fixer_does_not_approve": _guard(lambda f: not f.actor_fixed, "不能认定自己自行处置的案件，请由其他受理员认定。",
        "You fixed it yourself: another acceptor has to accept that."),
    "sender_does_not_confirm": _guard(lambda f: not f.actor_sent_himself,
        "这件是您代人登记、又派给自己核实的，须由他人核实：请作“无法核实”退回，由受理员另派。",
        "You registered this for another and sent yourself to verify it: somebody else has to. Say “cannot verify”, and"
        " an acceptor names another."),
    "refuser_does_not_reconsider": _guard(lambda f: not f.actor_refused,
        "这件是您不予受理或不予立案的，不能由您复核，请由其他督查人员复核。",
        "You refused this yourself: another supervisor has to reconsider it."),
    "handler_does_not_check": _guard(lambda f: not (f.actor_handled or f.actor_fixed),
        "您参与过该案件的处置，不能核查，请受理员改派核查人。",
        "You took part in handling it, so somebody else checks: ask the acceptor to name them."),
    "department_does_not_check": _guard(lambda f: not f.actor_in_task_department,
        "您所在部门承办该案件，不能核查，请受理员改派核查人。",
        "Your department handles it, so somebody else checks: ask the acceptor to name them."),
    "checker_does_not_handle": _guard(lambda f: not f.actor_checked,
        "您核查过该案件，不能参与处置，请由本部门其他人员办理。",
        "You have checked this case, so a colleague has to handle it."),
    "checker_does_not_close": _guard(lambda f: not f.actor_checked,
        "您核查过该案件，不能结案，请由其他人员办理。", "You have checked this case, so somebody else closes it."),
    "closer_does_not_check": _guard(lambda f: not f.actor_closed,
        "您办理过该案件的结案，不能核查，请受理员改派核查人。",
        "You have decided on its closing, so somebody else checks: ask the acceptor to name them."),
    "asker_does_not_decide": _guard(lambda f: not f.actor_asked, "您在该案件中提出过申请，不能审批，请由其他人员审批。",
        "You have asked for something here, so somebody else decides."),
    "decider_does_not_ask": _guard(lambda f: not f.actor_decided,
        "您在该案件中审批过申请，不能提出申请，请由本部门其他人员提出。",
        "You have decided on an ask here, so a colleague has to ask."),
    "department_does_not_decide": _guard(lambda f: not f.actor_in_this_department,
        "这项申请是您任职的部门提出的，不能由您审批，请由其他人员审批。",
        "You work for the department that asks, so somebody else decides."),
    "department_does_not_close": _guard(lambda f: not f.actor_in_task_department,
        "您任职的部门承办该案件，不能结案、不予结案或回访，请由其他人员办理。",
        "You work for a department that handles it, so somebody else decides on its closing and calls back."),
    "handler_does_not_close": _guard(lambda f: not (f.actor_handled or f.actor_fixed),
        "您参与过该案件的处置，不能结案、不予结案、抽查或回访，请由其他人员办理。",
        "You took part in handling it, so somebody else decides on its closing, looks at it and calls back."),
    "handler_does_not_decide": _guard(lambda f: not f.actor_handled_task,
        "您在该案件中代表申请的部门处置过，不能由您审批，请由其他人员审批。",
        "You have handled this case for the department that asks, so somebody else decides."),
    "auditor_did_not_decide": _guard(lambda f: not (f.actor_checked or f.actor_closed),
        "您核查过该案件或办理过其结案，不能由您抽查，请由其他督查人员抽查。",
        "You have checked this case or decided on its closing, so another supervisor looks at it."),
    "called_does_not_rate": _guard(lambda f: not (f.actor_in_this_department or f.actor_handled_task),
        "您在被吹哨的部门任职，或代其到场办理过，不能由您评哨，请由其他人员评价。",
        "You work for the department that was called, or came for it, so somebody else rates how it came."),
    "dispatcher_does_not_handle": _guard(lambda f: not f.actor_sent_task,
        "您在该案件中向本部门派遣过任务，不能由您处置，请由本部门其他人员办理。",
        "You have sent your department a task of this case yourself, so a colleague handles it."),
    "handler_does_not_dispatch": _guard(lambda f: not f.handled_for_named,
        "您在该案件中代表所选部门处置过，不能由您派遣给它，请由其他派遣员派遣。",
        "You have handled this case for a department you name, so another dispatcher sends it there."),
    "candidate_is_here": _guard(_candidate(CandidateFault.AWAY),
        "所选人员的账号已停用或正在请假，请另选核查人。",
        "Their account is closed or they are away: choose another checker."),
    "candidate_holds_check": _guard(_candidate(CandidateFault.NO_CHECK),
        "所选人员的岗位没有核查权限，请另选核查人。", "Their post does not check: choose another checker."),
    "candidate_may_call": _guard(_candidate(CandidateFault.NO_CALL),
        "该类案件电话核查，核查人须能回访并查看群众电话，请另选核查人。",
        "This is checked by phone, by somebody who may call back and see the caller's number: choose another checker."),
    "candidate_did_not_handle": _guard(_candidate(CandidateFault.HANDLED),
        "所选人员参与过该案件的处置，不能核查，请另选核查人。",
        "They took part in handling it: choose another checker."),
    "candidate_is_of_no_department": _guard(_candidate(CandidateFault.DEPARTMENT),
        "所选人员在承办该案件的部门任职，不能核查，请另选核查人。",
        "They work for a department that handles it: choose another checker."),
    "candidate_did_not_close": _guard(_candidate(CandidateFault.CLOSED),
        "所选人员办理过该案件的结案，不能核查，请另选核查人。", "They decided on its closing: choose another checker."),
    **TICKET_GUARDS,
}
# fmt: on
