"""Keep where on a round what must be answered was left open (漏填): at a stop, and at how many of a round."""

import sqlalchemy as sa
from alembic import op

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("round_stops", sa.Column("answers_open", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("rounds", sa.Column("answers_open", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("rounds", "answers_open")
    op.drop_column("round_stops", "answers_open")
