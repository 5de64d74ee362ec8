"""Keep when a closing is followed up next (跟踪回访), and how often it was."""

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("follow_up_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("cases", sa.Column("follow_ups", sa.Integer(), nullable=False, server_default="0"))
    waiting = sa.text("follow_up_at IS NOT NULL")
    columns = ["follow_up_at", "case_id"]
    op.create_index("ix_cases_follow_up", "cases", columns, sqlite_where=waiting, postgresql_where=waiting)


def downgrade() -> None:
    op.drop_index("ix_cases_follow_up", table_name="cases")
    op.drop_column("cases", "follow_ups")
    op.drop_column("cases", "follow_up_at")
