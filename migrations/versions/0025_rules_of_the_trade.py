"""Remember who sent a task (whoever dispatched it does not handle it), and what was reported outside an admission."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("outside_admission", sa.Boolean(), nullable=True))
    op.add_column("case_tasks", sa.Column("sent_by", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("case_tasks", "sent_by")
    op.drop_column("cases", "outside_admission")
