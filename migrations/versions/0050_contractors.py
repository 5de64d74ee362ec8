"""Find which firms still owe something without reading every task that ever was."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    where = sa.text("contractor IS NOT NULL")
    columns = ["contractor", "state"]
    op.create_index("ix_case_tasks_contractor", "case_tasks", columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_index("ix_case_tasks_contractor", table_name="case_tasks")
