"""Keep who is on duty at a centre, and the records of handing over."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "duty",
        sa.Column("centre", _code(40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("shift", _code(20), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_duty_person_id")),
        sa.PrimaryKeyConstraint("centre", "day", "shift", "person_id", name=op.f("pk_duty")),
    )
    op.create_table(
        "duty_handovers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("centre", _code(40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("shift", _code(20), nullable=False),
        sa.Column("note", sa.String(1000), nullable=False),
        sa.Column("cases", sa.JSON(), nullable=False),
        sa.Column("left_by", sa.Uuid(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(taken_by IS NULL) = (taken_at IS NULL)", name=op.f("ck_duty_handovers_taken_by_somebody")),
        sa.CheckConstraint("taken_by IS NULL OR taken_by <> left_by", name=op.f("ck_duty_handovers_taken_by_another")),
        sa.ForeignKeyConstraint(["left_by"], ["people.id"], name=op.f("fk_duty_handovers_left_by")),
        sa.ForeignKeyConstraint(["taken_by"], ["people.id"], name=op.f("fk_duty_handovers_taken_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_handovers")),
        sa.UniqueConstraint("centre", "day", "shift", name=op.f("uq_duty_handovers_shift")),
    )
    op.create_index("ix_duty_handovers_left", "duty_handovers", ["centre", "left_at"])


def downgrade() -> None:
    op.drop_table("duty_handovers")
    op.drop_table("duty")


def _code(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")
