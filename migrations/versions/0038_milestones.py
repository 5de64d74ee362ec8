"""Give what has to be reached on the way a clock of its own: which milestone it is, and what is wanted."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_clocks", sa.Column("milestone", sa.Integer(), nullable=True))
    op.add_column("case_clocks", sa.Column("text", sa.String(200), nullable=True))


def downgrade() -> None:
    op.drop_column("case_clocks", "text")
    op.drop_column("case_clocks", "milestone")
