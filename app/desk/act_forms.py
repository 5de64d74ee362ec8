"""Open the form of an act, and take the act with what came back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from app.cases import choices, service, views
from app.cases.acts import evidence
from app.cases.clocks import case_limits
from app.cases.errors import ActForbidden
from app.cases.protocol import form_of, rule_of
from app.cases.service import ActResult
from app.cases.whole import Whole
from app.core.permissions import Person
from app.departments.queries import directory
from app.desk import form_questions
from app.desk.form_questions import Known, Question
from app.dispatch import routing
from app.frame.forms import whole_number
from workflows.case_terms import CaseAction
from workflows.forms import Choice, Pool, Purpose
from workflows.words import Words


class PresetForm(dict[str, str]):
    """What a form is given without anybody having sent it: nothing, or what a page fills in beforehand."""

    def getlist(self, name: str) -> list[str]:
        """Return what is given for a name, as forms do."""
        return [self[name]] if name in self else []


@dataclass(frozen=True)
class ActForm:
    """The form of one act on one case."""

    action: str
    words: Words
    fields: tuple[Question, ...]
    op_id: UUID
    seen: int
    purpose: Purpose
    errors: tuple[str, ...] = ()

    @property
    def dependent(self) -> bool:
        """Tell whether what can be chosen in one field hangs on another."""
        return any(field.chooses(Pool.CONDITION) for field in self.fields)


def open_form(
    whole: Whole,
    person: Person,
    action: str,
    form_data: Any,
    errors: Mapping[str, Any] | None = None,
    begin: Mapping[str, Any] | None = None,
) -> ActForm:
    """Return the form of an act that the person may take now, filled with what was typed; raise ActForbidden.

    An untouched form begins with what the case suggests, or with `begin` where somebody has seen to that.
    """
    entry = _entry(whole, person, action)
    form = form_of(whole.case.workflow, action)
    options = offered(whole, person, action, form_data, entry["tasks"])
    photo_count, at_fault = evidence.photo_count(whole.case, form), form_questions.act_errors(errors or {})
    built = form_questions.build(form, entry["needs"], Known(options, {}, at_fault, photo_count))
    untouched = _begun(entry["needs"], action, whole) if begin is None else begin
    values = form_questions.typed(built, form_data) if form_data else untouched
    fields = tuple(form_questions.build(form, entry["needs"], Known(options, values, at_fault, photo_count)))
    named = {field.name for field in fields}
    return ActForm(
        action=action,
        words=entry["label"],
        fields=fields,
        op_id=_id(form_data.get("op_id")) or uuid4(),
        seen=whole.case.seq,
        purpose=form.photos.purpose,
        errors=tuple(text for name, texts in at_fault.items() if name not in named for text in texts),
    )


def take(whole: Whole, person: Person, action: str, form_data: Any) -> ActResult:
    """Take an act with what a form has brought, inside a transaction."""
    questions = every(whole, person, action, form_data)
    data = form_questions.read(questions, form_data)
    for name in (each.name for each in questions if each.chooses(Pool.CLASS) and each.name in data):
        chosen = choices.class_in(data[name])
        data[name] = chosen.code if chosen else data[name]
    seen = form_data.get("seen", "")
    op_id = _id(form_data.get("op_id")) or uuid4()
    return service.act(whole.case.case_id, action, person, data, op_id, whole_number(seen))


def begun(whole: Whole, person: Person, action: str) -> dict[str, Any]:
    """Return with what an untouched form of an act that the person may take now begins; raise ActForbidden."""
    return _begun(_entry(whole, person, action)["needs"], action, whole)


def every(whole: Whole, person: Person, action: str, form_data: Any) -> list[Question]:
    """Return all that the form of an act may ask, whatever it needs now."""
    form = form_of(whole.case.workflow, action)
    options = offered(whole, person, action, form_data, [task.task for task in whole.tasks])
    return form_questions.build(form, form.needs, Known(options, {}, {}))


def offered(whole: Whole, person: Person, action: str, form_data: Any, tasks: Sequence[int]) -> dict[str, list[Choice]]:
    """Return what can be chosen in the form of an act."""
    workflow = whole.case.workflow
    return choices.offered(
        form_of(workflow, action), rule_of(workflow, action).choices, whole, person, form_data, tasks
    )


def _entry(whole: Whole, person: Person, action: str) -> dict[str, Any]:
    entry = next((each for each in views.actions_for(whole, person) if each["action"] == action), None)
    if entry is None:
        raise ActForbidden(
            Words(
                "这一步现在不能由您办理，请看过最新情况再办理。",
                "This step is not yours to take now: look at the case as it is, then act.",
            )
        )
    return entry


def _begun(needs: Sequence[str], action: str, whole: Whole) -> dict[str, Any]:
    """Return with what an untouched form begins: what the case has, or what its class suggests."""
    case, rules = whole.case, case_limits.class_of(whole.case)
    target = routing.preset(case) if action == CaseAction.DISPATCH else None
    begun: dict[str, Any] = {"lead": directory().name_of(target.lead), "assist": list(target.assist)} if target else {}
    if "class" in needs and rules:
        begun["class"] = rules.called
    if "condition" in needs and case.condition:
        begun["condition"] = case.condition
    if action in (CaseAction.FILE, CaseAction.CORRECT) and case.colour:
        begun["colour"] = case.colour
    return begun


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
