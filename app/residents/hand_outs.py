"""Hand a started round the fields of its stops: to whoever does it, as far as they are readers, one audit row each."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, exists, func, literal, select

from app.audit import service as audit
from app.audit.tags import SubjectKind, Tag
from app.catalogue.documents import Round
from app.core.db import db
from app.core.encryption import KeyMissing
from app.core.permissions import Person
from app.grids.levels import subtree_range
from app.residents import resident_sight, sealed_fields
from app.residents.models import Resident, ResidentCare, ResidentField
from app.residents.resident_rules import ADDRESS, NAME, FieldRule, rules


@dataclass(frozen=True)
class HandedResident:
    """A resident as a started round brings them: name, address, and what is granted to its service."""

    resident_id: UUID
    number: str
    fields: tuple[tuple[FieldRule, Any], ...]


def reads_all(cares: Collection[str], person: Person, path: str, *, stands_in: bool) -> bool:
    """Tell whether a person may know of all these kinds of care at a path of grids; nobody, of one without rules."""
    known = rules().cares
    return bool(cares) and all(
        code in known and _reads(known[code].readers, person, path, stands_in=stands_in) for code in cares
    )


def is_visited(cares: Collection[str], path: SQLColumnExpression[str] | str) -> ColumnElement[bool]:
    """Return the condition on `residents` that they live below a path of grids and are cared for in one of these ways.

    It is asked at every use: between the making of a round and its day people move, and cares end.
    """
    low, high = subtree_range(path) if isinstance(path, str) else (path, _end(path))
    own = (ResidentCare.resident_id == Resident.resident_id, ResidentCare.ended_at.is_(None))
    lives = (Resident.ended_at.is_(None), Resident.grid_path >= low, Resident.grid_path < high)
    return and_(*lives, exists().where(*own, ResidentCare.care.in_(cares)))


def hand_out(
    resident_ids: Collection[UUID], plan: Round, service: str, person: Person, path: str, *, stands_in: bool
) -> Sequence[HandedResident]:
    """Open what a round at a path of grids brings of its residents who are still visited, inside a transaction.

    A grant never makes a reader: what the person's role may not read is not among it, nor what no key opens.
    """
    visited = select(Resident).where(Resident.resident_id.in_(resident_ids), is_visited(plan.care, path))
    rows = db.session.scalars(visited.execution_options(populate_existing=True)).all()
    granted = [
        rule
        for code, rule in rules().fields.items()
        if (code in (NAME, ADDRESS) or service in rule.services)
        and _reads(rule.readers, person, path, stands_in=stands_in)
    ]
    opened = _opened([row.resident_id for row in rows], [rule.code for rule in granted])
    handed = [
        HandedResident(
            row.resident_id,
            row.number,
            tuple((rule, opened[key]) for rule in granted if (key := (row.resident_id, rule.code)) in opened),
        )
        for row in rows
    ]
    for each in handed:
        audit.record(
            Tag.RESIDENT_HANDED_OUT, person_id=person.person_id, subject=(SubjectKind.RESIDENT, each.resident_id),
            of_fields=[rule.code for rule, _ in each.fields], service=service,
        )  # fmt: skip
    return handed


def _end(path: SQLColumnExpression[str]) -> ColumnElement[str]:
    """Return in the database the upper bound of `subtree_range`."""
    return func.substr(path, 1, func.length(path) - 1) + literal("0")


def _reads(readers: Collection[str], person: Person, path: str, *, stands_in: bool) -> bool:
    return resident_sight.reads(readers, person, path) or (
        stands_in and resident_sight.reads_standing_in(readers, person)
    )


def _opened(resident_ids: Collection[UUID], codes: Collection[str]) -> dict[tuple[UUID, str], Any]:
    """Return what some fields hold; whoever goes to see them is not kept from it by one whose key is lost."""
    own = (ResidentField.resident_id.in_(resident_ids), ResidentField.field.in_(codes))
    rows = db.session.scalars(select(ResidentField).where(*own).execution_options(populate_existing=True))
    opened = {}
    for one in rows:
        with suppress(KeyMissing):
            opened[one.resident_id, one.field] = sealed_fields.opened(one)
    return opened
