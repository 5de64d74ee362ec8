"""Keep the files that people take away."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("table_name", _code(30), nullable=False),
        sa.Column("format", _code(10), nullable=False),
        sa.Column("language", _code(2), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("sight", _code(64), nullable=False),
        sa.Column("address", _code(45), nullable=True),
        sa.Column("status", _code(10), nullable=False),
        sa.Column("fault", _code(20), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("written", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('waiting', 'running', 'ready', 'failed')", name=op.f("ck_exports_status_known")),
        sa.CheckConstraint("format IN ('csv', 'xlsx')", name=op.f("ck_exports_format_known")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_exports_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
    )
    op.create_index("ix_exports_person", "exports", ["person_id", "created_at"])
    op.create_index("ix_exports_status", "exports", ["status", "created_at"])


def downgrade() -> None:
    op.drop_table("exports")


def _code(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")
