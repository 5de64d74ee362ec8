"""Change grids and the roster. Every change of a grid raises the revision of the tree."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError

from app.audit import service as audit
from app.audit.tags import Tag
from app.core import clock, events, revisions
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotFound
from app.core.permissions import SYSTEM, Permission, Person
from app.departments.queries import directory
from app.grids.boundaries import Area, Fault, check
from app.grids.drafts import Draft
from app.grids.events import PathChanged
from app.grids.levels import AreaClass, Duty, Kind, Level, path_of
from app.grids.models import Grid, Roster
from app.grids.queries import grid_tree, managed, revision
from app.grids.tree import GridTree


class BoundariesRefused(Invalid):
    """网格边界有误，没有导入任何网格，请按提示修改后重新导入。"""

    code = "boundaries_refused"
    en = "There are faults in the boundaries, and no grid was imported: mend them as shown and import again."

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        fields: dict[str, list[str]] = {}
        for fault in faults:
            fields.setdefault(fault.code, []).append(fault.detail)
        super().__init__(fields=fields)


class GridEnded(Invalid):
    """网格已停用，不能再安排人员，请改选现用的网格。"""

    code = "grid_ended"
    en = "This grid has ended: please choose one of today."


class GridsMoved(Conflict):
    """您查看期间网格已被他人修改，请重新核对后再导入。"""

    code = "grids_moved"
    en = "The grids were changed by somebody else meanwhile: please look again before you import."


class PersonUnknown(NotFound):
    """没有这个人员，请先登记人员。"""

    code = "person_unknown"
    en = "There is no such person: register them first."


@dataclass(frozen=True, slots=True)
class Imported:
    """How many grids an import made, changed, left as they were, and ended."""

    created: int
    changed: int
    unchanged: int
    ended: int


def faults_of(drafts: Sequence[Draft], ended: Collection[str] = (), *, by: Person = SYSTEM) -> tuple[Fault, ...]:
    """Check what the tree would be after an import, and return every fault; nothing is written."""
    return _faults(grid_tree(), drafts, frozenset(ended), by)


def replace(
    drafts: Sequence[Draft], ended: Collection[str] = (), *, seen: int | None = None, by: Person = SYSTEM
) -> Imported:
    """Create the grids of an import, replace those that exist, end those named; all or none.

    A grid not named stays as it is. Raises BoundariesRefused with every fault of the tree that would come out, and
    GridsMoved when the tree is not any more the one whose revision somebody has seen.
    """
    revisions.raise_("grids")  # first, for it locks: two imports at once could each be sound and not both together
    if seen is not None and revision() != seen + 1:
        raise GridsMoved
    tree = grid_tree()
    faults = _faults(tree, drafts, frozenset(ended), by)
    if faults:
        raise BoundariesRefused(faults)
    ordered = sorted(drafts, key=lambda draft: (draft.level.depth, draft.code))
    paths = _paths(tree, ordered)
    rows = {row.code: row for row in db.session.scalars(select(Grid))}
    new = [draft for draft in ordered if draft.code not in rows]
    db.session.add_all([_row(draft, paths[draft.code]) for draft in new])
    db.session.flush()  # new parents must stand before the grids that move below them
    changed = sum(_rewrite(rows[draft.code], draft) for draft in ordered if draft.code in rows)
    _end(rows[code] for code in sorted(ended))
    _move(rows, paths)
    done = Imported(len(new), changed, len(ordered) - len(new) - changed, len(ended))
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
            said = "没有这个部门或已撤销，请从列表中选择。", "There is no such department: choose from the list."
            raise Invalid(fields={field: [said]})
    if trade_department and row.kind != Kind.DEDICATED:
        said = "只有专属网格可以有行业主管部门。", "Only a dedicated grid has a trade department."
        raise Invalid(fields={"trade_department": [said]})
    values = {"name": name, "area_class": area_class.value, **departments}
    different = [field for field, value in values.items() if getattr(row, field) != value]
    for field in different:
        setattr(row, field, values[field])
    if different:
        db.session.flush()  # the tree is read from the rows
        audit.record(Tag.GRID_CHANGED, person_id=by.person_id, subject=("grid", code), fields=different)
    return bool(different)


def open_centre(code: str, *, by: Person = SYSTEM) -> None:
    """Let a centre (受理、值班、派遣) of its own level work in a grid of any level; raise GridUnknown, GridEnded."""
    _own(code, by).has_centre = True
    audit.record(Tag.GRID_CHANGED, person_id=by.person_id, subject=("grid", code), fields=["has_centre"])


def _own(code: str, by: Person) -> Grid:
    """Return the row of a grid to be changed, when nobody else changes any."""
    revisions.raise_("grids")  # first, for it locks
    if managed(code, by, Permission.GRID_IMPORT).ended:
        raise GridEnded("网格已停用，不能修改；请重新导入它的边界后再改。")
    return db.session.get_one(Grid, code, populate_existing=True)


def appoint(
    code: str, person_id: UUID, duty: Duty, valid_from: datetime | None = None, *, by: Person = SYSTEM
) -> Roster:
    """Let a person serve a grid as something, from now unless said; the same again changes nothing.

    A service that was to begin later begins at the earlier time.

    Raises GridUnknown, GridEnded and PersonUnknown.
    """
    start = valid_from or clock.now()
    if managed(code, by, Permission.GRID_ROSTER).ended:
        raise GridEnded
    serving: Roster | None = db.session.scalar(_serving_row(code, person_id, duty))
    if serving is not None and serving.valid_from <= start:
        return serving
    found = serving or db.session.get(Roster, (code, person_id, duty, start))
    if found is not None:
        found.valid_from = start
        found.valid_to = None  # a service ended in the very moment it began goes on
    else:
        found = Roster(grid=code, person_id=person_id, duty=duty, valid_from=start)
        db.session.add(found)
    try:
        db.session.flush()  # here and not at the commit, so that an unknown person is told as such
    except IntegrityError as error:
        raise PersonUnknown from error
    about = {"person": str(person_id), "duty": str(duty)}
    audit.record(Tag.ROSTER_APPOINTED, person_id=by.person_id, subject=("grid", code), **about)
    return found


def dismiss(code: str, person_id: UUID, duty: Duty, *, by: Person = SYSTEM) -> bool:
    """Let a person's service of a grid end now; tell whether there was one."""
    managed(code, by, Permission.GRID_ROSTER)
    found = db.session.scalar(_serving_row(code, person_id, duty))
    if found is None:
        return False
    found.valid_to = max(clock.now(), found.valid_from)
    about = {"person": str(person_id), "duty": str(duty)}
    audit.record(Tag.ROSTER_DISMISSED, person_id=by.person_id, subject=("grid", code), **about)
    return True


def _serving_row(code: str, person_id: UUID, duty: Duty) -> Select[Roster]:
    own = (Roster.grid == code, Roster.person_id == person_id, Roster.duty == duty)
    return select(Roster).where(*own, Roster.valid_to.is_(None)).order_by(Roster.valid_from).limit(1)


def _faults(tree: GridTree, drafts: Sequence[Draft], ended: frozenset[str], by: Person) -> tuple[Fault, ...]:
    drafted = {draft.code for draft in drafts}
    current = {node.code for node in tree.current}
    unknown = "没有这个网格，无法停用。", "There is no such grid that could end."
    doubled = "同一文件里既有边界又要停用。", "The file both draws it and ends it."
    faults = [Fault(code, "unknown", *unknown) for code in sorted(ended - current)]
    faults += [Fault(code, "doubled", *doubled) for code in sorted(ended & drafted)]
    faults += _beyond(tree, drafts, ended, by)
    kept: list[Area] = [area for area in tree.areas if area.code not in drafted | ended]
    return tuple([*faults, *_unknown_departments(drafts), *check([*kept, *(draft.area for draft in drafts)])])


def _beyond(tree: GridTree, drafts: Sequence[Draft], ended: frozenset[str], by: Person) -> list[Fault]:
    """Name the grids of a file that lie, or would lie, where whoever brings it manages nothing."""
    if by.is_system:
        return []
    said = "不在您的管理范围内，请从文件中去掉。", "It is not on your ground: please take it out of the file."
    parents = {node.code: node.parent for node in tree.current} | {draft.code: draft.parent for draft in drafts}
    shapes = {draft.code: draft.geometry for draft in drafts}
    nodes = (node for code in ended | shapes.keys() if (node := tree.get(code)))
    places = [*((node.code, node.path) for node in nodes), *((code, _path_up(code, parents)) for code in shapes)]
    found = {code for code, path in places if path and not by.reaches(Permission.GRID_IMPORT, path)}
    return [Fault(code, "beyond", *said, place=shapes.get(code)) for code in sorted(found)]


def _path_up(code: str, parents: Mapping[str, str | None]) -> str | None:
    """Return the path that a grid would have; None where nothing leads up to a county, which is a fault of its own."""
    path, above = "", code
    for _ in Level:
        path = f"{above}/{path}"
        if above not in parents:
            return None
        if (next_above := parents[above]) is None:
            return path
        above = next_above
    return None


def _unknown_departments(drafts: Sequence[Draft]) -> list[Fault]:
    named = {
        (department, draft.code)
        for draft in drafts
        for department in (draft.responsible_department, draft.trade_department)
        if department
    }
    known = directory().by_code
    missing = sorted((code, department) for department, code in named if department not in known)
    return [
        Fault(code, "department", f"没有部门 {department}，请先登记。", f"There is no department {department}.")
        for code, department in missing
    ]


def _paths(tree: GridTree, ordered: Sequence[Draft]) -> dict[str, str]:
    """Return the path of every current or drafted grid as it will be; parents come before children."""
    parents = {node.code: node.parent for node in tree.current} | {draft.code: draft.parent for draft in ordered}
    paths: dict[str, str] = {}

    def path(code: str) -> str:
        if code not in paths:
            above = parents[code]
            paths[code] = path_of(code, path(above) if above else "")
        return paths[code]

    for code in parents:
        path(code)
    return paths


def _row(draft: Draft, path: str) -> Grid:
    centre = draft.level is Level.COUNTY  # somebody has to receive what is reported
    return Grid(code=draft.code, path=path, has_centre=centre, valid_from=clock.now(), **draft.values)


def _rewrite(row: Grid, draft: Draft) -> bool:
    """Make a row what a draft says, and current again if it had ended; tell whether that changed anything."""
    different = draft.differences(row)
    back = row.valid_to is not None
    for name, value in different.items():
        setattr(row, name, value)
    row.valid_to = None
    return bool(different) or back


def _end(rows: Iterable[Grid]) -> None:
    for row in rows:
        row.valid_to = clock.now()


def _move(rows: dict[str, Grid], paths: dict[str, str]) -> None:
    """Give grids their new paths, and tell whoever keeps a copy of a path."""
    moves = [(row, PathChanged(code, row.path, paths.get(code, row.path))) for code, row in rows.items()]
    moves = [(row, move) for row, move in moves if move.old_path != move.new_path]
    # the deepest first: a follower that rewrites everything below an old path finds the rest still there
    moves.sort(key=lambda moved: (-len(moved[1].old_path), moved[1].code))
    for row, move in moves:
        row.path = move.new_path
    db.session.flush()  # followers look at the tree as it will be
    for _, move in moves:
        events.publish(move)
