"""Keep to when a sender was asked for more time; of what is asked already, the step alone says it."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_tickets", sa.Column("asked_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("case_tickets", "asked_until")
