"""Let a department have a part of its task done within: by a section, a team or a contractor (内部派办)."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_tasks", sa.Column("parent", sa.Integer(), nullable=True))
    op.add_column("case_tasks", sa.Column("unit", sa.String(60), nullable=True))


def downgrade() -> None:
    op.drop_column("case_tasks", "unit")
    op.drop_column("case_tasks", "parent")
