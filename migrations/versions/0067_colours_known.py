"""Let the database hold that a case has one of the five colours of risk, or none."""

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

CHECK = "ck_cases_colour_known"
COLOURS = "('red', 'orange', 'yellow', 'blue', 'green')"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _replace(f"VARCHAR(10) CONSTRAINT {CHECK} CHECK (new_colour IS NULL OR new_colour IN {COLOURS})")
    else:
        op.create_check_constraint(op.f(CHECK), "cases", f"colour IS NULL OR colour IN {COLOURS}")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _replace("VARCHAR(10)")
    else:
        op.drop_constraint(op.f(CHECK), "cases", type_="check")


def _replace(kind: str) -> None:
    """Put a new column in the place of the old: SQLite changes none, and a new table would cut what refers to it."""
    op.execute(f"ALTER TABLE cases ADD COLUMN new_colour {kind}")
    op.execute("UPDATE cases SET new_colour = colour WHERE colour IS NOT NULL")
    op.drop_column("cases", "colour")
    op.execute(sa.text("ALTER TABLE cases RENAME COLUMN new_colour TO colour"))
