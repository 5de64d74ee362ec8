"""Find what people by name still owe without reading what they ever owed: whoever can do it no longer is replaced."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    owed = sa.text("department IS NULL AND state = 'sent'")
    op.create_index(
        "ix_case_tasks_named", "case_tasks", ["case_id", "task"], sqlite_where=owed, postgresql_where=owed
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_case_tasks_named", table_name="case_tasks")
