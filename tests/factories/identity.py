"""People, what they hold, and their sessions, made straight in the database."""

from datetime import timedelta
from itertools import count
from uuid import UUID, uuid4

from app.core import clock, revisions
from app.core.db import db
from app.core.permissions import Permission
from app.core.transaction import transaction
from app.identity import passwords, sessions, staff_telephones, tokens
from app.identity.models import AssignmentRow, PersonRow, Role, RolePermission

PASSWORD = "correct-horse-7"
_numbers = count(1)


def role(code="tester", *, name="测试角色", permissions=tuple(Permission), scope_kind="grid"):
    """A role, by default one that may do everything on the list; made again with other permissions it changes."""
    with transaction() as session:
        session.merge(Role(code=code, name=name, name_en=code, scope_kind=scope_kind))
        session.flush()
        session.query(RolePermission).filter_by(role=code).delete()
        session.add_all(RolePermission(role=code, permission=str(one)) for one in permissions)
        revisions.raise_("roles")
    return code


def person(
    *,
    username=None,
    name="张三",
    password=PASSWORD,
    phone=None,
    active=True,
    must_change_password=False,
    person_id=None,
):
    """A person without any assignment; return their row."""
    row = PersonRow(
        id=person_id or uuid4(),
        username=username or f"person{next(_numbers)}",
        name=name,
        password_hash=passwords.hash_password(password),
        must_change_password=must_change_password,
        active=active,
        created_at=clock.now(),
    )
    staff_telephones.keep(row, phone)
    with transaction() as session:
        session.add(row)
    return row


def assignment(
    of=None, *, role="tester", scope_kind="grid", scope_code="141025", scope_path=None, valid_from=None, valid_to=None
):
    """A role held by a person (row or id; a new one by default), in the whole county by default; return its row.

    The role must exist: make it with `role(…)` or load the seed.
    """
    if scope_path is None:
        scope_path = "" if scope_kind == "department" else f"{scope_code}/"
    owner = of if of is not None else person()
    row = AssignmentRow(
        id=uuid4(),
        person_id=owner if isinstance(owner, UUID) else owner.id,
        role=role,
        scope_kind=scope_kind,
        scope_code=scope_code,
        scope_path=scope_path,
        valid_from=valid_from or clock.now() - timedelta(days=1),
        valid_to=valid_to,
    )
    with transaction() as session:
        session.add(row)
    return row


def token_for(of, device="测试手机"):
    """An access token of a new session of a person (row or id); no password is hashed."""
    with transaction():
        opened = sessions.open_session(of if isinstance(of, UUID) else of.id, device, tokens.digest(tokens.new()))
    return opened.access_token


def bearer(token):
    """The headers that present a token."""
    return {"Authorization": f"Bearer {token}"}


def acting(role_code="tester", *, permissions=None, **where):
    """Headers of a new person who holds one role; with `permissions` the role is made first."""
    if permissions is not None or db.session.get(Role, role_code) is None:
        role(role_code, permissions=tuple(Permission) if permissions is None else permissions)
    someone = person()
    assignment(someone, role=role_code, **where)
    return bearer(token_for(someone))
