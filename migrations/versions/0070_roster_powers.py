"""Let leaders and supervisors read the roster, township leaders enter leave, and name who holds an enforcing post."""

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None

READ, LEAVE, ENFORCING = "grid:roster:read", "grid:leave:enter", "enforcement:post:hold"
LIKE = {  # who may do the one may do the other from now on
    "grid:roster:manage": (READ,),
    "case:step:whistle": (READ, LEAVE),
    "case:step:spot_check": (READ,),
    "case:step:decide_further_deferral": (READ,),
}
POSTS = ("enforcement_head", "enforcement_officer")
MANAGING = {"grid:roster:manage", "identity:people:manage"}  # who holds both has entered leave of others before
roles = sa.table("roles", sa.column("code"))
held = sa.table("role_permissions", *map(sa.column, ("role", "permission")))
revisions = sa.table("revisions", *map(sa.column, ("what", "number")))


def upgrade() -> None:
    connection = op.get_bind()
    standing = {tuple(row) for row in connection.execute(sa.select(held.c.role, held.c.permission))}
    pairs = {(role, fresh) for role, permission in standing for fresh in LIKE.get(permission, ())}
    known = set(connection.execute(sa.select(roles.c.code)).scalars())
    pairs |= {(role, ENFORCING) for role in POSTS if role in known}
    pairs |= {(role, LEAVE) for role in known if all((role, one) in standing for one in MANAGING)}
    for role, permission in sorted(pairs - standing):
        connection.execute(sa.insert(held).values(role=role, permission=permission))
    _raise_revision(connection)


def downgrade() -> None:
    connection = op.get_bind()
    connection.execute(sa.delete(held).where(held.c.permission.in_((READ, LEAVE, ENFORCING))))
    _raise_revision(connection)


def _raise_revision(connection: sa.Connection) -> None:
    """Let processes that keep the roles read them anew."""
    connection.execute(sa.update(revisions).where(revisions.c.what == "roles").values(number=revisions.c.number + 1))
