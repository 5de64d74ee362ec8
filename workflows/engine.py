"""Step a state by a table of moves; the only file that knows the library `transitions`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any, Generic, TypeVar, cast

from transitions import EventData, Machine

from workflows.forms import Form
from workflows.words import Words

F = TypeVar("F")  # the frozen facts a machine's guards look at

START = "start"  # where a case stands before its first step; never stored in a row
NO_SUCH_STEP = Words(
    "没有这样的操作，请刷新页面后按给出的操作办理。",
    "There is no such step: reload the page and take one of those offered.",
)
NOT_FROM_HERE = Words(
    "案件当前为“{}”，不能“{}”。请刷新页面，按给出的操作办理。",
    "The case is “{}” now: “{}” is not possible. Reload and take one of the steps offered.",
)
FORBIDDEN = Words(
    "您没有办理这一步的权限，请转有权限的人员办理。",
    "This step is not yours to take: leave it to somebody who may.",
)


@dataclass(frozen=True)
class Guard(Generic[F]):
    """Ask one question of the facts; `refusal` tells what to do when the answer is no.

    `whose` asks only whose row it is, of those of one action: where others have rows in another state, that says more.
    """

    holds: Callable[[F], bool]
    refusal: Words
    whose: bool = False


@dataclass(frozen=True)
class Move:
    """State one row of the procedure: who may take which step from where to where, and why."""

    action: str
    sources: tuple[str, ...]
    target: str | None  # None: the state stays as it is
    permission: StrEnum | None  # None: only the actor "system"
    relation: str | None  # how the actor's assignment must stand to the case; None: the permission alone is enough
    guards: tuple[str, ...] = ()  # those that tell rows of one action apart come first
    needs: tuple[str, ...] = ()  # data fields without which the step is refused
    event: str = ""
    why: str = ""
    target_from: str = ""  # fact that names the new state, where the table cannot
    targets: tuple[str, ...] = ()  # the states which that fact may name

    @property
    def by_system(self) -> bool:
        """Tell whether only a timer, a rule or a linked case takes this step."""
        return self.permission is None

    def ends(self) -> tuple[str | None, ...]:
        """List the states this row may lead to; None is the state it came from."""
        return self.targets if self.target_from else (self.target,)


@dataclass(frozen=True)
class MoveResult:
    """Answer a step: the row that was taken, and the new state."""

    move: Move
    state: str


class MoveRefused(Exception):
    """Say why a step was refused.

    `code` is `move_not_allowed` (no row leaves this state by this action), `move_forbidden` (rows do, but none for
    this person) or `guard_refused` (then `guard` is its name). `reason` tells people what to do.
    """

    def __init__(self, code: str, reason: Words, guard: str | None = None) -> None:
        super().__init__(code, guard)
        self.code = code
        self.reason = reason
        self.guard = guard


class _Token:
    """Carry one step through the shared machine, compared by identity and then thrown away."""

    __slots__ = ("__weakref__", "facts", "may", "move", "state")

    def __init__(self, state: str, facts: Any, may: Callable[[Move], bool]) -> None:
        self.state = state
        self.facts = facts
        self.may = may
        self.move: Move | None = None


def _anyone(_move: Move) -> bool:
    return True


@dataclass(frozen=True)
class Workflow(Generic[F]):
    """Hold one machine as data; build it once per process and share it between threads."""

    name: str
    title: Words
    states: Mapping[str, Words]
    actions: Mapping[str, Words]
    moves: tuple[Move, ...]
    guards: Mapping[str, Guard[F]]
    relations: Mapping[str, Words]
    groups: Mapping[str, frozenset[str]]
    forms: Mapping[str, Form] = field(default_factory=dict)
    initial: str = START
    not_from_here: Words = NOT_FROM_HERE  # with gaps for the state and the step
    _rows: dict[tuple[str, str], tuple[Move, ...]] = field(init=False, repr=False, compare=False)
    _leaving: dict[str, tuple[Move, ...]] = field(init=False, repr=False, compare=False)
    _machine: Machine = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        rows: dict[tuple[str, str], tuple[Move, ...]] = {}
        for move in self.moves:
            for source in move.sources:
                rows[source, move.action] = (*rows.get((source, move.action), ()), move)
        object.__setattr__(self, "_rows", rows)
        states = {source for move in self.moves for source in move.sources}
        leaving = {state: tuple(move for move in self.moves if state in move.sources) for state in states}
        object.__setattr__(self, "_leaving", leaving)
        object.__setattr__(self, "_machine", self._build())

    def step(self, state: str, action: str, facts: F) -> str:
        """Return the state after `action`; raise MoveRefused."""
        return self.take(state, action, facts).state

    def take(self, state: str, action: str, facts: F, may: Callable[[Move], bool] = _anyone) -> MoveResult:
        """Take the first row of the table that this person may take and whose guards hold; raise MoveRefused."""
        if not self.rows(state, action):
            raise self._not_from_here(state, action)
        token = _Token(str(state), facts, may)
        if not self._machine.events[str(action)].trigger(token):
            raise self._refused(state, action, facts, may)
        if token.move is None:
            raise RuntimeError(f"{self.name}: {action} left {state} without a row")
        return MoveResult(token.move, token.state)

    def possible(
        self, state: str, facts: F, action: str | None = None, may: Callable[[Move], bool] = _anyone
    ) -> list[Move]:
        """List the rows that can be taken now, in table order: the buttons of a page."""
        return [
            move
            for move in self._leaving.get(state, ())
            if action in (None, move.action) and may(move) and self._open_to(move, facts)
        ]

    def rows(self, state: str, action: str) -> tuple[Move, ...]:
        """List the rows by which `action` leaves `state`, whatever the guards say."""
        return self._rows.get((state, action), ())

    def moves_of(self, action: str) -> tuple[Move, ...]:
        """List all rows of an action: who may ever take it."""
        return tuple(move for move in self.moves if move.action == action)

    def first_refusal(self, move: Move, facts: F) -> str | None:
        """Name the first guard of a row that says no."""
        return next((name for name in move.guards if not self.guards[name].holds(facts)), None)

    def permissions(self) -> tuple[str, ...]:
        """List the permissions that the table asks for, sorted."""
        return tuple(sorted({move.permission for move in self.moves if move.permission}))

    def _open_to(self, move: Move, facts: F) -> bool:
        knows_where = not move.target_from or getattr(facts, move.target_from) in move.targets
        return knows_where and self.first_refusal(move, facts) is None

    def _build(self) -> Machine:
        machine = Machine(
            model=None,
            states=[str(state) for state in (self.initial, *self.states)],
            initial=str(self.initial),
            auto_transitions=False,
            send_event=True,
        )
        for move in self.moves:
            for end in move.ends():
                # The library takes "=" for "the same state".
                machine.add_transition(
                    str(move.action),
                    [str(source) for source in move.sources],
                    "=" if end is None else str(end),
                    conditions=[partial(self._fits, move, end)],
                )
        return machine

    def _fits(self, move: Move, end: str | None, data: EventData) -> bool:
        token = cast(_Token, data.model)
        if not token.may(move) or self.first_refusal(move, token.facts):
            return False
        if move.target_from and getattr(token.facts, move.target_from) != end:
            return False
        token.move = move
        return True

    def _refused_elsewhere(self, state: str, action: str, facts: F, may: Callable[[Move], bool]) -> MoveRefused | None:
        """Say what a step that is theirs in another state waits for; None where it never is theirs."""
        theirs = [
            move
            for move in self.moves_of(action)
            if state not in move.sources
            and may(move)
            and any(self.guards[name].whose for name in move.guards)
            and all(self.guards[name].holds(facts) for name in move.guards if self.guards[name].whose)
        ]
        if not theirs:
            return None
        first = self.first_refusal(theirs[0], facts)
        return self._not_from_here(state, action) if first is None else self._by_guard(first)

    def _by_guard(self, name: str) -> MoveRefused:
        return MoveRefused("guard_refused", self.guards[name].refusal, name)

    def _not_from_here(self, state: str, action: str) -> MoveRefused:
        here, step = self.states.get(state), self.actions.get(action)
        if here is None or step is None:
            return MoveRefused("move_not_allowed", NO_SUCH_STEP)
        return MoveRefused("move_not_allowed", self.not_from_here.format(here, step))

    def _refused(self, state: str, action: str, facts: F, may: Callable[[Move], bool]) -> MoveRefused:
        """Name the guard that stopped the row which came farthest: its refusal is the one people can act on."""
        best: tuple[int, str] | None = None
        for move in self.rows(state, action):
            name = self.first_refusal(move, facts) if may(move) else None
            if name is not None and (best is None or move.guards.index(name) > best[0]):
                best = move.guards.index(name), name
        if best is not None:
            name = best[1]
            if self.guards[name].whose:
                return self._refused_elsewhere(state, action, facts, may) or self._by_guard(name)
            return self._by_guard(name)
        if any(may(move) for move in self.rows(state, action)):
            return self._not_from_here(state, action)  # the fact names a state which the table does not
        return MoveRefused("move_forbidden", FORBIDDEN)
