"""Write down who did what."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def code(length: int) -> sa.types.TypeEngine:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "audit_log",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("tag", code(40), nullable=False),
        sa.Column("subject_kind", code(24), nullable=True),
        sa.Column("subject_id", code(64), nullable=True),
        sa.Column("request_id", code(40), nullable=True),
        sa.Column("address", code(45), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
    )
    op.create_index("ix_audit_log_person", "audit_log", ["person_id", "id"], unique=False)
    op.create_index("ix_audit_log_subject", "audit_log", ["subject_kind", "subject_id", "id"], unique=False)
    op.create_index("ix_audit_log_tag", "audit_log", ["tag", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("audit_log")
