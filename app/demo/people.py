"""Plan the people of the demo county: one account per post, with roles and the duties of the roster.

Every name is drawn by lot from lists of surnames and given names: nobody here exists. Ids follow from usernames, so
that the county is the same on every run.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, product
from random import Random
from uuid import UUID, uuid5

from app.core.permissions import ScopeKind
from app.demo.departments import SEAT, DepartmentPlan
from app.departments.kinds import DepartmentKind
from app.grids.drafts import Draft
from app.grids.levels import Duty, Level

COUNTY = "141025"  # 古县; the people of its seat bear the short usernames
HOUSING, TEAM = "D-HOUSING", "E-COUNTY"
_NAMESPACE = UUID("6f1c3f0e-2a55-5b0f-9d43-141025141025")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN_FIRST = "建国文志明晓海永春秋玉金红光大小新东家学振德世庆"
_GIVEN_LAST = "平华英芳军强勇静敏杰丽娟涛超霞辉刚兰梅龙飞燕鹏波宁"
_CENTRE_ROLES = (
    ("acceptor", "acceptor"), ("duty", "duty_officer"), ("dispatcher", "dispatcher"), ("leader", "centre_leader"),
)  # fmt: skip
# Departments that get no work from the catalogue have no desk.
_WITHOUT_DESK = frozenset({"P-ORGANISATION", "P-STAFFING", "D-FINANCE", "D-DATA", "Z-DEVELOPMENT"})

Held = tuple[str, ScopeKind, str]  # role, kind of scope, code of scope


@dataclass(frozen=True)
class PersonPlan:
    """An account as it will be made."""

    username: str
    name: str
    roles: tuple[Held, ...]
    duties: tuple[tuple[str, Duty], ...] = ()

    @property
    def person_id(self) -> UUID:
        """Return the id that follows from the username."""
        return uuid5(_NAMESPACE, self.username)


@dataclass(frozen=True)
class _Post:
    username: str
    roles: tuple[Held, ...]
    duties: tuple[tuple[str, Duty], ...] = ()


def plans(grids: Sequence[Draft], departments: Sequence[DepartmentPlan]) -> tuple[PersonPlan, ...]:
    """Return everybody: the centre, the departments, and whoever serves a grid."""
    posts = [
        *_centre(),
        *_desks(departments),
        *_enforcement(departments),
        *_ground(grids),
        *_apart(),
        *_handlers(departments),
        *_mediators(departments),
    ]
    names = _names(len(posts))
    return tuple(
        PersonPlan(post.username, name, post.roles, post.duties) for post, name in zip(posts, names, strict=True)
    )


def _centre() -> Iterator[_Post]:
    for stem, role in _CENTRE_ROLES:
        for number in (1, 2):
            yield _Post(f"{stem}{number}", ((role, ScopeKind.CENTRE, COUNTY),))
    for number in (1, 2):
        yield _Post(f"supervisor{number}", (("supervisor", ScopeKind.GRID, COUNTY),))
        yield _Post(f"inspector{number}", (("inspector", ScopeKind.GRID, COUNTY),))
    yield _Post("admin1", (("system_administrator", ScopeKind.GRID, COUNTY),))
    yield _Post("sensor1", (("integrator", ScopeKind.GRID, COUNTY),))  # the county's sensors, as one client


def _desks(departments: Sequence[DepartmentPlan]) -> Iterator[_Post]:
    """A desk and a leader for every department that handles; 县住建局 has two desks and two handlers as well."""
    for number in (1, 2):
        yield _Post(f"housing{number}", (("department_desk", ScopeKind.DEPARTMENT, HOUSING),))
        yield _Post(f"handler{number}", (("handler", ScopeKind.DEPARTMENT, HOUSING),))
    for number, contractor in enumerate((one for one in departments if one.kind is DepartmentKind.CONTRACTOR), 1):
        yield _Post(f"contractor{number}", (("contractor", ScopeKind.DEPARTMENT, contractor.code),))
    for one in departments:
        if one.code in _WITHOUT_DESK or one.kind is DepartmentKind.CONTRACTOR or _mediates(one):
            continue
        if one.code != HOUSING:
            yield _Post(desk_of(one.code), (("department_desk", ScopeKind.DEPARTMENT, one.code),))
        yield _Post(leader_of(one.code), (("department_leader", ScopeKind.DEPARTMENT, one.code),))


def _enforcement(departments: Sequence[DepartmentPlan]) -> Iterator[_Post]:
    yield _Post("legal1", (("legal_reviewer", ScopeKind.DEPARTMENT, TEAM),))
    yield _Post("head1", (("enforcement_head", ScopeKind.DEPARTMENT, TEAM),))
    for one in departments:
        if one.kind is DepartmentKind.ENFORCEMENT_TEAM:
            for number in (1, 2):  # never alone: two officers take every step of the law
                stem = "officer" if one.code == TEAM else f"officer-{_tail(one.grid_code or '')}-"
                yield _Post(f"{stem}{number}", (("enforcement_officer", ScopeKind.DEPARTMENT, one.code),))


def _apart() -> Iterator[_Post]:
    """Hold the powers of administration apart: admin1 keeps the system, these say who may what and read the audit."""
    yield _Post("security1", (("security_administrator", ScopeKind.GRID, COUNTY),))
    yield _Post("audit1", (("audit_administrator", ScopeKind.GRID, COUNTY),))
    yield _Post("county1", (("county_leader", ScopeKind.GRID, COUNTY),))


def _handlers(departments: Sequence[DepartmentPlan]) -> Iterator[_Post]:
    """Give every department with a desk of its own somebody to whom its work is assigned; the last, as names go by
    order."""
    for one in departments:
        apart = one.code in _WITHOUT_DESK | {HOUSING} or _mediates(one)
        if not apart and one.kind is not DepartmentKind.CONTRACTOR:
            yield _Post(handler_of(one.code), (("handler", ScopeKind.DEPARTMENT, one.code),))


def _mediators(departments: Sequence[DepartmentPlan]) -> Iterator[_Post]:
    """Give who mediates a desk, which its leader keeps; they came last, and nobody's name changes by them."""
    for one in departments:
        if _mediates(one):
            both = ("department_desk", "department_leader")
            yield _Post(desk_of(one.code), tuple((role, ScopeKind.DEPARTMENT, one.code) for role in both))


def _mediates(department: DepartmentPlan) -> bool:
    return department.code.startswith(("M-", "V-"))


def desk_of(department: str) -> str:
    """Return the username at a department's desk; 县住建局 has two others."""
    return f"desk-{department.lower()}"


def leader_of(department: str) -> str:
    """Return the username of a department's leader."""
    return desk_of(department) if department.startswith(("M-", "V-")) else f"lead-{department.lower()}"


def handler_of(department: str) -> str:
    """Return the username of a department's handler; 县住建局 has two others."""
    return f"handler-{department.lower()}"


def _ground(grids: Sequence[Draft]) -> Iterator[_Post]:
    """Give a grid its full-time worker, a village its head, who is chief of its rivers and forests too, and its
    auxiliary officer, a township its leader and its instructors, of whom one is its chief of rivers and forests."""
    by_level = {
        level: sorted((one for one in grids if one.level is level), key=lambda one: one.code) for level in Level
    }
    for number, township in enumerate(by_level[Level.TOWNSHIP], 1):
        yield _Post(f"township{number}", (("township_leader", ScopeKind.GRID, township.code),))
    for township, cells in groupby(by_level[Level.GRID], key=lambda one: one.code[:9]):
        own = list(cells)
        yield from _workers(township, own, by_level[Level.MICRO])
        yield from _village_posts(township, [one for one in by_level[Level.VILLAGE] if one.parent == township], own)


def _workers(township: str, grids: Sequence[Draft], micro: Sequence[Draft]) -> Iterator[_Post]:
    """A full-time worker a grid; a part-time one for each first grid of a village and all of a divided one."""
    for number, grid in enumerate(grids, 1):
        worker = ("grid_worker", ScopeKind.GRID, grid.code)
        yield _Post(_username("worker", township, number), (worker,), ((grid.code, Duty.FULL_TIME),))
        blocks = [(one.code, Duty.BUILDING_HEAD) for one in micro if one.parent == grid.code]
        if blocks or grid.code.endswith("001"):
            duties = ((grid.code, Duty.PART_TIME), *blocks)
            yield _Post(_username("parttime", township, number), (worker,), duties)


def _village_posts(township: str, villages: Sequence[Draft], grids: Sequence[Draft]) -> Iterator[_Post]:
    for number, village in enumerate(villages, 1):
        inside = [grid.code for grid in grids if grid.parent == village.code]
        chief = tuple((code, Duty.CHIEF) for code in inside)
        chief += tuple((village.code, duty) for duty in (Duty.RIVER_CHIEF, Duty.FOREST_CHIEF))
        yield _Post(_username("chief", township, number), (("grid_worker", ScopeKind.GRID, village.code),), chief)
        officer = ((village.code, Duty.AUXILIARY_OFFICER),)
        yield _Post(_username("auxiliary", township, number), (("auxiliary", ScopeKind.GRID, village.code),), officer)
    for number in (1, 2):
        mine = tuple((grid.code, Duty.INSTRUCTOR) for grid in grids[number - 1 :: 2])
        if number == 1:
            mine += ((township, Duty.RIVER_CHIEF), (township, Duty.FOREST_CHIEF))
        yield _Post(_username("instructor", township, number), (("inspector", ScopeKind.GRID, township),), mine)


def _username(stem: str, township: str, number: int) -> str:
    return f"{stem}{number}" if township == SEAT else f"{stem}-{_tail(township)}-{number}"


def _tail(township: str) -> str:
    return township[len(COUNTY) :]


def _names(count: int) -> Iterable[str]:
    """Draw names by lot, no two alike."""
    every = ["".join(parts) for parts in product(_SURNAMES, _GIVEN_FIRST, _GIVEN_LAST)]
    return Random("gezhi demo names").sample(every, count)  # noqa: S311 - drawing, not a secret


def person_id(username: str) -> str:
    """Return the id of an account of the demo county."""
    return str(uuid5(_NAMESPACE, username))
