"""Keep what people at desks put by: filters by name, and texts that a department uses again and again."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def code(length: int) -> sa.types.TypeEngine:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "desk_filters",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", code(30), nullable=False),
        sa.Column("query", sa.String(length=600), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_desk_filters_person_id")),
        sa.PrimaryKeyConstraint("person_id", "name", name=op.f("pk_desk_filters")),
    )
    op.create_table(
        "desk_phrases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scope_code", code(24), nullable=False),
        sa.Column("action", code(30), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["people.id"], name=op.f("fk_desk_phrases_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_phrases")),
    )
    op.create_index("ix_desk_phrases_scope", "desk_phrases", ["scope_code", "action"])


def downgrade() -> None:
    op.drop_table("desk_phrases")
    op.drop_table("desk_filters")
