"""Find the objects that have changed since a phone looked."""

from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_objects_changed", "objects", ["changed_at", "object_id"])


def downgrade() -> None:
    op.drop_index("ix_objects_changed", table_name="objects")
