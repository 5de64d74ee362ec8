"""What departments ask and others decide: returns (退件), extensions (延期); deferrals are in `deferrals.py`."""

from collections.abc import Mapping
from typing import Any

from app.cases.acts import ask_bounds, tasks
from app.cases.acts.tasks import task_of
from app.cases.clocks import clocks
from app.cases.models import CaseTask
from app.cases.protocol import Rule
from app.cases.turn import Turn
from app.core.errors import Invalid
from app.dispatch import consents
from app.dispatch.handling import back_to_dispatch, new_here, prepare_dispatch, send_to
from workflows.case_clocks import Stage
from workflows.case_facts import Prepared
from workflows.case_terms import AskKind, CaseAction, ReturnReason, TaskState
from workflows.words import Words


def ask_return(turn: Turn) -> None:
    """Ask to give the task back."""
    ask(turn, AskKind.RETURN, {"reason_code": turn.data["reason_code"], "reason": turn.data["reason"]})


def ask_extension(turn: Turn) -> None:
    """Ask for more time; what lies beyond what the duty officer may grant goes to the centre's leader."""
    task, wanted = task_of(turn), turn.data["due_at"]
    running = clocks.of_task(turn, Stage.HANDLE, task)
    if running is None or wanted <= running.due_at:
        raise Invalid.at(
            "data.due_at", Words("新时限应晚于现在的处置时限。", "The new limit must lie after the present one.")
        )
    long = {ask_bounds.LONG: wanted > ask_bounds.extension_end(turn, running)}
    ask(turn, AskKind.EXTENSION, {"due_at": wanted.isoformat(), "reason": turn.data["reason"], **long})


def grant_return(turn: Turn) -> None:
    """Take the task back; without a lead the case is dispatched anew."""
    task = decided(turn)
    if (task.ask_data or {}).get("reason_code") == ReturnReason.NOT_OURS:
        turn.case.wrong_dispatches += 1
    tasks.take_back(turn, [task], TaskState.RETURNED)
    back_to_dispatch(turn)


def grant_extension(turn: Turn) -> None:
    """Move the clocks."""
    task = decided(turn)
    until = ask_bounds.end_of_ask(task)
    if until is not None:
        consents.take(turn, until)
        running = clocks.of_task(turn, Stage.HANDLE, task)
        if running is not None:
            clocks.extend(turn, running, until)
    task.extensions += 1
    settled(turn, task)


def ask_assist(turn: Turn) -> None:
    """Ask the dispatcher for departments beside one's own."""
    codes = new_here(turn, turn.data["assist"])
    ask(turn, AskKind.ASSIST, {"assist": codes, "reason": turn.data["reason"]})


def grant_assist(turn: Turn) -> None:
    """Send the case to the departments asked for, or to those that the dispatcher names instead."""
    task = decided(turn)
    names = turn.data.get("assist") or (task.ask_data or {})["assist"]
    settled(turn, task)
    turn.data = turn.data | {"assist": send_to(turn, names)}


def deny(turn: Turn) -> None:
    """Let things stand as they are."""
    settled(turn, decided(turn))


def settle(turn: Turn) -> None:
    """Let what was asked be asked no more: withdrawn."""
    settled(turn, task_of(turn))


def decided(turn: Turn) -> CaseTask:
    """Return the task whose ask is decided; raise Invalid where several wait and none is named."""
    task = task_of(turn)
    alike = [other for other in turn.standing_tasks() if other.ask == task.ask]
    if turn.data.get("task") is None and len(alike) > 1:
        numbers = "、".join(str(other.task) for other in alike)
        raise Invalid.at(
            "data.task",
            Words(
                "有多项申请待批，请说明是哪一项任务：{}。", "Several asks are undecided: say which task is meant, {}."
            ).format(numbers),
        )
    return task


def ask(turn: Turn, kind: AskKind, data: dict[str, Any]) -> None:
    """Let a task wait for what it asks for."""
    task = task_of(turn)
    task.ask, task.ask_by, task.ask_data, task.ask_until = kind, turn.person.person_id, data, None
    turn.turned = True


def settled(turn: Turn, task: CaseTask) -> None:
    """Let a task ask for nothing any more."""
    tasks.drop_ask(task)
    turn.turned = True


RULES: Mapping[CaseAction, Rule[Prepared]] = {
    CaseAction.ASK_RETURN: Rule(ask_return),
    CaseAction.GRANT_RETURN: Rule(grant_return),
    CaseAction.DENY_RETURN: Rule(deny),
    CaseAction.ASK_EXTENSION: Rule(ask_extension),
    CaseAction.GRANT_EXTENSION: Rule(grant_extension, choices=consents.CHOICES),
    CaseAction.DENY_EXTENSION: Rule(deny),
    CaseAction.DENY_DEFERRAL: Rule(deny),
    CaseAction.ASK_ASSIST: Rule(ask_assist),
    CaseAction.GRANT_ASSIST: Rule(grant_assist, prepare_dispatch),
    CaseAction.DENY_ASSIST: Rule(deny),
    CaseAction.WITHDRAW_ASK: Rule(settle),
}
