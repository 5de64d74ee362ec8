"""Read attachments: of a case, their bytes, and whether what is kept is still what came."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, tuple_

from app.attachments import images
from app.attachments.models import KEPT, Attachment, AttachmentState, Upload
from app.attachments.renditions import Rendition
from app.core import clock, raw, storage
from app.core.db import db
from app.core.errors import NotFound
from app.core.storage.spool import sha256_of
from workflows.words import Words

_BATCH = 200
SAMPLE = 20  # attachments looked for when somebody asks how the system fares
_TABLE = Attachment.__table__
SIZES = tuple(kind.value for kind in Rendition)
TYPES = (*images.FORMATS, images.PDF)  # what is taken, and given


@dataclass(frozen=True)
class Download:
    """Bytes to be sent: `etag` names them for ever, since they are kept by what they are."""

    stream: BinaryIO
    mime: str
    etag: str


@dataclass(frozen=True)
class OriginalFault:
    """A stored attachment whose original is not what it was."""

    case_id: UUID
    attachment_id: UUID
    fault: Literal["missing", "changed"]


def of_case(case_id: UUID) -> Sequence[Attachment]:
    """Return what the steps of a case have named, in their order; whoever may see the case may see these."""
    named = select(Attachment).where(Attachment.case_id == case_id, Attachment.step.is_not(None))
    return db.session.scalars(named.order_by(Attachment.step, Attachment.attachment_id)).all()


def named(case_id: UUID, attachment_ids: Sequence[UUID]) -> Sequence[Attachment]:
    """Return the attachments of these ids."""
    wanted = select(Attachment).where(Attachment.case_id == case_id, Attachment.attachment_id.in_(attachment_ids))
    return db.session.scalars(wanted.execution_options(populate_existing=True)).all()


def find(case_id: UUID, attachment_id: UUID) -> Attachment:
    """Return one attachment; raise NotFound. Unclaimed ones (`step` None) are their uploader's alone."""
    row = db.session.get(Attachment, (case_id, attachment_id))
    if row is None:
        raise NotFound
    return row


def is_from(case_id: UUID, attachment_id: UUID, person_id: UUID) -> bool:
    """Tell whether an attachment is owed or was sent by a person."""
    row = db.session.get(Attachment, (case_id, attachment_id))
    return row is not None and row.uploader == person_id


def open_bytes(attachment: Attachment, size: str) -> Download:
    """Open the original, or the copy for people, of a stored attachment; raise NotFound. Papers have no copies."""
    kind = Rendition(size)
    if attachment.state == AttachmentState.UNJUDGED:
        raise NotFound(
            Words(
                "这份照片系统没能检查，原件已封存，暂不能查看。",
                "This photo could not be looked at: its original is sealed, and cannot be seen for now.",
            ),
        )
    if attachment.state != AttachmentState.STORED or attachment.sha256 is None or attachment.type is None:
        raise NotFound(Words("附件尚未上传完成，请稍后再看。", "The file has not come yet: look again later."))
    if attachment.type == images.PDF and kind != Rendition.ORIGINAL:
        raise NotFound(Words("此附件没有图片预览，请查看原件。", "This file has no preview: look at the original."))
    mime = attachment.type if kind == Rendition.ORIGINAL else "image/jpeg"
    try:
        return Download(storage.here().open(kind, attachment.sha256), mime, f"{attachment.sha256}-{kind}")
    except FileNotFoundError as error:
        raise NotFound from error


def unjudged(limit: int) -> Sequence[Attachment]:
    """Return photos that are kept without having been looked at, the newest first."""
    wanted = select(Attachment).where(Attachment.state == AttachmentState.UNJUDGED)
    return db.session.scalars(wanted.order_by(Attachment.stored_at.desc()).limit(limit)).all()


def count_unjudged() -> int:
    """Count photos that are kept without having been looked at."""
    wanted = select(func.count()).select_from(Attachment).where(Attachment.state == AttachmentState.UNJUDGED)
    return db.session.scalar(wanted) or 0


def unsound(case_id: UUID | None = None, since: datetime | None = None) -> Iterator[OriginalFault | None]:
    """Read stored originals again and compare their hashes; yield one item per row, None where all is well.

    Narrowed to a case, or to what came since a time. No transaction stays open while files are read.
    """
    place = [_TABLE.c[name] for name in ("sha256", "case_id", "attachment_id")]
    stored = [*_stored(case_id, since), raw.is_id(_TABLE.c.case_id), raw.is_id(_TABLE.c.attachment_id)]
    last: str | None = None
    fault: Literal["missing", "changed"] | None = None
    following: list[ColumnElement[bool]] = []
    while batch := _batch(place, [*stored, *following]):
        db.session.close()
        for row in batch:
            if row.sha256 != last:
                last, fault = row.sha256, _fault(str(row.sha256 or ""))
            yield OriginalFault(row.case_id, row.attachment_id, fault) if fault else None
        following = [tuple_(*place) > tuple_(*vars(batch[-1]).values())]


def _batch(place: Sequence[Any], conditions: Sequence[ColumnElement[bool]]) -> list[raw.RawRow]:
    return raw.rows(place, lambda rows: rows.where(*conditions).order_by(*place).limit(_BATCH))


def count_stored(case_id: UUID | None = None, since: datetime | None = None) -> int:
    """Count the rows that `unsound` reads."""
    return db.session.scalar(select(func.count()).select_from(Attachment).where(*_stored(case_id, since))) or 0


def count_missing(sample: int = SAMPLE) -> int:
    """Look for the originals of some stored attachments, other ones each time; return how many are not there."""
    digests = select(Attachment.sha256).where(*_stored(None, None)).distinct().order_by(Attachment.sha256).limit(sample)
    begin = secrets.token_hex(32)
    digests_here = [*db.session.scalars(digests.where(Attachment.sha256 >= begin))]
    if len(digests_here) < sample:
        digests_here += db.session.scalars(digests.where(Attachment.sha256 < begin))
    db.session.close()
    files = storage.here()
    return sum(not files.holds(Rendition.ORIGINAL, digest) for digest in digests_here[:sample] if digest)


def _stored(case_id: UUID | None, since: datetime | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Attachment.state.in_(KEPT)]
    if case_id is not None:
        conditions.append(Attachment.case_id == case_id)
    if since is not None:
        conditions.append(Attachment.stored_at >= since)
    return conditions


def _fault(sha256: str) -> Literal["missing", "changed"] | None:
    try:
        with storage.here().open(Rendition.ORIGINAL, sha256) as stream:
            return None if sha256_of(stream) == sha256 else "changed"
    except FileNotFoundError:
        return "missing"


def lost_at(case_id: UUID, attachment_id: UUID, person_id: UUID) -> int | None:
    """Return where the upload stands that a person began for an attachment, if its bytes are lost.

    Asks where they are kept, so call it outside a transaction, for `service.begin_upload`.
    """
    ids = {"case_id": case_id, "attachment_id": attachment_id, "uploader": person_id}
    known = db.session.scalar(select(Upload).filter_by(**ids))
    return known.offset_bytes if known is not None and lacks_bytes(known) else None


def is_over(upload: Upload) -> bool:
    """Tell by the rows alone that an upload is not to be continued: it has expired, or what it brought is not kept."""
    return upload.expires_at <= clock.now() or (upload.is_finished and came(upload) is None)


def lacks_bytes(upload: Upload) -> bool:
    """Ask where the bytes are kept whether those that have come are lost; outside a transaction, as it takes time."""
    return not upload.is_finished and not storage.here().spool.holds(upload.upload_id, upload.offset_bytes)


def came(upload: Upload) -> str | None:
    """Return the hash of what a finished upload has brought; None if it has not ended, or its bytes are not kept."""
    if not upload.is_finished:
        return None
    known = db.session.get(Attachment, (upload.case_id, upload.attachment_id), populate_existing=True)
    return known.sha256 if known is not None and known.state in KEPT else None
