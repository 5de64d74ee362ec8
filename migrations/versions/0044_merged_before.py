"""Owe the cases that carry others merged before tickets were kept what those bring: numbers, dates, wishes.

Rows of a case are proved by its steps: so nothing is written here but what is owed, and steps write it afterwards.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

TOPIC = "case.merged_before"
PAGE = 1_000  # rows in one statement
links = sa.table(
    "case_links",
    sa.column("case_id", sa.Uuid()),
    sa.column("other", sa.Uuid()),
    *map(sa.column, ("kind", "made_at", "ended_at")),
)
cases = sa.table("cases", sa.column("case_id", sa.Uuid()), sa.column("state"))
tickets = sa.table("case_tickets", sa.column("case_id", sa.Uuid()), sa.column("carried", sa.JSON()))
outbox = sa.table(
    "outbox",
    *map(sa.column, ("topic", "key", "attempts", "done_at")),
    sa.column("payload", sa.JSON()),
    sa.column("created_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    connection = op.get_bind()
    standing = (
        sa.select(links.c.case_id, links.c.other, tickets.c.carried)
        .select_from(links)
        .join(cases, cases.c.case_id == links.c.case_id)
        .outerjoin(tickets, tickets.c.case_id == links.c.other)
        .where(links.c.kind == "merged_into", links.c.ended_at.is_(None), cases.c.state == "merged")
        .order_by(links.c.made_at, links.c.case_id)
    )
    rows = connection.execute(standing).all()
    owed = [_row(row) for row in rows if str(row.case_id) not in (row.carried or {})]
    for page in (owed[begin : begin + PAGE] for begin in range(0, len(owed), PAGE)):
        connection.execute(sa.insert(outbox), page)


def downgrade() -> None:
    op.execute(sa.delete(outbox).where(outbox.c.topic == TOPIC, outbox.c.done_at.is_(None)))


def _row(link: Any) -> dict[str, Any]:
    payload = {"case_id": str(link.other), "from": str(link.case_id)}
    return {
        "topic": TOPIC, "key": f"{link.case_id}:{link.other}", "payload": payload, "attempts": 0,
        "created_at": datetime.now(UTC),
    }  # fmt: skip
