"""Find the days on which cases were put off without reading other steps."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    where = sa.text("action = 'grant_deferral'")
    columns = ["counts_at", "case_id"]
    op.create_index("ix_case_steps_deferred", "case_steps", columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_index("ix_case_steps_deferred", table_name="case_steps")
