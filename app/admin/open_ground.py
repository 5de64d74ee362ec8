"""What stands open on the ground: townships without an own department, grids without a full-time worker."""

from collections.abc import Iterator

from app.admin.remarks import Remark
from app.core.permissions import Permission, Person
from app.departments.queries import directory
from app.grids import coverage
from app.grids import queries as grids
from workflows.words import Words, listed, plain

NAMED = 3  # townships that a remark names


def townships_without_department(person: Person) -> Iterator[Remark]:
    """Name the townships that have no department of their own: what nobody is responsible for has nowhere to go."""
    known = directory()
    bare = [
        node.name
        for node in grids.townships()
        if person.reaches(Permission.DEPARTMENT_MANAGE, node.path) and known.township_of(node.code) is None
    ]
    if bare:
        named = listed(bare[:NAMED]) + (Words("等", " and more") if len(bare) > NAMED else plain(""))
        text = Words("{} 个乡镇还没有自己的部门：{}", "{} townships without a department of their own: {}")
        yield Remark(text.format(len(bare), named), "/admin/departments/new")


def grids_without_worker(person: Person) -> Iterator[Remark]:
    """Count the grids without a full-time worker."""
    bare = coverage.count_lacking(person)
    if bare:
        yield Remark(
            Words("{} 个网格没有专职网格员", "{} grids without a full-time worker").format(bare),
            "/admin/roster/?lacking=full_time",
        )
