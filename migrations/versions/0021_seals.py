"""Seal what is written once, and find the cases whose steps do not say yet all that stands in their rows."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def code(length: int) -> sa.types.TypeEngine:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "audit_seals",
        sa.Column("chain", code(24), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous", code(80), nullable=False),
        sa.Column("digest", code(80), nullable=False),
        sa.PrimaryKeyConstraint("chain", "n", name=op.f("pk_audit_seals")),
    )
    op.create_index(
        "ix_cases_unproven",
        "cases",
        ["case_id"],
        sqlite_where=sa.text("hash >= 's'"),
        postgresql_where=sa.text("hash >= 's'"),
    )


def downgrade() -> None:
    op.drop_index("ix_cases_unproven", "cases")
    op.drop_table("audit_seals")
