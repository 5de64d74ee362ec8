"""What follows checking, closing and reopening."""

from collections.abc import Mapping

from app.cases import timeline
from app.cases.acts import follow_ups, nominees, on_spot, places, rounds, tasks
from app.cases.models import CaseTask
from app.cases.protocol import Rule
from app.cases.turn import Turn
from app.core.errors import Invalid
from workflows.case_facts import Prepared
from workflows.case_terms import CaseAction, CaseState, TaskPart, TaskState
from workflows.words import Words


def name_checker(turn: Turn) -> None:
    """Name whoever shall check, before the check clock starts; nobody if nobody may, and an acceptor names one."""
    tasks.name_person(turn, TaskPart.CHECK, nominees.name(turn, TaskPart.CHECK))


def prepare_assign_check(turn: Turn) -> Prepared:
    """Tell why the person asked for may not check; that one must be named is asked for later."""
    wanted = turn.data.get("checker")
    return Prepared(candidate_fault=nominees.checker_fault_of(turn, wanted) if wanted else None)


def assign_check(turn: Turn) -> None:
    """Give the check to somebody else."""
    tasks.name_instead(turn, TaskPart.CHECK, turn.data["checker"])


def pass_check(turn: Turn) -> None:
    """Record that it is done."""
    _record_check(turn)


def fail_check(turn: Turn) -> None:
    """Send back what failed; what nobody ever handled becomes a case."""
    _record_check(turn)
    turn.case.reworks += 1
    if turn.case.state == CaseState.DISPATCHED:
        _rework(turn, [_named(turn, number) for number in turn.data["tasks"]])
    else:
        turn.case.self_fixed = False


def _record_check(turn: Turn) -> None:
    on_spot.judge(turn, TaskPart.CHECK)
    tasks.end_person_task(turn, TaskPart.CHECK)


def _named(turn: Turn, number: int) -> CaseTask:
    done = [task for task in turn.standing_tasks() if task.part in (TaskPart.LEAD, TaskPart.ASSIST)]
    match = next((task for task in done if task.task == number and task.state == TaskState.DONE), None)
    if match is None:
        numbers = "、".join(str(task.task) for task in done)
        raise Invalid.at(
            "data.tasks",
            Words("请从本案已完成的任务中选择：{}。", "Choose finished tasks of this case: {}.").format(numbers),
        )
    return match


def _rework(turn: Turn, failed: list[CaseTask]) -> None:
    for task in failed:
        tasks.rework(turn, task)


def close(turn: Turn) -> None:
    """End the loop."""
    turn.case.closed_at, turn.case.ended_how = turn.counts_at, turn.action
    follow_ups.begin(turn)


def prepare_refuse_close(turn: Turn) -> Prepared:
    """Tell whether it goes back to the departments or to a checker."""
    return Prepared(rework_asked=bool(turn.data.get("rework")))


def refuse_close(turn: Turn) -> None:
    """Have it checked again, or done again."""
    if turn.case.state == CaseState.DISPATCHED:
        done = [task.task for task in turn.standing_tasks() if task.part in (TaskPart.LEAD, TaskPart.ASSIST)]
        numbers = turn.data.get("tasks") or done
        turn.case.reworks += 1
        _rework(turn, [_named(turn, number) for number in numbers])
    elif turn.case.state == CaseState.ACCEPTED:
        turn.case.self_fixed = False


def asked_whether_solved(turn: Turn) -> None:
    """Note the answer; "not solved" asks supervisor and centre leader to reopen.

    What the reporter calls unsolved stays so until he says otherwise, whatever a supervisor sees.
    """
    solved = turn.data["solved"]
    turn.case.reopen_wanted = not solved or (turn.action == CaseAction.SPOT_CHECK and _called_unsolved(turn))


def _called_unsolved(turn: Turn) -> bool:
    """Tell whether the last call-back of this round that reached somebody left it unsolved.

    What a leader has declined to reopen since is wanted no more; of a call-back that was erased nobody can tell.
    """
    for step in reversed(turn.past) if turn.case.reopen_wanted else ():
        if step.round != turn.case.round or step.action == CaseAction.DECLINE_REOPEN:
            return False
        if step.action == CaseAction.CALL_BACK:
            data = timeline.data_of(turn.case, step.seq)
            if data.get("contacted") is not False:
                return data.get("solved") is not True
    return False


RULES: Mapping[CaseAction, Rule[Prepared]] = {
    CaseAction.ATTACH: Rule(on_spot.judge_arrived),
    CaseAction.ASSIGN_CHECK: Rule(assign_check, prepare_assign_check),
    CaseAction.PASS_CHECK: Rule(pass_check, places.prepare),
    CaseAction.FAIL_CHECK: Rule(fail_check, places.prepare),
    CaseAction.REFUSE_CLOSE: Rule(refuse_close, prepare_refuse_close),
    CaseAction.REOPEN: Rule(rounds.begin),
    CaseAction.SPOT_CHECK: Rule(asked_whether_solved),
}
