"""Read what people at desks have put by."""

from collections.abc import Sequence

from sqlalchemy import select

from app.core.db import db
from app.core.permissions import Permission, Person, ScopeKind
from app.desk.models import DeskFilter, Phrase


def filters(person: Person) -> Sequence[DeskFilter]:
    """Return a person's own filters by name."""
    own = select(DeskFilter).where(DeskFilter.person_id == person.person_id).order_by(DeskFilter.name)
    return db.session.scalars(own).all()


def scopes(person: Person) -> list[str]:
    """Return the departments and centres for which a person acts."""
    held = person.holding(Permission.CASE_ACT)
    return sorted({one.scope_code for one in held if one.scope_kind in (ScopeKind.DEPARTMENT, ScopeKind.CENTRE)})


def phrases(person: Person, action: str | None = None) -> Sequence[Phrase]:
    """Return the texts of a person's departments and centres, for one act or all."""
    own = select(Phrase).where(Phrase.scope_code.in_(scopes(person)))
    if action is not None:
        own = own.where(Phrase.action == action)
    return db.session.scalars(own.order_by(Phrase.scope_code, Phrase.action, Phrase.created_at, Phrase.id)).all()
