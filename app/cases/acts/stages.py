"""What entering and leaving a state means for the clocks of its stage: the procedure's clocks, carried out."""

from app.cases.acts import tasks
from app.cases.clocks import clocks, waits
from app.cases.clocks.answerable import Answerable
from app.cases.protocol import procedure_of, table_of
from app.cases.turn import Turn
from workflows.case_terms import TaskState
from workflows.procedure import ClockRule, Procedure


def follow(turn: Turn) -> None:
    """Stop the clock of the state left, start that of the state entered, pause or end what has to be."""
    before, after = turn.state_from, turn.case.state
    if before == after and not turn.entered_anew:
        return
    procedure = procedure_of(turn.case.workflow)
    _leave(procedure, turn, before)
    _enter(procedure, turn, after)
    waits.follow(procedure, turn, before, after)
    if after in procedure.pauses and before not in procedure.pauses:
        clocks.pause(turn)
    if before in procedure.pauses and after not in procedure.pauses:
        clocks.resume(turn)
    if after in procedure.ends:
        _end(procedure, turn)


def _leave(procedure: Procedure, turn: Turn, state: str) -> None:
    leaving = table_of(turn.case.workflow).leaving.get(state)
    if leaving is not None and turn.case.state != state:
        leaving(turn)
    rule = procedure.clock_of.get(state)
    if rule is None:
        return
    clocks.stop(turn, rule.stage, judged=turn.action not in rule.no_result)
    if rule.part:  # whoever was named and did not come need not come any more
        tasks.end_person_task(turn, rule.part, TaskState.STOPPED)


def _enter(procedure: Procedure, turn: Turn, state: str) -> None:
    entering = table_of(turn.case.workflow).entering.get(state)
    if entering is not None:
        entering(turn)
    rule = procedure.clock_of.get(state)
    if rule is not None:
        clocks.start(turn, rule.stage, _answerable(turn, rule))


def _end(procedure: Procedure, turn: Turn) -> None:
    """Stop what still runs: what closes judges the case clock, any other end stops without a result.

    Whoever was called and has not come, or not said what was done, owes nothing any more.
    """
    tasks.stop_all(turn)
    for clock in turn.running():
        rule = procedure.clocks[clock.stage]
        judged = rule.of_case and turn.action in (rule.stops or ())
        clocks.halt(turn, clock, judged=judged)


def _answerable(turn: Turn, rule: ClockRule) -> Answerable:
    named = next((task.handler_id for task in turn.live_tasks(rule.part)), None) if rule.part else None
    if named:
        return Answerable.person(named)
    return Answerable.centre(turn.case.centre)
