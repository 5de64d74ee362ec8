"""Sweep away what nobody claimed or finished, and give up what never came. Each may run twice, or in two places."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import delete, exists, select, update

from app.attachments.events import AttachmentLost
from app.attachments.images import Reason
from app.attachments.models import Attachment, AttachmentState, AttachmentTrial, Upload
from app.attachments.renditions import Rendition
from app.attachments.service import GONE_FOR, UPLOAD_KEPT
from app.core import events, storage
from app.core.db import db

UNCLAIMED_KEPT = timedelta(days=7)
AWAITED_FOR = timedelta(days=7)  # our figure: a phone may be out of reach for days, but not hold a case up for ever
TRIALS_KEPT = timedelta(days=30)
ORPHANS_KEPT_SECONDS = 86_400.0  # far longer than any request between putting bytes and committing their row
_BATCH = 500


def unclaimed(now: datetime) -> int:
    """Delete the rows of attachments that no step has named within 7 days; return how many. Bytes follow as orphans."""
    old = delete(Attachment).where(Attachment.step.is_(None), Attachment.created_at < now - UNCLAIMED_KEPT)
    gone = old.returning(Attachment.attachment_id).execution_options(synchronize_session=False)
    return len(db.session.execute(gone).all())


def awaited(now: datetime) -> int:
    """Give up attachments that a step named 7 days ago and no upload is bringing; return how many.

    They count as refused: they hold nothing up any more, and their bytes may still come under the same id.
    """
    coming = exists().where(Upload.case_id == Attachment.case_id, Upload.attachment_id == Attachment.attachment_id)
    old = (Attachment.state == AttachmentState.AWAITED, Attachment.created_at < now - AWAITED_FOR)
    given_up = update(Attachment).where(*old, ~coming).values(state=AttachmentState.REFUSED, reason=Reason.LOST)
    given_up = given_up.returning(Attachment.case_id, Attachment.attachment_id)
    lost = db.session.execute(given_up.execution_options(synchronize_session=False)).all()
    for case_id, attachment_id in lost:
        events.publish(AttachmentLost(case_id, attachment_id))
    return len(lost)


def orphans() -> int:
    """Delete bytes that no row names and nobody has put for a day; return how many files. Needs no transaction."""
    files, gone = storage.here(), 0
    for kind in Rendition:
        for keys in _batches(files.keys(kind, ORPHANS_KEPT_SECONDS)):
            named = set(db.session.scalars(select(Attachment.sha256).where(Attachment.sha256.in_(keys))))
            gone += sum(files.delete(kind, key, ORPHANS_KEPT_SECONDS) for key in keys if key not in named)
    return gone


def uploads(now: datetime) -> int:
    """Delete the rows of uploads that expired over a day ago, and whatever lies forgotten on disk; count the rows."""
    old = delete(Upload).where(Upload.expires_at < now - GONE_FOR).returning(Upload.upload_id)
    gone = db.session.execute(old.execution_options(synchronize_session=False)).all()
    storage.here().spool.sweep((UPLOAD_KEPT + GONE_FOR).total_seconds())
    return len(gone)


def trials(now: datetime) -> int:
    """Forget what the machine failed at long ago; return how many."""
    old = delete(AttachmentTrial).where(AttachmentTrial.last_at < now - TRIALS_KEPT).returning(AttachmentTrial.sha256)
    return len(db.session.execute(old.execution_options(synchronize_session=False)).all())


def _batches(keys: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(keys)
    while batch := list(islice(rest, _BATCH)):
        yield batch
