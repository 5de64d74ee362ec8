"""The audit log and the photos that were not looked at as files."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import current_app

from app.admin import audit_query, unjudged_photos
from app.admin.audit_search import AuditSearchIn
from app.admin.audit_sentences import tell
from app.admin.unjudged_photos import SealedPhoto
from app.audit import queries as audit
from app.core import clock
from app.core.permissions import Permission, Person
from app.frame import forms
from app.frame.exports.registry import ExportTable
from app.identity.queries import whole_county
from workflows.words import Words

_TIME = (Words("时间", "Time"), 20)


def _read(args: Mapping[str, str]) -> Mapping[str, Any]:
    return forms.load_args(AuditSearchIn(), args)


def _entries(person: Person, ids: Sequence[int]) -> Iterator[list[str]]:
    entries = audit.entries(ids)
    known = audit_query.known(person, entries)
    with current_app.test_request_context():  # sentences know where they lead
        for one in [tell(entry, known) for entry in entries]:
            yield [f"{clock.local(one.at):%Y-%m-%d %H:%M:%S}", one.name, one.sentence, one.address or ""]


def _photos(person: Person, _: Any, most: int) -> Sequence[SealedPhoto]:
    return unjudged_photos.sealed(most) if whole_county(person, Permission.ADMIN_READ) else ()


def _photo_rows(person: Person, photos: Sequence[SealedPhoto]) -> Iterator[list[str]]:
    for one in photos:
        yield [
            one.number or "",
            one.uploader,
            f"{clock.local(one.stored_at):%Y-%m-%d %H:%M:%S}",
            str(one.size),
            one.type,
        ]


AUDIT = ExportTable(
    name="audit", title=Words("审计日志", "Audit log"), permission=Permission.AUDIT_READ,
    columns=(_TIME, (Words("事项", "What"), 18), (Words("内容", "Entry"), 90), (Words("地址", "Address"), 18)),
    read=_read, keys=audit_query.ids, rows=_entries,
)  # fmt: skip
PHOTOS = ExportTable(
    name="photos", title=Words("没能检查的照片", "Photos not looked at"), permission=Permission.ADMIN_READ,
    columns=(
        (Words("案件编号", "Case"), 20), (Words("上传人", "Sent by"), 14), _TIME, (Words("字节", "Bytes"), 12),
        (Words("格式", "Type"), 14),
    ),
    read=dict, keys=_photos, rows=_photo_rows,
)  # fmt: skip
TABLES = (AUDIT, PHOTOS)
