"""Order files, and keep their rows: claim one, note how far it is, end it, forget what is old."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, or_, select, update

from app.core import clock, events
from app.core.db import db
from app.core.errors import TooMany
from app.core.permissions import Person
from app.frame.exports import queries, registry
from app.frame.exports.events import ExportFailed, ExportReady, ExportTaken
from app.frame.exports.models import Export, ExportFault, ExportFormat, ExportStatus

LEASE = timedelta(minutes=2)
ATTEMPTS_MOST = 3


class ExportsUnderWay(TooMany):
    """您已有 3 个文件在生成，请等其中一个完成后再导出。"""

    code = "exports_under_way"
    en = "Three files of yours are being written: wait for one of them."


def order(
    name: str, format_: ExportFormat, filters: Mapping[str, str], language: str, *, by: Person, address: str | None
) -> Export:
    """Order a list as a file; raise NotFound, Invalid or ExportsUnderWay."""
    table = registry.table_for(name, by)
    table.read(filters)
    if queries.under_way(by) >= queries.UNDER_WAY_MOST:
        raise ExportsUnderWay
    assert by.person_id is not None  # noqa: S101 - who asks has signed in
    export = Export(
        id=uuid4(), person_id=by.person_id, table_name=table.name, format=format_, language=language,
        filters=dict(filters), sight=table.sight(by), address=address, status=ExportStatus.WAITING, total=0, written=0,
        attempts=0, created_at=clock.now(),
    )  # fmt: skip
    db.session.add(export)
    return export


def claim() -> UUID | None:
    """Take the file that has waited longest, or that a dead process has left; None if there is none."""
    now = clock.now()
    lost = (Export.status == ExportStatus.RUNNING) & (Export.claimed_until < now)
    _give_up(lost & (Export.attempts >= ATTEMPTS_MOST))
    free = or_(Export.status == ExportStatus.WAITING, lost)
    oldest = select(Export.id).where(free).order_by(Export.created_at).limit(1)
    statement = (
        update(Export)
        .where(Export.id.in_(oldest), free)
        .values(
            status=ExportStatus.RUNNING, claimed_until=now + LEASE, attempts=Export.attempts + 1, total=0, written=0
        )
        .returning(Export.id)
    )
    return db.session.scalar(statement.execution_options(synchronize_session=False))


def _give_up(hopeless: ColumnElement[bool]) -> None:
    """Let no file that takes its process down be begun again and again."""
    ended = {"status": ExportStatus.FAILED, "fault": ExportFault.BROKEN, "ended_at": clock.now(), "filters": {}}
    gone = update(Export).where(hopeless).values(ended).returning(Export.id, Export.person_id)
    for row in db.session.execute(gone.execution_options(synchronize_session=False)).all():
        events.publish(ExportFailed(row.id, row.person_id, ExportFault.BROKEN))


def note(export_id: UUID, written: int, total: int) -> None:
    """Note how far a file is; who writes it is alive."""
    db.session.execute(
        update(Export)
        .where(Export.id == export_id, Export.status == ExportStatus.RUNNING)
        .values(written=written, total=total, claimed_until=clock.now() + LEASE)
        .execution_options(synchronize_session=False)
    )


def keep_trail(export_id: UUID, trail: bytes) -> None:
    """Keep what stands in a file, before anybody may take it away."""
    running = update(Export).where(Export.id == export_id, Export.status == ExportStatus.RUNNING)
    db.session.execute(running.values(trail=trail).execution_options(synchronize_session=False))


def finish(export_id: UUID) -> None:
    """Let a file that has been written be taken away; what was searched for need not be known any more."""
    export = db.session.get_one(Export, export_id, populate_existing=True)
    if export.status != ExportStatus.RUNNING:
        return
    export.status, export.ended_at, export.filters = ExportStatus.READY, clock.now(), {}
    events.publish(ExportReady(export.id, export.person_id, export.table_name, export.written, export.address))


def fail(export_id: UUID, fault: ExportFault) -> None:
    """Give a file up, with the reason."""
    export = db.session.get_one(Export, export_id, populate_existing=True)
    export.status, export.fault, export.ended_at, export.filters = ExportStatus.FAILED, fault, clock.now(), {}
    events.publish(ExportFailed(export.id, export.person_id, fault))


def put_back(export_id: UUID) -> None:
    """Let a file that broke off be begun anew, or give it up."""
    export = db.session.get_one(Export, export_id, populate_existing=True)
    if export.status == ExportStatus.RUNNING:
        if export.attempts >= ATTEMPTS_MOST:
            fail(export_id, ExportFault.BROKEN)
        else:
            export.status, export.claimed_until = ExportStatus.WAITING, None


def take(export: Export) -> None:
    """Note that its maker has downloaded a file."""
    export.taken_at = export.taken_at or clock.now()
    events.publish(ExportTaken(export.person_id, export.table_name, export.written))


def forget() -> Sequence[UUID]:
    """Drop the rows of files that are too old; return which they were."""
    old = select(Export).where(~queries.unexpired())
    rows = db.session.scalars(old).all()
    for row in rows:
        db.session.delete(row)
    return [row.id for row in rows]
