"""Let a roster say for whom somebody stands in, and let river and forest chiefs be on it."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

DUTIES = ("chief", "full_time", "part_time", "instructor", "auxiliary_officer", "building_head")
LATER = ("river_chief", "forest_chief")


def upgrade() -> None:
    with op.batch_alter_table("roster") as table:
        table.add_column(sa.Column("stands_in_for", sa.Uuid(), nullable=True))
        table.create_foreign_key(op.f("fk_roster_stands_in_for"), "people", ["stands_in_for"], ["id"])
    _let_be((*DUTIES, *LATER))


def downgrade() -> None:
    later = ", ".join(f"'{duty}'" for duty in LATER)
    op.execute(f"DELETE FROM roster WHERE duty IN ({later})")  # noqa: S608 - our own words
    _let_be(DUTIES)
    with op.batch_alter_table("roster") as table:
        table.drop_constraint(op.f("fk_roster_stands_in_for"), type_="foreignkey")
        table.drop_column("stands_in_for")


def _let_be(duties: tuple[str, ...]) -> None:
    known = ", ".join(f"'{duty}'" for duty in duties)
    with op.batch_alter_table("roster") as table:
        table.drop_constraint(op.f("ck_roster_duty_known"), type_="check")
        table.create_check_constraint(op.f("ck_roster_duty_known"), f"duty IN ({known})")
