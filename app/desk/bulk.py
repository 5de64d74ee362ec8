"""One act on several cases: what they all offer, one form, and a result for each, every case in its own transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid5

from app.cases import queries, views
from app.cases.errors import ActForbidden, CaseNotFound
from app.cases.protocol import form_of
from app.cases.whole import Whole
from app.core.errors import Problem
from app.core.http import note_refusal
from app.core.permissions import Person
from app.core.transaction import breathe, transaction
from app.desk import act_forms, case_views
from app.desk.act_forms import ActForm
from app.desk.case_views import Button
from app.desk.forms import act_errors
from workflows.forms import PHOTOS
from workflows.words import Words, plain

MOST = 60  # one page of a list


@dataclass(frozen=True)
class BulkResult:
    """What came of the act on one case; `refused` says why not."""

    case_id: UUID
    number: str
    refused: Words | None


def read(case_ids: Sequence[UUID], person: Person) -> list[Whole]:
    """Return the chosen cases, as far as the person sees them."""
    wholes = []
    for case_id in case_ids[:MOST]:
        try:
            wholes.append(queries.whole(case_id, person))
        except CaseNotFound:
            continue
    return wholes


def common(wholes: Sequence[Whole], person: Person) -> dict[str, Button]:
    """Return the acts that every chosen case offers and whose form asks nothing of a single case."""
    offered: list[dict[str, dict[str, Any]]] = [
        {each["action"]: each for each in views.actions_for(whole, person)} for whole in wholes
    ]
    if not offered:
        return {}
    shared = [action for action in offered[0] if all(action in one for one in offered)]
    fitting = [action for action in shared if _fits_many(wholes[0], offered[0][action])]
    return {each.action: each for each in case_views.buttons(wholes[0], person) if each.action in fitting}


def _fits_many(whole: Whole, action: Mapping[str, Any]) -> bool:
    """Tell whether an act needs nothing that holds for one case alone."""
    form = form_of(whole.case.workflow, action["action"])
    own = {field.need for field in form.fields if field.of_one_case} | {PHOTOS}
    return own.isdisjoint(action["needs"])


@dataclass(frozen=True)
class BulkForm:
    """One form for several cases; `unlike` are the questions for which they suggest different answers: left empty."""

    form: ActForm
    unlike: tuple[Words, ...]


def open_form(wholes: Sequence[Whole], person: Person, action: str) -> BulkForm:
    """Return one form for all; raise ActForbidden where not every case offers the act."""
    if action not in common(wholes, person):
        raise ActForbidden(
            Words(
                "所选案件不能一起这样办理，请逐件办理。",
                "The chosen cases cannot be acted on together like this: take them one by one.",
            )
        )
    begun = [act_forms.begun(whole, person, action) for whole in wholes]
    alike = {name: value for name, value in begun[0].items() if all(one.get(name) == value for one in begun)}
    form = act_forms.open_form(wholes[0], person, action, act_forms.PresetForm(), begin=alike)
    fields = tuple(field for field in form.fields if not field.of_one_case)
    suggested = {name for one in begun for name, value in one.items() if value}
    unlike = tuple(field.label for field in fields if field.name in suggested - set(alike))
    return BulkForm(replace(form, fields=fields), unlike)


def take(wholes: Sequence[Whole], person: Person, action: str, form_data: Any, op_id: UUID) -> list[BulkResult]:
    """Take the act on each case; one that is refused holds up no other, and sending again changes nothing twice."""
    results = []
    for whole in wholes:
        breathe()
        case = whole.case
        case_id, number = case.case_id, case.number
        own = form_data.copy()
        own["op_id"], own["seen"] = str(uuid5(op_id, str(case_id))), form_data.get(f"seen-{case_id}", "")
        try:
            with transaction():
                act_forms.take(whole, person, action, own)
        except Problem as refused:
            note_refusal(refused)
            results.append(BulkResult(case_id, number, _why(refused)))
        else:
            results.append(BulkResult(case_id, number, None))
    return results


def _why(refused: Problem) -> Words:
    texts = [text for texts in act_errors(refused.fields).values() for text in texts]
    return plain(" ").join([refused.detail, *texts])
