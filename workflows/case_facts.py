"""List what the guards of a case may know, and the guards; all pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workflows.case_terms import AskKind, CaseSource, CheckKind, Finding, TaskPart, TaskState
from workflows.engine import Guard

# The words of the public, the press and petitioners are looked at before a department is sent.
PUBLIC_SOURCES = frozenset({CaseSource.CITIZEN, CaseSource.HOTLINE, CaseSource.MEDIA, CaseSource.PETITION})
# What the county's own people saw themselves; whatever else is reported was registered for another.
OWN_SOURCES = frozenset({CaseSource.WORKER, CaseSource.AUXILIARY})
# Machines are looked at where the class says so.
MACHINE_SOURCES = frozenset({CaseSource.SENSOR, CaseSource.PLATFORM})
OPEN_TASK_STATES = frozenset({TaskState.SENT, TaskState.SIGNED})


@dataclass(frozen=True, kw_only=True)
class CaseFacts:
    """Carry the plain values that guards ask for; the defaults are an ordinary case that nobody has touched.

    "The task" is the one acted on: the actor's department's, or the one named in the data.
    """

    # the actor, over all rounds of this case
    actor_fixed: bool = False  # fixed it himself before reporting (自行处置)
    actor_sent_himself: bool = False  # registered it for another, and named himself to verify it
    actor_refused: bool = False  # refused or declined it
    actor_handled: bool = False  # took a step of HANDLING_ACTIONS
    actor_in_task_department: bool = False  # holds a handling role (not a roster duty) in a department with a task here
    actor_checked: bool = False  # passed or failed a check
    actor_closed: bool = False  # closed, by force or not, or refused to close
    actor_asked: bool = False  # asked for a return, an extension or a deferral
    actor_decided: bool = False  # granted or denied one
    # the report
    source: str = CaseSource.WORKER  # CaseSource
    self_fixed: bool = False  # flagged and not yet cleared; for `report`, what the body says
    sampled: bool = False  # the rule picked this self-fixed case for checking by another worker
    danger_kept: bool = False  # an acceptor keeps it although its reporter may want it back
    finding: str = ""  # Finding of the last verification, "" for none
    # the class
    class_allows_self_fix: bool = False
    class_asks_verify: bool = False
    class_auto_dispatches: bool = False
    check_kind: str = CheckKind.ON_SPOT  # CheckKind
    # the course of the case
    ever_filed: bool = False
    urgent: bool = False
    merged_from: str = ""  # state before the merge
    photos_awaited: int = 0  # attachments named in a step whose bytes have not arrived
    enforcement_open: bool = False  # a linked enforcement file has not ended
    reopen_window_open: bool = True  # the class's days for reopening have not passed
    upper_centre_exists: bool = False
    lower_centre_exists: bool = False
    # the task
    task_part: str = ""  # TaskPart, "" when the step concerns no task
    task_state: str = ""  # TaskState
    pending_ask: str = ""  # AskKind
    extensions_granted: int = 0
    after_due: bool = False  # the task's handle clock is past its due time
    lead_done: bool = False  # the lead task is done; only assisting ones were sent back
    assisting_open: int = 0  # assisting tasks sent or signed, the task itself included
    was_whistled: bool = False  # a task of part called exists
    power_in_force: bool = False  # the department may enforce this class here today
    # what the data asks for
    target_is_open: bool = False  # merge: the other case is open, and another
    candidate_may_check: bool = False  # assign_check: would pass the checker's guards
    express_asked: bool = False  # urgent: accept, file or dispatch shall follow in the same call
    limit_within_case: bool = True  # hand_down: the given limit ends before the case's
    correction_met: bool = False  # enforcement_ended: order met or nuisance gone
    rework_asked: bool = False  # refuse_close: back to the departments, not only to the checker


def _verified_where_needed(f: CaseFacts) -> bool:
    needed = f.source in PUBLIC_SOURCES or (f.source in MACHINE_SOURCES and f.class_asks_verify)
    return not needed or f.finding == Finding.TRUE


def _last_rework(f: CaseFacts) -> bool:
    """Tell whether the lead is done and only this assisting task is still open, sent back by a check."""
    return f.lead_done and f.assisting_open == 1


def _part(part: TaskPart) -> Callable[[CaseFacts], bool]:
    return lambda f: f.task_part == part


def _pending(kind: AskKind) -> Callable[[CaseFacts], bool]:
    return lambda f: f.pending_ask == kind


GUARDS: dict[str, Guard[CaseFacts]] = {
    # what tells rows of one action apart
    "self_fixed": Guard(lambda f: f.self_fixed, "该案件不是自行处置上报，请按普通案件受理。"),
    "not_self_fixed": Guard(lambda f: not f.self_fixed, "请按自行处置上报。"),
    "sampled": Guard(lambda f: f.sampled, "该案件未被抽中复查。"),
    "not_sampled": Guard(lambda f: not f.sampled, "该案件被抽中复查，须由其他人员核查。"),
    "ever_filed": Guard(lambda f: f.ever_filed, "该案件从未立案。"),
    "never_filed": Guard(
        lambda f: not f.ever_filed, "案件已经立案，不能并入其他案件；请在案件中批注关联情况后继续办理。"
    ),
    "never_filed_yet": Guard(lambda f: not f.ever_filed, "该案件已经立案。"),
    "lead_task": Guard(_part(TaskPart.LEAD), "只有主办部门可以办理这一步，请联系主办部门。"),
    "assist_task": Guard(_part(TaskPart.ASSIST), "只有协办部门可以办理这一步。"),
    "called_task": Guard(_part(TaskPart.CALLED), "只有被吹哨的部门可以办理这一步。"),
    "lead_done": Guard(lambda f: f.lead_done, "主办部门的任务尚未完成。"),
    "lead_not_done": Guard(lambda f: not f.lead_done, "主办部门的任务已经完成。"),
    "last_rework": Guard(_last_rework, "还有其他任务未完成。"),
    "not_last_rework": Guard(lambda f: not _last_rework(f), "这是最后一项返工任务。"),
    "has_assisting": Guard(lambda f: f.assisting_open > 0, "没有未完成的协办任务，无需取消。"),
    "keeps_an_open_task": Guard(
        lambda f: not f.lead_done or f.assisting_open > 1,
        "主办任务已完成，这是最后一项返工任务，不能取消；请先增加协办部门，或撤回派遣后重新派遣。",
    ),
    "check_on_spot": Guard(lambda f: f.check_kind == CheckKind.ON_SPOT, "该类案件须现场核查。"),
    "check_not_on_spot": Guard(lambda f: f.check_kind != CheckKind.ON_SPOT, "该类案件须现场核查，请附位置和照片。"),
    "check_none": Guard(lambda f: f.check_kind == CheckKind.NONE, "该类案件须核查。"),
    "check_needed": Guard(lambda f: f.check_kind != CheckKind.NONE, "该类案件不设核查环节，请直接退回返工或结案。"),
    "correction_met": Guard(lambda f: f.correction_met, "执法案件尚未认定整改完成。"),
    "correction_not_met": Guard(lambda f: not f.correction_met, "执法案件已认定整改完成。"),
    "rework_asked": Guard(lambda f: f.rework_asked, "请选择退回返工。"),
    "recheck_asked": Guard(lambda f: not f.rework_asked, "请选择重新核查。"),
    "first_extension": Guard(
        lambda f: f.extensions_granted == 0, "已经延期过一次，再次延期须由部门负责人申请、中心领导批准。"
    ),
    "second_extension": Guard(lambda f: f.extensions_granted > 0, "首次延期由经办部门申请、值班长批准。"),
    # the report and its acceptance
    "class_allows_self_fix": Guard(lambda f: f.class_allows_self_fix, "该类问题不允许自行处置，请按普通案件上报。"),
    "not_kept": Guard(lambda f: not f.danger_kept, "隐患仍在，受理员已留办，不能撤回；请联系受理员。"),
    "not_kept_yet": Guard(lambda f: not f.danger_kept, "该案件已经留办，无需重复操作。"),
    "not_superior": Guard(
        lambda f: f.source != CaseSource.SUPERIOR, "上级交办案件无需核实，也不得拒绝，请直接受理、立案。"
    ),
    "verified_where_needed": Guard(
        _verified_where_needed, "该来源的问题须先核实属实才能受理，请先派人核实；不属实的请作不予受理。"
    ),
    "target_is_open": Guard(lambda f: f.target_is_open, "只能并入另一件办理中的案件，请重新选择要并入的案件。"),
    "class_auto_dispatches": Guard(lambda f: f.class_auto_dispatches, "该类案件须由派遣员派遣。"),
    "limit_within_case": Guard(lambda f: f.limit_within_case, "交办时限超出了案件总时限，请改在案件时限之内。"),
    "upper_centre_exists": Guard(lambda f: f.upper_centre_exists, "本级之上没有可受理的中心，请在本级办理。"),
    "lower_centre_exists": Guard(lambda f: f.lower_centre_exists, "没有可交办的下级中心，请在本级派遣。"),
    "is_urgent": Guard(lambda f: f.urgent, "该案件不是急要件，无需取消。"),
    "not_urgent": Guard(lambda f: not f.urgent or f.express_asked, "该案件已是急要件，无需重复操作。"),
    # tasks and requests
    "task_unsigned": Guard(lambda f: f.task_state == TaskState.SENT, "该任务已经签收，请直接处置。"),
    "task_signed": Guard(lambda f: f.task_state == TaskState.SIGNED, "请先签收任务，再办理这一步。"),
    "task_open": Guard(lambda f: f.task_state in OPEN_TASK_STATES, "贵部门的任务已经结束，无需再办理。"),
    "task_not_arrived": Guard(
        lambda f: f.task_state in {TaskState.SENT, TaskState.ABSENT}, "贵部门已经报到，无需重复操作。"
    ),
    "task_arrived": Guard(lambda f: f.task_state == TaskState.ARRIVED, "请先报到，再填写处置结果。"),
    "was_whistled": Guard(lambda f: f.was_whistled, "该案件没有吹哨任务，无需评哨。"),
    "task_not_called": Guard(
        lambda f: f.task_part in {TaskPart.LEAD, TaskPart.ASSIST}, "吹哨任务只需报到和反馈结果，不能办理这一步。"
    ),
    "assisting_done": Guard(
        lambda f: f.assisting_open == 0, "还有协办部门未完成，请等协办完成，或请派遣员取消协办后再办理。"
    ),
    "no_pending_ask": Guard(lambda f: not f.pending_ask, "已有一项申请待批，请等批复，或先撤回该申请。"),
    "ask_pending": Guard(lambda f: bool(f.pending_ask), "没有待批的申请。"),
    "return_pending": Guard(_pending(AskKind.RETURN), "没有待批的退件申请，请刷新页面。"),
    "extension_pending": Guard(_pending(AskKind.EXTENSION), "没有待批的延期申请，请刷新页面。"),
    "deferral_pending": Guard(_pending(AskKind.DEFERRAL), "没有待批的挂账申请，请刷新页面。"),
    "before_due": Guard(lambda f: not f.after_due, "处置时限已过，不能再申请；请尽快处置并说明情况。"),
    "power_in_force": Guard(
        lambda f: f.power_in_force, "贵部门今天在该地没有这项执法权，请退件或请派遣员改派有权部门。"
    ),
    # closing
    "no_photo_awaited": Guard(lambda f: f.photos_awaited == 0, "还有照片未传到，请等照片上传完成后再结案。"),
    "enforcement_ended": Guard(
        lambda f: not f.enforcement_open, "关联的执法案件尚未办结，不能强制结案，请先办结执法案件。"
    ),
    "reopen_window_open": Guard(lambda f: f.reopen_window_open, "已超过可重办的期限，请作为新案件上报。"),
    # separation of duties: one person, one case, never both
    "fixer_does_not_approve": Guard(lambda f: not f.actor_fixed, "不能认定自己自行处置的案件，请由其他受理员认定。"),
    "sender_does_not_confirm": Guard(
        lambda f: not f.actor_sent_himself,
        "这件是您代人登记、又派给自己核实的，须由他人核实：请作“无法核实”退回，由受理员另派。",
    ),
    "refuser_does_not_reconsider": Guard(
        lambda f: not f.actor_refused, "这件是您不予受理或不予立案的，不能由您复核，请由其他督查人员复核。"
    ),
    "handler_does_not_check": Guard(
        lambda f: not (f.actor_handled or f.actor_fixed), "您参与过该案件的处置，不能核查，请受理员改派核查人。"
    ),
    "department_does_not_check": Guard(
        lambda f: not f.actor_in_task_department, "您所在部门承办该案件，不能核查，请受理员改派核查人。"
    ),
    "checker_does_not_handle": Guard(
        lambda f: not f.actor_checked, "您核查过该案件，不能参与处置，请由本部门其他人员办理。"
    ),
    "checker_does_not_close": Guard(lambda f: not f.actor_checked, "您核查过该案件，不能结案，请由其他人员办理。"),
    "closer_does_not_check": Guard(
        lambda f: not f.actor_closed, "您办理过该案件的结案，不能核查，请受理员改派核查人。"
    ),
    "asker_does_not_decide": Guard(lambda f: not f.actor_asked, "您在该案件中提出过申请，不能审批，请由其他人员审批。"),
    "decider_does_not_ask": Guard(
        lambda f: not f.actor_decided, "您在该案件中审批过申请，不能提出申请，请由本部门其他人员提出。"
    ),
    "candidate_may_check": Guard(
        lambda f: f.candidate_may_check, "该人员参与过处置、结案或在承办部门任职，不能核查，请另选核查人。"
    ),
}
