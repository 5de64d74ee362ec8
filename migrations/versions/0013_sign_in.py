"""Let a browser's session end, and let an administrator give a one-time sign-in code."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def code(length: int) -> sa.types.TypeEngine:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("sessions", sa.Column("used_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sessions", sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "sign_in_codes",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("digest", code(64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sign_in_codes_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_sign_in_codes")),
    )


def downgrade() -> None:
    op.drop_table("sign_in_codes")
    op.drop_column("sessions", "ends_at")
    op.drop_column("sessions", "used_at")
