"""Plan when each running clock's lateness is told one step higher, so that a sweep reads only what is owed."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_clocks", sa.Column("raised", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("case_clocks", sa.Column("raise_at", sa.DateTime(timezone=True), nullable=True))
    running = "stopped_at IS NULL AND paused_at IS NULL"
    _index("ix_case_clocks_raise", "raise_at", f"{running} AND raise_at IS NOT NULL")
    _index("ix_case_clocks_unplanned", "due_at", f"{running} AND raise_at IS NULL")


def downgrade() -> None:
    for name in ("ix_case_clocks_unplanned", "ix_case_clocks_raise"):
        op.drop_index(name, table_name="case_clocks")
    op.drop_column("case_clocks", "raise_at")
    op.drop_column("case_clocks", "raised")


def _index(name: str, column: str, condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, "case_clocks", [column], sqlite_where=where, postgresql_where=where)
