"""The list of departments, which a phone keeps offline."""

from app.core import clock
from app.core.http import Blueprint, needs, not_modified
from app.core.permissions import Permission
from app.departments import queries
from app.departments.schemas import DepartmentsOut

bp = Blueprint("departments", url_prefix="/api/v1/departments", description="部门 Departments")


@bp.get("")
@needs(Permission.DEPARTMENT_READ)
@bp.response(200, DepartmentsOut)
@bp.alt_response(304, description="未变化。Unchanged.")
def list_departments():
    """现有的全部部门，一次给全。List all departments that exist now, whole."""
    tag = queries.tag()
    held = not_modified(tag)
    if held:
        return held
    headers = {"ETag": f'W/"{tag}"', "Cache-Control": "private, no-cache"}  # by the phone, which asks each time
    return {"items": queries.directory().valid(clock.now())}, 200, headers
