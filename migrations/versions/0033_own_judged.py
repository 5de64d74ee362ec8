"""Mark cases in which somebody judged the work of his own department, by a decision of the county: they are audited."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("own_judged", sa.Boolean(), nullable=True))


def downgrade() -> None:
    op.drop_column("cases", "own_judged")
