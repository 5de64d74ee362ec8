"""Count how often somebody asks for something within a minute."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    what = sa.String(40).with_variant(sa.String(40, collation="C"), "postgresql")
    op.create_table(
        "rate_counts",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("what", what, nullable=False),
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "what", name=op.f("pk_rate_counts")),
    )


def downgrade() -> None:
    op.drop_table("rate_counts")
