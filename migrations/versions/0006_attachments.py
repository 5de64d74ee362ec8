"""Keep attachments and unfinished uploads."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def code(length: int) -> sa.types.TypeEngine:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "attachments",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("attachment_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.Column("purpose", code(10), nullable=False),
        sa.Column("state", code(10), nullable=False),
        sa.Column("reason", code(20), nullable=True),
        sa.Column("sha256", code(64), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("type", code(40), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("uploader", sa.Uuid(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'refused') = (reason IS NOT NULL)", name=op.f("ck_attachments_refused_has_reason")
        ),
        sa.CheckConstraint(
            "purpose IN ('before', 'after', 'check', 'evidence', 'document')", name=op.f("ck_attachments_purpose_known")
        ),
        sa.CheckConstraint("state <> 'awaited' OR step IS NOT NULL", name=op.f("ck_attachments_awaited_is_named")),
        sa.CheckConstraint(
            "state <> 'stored' OR (sha256 IS NOT NULL AND size IS NOT NULL AND type IS NOT NULL AND stored_at IS NOT NULL)",
            name=op.f("ck_attachments_stored_has_bytes"),
        ),
        sa.CheckConstraint("state IN ('awaited', 'stored', 'refused')", name=op.f("ck_attachments_state_known")),
        sa.CheckConstraint("(lon IS NULL) = (lat IS NULL)", name=op.f("ck_attachments_place_is_whole")),
        sa.PrimaryKeyConstraint("case_id", "attachment_id", name=op.f("pk_attachments")),
    )
    op.create_index("ix_attachments_sha256", "attachments", ["sha256"], unique=False)
    op.create_index(
        "ix_attachments_unclaimed",
        "attachments",
        ["created_at"],
        unique=False,
        sqlite_where=sa.text("step IS NULL"),
        postgresql_where=sa.text("step IS NULL"),
    )
    op.create_table(
        "uploads",
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("attachment_id", sa.Uuid(), nullable=False),
        sa.Column("uploader", sa.Uuid(), nullable=False),
        sa.Column("length_bytes", sa.BigInteger(), nullable=False),
        sa.Column("offset_bytes", sa.BigInteger(), nullable=False),
        sa.Column("said", sa.String(length=1000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("offset_bytes BETWEEN 0 AND length_bytes", name=op.f("ck_uploads_offset_within_length")),
        sa.PrimaryKeyConstraint("upload_id", name=op.f("pk_uploads")),
    )
    op.create_index("ix_uploads_expires_at", "uploads", ["expires_at"], unique=False)
    op.create_index("uq_uploads_attachment", "uploads", ["case_id", "attachment_id"], unique=True)


def downgrade() -> None:
    op.drop_table("uploads")
    op.drop_table("attachments")
