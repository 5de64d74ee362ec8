"""Keep which object a report has named, find the cases of an object, and what was merged into one."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

CODE = sa.String(40).with_variant(sa.String(40, collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("cases", sa.Column("object_id", sa.Uuid(), nullable=True))
    op.add_column("cases", sa.Column("object_identifier", CODE, nullable=True))
    _index("ix_cases_object", "cases", ["object_id", "changed_at", "case_id"])
    _index("ix_objects_merged", "objects", ["merged_into"])


def downgrade() -> None:
    op.drop_index("ix_objects_merged", table_name="objects")
    op.drop_index("ix_cases_object", table_name="cases")
    op.drop_column("cases", "object_identifier")
    op.drop_column("cases", "object_id")


def _index(name: str, table: str, columns: list[str]) -> None:
    where = sa.text(f"{columns[0]} IS NOT NULL")
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
