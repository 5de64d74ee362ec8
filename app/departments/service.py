"""Write departments and aliases."""

from datetime import datetime

from sqlalchemy import select

from app.audit import service as audit
from app.audit.tags import Tag
from app.core import clock, revisions
from app.core.db import db
from app.core.errors import Conflict
from app.core.permissions import SYSTEM, Person
from app.departments import queries
from app.departments.kinds import Kind
from app.departments.models import Department, DepartmentAlias


class DepartmentExists(Conflict):
    """这个部门代码已经使用，请换一个。"""

    code = "department_exists"


class AliasTaken(Conflict):
    """这个别名已经属于另一个部门。"""

    code = "alias_taken"


def create(
    code: str,
    name: str,
    kind: Kind,
    *,
    grid_code: str | None = None,
    calendar: str = "office",
    valid_from: datetime | None = None,
    by: Person = SYSTEM,
) -> Department:
    """Make a department that exists from now unless said otherwise. Raises DepartmentExists."""
    if db.session.get(Department, code):
        raise DepartmentExists
    row = Department(
        code=code,
        name=name,
        kind=Kind(kind).value,
        grid_code=grid_code,
        calendar=calendar,
        valid_from=valid_from or clock.now(),
    )
    db.session.add(row)
    db.session.flush()  # aliases point at it, and the directory is read from the rows
    _changed(code, by)
    return row


def add_alias(alias: str, code: str, *, by: Person = SYSTEM) -> None:
    """Let a department be found by another name; the same again changes nothing. Raises AliasTaken."""
    queries.directory().require(code)
    taken = db.session.scalar(select(DepartmentAlias.department).where(DepartmentAlias.alias == alias))
    if taken == code:
        return
    if taken:
        raise AliasTaken
    row = DepartmentAlias(alias=alias, department=code)
    db.session.add(row)
    db.session.flush()  # the directory is read from the rows
    _changed(code, by)


def end(code: str, *, by: Person = SYSTEM) -> None:
    """Let a department exist no longer from now on; what it did keeps its name. Raises DepartmentUnknown."""
    queries.directory().require(code)
    row = db.session.get_one(Department, code)
    row.valid_to = clock.now()
    db.session.flush()  # the directory is read from the rows
    _changed(code, by)


def _changed(code: str, by: Person) -> None:
    revisions.raise_("departments")
    audit.record(Tag.DEPARTMENT_CHANGED, person_id=by.person_id, subject=("department", code))
