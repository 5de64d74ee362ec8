"""The protocol between the one door and the rooms: what an action takes, what guards know, what follows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from app.cases.models import CaseTask
from app.cases.turn import Turn, Whole
from app.core.errors import Invalid
from app.core.permissions import Person
from app.core.schemas import Schema
from workflows.engine import Workflow
from workflows.words import Words

Effect = Callable[[Turn], None]
Prepare = Callable[[Turn], Any]
Facts = Callable[[Whole, Person, CaseTask | None, Any], Any]  # the last one is what `prepare` has returned


class UnknownAction(Invalid):
    """没有这种操作，请刷新页面后按给出的操作办理。"""

    code = "unknown_action"
    en = "There is no such step: reload the page and take one of the steps offered."


@dataclass(frozen=True)
class Rule:
    """What one action takes and does. `prepare` returns what guards ask about; `effect` follows the move."""

    schema: Schema
    effect: Effect
    prepare: Prepare | None = None


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


def all_procedures() -> tuple[Procedure, ...]:
    """Return every procedure, for tests and documents."""
    return tuple(_procedures.values())
