"""Note beside an attachment what its sender's device said of it and nobody could use."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attachments", sa.Column("dropped", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("attachments", "dropped")
