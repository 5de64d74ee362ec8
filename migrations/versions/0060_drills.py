"""Mark rounds, cases and campaigns that are drills: they run through everything, and no statistic counts them.

Rounds of earlier drills stay unmarked: what phones found on them was sent as no drill, and is to be known again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

TABLES = ("rounds", "cases", "campaigns")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("drill", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_column(table, "drill")
