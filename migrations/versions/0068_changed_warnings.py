"""Find the warnings that have changed since a phone last read them."""

from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_warnings_changed", "warnings", ["changed_at", "warning_id"])


def downgrade() -> None:
    op.drop_index("ix_warnings_changed", table_name="warnings")
