"""Let villages and communities be departments, to which a task can be sent."""

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

KINDS = (
    "party_organ", "county_bureau", "city_branch", "township", "enterprise", "contractor", "development_zone",
    "enforcement_team",
)  # fmt: skip
VILLAGE, BEFORE = "village", "township"


def upgrade() -> None:
    _let_be((*KINDS, VILLAGE))


def downgrade() -> None:
    departments = sa.table("departments", sa.column("kind"))
    op.execute(sa.update(departments).where(departments.c.kind == VILLAGE).values(kind=BEFORE))
    _let_be(KINDS)


def _let_be(kinds: tuple[str, ...]) -> None:
    known = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("departments") as table:
        table.drop_constraint(op.f("ck_departments_kind"), type_="check")
        table.create_check_constraint(op.f("ck_departments_kind"), f"kind IN ({known})")
