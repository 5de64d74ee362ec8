"""Make the tables of files of residents: what their rows say is sealed until it is taken."""

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None


def upgrade() -> None:
    counts = ("rows", "faults", "settled", "created", "unchanged")
    op.create_table(
        "resident_imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(120), nullable=False),
        sa.Column("file_digest", _code(64), nullable=False),
        sa.Column("stage", _code(10), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.String(60), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "stage IN ('loading', 'checked', 'faulty', 'taking', 'done')",
            name=op.f("ck_resident_imports_stage_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resident_imports")),
    )
    op.create_index("ix_resident_imports_stage", "resident_imports", ["stage", "begun_at"])
    op.create_table(
        "resident_import_rows",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("key_id", _code(20), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("faults", sa.Text(), nullable=True),
        sa.Column("doubts", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["resident_imports.id"], name=op.f("fk_resident_import_rows_import_id")),
        sa.PrimaryKeyConstraint("import_id", "place", name=op.f("pk_resident_import_rows")),
    )
    wrong = sa.text("faults IS NOT NULL")
    columns = ["import_id", "place"]
    name = "ix_resident_import_rows_faults"
    op.create_index(name, "resident_import_rows", columns, sqlite_where=wrong, postgresql_where=wrong)


def downgrade() -> None:
    op.drop_table("resident_import_rows")
    op.drop_table("resident_imports")


def _code(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")
