"""Take in attachments: bytes first, outside any transaction; then rows.

`receive` writes a stream to disk, judges it and puts it into storage; `store` enters what came of it. Bytes whose row
was never committed are orphans and swept. Uploads in pieces (tus) grow on disk and end in the same two calls.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, BinaryIO
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update

from app.attachments import claims, decoder, images, queries, trials
from app.attachments.events import AttachmentArrived, AttachmentLost
from app.attachments.exif import Capture
from app.attachments.images import ImageRefused, Reason
from app.attachments.models import KEPT, Attachment, AttachmentState, Upload
from app.attachments.problems import (
    AttachmentDiffers,
    ChecksumDiffers,
    OffsetDiffers,
    PhotoNotJudged,
    PhotoRefused,
    PieceTooLong,
    UploadGone,
)
from app.attachments.renditions import Rendition
from app.core import clock, events, space, storage
from app.core.apart import ProcessDied
from app.core.db import db, upsert
from app.core.errors import NotFound
from app.core.storage.spool import InUse, Short, SpooledFile, settle
from app.core.transaction import after_commit
from workflows.forms import Purpose

UPLOAD_KEPT = timedelta(days=7)  # since its last piece: a phone may be out of reach for days
GONE_FOR = timedelta(days=1)  # so long an expired upload answers "gone"; then nobody knows it
ALGORITHMS = ("sha1", "sha256")  # tus asks for SHA-1 at least; it guards against bad lines, not bad people


@dataclass(frozen=True)
class Offer:
    """What a sender says of the bytes to come; time and place from the phone go before those in the photo."""

    case_id: UUID
    attachment_id: UUID
    purpose: Purpose
    content_type: str
    uploader: UUID
    capture: Capture = Capture()  # noqa: RUF009 - frozen, made of None
    dropped: tuple[str, ...] = ()  # what else was said of it and could not be used


@dataclass(frozen=True)
class Inspection:
    """What came of the bytes: in storage under their hash, looked at or not, or refused for a reason and gone."""

    sha256: str
    size: int
    type: str | None = None
    capture: Capture = Capture()  # noqa: RUF009
    reason: Reason | None = None
    dropped: tuple[str, ...] = ()
    state: AttachmentState = AttachmentState.STORED


@dataclass(frozen=True)
class Receipt:
    """What the sender is told; `raise_if_refused` after the commit, so that the refusal is kept."""

    attachment_id: UUID
    sha256: str
    size: int
    state: AttachmentState
    created: bool
    reason: Reason | None = None

    def raise_if_refused(self) -> None:
        """Raise PhotoRefused if the bytes could not be used."""
        if self.reason is not None:
            raise PhotoRefused(self.reason)


@dataclass(frozen=True)
class StepAttachment:
    """An attachment as a step finds it, for the step to write down: its hash apart if the bytes are here."""

    attachment_id: UUID
    purpose: Purpose
    state: AttachmentState
    sha256: str | None
    row: Mapping[str, Any]


@dataclass(frozen=True)
class Checksum:
    """What the sender says a piece adds up to; `algorithm` is one of ALGORITHMS."""

    algorithm: str
    digest: bytes


@dataclass(frozen=True)
class Piece:
    """A piece on disk: where it starts and ends in bytes and, if it was the last, what came of the whole."""

    start: int
    end: int
    judged: Inspection | None


def receive(offer: Offer, blocks: Iterable[bytes]) -> Inspection:
    """Write a stream to disk, judge it, and put it into storage. Call it outside a transaction: it takes its time."""
    db.session.close()  # or the read that found the sender would stay open while a phone sends, and be cut off
    space.demand()
    with storage.here().spool.received(space.metered(blocks)) as waiting:
        return judge(offer, waiting)


def judge(offer: Offer, waiting: SpooledFile) -> Inspection:
    """Judge a file and put it, with its copies, into storage. Nothing of a refused one is kept.

    Raises PhotoNotJudged when the machine failed and not the photo; when it has failed too often, the original is kept.
    """
    try:
        mime = images.sniff(waiting.head)
        capture = _keep_paper(offer, waiting) if mime == images.PDF else _keep_photo(waiting, mime)
    except ImageRefused as refusal:
        return Inspection(waiting.sha256, waiting.size, reason=refusal.reason, state=AttachmentState.REFUSED)
    except ProcessDied as error:
        if not trials.count_end(waiting.sha256):
            raise PhotoNotJudged from error
        storage.here().put(Rendition.ORIGINAL, waiting.sha256, waiting.path)
        return Inspection(waiting.sha256, waiting.size, mime, state=AttachmentState.UNJUDGED)
    misnamed = ("content_type",) if images.is_misnamed(mime, offer.content_type) else ()
    return Inspection(waiting.sha256, waiting.size, mime, capture, dropped=misnamed)


def _keep_paper(offer: Offer, waiting: SpooledFile) -> Capture:
    """Take a PDF by its head alone: nobody here opens it, and only a document may be one."""
    if not Purpose.of(offer.purpose).takes_pdf:
        raise ImageRefused(Reason.UNKNOWN)
    storage.here().put(Rendition.ORIGINAL, waiting.sha256, waiting.path)
    return Capture()


def _keep_photo(waiting: SpooledFile, mime: str) -> Capture:
    files = storage.here()
    if files.renew(Rendition, waiting.sha256):  # the same bytes were judged before
        return images.taken_of(waiting.path, mime)
    with files.spool.empty() as public, files.spool.empty() as thumb:
        facts = decoder.prepare(waiting.path, mime, public, thumb)
        files.put(Rendition.PUBLIC, waiting.sha256, public)
        files.put(Rendition.THUMB, waiting.sha256, thumb)
    files.put(Rendition.ORIGINAL, waiting.sha256, waiting.path)  # last: where the original is, its copies are
    return facts.capture


def store(offer: Offer, judged: Inspection) -> Receipt:
    """Enter what came; one statement, two when the id is known. Raises AttachmentDiffers for a known id's other bytes.

    What was awaited or refused may still come, or come better. Publishes what became of it if a step waited for it.
    """
    row = _enter(offer, judged)
    if row is None:
        known = db.session.get_one(Attachment, (offer.case_id, offer.attachment_id), populate_existing=True)
        if known.sha256 != judged.sha256:
            raise AttachmentDiffers
        if (known.state, judged.state) == (AttachmentState.UNJUDGED, AttachmentState.STORED):
            ids = {"case_id": offer.case_id, "attachment_id": offer.attachment_id}
            db.session.execute(update(Attachment).filter_by(**ids).values(state=judged.state))  # looked at by now
            if known.step is not None:
                events.publish(_arrived(offer, known.step, judged))
        return Receipt(offer.attachment_id, judged.sha256, judged.size, AttachmentState(known.state), created=False)
    if row.step is not None and judged.reason is None:
        events.publish(_arrived(offer, row.step, judged))
    elif row.step is not None:
        events.publish(AttachmentLost(offer.case_id, offer.attachment_id))
    looked_at = row.state != AttachmentState.UNJUDGED
    state = AttachmentState(row.state)
    return Receipt(offer.attachment_id, judged.sha256, judged.size, state, created=looked_at, reason=judged.reason)


def _arrived(offer: Offer, step: int, judged: Inspection) -> AttachmentArrived:
    return AttachmentArrived(
        offer.case_id,
        offer.attachment_id,
        step,
        judged.sha256,
        offer.uploader,
        looked_at=judged.state == AttachmentState.STORED,
    )


def _enter(offer: Offer, judged: Inspection) -> Attachment | None:
    """Insert the row, or fill the one that has no good bytes yet; None if it has."""
    now = clock.now()
    place = offer.capture if offer.capture.lon is not None else judged.capture
    values: dict[str, Any] = {
        "purpose": offer.purpose,
        "state": judged.state,
        "reason": judged.reason,
        "sha256": judged.sha256,
        "size": judged.size,
        "type": judged.type,
        "taken_at": offer.capture.at or judged.capture.at,
        "lon": place.lon,
        "lat": place.lat,
        "dropped": sorted({*offer.dropped, *judged.dropped}) or None,
        "uploader": offer.uploader,
        "stored_at": now if judged.reason is None else None,
    }
    ids = {"case_id": offer.case_id, "attachment_id": offer.attachment_id}
    entering = upsert(Attachment).values({**ids, **values, "created_at": now})
    entering = entering.on_conflict_do_update(
        index_elements=list(ids), set_=values, where=Attachment.state.not_in(KEPT)
    )
    row: Attachment | None = db.session.scalar(entering.returning(Attachment).execution_options(populate_existing=True))
    return row


def name(
    case_id: UUID,
    attachment_ids: Sequence[UUID],
    step: int,
    purpose: Purpose,
    person_id: UUID,
    *,
    only_own: bool = False,
) -> tuple[StepAttachment, ...]:
    """Let a step name attachments, in one statement: those not here yet are awaited, unclaimed ones are claimed.

    `purpose` stands until the bytes come and say theirs. With `only_own` (a report: whoever knows an id could have sent
    bytes before the case was there) another person's unclaimed bytes are forgotten, and the person's own awaited.
    """
    wanted = sorted(set(attachment_ids))
    if not wanted:
        return ()
    now = clock.now()
    row = {
        "case_id": case_id,
        "step": step,
        "purpose": purpose,
        "state": AttachmentState.AWAITED,
        "uploader": person_id,
        "created_at": now,
    }
    rows = [{**row, "attachment_id": attachment_id} for attachment_id in wanted]
    rows_by_id = db.session.execute(claims.statement(db.session.get_bind().dialect.name, only_own), rows)
    named = {
        row.attachment_id: StepAttachment(
            row.attachment_id, Purpose.of(row.purpose), AttachmentState(row.state), row.sha256, dict(row._mapping)
        )
        for row in rows_by_id
    }
    return tuple(named[attachment_id] for attachment_id in dict.fromkeys(attachment_ids))


def begin_upload(offer: Offer, length_bytes: int, metadata: str, lost: int | None) -> Upload:
    """Make room for bytes that will come in pieces; the same attachment finds the upload it began before.

    One that is `lost` where it stands begins anew. Raises AttachmentDiffers for a known id with another length or from
    another person.
    """
    now = clock.now()
    ids = {"case_id": offer.case_id, "attachment_id": offer.attachment_id}
    fresh = {
        "uploader": offer.uploader,
        "length_bytes": length_bytes,
        "offset_bytes": 0,
        "said": metadata,
        "created_at": now,
        "expires_at": expiry(),
    }
    first = upsert(Upload).values(upload_id=uuid4(), **ids, **fresh)
    upload: Upload | None = db.session.scalar(first.on_conflict_do_nothing(index_elements=list(ids)).returning(Upload))
    if upload is not None:
        return upload
    locked = select(Upload).filter_by(**ids).with_for_update()
    known = db.session.scalars(locked, execution_options={"populate_existing": True}).one()
    if known.uploader != offer.uploader:
        raise AttachmentDiffers
    if queries.is_over(known) or known.offset_bytes == lost:
        for column, value in fresh.items():
            setattr(known, column, value)
        after_commit(partial(storage.here().spool.drop, known.upload_id))  # what comes now may be other bytes
        db.session.flush()  # the caller tells the sender what the row says
    elif known.length_bytes != length_bytes:
        raise AttachmentDiffers
    return known


def expiry() -> datetime:
    """Return until when an upload is kept that grows now."""
    return clock.now() + UPLOAD_KEPT


def find_upload(upload_id: UUID, person_id: UUID) -> Upload:
    """Return a person's own upload; raise NotFound, or UploadGone for one that has expired or lost its bytes."""
    upload = db.session.get(Upload, upload_id)
    if upload is None or upload.uploader != person_id:
        raise NotFound
    if queries.is_over(upload) or queries.lacks_bytes(upload):
        raise UploadGone
    return upload


@contextmanager
def piece(
    upload: Upload, offer: Offer, offset: int, blocks: Iterable[bytes], checksum: Checksum | None
) -> Iterator[Piece]:
    """Write the next piece of an upload to disk and hold the upload until the block ends; outside a transaction.

    Raises OffsetDiffers, PieceTooLong or ChecksumDiffers, having changed nothing. The bytes count once `keep_piece` is
    committed; when they are the last, they have been judged by then.
    """
    spool = storage.here().spool
    db.session.close()  # as in `receive`
    if offset != upload.offset_bytes:
        raise OffsetDiffers
    if upload.is_finished:
        yield Piece(offset, offset, None)
        return
    space.demand()
    try:
        with spool.growing(upload.upload_id, offset) as file:
            end = _append(file, upload.length_bytes, blocks, checksum)
            judged = None
            if end == upload.length_bytes:  # a copy is judged: were the commit to fail, this piece alone is sent again
                judged = receive(offer, spool.blocks(upload.upload_id))
            else:
                spool.share(upload.upload_id, offset, end)
            yield Piece(offset, end, judged)
    except (InUse, Short) as error:
        raise OffsetDiffers from error


def _append(file: BinaryIO, most: int, blocks: Iterable[bytes], checksum: Checksum | None) -> int:
    """Write blocks behind what is there and return where they end; take them back if they are too many or differ."""
    start = file.tell()
    digest = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None
    for block in space.metered(blocks):
        if file.tell() + len(block) > most:
            file.truncate(start)
            raise PieceTooLong
        file.write(block)
        if digest:
            digest.update(block)
    if checksum and digest and digest.digest() != checksum.digest:
        file.truncate(start)
        raise ChecksumDiffers
    file.flush()
    settle(file.fileno())
    return file.tell()


def keep_piece(upload: Upload, offer: Offer, piece: Piece) -> Receipt | None:
    """Count a piece; enter the attachment if it was the last. A refused file's upload is forgotten: it may begin anew.

    Raises OffsetDiffers if another request was faster.
    """
    grown = (
        update(Upload)
        .where(Upload.upload_id == upload.upload_id, Upload.offset_bytes == piece.start)
        .values(offset_bytes=piece.end, expires_at=expiry())
    )
    if db.session.scalar(grown.returning(Upload.upload_id)) is None:
        raise OffsetDiffers
    if piece.judged is None:
        return None
    stored = store(offer, piece.judged)
    if stored.reason is not None:
        db.session.execute(delete(Upload).where(Upload.upload_id == upload.upload_id))
    after_commit(partial(storage.here().spool.drop, upload.upload_id))
    return stored


def end_upload(upload: Upload) -> None:
    """Forget an upload at its sender's wish; what has been stored stays."""
    db.session.execute(delete(Upload).where(Upload.upload_id == upload.upload_id))
    after_commit(partial(storage.here().spool.drop, upload.upload_id))
