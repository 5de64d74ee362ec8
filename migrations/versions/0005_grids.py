"""Keep grids and their roster."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def code(length: int) -> sa.types.TypeEngine:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "grids",
        sa.Column("code", code(24), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("level", code(10), nullable=False),
        sa.Column("kind", code(10), nullable=False),
        sa.Column("parent", code(24), nullable=True),
        sa.Column("path", code(120), nullable=False),
        sa.Column("boundary", sa.Text(), nullable=False),
        sa.Column("area_class", code(1), nullable=False),
        sa.Column("responsible_department", code(24), nullable=True),
        sa.Column("trade_department", code(24), nullable=True),
        sa.Column("has_centre", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(parent IS NULL) = (level = 'county')", name=op.f("ck_grids_parent_unless_county")),
        sa.CheckConstraint("area_class IN ('A', 'B', 'C')", name=op.f("ck_grids_area_class_known")),
        sa.CheckConstraint(
            "kind = 'dedicated' OR trade_department IS NULL", name=op.f("ck_grids_trade_when_dedicated")
        ),
        sa.CheckConstraint("kind IN ('general', 'dedicated')", name=op.f("ck_grids_kind_known")),
        sa.CheckConstraint(
            "level IN ('county', 'township', 'village', 'grid', 'micro')", name=op.f("ck_grids_level_known")
        ),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_grids_ends_after_start")),
        sa.ForeignKeyConstraint(["parent"], ["grids.code"], name=op.f("fk_grids_parent")),
        sa.ForeignKeyConstraint(
            ["responsible_department"], ["departments.code"], name=op.f("fk_grids_responsible_department")
        ),
        sa.ForeignKeyConstraint(["trade_department"], ["departments.code"], name=op.f("fk_grids_trade_department")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_grids")),
    )
    op.create_index("ix_grids_path", "grids", ["path"], unique=True)
    op.create_table(
        "roster",
        sa.Column("grid", code(24), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("duty", code(20), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "duty IN ('chief', 'full_time', 'part_time', 'instructor', 'auxiliary_officer', 'building_head')",
            name=op.f("ck_roster_duty_known"),
        ),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_roster_ends_after_start")),
        sa.ForeignKeyConstraint(["grid"], ["grids.code"], name=op.f("fk_roster_grid")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_roster_person_id")),
        sa.PrimaryKeyConstraint("grid", "person_id", "duty", "valid_from", name=op.f("pk_roster")),
    )
    op.create_index("ix_roster_person", "roster", ["person_id", "grid"], unique=False)


def downgrade() -> None:
    op.drop_table("roster")
    op.drop_table("grids")
