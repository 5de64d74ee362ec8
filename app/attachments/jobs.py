"""Clean up what nobody claimed or finished. Safe to run twice, or in two places at once."""

from app.attachments import service
from app.core import clock
from app.core.logs import log
from app.core.transaction import transaction


def sweep() -> None:
    """Delete unclaimed attachments, expired uploads, and bytes without a row; a day's work, done every hour."""
    now = clock.now()
    with transaction():
        unclaimed, uploads = service.sweep_unclaimed(now), service.sweep_uploads(now)
    files = service.delete_orphans()
    if unclaimed or uploads or files:
        log.info("attachments.swept", unclaimed=unclaimed, uploads=uploads, files=files)
