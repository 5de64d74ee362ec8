"""What the record of a resident is to hold, before it is kept: judged by the rules, and by what its keeper may know."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.catalogue import class_forms
from app.core import clock
from app.core.errors import Faults, Invalid
from app.core.field_texts import REQUIRED
from app.core.permissions import Person
from app.grids import queries as grids
from app.grids.levels import Level
from app.grids.tree import GridNode
from app.residents import resident_sight
from app.residents.models import ConsentBy
from app.residents.resident_errors import ResidentsNotKeptHere
from app.residents.resident_rules import BIRTH, GUARDIAN, rules
from app.residents.sealed_fields import Consent
from workflows.resident_terms import ResidentSubject
from workflows.words import Words

CHILD_YEARS = 14  # 个人信息保护法 28, 31: what is kept of a child under fourteen is sensitive, and asks its guardian
_NO_CARE = Words("没有这种关爱，或不由您登记。", "There is no such kind of care, or it is not yours to enter.")
_NO_FIELD = Words("没有这一项，或不由您登记。", "There is no such field, or it is not yours to enter.")
_NO_GRID = Words("应为现有的网格或微网格。", "A grid or a micro-grid of today, please.")
_NO_CONSENT = Words(
    "“{}”以同意为依据：请写明谁在哪天同意（consent）。",
    "“{}” rests on consent: say who has agreed, and when (consent).",
)
_NO_GUARDIAN = Words(
    "不满十四周岁：须由监护人同意（consent.by 填 guardian）。",
    "Under fourteen: the guardian has to agree (consent.by is guardian).",
)
_NO_BIRTH = Words(
    "登记以同意为依据的或敏感的信息，须先登记出生日期（不满十四周岁的由监护人同意）。",
    "Before anything is kept that is sensitive or rests on consent, the date of birth is: under fourteen the guardian"
    " has to agree.",
)
_LATER = Words("日期在今天之后。", "This lies after today.")


@dataclass(frozen=True)
class ResidentDraft:
    """What a record is to hold: all that its keeper may know of it, and what of that is new."""

    subject: ResidentSubject
    node: GridNode
    cares: frozenset[str]
    held: frozenset[str]  # fields that its keeper sees
    agreed: frozenset[str]  # those of them of which it is kept already who has agreed
    consent: Consent | None
    fresh_cares: frozenset[str]
    fresh: Mapping[str, Any]  # answers; None for what is deleted
    born: str | None  # of all that is kept, whoever reads it: no keeper enters a child as if it were none
    has_guardian: bool


def fresh(body: Mapping[str, Any]) -> ResidentDraft:
    """Return what a new record is to hold; raise Invalid at `grid`."""
    answers = {code: answer for code, answer in body["fields"].items() if answer not in (None, "")}
    cares = frozenset(body["cares"])
    return ResidentDraft(
        ResidentSubject.of(body["subject"]), node_of(body["grid"]), cares, frozenset(answers), frozenset(),
        consent_in(body), cares, answers, born=answers.get(BIRTH), has_guardian=GUARDIAN in answers,
    )  # fmt: skip


def consent_in(body: Mapping[str, Any]) -> Consent | None:
    """Return who has agreed by what was sent, and when."""
    return (body["consent"]["by"], body["consent"]["on"]) if body.get("consent") else None


def judge(draft: ResidentDraft, person: Person) -> None:
    """Raise Invalid with every field at fault, ResidentsNotKeptHere; no text repeats what was typed."""
    if not resident_sight.may_enter_at(person, draft.node.path):
        raise ResidentsNotKeptHere
    faults = {**_cares(draft, person), **_fields(draft, person)}
    faults |= {name: texts for name, texts in _consent(draft).items() if name not in faults}
    if faults:
        raise Invalid(fields=faults)


def node_of(code: str) -> GridNode:
    """Return the grid in which somebody lives; raise Invalid."""
    node = grids.of_today(code)
    if node is None or node.level not in (Level.GRID, Level.MICRO):
        raise Invalid.at("grid", _NO_GRID)
    return node


def _cares(draft: ResidentDraft, person: Person) -> dict[str, Faults]:
    known = rules().cares
    mine = resident_sight.cares_read(person, draft.node.path)
    wrong = [code for code in draft.fresh_cares if code not in mine or known[code].subject is not draft.subject]
    if wrong:
        return {"cares": [_NO_CARE]}
    readable = {rule.code for rule in resident_sight.fields_read(person, draft.node.path)}
    needed = {
        code
        for care in draft.cares
        if care in known
        for code in known[care].requires
        if care in draft.fresh_cares or code in readable  # what another has entered may not be theirs to see
    }
    return {f"fields.{code}": [REQUIRED] for code in sorted(needed) if code not in draft.held}


def _fields(draft: ResidentDraft, person: Person) -> dict[str, Faults]:
    mine = {rule.code: rule for rule in resident_sight.fields_read(person, draft.node.path) if draft.subject in rule.of}
    unknown: dict[str, Faults] = {f"fields.{code}": [_NO_FIELD] for code in draft.fresh if code not in mine}
    answers = {code: answer for code, answer in draft.fresh.items() if answer is not None and code in mine}
    faults = class_forms.faults([rule.question for rule in mine.values()], answers)
    if BIRTH in draft.fresh and draft.fresh[BIRTH] is None:
        faults[BIRTH] = [REQUIRED]  # by it alone a child is known
    if BIRTH in answers and BIRTH not in faults and date.fromisoformat(answers[BIRTH]) > _today():
        faults[BIRTH] = [_LATER]
    return {**unknown, **{f"fields.{code}": texts for code, texts in faults.items()}}


def _consent(draft: ResidentDraft) -> dict[str, Faults]:
    """Say where a guardian's consent is lacking, or anybody's; a day to come is no consent."""
    by, on = draft.consent or (None, None)
    if on is not None and on > _today():
        return {"consent.on": [_LATER]}
    fresh = [rule for code, rule in rules().fields.items() if draft.fresh.get(code) is not None]
    if draft.subject is ResidentSubject.PERSON and draft.born is None and any(rule.asks_age for rule in fresh):
        return {f"fields.{BIRTH}": [_NO_BIRTH]}
    if _is_child(draft.born) and by != ConsentBy.GUARDIAN:
        return {"consent": [_NO_GUARDIAN]}
    if _is_child(draft.born) and not draft.has_guardian:
        return {f"fields.{GUARDIAN}": [REQUIRED]}
    resting = [rule for code, rule in rules().fields.items() if rule.needs_consent and code in draft.held]
    if by is None and (resting := [rule for rule in resting if rule.code not in draft.agreed]):
        return {"consent": [_NO_CONSENT.format(resting[0].question.label)]}
    return {}


def _is_child(text: str | None) -> bool:
    try:
        born = date.fromisoformat(text or "")
    except (TypeError, ValueError):
        return False
    today = _today()
    return (today.year - born.year) - ((today.month, today.day) < (born.month, born.day)) < CHILD_YEARS


def _today() -> date:
    return clock.local(clock.now()).date()
