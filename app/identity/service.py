"""Write people, what they hold, and what roles may do."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import yaml
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.audit import service as audit
from app.audit.tags import SubjectKind, Tag
from app.core import clock, events, revisions
from app.core.db import db, insert_rows
from app.core.errors import Conflict, Invalid, NotFound
from app.core.permissions import SYSTEM, Permission, Person, ScopeKind
from app.identity import codes, queries, scopes, sessions, staff_telephones
from app.identity.events import AccountClosed, HoldsLess
from app.identity.models import AssignmentRow, PersonRow, Role, RolePermission
from workflows.words import Words, listed

CHOOSE_ROLE = Words("请选择角色。", "Choose a role.")
_NOT_KNOWN = Words("角色文件中有系统不认识的权限：{}。", "The file of roles has permissions that are not known: {}.")


class UsernameTaken(Conflict):
    """这个账号已有人使用，请换一个。"""

    code = "username_taken"
    en = "Somebody has this user name already: choose another."


class RoleUnknown(Invalid):
    """没有这个角色，请核对角色代码。"""

    code = "role_unknown"
    en = "There is no such role: check its code."


class RoleElsewhere(Invalid):
    """这个角色不能在这种范围内担任。"""

    code = "role_elsewhere"
    en = "This role cannot be held there."


class PermissionUnknown(Invalid):
    """角色文件中有系统不认识的权限。"""

    code = "permission_unknown"
    en = "The file of roles names permissions that the system does not know."


def create_person(
    username: str,
    name: str,
    *,
    password_hash: str,
    phone: str | None = None,
    must_change_password: bool = True,
    person_id: UUID | None = None,
    by: Person = SYSTEM,
) -> PersonRow:
    """Make an account; the hash is made before the transaction (`passwords.hash_password`). Raises UsernameTaken."""
    row = account(username, name, password_hash=password_hash, phone=phone, person_id=person_id)
    row.must_change_password = must_change_password
    if db.session.scalar(select(PersonRow.id).where(PersonRow.username == row.username)):
        raise UsernameTaken
    db.session.add(row)
    try:
        db.session.flush()  # the database refuses a username taken meanwhile; assignments point at the row
    except IntegrityError as error:
        raise UsernameTaken from error
    audit.record(Tag.PERSON_CREATED, person_id=by.person_id, subject=(SubjectKind.PERSON, row.id))
    return row


def account(
    username: str, name: str, *, password_hash: str, phone: str | None = None, person_id: UUID | None = None
) -> PersonRow:
    """Return an account to be made, whose password must be changed."""
    row = PersonRow(
        id=person_id or uuid4(),
        username=username.strip().lower(),
        name=name,
        password_hash=password_hash,
        must_change_password=True,
        active=True,
        created_at=clock.now(),
    )
    staff_telephones.keep(row, phone)
    return row


def create_people(people: Sequence[PersonRow], assignments: Sequence[AssignmentRow], *, by: Person = SYSTEM) -> None:
    """Make many accounts, and let people hold what they are to hold. Raises UsernameTaken."""
    try:
        insert_rows(people)
    except IntegrityError as error:
        raise UsernameTaken from error
    insert_rows(assignments)
    for person in people:
        audit.record(Tag.PERSON_CREATED, person_id=by.person_id, subject=(SubjectKind.PERSON, person.id))
    for row in assignments:
        _record_assignment(row, by)


def assign(
    person_id: UUID,
    role: str,
    scope_kind: ScopeKind | None,
    scope_code: str,
    *,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
    by: Person = SYSTEM,
) -> AssignmentRow:
    """Let a person hold a role in a scope, from now unless said otherwise. Raises what `assignment` raises."""
    row = assignment(person_id, role, scope_kind, scope_code, valid_from=valid_from, valid_to=valid_to)
    db.session.add(row)
    _record_assignment(row, by)
    return row


Look = Callable[[UUID], None]
Barred = Callable[[Collection[UUID]], Mapping[UUID, Words]]
_of_enforcing: list[Look] = []
_barred: list[Barred] = []


def look_at_enforcing_with(look: Look, barred: Barred) -> None:
    """Let a later room refuse somebody an enforcing post, and say of many at once whom it would refuse one."""
    if look not in _of_enforcing:
        _of_enforcing.append(look)
        _barred.append(barred)


def barred_from_enforcing(person_ids: Collection[UUID]) -> Mapping[UUID, Words]:
    """Return which of these people would be refused an enforcing post, and why."""
    return {person_id: why for barred in _barred for person_id, why in barred(person_ids).items()}


def assignment(
    person_id: UUID,
    role: str,
    scope_kind: ScopeKind | None,
    scope_code: str,
    *,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
) -> AssignmentRow:
    """Return what a person is to hold.

    Raises RoleUnknown, ScopeUnknown, RoleElsewhere for a role that is held in another kind of scope, and what a later
    room has against an enforcing post of this person.
    """
    known = queries.roles()
    if role not in known.names:
        raise RoleUnknown(Words("没有代码为“{}”的角色。", "There is no role with the code “{}”.").format(role))
    kind = known.scope_kinds[role]
    if kind != scope_kind:
        raise RoleElsewhere(
            Words("“{}”的范围类型应为{}。", "“{}” is held in another kind of scope: {}.").format(
                known.names[role], kind.words
            )
        )
    if Permission.ENFORCEMENT_POST in known.permissions[role]:
        for look in _of_enforcing:
            look(person_id)
    return AssignmentRow(
        id=uuid4(),
        person_id=person_id,
        role=role,
        scope_kind=kind,
        scope_code=scope_code,
        scope_path=scopes.path_of(kind, scope_code),
        valid_from=valid_from or clock.now(),
        valid_to=valid_to,
    )


def _record_assignment(row: AssignmentRow, by: Person) -> None:
    about = {"role": row.role, "scope": f"{row.scope_kind}:{row.scope_code}"}
    audit.record(Tag.ASSIGNMENT_MADE, person_id=by.person_id, subject=(SubjectKind.PERSON, row.person_id), **about)


def end_assignment(assignment_id: UUID, *, by: Person = SYSTEM) -> None:
    """End an assignment now; what it allowed is refused from the next request on. Raises NotFound."""
    row = db.session.get(AssignmentRow, assignment_id)
    if row is None:
        raise NotFound
    row.valid_to = max(clock.now(), row.valid_from)
    events.publish(HoldsLess(row.person_id))
    audit.record(
        Tag.ASSIGNMENT_ENDED, person_id=by.person_id, subject=(SubjectKind.PERSON, row.person_id), role=row.role
    )


def close_account(person_id: UUID, *, by: Person = SYSTEM) -> None:
    """Let a person no longer sign in and end all their sessions; their name stays beside what they did."""
    row = queries.account(person_id)
    row.active, row.closed_at = False, clock.now()
    ended = sessions.revoke_all(person_id)
    events.publish(AccountClosed(person_id))
    events.publish(HoldsLess(person_id))
    audit.record(Tag.PERSON_CLOSED, person_id=by.person_id, subject=(SubjectKind.PERSON, person_id), sessions=ended)


def reopen_account(person_id: UUID, *, by: Person = SYSTEM) -> None:
    """Let a person sign in again."""
    row = queries.account(person_id)
    row.active, row.closed_at = True, None
    audit.record(Tag.PERSON_REOPENED, person_id=by.person_id, subject=(SubjectKind.PERSON, person_id))


def change_password(
    person_id: UUID, password_hash: str, *, must_change: bool, by: Person = SYSTEM, keep_session: UUID | None = None
) -> None:
    """Set a password and end every session but one: whoever knew the old one is out."""
    row = queries.account(person_id)
    row.password_hash, row.must_change_password = password_hash, must_change
    codes.revoke(person_id)
    ended = sessions.revoke_all(person_id, but=keep_session)
    audit.record(Tag.PASSWORD_CHANGED, person_id=by.person_id, subject=(SubjectKind.PERSON, person_id), sessions=ended)


def give_code(person_id: UUID, *, by: Person = SYSTEM) -> str:
    """Return a one-time code that stands for the password from now on, and end every session."""
    code = codes.give(person_id)
    queries.account(person_id).must_change_password = True
    ended = sessions.revoke_all(person_id)
    audit.record(
        Tag.SIGN_IN_CODE_GIVEN, person_id=by.person_id, subject=(SubjectKind.PERSON, person_id), sessions=ended
    )
    return code


def rewrite_scope_paths(old: str, new: str) -> None:
    """Move all scopes below a path to where the grid lies now; both paths end in a slash."""
    path = AssignmentRow.scope_path
    below = (path >= old) & (path < old[:-1] + "0")  # "0" follows "/"
    moved = update(AssignmentRow).where(below).values(scope_path=new + func.substr(path, len(old) + 1))
    db.session.execute(moved.execution_options(synchronize_session="fetch"))


def load_roles(path: Path, also_known: Collection[str] = ()) -> int:
    """Make roles and their permissions equal to a file; return how many roles there are.

    `also_known` are the permissions of the machines' moves. Raises PermissionUnknown. A role that the file no longer
    names keeps its row, since assignments name it, but allows nothing.
    """
    entries: list[dict[str, Any]] = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)["roles"]
    pairs = [{"role": entry["code"], "permission": item} for entry in entries for item in entry["permissions"]]
    unknown = {pair["permission"] for pair in pairs} - {*map(str, Permission), *also_known}
    if unknown:
        raise PermissionUnknown(_NOT_KNOWN.format(listed(sorted(unknown))))
    for entry in entries:
        db.session.merge(Role(code=entry["code"], name=entry["zh"], name_en=entry["en"], scope_kind=entry["scope"]))
    db.session.flush()  # permissions point at the roles
    db.session.execute(delete(RolePermission))
    db.session.execute(insert(RolePermission), pairs)
    revisions.raise_("roles")
    audit.record(Tag.ROLES_LOADED, count=len(entries))
    return len(entries)
