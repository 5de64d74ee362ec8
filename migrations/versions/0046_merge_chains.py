"""Owe the cases above a merged one what an older version left with them when another was unmerged from that one.

Rows of a case are proved by its steps: so nothing is written here but what is owed, and steps write it afterwards.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

TOPIC = "case.unmerged"
PAGE = 1_000  # rows in one statement
links = sa.table(
    "case_links",
    sa.column("case_id", sa.Uuid()),
    sa.column("other", sa.Uuid()),
    *map(sa.column, ("kind", "ended_at")),
)
outbox = sa.table(
    "outbox",
    *map(sa.column, ("topic", "key", "attempts", "done_at")),
    sa.column("payload", sa.JSON()),
    sa.column("created_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    connection, above = op.get_bind(), links.alias()
    still_merged = sa.exists().where(
        above.c.case_id == links.c.other, above.c.kind == "merged_into", above.c.ended_at.is_(None)
    )
    gone = sa.select(links.c.case_id, links.c.other).where(links.c.kind == "merged_into", links.c.ended_at.is_not(None))
    owed = [_row(row) for row in connection.execute(gone.where(still_merged).order_by(links.c.case_id, links.c.other))]
    for page in (owed[begin : begin + PAGE] for begin in range(0, len(owed), PAGE)):
        connection.execute(sa.insert(outbox), page)


def downgrade() -> None:
    """Leave what is owed: an older version reads the same effect."""


def _row(link: Any) -> dict[str, Any]:
    payload = {"case_id": str(link.other), "from": str(link.case_id), "seq": revision}
    return {
        "topic": TOPIC, "key": f"{link.case_id}:{revision}:{link.other}", "payload": payload, "attempts": 0,
        "created_at": datetime.now(UTC),
    }  # fmt: skip
