"""Let a deferral be granted again by somebody above the centre: the role of the county's leader (分管县领导)."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

ROLE = "county_leader"
PERMISSIONS = (
    *("attachment:bytes:upload", "board:page:read", "case:row:read", "case:step:act", "case:step:attach"),
    *("case:step:comment", "case:step:copy", "case:step:decide_further_deferral"),
    *("catalogue:version:read", "department:row:read", "grid:boundary:read", "identity:own:manage", "notice:own:read"),
)

roles = sa.table("roles", *map(sa.column, ("code", "name", "name_en", "scope_kind")))
held = sa.table("role_permissions", *map(sa.column, ("role", "permission")))
assignments = sa.table("assignments", sa.column("role"))
revisions = sa.table("revisions", *map(sa.column, ("what", "number")))


def upgrade() -> None:
    connection = op.get_bind()
    known = set(connection.scalars(sa.select(roles.c.code)))
    if not known:
        return  # an empty installation loads its roles from the file
    if ROLE not in known:
        row = {"code": ROLE, "name": "分管县领导", "name_en": "County leader", "scope_kind": "grid"}
        connection.execute(sa.insert(roles).values(**row))
    standing = set(connection.scalars(sa.select(held.c.permission).where(held.c.role == ROLE)))
    for permission in sorted(set(PERMISSIONS) - standing):
        connection.execute(sa.insert(held).values(role=ROLE, permission=permission))
    _raise_revision(connection)


def downgrade() -> None:
    connection = op.get_bind()
    in_use = connection.scalar(sa.select(sa.func.count()).select_from(assignments).where(assignments.c.role == ROLE))
    if not in_use:
        connection.execute(sa.delete(held).where(held.c.role == ROLE))
        connection.execute(sa.delete(roles).where(roles.c.code == ROLE))
    _raise_revision(connection)


def _raise_revision(connection: sa.Connection) -> None:
    """Let processes that keep the roles read them anew."""
    raised = sa.update(revisions).where(revisions.c.what == "roles")
    connection.execute(raised.values(number=revisions.c.number + 1))
