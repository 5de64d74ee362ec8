"""Read residents: one, lists by keyset, by what is sought. Everything starts from what a person sees."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select, tuple_

from app.core import letters, paging
from app.core.db import db
from app.core.digests import canonical, digest
from app.core.errors import Invalid
from app.core.permissions import Permission, Person
from app.grids.queries import grid_tree
from app.residents import resident_sight, sealed_fields
from app.residents.models import Resident, ResidentCare, ResidentChange, ResidentField
from app.residents.resident_errors import ResidentUnknown
from app.residents.resident_rules import FieldRule, rules
from app.residents.sealed_fields import Consent
from workflows.resident_terms import ResidentSubject
from workflows.words import Words

FOUND_MOST = 50
_NOT_SOUGHT = Words("只能按这些项查找：{}。", "One can look for these alone: {}.")
NO_HOUSEHOLD = Words("没有这一住户。", "There is no such household.")
_R = Resident


@dataclass(frozen=True)
class SeenResident:
    """A resident as far as a person sees them: kinds of care and fields that are theirs to know of."""

    row: Resident
    cares: tuple[ResidentCare, ...] = ()
    fields: tuple[ResidentField, ...] = ()
    household_id: UUID | None = None

    @property
    def consent(self) -> Consent | None:
        """Return who has agreed last to something that the person sees, and when."""
        own = [(one.consent_on, one.consent_by) for one in self.fields if one.consent_on and one.consent_by]
        on, by = max(own, default=(None, None))
        return (by, on) if by and on else None

    @property
    def mark(self) -> str:
        """Return what changes whenever something does that the person sees, and by nothing else."""
        held = {one.field: (one.n, one.consent_by, one.consent_on) for one in self.fields}
        seen = (self.row.grid, self.household_id, [one.care for one in self.cares], held)
        return digest(canonical(seen), "sha256").rpartition(":")[2][:16]


@dataclass(frozen=True)
class ResidentPage:
    """Some residents, and where the next page begins."""

    items: Sequence[SeenResident]
    next: tuple[str, UUID] | None


@dataclass(frozen=True)
class _Beside:
    cares: Mapping[UUID, Sequence[ResidentCare]] = field(default_factory=dict)
    fields: Mapping[UUID, Sequence[ResidentField]] = field(default_factory=dict)


def one(resident_id: UUID, person: Person, *, lock: bool = False) -> SeenResident:
    """Return a resident that a person sees, the row locked where it is to be changed; raise ResidentUnknown."""
    statement = select(_R).where(_R.resident_id == resident_id).execution_options(populate_existing=True)
    row: Resident | None = db.session.scalar(statement.with_for_update() if lock else statement)
    if row is None:
        raise ResidentUnknown
    (seen,) = _seen([row], person)
    if not seen.cares:
        raise ResidentUnknown
    return seen


def page(person: Person, filters: Mapping[str, Any], after: tuple[str, UUID] | None, limit: int) -> ResidentPage:
    """Return residents that a person sees, by grid; at most four statements."""
    statement = select(_R).where(resident_sight.visible_to(person), *_conditions(filters, person))
    if after:
        statement = statement.where(tuple_(_R.grid_path, _R.resident_id) > tuple_(*after))
    ordered = statement.order_by(_R.grid_path, _R.resident_id).limit(limit + 1)
    rows = db.session.scalars(ordered.execution_options(populate_existing=True)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return ResidentPage(_seen(rows[:limit], person), (last.grid_path, last.resident_id) if last else None)


def count(person: Person, filters: Mapping[str, Any]) -> int:
    """Count the residents that a person sees."""
    statement = select(func.count()).select_from(_R)
    return db.session.scalar(statement.where(resident_sight.visible_to(person), *_conditions(filters, person))) or 0


def keys(person: Person, filters: Mapping[str, Any], most: int) -> Sequence[UUID]:
    """Return the ids of the residents that a person sees, by grid."""
    statement = select(_R.resident_id).where(resident_sight.visible_to(person), *_conditions(filters, person))
    return db.session.scalars(statement.order_by(_R.grid_path, _R.resident_id).limit(most)).all()


def some(person: Person, resident_ids: Collection[UUID]) -> Sequence[SeenResident]:
    """Return those of some residents that a person sees still, by grid."""
    statement = select(_R).where(resident_sight.visible_to(person), _R.resident_id.in_(resident_ids))
    ordered = statement.order_by(_R.grid_path, _R.resident_id).execution_options(populate_existing=True)
    return [one for one in _seen(db.session.scalars(ordered).all(), person) if one.cares]


def sought(person: Person, code: str, text: str) -> Sequence[SeenResident]:
    """Return the residents of whom this field, which the person may reveal, holds this text as a whole; raise Invalid.

    Whoever finds somebody by a text has learnt what stands there: `service.search` writes down who looked.
    """
    readable = [rule for rule in rules().fields.values() if resident_sight.reads_somewhere(rule.readers, person)]
    by_code = {rule.code: rule for rule in readable if rule.sought}
    if code not in by_code:
        texts = [rule.question.label for rule in by_code.values()]
        raise Invalid.at("field", _NOT_SOUGHT.format(Words("、", ", ").join(texts)))
    rule = by_code[code]
    same = (ResidentField.field == code, ResidentField.digest.in_(sealed_fields.digests(rule, text)))
    holds = exists().where(ResidentField.resident_id == _R.resident_id, *same)
    statement = select(_R).where(*_revealed_to(person, rule), holds)
    rows = db.session.scalars(statement.order_by(_R.grid_path, _R.resident_id).limit(FOUND_MOST)).all()
    return _seen(rows, person)


def bearing(person: Person, rule: FieldRule, texts: Collection[str]) -> Mapping[str, str]:
    """Return by each of some texts, as a whole, the number of somebody whose field holds it and may be revealed.

    As with `sought`: whoever is told has learnt what stands there, which `resident_batches` writes down.
    """
    by_digest = {digest: text for text in texts for digest in sealed_fields.digests(rule, text)}
    holds = (ResidentField.field == rule.code, ResidentField.digest.in_(by_digest))
    statement = select(ResidentField.digest, _R.number).join(_R, _R.resident_id == ResidentField.resident_id)
    rows = db.session.execute(statement.where(*_revealed_to(person, rule), *holds).order_by(_R.number))
    return {by_digest[digest]: number for digest, number in rows if digest} if by_digest else {}


def _revealed_to(person: Person, rule: FieldRule) -> list[ColumnElement[bool]]:
    """Return the conditions on `residents` that a person sees somebody, and may reveal this field of them."""
    grounds = [resident_sight.within(path) for path in person.grounds(Permission.RESIDENT_REVEAL)]
    reads = resident_sight.reads_as(person, rule.readers)
    return [resident_sight.visible_to(person), reads, or_(false(), *grounds)]


def household_of(number: str, person: Person) -> UUID:
    """Return the household of a number, of those that a person sees; raise Invalid."""
    own = (_R.number == number.upper(), _R.subject == ResidentSubject.HOUSEHOLD, resident_sight.visible_to(person))
    household_id: UUID | None = db.session.scalar(select(_R.resident_id).where(*own).limit(1))
    if household_id is None:
        raise Invalid.at("household_id", NO_HOUSEHOLD)
    return household_id


def field_rows(resident_id: UUID, codes: Collection[str] | None = None) -> Mapping[str, ResidentField]:
    """Return fields of a resident by their codes, all or some, whoever reads them."""
    own = [ResidentField.resident_id == resident_id, *([ResidentField.field.in_(codes)] if codes is not None else ())]
    rows = db.session.scalars(select(ResidentField).where(*own).execution_options(populate_existing=True))
    return {one.field: one for one in rows}


def history(seen: SeenResident, person: Person) -> list[ResidentChange]:
    """Return what was done to a record as far as a person sees it, the newest first; the rest is not there."""
    row = seen.row
    cares = resident_sight.cares_read(person, row.grid_path)
    codes = {rule.code for rule in resident_sight.fields_read(person, row.grid_path)} | OPEN_FIELDS
    own = select(ResidentChange).where(ResidentChange.resident_id == row.resident_id)
    return [
        change
        for change in db.session.scalars(own.order_by(ResidentChange.n.desc()))
        if cares.intersection(change.cares) or codes.intersection(change.fields)
    ]


OPEN_FIELDS = frozenset({"grid"})  # what changes of a record beside its fields, seen by all who see it


def read_cursor(cursor: str) -> tuple[str, UUID]:
    """Return where a page of residents begins; raise CursorInvalid."""
    path, resident_id = paging.decode(cursor, 2)
    if not isinstance(path, str) or not letters.is_fit(path):
        raise paging.CursorInvalid
    return path, paging.identity(resident_id)


def _seen(rows: Sequence[Resident], person: Person) -> list[SeenResident]:
    """Return some rows as a person sees them; what lies beside them is read in one go."""
    beside = _beside([row.resident_id for row in rows])
    households = _households_seen({row.household_id for row in rows if row.household_id}, person)
    return [_one_seen(row, beside, households, person) for row in rows]


def _one_seen(row: Resident, beside: _Beside, households: Collection[UUID], person: Person) -> SeenResident:
    cares = resident_sight.cares_read(person, row.grid_path)
    codes = {rule.code: place for place, rule in enumerate(resident_sight.fields_read(person, row.grid_path))}
    fields = [one for one in beside.fields.get(row.resident_id, ()) if one.field in codes]
    return SeenResident(
        row,
        tuple(one for one in beside.cares.get(row.resident_id, ()) if one.care in cares),
        tuple(sorted(fields, key=lambda one: codes[one.field])),
        row.household_id if row.household_id in households else None,
    )


def _beside(resident_ids: Sequence[UUID]) -> _Beside:
    if not resident_ids:
        return _Beside()
    cares, fields = defaultdict[UUID, list[ResidentCare]](list), defaultdict[UUID, list[ResidentField]](list)
    fresh = {"populate_existing": True}
    active = (ResidentCare.resident_id.in_(resident_ids), ResidentCare.ended_at.is_(None))
    for care in db.session.scalars(
        select(ResidentCare).where(*active).order_by(ResidentCare.care), execution_options=fresh
    ):
        cares[care.resident_id].append(care)
    for one_field in db.session.scalars(
        select(ResidentField).where(ResidentField.resident_id.in_(resident_ids)), execution_options=fresh
    ):
        fields[one_field.resident_id].append(one_field)
    return _Beside(cares, fields)


def _households_seen(household_ids: Collection[UUID], person: Person) -> frozenset[UUID]:
    if not household_ids:
        return frozenset()
    own = (_R.resident_id.in_(household_ids), resident_sight.visible_to(person))
    return frozenset(db.session.scalars(select(_R.resident_id).where(*own)))


def _conditions(filters: Mapping[str, Any], person: Person) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.get("grid"):
        node = grid_tree().get(filters["grid"])
        conditions.append(resident_sight.within(node.path) if node else false())
    if filters.get("subject"):
        conditions.append(_R.subject == filters["subject"])
    if filters.get("household"):
        seen = select(_R.resident_id).where(_R.resident_id == filters["household"], resident_sight.visible_to(person))
        conditions.append(_R.household_id.in_(seen))
    if filters.get("care"):
        conditions.append(_cared_for(filters["care"], person))
    return conditions


def _cared_for(code: str, person: Person) -> ColumnElement[bool]:
    """Return the condition that somebody is cared for so, and the person may know it."""
    care = rules().cares.get(code)
    if care is None:
        return false()
    own = (ResidentCare.resident_id == _R.resident_id, ResidentCare.ended_at.is_(None), ResidentCare.care == code)
    return and_(exists().where(*own), resident_sight.reads_as(person, care.readers))
