"""Count how often the machine ended before it had looked at some bytes: its trouble says nothing of them."""

from datetime import timedelta

from app.attachments.models import AttachmentTrial
from app.core import clock
from app.core.db import db, upsert
from app.core.transaction import transaction

ENDS_MOST = 5  # our figure
APART = timedelta(days=1)  # so many days of the calendar lie between the first and the last at least; our figure


def count_end(sha256: str) -> bool:
    """Count one more; tell whether it has been often enough, on days enough, to keep the bytes as they came."""
    now = clock.now()
    first = upsert(AttachmentTrial).values(sha256=sha256, ends=1, first_at=now, last_at=now)
    again = first.on_conflict_do_update(
        index_elements=["sha256"], set_={"ends": AttachmentTrial.ends + 1, "last_at": now}
    ).returning(AttachmentTrial.ends, AttachmentTrial.first_at)
    with transaction():
        ends, first_at = db.session.execute(again).one()
    days = clock.local(now).date() - clock.local(first_at).date()
    return bool(ends >= ENDS_MOST and days >= APART)
