"""Read lists of rounds in the order of their ends, and warnings by when they were given, without all that ever was."""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_rounds_mine", table_name="rounds")
    op.create_index("ix_rounds_mine", "rounds", ["grid", "duty", "window_until", "round_id"])
    op.create_index("ix_rounds_until", "rounds", ["window_until", "round_id", "grid_path"])
    op.drop_index("ix_warnings_path", table_name="warnings")
    op.drop_index("ix_warnings_open", table_name="warnings")
    _index("ix_warnings_open", ["given_at", "warning_id"], "ended_at IS NULL")
    _index("ix_warnings_ended", ["given_at", "warning_id"], "ended_at IS NOT NULL")


def downgrade() -> None:
    op.drop_index("ix_warnings_ended", table_name="warnings")
    op.drop_index("ix_warnings_open", table_name="warnings")
    _index("ix_warnings_open", ["given_at"], "ended_at IS NULL")
    op.create_index("ix_warnings_path", "warnings", ["grid_path", "given_at"])
    op.drop_index("ix_rounds_until", table_name="rounds")
    op.drop_index("ix_rounds_mine", table_name="rounds")
    op.create_index("ix_rounds_mine", "rounds", ["grid", "duty", "state", "window_until"])


def _index(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "warnings", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
