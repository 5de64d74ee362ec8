"""Find people for those who manage them, with what each holds; a list costs the same however long it is."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select

from app.core import clock
from app.core.db import db
from app.core.errors import NotFound
from app.core.permissions import Permission, Person, ScopeKind
from app.identity import scopes, staff_telephones
from app.identity.bounds import Bounds, ground_of, lasting, lies_in, managed
from app.identity.models import Absence, AssignmentRow, PersonRow, SecondFactor
from app.identity.scopes import Scope
from workflows.words import Words

PAGE = 50
SHOW = {
    "active": Words("在用账号", "Open accounts"),
    "nothing": Words("没有任职的", "Without any role"),
    "away": Words("请假中的", "Away now"),
    "closed": Words("已关闭的账号", "Closed accounts"),
}


class HeldWhen(StrEnum):
    """Say when a role is held."""

    NOW = "now"
    LATER = "later"
    BEFORE = "before"


@dataclass(frozen=True)
class Holding:
    """A role in a scope, and whether it is held now, later or was before; `cancelled` before it began."""

    id: UUID
    role: str
    scope: Scope
    valid_from: datetime
    valid_to: datetime | None
    when: HeldWhen

    @property
    def begins_later(self) -> bool:
        """Tell whether it is not held yet."""
        return self.when is HeldWhen.LATER

    @property
    def cancelled(self) -> bool:
        """Tell whether it was taken back before it began."""
        return self.valid_to is not None and self.valid_to <= self.valid_from


@dataclass(frozen=True)
class PersonEntry:
    """One person in a list; `held` is what they hold now, then what from later on."""

    id: UUID
    username: str
    name: str
    phone: str | None
    active: bool
    held: Sequence[Holding]
    away: bool


@dataclass(frozen=True)
class PeoplePage:
    """Some people, and after whom the next page begins."""

    items: Sequence[PersonEntry]
    next: UUID | None


@dataclass(frozen=True)
class PeopleFilter:
    """Whom to look for: by text, role, place (its scope), and one of active, closed, nothing, away."""

    text: str = ""
    role: str = ""
    place: Scope | None = None
    show: str = "active"


def find(by: Person, wanted: PeopleFilter, after: UUID | None = None) -> PeoplePage:
    """Return people whom this person manages, by username."""
    conditions = [managed(ground_of(by, Permission.PEOPLE_READ)), *_conditions(wanted)]
    if after:
        last = select(PersonRow.username).where(PersonRow.id == after).scalar_subquery()
        conditions.append(PersonRow.username > last)
    ordered = select(PersonRow).where(*conditions).order_by(PersonRow.username).limit(PAGE + 1)
    rows = db.session.scalars(ordered).all()
    page = rows[:PAGE]
    return PeoplePage(_listed(page), page[-1].id if len(rows) > PAGE else None)


def ids(by: Person, wanted: PeopleFilter, most: int) -> Sequence[UUID]:
    """Return whom a whole list holds, by username."""
    conditions = [managed(ground_of(by, Permission.PEOPLE_READ)), *_conditions(wanted)]
    return db.session.scalars(select(PersonRow.id).where(*conditions).order_by(PersonRow.username).limit(most)).all()


def entries(by: Person, person_ids: Sequence[UUID]) -> list[PersonEntry]:
    """Return those of some people whom this person manages, by username."""
    wanted = select(PersonRow).where(PersonRow.id.in_(person_ids), managed(ground_of(by, Permission.PEOPLE_READ)))
    return _listed(db.session.scalars(wanted.order_by(PersonRow.username)).all())


def one(person_id: UUID, by: Person, permission: Permission = Permission.PEOPLE_READ) -> PersonRow:
    """Return a person who lies in the ground where this person holds a permission; raise NotFound."""
    wanted = select(PersonRow).where(PersonRow.id == person_id, managed(ground_of(by, permission)))
    row = db.session.scalar(wanted)
    if row is None:
        raise NotFound
    return row


def held_by(person_id: UUID) -> Mapping[HeldWhen, Sequence[Holding]]:
    """Return everything a person holds, will hold and has held, the newest first."""
    row = AssignmentRow
    rows = db.session.scalars(select(row).where(row.person_id == person_id).order_by(row.valid_from.desc(), row.id))
    by_time: dict[HeldWhen, list[Holding]] = {when: [] for when in HeldWhen}
    for each in map(_held, rows):
        by_time[each.when].append(each)
    return by_time


def absences(person_id: UUID) -> Sequence[Absence]:
    """Return when a person is or will be away."""
    ahead = select(Absence).where(Absence.person_id == person_id, Absence.until > clock.now())
    return db.session.scalars(ahead.order_by(Absence.since)).all()


def _conditions(wanted: PeopleFilter) -> list[ColumnElement[bool]]:
    own = AssignmentRow.person_id == PersonRow.id
    conditions: list[ColumnElement[bool]] = [PersonRow.active.is_(wanted.show != "closed")]
    if wanted.show == "nothing":
        conditions.append(~exists().where(own, lasting()))
    if wanted.show == "away":
        conditions.append(PersonRow.id.in_(_away()))
    if wanted.role or wanted.place:
        holding = [own, lasting()]
        holding += [AssignmentRow.role == wanted.role] if wanted.role else []
        holding += [_at(wanted.place)] if wanted.place else []
        conditions.append(exists().where(*holding))
    if wanted.text:
        conditions.append(_named(wanted.text))
    return conditions


def _at(place: Scope) -> ColumnElement[bool]:
    """Return the condition for what is held in a place; in a grid that is all that lies in it."""
    if place.kind == ScopeKind.GRID:
        return lies_in(Bounds((place.ground,)))
    return (AssignmentRow.scope_kind == place.kind) & (AssignmentRow.scope_code == place.code)


def _named(text: str) -> ColumnElement[bool]:
    """Return the condition for a part of the name, the beginning of the username, the end of the phone."""
    by_phone = staff_telephones.ends_with(text)
    return or_(
        PersonRow.name.contains(text, autoescape=True),
        PersonRow.username.startswith(text.lower(), autoescape=True),
        *([by_phone] if by_phone is not None else []),
    )


def _away() -> Select[UUID]:
    """Select those who are away now."""
    now = clock.now()
    return select(Absence.person_id).where(Absence.since <= now, Absence.until > now)


def _listed(rows: Sequence[PersonRow]) -> list[PersonEntry]:
    ids = [row.id for row in rows]
    away = set(db.session.scalars(_away().where(Absence.person_id.in_(ids))))
    row = AssignmentRow
    statement = select(row).where(row.person_id.in_(ids), lasting()).order_by(row.role, row.scope_code, row.valid_from)
    held: dict[UUID, list[Holding]] = defaultdict(list)
    for each in db.session.scalars(statement):
        held[each.person_id].append(_held(each))
    return [
        PersonEntry(
            one.id, one.username, one.name, staff_telephones.number_of(one), one.active,
            sorted(held[one.id], key=lambda each: each.when is not HeldWhen.NOW), one.id in away,
        )
        for one in rows
    ]  # fmt: skip


def _held(row: AssignmentRow) -> Holding:
    now = clock.now()
    ended = row.valid_to is not None and (row.valid_to <= now or row.valid_to <= row.valid_from)
    when = HeldWhen.BEFORE if ended else HeldWhen.LATER if row.valid_from > now else HeldWhen.NOW
    scope = scopes.scope(ScopeKind.of(row.scope_kind), row.scope_code)
    return Holding(row.id, row.role, scope, row.valid_from, row.valid_to, when)


def holding(roles: Collection[str], ground: Bounds, *, without_second_factor: bool = False) -> Sequence[PersonRow]:
    """Return the people with open accounts who hold one of these roles now or later, by username; a page of them."""
    own = exists().where(AssignmentRow.person_id == PersonRow.id, lasting(), AssignmentRow.role.in_(roles))
    wanted = select(PersonRow).where(PersonRow.active, own, managed(ground))
    if without_second_factor:
        has = exists().where(SecondFactor.person_id == PersonRow.id, SecondFactor.confirmed_at.is_not(None))
        wanted = wanted.where(~has)
    return db.session.scalars(wanted.order_by(PersonRow.username).limit(PAGE)).all()


def exists_already(person_id: UUID) -> bool:
    """Tell whether there is an account with this id, whoever manages it."""
    return db.session.get(PersonRow, person_id) is not None


def count_by_role(by: Person) -> Mapping[str, int]:
    """Count the people with open accounts, of those this person manages, who hold each role now or later."""
    own = AssignmentRow.person_id == PersonRow.id
    wanted = (PersonRow.active, lasting(), managed(ground_of(by, Permission.PEOPLE_READ)))
    counted = func.count(func.distinct(PersonRow.id))
    rows = db.session.execute(select(AssignmentRow.role, counted).join(PersonRow, own).where(*wanted).group_by("role"))
    return {role: count for role, count in rows}
