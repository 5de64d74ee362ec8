"""Delete messages that are older than the county keeps them, read or not: a few at a time, once a day.

Messages about an urgent case that is still open stay. Messages are sealed: what goes had been sealed by the moment that
the audit keeps with each deletion, so that `gezhi verify` tells it from what somebody has taken away.
"""

from datetime import timedelta

from sqlalchemy import delete, exists, func, select

from app.audit import seals
from app.audit import service as audit
from app.audit.tags import Tag
from app.cases.models import Case
from app.cases.protocol import is_open
from app.catalogue import queries as catalogue_queries
from app.core import clock
from app.core.digests import plain
from app.core.transaction import transaction
from app.notices.models import Notice

BATCH = 500  # in one transaction
BATCHES_MOST = 200  # in one run; what is left goes with the next


def tidy() -> int:
    """Delete what is too old; return how many."""
    catalogue = catalogue_queries.catalogue()
    if not catalogue.settings:  # a county without a catalogue has no messages
        return 0
    sealed_by = clock.now() - timedelta(days=catalogue.setting("notice_days"))
    last, count = seals.sealed_by(Notice.__tablename__, sealed_by), 0
    urgent = exists().where(Case.case_id == Notice.case_id, Case.urgent, is_open())
    newest = select(func.max(Notice.id)).scalar_subquery()  # stays: SQLite would give its number to the next
    ids = select(Notice.id).where(Notice.id <= last, Notice.id < newest, ~urgent).order_by(Notice.id).limit(BATCH)
    for _ in range(BATCHES_MOST):
        with transaction(vital=True) as session:
            gone = session.scalars(delete(Notice).where(Notice.id.in_(ids)).returning(Notice.id)).all()
            if gone:
                audit.record(Tag.NOTICES_DELETED, rows=len(gone), sealed_by=plain(sealed_by))
        count += len(gone)
        if len(gone) < BATCH:
            break
    return count
