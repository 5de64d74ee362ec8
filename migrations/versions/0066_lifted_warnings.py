"""Keep until when the rounds of an ended warning were lifted: it is done some at a time."""

import sqlalchemy as sa
from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None

warnings = sa.table(
    "warnings",
    sa.column("ended_at", sa.DateTime(timezone=True)),
    sa.column("lifted_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    op.add_column("warnings", sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(sa.update(warnings).values(lifted_at=warnings.c.ended_at))  # whose end has lifted all at once
    owed = sa.text("ended_at IS NOT NULL AND lifted_at IS NULL")
    op.create_index("ix_warnings_to_lift", "warnings", ["ended_at"], sqlite_where=owed, postgresql_where=owed)


def downgrade() -> None:
    op.drop_index("ix_warnings_to_lift", table_name="warnings")
    op.drop_column("warnings", "lifted_at")
