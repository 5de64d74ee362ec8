"""The object that a case is about, and the other cases of that object: each only as far as the person sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.cases.confidentiality import is_confidential
from app.cases.models import Case, CaseStep
from app.cases.protocol import procedure_of
from app.cases.timeline import CHANGED, step_data
from app.cases.turn import Turn
from app.cases.visibility import visible_to
from app.core.db import db
from app.core.errors import Invalid
from app.core.permissions import Person
from app.objects import queries
from app.objects.models import ObjectRow
from workflows.case_forms import NO_OBJECT
from workflows.case_terms import CaseAction
from workflows.round_terms import DRILL
from workflows.words import Words, plain

_NO_CLASS = Words("选了对象，须同时选类别。", "What names an object names its class, too.")
_NO_OBJECT = Words(
    "没有这个对象，或它不属于该类别；请重新选择，也可以不选。",
    "There is no such object of this class: choose again, or leave it out.",
)
NAMED = Words("已指明", "named")  # to whoever does not see it, where it has no identifier
OBJECT = "object"  # in what a merged case brings
_SET = "object_id"  # in what a step says it changed
MOST = 20  # other cases that are shown; our figure


@dataclass(frozen=True)
class CaseOfObject:
    """Another case of an object."""

    case_id: UUID
    number: str
    state: str  # of whichever workflow
    state_words: Words
    description: str
    reported_at: datetime


@dataclass(frozen=True)
class ObjectOfCase:
    """The object that a case is about. Its name and kind are told to whoever sees the object itself."""

    object_id: UUID
    identifier: str | None
    name: str | None
    kind: Words | None
    cases: Sequence[CaseOfObject]

    @property
    def words(self) -> Words:
        """Say which object it is."""
        return plain(" · ".join(filter(None, (self.name, self.identifier)))) or NAMED


def find(named: str, class_code: str | None, person: Person, at: str) -> ObjectRow:
    """Return the object that somebody names for a case of a class; raise Invalid at a field.

    Whoever does not see it is told the same as where there is none.
    """
    if class_code is None:
        raise Invalid.at(at, _NO_CLASS)
    about = queries.of_class(named, class_code, person)
    if about is None:
        raise Invalid.at(at, _NO_OBJECT)
    return about


def correct(turn: Turn) -> None:
    """Let a case be about another object, or about none."""
    named, case = turn.data.get("object"), turn.case
    if named == NO_OBJECT:
        case.object_id = case.object_identifier = None
    elif named is not None:
        about = find(named, case.class_code, turn.person, "data.object")
        case.object_id, case.object_identifier = about.object_id, about.identifier


def keep_if_of_class(turn: Turn) -> None:
    """Let a case be about its object no longer where it has come under a class whose cases are not about such.

    The step says that it was dropped, unless it names another one itself.
    """
    case = turn.case
    if case.object_id and (case.class_code is None or queries.answers_to(case.object_id, case.class_code) is None):
        case.object_id = case.object_identifier = None
        turn.dropped = turn.dropped if OBJECT in turn.data else (*turn.dropped, OBJECT)


def brought_by(merged: Case) -> dict[str, str]:
    """Return which object a case brings to the one into which it is merged; nothing of a confidential one."""
    return {OBJECT: str(merged.object_id)} if merged.object_id and not is_confidential(merged) else {}


def take(case: Case, object_id: UUID | None) -> None:
    """Let a case that is about no object be about the one that a case merged into it was, if its class is."""
    about = queries.answers_to(object_id, case.class_code) if object_id and case.class_code else None
    if about is not None and case.object_id is None:
        case.object_id, case.object_identifier = about.object_id, about.identifier


def give_back(case: Case, merged: UUID) -> None:
    """Let a case be no longer about the object that a case brought which stands alone again."""
    if came_with(case.case_id, merged):
        case.object_id = case.object_identifier = None


def came_with(case_id: UUID, merged: UUID) -> bool:
    """Tell whether a case is about its object because another brought it: as the last step says that set it."""
    steps = select(CaseStep.action, CaseStep.data).where(
        CaseStep.case_id == case_id, CaseStep.data.contains(f'"{_SET}":', autoescape=True)
    )
    for action, text in db.session.execute(steps.order_by(CaseStep.seq.desc())):
        data = step_data(text)
        if _SET in data.get(CHANGED, {}):
            theirs = action == CaseAction.CARRY and data.get("from") == str(merged)
            return theirs and data[CHANGED][_SET] is not None
    return False


def object_of(case: Case, person: Person) -> ObjectOfCase | None:
    """Return the object that a case is about; None where its report has named none."""
    if case.object_id is None:
        return None
    called = queries.called(case.object_id, person)
    others = cases_of(called.object_id, person, but=case.case_id)
    return ObjectOfCase(case.object_id, case.object_identifier, called.name, called.kind, others)


def cases_of(object_id: UUID, person: Person, but: UUID | None = None) -> list[CaseOfObject]:
    """Return the newest cases of an object, and of those merged into it, that a person sees; `but` is left out."""
    wanted = [Case.object_id.in_(queries.same_as(object_id)), *([Case.case_id != but] if but else [])]
    rows = db.session.execute(
        select(Case.case_id, Case.number, Case.workflow, Case.state, Case.drill, Case.description, Case.reported_at)
        .where(*wanted, visible_to(person))
        .order_by(Case.changed_at.desc(), Case.case_id)
        .limit(MOST)
    )
    return [_case(row) for row in rows]


def object_view(about: ObjectOfCase | None) -> dict[str, Any] | None:
    """Return the object of a case as `ObjectOfCaseOut` describes it."""
    if about is None:
        return None
    return {
        "object_id": about.object_id,
        "identifier": about.identifier,
        "name": about.name,
        "kind": about.kind,
        "kind_en": about.kind.en if about.kind else None,
        "cases": [
            {
                "case_id": one.case_id, "number": one.number, "state": one.state, "state_label": one.state_words,
                "state_label_en": one.state_words.en, "description": one.description, "reported_at": one.reported_at,
            }
            for one in about.cases
        ],
    }  # fmt: skip


def _case(row: Any) -> CaseOfObject:
    state = procedure_of(row.workflow).workflow.states[row.state]
    return CaseOfObject(
        row.case_id, row.number, row.state, state + DRILL if row.drill else state, row.description, row.reported_at
    )
