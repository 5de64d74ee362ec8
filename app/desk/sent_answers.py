"""Tell somebody in words what they had typed into a form that is no longer offered: nothing typed is lost.

Only what they sent themselves is told, never anything of the case: it may not be theirs to see any more.
"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from app.cases import queries
from app.cases.errors import CaseNotFound
from app.cases.procedure import UnknownAction, all_procedures, rule_of
from app.cases.turn import Whole
from app.core.permissions import Permission, Person, ScopeKind
from app.departments.queries import directory
from app.desk import choices, forms
from app.desk.forms import Field, Known
from app.desk.words import CHOICES
from app.grids.queries import grid_tree
from app.identity import queries as identity
from workflows.words import Words, plain

Question = tuple[Words, list[Words]]
_GONE: Words = Words("（现已不能选择）", "(can no longer be chosen)")


def sent_answers(action: str, form_data: Any, person: Person, whole: Whole | None = None) -> list[Question]:
    """Return what a form has sent: each question in words, with every answer as people read it."""
    schema = _schema(action, whole)
    if schema is None:
        return []
    names = [field.data_key or name for name, field in schema.fields.items()]
    tasks = [task.task for task in whole.tasks] if whole else []
    options = choices.options(schema, whole, person, form_data, tasks) if whole else {}
    built = forms.build(schema, names, Known(options, {}, {}))
    questions = ((field.label, _answers(field, form_data, person)) for field in built)
    return [(label, answers) for label, answers in questions if answers]


def _schema(action: str, whole: Whole | None) -> Any:
    """Return the schema of an action: of the case's own workflow, else of the first that knows it."""
    for workflow in [whole.case.workflow] if whole else [each.workflow.name for each in all_procedures()]:
        try:
            return rule_of(workflow, action).schema
        except UnknownAction:
            continue
    return None


def _answers(field: Field, form_data: Any, person: Person) -> list[Words]:
    values = [value.strip() for value in form_data.getlist(field.name) if value.strip()]
    if field.kind == "place":
        degrees = ", ".join(form_data.get(name, "").strip() for name in forms.PLACE)
        return [plain(degrees)] if degrees.strip(", ") else []
    if not values:
        return []
    if field.kind == "photos":
        return [Words("{} 张（已上传）", "{} (sent)").format(len(values))]
    if field.kind == "yes":
        return [Words("是", "Yes")]
    return [_word(field, value, person) for value in values]


def _word(field: Field, value: str, person: Person) -> Words:
    """Return an answer in words: those of its option, of what it names, or what was typed."""
    fixed = CHOICES.get(field.name)
    if fixed is not None:
        return fixed.get(value, _GONE)
    offered = next((one.words for one in field.options if value in (one.value, one.words, one.words.en)), None)
    if offered is not None:
        return offered
    if field.name in _NAMED:
        return _NAMED[field.name](value, person) or _GONE
    text = value.replace("T", " ") if field.kind == "moment" else value
    return plain(text)


def _department(value: str, _: Person) -> Words | None:
    department = directory().find(value)
    return plain(department.name if department else value)


def _grid(value: str, _: Person) -> Words | None:
    node = grid_tree().get(value)
    return plain(node.name if node else value)


def _class(value: str, _: Person) -> Words | None:
    case_class = choices.class_in(value)
    return case_class.called if case_class else plain(value)


def _colleague(value: str, person: Person) -> Words | None:
    """Return the name of somebody of one's own departments; others are named only where they can be chosen."""
    held = identity.holders_in(ScopeKind.DEPARTMENT, sorted(person.departments()), Permission.CASE_READ)
    wanted = _id(value)
    name = identity.names([wanted]).get(wanted) if wanted in {one for one, _ in held} and wanted else None
    return plain(name) if name else None


def _case(value: str, person: Person) -> Words | None:
    try:
        number = queries.whole(UUID(value), person).case.number
    except (ValueError, CaseNotFound):
        return None
    return plain(number)


def _nobody(value: str, _: Person) -> Words | None:
    return None


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


_NAMED: Mapping[str, Callable[[str, Person], Words | None]] = {
    **dict.fromkeys(("lead", "assist", "called", "to", "contractor"), _department),
    **dict.fromkeys(("grid", "centre"), _grid),
    **dict.fromkeys(("handler", "checker", "verifier"), _colleague),
    **dict.fromkeys(("condition", "task", "tasks"), _nobody),
    "class": _class,
    "into": _case,
}
