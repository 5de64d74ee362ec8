"""Read one's own files, and whether they may still be taken away."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from app.core import clock
from app.core.db import db
from app.core.errors import Forbidden, NotFound
from app.core.permissions import Person
from app.frame.exports import registry
from app.frame.exports.models import Export, ExportStatus

KEPT = timedelta(hours=24)
UNDER_WAY_MOST = 3  # of one person; our figure


class ExportUnknown(NotFound):
    """没有这个文件：导出的文件只有本人可以下载，只保留 24 小时。请重新导出。"""

    code = "export_unknown"
    en = "There is no such file: only its maker may have it, for 24 hours. Take the list away anew."


class SightChanged(Forbidden):
    """您能看到的内容在导出后有变化，请重新导出。"""

    code = "export_sight_changed"
    en = "What you may see has changed since: please take the list away anew."


def own(person: Person) -> Sequence[Export]:
    """Return a person's files, the newest first."""
    mine = select(Export).where(Export.person_id == person.person_id, unexpired()).order_by(Export.created_at.desc())
    return db.session.scalars(mine.execution_options(populate_existing=True)).all()


def one(export_id: UUID, person: Person) -> Export:
    """Return a file of a person's own; raise ExportUnknown."""
    mine = select(Export).where(Export.id == export_id, Export.person_id == person.person_id, unexpired())
    export: Export | None = db.session.scalar(mine.execution_options(populate_existing=True))
    if export is None:
        raise ExportUnknown
    return export


def to_take(export_id: UUID, person: Person) -> Export:
    """Return a file that its maker may download now; raise ExportUnknown, or SightChanged."""
    export = one(export_id, person)
    if export.status != ExportStatus.READY:
        raise ExportUnknown
    if not may_take(export, person):
        raise SightChanged
    return export


def may_take(export: Export, person: Person) -> bool:
    """Tell whether a person may still see what stands in a file that has been written, all of it."""
    if not has_same_sight(export, person):
        return False
    watch = registry.tables()[export.table_name].watch
    return watch is None or watch.is_unchanged(person, lambda: export.trail or b"", export.created_at)


def has_same_sight(export: Export, person: Person | None) -> bool:
    """Tell whether a person may see what they might see when they ordered the file."""
    table = registry.tables().get(export.table_name)
    if person is None or table is None:
        return False
    return person.may(table.permission) and table.sight(person) == export.sight


def under_way(person: Person) -> int:
    """Count a person's files that are still to be written."""
    states = (ExportStatus.WAITING, ExportStatus.RUNNING)
    count = select(func.count()).where(Export.person_id == person.person_id, Export.status.in_(states))
    return db.session.scalar(count) or 0


def unexpired() -> ColumnElement[bool]:
    """Return the condition that a file is not so old that it is gone."""
    return func.coalesce(Export.ended_at, Export.created_at) > clock.now() - KEPT
