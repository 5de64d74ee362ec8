"""Keep the roster of duty, and hand over: signed by who leaves and by who takes over."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, select

from app.audit import service as audit
from app.audit.tags import SubjectKind, Tag
from app.catalogue import queries as catalogue_queries
from app.core import clock
from app.core.db import db, upsert
from app.core.errors import Conflict, Invalid, NotFound
from app.core.permissions import Permission, Person
from app.deadlines.shifts import ShiftDay, around, ended
from app.duty import queries
from app.duty.models import DutyRow, Handover
from app.grids import queries as grids
from workflows.words import Words

DAYS_MOST = 366
PAGE = 200  # rows in one statement
NOT_THERE = Words("此人账号已停用，或在该中心没有任职。", "Account closed, or no role at that centre.")


@dataclass(frozen=True)
class SheetDuty:
    """A line of a sheet: who is on duty where and when."""

    centre: str
    day: date
    shift: str
    person_id: UUID


class CentreUnknown(NotFound):
    """这里没有中心。"""

    code = "centre_unknown"
    en = "There is no centre here."


class HandoverUnknown(NotFound):
    """没有这份交接记录。"""

    code = "handover_unknown"
    en = "There is no such record of a handover."


class NotOnDuty(Conflict):
    """您不在这一班的值班表上，不能签交接班。"""

    code = "not_on_duty"
    en = "You are not on the roster of this shift, so you cannot sign its handover."


class HandedOver(Conflict):
    """这一班已经交接过了。"""

    code = "handed_over"
    en = "This shift has been handed over already."


def managed_centre(code: str, by: Person) -> str:
    """Return a centre on the ground where a person keeps rosters; raise CentreUnknown."""
    node = grids.grid_tree().get(code)
    if node is None or not node.has_centre or not by.reaches(Permission.GRID_ROSTER, node.path):
        raise CentreUnknown
    return code


def appoint(
    centre: str,
    day: date,
    until: date | None,
    shift: str,
    person_ids: Collection[UUID],
    *,
    by: Person,
    named: str = "who",
) -> None:
    """Put people on duty at a centre in a shift, on a day or on all days to another one; twice is once.

    Raises CentreUnknown, and Invalid at `shift`, `until` or what the people are `named` in the request.
    """
    managed_centre(centre, by)
    _known_shift(centre, shift)
    last = until or day
    if not day <= last < day + timedelta(days=DAYS_MOST):
        text = Words("结束日期应在开始日期之后一年以内。", "The end lies within a year after the beginning.")
        raise Invalid.at("until", text)
    _working(centre, person_ids, named)
    days = [day + timedelta(days=number) for number in range((last - day).days + 1)]
    fresh = _add((centre, each, shift, person_id) for each in days for person_id in person_ids)
    for person_id in sorted({one for *_, one in fresh}, key=str):
        end = {} if last == day else {"until": str(last)}
        _record(Tag.DUTY_APPOINTED, by, centre, day, shift, person=str(person_id), **end)


def import_duties(duties: Iterable[SheetDuty], *, by: Person) -> int:
    """Put on duty whom a sheet names, each line checked before; return how many were not on the roster yet."""
    rows = [(one.centre, one.day, one.shift, one.person_id) for one in duties]
    fresh = _add(rows)
    audit.record(Tag.DUTY_IMPORTED, person_id=by.person_id, rows=len(rows), created=len(fresh))
    return len(fresh)


def dismiss(centre: str, day: date, shift: str, person_id: UUID, *, by: Person) -> None:
    """Take a person off duty in a shift."""
    managed_centre(centre, by)
    rest = delete(DutyRow).where(DutyRow.centre == centre, DutyRow.day == day, DutyRow.shift == shift)
    gone = db.session.scalars(rest.where(DutyRow.person_id == person_id).returning(DutyRow.person_id)).all()
    for each in gone:
        _record(Tag.DUTY_DISMISSED, by, centre, day, shift, person=str(each))


def put(centre: str, day: date, shift: str, person_ids: Collection[UUID], *, by: Person) -> None:
    """Let exactly these people be on duty in a shift."""
    managed_centre(centre, by)
    _known_shift(centre, shift)
    for each in sorted(queries.appointed(centre, day, shift) - set(person_ids), key=str):
        dismiss(centre, day, shift, each, by=by)
    appoint(centre, day, None, shift, person_ids, by=by, named="people")


def leave(centre: str, note: str, *, by: Person) -> Handover:
    """Write and sign the record of the shift that ends: the one that runs, or that has just ended.

    Raises NotOnDuty, HandedOver.
    """
    turn = _own_turn(centre, by)
    row = {
        "id": uuid4(), "centre": centre, "day": turn.day, "shift": turn.shift.code, "note": note,
        "cases": queries.open_urgent(centre), "left_by": by.person_id, "left_at": clock.now(),
    }  # fmt: skip
    entered = upsert(Handover.__table__).values(**row).on_conflict_do_nothing().returning(Handover.__table__.c.id)
    if db.session.scalar(entered) is None:  # somebody else of the shift was quicker
        raise HandedOver
    record = db.session.get_one(Handover, row["id"])
    _record(Tag.DUTY_HANDED_OVER, by, centre, turn.day, turn.shift.code)
    return record


def take(record_id: UUID, *, by: Person) -> Handover:
    """Sign a record as who takes over: on duty in the shift after it. Raises HandoverUnknown, NotOnDuty, HandedOver."""
    record: Handover | None = db.session.scalar(select(Handover).where(Handover.id == record_id).with_for_update())
    if record is None or record.centre not in queries.centres_of(by):
        raise HandoverUnknown
    if record.taken_by is not None:
        raise HandedOver
    ended = next((one for one in queries.shifts(record.centre) if one.code == record.shift), None)
    following = _following(record.centre, ShiftDay(record.day, ended)) if ended else None
    on_duty = following and queries.is_on_duty(by.person_id, record.centre, following.day, following.shift.code)
    if not on_duty or by.person_id == record.left_by:
        raise NotOnDuty
    record.taken_by, record.taken_at = by.person_id, clock.now()
    _record(Tag.DUTY_TAKEN_OVER, by, record.centre, record.day, record.shift)
    return record


def _add(rows: Iterable[tuple[str, date, str, UUID]]) -> list[tuple[str, date, str, UUID]]:
    """Enter what is not on the roster yet; return that."""
    names, fresh = ("centre", "day", "shift", "person_id"), []
    table = DutyRow.__table__
    values = [dict(zip(names, row, strict=True)) for row in dict.fromkeys(rows)]
    for page in (values[begin : begin + PAGE] for begin in range(0, len(values), PAGE)):
        added = upsert(table).values(page).on_conflict_do_nothing().returning(*(table.c[name] for name in names))
        fresh += [tuple(row) for row in db.session.execute(added)]
    return fresh


def _working(centre: str, person_ids: Collection[UUID], named: str) -> None:
    if not {(one, centre) for one in person_ids} <= (queries.at_work([centre]) if person_ids else set()):
        raise Invalid.at(named, NOT_THERE)


def _record(tag: Tag, by: Person, centre: str, day: date, shift: str, **about: str) -> None:
    subject = (SubjectKind.GRID, centre)
    audit.record(tag, person_id=by.person_id, subject=subject, shift=shift, day=str(day), **about)


def _own_turn(centre: str, by: Person) -> ShiftDay:
    """Return the shift that a person may hand over now: of those that run or have just ended the one not handed over.

    Who is on duty in two of them means the one whose end is nearest: soon after the change the one that ended.
    """
    if centre not in queries.centres_of(by):
        raise CentreUnknown
    moment, known = clock.now(), queries.shifts(centre)
    late_by = timedelta(hours=catalogue_queries.catalogue().setting("handover_hours"))
    running = around(known, moment)[0]
    candidates = [*([running] if running else []), *ended(known, moment, late_by)]
    own = [one for one in candidates if queries.is_on_duty(by.person_id, centre, one.day, one.shift.code)]
    if not own:
        raise NotOnDuty
    open_ones = [one for one in own if _of_shift(centre, one) is None]
    if not open_ones:
        raise HandedOver
    return min(open_ones, key=lambda one: abs(one.ends - moment))


def _following(centre: str, turn: ShiftDay) -> ShiftDay | None:
    running, coming = around(queries.shifts(centre), turn.ends)
    return running if running and running.begins >= turn.ends else coming


def _of_shift(centre: str, turn: ShiftDay) -> Handover | None:
    same = (Handover.centre == centre, Handover.day == turn.day, Handover.shift == turn.shift.code)
    return db.session.scalar(select(Handover).where(*same))


def _known_shift(centre: str, shift: str) -> None:
    if shift not in {one.code for one in queries.shifts(centre)}:
        raise Invalid.at("shift", Words("没有这个班次。", "There is no such shift."))


def managed_centres(by: Person) -> list[str]:
    """Return the centres whose rosters a person keeps."""
    tree = grids.grid_tree()
    return [node.code for node in tree.current if node.has_centre and by.reaches(Permission.GRID_ROSTER, node.path)]
