"""Keep which of several senders was asked for more time; of what is asked already, an older version has not noted it."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_tickets", sa.Column("asked_of", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("case_tickets", "asked_of")
