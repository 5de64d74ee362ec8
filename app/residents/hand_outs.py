"""Hand a started round the fields of its stops: to whoever does it, as far as they are readers, one audit row each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select

from app.audit import service as audit
from app.audit.tags import SubjectKind, Tag
from app.core.db import db
from app.core.permissions import Person
from app.residents import resident_sight, sealed_fields
from app.residents.models import Resident, ResidentCare, ResidentField
from app.residents.resident_rules import ADDRESS, NAME, FieldRule, rules


@dataclass(frozen=True)
class HandedResident:
    """A resident as a started round brings them: name, address, and what is granted to its service."""

    resident_id: UUID
    number: str
    fields: tuple[tuple[FieldRule, Any], ...]


def reads_all(cares: Collection[str], person: Person, path: str, *, serves: bool) -> bool:
    """Tell whether a person may know of all these kinds of care: where they look on, or whose round it is."""
    known = [rules().cares[code] for code in cares if code in rules().cares]
    if not known:
        return False
    return all(
        resident_sight.reads(care.readers, person, path)
        or (serves and resident_sight.reads_somewhere(care.readers, person))
        for care in known
    )


def hand_out(
    resident_ids: Collection[UUID], cares: Collection[str], service: str, person: Person
) -> Sequence[HandedResident]:
    """Open what a round brings of its residents who are still cared for so, inside a transaction.

    A grant never makes a reader: what the person's role may not read is not among it.
    """
    own = (ResidentCare.resident_id == Resident.resident_id, ResidentCare.ended_at.is_(None))
    cared_for = exists().where(*own, ResidentCare.care.in_(cares))
    rows = db.session.scalars(select(Resident).where(Resident.resident_id.in_(resident_ids), cared_for)).all()
    granted = [
        rule
        for code, rule in rules().fields.items()
        if (code in (NAME, ADDRESS) or service in rule.services)
        and resident_sight.reads_somewhere(rule.readers, person)
    ]
    rows_by_field = _rows([row.resident_id for row in rows], [rule.code for rule in granted])
    handed = [
        HandedResident(
            row.resident_id,
            row.number,
            tuple(
                (rule, sealed_fields.opened(one))
                for rule in granted
                if (one := rows_by_field.get((row.resident_id, rule.code)))
            ),
        )
        for row in rows
    ]
    for each in handed:
        audit.record(
            Tag.RESIDENT_HANDED_OUT, person_id=person.person_id, subject=(SubjectKind.RESIDENT, each.resident_id),
            of_fields=[rule.code for rule, _ in each.fields], service=service,
        )  # fmt: skip
    return handed


def _rows(resident_ids: Collection[UUID], codes: Collection[str]) -> dict[tuple[UUID, str], ResidentField]:
    own = (ResidentField.resident_id.in_(resident_ids), ResidentField.field.in_(codes))
    rows = db.session.scalars(select(ResidentField).where(*own).execution_options(populate_existing=True))
    return {(one.resident_id, one.field): one for one in rows}
