"""What departments ask and others decide: returns (退件), extensions (延期), deferrals (挂账)."""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any

from app.cases.acts import tasks
from app.cases.acts.tasks import task_of
from app.cases.clocks import clocks
from app.cases.models import CaseTask
from app.cases.protocol import Rule
from app.cases.turn import Turn
from app.core import clock
from app.core.errors import Invalid
from app.dispatch.handling import back_to_dispatch
from workflows.case_clocks import Stage
from workflows.case_terms import AskKind, CaseAction, ReturnReason, TaskState
from workflows.words import Words


def ask_return(turn: Turn) -> None:
    """Ask to give the task back."""
    _ask(turn, AskKind.RETURN, {"reason_code": turn.data["reason_code"], "reason": turn.data["reason"]})


def ask_extension(turn: Turn) -> None:
    """Ask for more time."""
    task, wanted = task_of(turn), turn.data["due_at"]
    running = clocks.of_task(turn, Stage.HANDLE, task)
    if running is None or wanted <= running.due_at:
        raise Invalid.at(
            "data.due_at", Words("新时限应晚于现在的处置时限。", "The new limit must lie after the present one.")
        )
    _ask(turn, AskKind.EXTENSION, {"due_at": wanted.isoformat(), "reason": turn.data["reason"]})


def ask_deferral(turn: Turn) -> None:
    """Ask to put the case off until a day of review."""
    review_at = datetime.combine(turn.data["review_on"], time(9), clock.LOCAL).astimezone(UTC)
    if review_at <= turn.now:
        raise Invalid.at("data.review_on", Words("复查日期应在今天之后。", "The day of review must lie after today."))
    _ask(turn, AskKind.DEFERRAL, {"review_at": review_at.isoformat(), "reason": turn.data["reason"]})


def grant_return(turn: Turn) -> None:
    """Take the task back; without a lead the case is dispatched anew."""
    task = _decided(turn)
    if (task.ask_data or {}).get("reason_code") == ReturnReason.NOT_OURS:
        turn.case.wrong_dispatches += 1
    tasks.take_back(turn, [task], TaskState.RETURNED)
    back_to_dispatch(turn)


def grant_extension(turn: Turn) -> None:
    """Move the clocks."""
    task = _decided(turn)
    running = clocks.of_task(turn, Stage.HANDLE, task)
    if running is not None:
        clocks.extend(turn, running, datetime.fromisoformat((task.ask_data or {})["due_at"]))
    task.extensions += 1
    _settled(turn, task)


def grant_deferral(turn: Turn) -> None:
    """Put the case off; its clocks pause with the state."""
    task = _decided(turn)
    turn.case.review_at = datetime.fromisoformat((task.ask_data or {})["review_at"])
    _settled(turn, task)


def deny(turn: Turn) -> None:
    """Let things stand as they are."""
    _settled(turn, _decided(turn))


def settle(turn: Turn) -> None:
    """Let what was asked be asked no more: withdrawn."""
    _settled(turn, task_of(turn))


def _decided(turn: Turn) -> CaseTask:
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


def _ask(turn: Turn, kind: AskKind, data: dict[str, Any]) -> None:
    task = task_of(turn)
    task.ask, task.ask_by, task.ask_data, task.ask_until = kind, turn.person.person_id, data, None
    turn.turned = True


def _settled(turn: Turn, task: CaseTask) -> None:
    tasks.drop_ask(task)
    turn.turned = True


RULES: Mapping[CaseAction, Rule] = {
    CaseAction.ASK_RETURN: Rule(ask_return),
    CaseAction.GRANT_RETURN: Rule(grant_return),
    CaseAction.DENY_RETURN: Rule(deny),
    CaseAction.ASK_EXTENSION: Rule(ask_extension),
    CaseAction.GRANT_EXTENSION: Rule(grant_extension),
    CaseAction.DENY_EXTENSION: Rule(deny),
    CaseAction.ASK_DEFERRAL: Rule(ask_deferral),
    CaseAction.GRANT_DEFERRAL: Rule(grant_deferral),
    CaseAction.DENY_DEFERRAL: Rule(deny),
    CaseAction.WITHDRAW_ASK: Rule(settle),
}
