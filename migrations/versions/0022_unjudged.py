"""Keep photos that the machine never managed to look at, and count how often it failed."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_WHOLE = "(sha256 IS NOT NULL AND size IS NOT NULL AND type IS NOT NULL AND stored_at IS NOT NULL)"


def upgrade() -> None:
    _restrict("'awaited', 'stored', 'refused', 'unjudged'", f"state NOT IN ('stored', 'unjudged') OR {_WHOLE}")
    op.create_index(
        "ix_attachments_unjudged",
        "attachments",
        ["stored_at"],
        sqlite_where=sa.text("state = 'unjudged'"),
        postgresql_where=sa.text("state = 'unjudged'"),
    )
    op.create_table(
        "attachment_trials",
        sa.Column("sha256", sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql"), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_attachment_trials")),
    )
    op.create_index(op.f("ix_attachment_trials_last_at"), "attachment_trials", ["last_at"])


def downgrade() -> None:
    op.drop_table("attachment_trials")
    op.drop_index("ix_attachments_unjudged", "attachments")
    op.execute("UPDATE attachments SET state = 'stored' WHERE state = 'unjudged'")
    _restrict("'awaited', 'stored', 'refused'", f"state <> 'stored' OR {_WHOLE}")


def _restrict(states: str, whole: str) -> None:
    names = [op.f("ck_attachments_state_known"), op.f("ck_attachments_stored_has_bytes")]
    with op.batch_alter_table("attachments") as batch:
        for name, condition in zip(names, (f"state IN ({states})", whole), strict=True):
            batch.drop_constraint(name, type_="check")
            batch.create_check_constraint(name, condition)
