"""See which rungs of the ladders of escalation nobody holds: their lateness is told to the next one at its time."""

from collections.abc import Iterator, Mapping

from sqlalchemy import select

from app.admin import open_duties
from app.admin.remarks import Remark
from app.admin.vacancies import EVERYWHERE, NAMED, NEW, at_work, first, vacancies
from app.cases.clocks.escalations import ladders
from app.core import clock
from app.core.db import db
from app.core.health import DEGRADED, OK, PartStatus
from app.core.permissions import Permission, Person, ScopeKind
from app.grids.queries import townships
from app.identity import queries as identity
from app.identity.bounds import Bounds, ground_of
from app.identity.models import AssignmentRow, PersonRow
from app.identity.scopes import Scope
from workflows.words import Words

_TEXT = Words(
    "{}没有人担任{}：逾期上报到这一级时无人收到，上面还有一级的，到时由它接收",
    "{}: nobody is {}, whom lateness is told to; where the ladder has a further step, it is told at its time",
)


def part() -> PartStatus:
    """Say at how many places nobody may take a step that cases need, or nobody hears of lateness there."""
    standing_still = {_place(one.scope) for one in vacancies(EVERYWHERE)}
    unheard = {_place(scope) for where in empty(EVERYWHERE).values() for scope in where}
    word = "no_holder" if standing_still else "nobody_told" if unheard else ""
    return PartStatus(DEGRADED if word else OK, word, len(standing_still | unheard))


def remarks(person: Person) -> Iterator[Remark]:
    """Say which roles of the ladders nobody holds: at a centre, in a department that owes something, on the ground."""
    for role, where in empty(ground_of(person, Permission.PEOPLE_READ)).items():
        text = _TEXT.format(first([one.name for one in where], NAMED), identity.roles().words(role))
        yield Remark(text, f"{NEW}?role={role}")
    yield from open_duties.last_rungs(person)


def empty(ground: Bounds) -> Mapping[str, list[Scope]]:
    """Return, by role of the ladders, where on a ground nobody holds it; roles that all places have are left out."""
    roles = _roles()
    held = _held(roles) if roles else set()
    places = {
        ScopeKind.CENTRE: list(ground.offered(ScopeKind.CENTRE)),
        ScopeKind.DEPARTMENT: list(at_work(ground)),
        ScopeKind.GRID: _grounds(ground),
    }
    rungs = {role: [one for one in places[kind] if not _is_held(one, role, held)] for role, kind in roles.items()}
    return {role: where for role, where in rungs.items() if where}


def _place(scope: Scope) -> tuple[ScopeKind, str]:
    return scope.kind, scope.code


def _roles() -> dict[str, ScopeKind]:
    """Return the roles that stand in a ladder, each once, with where it is held; those that are none are left out."""
    known = identity.roles().scope_kinds
    rungs = dict.fromkeys(rung.who for ladder in ladders().values() for rung in ladder)
    return {role: known[role] for role in rungs if role in known}


def _held(roles: dict[str, ScopeKind]) -> set[tuple[str, str]]:
    """Return by active people now: role, and the code of the scope."""
    row, now = AssignmentRow, clock.now()
    running = (row.valid_from <= now, row.valid_to.is_(None) | (row.valid_to > now), PersonRow.active)
    rows = select(row.role, row.scope_code).join(PersonRow, PersonRow.id == row.person_id)
    return {(role, code) for role, code in db.session.execute(rows.where(row.role.in_(roles), *running).distinct())}


def _is_held(scope: Scope, role: str, held: set[tuple[str, str]]) -> bool:
    """Tell whether somebody would be told there: of a ground also who holds it above."""
    codes = scope.ground.strip("/").split("/") if scope.kind is ScopeKind.GRID else [scope.code]
    return any((role, code) in held for code in codes)


def _grounds(ground: Bounds) -> list[Scope]:
    every = (Scope(ScopeKind.GRID, node.code, node.name, node.path) for node in townships())
    return [one for one in every if ground.holds(one)]
