"""Find open cases, tickets by their number, what runs, is open or unread, without reading all that ever was."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    running = sa.text("milestone IS NOT NULL AND stopped_at IS NULL")
    columns = ["due_at", "case_id", "clock"]
    op.create_index(
        "ix_case_clocks_milestones_running",
        "case_clocks",
        columns,
        sqlite_where=running,
        postgresql_where=running,
    )
    unlifted = sa.text("lifted_at IS NULL")
    columns = ["issued_at", "case_id"]
    op.create_index(
        "ix_case_supervisions_open",
        "case_supervisions",
        columns,
        sqlite_where=unlifted,
        postgresql_where=unlifted,
    )
    still = sa.text("ended_how IS NULL")
    op.create_index("ix_cases_open", "cases", ["case_id"], sqlite_where=still, postgresql_where=still)
    numbered = sa.text("external_no IS NOT NULL")
    op.create_index(
        "ix_cases_external_no",
        "cases",
        ["external_no"],
        sqlite_where=numbered,
        postgresql_where=numbered,
    )
    unread = sa.text("read_at IS NULL")
    op.drop_index("ix_notices_unread", table_name="notices")
    columns = ["person_id", "read_at", "id"]
    op.create_index("ix_notices_unread", "notices", columns, sqlite_where=unread, postgresql_where=unread)


def downgrade() -> None:
    unread = sa.text("read_at IS NULL")
    op.drop_index("ix_notices_unread", table_name="notices")
    columns = ["person_id", "id"]
    op.create_index("ix_notices_unread", "notices", columns, sqlite_where=unread, postgresql_where=unread)
    op.drop_index("ix_cases_external_no", table_name="cases")
    op.drop_index("ix_cases_open", table_name="cases")
    op.drop_index("ix_case_supervisions_open", table_name="case_supervisions")
    op.drop_index("ix_case_clocks_milestones_running", table_name="case_clocks")
