"""The protocol between the one door and the rooms: what an action takes, what guards know, what follows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.cases.models import CaseTask
from app.cases.schemas import act_data
from app.cases.turn import Turn
from app.cases.whole import Whole
from app.core.errors import Invalid
from app.core.permissions import Person
from app.core.schemas import Schema
from workflows.engine import Workflow
from workflows.forms import Choice, Form, Pool
from workflows.words import Words

Given = Mapping[str, Any]
Finder = Callable[[Whole, Person, Given], list[Choice]]
Effect = Callable[[Turn], None]
Prepare = Callable[[Turn], Any]
Facts = Callable[[Whole, Person, CaseTask | None, Any], Any]  # the last one is what `prepare` has returned


class UnknownAction(Invalid):
    """没有这种操作，请刷新页面后按给出的操作办理。"""

    code = "unknown_action"
    en = "There is no such step: reload the page and take one of the steps offered."


@dataclass(frozen=True)
class Rule:
    """What one action does. `prepare` fills in what guards ask about; `effect` follows the move.

    What it takes is what its form in the workflow asks for, unless a step that only the system takes has a `schema`.
    `choices` finds what can be chosen in a pool that only the room of the rule knows.
    """

    effect: Effect
    prepare: Prepare | None = None
    schema: Schema | None = None
    choices: Mapping[Pool, Finder] = field(default_factory=dict)


class Procedure(Protocol):
    """What a workflow brings: its machine, its facts, and a rule per action."""

    workflow: Workflow[Any]
    rules: dict[str, Rule]
    quiet: frozenset[str]  # actions that need no `seen` and make nobody else's stale
    hopeful: Any  # what `prepare` would return at best, for the buttons

    @property
    def facts(self) -> Facts:
        """Return the function that gathers what guards may know."""


@dataclass
class RuleTable:
    """A procedure whose rules the rooms enter one by one."""

    workflow: Workflow[Any]
    facts: Facts
    rules: dict[str, Rule]
    quiet: frozenset[str]
    hopeful: Any


_procedures: dict[str, Procedure] = {}


def enter(procedure: Procedure) -> None:
    """Make a workflow known to the door."""
    _procedures[procedure.workflow.name] = procedure


def procedure_of(workflow: str) -> Procedure:
    """Return the procedure of a workflow."""
    return _procedures[workflow]


def rule_of(workflow: str, action: str) -> Rule:
    """Return the rule of an action; raise UnknownAction."""
    rule = _procedures[workflow].rules.get(action)
    if rule is None:
        raise UnknownAction.at("action", Words("没有这种操作。", "There is no such step."))
    return rule


def form_of(workflow: str, action: str) -> Form:
    """Return the form of an action; raise UnknownAction."""
    rule_of(workflow, action)
    return _procedures[workflow].workflow.forms[action]


def schema_of(workflow: str, action: str) -> Schema:
    """Return the schema of an action's data; raise UnknownAction."""
    return rule_of(workflow, action).schema or act_data.schema_of(form_of(workflow, action))


def all_procedures() -> tuple[Procedure, ...]:
    """Return every procedure, for tests and documents."""
    return tuple(_procedures.values())
