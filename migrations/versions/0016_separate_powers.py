"""Let the powers of administration be held apart; who held them together keeps them."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

FORMER = "identity:people:manage"  # what it allowed is four permissions now, and held by whoever held it
FRESH = ("identity:access:reset", "identity:people:read", "identity:role:grant", "identity:security:read")
ROLES = {
    "audit_administrator": ("审计管理员", "Audit administrator"),
    "security_administrator": ("安全管理员", "Security administrator"),
    "system_administrator": ("系统管理员（分立）", "System administrator (powers apart)"),
}
OWN = ("admin:page:read", "identity:own:manage", "notice:own:read")
PERMISSIONS = {
    "audit_administrator": (*OWN, "audit:entry:read"),
    "security_administrator": (*OWN, *FRESH, "identity:people:import"),
    "system_administrator": (
        *OWN,
        *("catalogue:version:import", "catalogue:version:read", "department:row:manage", "department:row:read"),
        *("grid:boundary:import", "grid:boundary:read", "grid:roster:manage"),
        *("identity:people:import", "identity:people:manage", "identity:people:read"),
    ),
}

roles = sa.table("roles", *map(sa.column, ("code", "name", "name_en", "scope_kind")))
held = sa.table("role_permissions", *map(sa.column, ("role", "permission")))
assignments = sa.table("assignments", sa.column("role"))
revisions = sa.table("revisions", *map(sa.column, ("what", "number")))


def upgrade() -> None:
    connection = op.get_bind()
    known = set(connection.scalars(sa.select(roles.c.code)))
    if not known:
        return  # an empty installation loads its roles from the file
    standing = {tuple(row) for row in connection.execute(sa.select(held.c.role, held.c.permission))}
    former = {role for role, permission in standing if permission == FORMER} - ROLES.keys()
    pairs = {(role, permission) for role in former for permission in FRESH}
    pairs |= {(code, permission) for code in ROLES for permission in PERMISSIONS[code]}
    for code, (zh, en) in ROLES.items():
        if code not in known:
            connection.execute(sa.insert(roles).values(code=code, name=zh, name_en=en, scope_kind="grid"))
    for role, permission in sorted(pairs - standing):
        connection.execute(sa.insert(held).values(role=role, permission=permission))
    _raise_revision(connection)


def downgrade() -> None:
    connection = op.get_bind()
    in_use = sa.select(assignments.c.role)
    gone = sa.select(roles.c.code).where(roles.c.code.in_(ROLES), roles.c.code.not_in(in_use))
    codes = connection.scalars(gone).all()
    connection.execute(sa.delete(held).where(held.c.role.in_(codes)))
    connection.execute(sa.delete(held).where(held.c.permission.in_(FRESH)))
    connection.execute(sa.delete(roles).where(roles.c.code.in_(codes)))
    _raise_revision(connection)


def _raise_revision(connection: sa.Connection) -> None:
    """Let processes that keep the roles read them anew."""
    raised = sa.update(revisions).where(revisions.c.what == "roles")
    connection.execute(raised.values(number=revisions.c.number + 1))
