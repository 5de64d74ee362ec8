"""Describe a workflow to the engine: all that the door, the sweeps, queues, notices, sync and `verify` ask of it. Pure.

None of them names a state, a stage or an end of any one machine: they ask its procedure. Another workflow brings its
own, and the engine runs it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from workflows.engine import START, Workflow
from workflows.notices import Template
from workflows.words import Term


class EngineStep(StrEnum):
    """Name the steps that the engine itself takes, under the same name in every workflow."""

    WARN = "warn"  # a limit comes near
    OVERDUE = "overdue"  # a limit has passed
    RAISE_LATE = "raise_late"  # lateness is told one step higher
    EXPIRE_ASK = "expire_ask"  # what nobody decided in time is denied
    SET_BACK = "set_back"  # what ended by a clock that was ahead has not ended
    RECOUNT = "recount"  # running limits are counted anew by calendars that have changed
    BASELINE = "baseline"  # what stands in the rows is written down
    ATTACH = "attach"  # the bytes of a named file have come
    LOSE_FILE = "lose_file"  # they never will


_AT_ANY_TIME = (EngineStep.BASELINE, EngineStep.ATTACH, EngineStep.LOSE_FILE)
_WHILE_OPEN = (EngineStep.WARN, EngineStep.OVERDUE, EngineStep.SET_BACK, EngineStep.RECOUNT)


@dataclass(frozen=True, kw_only=True)
class ClockRule:
    """State one clock. Whatever the cause, it stops without result once the case is in no state of `lives_in`."""

    stage: Term
    lives_in: frozenset[str]
    starts: frozenset[str] | None = None  # None: on coming into `lives_in`, whatever the step
    stops: frozenset[str] | None = None  # with a result; None: on leaving `lives_in`
    no_result: frozenset[str] = frozenset()  # steps that stop it without one
    pauses_in: frozenset[str] = frozenset()
    task_in: frozenset[str] = frozenset()  # of a task's clock: the states of the task in which it runs
    may_follow: Term | None = None  # the stage whose end may have started it
    # who answers: whoever is named by a task of `part`, else those at the centre who may take the step that ends it
    answers: StrEnum | None = None  # None: the department of its task
    part: Term | None = None
    by_closing_centre: bool = False  # the centre that handed the case down, if one did
    of_case: bool = False  # the clock of the whole case, beside those of its stages
    beside: bool = False  # nobody's work waits for it
    fixed: bool = False  # its times were set by somebody: neither corrections, urgency nor calendars count it anew
    after_warning: bool = False  # set is its warning alone: its limit is counted from that, by the calendars in force
    stays_late: bool = False  # late once its time is over, whatever stops it: a correction, an end without a result
    waits: bool = False  # for a department: stands where it cannot come, and begins anew where it can again
    late_as: Term | None = None  # the state of a task that was waited for in vain


@dataclass(frozen=True, kw_only=True)
class Ask:
    """State what a department may ask for: by which step, who decides, and with the end of which clock it is denied."""

    kind: Term
    step: str
    decisions: frozenset[str]
    until: Term
    sooner: Term | None = None  # the clock with whose end it is denied where that runs


@dataclass(frozen=True, kw_only=True)
class Procedure:
    """Describe one workflow: its machine, and what its states, stages, asks and steps mean to the engine."""

    workflow: Workflow[Any]
    begins: str  # the action with which a case begins
    ends: frozenset[str]
    quiet: frozenset[str]  # actions that need no `seen` and make nobody else's stale
    clocks: Mapping[str, ClockRule]
    parts: type[Term]  # which its tasks have
    asks: Mapping[str, Ask] = field(default_factory=dict)
    with_sender: frozenset[str] = frozenset()  # steps between the centre and whoever sent a case: theirs alone
    desk: tuple[StrEnum, ...] = ()  # what those hold who open a department's post
    notices: Mapping[str, tuple[Template, ...]] = field(default_factory=dict)  # who is told of what, by action
    lead_in: Mapping[str, frozenset[str]] = field(default_factory=dict)  # where a lead owes work: states of its task
    expected: tuple[str, ...] = ()  # acts by which it goes on where nothing is amiss, the likelier before the other
    links: Mapping[str, Term] = field(default_factory=dict)  # states in which a case hangs on another one

    def __post_init__(self) -> None:
        missing = [f"{step} from {state}" for step, state in self._owed() if not self.workflow.rows(state, step)]
        if missing:
            raise ValueError(f"{self.workflow.name}: the engine could never take {', '.join(missing)}")

    def _owed(self) -> Iterator[tuple[str, str]]:
        """Yield the steps that the engine takes, with each state from which it must be able to."""
        for state in self.workflow.states:
            yield from ((step, state) for step in _AT_ANY_TIME)
            if state not in self.ends:
                yield from ((step, state) for step in _WHILE_OPEN)
            if any(self.workflow.rows(state, ask.step) for ask in self.asks.values()):
                yield EngineStep.EXPIRE_ASK, state

    @cached_property
    def open(self) -> frozenset[str]:
        """Return the states that are no ends."""
        return frozenset(map(str, self.workflow.states)) - self.ends

    @cached_property
    def clock_of(self) -> Mapping[str, ClockRule]:
        """Return the clock that measures each state, by the state."""
        return {state: rule for rule in self.clocks.values() if rule.starts is None for state in rule.lives_in}

    @cached_property
    def persons(self) -> Mapping[str, Term]:
        """Return the part of whoever is named by name in a state, by the state."""
        return {state: rule.part for state, rule in self.clock_of.items() if rule.part}

    @cached_property
    def pauses(self) -> frozenset[str]:
        """Return the states in which clocks stand still."""
        return frozenset().union(*(rule.pauses_in for rule in self.clocks.values()))

    @cached_property
    def pausing_steps(self) -> frozenset[str]:
        """Return the steps with which a case begins to stand still."""
        return frozenset(move.action for move in self.workflow.moves if self.pauses & set(move.ends()))

    @cached_property
    def resuming_steps(self) -> frozenset[str]:
        """Return the steps with which it goes on, or ends."""
        moves = (move for move in self.workflow.moves if self.pauses & set(move.sources))
        return frozenset(move.action for move in moves if set(move.ends()) - self.pauses - {None})

    def first_state(self) -> str:
        """Return where a case stands that has just begun, before its first step is taken."""
        return str(self.workflow.rows(START, self.begins)[0].target)

    def ask_of(self, action: str) -> Ask | None:
        """Return what an action asks for or decides."""
        return next((ask for ask in self.asks.values() if action == ask.step or action in ask.decisions), None)
