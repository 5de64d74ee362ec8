"""Change grids and the roster. Every change of a grid raises the revision of the tree."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, func, insert, literal, or_, select, update
from sqlalchemy.exc import IntegrityError

from app.audit import service as audit
from app.audit.tags import SubjectKind, Tag
from app.core import clock, events, revisions
from app.core.apart import Apart, ProcessDied
from app.core.db import db
from app.core.errors import Busy, Conflict, Invalid, NotFound
from app.core.permissions import SYSTEM, Permission, Person
from app.departments.queries import directory
from app.departments.queries import revision as departments_revision
from app.grids import import_check
from app.grids.boundaries import GridFault
from app.grids.drafts import Draft
from app.grids.events import PathChanged
from app.grids.import_check import ImportContext, Judgement
from app.grids.levels import NEVER_ENFORCING, AreaClass, Duty, GridKind, Level, subtree_range
from app.grids.models import Grid, Roster
from app.grids.pending_files import PendingFile
from app.grids.plans import GridChange, TreePlan
from app.grids.queries import grid_tree, lasting, managed, revision
from app.identity import queries as identity
from app.identity.events import HoldsLess
from workflows.words import Words

MEMORY_BYTES = 2048 * 1_048_576  # the largest file that is taken needs about half of it
CPU_SECONDS, WAIT_SECONDS = 60, 90  # of work, and beside others who work; our figures
_judging = Apart("app.grids.import_check", 1, MEMORY_BYTES, CPU_SECONDS, WAIT_SECONDS)


class BoundariesRefused(Invalid):
    """网格边界有误，没有导入任何网格，请按提示修改后重新导入。"""

    code = "boundaries_refused"
    en = "There are faults in the boundaries, and no grid was imported: mend them as shown and import again."

    def __init__(self, faults: Sequence[GridFault]) -> None:
        self.faults = tuple(faults)
        fields: dict[str, list[Words]] = {}
        for fault in faults:
            fields.setdefault(fault.code, []).append(fault.detail)
        super().__init__(fields=fields)


class GridEnded(Invalid):
    """网格已停用，不能再安排人员，请改选现用的网格。"""

    code = "grid_ended"
    en = "This grid has ended: please choose one of today."


class Enforces(Invalid):
    """此人担任执法岗位，不能任网格员、兼职网格员或辅警；请先结束其执法岗位，或改选他人。"""

    code = "enforces"
    en = "They hold an enforcing post, and cannot serve a grid as this: end that post first, or choose somebody else."


class GridsMoved(Conflict):
    """您查看期间网格已被他人修改，请重新核对后再导入。"""

    code = "grids_moved"
    en = "The grids were changed by somebody else meanwhile: please look again before you import."


class FileCostly(Invalid):
    """文件无法在规定的时间和内存内检查完，请按乡镇分成几个文件，或减少边界上的点。"""

    code = "grid_file_costly"
    en = "The file cannot be checked within bounds: divide it, or draw its boundaries with fewer points."


class PersonUnknown(NotFound):
    """没有这个人员，请先登记人员。"""

    code = "person_unknown"
    en = "There is no such person: register them first."


class Stand(NamedTuple):
    """Which state of grids and departments an import was judged by."""

    grids: int
    departments: int


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """How many grids an import made, changed, left as they were, and ended."""

    created: int
    changed: int
    unchanged: int
    ended: int


def ground(by: Person = SYSTEM) -> tuple[ImportContext, Stand]:
    """Return what an import by somebody is judged by, and which state of it that is."""
    tree, departments = grid_tree(), directory()
    paths = None if by.is_system else by.grounds(Permission.GRID_IMPORT)
    return ImportContext(tree, tuple(departments.by_code), paths), _stand()


def judge(file: PendingFile, *, by: Person = SYSTEM) -> tuple[Judgement, Stand]:
    """Judge a file in a process of its own; raise FileCostly, or Busy where the machine kept it from judging."""
    judged_by, stand = ground(by)
    question = import_check.question(file.content, file.crs, judged_by, accept_offset=file.accept_offset)
    try:
        return import_check.read(_judging.ask(question)), stand
    except ProcessDied as died:
        raise (FileCostly() if died.of_its_own_doing else Busy()) from died


def check(drafts: Sequence[Draft], ended: Collection[str] = (), *, by: Person = SYSTEM) -> tuple[TreePlan, Stand]:
    """Work out here and now what an import would do; raise BoundariesRefused with every fault of what would come."""
    judged_by, stand = ground(by)
    faults, plan = import_check.judge(drafts, ended, judged_by)
    if faults:
        raise BoundariesRefused(faults)
    return plan, stand


def replace(plan: TreePlan, stand: Stand, *, by: Person = SYSTEM) -> ImportCounts:
    """Create the grids of an import, replace those that exist, end those named; all or none.

    A grid not named stays as it is. Raises GridsMoved when grids or departments are not any more those by which it was
    judged.
    """
    revisions.raise_("grids")  # first, for it locks: two imports at once could each be sound and not both together
    if _stand() != (stand.grids + 1, stand.departments):
        raise GridsMoved
    now = clock.now()
    if plan.new:
        rows = [{**_row_values(one), "has_centre": one.level is Level.COUNTY, "valid_from": now} for one in plan.new]
        db.session.execute(insert(Grid), rows)  # a county has a centre: somebody has to receive what is reported
    _rewrite(plan, now)
    for move in plan.moved:
        events.publish(PathChanged(move.code, move.old_path, move.new_path))
    done = ImportCounts(len(plan.new), len(plan.changed), plan.unchanged, len(plan.ended))
    audit.record(Tag.GRIDS_IMPORTED, person_id=by.person_id, **asdict(done))
    return done


def change(
    code: str,
    *,
    name: str,
    area_class: AreaClass,
    responsible_department: str | None,
    trade_department: str | None = None,
    by: Person = SYSTEM,
) -> bool:
    """Change what a grid is called and who answers for it; tell whether that changed anything.

    Raises GridUnknown, GridEnded, and Invalid for a department that does not exist or that belongs to no such grid.
    """
    row = _own(code, by)
    departments = {"responsible_department": responsible_department, "trade_department": trade_department}
    for field, department in departments.items():
        entry = directory().get(department) if department else None
        if department != getattr(row, field) and department and (entry is None or not entry.valid(clock.now())):
            text = Words("没有这个部门或已撤销，请从列表中选择。", "There is no such department: choose from the list.")
            raise Invalid.at(field, text)
    if trade_department and row.kind != GridKind.DEDICATED:
        text = Words("只有专属网格可以有行业主管部门。", "Only a dedicated grid has a trade department.")
        raise Invalid.at("trade_department", text)
    values = {"name": name, "area_class": area_class.value, **departments}
    different = [field for field, value in values.items() if getattr(row, field) != value]
    for field in different:
        setattr(row, field, values[field])
    if different:
        db.session.flush()  # the tree is read from the rows
        audit.record(Tag.GRID_CHANGED, person_id=by.person_id, subject=(SubjectKind.GRID, code), fields=different)
    return bool(different)


def open_centre(code: str, *, by: Person = SYSTEM) -> None:
    """Let a centre (受理、值班、派遣) of its own level work in a grid of any level; raise GridUnknown, GridEnded."""
    _own(code, by).has_centre = True
    audit.record(Tag.GRID_CHANGED, person_id=by.person_id, subject=(SubjectKind.GRID, code), fields=["has_centre"])


def _own(code: str, by: Person) -> Grid:
    """Return the row of a grid to be changed, when nobody else changes any."""
    revisions.raise_("grids")  # first, for it locks
    if managed(code, by, Permission.GRID_IMPORT).ended:
        raise GridEnded(
            Words(
                "网格已停用，不能修改；请重新导入它的边界后再改。",
                "This grid has ended and is changed no more: import its boundary again first.",
            )
        )
    return db.session.get_one(Grid, code, populate_existing=True)


def appoint(
    code: str, person_id: UUID, duty: Duty, valid_from: datetime | None = None, *, by: Person = SYSTEM
) -> Roster:
    """Let a person serve a grid as something, from now unless said; the same again changes nothing.

    A service that was to begin later begins at the earlier time.

    Raises GridUnknown, GridEnded, Enforces and PersonUnknown.
    """
    start = valid_from or clock.now()
    if managed(code, by, Permission.GRID_ROSTER).ended:
        raise GridEnded
    _check_enforcing(person_id, duty)
    serving: Roster | None = db.session.scalar(_serving_row(code, person_id, duty))
    if serving is not None and serving.valid_from <= start:
        return serving
    roster_row = serving or db.session.get(Roster, (code, person_id, duty, start))
    if roster_row is not None:
        roster_row.valid_from = start
        roster_row.valid_to = None  # a service ended in the very moment it began goes on
    else:
        roster_row = Roster(grid=code, person_id=person_id, duty=duty, valid_from=start)
        db.session.add(roster_row)
    try:
        db.session.flush()  # here and not at the commit, so that an unknown person is told as such
    except IntegrityError as error:
        raise PersonUnknown from error
    about = {"person": str(person_id), "duty": str(duty)}
    audit.record(Tag.ROSTER_APPOINTED, person_id=by.person_id, subject=(SubjectKind.GRID, code), **about)
    return roster_row


def _check_enforcing(person_id: UUID, duty: Duty) -> None:
    """Refuse a duty whose holders never enforce to whoever holds an enforcing post, or will; raise Enforces."""
    if duty in NEVER_ENFORCING and identity.to_hold([person_id], Permission.ENFORCEMENT_POST):
        raise Enforces.at("duty", Enforces.text)


def dismiss(code: str, person_id: UUID, duty: Duty, *, by: Person = SYSTEM) -> bool:
    """Let a person's service of a grid end now, as a substitute too, and that of who stands in for them.

    Tell whether there was one.
    """
    managed(code, by, Permission.GRID_ROSTER)
    own = (Roster.grid == code, Roster.duty == duty, lasting(clock.now()))
    theirs = or_(Roster.person_id == person_id, Roster.stands_in_for == person_id)
    rows = db.session.scalars(select(Roster).where(*own, theirs)).all()
    if not any(row.person_id == person_id for row in rows):
        return False
    for row in rows:
        row.valid_to = max(clock.now(), row.valid_from)
        events.publish(HoldsLess(row.person_id))
    about = {"person": str(person_id), "duty": str(duty)}
    audit.record(Tag.ROSTER_DISMISSED, person_id=by.person_id, subject=(SubjectKind.GRID, code), **about)
    return True


def _serving_row(code: str, person_id: UUID, duty: Duty) -> Select[Roster]:
    own = (Roster.grid == code, Roster.person_id == person_id, Roster.duty == duty)
    return select(Roster).where(*own, Roster.valid_to.is_(None)).order_by(Roster.valid_from).limit(1)


def _stand() -> Stand:
    return Stand(revision(), departments_revision())


def _row_values(one: GridChange) -> dict[str, str | None]:
    return {"code": one.code, **one.values}


def _rewrite(plan: TreePlan, now: datetime) -> None:
    """Make the rows of grids that there are what they are to be, paths included."""
    touched = {one.code for one in (*plan.changed, *plan.ended)} | {move.code for move in plan.moved}
    wanted = select(Grid).where(Grid.code.in_(touched))
    rows = {row.code: row for row in db.session.scalars(wanted.execution_options(populate_existing=True))}
    for one in plan.changed:
        rows[one.code].valid_to = None  # it may have ended
        for name, value in one.values.items():
            setattr(rows[one.code], name, value)
    for one in plan.ended:
        rows[one.code].valid_to = now
    for move in plan.moved:
        rows[move.code].path = move.new_path
    db.session.flush()  # followers look at the tree as it will be


def follow_path(rows: type[db.Model], old_path: str, new_path: str, **values: Any) -> None:
    """Rewrite `grid_path` in the rows of a grid that has moved, and of those below it, and set `values` beside it."""
    low, high = subtree_range(old_path)
    below = update(rows).where(rows.grid_path >= low, rows.grid_path < high)
    rest = func.substr(rows.grid_path, len(old_path) + 1)
    moved = below.values(grid_path=literal(new_path) + rest, **values)
    db.session.execute(moved.execution_options(synchronize_session=False))
