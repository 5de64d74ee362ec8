"""Tell somebody in words what they had typed into a form that is no longer offered: nothing typed is lost.

Only what they sent themselves is told, never anything of the case: it may not be theirs to see any more.
"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from app.cases import choices, queries
from app.cases.errors import CaseNotFound
from app.cases.protocol import DEFAULT, procedure_of
from app.cases.whole import Whole
from app.core.permissions import Permission, Person, ScopeKind
from app.departments.queries import directory
from app.desk import act_forms, form_questions
from app.desk.form_questions import Known, Question, QuestionKind
from app.grids.queries import grid_tree
from app.identity import queries as identity
from workflows.forms import PEOPLE, TASKS, YES, Pool
from workflows.words import Words, plain

SentAnswer = tuple[Words, list[Words]]
_GONE: Words = Words("（现已不能选择）", "(can no longer be chosen)")


def sent_answers(action: str, form_data: Any, person: Person, whole: Whole | None = None) -> list[SentAnswer]:
    """Return what a form has sent: each question in words, with every answer as people read it."""
    questions = act_forms.every(whole, person, action, form_data) if whole else _without_case(action)
    answered = ((question.label, _answers(question, form_data, person)) for question in questions)
    return [(label, answers) for label, answers in answered if answers]


def _without_case(action: str) -> list[Question]:
    """Return all that the form of an action may ask."""
    form = procedure_of(DEFAULT).workflow.forms.get(action)
    return form_questions.build(form, form.needs, Known({}, {}, {})) if form else []


def _answers(field: Question, form_data: Any, person: Person) -> list[Words]:
    values = [value.strip() for value in form_data.getlist(field.name) if value.strip()]
    if field.kind is QuestionKind.PLACE:
        degrees = ", ".join(form_data.get(name, "").strip() for name in form_questions.PLACE)
        return [plain(degrees)] if degrees.strip(", ") else []
    if not values:
        return []
    if field.kind is QuestionKind.PHOTOS:
        return [Words("{} 张（已上传）", "{} (sent)").format(len(values))]
    if field.kind is QuestionKind.YES:
        return [YES]
    return [_word(field, value, person) for value in values]


def _word(field: Question, value: str, person: Person) -> Words:
    """Return an answer in words: those of its option, of what it names, or what was typed."""
    if field.field and field.field.choices:
        return field.field.words_of(value) or _GONE
    offered = next((one.words for one in field.options if value in (one.value, one.words, one.words.en)), None)
    if offered is not None:
        return offered
    named = _NAMED.get(field.field.pool) if field.field and field.field.pool else None
    if named:
        return named(value, person) or _GONE
    text = value.replace("T", " ") if field.kind is QuestionKind.MOMENT else value
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


_NAMED: Mapping[Pool, Callable[[str, Person], Words | None]] = {
    **dict.fromkeys((Pool.DEPARTMENT, Pool.CONTRACTOR), _department),
    **dict.fromkeys((Pool.GRID, Pool.CENTRE), _grid),
    **dict.fromkeys(PEOPLE, _colleague),
    **dict.fromkeys((Pool.CONDITION, Pool.COLOUR, *TASKS), _nobody),
    Pool.CLASS: _class,
    Pool.CASE: _case,
}
