"""Look around a place among open cases alone: what has ended there over the years is not read."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_cases_near", table_name="cases")
    op.create_index("ix_cases_near", "cases", ["class_code", "state", "lat"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_cases_near", table_name="cases")
    op.create_index("ix_cases_near", "cases", ["class_code", "lat"], unique=False)
