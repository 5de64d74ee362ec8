"""Let a case lie somewhere in a grid, without a point: what nobody has said is not kept."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

CHECK = "ck_cases_place_whole"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _new_columns("lon", "DOUBLE")
        _new_columns("lat", f"DOUBLE CONSTRAINT {CHECK} CHECK ((new_lon IS NULL) = (new_lat IS NULL))")
        _take_over()
    else:
        op.alter_column("cases", "lon", nullable=True)
        op.alter_column("cases", "lat", nullable=True)
        op.create_check_constraint(op.f(CHECK), "cases", "(lon IS NULL) = (lat IS NULL)")
    # (0, 0) is taken for no place by every version: so the one before keeps a case without a point, see below
    op.execute("UPDATE cases SET lon = NULL, lat = NULL WHERE lon = 0 AND lat = 0")


def downgrade() -> None:
    op.execute("UPDATE cases SET lon = 0, lat = 0 WHERE lon IS NULL")
    if op.get_bind().dialect.name == "sqlite":
        _new_columns("lon", "DOUBLE DEFAULT 0 NOT NULL")
        _new_columns("lat", "DOUBLE DEFAULT 0 NOT NULL")
        _take_over()
    else:
        op.drop_constraint(op.f(CHECK), "cases", type_="check")
        op.alter_column("cases", "lon", nullable=False)
        op.alter_column("cases", "lat", nullable=False)


def _new_columns(name: str, kind: str) -> None:
    op.execute(f"ALTER TABLE cases ADD COLUMN new_{name} {kind}")


def _take_over() -> None:
    """Put new columns in the place of the old ones: SQLite changes none, and a new table would cut what refers to it."""
    op.execute("UPDATE cases SET new_lon = lon, new_lat = lat")
    op.drop_index("ix_cases_near", table_name="cases")
    for name in ("lat", "lon"):
        op.drop_column("cases", name)
        op.execute(sa.text(f"ALTER TABLE cases RENAME COLUMN new_{name} TO {name}"))
    op.create_index("ix_cases_near", "cases", ["class_code", "lat"], unique=False)
