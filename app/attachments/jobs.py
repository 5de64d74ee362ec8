"""Clean up what nobody claimed or finished. Safe to run twice, or in two places at once."""

from app.attachments import cleanup
from app.core import clock
from app.core.logs import log
from app.core.transaction import transaction


def sweep() -> None:
    """Delete unclaimed attachments, expired uploads, and bytes without a row; give up what was awaited too long."""
    now = clock.now()
    with transaction(vital=True):
        unclaimed, uploads, lost = cleanup.unclaimed(now), cleanup.uploads(now), cleanup.awaited(now)
        cleanup.trials(now)
    files = cleanup.orphans()
    if unclaimed or uploads or lost or files:
        log.info("attachments.swept", unclaimed=unclaimed, uploads=uploads, lost=lost, files=files)
