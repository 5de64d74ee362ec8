"""What of the later rooms leans on a department that somebody wants to end."""

from collections.abc import Iterator

from sqlalchemy import func, select

from app.cases.models import CaseTask
from app.cases.whole import LIVE
from app.catalogue.documents import CaseClass
from app.catalogue.lookups import TOWNSHIP, TOWNSHIP_TEAM
from app.catalogue.queries import catalogue
from app.core import clock
from app.core.db import db
from app.core.permissions import ScopeKind
from app.departments.kinds import DepartmentKind
from app.departments.queries import Entry, directory
from app.grids.queries import grid_tree
from app.identity.models import AssignmentRow
from workflows.words import Words

_BY_TOWNSHIP = {DepartmentKind.TOWNSHIP: TOWNSHIP, DepartmentKind.ENFORCEMENT_TEAM: TOWNSHIP_TEAM}


def tasks(department: Entry) -> Iterator[Words]:
    """Count its open tasks."""
    mine = (CaseTask.department == department.code, CaseTask.state.in_(sorted(LIVE)))
    count = db.session.scalar(select(func.count()).select_from(CaseTask).where(*mine))
    if count:
        yield Words("{} 件任务还没有办完", "{} open tasks").format(count)


def people(department: Entry) -> Iterator[Words]:
    """Count who holds a role in it."""
    row, now = AssignmentRow, clock.now()
    here = (row.scope_kind == ScopeKind.DEPARTMENT, row.scope_code == department.code, row.valid_from <= now)
    lasting = row.valid_to.is_(None) | (row.valid_to > now)
    count = db.session.scalar(select(func.count(row.person_id.distinct())).where(*here, lasting))
    if count:
        yield Words("{} 人在此任职", "{} people hold a role in it").format(count)


def routes(department: Entry) -> Iterator[Words]:
    """Count the classes whose routes lead to it."""
    words = {*directory().names_of(department.code)}
    if department.grid_code and department.kind in _BY_TOWNSHIP:
        words.add(_BY_TOWNSHIP[department.kind])
    count = sum(1 for each in catalogue().classes.values() if each.offered and words.intersection(_targets(each)))
    if count:
        yield Words("{} 个类别的派遣规则派给它", "the routes of {} classes lead to it").format(count)


def grids(department: Entry) -> Iterator[Words]:
    """Count the grids for which it is responsible, or whose trade it looks after."""
    code = department.code
    count = sum(code in (node.responsible_department, node.trade_department) for node in grid_tree().current)
    if count:
        yield Words(
            "{} 个网格以它为责任部门或行业主管部门", "{} grids name it as responsible or trade department"
        ).format(count)


def _targets(of: CaseClass) -> Iterator[str]:
    for route in of.routes:
        yield route.lead
        yield from route.assist
    yield from (word for grade in of.grades for word in (grade.lead, *grade.assist))
