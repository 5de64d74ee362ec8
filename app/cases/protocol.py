"""The protocol between the one door and the rooms: what acts take, what guards know, what follows, who sees a case."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, and_, or_

from app.cases import relations
from app.cases.errors import CaseNotFound
from app.cases.models import Case, CaseTask
from app.cases.schemas import act_data
from app.cases.turn import Turn
from app.cases.whole import Whole
from app.core.errors import Invalid
from app.core.permissions import Person
from app.core.schemas import Schema
from app.deadlines.limits import Limit
from workflows.engine import Move
from workflows.forms import Choice, Form, Pool
from workflows.procedure import Procedure
from workflows.words import Term, Words

FormData = Mapping[str, Any]
Finder = Callable[[Whole, Person, FormData], list[Choice]]
Effect = Callable[[Turn], None]
Condition = ColumnElement[bool]
Prepared = TypeVar("Prepared")  # what the rules of a workflow find out before its guards look
Found_co = TypeVar("Found_co", covariant=True)  # and one rule of it
Facts = TypeVar("Facts")  # what these guards look at

DEFAULT = "case"  # the workflow of lists, counts, pages and requests that name none


class UnknownAction(Invalid):
    """没有这种操作，请刷新页面后按给出的操作办理。"""

    code = "unknown_action"
    en = "There is no such step: reload the page and take one of the steps offered."


@dataclass(frozen=True)
class Rule(Generic[Found_co]):
    """What one action does. `prepare` fills in what guards ask about; `effect` follows the move.

    What it takes is what its form in the workflow asks for, unless a step that only the system takes has a `schema`.
    `choices` finds what can be chosen in a pool that only the room of the rule knows.
    """

    effect: Effect
    prepare: Callable[[Turn], Found_co | None] | None = None
    schema: Schema | None = None
    choices: Mapping[Pool, Finder] = field(default_factory=dict)


@dataclass(frozen=True)
class QueueRule:
    """Work that waits: which cases, and where one has to hold the permission; `scope` returns None for nowhere.

    What ends first stands first, by the limits of the case, unless `ends` says when a person's own part of it ends.
    """

    name: Term
    permission: StrEnum
    scope: Callable[[Person, Any], Condition | None]
    condition: Condition
    ends: Callable[[Person, Any], ColumnElement[Any]] | None = None
    of_ended: bool = False  # whether cases that have ended stand in it

    @property
    def label(self) -> Words:
        """Return what people call it."""
        return self.name.words


@dataclass(frozen=True, kw_only=True)
class RuleTable(Generic[Prepared, Facts]):
    """A procedure with what only the rooms know of it: rules, facts, limits, queues, and who sees its cases."""

    procedure: Procedure
    rules: Mapping[str, Rule[Prepared]]
    facts: Callable[[Whole, Person, CaseTask | None, Prepared | None], Facts]  # with what a rule has prepared, if any
    hopeful: Prepared | None  # what `prepare` would return at best, for the buttons
    acts_with: StrEnum  # without this permission nobody takes any step
    lists: Callable[[Person], Condition]  # who sees its cases: on `cases`, for lists and counts
    lists_few: Callable[[Person], Condition] | None = None  # the same, where other conditions leave few cases
    shows: Callable[[Whole, Person], bool]  # and for one case; a test holds the two equal
    limit: Callable[[Case, StrEnum, bool], Limit | None]  # how long a stage may last, urgent or not
    note: Callable[[Turn, Move], None] | None = None  # what a step says of itself once it is taken, and by which move
    entering: Mapping[str, Effect] = field(default_factory=dict)  # what a state brings with it, before its clock starts
    leaving: Mapping[str, Effect] = field(default_factory=dict)  # what ends with a state, whichever way leads out
    follow: Effect | None = None  # what every step brings with it, once the clocks of its stages run
    queues: tuple[QueueRule, ...] = ()


_tables: dict[str, RuleTable[Any, Any]] = {}  # each with facts of its own


def enter(table: RuleTable[Any, Any]) -> None:
    """Make a workflow known to the door; raise ValueError for what it could not carry out."""
    workflow = table.procedure.workflow
    without = [f"no rule for {action}" for action in workflow.actions if action not in table.rules]
    without += [f"no relation {move.relation}" for move in workflow.moves if move.relation not in relations.KNOWN]
    if without:
        raise ValueError(f"{workflow.name}: {', '.join(without)}")
    _tables[workflow.name] = table


def table_of(workflow: str) -> RuleTable[Any, Any]:
    """Return what the rooms know of a workflow; raise CaseNotFound for one of another version."""
    table = _tables.get(workflow)
    if table is None:
        raise CaseNotFound
    return table


def procedure_of(workflow: str) -> Procedure:
    """Return the procedure of a workflow."""
    return table_of(workflow).procedure


def rule_of(workflow: str, action: str) -> Rule[Any]:
    """Return the rule of an action; raise UnknownAction."""
    rule = table_of(workflow).rules.get(action)
    if rule is None:
        raise UnknownAction.at("action", Words("没有这种操作。", "There is no such step."))
    return rule


def form_of(workflow: str, action: str) -> Form:
    """Return the form of an action; raise UnknownAction."""
    rule_of(workflow, action)
    return procedure_of(workflow).workflow.forms[action]


def schema_of(workflow: str, action: str) -> Schema:
    """Return the schema of an action's data; raise UnknownAction."""
    return rule_of(workflow, action).schema or act_data.schema_of(form_of(workflow, action))


def all_tables() -> tuple[RuleTable[Any, Any], ...]:
    """Return every workflow that the door knows."""
    return tuple(_tables.values())


def is_known() -> Condition:
    """Return the condition that a case is of a workflow which the door knows."""
    return Case.workflow.in_(sorted(_tables))


def is_open() -> Condition:
    """Return the condition that a case is in no end of its own procedure."""
    every = (table.procedure for table in _tables.values())
    return or_(*(and_(Case.workflow == one.workflow.name, Case.state.in_(sorted(one.open))) for one in every))
