"""Let a centre take back what it has handed down (收回交办): whoever may hand down may do that, too."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

LIKE, FRESH = "case:step:hand_down", "case:step:take_back"

held = sa.table("role_permissions", *map(sa.column, ("role", "permission")))
revisions = sa.table("revisions", *map(sa.column, ("what", "number")))


def upgrade() -> None:
    connection = op.get_bind()
    standing = {tuple(row) for row in connection.execute(sa.select(held.c.role, held.c.permission))}
    pairs = {(role, FRESH) for role, permission in standing if permission == LIKE}
    for role, permission in sorted(pairs - standing):
        connection.execute(sa.insert(held).values(role=role, permission=permission))
    _raise_revision(connection)


def downgrade() -> None:
    connection = op.get_bind()
    connection.execute(sa.delete(held).where(held.c.permission == FRESH))
    _raise_revision(connection)


def _raise_revision(connection: sa.Connection) -> None:
    """Let processes that keep the roles read them anew."""
    raised = sa.update(revisions).where(revisions.c.what == "roles")
    connection.execute(raised.values(number=revisions.c.number + 1))
