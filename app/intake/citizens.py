"""Keep citizens' names and numbers encrypted; show them masked, and in full only with a line in the audit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from app.audit import service as audit
from app.audit.tags import SubjectKind, Tag
from app.core import clock, encryption, letters, telephones
from app.core.db import db
from app.core.errors import NotFound
from app.core.permissions import Person
from app.intake.models import Citizen

encryption.holds(Citizen.key_id, func.coalesce(Citizen.phone, Citizen.name))


@dataclass(frozen=True)
class Contact:
    """How to reach a citizen; masked unless it was revealed."""

    name: str | None
    phone: str | None
    anonymous: bool


def with_number(citizen_id: InstrumentedAttribute[UUID | None]) -> Select[UUID]:
    """Select the citizen of a column, if there is a number to call."""
    return select(Citizen.id).where(Citizen.id == citizen_id, Citizen.phone.is_not(None))


def keep(citizen_id: UUID, reporter: Mapping[str, Any]) -> None:
    """Keep a citizen, inside a transaction; an anonymous one without name and number."""
    named = {} if reporter["anonymous"] else reporter
    key_id, (name, phone) = encryption.seal(named.get("name"), named.get("phone"))
    citizen = Citizen(
        id=citizen_id,
        key_id=key_id,
        name=name,
        phone=phone,
        anonymous=reporter["anonymous"],
        consented=reporter["consent"],
        created_at=clock.now(),
    )
    db.session.add(citizen)


def is_same(citizen_id: UUID | None, reporter: Mapping[str, Any] | None) -> bool:
    """Tell whether a report names the citizen who is kept; one that can no longer be read is believed."""
    if citizen_id is None or not reporter:
        return citizen_id is None and not reporter
    named = {} if reporter["anonymous"] else reporter
    try:
        contact = _open(citizen_id)
    except (NotFound, encryption.KeyMissing):
        return True
    # kept by older rules, perhaps, and asked for again as they were
    same_name = letters.fold_name(contact.name or "") == letters.fold_name(named.get("name") or "")
    same_phone = telephones.same(contact.phone, named.get("phone"))
    return same_name and same_phone and contact.anonymous == reporter["anonymous"]


def masked(citizen_id: UUID) -> Contact:
    """Return what anybody who sees the case may see: the first character, the last four digits."""
    contact = _open(citizen_id)
    return Contact(
        contact.name[0] + "*" * (len(contact.name) - 1) if contact.name else None,
        telephones.masked(contact.phone) if contact.phone else None,
        contact.anonymous,
    )


def reveal(citizen_id: UUID, case_id: UUID, person: Person, reason: str, **of: str) -> Contact:
    """Return a citizen's name and number, inside a transaction that also writes down who looked and why.

    `of`: the `question` that names them, where it is not who reported.
    """
    contact, about = _open(citizen_id), (SubjectKind.CASE, case_id)
    audit.record(Tag.CITIZEN_REVEALED, person_id=person.person_id, subject=about, reason=reason, **of)
    return contact


def _open(citizen_id: UUID) -> Contact:
    citizen = db.session.get(Citizen, citizen_id)
    if citizen is None:
        raise NotFound
    name, phone = encryption.unseal(citizen.key_id, citizen.name, citizen.phone)
    return Contact(name, phone, citizen.anonymous)
