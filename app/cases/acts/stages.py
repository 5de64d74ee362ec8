"""What entering and leaving a state means for the clocks of its stage: the table of clocks, carried out."""

from app.cases.acts import closing, nominees, tasks
from app.cases.clocks import clocks, waits
from app.cases.clocks.answerable import Answerable
from app.cases.turn import Turn
from workflows import case as machine
from workflows.case_clocks import CLOCKS, Stage
from workflows.case_terms import CaseAction, CaseState, TaskPart, TaskState

# the stage that a state's own clock measures; `verify` and `check` are a named person's, the rest the centre's
STAGE: dict[str, Stage] = {
    state: rule.stage for rule in CLOCKS.values() if rule.starts is None for state in rule.lives_in
}
_NAMED: dict[str, TaskPart] = {CaseState.VERIFYING: TaskPart.VERIFY, CaseState.HANDLED: TaskPart.CHECK}


def follow(turn: Turn) -> None:
    """Stop the clock of the state left, start that of the state entered, pause or end what has to be."""
    before, after = turn.state_from, turn.case.state
    if before == after and not turn.entered_anew:
        return
    _leave(turn, before)
    _enter(turn, after)
    waits.follow(turn, before, after)
    if after in machine.PAUSED and before not in machine.PAUSED:
        clocks.pause(turn)
    if before in machine.PAUSED and after not in machine.PAUSED:
        clocks.resume(turn)
    if after in machine.ENDS:
        _end(turn)


def _leave(turn: Turn, state: str) -> None:
    if state in STAGE:
        clocks.stop(turn, STAGE[state], judged=turn.action != CaseAction.FORCE_CLOSE)
    if state in _NAMED:  # whoever was named and did not come need not come any more
        tasks.end_person_task(turn, _NAMED[state], TaskState.STOPPED)


def _enter(turn: Turn, state: str) -> None:
    if state == CaseState.HANDLED:
        closing.name_checker(turn)
    if state == CaseState.VERIFYING and not turn.live_tasks(TaskPart.VERIFY):  # back from a merge: nobody is named
        tasks.name_person(turn, TaskPart.VERIFY, nominees.name_verifier(turn))
    if state in STAGE:
        clocks.start(turn, STAGE[state], _answerable(turn, state))


def _end(turn: Turn) -> None:
    """Stop what still runs: a closing judges the case clock, any other end stops without a result.

    Whoever was called and has not come, or not said what was done, owes nothing any more.
    """
    tasks.stop_all(turn)
    closed = turn.case.state == CaseState.CLOSED and turn.action != CaseAction.FORCE_CLOSE
    clocks.stop(turn, Stage.CASE, judged=closed)
    for clock in turn.running():
        clocks.halt(turn, clock, judged=False)


def _answerable(turn: Turn, state: str) -> Answerable:
    part = _NAMED.get(state)
    named = next((task.handler_id for task in turn.live_tasks(part)), None) if part else None
    if named:
        return Answerable.person(named)
    closes = state == CaseState.CHECKED and turn.case.handed_down_by
    return Answerable.centre(closes or turn.case.centre)
