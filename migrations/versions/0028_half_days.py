"""Let a limit be half a working day: beside the whole days of a clock stands whether half a day comes on top."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_clocks", sa.Column("half", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("case_clocks", "half")
