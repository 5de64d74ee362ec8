"""The statement by which a step names attachments: those not here yet are awaited, unclaimed ones are claimed."""

from functools import cache
from typing import Any

from sqlalchemy import case, func, null

from app.attachments.models import Attachment
from app.core.db import upsert


@cache
def statement(_dialect: str, only_own: bool) -> Any:
    """Return the statement by which a step names attachments, put together once for each database."""
    naming = upsert(Attachment.__table__)
    changes: dict[str, Any] = {"step": func.coalesce(Attachment.step, naming.excluded.step)}
    if only_own:
        changes |= _forget_anothers(naming.excluded)
    changed = naming.on_conflict_do_update(index_elements=["case_id", "attachment_id"], set_=changes)
    return changed.returning(*Attachment.__table__.columns)


def _forget_anothers(excluded: Any) -> dict[str, Any]:
    """Return what becomes of a row that another person filled before the case was there: as if nothing had come."""
    anothers = Attachment.step.is_(None) & (Attachment.uploader != excluded.uploader)
    gone = ("sha256", "size", "type", "taken_at", "lon", "lat", "dropped", "stored_at", "reason")
    blank: dict[str, Any] = dict.fromkeys(gone, null())
    blank |= {name: excluded[name] for name in ("state", "uploader", "purpose")}
    return {column: case((anothers, value), else_=getattr(Attachment, column)) for column, value in blank.items()}
