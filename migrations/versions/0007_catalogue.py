"""Keep the catalogue in versions."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def code(length: int) -> sa.types.TypeEngine:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "catalogue_documents",
        sa.Column("kind", code(20), nullable=False),
        sa.Column("code", code(20), nullable=False),
        sa.PrimaryKeyConstraint("kind", "code", name=op.f("pk_catalogue_documents")),
    )
    op.create_table(
        "catalogue_versions",
        sa.Column("kind", code(20), nullable=False),
        sa.Column("code", code(20), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", code(64), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.String(length=60), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_catalogue_versions_version_from_one")),
        sa.ForeignKeyConstraint(
            ["kind", "code"],
            ["catalogue_documents.kind", "catalogue_documents.code"],
            name=op.f("fk_catalogue_versions_kind_code"),
        ),
        sa.PrimaryKeyConstraint("kind", "code", "version", name=op.f("pk_catalogue_versions")),
    )


def downgrade() -> None:
    op.drop_table("catalogue_versions")
    op.drop_table("catalogue_documents")
