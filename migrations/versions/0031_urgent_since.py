"""Keep since when a case is urgent, what its clocks were before, and whose time each counts.

Rows of before leave it open: their ends stand as they were counted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def code(length: int) -> sa.types.TypeEngine:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("cases", sa.Column("urgent_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("case_clocks", sa.Column("owner", code(60), nullable=True))
    op.add_column("case_clocks", sa.Column("ordinary_limit", code(40), nullable=True))
    op.add_column("case_clocks", sa.Column("ordinary_extended_to", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for name in ("ordinary_extended_to", "ordinary_limit", "owner"):
        op.drop_column("case_clocks", name)
    op.drop_column("cases", "urgent_since")
