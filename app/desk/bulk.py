"""One act on several cases: what they all offer, one form, and a result for each, every case in its own transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid5

from app.cases import queries, views
from app.cases.acts import evidence
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
from app.desk.form_questions import PHOTOS_AND_PAPERS, act_errors
from app.desk.spots import SpotView, spots
from app.desk.standards import Line, standard
from workflows.case_terms import TaskPart
from workflows.forms import PHOTOS
from workflows.words import Words, listed, plain

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


@dataclass(frozen=True)
class CaseBasis:
    """By what a chosen case is judged, and how somebody was on the spot: before who finishes, checks or closes it."""

    case_id: UUID
    number: str
    standard: Sequence[Line]
    spots: Sequence[SpotView]


@dataclass(frozen=True)
class LeftOut:
    """A chosen case on which an act has to be taken by itself, and why."""

    case_id: UUID
    number: str
    why: Words


def bases(wholes: Sequence[Whole]) -> list[CaseBasis]:
    """Return by what the chosen cases are judged, those of which nothing is known left out; in one statement."""
    names = views.Names()
    looks = [(whole.case.case_id, task.spot["seq"]) for whole in wholes for task in whole.tasks if task.spot]
    steps = queries.some_steps(looks)
    every = (
        CaseBasis(
            whole.case.case_id,
            whole.case.number,
            standard(whole.case, names),
            spots(whole, [step for step in steps if step.case_id == whole.case.case_id]),
        )
        for whole in wholes
    )
    return [one for one in every if one.standard or one.spots]


def common(wholes: Sequence[Whole], person: Person) -> dict[str, Button]:
    """Return the acts that every chosen case offers and that on one of them at least ask nothing of it alone."""
    shared = _shared(wholes, person)
    fitting = [action for action, left_out in shared.items() if len(left_out) < len(wholes)]
    buttons = case_views.buttons(wholes[0], person) if fitting else []
    return {each.action: each for each in buttons if each.action in fitting}


def one_by_one(wholes: Sequence[Whole], person: Person) -> list[tuple[Words, Words]]:
    """Return what all chosen cases offer and what has to be done on each by itself, with the reason."""
    shared = _shared(wholes, person)
    labels = {each.action: each.words for each in case_views.buttons(wholes[0], person)} if wholes else {}
    return [(labels[action], left_out[0].why) for action, left_out in shared.items() if len(left_out) == len(wholes)]


def _shared(wholes: Sequence[Whole], person: Person) -> dict[str, list[LeftOut]]:
    """Return the acts that every chosen case offers, each with the cases on which it has to be taken by itself."""
    offered: list[dict[str, dict[str, Any]]] = [
        {each["action"]: each for each in views.actions_for(whole, person)} for whole in wholes
    ]
    shared = [action for action in offered[0] if all(action in one for one in offered)] if offered else []
    return {action: _left_out(wholes, [one[action] for one in offered]) for action in shared}


def _left_out(wholes: Sequence[Whole], entries: Sequence[Mapping[str, Any]]) -> list[LeftOut]:
    reasons = ((whole.case, _why_alone(whole, entry)) for whole, entry in zip(wholes, entries, strict=True))
    return [LeftOut(case.case_id, case.number, why) for case, why in reasons if why is not None]


def _why_alone(whole: Whole, entry: Mapping[str, Any]) -> Words | None:
    """Say why an act is taken on this case by itself, if it asks for what holds for no other: its place, its photos.

    Whoever looks at something on the spot is asked for a reason there, where that was far from the case.
    """
    form = form_of(whole.case.workflow, entry["action"])
    own = [field.label for field in form.fields if field.of_one_case and field.need in entry["needs"]]
    called = {task.task for task in whole.tasks if task.part == TaskPart.CALLED}
    owes_photos = evidence.photo_count(whole.case, form) and not (entry["tasks"] and called.issuperset(entry["tasks"]))
    own += [PHOTOS_AND_PAPERS] if PHOTOS in entry["needs"] or owes_photos else []
    text = Words("须逐件填写：{}。", "To be given for each case by itself: {}.")
    return text.format(listed(own)) if own else None


@dataclass(frozen=True)
class BulkForm:
    """One form for several cases; `unlike` are the questions for which they suggest different answers: left empty."""

    form: ActForm
    unlike: tuple[Words, ...]
    left_out: tuple[LeftOut, ...]


def open_form(wholes: Sequence[Whole], person: Person, action: str) -> BulkForm:
    """Return one form for all; raise ActForbidden where not every case offers the act."""
    if action not in common(wholes, person):
        raise ActForbidden(
            Words(
                "所选案件不能一起这样办理，请逐件办理。",
                "The chosen cases cannot be acted on together like this: take them one by one.",
            )
        )
    left_out = _shared(wholes, person)[action]
    apart = {one.case_id for one in left_out}
    together = [whole for whole in wholes if whole.case.case_id not in apart]
    begun = [act_forms.begun(whole, person, action) for whole in together]
    alike = {name: value for name, value in begun[0].items() if all(one.get(name) == value for one in begun)}
    form = act_forms.open_form(together[0], person, action, act_forms.PresetForm(), begin=alike)
    fields = tuple(field for field in form.fields if not field.of_one_case)
    suggested = {name for one in begun for name, value in one.items() if value}
    unlike = tuple(field.label for field in fields if field.name in suggested - set(alike))
    return BulkForm(replace(form, fields=fields), unlike, tuple(left_out))


def take(wholes: Sequence[Whole], person: Person, action: str, form_data: Any, op_id: UUID) -> list[BulkResult]:
    """Take the act on each case; one that is refused holds up no other, and sending again changes nothing twice."""
    results = []
    for whole in wholes:
        breathe()
        case = whole.case
        case_id, number = case.case_id, case.number
        entry = next((each for each in views.actions_for(whole, person) if each["action"] == action), None)
        alone = _why_alone(whole, entry) if entry else None
        if alone is not None:
            results.append(BulkResult(case_id, number, alone))
            continue
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
