"""Keep of what grade of risk a case is, where its class has grades."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

CODE = sa.String(10).with_variant(sa.String(10, collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("cases", sa.Column("colour", CODE, nullable=True))


def downgrade() -> None:
    op.drop_column("cases", "colour")
