"""Seal whom an answer to a form names as citizens are sealed; the case, its steps, lists and files hold a reference.

Who is named is kept beside the citizens, under an id that the case and the question make: as long, shown masked, and
in full to whoever may reveal the case's citizen, one at a time, for a reason that stands in the audit. It is no
reference to the register of residents: most who are named are in nobody's care, and who names them need not see it.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from marshmallow import ValidationError

from app.cases.models import Case
from app.catalogue.class_forms import visible_questions
from app.catalogue.documents import CaseClass
from app.core.schemas import Name, Schema, Telephone
from app.intake import citizens
from workflows.forms import Field, Kind
from workflows.words import Words

PERSON = "person"  # in the answer that stands in the case: the reference
Named = Mapping[str, Mapping[str, Any]]
_UNASKED = Words("这一题没有问到，请不要填。", "This is not asked beside the other answers: leave it out.")


class NamedPersonIn(Schema):
    """Somebody whom an answer names."""

    name = Name(60, minimum=1, required=True)
    phone = Telephone()


def questions_of(case_class: CaseClass | None) -> Sequence[Field]:
    """Return the questions of a class for somebody."""
    return [one for one in case_class.form if one.kind is Kind.PERSON] if case_class else []


def faults(case_class: CaseClass, answers: Mapping[str, Any]) -> dict[str, list[Words]]:
    """Return what is wrong with answers that name somebody; one that is not asked would lie there unsealed."""
    visible = {one.name for one in visible_questions(case_class.form, answers)}
    wrong: dict[str, list[Words]] = {}
    for one in questions_of(case_class):
        if one.name in answers and one.name not in visible:
            wrong[one.name] = [_UNASKED]
        elif one.name in answers:
            try:
                NamedPersonIn().load(answers[one.name])
            except ValidationError as error:
                wrong[one.name] = [text for texts in error.normalized_messages().values() for text in texts]
    return wrong


def apart(case_id: UUID, names: Sequence[str], answers: Mapping[str, Any]) -> tuple[dict[str, Any], Named]:
    """Return answers with references in the place of those whom some of them name, and whom they name."""
    named = {name: answers[name] for name in names if isinstance(answers.get(name), Mapping)}
    return {**answers, **{name: _reference(case_id, name) for name in named}}, named


def kept_in(case: Case) -> list[str]:
    """Return the questions of a case that were answered with somebody who is sealed."""
    return [name for name, answer in (case.form or {}).items() if answer == _reference(case.case_id, name)]


def keep(case_id: UUID, named: Named) -> None:
    """Keep those whom answers name, inside a transaction; nobody has asked them."""
    for name, answer in named.items():
        loaded = NamedPersonIn().load(answer)
        citizens.keep(id_of(case_id, name), {**loaded, "anonymous": False, "consent": False})


def are_same(case: Case, named: Named) -> bool:
    """Tell whether a report that comes again names those who are kept."""
    if {*named} != {*kept_in(case)}:
        return False
    people = ((name, {**answer, "anonymous": False}) for name, answer in named.items())
    return all(citizens.is_same(id_of(case.case_id, name), person) for name, person in people)


def id_of(case_id: UUID, name: str) -> UUID:
    """Return under which id somebody is kept whom the answer to a question of a case names."""
    return uuid5(case_id, f"form:{name}")


def _reference(case_id: UUID, name: str) -> dict[str, str]:
    return {PERSON: str(id_of(case_id, name))}
