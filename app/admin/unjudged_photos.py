"""Photos that are kept without having been looked at: by name only, for administrators to know of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Response
from sqlalchemy import select

from app.admin.remarks import Remark
from app.attachments import queries as attachments
from app.attachments.models import Attachment
from app.cases.models import Case
from app.core.db import db
from app.core.health import DEGRADED, OK, PartStatus
from app.core.http import current_person, needs
from app.core.permissions import Permission, Person
from app.frame.pages import Pages, render
from app.identity.queries import names, whole_county
from workflows.words import Words

bp = Pages("unjudged_photos", __name__, url_prefix="/admin/photos")

SHOWN_MOST = 200


@dataclass(frozen=True)
class SealedPhoto:
    """A photo by name: the case it belongs to, if that has come, who sent it, when, how many bytes."""

    attachment_id: UUID
    number: str | None
    uploader: str
    stored_at: datetime
    size: int
    type: str


@bp.get("/")
@needs(Permission.ADMIN_READ)
def listed() -> Response:
    """List them, the newest first; only whoever administers the whole county sees them."""
    rows = sealed(SHOWN_MOST) if whole_county(current_person(), Permission.ADMIN_READ) else []
    return render("admin/photos.html", rows=rows, most=SHOWN_MOST)


def remarks(person: Person) -> Iterator[Remark]:
    """Say how many there are."""
    number = attachments.count_unjudged() if whole_county(person, Permission.ADMIN_READ) else 0
    if number:
        text = Words("{} 张照片没能检查", "{} photos could not be looked at").format(number)
        yield Remark(text, "/admin/photos/")


def part() -> PartStatus:
    """Say the same to whoever watches the system."""
    number = attachments.count_unjudged()
    return PartStatus(DEGRADED if number else OK, "unjudged" if number else "", number)


def sealed(most: int) -> list[SealedPhoto]:
    """Return the newest of them."""
    rows = attachments.unjudged(most)
    numbers = _numbers(rows)
    people = names({row.uploader for row in rows})
    return [
        SealedPhoto(row.attachment_id, numbers.get(row.case_id), people.get(row.uploader, "—"), stored_at, size, type_)
        for row in rows
        if (stored_at := row.stored_at) and (size := row.size) is not None and (type_ := row.type)
    ]


def _numbers(rows: Sequence[Attachment]) -> dict[UUID, str]:
    ids = {row.case_id for row in rows}
    numbered_cases = db.session.execute(select(Case.case_id, Case.number).where(Case.case_id.in_(ids)))
    return {case_id: number for case_id, number in numbered_cases}
