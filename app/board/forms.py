"""The steps a supervisor may take on a case from the board: which, and what each asks, as the procedure says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marshmallow import ValidationError, fields

from app.cases.procedure import rule_of
from app.cases.schemas import SEQ_MOST
from app.cases.turn import Whole
from app.cases.views import actions_for
from app.core import letters
from app.core.errors import Invalid
from app.core.permissions import Person
from app.core.schemas import BoundedInteger as Number
from app.core.schemas import Schema, Text
from app.desk.words import GRADES
from workflows.case_terms import CaseAction
from workflows.words import Words

OFFERED = (CaseAction.SPOT_CHECK, CaseAction.SUPERVISE, CaseAction.REOPEN, CaseAction.RECONSIDER)
_CHOICES: Mapping[str, Mapping[str, Words]] = {
    "grade": GRADES,
    "solved": {
        "true": Words("通过：确已解决", "Passed: it is solved"),
        "false": Words("不通过：没有解决", "Failed: not solved"),
    },
}
_LABELS: Mapping[str, Words] = {
    "grade": Words("督办等级", "Card"),
    "solved": Words("抽查结论", "Finding"),
    "reason": Words("理由", "Reason"),
    "note": Words("说明（可不填）", "Note (optional)"),
}


@dataclass(frozen=True)
class Asked:
    """One field of a form: `choices` where there are only a few answers."""

    name: str
    label: Words
    required: bool
    choices: Mapping[str, Words]


@dataclass(frozen=True)
class Form:
    """One step that may be taken now."""

    action: str
    label: Words
    fields: tuple[Asked, ...]


@dataclass(frozen=True)
class Given:
    """What a form has sent."""

    op_id: UUID
    action: str
    seen: int
    data: dict[str, Any]


class _Sent(Schema):
    op_id = fields.UUID(required=True)
    action = Text(40, minimum=1, required=True)
    seen = Number(0, SEQ_MOST, strict=False, required=True)
    solved = Text(10)
    grade = Text(10)
    reason = Text(500)
    note = Text(500)


def forms_for(whole: Whole, person: Person) -> list[Form]:
    """Return the steps of supervision that are this person's to take now."""
    offered = {each["action"]: each for each in actions_for(whole, person)}
    return [_form(whole, offered[action]) for action in OFFERED if action in offered]


def read(form: Mapping[str, str]) -> Given:
    """Read what a form has sent; raise Invalid. What the step itself needs is for the door to say."""
    try:
        given = {name: letters.fold(value) for name, value in form.items() if name in _Sent._declared_fields}
        said = _Sent().load({name: value for name, value in given.items() if value})
    except ValidationError as error:
        raise Invalid(fields=error.normalized_messages()) from None
    return Given(said.pop("op_id"), said.pop("action"), said.pop("seen"), said)


def _form(whole: Whole, offered: Mapping[str, Any]) -> Form:
    known = rule_of(whole.case.workflow, offered["action"]).schema.fields
    needed = [name for name in offered["needs"] if name in known]
    asked = [*needed, *(["note"] if "note" in known else [])]
    made = (Asked(name, _LABELS[name], name in needed, _CHOICES.get(name, {})) for name in asked)
    return Form(offered["action"], offered["label"], tuple(made))
