"""Who may do what where. Roles and who holds them are rows; this is the list of things that can be allowed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from workflows.case_terms import CasePermission
from workflows.round_terms import RoundPermission
from workflows.warning_terms import WarningPermission
from workflows.words import Term


class ScopeKind(Term):
    """Say in what a role is held."""

    GRID = "grid", "网格", "grid"  # and all that lies below it
    DEPARTMENT = "department", "部门", "department"  # no ground: its tasks, wherever they lie
    CENTRE = "centre", "中心", "centre"  # of a grid's level


@dataclass(frozen=True, slots=True)
class Assignment:
    """A role held in a scope: a grid subtree, a department or a centre (the grid code of its level)."""

    role: str
    scope_kind: ScopeKind
    scope_code: str
    scope_path: str
    permissions: frozenset[str] = frozenset()

    @property
    def on_ground(self) -> bool:
        """Tell whether it is held in a grid or at a centre, and not in a department."""
        return self.scope_kind != ScopeKind.DEPARTMENT


@dataclass(frozen=True)
class Person:
    """Whoever acts, with what they hold at this moment."""

    person_id: UUID | None
    name: str
    assignments: tuple[Assignment, ...] = ()
    session_id: UUID | None = None
    is_system: bool = False
    permissions: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        every = frozenset().union(*(assignment.permissions for assignment in self.assignments))
        object.__setattr__(self, "permissions", every)

    def may(self, permission: StrEnum) -> bool:
        """Tell whether the person holds a permission anywhere."""
        return self.is_system or permission in self.permissions

    def holding(self, permission: StrEnum) -> Iterable[Assignment]:
        """Yield the assignments that carry a permission."""
        return (assignment for assignment in self.assignments if permission in assignment.permissions)

    def grounds(self, permission: StrEnum) -> tuple[str, ...]:
        """Return the paths on which a permission is held, without those that lie below another of them."""
        held = sorted({one.scope_path for one in self.holding(permission) if one.scope_path})
        return tuple(path for path in held if not any(path != above and path.startswith(above) for above in held))

    def reaches(self, permission: StrEnum, path: str | None) -> bool:
        """Tell whether a permission is held at a path or above it; for None, which is no ground, in a whole county."""
        if self.is_system:
            return True
        grounds = self.grounds(permission)
        if path is None:
            return any(ground.count("/") == 1 for ground in grounds)
        return any(path.startswith(ground) for ground in grounds)

    def departments(self, permission: StrEnum | None = None) -> frozenset[str]:
        """Return the codes of the departments served, where a permission is held if one is named."""
        return self._codes(ScopeKind.DEPARTMENT, permission)

    def centres(self, permission: StrEnum) -> frozenset[str]:
        """Return the codes of the centres where a permission is held."""
        return self._codes(ScopeKind.CENTRE, permission)

    def _codes(self, kind: ScopeKind, permission: StrEnum | None) -> frozenset[str]:
        held = self.assignments if permission is None else self.holding(permission)
        return frozenset(assignment.scope_code for assignment in held if assignment.scope_kind == kind)


SYSTEM = Person(None, "系统", is_system=True)
SYSTEM_EN = "System"


class Permission(StrEnum):
    """`area:thing:verb`, by the alphabet. Permissions to act on a case are listed with the machine's moves."""

    ACCESS_RESET = "identity:access:reset"
    ADMIN_READ = "admin:page:read"
    ATTACHMENT_UPLOAD = "attachment:bytes:upload"
    AUDIT_READ = "audit:entry:read"
    BOARD_READ = "board:page:read"
    CASE_ACT = "case:step:act"
    CASE_READ = "case:row:read"
    CASE_READ_CONFIDENTIAL = "case:confidential:read"
    CASE_REPORT = CasePermission.REPORT.value
    CASE_REPORT_AS_AUXILIARY = "case:row:report_as_auxiliary"
    CASE_REPORT_AS_WORKER = "case:row:report_as_worker"
    CASE_REPORT_FOR = "case:row:report_for"
    CASE_ROUTE_READ = "case:route:read"
    CATALOGUE_IMPORT = "catalogue:version:import"
    CATALOGUE_READ = "catalogue:version:read"
    CITIZEN_REVEAL = "citizen:phone:reveal"
    DEPARTMENT_MANAGE = "department:row:manage"
    DEPARTMENT_READ = "department:row:read"
    ENFORCEMENT_POST = "enforcement:post:hold"
    GRID_IMPORT = "grid:boundary:import"
    GRID_LEAVE = "grid:leave:enter"
    GRID_READ = "grid:boundary:read"
    GRID_ROSTER = "grid:roster:manage"
    GRID_ROSTER_READ = "grid:roster:read"
    IDENTITY_OWN = "identity:own:manage"
    NOTICE_READ = "notice:own:read"
    OBJECT_ENTER = "object:row:enter"
    OBJECT_MANAGE = "object:row:manage"
    OBJECT_READ = "object:row:read"
    PEOPLE_IMPORT = "identity:people:import"
    PEOPLE_MANAGE = "identity:people:manage"
    PEOPLE_READ = "identity:people:read"
    RESIDENT_ENTER = "resident:row:enter"
    RESIDENT_READ = "resident:row:read"
    RESIDENT_REVEAL = "resident:field:reveal"
    ROLE_GRANT = "identity:role:grant"
    ROUND_ACT = RoundPermission.ACT.value
    ROUND_MANAGE = RoundPermission.MANAGE.value
    ROUND_OVERSEE = RoundPermission.OVERSEE.value
    ROUND_READ = RoundPermission.READ.value
    SECURITY_READ = "identity:security:read"
    WARNING_GIVE = WarningPermission.GIVE.value
    WARNING_READ = WarningPermission.READ.value
