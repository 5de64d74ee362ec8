"""Keep in the row of a milestone whether it was reached, and find milestones without reading other clocks."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_clocks", sa.Column("reached", sa.Boolean(), nullable=True))
    where = sa.text("milestone IS NOT NULL")
    op.create_index(
        "ix_case_clocks_milestones",
        "case_clocks",
        ["due_at", "case_id", "clock"],
        sqlite_where=where,
        postgresql_where=where,
    )


def downgrade() -> None:
    op.drop_index("ix_case_clocks_milestones", table_name="case_clocks")
    op.drop_column("case_clocks", "reached")
