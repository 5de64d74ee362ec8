"""Write departments and aliases."""

from datetime import datetime

from sqlalchemy import delete, select

from app.audit import service as audit
from app.audit.tags import SubjectKind, Tag
from app.core import clock, revisions
from app.core.db import db
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.permissions import SYSTEM, Person
from app.departments import providers, queries
from app.departments.kinds import DepartmentKind
from app.departments.models import Department, DepartmentAlias
from workflows.words import Words

_THERE = Words(
    "这个乡镇已经有“{}”；如已撤销，请在列表下方找到它再恢复。", "“{}” is there already; if it has ended, revive it."
)
_NAMED = Words("“{}”（{}）已经叫这个名称，请换一个。", "“{}” ({}) bears this name: choose another.")


class DepartmentExists(Conflict):
    """这个部门代码已经使用，请换一个。"""

    code = "department_exists"
    en = "This code is in use: choose another."


class AliasTaken(Conflict):
    """这个别名已经属于另一个部门。"""

    code = "alias_taken"
    en = "Another department bears this name already."


class NotYourGround(Forbidden):
    """这个部门不在您的管理范围内，请联系县级管理员。"""

    code = "department_elsewhere"
    en = "This department is not on your ground: ask the county's administrator."


def create(
    code: str,
    name: str,
    kind: DepartmentKind,
    *,
    grid_code: str | None = None,
    calendar: str = "office",
    valid_from: datetime | None = None,
    by: Person = SYSTEM,
) -> Department:
    """Make a department that exists from now unless said otherwise. Raises DepartmentExists."""
    if db.session.get(Department, code):
        raise DepartmentExists.at("code", DepartmentExists.text)
    row = Department(
        code=code,
        name=name,
        kind=DepartmentKind.of(kind).value,
        grid_code=grid_code,
        calendar=calendar,
        valid_from=valid_from or clock.now(),
    )
    db.session.add(row)
    db.session.flush()  # aliases point at it, and the directory is read from the rows
    revisions.raise_("departments")
    _record(code, by, change="made")
    return row


def establish(
    name: str,
    kind: DepartmentKind,
    *,
    code: str | None = None,
    grid_code: str | None = None,
    calendar: str = "office",
    by: Person = SYSTEM,
) -> Department:
    """Make a department as an administrator asks for it; a township's own gets the code by which routes find it.

    Raises NotYourGround, DepartmentExists, and Invalid naming each field that cannot be so.
    """
    revisions.raise_("departments")  # first, for it locks: names and codes are looked up in what others have written
    if not queries.managed_by(by, grid_code):
        raise NotYourGround
    if not kind.has_ground and grid_code:
        raise _invalid(
            "grid_code", Words("只有乡镇和执法队属于某个乡镇，请不要选择。", "Only townships and teams have one.")
        )
    if grid_code and grid_code not in providers.townships():
        raise _invalid(
            "grid_code", Words("没有这个乡镇，请从列表中选择。", "There is no such township: choose from the list.")
        )
    if kind is DepartmentKind.TOWNSHIP and not grid_code:
        raise _invalid("grid_code", Words("请选择是哪个乡镇。", "Please choose the township."))
    if not grid_code and not code:
        raise _invalid("code", Words("请填写部门代码。", "Please give it a code."))
    _check_name(name)
    _check_calendar(calendar)
    department_code = kind.code_on(grid_code) if grid_code else str(code)
    there = queries.directory().get(department_code) if grid_code else None
    if there:
        raise _invalid("grid_code", _THERE.format(there.name))
    return create(department_code, name, kind, grid_code=grid_code, calendar=calendar, by=by)


def rename(code: str, name: str, *, by: Person = SYSTEM) -> bool:
    """Give a department another name; it is found by the old one too, which rules and old files may use.

    Tell whether that changed anything.
    """
    row = _own(code, by)
    if row.name == name:
        return False
    _check_name(name, but=code)
    old, row.name = row.name, name
    db.session.execute(delete(DepartmentAlias).where(DepartmentAlias.alias == name))
    if queries.directory().called(old, but=code) is None:
        db.session.add(DepartmentAlias(alias=old, department=code))
    db.session.flush()  # the directory is read from the rows
    _record(code, by, change="renamed")
    return True


def choose_calendar(code: str, calendar: str, *, by: Person = SYSTEM) -> bool:
    """Let the limits of a department run by another calendar from now on; tell whether that changed anything."""
    row = _own(code, by)
    if row.calendar == calendar:
        return False
    _check_calendar(calendar)
    row.calendar = calendar
    db.session.flush()  # the directory is read from the rows
    _record(code, by, change="calendar", calendar=calendar)
    return True


def add_alias(alias: str, code: str, *, by: Person = SYSTEM) -> None:
    """Let a department be found by another name; the same again changes nothing. Raises AliasTaken."""
    _own(code, by)
    owner = db.session.scalar(select(DepartmentAlias.department).where(DepartmentAlias.alias == alias))
    if owner == code:
        return
    if owner or queries.directory().called(alias, but=code):
        raise AliasTaken.at("alias", AliasTaken.text)
    db.session.add(DepartmentAlias(alias=alias, department=code))
    db.session.flush()  # the directory is read from the rows
    _record(code, by, change="alias_added")


def remove_alias(alias: str, code: str, *, by: Person = SYSTEM) -> bool:
    """Let a department be found by a name no longer; tell whether it was."""
    _own(code, by)
    own = (DepartmentAlias.alias == alias, DepartmentAlias.department == code)
    removed = db.session.scalar(delete(DepartmentAlias).where(*own).returning(DepartmentAlias.alias))
    if removed is None:
        return False
    _record(code, by, change="alias_removed")
    return True


def end(code: str, *, by: Person = SYSTEM) -> None:
    """Let a department exist no longer from now on; what it did keeps its name. Raises DepartmentUnknown."""
    row = _own(code, by)
    row.valid_to = max(clock.now(), row.valid_from)
    db.session.flush()  # the directory is read from the rows
    _record(code, by, change="ended")


def revive(code: str, *, by: Person = SYSTEM) -> None:
    """Let a department that has ended exist again. Raises DepartmentUnknown."""
    row = _own(code, by, existing=False)
    row.valid_to = None
    db.session.flush()  # the directory is read from the rows
    _record(code, by, change="revived")


def _own(code: str, by: Person, *, existing: bool = True) -> Department:
    """Return the row of a department to be changed, when nobody else changes any."""
    revisions.raise_("departments")  # first, for it locks
    known = queries.directory()
    entry = known.require(code) if existing else known.get(code)
    if entry is None:
        raise queries.DepartmentUnknown
    if not queries.managed_by(by, entry.grid_code):
        raise NotYourGround
    return db.session.get_one(Department, code, populate_existing=True)


def _check_name(name: str, but: str | None = None) -> None:
    other = queries.directory().called(name, but=but)
    if other:
        raise _invalid("name", _NAMED.format(other.name, other.code))


def _check_calendar(calendar: str) -> None:
    if calendar not in providers.calendars():
        raise _invalid(
            "calendar", Words("没有这个工作日历，请从列表中选择。", "There is no such calendar: choose from the list.")
        )


def _invalid(field: str, text: Words) -> Invalid:
    return Invalid.at(field, text)


def _record(code: str, by: Person, **data: str) -> None:
    audit.record(Tag.DEPARTMENT_CHANGED, person_id=by.person_id, subject=(SubjectKind.DEPARTMENT, code), **data)
