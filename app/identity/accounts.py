"""What administrators do with the accounts they manage; each takes effect with the person's next request."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.audit.tags import SubjectKind, Tag
from app.core import clock, events
from app.core.db import db
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.permissions import Permission, Person, ScopeKind
from app.identity import (
    powers,
    queries,
    register,
    scopes,
    second_factor,
    service,
    sessions,
    staff_telephones,
)
from app.identity.bounds import ground_of, is_root, lasting
from app.identity.events import HoldsLess, IsBack
from app.identity.models import Absence, AssignmentRow, PersonRow

LASTING = (Permission.PEOPLE_MANAGE, Permission.ROLE_GRANT)  # without these for the whole nobody could mend anything


class BeyondGround(Forbidden):
    """超出您的管理范围，请由上一级管理员办理。"""

    code = "beyond_ground"
    en = "This is beyond your ground: ask an administrator above."


class RoleHeldAlready(Conflict):
    """已经在该处担任这个角色，不用再给。"""

    code = "role_held_already"
    en = "They hold this role here already."


class OwnAccount(Conflict):
    """不能关闭或重置自己的账号，请由另一位管理员办理；修改自己的密码请到“我的账号”。"""

    code = "own_account"
    en = "You cannot close or reset your own account; your own password is changed under “My account”."


class LastAdministrator(Conflict):
    """这样一来就没有人能管理人员或授予角色了。请先让另一个人在最上级长期担任管理员。"""

    code = "last_administrator"
    en = "Then nobody could manage people or grant roles any more: first let somebody else do so for the whole."


class OwnAdministration(Conflict):
    """不能结束自己在最上级的最后一个管理员任职，请由另一位管理员办理。"""

    code = "own_administration"
    en = "You cannot end your own last administration of the whole: ask another administrator."


class OwnGrant(Forbidden):
    """三权分立时不能给自己授予角色，请由另一位安全管理员办理。"""

    code = "own_grant"
    en = "Where the powers are held apart nobody grants roles to themselves: ask another security administrator."


class AbsenceTooShort(Invalid):
    """请假的最后一天不能早于第一天，也不能早于今天。"""

    code = "absence_too_short"
    en = "The last day must not be before the first day or today."


def hire(
    username: str,
    name: str,
    *,
    phone: str | None,
    role: str | None = None,
    scope_code: str = "",
    password_hash: str,
    person_id: UUID,
    by: Person,
) -> PersonRow:
    """Make an account that holds its first role, if one is named, from now on.

    Raises UsernameTaken, RoleUnknown, BeyondGround.
    """
    kind = _kind_of(role, scope_code, by) if role else None
    row = service.create_person(username, name, password_hash=password_hash, phone=phone, person_id=person_id, by=by)
    if role:
        service.assign(row.id, role, kind, scope_code, by=by)
    return row


def give(
    person_id: UUID, role: str, scope_code: str, valid_from: datetime | None, valid_to: datetime | None, *, by: Person
) -> None:
    """Let a person hold a role. Raises NotFound, OwnGrant, RoleUnknown, BeyondGround, RoleHeldAlready."""
    register.one(person_id, by, Permission.ROLE_GRANT)
    if powers.own_grant(person_id, by):
        raise OwnGrant
    kind = _kind_of(role, scope_code, by)
    row, start = AssignmentRow, valid_from or clock.now()
    same = (row.person_id == person_id, row.role == role, row.scope_kind == kind, row.scope_code == scope_code)
    overlaps = [row.valid_to.is_(None) | (row.valid_to > start), lasting()]
    overlaps += [row.valid_from < valid_to] if valid_to else []
    if db.session.scalar(select(row.id).where(*same, *overlaps).limit(1)):
        raise RoleHeldAlready
    service.assign(person_id, role, kind, scope_code, valid_from=valid_from, valid_to=valid_to, by=by)


def end(person_id: UUID, assignment_id: UUID, *, by: Person) -> None:
    """End a role now. Raises NotFound, OwnAdministration, LastAdministrator."""
    register.one(person_id, by, Permission.ROLE_GRANT)
    row = db.session.get(AssignmentRow, assignment_id)
    if row is None or row.person_id != person_id or (row.valid_to is not None and row.valid_to <= clock.now()):
        raise NotFound
    for administrators in map(_administrators, LASTING):
        left = [one for one in administrators if one is not row]
        if len(left) == len(administrators):
            continue
        if person_id == by.person_id and all(one.person_id != person_id for one in left):
            raise OwnAdministration
        _check_left(left)
    service.end_assignment(assignment_id, by=by)


def describe(person_id: UUID, name: str, phone: str | None, *, by: Person) -> None:
    """Change a person's name or phone. Raises NotFound, KeyMissing."""
    row = register.one(person_id, by, Permission.PEOPLE_MANAGE)
    pairs = (("name", row.name, name), ("phone", staff_telephones.of(row), phone))
    changed = [what for what, old, new in pairs if old != new]
    row.name = name
    if "phone" in changed:
        staff_telephones.keep(row, phone)
    if changed:
        audit.record(
            Tag.PERSON_CHANGED, person_id=by.person_id, subject=(SubjectKind.PERSON, person_id), changed=changed
        )


def reset_password(person_id: UUID, *, by: Person) -> str:
    """Return a one-time code in place of a person's password; end all sessions. Raises NotFound, OwnAccount."""
    _not_own(register.one(person_id, by, Permission.ACCESS_RESET), by)
    return service.give_code(person_id, by=by)


def reset_second_factor(person_id: UUID, *, by: Person) -> None:
    """Take a person's second factor away, to be set up anew; end all sessions. Raises NotFound, OwnAccount."""
    _not_own(register.one(person_id, by, Permission.ACCESS_RESET), by)
    second_factor.drop(person_id, by=by)


def close(person_id: UUID, *, by: Person) -> None:
    """Close an account. Raises NotFound, OwnAccount, LastAdministrator."""
    _not_own(register.one(person_id, by, Permission.PEOPLE_MANAGE), by)
    for administrators in map(_administrators, LASTING):
        left = [one for one in administrators if one.person_id != person_id]
        if len(left) < len(administrators):
            _check_left(left)
    service.close_account(person_id, by=by)


def reopen(person_id: UUID, *, by: Person) -> None:
    """Let a person sign in again, with the password they had and what they still hold. Raises NotFound."""
    register.one(person_id, by, Permission.PEOPLE_MANAGE)
    service.reopen_account(person_id, by=by)


def sign_out(person_id: UUID, *, by: Person) -> None:
    """End all sessions of a person, but the one that asks. Raises NotFound."""
    register.one(person_id, by, Permission.ACCESS_RESET)
    ended = sessions.revoke_all(person_id, but=by.session_id)
    audit.record(Tag.SESSION_REVOKED, person_id=by.person_id, subject=(SubjectKind.PERSON, person_id), sessions=ended)


def enter_absence(
    person_id: UUID, since: datetime, until: datetime, *, by: Person, serves_theirs: bool = False
) -> None:
    """Let nobody name a person meanwhile; the same beginning again moves the end. Everybody enters their own.

    `serves_theirs`: they serve a grid on the ground where this person enters leave, as a later room has seen.
    Raises NotFound, AbsenceTooShort.
    """
    _absence_of(person_id, by, serves_theirs)
    if until <= max(since, clock.now()):
        raise AbsenceTooShort
    row = db.session.get(Absence, (person_id, since))
    if row:
        row.until = until
    else:
        db.session.add(Absence(person_id=person_id, since=since, until=until))
    if since <= clock.now():
        events.publish(HoldsLess(person_id))
    audit.record(Tag.ABSENCE_ENTERED, person_id=by.person_id, subject=(SubjectKind.PERSON, person_id))


def take_back_absence(person_id: UUID, since: datetime, *, by: Person, serves_theirs: bool = False) -> None:
    """Let a person be there again from now on; an absence still to come is as if never entered. Raises NotFound."""
    _absence_of(person_id, by, serves_theirs)
    row, now = db.session.get(Absence, (person_id, since)), clock.now()
    if row is None or row.until <= now:
        raise NotFound
    back = IsBack(person_id, row.since, row.until)
    if row.since < now:
        row.until = now
    else:
        db.session.delete(row)
    events.publish(back)
    audit.record(Tag.ABSENCE_TAKEN_BACK, person_id=by.person_id, subject=(SubjectKind.PERSON, person_id))


def _absence_of(person_id: UUID, by: Person, serves_theirs: bool) -> None:
    """Let everybody see to their own leave, and to that of those whom they manage or whose leave they enter."""
    if person_id == by.person_id or serves_theirs:
        return
    try:
        register.one(person_id, by, Permission.PEOPLE_MANAGE)
    except NotFound:
        register.one(person_id, by, Permission.GRID_LEAVE)


def _kind_of(role: str, scope_code: str, by: Person) -> ScopeKind:
    """Return the kind of scope a role is held in; raise RoleUnknown or BeyondGround."""
    kind = queries.roles().scope_kinds.get(role)
    if kind is None:
        raise service.RoleUnknown.at("role", service.CHOOSE_ROLE)
    if not ground_of(by, Permission.ROLE_GRANT).holds(scopes.scope(kind, scope_code)):
        raise BeyondGround.at("scope", BeyondGround.text)
    return kind


def _not_own(row: PersonRow, by: Person) -> None:
    if row.id == by.person_id:
        raise OwnAccount


def _check_left(left: list[AssignmentRow]) -> None:
    """Let somebody be left who manages everything without end; raise LastAdministrator."""
    if all(one.valid_to for one in left):
        raise LastAdministrator


def _administrators(power: Permission) -> list[AssignmentRow]:
    """Return the assignments by which active people hold a power over everything now.

    The rows are taken: of two administrators who remove each other at once, the second finds what the first has left.
    """
    row, now = AssignmentRow, clock.now()
    carrying = [role for role, held in queries.roles().permissions.items() if power in held]
    running = (row.valid_from <= now, row.valid_to.is_(None) | (row.valid_to > now))
    wanted = select(row).where(row.role.in_(carrying), *running).order_by(row.id).with_for_update()
    rows = db.session.scalars(wanted.execution_options(populate_existing=True)).all()
    everywhere = [one for one in rows if is_root(one.scope_path)]
    people = [one.person_id for one in everywhere]
    active = set(db.session.scalars(select(PersonRow.id).where(PersonRow.id.in_(people), PersonRow.active)))
    return [one for one in everywhere if one.person_id in active]
