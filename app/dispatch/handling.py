"""What follows the moves of dispatchers and departments: sending, signing, finishing."""

from collections.abc import Iterable, Mapping, Sequence

from app.cases.acts import tasks
from app.cases.acts.facts import handled_for, handler_fault
from app.cases.protocol import Rule
from app.cases.turn import Turn
from app.core import clock
from app.core.errors import Invalid
from app.core.permissions import Permission, ScopeKind
from app.departments.kinds import DepartmentKind
from app.departments.queries import directory
from app.identity import queries as identity
from workflows.case_facts import HandlerFault, Prepared
from workflows.case_terms import AskKind, CaseAction, CasePermission, CaseState, RecallReason, TaskPart
from workflows.words import Words, listed

_BEGINS = {CaseAction.SIGN: CasePermission.SIGN, CaseAction.ARRIVE: CasePermission.ARRIVE}
_CONTRACTOR = Words(
    "{}是作业单位，不能直接派遣：请派给其主管部门，由该部门“指派经办”。",
    "{} is a contractor: dispatch to the department it works for, which then assigns it.",
)
_NOBODY = Words(
    "{}没有可以“{}”的人员：请管理员为其安排{}，或改选其他部门。",
    "Nobody at {} may take the step “{}”: let an administrator give somebody there one of these roles, {}; or choose"
    " another.",
)


UNFIT: Mapping[HandlerFault, Words] = {
    HandlerFault.NO_FINISH: Words(
        "所选人员的岗位不能办结任务，请另选经办人。", "Their post does not finish tasks: choose another handler."
    ),
    HandlerFault.CHECKED: Words(
        "所选人员核查过该案件，不能参与处置，请另选经办人。", "They have checked this case: choose another handler."
    ),
    HandlerFault.DISPATCHED: Words(
        "所选人员在该案件中向本部门派遣过任务，不能由其处置，请另选经办人。",
        "They have sent your department a task of this case: choose another handler.",
    ),
}


def prepare_dispatch(turn: Turn) -> Prepared:
    """Tell whether the dispatcher has handled this case for a department that is named."""
    own, every = handled_for(turn, turn.person), directory()
    words = (turn.data.get("lead"), *(turn.data.get("assist") or _asked_for(turn)))
    named = (every.find(word) for word in words if word)
    return Prepared(handled_for_named=any(one is not None and one.code in own for one in named))


def _asked_for(turn: Turn) -> Sequence[str]:
    """Return the departments for which tasks ask, where one of these asks is granted without naming others."""
    if turn.action != CaseAction.GRANT_ASSIST:
        return ()
    asking = [task for task in turn.standing_tasks() if task.ask == AskKind.ASSIST]
    matches = [task for task in asking if turn.data.get("task") in (None, task.task)]
    return [code for task in matches for code in (task.ask_data or {})["assist"]]


def dispatch(turn: Turn) -> None:
    """Send the case to one lead and any number assisting."""
    lead, *assist = takers([turn.data["lead"], *turn.data.get("assist", ())], "lead")
    turn.case.lead = lead
    tasks.send(turn, TaskPart.LEAD, lead)
    for code in assist:
        tasks.send(turn, TaskPart.ASSIST, code)


def withdraw_dispatch(turn: Turn) -> None:
    """Take all tasks back: it went to the wrong department."""
    back = turn.live_tasks(TaskPart.LEAD, TaskPart.ASSIST)
    tasks.take_back(turn, back)
    turn.case.lead = None
    turn.case.wrong_dispatches += not any(task.reworks for task in back)  # a rework was theirs, and stays so


def recall(turn: Turn) -> None:
    """Take back what departments have signed for; those who were called to the spot still come."""
    tasks.take_back(turn, turn.live_tasks(TaskPart.LEAD, TaskPart.ASSIST))
    turn.case.lead = None
    turn.case.wrong_dispatches += turn.data["reason_code"] == RecallReason.NOT_OURS


def add_assist(turn: Turn) -> None:
    """Send tasks to more departments."""
    send_to(turn, turn.data["assist"])


def send_to(turn: Turn, names: Iterable[str]) -> list[str]:
    """Send assisting tasks to departments that have none here yet, and return their codes; raise Invalid for others."""
    codes = new_here(turn, names)
    for code in codes:
        tasks.send(turn, TaskPart.ASSIST, code)
    return codes


def new_here(turn: Turn, names: Iterable[str]) -> list[str]:
    """Return the codes of departments that can begin a task and have none here yet; raise Invalid for others."""
    there = {task.department for task in turn.standing_tasks() if task.part != TaskPart.CALLED}
    codes = takers(names, "assist")
    for code in codes:
        if code in there:
            raise Invalid.at(
                "data.assist",
                Words("{}已承办本案，不必重复增加。", "{} is on this case already.").format(directory().name_of(code)),
            )
    return codes


def drop_assist(turn: Turn) -> None:
    """Take tasks back from departments that are not needed."""
    wanted = set(department_codes(turn.data["assist"], "assist"))
    mine = [task for task in turn.live_tasks(TaskPart.ASSIST) if task.department in wanted]
    if len(mine) != len(wanted):
        raise Invalid.at(
            "data.assist",
            Words("请只选择尚未完成的协办部门。", "Choose only assisting departments that have not finished."),
        )
    if len(mine) == len(turn.live_tasks(TaskPart.LEAD, TaskPart.ASSIST)):  # the lead was done before a check failed
        raise Invalid.at(
            "data.assist",
            Words(
                "至少保留一个未完成的部门；都不需要时请撤回派遣后重新派遣。",
                "Keep at least one department that has not finished; if none is needed, withdraw the dispatch.",
            ),
        )
    tasks.take_back(turn, mine)


def sign(turn: Turn) -> None:
    """Sign for the department's task."""
    tasks.sign(turn, tasks.task_of(turn))


def assign(turn: Turn) -> None:
    """Name who does the work."""
    task, data = tasks.task_of(turn), turn.data
    if data.get("contractor"):
        task.contractor, task.handler_id = contractor_code(data["contractor"]), None
        turn.data = data | {"contractor": task.contractor}
    if data.get("handler"):
        served = {task.department, task.contractor}
        people = identity.present([data["handler"]])
        if not any(served & person.departments(Permission.CASE_READ) for person in people):
            raise Invalid.at(
                "data.handler",
                Words(
                    "请选择本部门（或所派养护单位）在岗的经办人。",
                    "Choose somebody of your department, or of the contractor sent, who is at work.",
                ),
            )
        fault = handler_fault(turn, people[0], task)
        if fault is not None:
            raise Invalid.at("data.handler", UNFIT[fault])
        task.handler_id = data["handler"]


def prepare_assign(turn: Turn) -> None:
    """Let a contractor stand for the handler that the machine's `needs` ask for."""
    if turn.data.get("contractor") and not turn.data.get("handler"):
        turn.satisfied.add("handler")


def finish(turn: Turn) -> None:
    """End the task with its result."""
    tasks.finish(turn, tasks.task_of(turn))


def back_to_dispatch(turn: Turn) -> None:
    """Stop the other tasks when the case needs another lead."""
    if turn.case.state == CaseState.FILED:
        tasks.take_back(turn, turn.live_tasks(TaskPart.LEAD, TaskPart.ASSIST))
        turn.case.lead = None


def copy(turn: Turn) -> None:
    """Let departments know; the step names them by code, however they were given."""
    turn.data = turn.data | {"to": department_codes(turn.data["to"], "to")}


def department_codes(names: Iterable[str], field: str) -> list[str]:
    """Return the codes of departments given by code, name or alias; raise Invalid for unknown or doubled ones."""
    known = directory()
    codes: list[str] = []
    for word in names:
        department = known.find(word)
        if department is None or not department.valid(clock.now()):
            raise Invalid.at(
                f"data.{field}",
                Words(
                    "没有部门“{}”，请从部门目录中选择。", "There is no department “{}”: choose one from the list."
                ).format(word),
            )
        if department.code in codes:
            raise Invalid.at(f"data.{field}", Words("{}重复了。", "{} stands here twice.").format(department.name))
        codes.append(department.code)
    return codes


def takers(names: Iterable[str], field: str, action: CaseAction = CaseAction.SIGN) -> list[str]:
    """Return the codes of departments that can begin a task by an act; raise Invalid for one that cannot."""
    codes = department_codes(names, field)
    permission = _BEGINS[action]
    absent = without(permission, codes)
    for code in codes:
        if _is_contractor(code):
            raise Invalid.at(f"data.{field}", _CONTRACTOR.format(directory().name_of(code)))
        if code in absent:
            roles = listed(identity.roles().with_permission(permission, ScopeKind.DEPARTMENT))
            raise Invalid.at(f"data.{field}", _NOBODY.format(directory().name_of(code), action.words, roles))
    return codes


def without(permission: CasePermission, codes: Sequence[str]) -> set[str]:
    """Return those of these departments in which nobody holds a permission."""
    return set(codes) - {code for _, code in identity.holders_in(ScopeKind.DEPARTMENT, codes, permission)}


def _is_contractor(code: str) -> bool:
    department = directory().get(code)
    return department is not None and department.kind is DepartmentKind.CONTRACTOR


def contractor_code(word: str) -> str:
    """Return the code of a contractor given by code, name or alias; raise Invalid for another department."""
    code = department_codes([word], "contractor")[0]
    if not _is_contractor(code):
        raise Invalid.at(
            "data.contractor",
            Words(
                "请选择作业单位；其他部门请由派遣员增加为协办。",
                "Choose a contractor; other departments are added by a dispatcher.",
            ),
        )
    return code


RULES: Mapping[CaseAction, Rule[Prepared]] = {
    CaseAction.DISPATCH: Rule(dispatch, prepare_dispatch),
    CaseAction.WITHDRAW_DISPATCH: Rule(withdraw_dispatch),
    CaseAction.RECALL: Rule(recall),
    CaseAction.ADD_ASSIST: Rule(add_assist, prepare_dispatch),
    CaseAction.DROP_ASSIST: Rule(drop_assist),
    CaseAction.SIGN: Rule(sign),
    CaseAction.ASSIGN: Rule(assign, prepare_assign),
    CaseAction.FINISH: Rule(finish),
    CaseAction.COPY: Rule(copy),
}
