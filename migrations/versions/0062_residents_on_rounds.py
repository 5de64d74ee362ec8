"""Let the stops of a round be residents, and what is put down there lie sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

CODE = sa.String(20).with_variant(sa.String(20, collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("round_stops", sa.Column("resident_id", sa.Uuid(), nullable=True))
    op.add_column("round_stops", sa.Column("key_id", CODE, nullable=True))
    op.add_column("round_stops", sa.Column("sealed", sa.LargeBinary(), nullable=True))
    _index("ix_round_stops_resident", ["resident_id"], "resident_id IS NOT NULL")
    _index("ix_round_stops_sealed", ["visited_at", "key_id"], "sealed IS NOT NULL")


def downgrade() -> None:
    op.execute("DELETE FROM round_stops WHERE resident_id IS NOT NULL")
    for index in ("ix_round_stops_sealed", "ix_round_stops_resident"):
        op.drop_index(index, table_name="round_stops")
    for column in ("sealed", "key_id", "resident_id"):
        op.drop_column("round_stops", column)


def _index(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "round_stops", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
