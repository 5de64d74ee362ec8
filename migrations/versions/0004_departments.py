"""Know departments and their aliases."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def code(length: int) -> sa.types.TypeEngine:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "departments",
        sa.Column("code", code(24), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("kind", code(20), nullable=False),
        sa.Column("grid_code", code(20), nullable=True),
        sa.Column("calendar", code(40), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('party_organ', 'county_bureau', 'city_branch', 'township', 'enterprise', 'contractor', 'development_zone', 'enforcement_team')",
            name=op.f("ck_departments_kind"),
        ),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_departments_valid")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_departments")),
    )
    op.create_table(
        "department_aliases",
        sa.Column("alias", sa.String(length=60), nullable=False),
        sa.Column("department", code(24), nullable=False),
        sa.ForeignKeyConstraint(["department"], ["departments.code"], name=op.f("fk_department_aliases_department")),
        sa.PrimaryKeyConstraint("alias", name=op.f("pk_department_aliases")),
    )


def downgrade() -> None:
    op.drop_table("department_aliases")
    op.drop_table("departments")
