"""Read who somebody is and what they hold."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.core import clock, revisions
from app.core.db import db, read_rows
from app.core.errors import Unauthenticated
from app.core.permissions import Assignment, Person, ScopeKind
from app.core.types import UtcDateTime
from app.identity import tokens
from app.identity.bounds import ground_of, lasting, managed
from app.identity.models import Absence, AssignmentRow, PersonRow, Role, RolePermission, SessionRow
from app.identity.sessions import idle_limit
from workflows.words import Words

GRID_DEPTH = 4  # county/township/village/grid/

_now = bindparam("now", type_=UtcDateTime)
# plain tables, not mapped classes: half the time of the same statement through the mapper
_session, _person, _assignment = SessionRow.__table__.c, PersonRow.__table__.c, AssignmentRow.__table__.c
_valid = and_(_assignment.valid_from <= _now, or_(_assignment.valid_to.is_(None), _assignment.valid_to > _now))
_held = (_assignment.role, _assignment.scope_kind, _assignment.scope_code, _assignment.scope_path)

# on the way of every request: one statement finds session, person, assignments and the revisions of reference data
_SIGNED_IN = (
    select(
        _session.id.label("session_id"),
        _person.id.label("person_id"),
        _person.name,
        _person.must_change_password,
        _session.used_at,
        _session.second_factor_at,
        revisions.packed().label("revisions"),
        *_held,
    )
    .select_from(SessionRow.__table__)
    .join(PersonRow.__table__, _person.id == _session.person_id)
    .outerjoin(AssignmentRow.__table__, and_(_assignment.person_id == _person.id, _valid))
    .where(
        _session.access_hash == bindparam("access_hash"),
        _session.access_expires_at > _now,
        _session.last_seen_at <= bindparam("latest", type_=UtcDateTime),  # else it was given by a clock ahead
        _session.ended_at.is_(None),
        or_(_session.used_at.is_(None), _session.used_at > bindparam("idle_since", type_=UtcDateTime)),
        _person.active,
    )
    .order_by(_assignment.role, _assignment.scope_code)
)


@dataclass(frozen=True)
class Roles:
    """All roles: what each may do, what people call it, and where it is held (grid, department, centre)."""

    permissions: Mapping[str, frozenset[str]]
    names: Mapping[str, str]
    names_en: Mapping[str, str]
    scope_kinds: Mapping[str, ScopeKind]

    def words(self, role: str) -> Words:
        """Return what people call a role."""
        return Words(self.names[role], self.names_en[role])

    def with_permission(self, permission: StrEnum, scope_kind: ScopeKind) -> list[Words]:
        """Return what people call the roles of this scope that carry a permission."""
        kinds = self.scope_kinds.items()
        return [self.words(role) for role, kind in kinds if kind is scope_kind and permission in self.permissions[role]]


@dataclass(frozen=True)
class PersonName:
    """Somebody as lists show them."""

    id: UUID
    username: str
    name: str


@dataclass(frozen=True)
class SignedIn:
    """The person behind a token, whether they must set a password first, a browser's last use, the last code."""

    person: Person
    must_change_password: bool
    used_at: datetime | None
    second_factor_at: datetime | None


def _load_roles() -> Roles:
    rows = db.session.execute(select(Role.code, Role.name, Role.name_en, Role.scope_kind).order_by(Role.code)).all()
    permissions: dict[str, set[str]] = {row.code: set() for row in rows}
    for role, permission in db.session.execute(select(RolePermission.role, RolePermission.permission)):
        permissions[role].add(permission)
    return Roles(
        {role: frozenset(held) for role, held in permissions.items()},
        {row.code: row.name for row in rows},
        {row.code: row.name_en for row in rows},
        {row.code: ScopeKind.of(row.scope_kind) for row in rows},
    )


_roles = revisions.Reference("roles", _load_roles)


def roles() -> Roles:
    """Return all roles."""
    return _roles.get()


def scope_kind_of(role: str) -> ScopeKind | None:
    """Return in which kind of scope a role is held; None for a role nobody knows."""
    return roles().scope_kinds.get(role)


def authenticate(token: str) -> Person:
    """Return the person who holds this access token, with what they hold now; raise Unauthenticated."""
    return signed_in(token).person


def signed_in(token: str) -> SignedIn:
    """Find the session of an access token in one statement; raise Unauthenticated."""
    now = clock.now()
    parameters = {
        "access_hash": tokens.digest(token),
        "now": now,
        "latest": now + clock.DIFFER,
        "idle_since": now - idle_limit(),
    }
    rows = read_rows(_SIGNED_IN, parameters).all()
    if not rows:
        raise Unauthenticated
    first = rows[0]
    revisions.note(first.revisions)
    person = Person(first.person_id, first.name, _assignments(rows), first.session_id)
    return SignedIn(person, first.must_change_password, first.used_at, first.second_factor_at)


def person(person_id: UUID) -> Person:
    """Return a person with what they hold now, without a session: for jobs and commands. Raises NoResultFound."""
    name = db.session.execute(select(PersonRow.name).where(PersonRow.id == person_id)).scalar_one()
    return Person(person_id, name, assignments(person_id))


def assignments(person_id: UUID, at: datetime | None = None) -> tuple[Assignment, ...]:
    """Return what a person holds now, or held at another time."""
    held = select(*_held).where(_assignment.person_id == person_id, _valid).order_by(*_held[:3])
    return _assignments(db.session.execute(held, {"now": at or clock.now()}).all())


def present(person_ids: Sequence[UUID]) -> list[Person]:
    """Return those of these people who are active and not away now, in the order given, in one statement."""
    return _people(
        person_ids, ~exists().where(Absence.person_id == PersonRow.id, Absence.since <= _now, Absence.until > _now)
    )


def people(person_ids: Sequence[UUID]) -> list[Person]:
    """Return those of these people who are active, also when away, in the order given, in one statement."""
    return _people(person_ids)


def _people(person_ids: Sequence[UUID], *conditions: ColumnElement[bool]) -> list[Person]:
    if not person_ids:
        return []
    held = (
        select(PersonRow.id, PersonRow.name, *_held)
        .select_from(PersonRow)
        .outerjoin(AssignmentRow, and_(AssignmentRow.person_id == PersonRow.id, _valid))
        .where(PersonRow.id.in_(person_ids), PersonRow.active, *conditions)
        .order_by(PersonRow.id, AssignmentRow.role, AssignmentRow.scope_code)
    )
    rows: dict[UUID, list[Row[Any]]] = {}
    for row in db.session.execute(held, {"now": clock.now()}):
        rows.setdefault(row.id, []).append(row)
    return [Person(one, rows[one][0].name, _assignments(rows[one])) for one in person_ids if one in rows]


def to_hold(person_ids: Collection[UUID | None], permission: StrEnum) -> set[UUID]:
    """Return which of these people hold a permission somewhere, now or from a day to come."""
    row = AssignmentRow
    carrying = sorted(role for role, held in _roles.get().permissions.items() if permission in held)
    rows = db.session.scalars(select(row.person_id).where(row.role.in_(carrying), lasting()).distinct())
    return {each for each in rows if each in person_ids}


def whole_county(person: Person, permission: StrEnum) -> bool:
    """Tell whether somebody holds a permission for the whole tree, and not for a part of it."""
    return person.is_system or any(
        held.on_ground and held.scope_path.count("/") == 1 for held in person.holding(permission)
    )


def holders(permission: StrEnum, grid_path: str, at: datetime | None = None) -> list[UUID]:
    """Return who holds a permission in a grid or centre that contains this ground, now or then, the nearest first."""
    paths = [grid_path[: end + 1] for end, letter in enumerate(grid_path) if letter == "/"]
    carrying = sorted(role for role, held in _roles.get().permissions.items() if permission in held)
    statement = (
        select(AssignmentRow.person_id)
        .where(
            AssignmentRow.role.in_(carrying),
            AssignmentRow.scope_kind.in_((ScopeKind.GRID, ScopeKind.CENTRE)),
            AssignmentRow.scope_path.in_(paths),
            _valid,
        )
        .order_by(func.length(AssignmentRow.scope_path).desc(), AssignmentRow.person_id)
    )
    return list(dict.fromkeys(db.session.scalars(statement, {"now": at or clock.now()})))


def holders_in(
    scope_kind: ScopeKind, scope_codes: Sequence[str], *permissions: StrEnum, at: datetime | None = None
) -> list[tuple[UUID, str]]:
    """Return who holds a role with all these permissions in these very scopes now or then: person and scope code."""
    carrying = sorted(role for role, held in _roles.get().permissions.items() if held.issuperset(permissions))
    if not scope_codes or not carrying:
        return []
    statement = (
        select(AssignmentRow.person_id, AssignmentRow.scope_code)
        .join(PersonRow, PersonRow.id == AssignmentRow.person_id)
        .where(
            PersonRow.active,
            AssignmentRow.scope_kind == scope_kind,
            AssignmentRow.scope_code.in_(scope_codes),
            AssignmentRow.role.in_(carrying),
            _valid,
        )
        .order_by(AssignmentRow.scope_code, AssignmentRow.person_id)
        .distinct()
    )
    return [(row.person_id, row.scope_code) for row in db.session.execute(statement, {"now": at or clock.now()})]


def holders_of(role: str, codes: Mapping[ScopeKind, Sequence[str]]) -> list[UUID]:
    """Return who holds a role now in these very scopes, of the kind in which it is held; nobody for an unknown one."""
    kind = scope_kind_of(role)
    row = AssignmentRow
    held = (row.role == role, row.scope_kind == kind, row.scope_code.in_(codes.get(kind, ()) if kind else ()), _valid)
    statement = select(row.person_id).join(PersonRow, PersonRow.id == row.person_id).where(PersonRow.active, *held)
    ordered = statement.order_by(row.person_id).distinct()
    return list(db.session.scalars(ordered, {"now": clock.now()})) if kind else []


def away(person_ids: Collection[UUID]) -> frozenset[UUID]:
    """Return who of these people is on leave now. Few are at a time: they are read, and not asked about by name."""
    now = clock.now()
    absent = db.session.scalars(select(Absence.person_id).where(Absence.since <= now, Absence.until > now))
    return frozenset(absent).intersection(person_ids)


def away_since(person_ids: Collection[UUID], at: datetime | None = None) -> Mapping[UUID, datetime]:
    """Return since when those of these people who are on leave at a time, by default now, are so."""
    now = at or clock.now()
    columns = (Absence.person_id, func.min(Absence.since))
    absent = select(*columns).where(Absence.since <= now, Absence.until > now).group_by(Absence.person_id)
    return {each: since for each, since in db.session.execute(absent) if each in person_ids}


def away_within(since: datetime, until: datetime) -> set[UUID]:
    """Return who is on leave at some moment of a time, at least at its beginning."""
    overlaps = (or_(Absence.since <= since, Absence.since < until), Absence.until > since)
    return set(db.session.scalars(select(Absence.person_id).where(*overlaps).distinct()))


def gone(person_id: InstrumentedAttribute[Any], since: InstrumentedAttribute[datetime]) -> ColumnElement[bool]:
    """Return the condition that somebody is not here now, or holds less than then."""
    row, now = AssignmentRow, clock.now()
    active = exists().where(PersonRow.id == person_id, PersonRow.active)
    away = exists().where(Absence.person_id == person_id, Absence.since <= now, Absence.until > now)
    ended = exists().where(row.person_id == person_id, row.valid_to > since, row.valid_to <= now)
    return or_(~active, away, ended)


def lacks(person_id: InstrumentedAttribute[Any], *permissions: StrEnum) -> ColumnElement[bool]:
    """Return the condition that somebody holds not all of these permissions now."""
    row, now, roles_ = AssignmentRow, clock.now(), roles().permissions.items()
    running = (row.person_id == person_id, row.valid_from <= now, row.valid_to.is_(None) | (row.valid_to > now))
    carrying = (sorted(role for role, held in roles_ if one in held) for one in permissions)
    return or_(*(~exists().where(*running, row.role.in_(roles_of_it)) for roles_of_it in carrying))


def names(person_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of people by id, in one statement."""
    if not person_ids:
        return {}
    return dict(db.session.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(person_ids))).all())


def matching(text: str, asker: Person, permission: StrEnum, limit: int = 20) -> list[PersonName]:
    """Return active people whose account is this text or whose name holds it, by name; at most so many.

    By name only people of the ground in which the asker holds the permission: elsewhere one has to know the account.
    """
    here = managed(ground_of(asker, permission))
    named = and_(PersonRow.name.contains(text, autoescape=True), here)
    statement = (
        select(PersonRow.id, PersonRow.username, PersonRow.name)
        .where(PersonRow.active, or_(PersonRow.username == text.lower(), named))
        .order_by(PersonRow.name != text, PersonRow.name, PersonRow.username)  # a whole name before a part of one
        .limit(limit)
    )
    return [PersonName(**row._mapping) for row in db.session.execute(statement)]


def sessions(person_id: UUID | None) -> Sequence[SessionRow]:
    """Return the devices on which a person is signed in, the newest use first."""
    alive = (
        select(SessionRow)
        .where(
            SessionRow.person_id == person_id,
            SessionRow.ended_at.is_(None),
            SessionRow.refresh_expires_at > clock.now(),
            or_(SessionRow.used_at.is_(None), SessionRow.used_at > clock.now() - idle_limit()),
        )
        .order_by(SessionRow.last_seen_at.desc(), SessionRow.id)
        .limit(200)
    )
    return db.session.scalars(alive).all()


def permissions_of(held: Iterable[Assignment]) -> frozenset[str]:
    """Return all that some assignments allow together."""
    return frozenset().union(*(each.permissions for each in held))


def grids_served(person: Person) -> list[str]:
    """Return the codes of the grids proper (not villages, not micro-grids) in which a person holds a role."""
    return sorted({one.scope_code for one in _held_in_grids(person)})


def paths_served(person: Person, permission: StrEnum) -> list[str]:
    """Return the paths of those grids in which a person may do something."""
    return sorted({one.scope_path for one in _held_in_grids(person) if permission in one.permissions})


def _held_in_grids(person: Person) -> Iterator[Assignment]:
    held = (one for one in person.assignments if one.scope_kind == ScopeKind.GRID)
    return (one for one in held if one.scope_path.count("/") == GRID_DEPTH)


def by_username(username: str) -> Person | None:
    """Return who has an account that is in use under this name."""
    named = select(PersonRow.id).where(PersonRow.username == username.strip().lower())
    person_id = db.session.scalar(named)
    return next(iter(people([person_id])), None) if person_id else None


def account(person_id: UUID | None) -> PersonRow:
    """Return a person's row. Raises NoResultFound."""
    return db.session.execute(select(PersonRow).where(PersonRow.id == person_id)).scalar_one()


def _assignments(rows: Sequence[Row[Any]]) -> tuple[Assignment, ...]:
    permissions, nothing = _roles.get().permissions, frozenset[str]()
    return tuple(
        Assignment(
            row.role, ScopeKind.of(row.scope_kind), row.scope_code, row.scope_path, permissions.get(row.role, nothing)
        )
        for row in rows
        if row.role is not None
    )
