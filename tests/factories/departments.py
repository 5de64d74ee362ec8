"""Departments, made through the room's own service."""

from app.core.transaction import transaction
from app.departments import service
from app.departments.kinds import DepartmentKind


def department(code="D-HOUSING", name="县住建局", kind=DepartmentKind.COUNTY_BUREAU, *, aliases=(), **more):
    """A department, by default the county's housing bureau; return its row."""
    with transaction():
        row = service.create(code, name, kind, **more)
        for alias in aliases:
            service.add_alias(alias, code)
    return row
