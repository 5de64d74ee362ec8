"""Keep with a verification or check how far from the case it was done, and what speaks against it."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_tasks", sa.Column("spot", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column("case_tasks", "spot")
