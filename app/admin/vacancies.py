"""See who holds nothing, and which roles of the loop nobody holds where they are needed.

That is at every centre, in every township, and in every department that owes something.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import InstrumentedAttribute

from app.admin.remarks import Remark
from app.cases.models import CaseTask
from app.cases.whole import LIVE
from app.core import clock
from app.core.db import db
from app.core.permissions import Permission, Person, ScopeKind
from app.departments.models import Department
from app.grids.levels import codes_in
from app.grids.queries import townships
from app.identity import permission_words, scopes
from app.identity import queries as identity
from app.identity.bounds import Bounds, ground_of, lasting, managed
from app.identity.models import AssignmentRow, PersonRow
from app.identity.scopes import Scope
from workflows.case import CASE
from workflows.case_terms import CasePermission, Relation
from workflows.engine import Move
from workflows.words import Words, listed, plain

LIST, NEW = "/admin/people/", "/admin/people/new"
NAMED, STEPS = 3, 4  # scopes and steps that a remark names
_RELATIONS: Mapping[ScopeKind, frozenset[Relation]] = {
    ScopeKind.CENTRE: frozenset({Relation.CENTRE, Relation.CLOSING_CENTRE}),
    ScopeKind.DEPARTMENT: frozenset({Relation.DEPARTMENT, Relation.CALLED_DEPARTMENT, Relation.SUB_CONTRACTOR}),
    ScopeKind.GRID: frozenset(
        {
            Relation.SUPERVISOR,
            Relation.TOWNSHIP,
            Relation.COUNTY_LEADER,
            Relation.NAMED_VERIFIER,
            Relation.NAMED_CHECKER,
        }
    ),
}
# what a centre needs beside the moves of a case; warnings and rounds whoever holds the ground may see to as well
_BY_GROUND: frozenset[str] = frozenset({Permission.WARNING_GIVE, Permission.ROUND_MANAGE})
_BESIDE: frozenset[str] = _BY_GROUND | {Permission.CITIZEN_REVEAL}  # who calls back sees whom to call
EVERYWHERE = Bounds((), whole=True)
# Whoever works on a part of a ground is found for what lies there; who answers for it has to hold the whole of it.
_BY_PARTS = frozenset({Relation.NAMED_VERIFIER, Relation.NAMED_CHECKER})
_REPORTS = frozenset({CasePermission.REPORT})  # of no relation: whoever walks a ground begins a case there


@dataclass(frozen=True)
class Vacancy:
    """Permissions that moves of a case, warnings and rounds ask for and nobody holds in a scope."""

    scope: Scope
    permissions: frozenset[str]


def remarks(person: Person) -> Iterator[Remark]:
    """Say how many people hold nothing; which steps nobody may take where, and which roles are needed for them."""
    ground = ground_of(person, Permission.PEOPLE_READ)
    holding = select(AssignmentRow.id).where(AssignmentRow.person_id == PersonRow.id, lasting()).exists()
    idle = select(func.count()).select_from(PersonRow).where(PersonRow.active, ~holding, managed(ground))
    if count := db.session.scalar(idle) or 0:
        text = Words("{} 人没有任职，什么也办不了", "People without any role: {}")
        yield Remark(text.format(count), f"{LIST}?show=nothing")
    alike: dict[tuple[ScopeKind, frozenset[str]], list[Scope]] = defaultdict(list)
    for one in vacancies(ground):
        alike[one.scope.kind, one.permissions].append(one.scope)
    for (kind, permissions), where in alike.items():
        yield _remark(kind, permissions, where)


def vacancies(ground: Bounds) -> list[Vacancy]:
    """Return what nobody holds on a ground: nothing where nothing is needed."""
    needed = [*ground.offered(ScopeKind.CENTRE), *at_work(ground), *_townships(ground)]
    wanted = {kind: _wanted(kind) for kind in ScopeKind}
    wants = [(one, wanted[one.kind]) for one in needed]
    departments = {one.code for one in needed if one.kind is ScopeKind.DEPARTMENT}
    firms = (one for one in _owing(CaseTask.contractor, ground) if one.code not in departments)
    wants += [(one, _asked_by({Relation.SUB_CONTRACTOR})) for one in firms]
    held = _held() if wants else {}
    open_ = (Vacancy(one, of - _holding(one, held)) for one, of in wants)
    return [one for one in open_ if one.permissions]


def _wanted(kind: ScopeKind) -> frozenset[str]:
    """Return the permissions of a kind of scope; what a centre holds as well is looked for there."""
    mine = _asked_by(_RELATIONS[kind])
    if kind is ScopeKind.GRID:
        return (mine | _REPORTS) - _wanted(ScopeKind.CENTRE)
    return mine | _BESIDE if kind is ScopeKind.CENTRE else mine


def _asked_by(relations: Collection[Relation]) -> frozenset[str]:
    return frozenset(move.permission for move in CASE.moves if move.relation in relations and move.permission)


def at_work(ground: Bounds) -> Iterator[Scope]:
    """Yield the departments that owe something, also those that have ended."""
    yield from _owing(CaseTask.department, ground)


def _owing(named: InstrumentedAttribute[Any], ground: Bounds) -> Iterator[Scope]:
    owes = exists().where(named == Department.code, CaseTask.state.in_(sorted(LIVE)))
    for code in db.session.scalars(select(Department.code).where(owes).order_by(Department.code)):
        scope = scopes.scope(ScopeKind.DEPARTMENT, code)
        if ground.holds(scope):
            yield scope


def _townships(ground: Bounds) -> Iterator[Scope]:
    for node in townships():
        scope = Scope(ScopeKind.GRID, node.code, node.name, node.path)
        if ground.holds(scope):
            yield scope


def _held() -> Mapping[tuple[ScopeKind, str], set[str]]:
    """Return what is held by active people now, by kind of scope, and its code or (of a grid) its path."""
    row, now, permissions = AssignmentRow, clock.now(), identity.roles().permissions
    running = (row.valid_from <= now, row.valid_to.is_(None) | (row.valid_to > now), PersonRow.active)
    columns = (row.scope_kind, row.scope_code, row.scope_path, row.role)
    held: dict[tuple[ScopeKind, str], set[str]] = defaultdict(set)
    rows = select(*columns).join(PersonRow, PersonRow.id == row.person_id).where(*running).distinct()
    for kind, code, path, role in db.session.execute(rows):
        held[ScopeKind.of(kind), path if kind == ScopeKind.GRID else code] |= permissions.get(role, frozenset())
    return held


def _holding(scope: Scope, held: Mapping[tuple[ScopeKind, str], set[str]]) -> set[str]:
    """Return what is held in a scope; on a ground also what is held above it, and what is done there part by part.

    At a centre, also what reaches it from whoever holds its ground, or a centre above.
    """
    own = held.get((scope.kind, scope.code), set())
    if scope.kind is ScopeKind.DEPARTMENT:
        return own
    on_grids = [(path, permissions) for (kind, path), permissions in held.items() if kind is ScopeKind.GRID]
    above = [permissions for path, permissions in on_grids if scope.ground.startswith(path)]
    centres = [held.get((ScopeKind.CENTRE, code), set()) for code in codes_in(scope.ground)]  # its own, and those above
    if scope.kind is ScopeKind.CENTRE:
        return own | (set().union(*above, *centres) & _BY_GROUND)
    within = (permissions for path, permissions in on_grids if path.startswith(scope.ground))
    by_parts = set().union(*within) & (_asked_by(_BY_PARTS) | _REPORTS)
    return set().union(*above) | by_parts | (set().union(*centres) & _REPORTS)  # centres register reports


def _remark(kind: ScopeKind, permissions: frozenset[str], where: list[Scope]) -> Remark:
    known = identity.roles()
    roles = [role for role, of in known.scope_kinds.items() if of is kind and known.permissions[role] & permissions]
    moves = [move for move in CASE.moves if move.permission in permissions and _is_of(move, kind)]
    # first what leads a case on: without that it stands still
    actions = {move.action: CASE.actions[move.action] for move in sorted(moves, key=lambda move: move.target is None)}
    beside = [permission_words.WORDS[one][1] for one in sorted(permissions & _BESIDE)]
    text = Words("{}没有人能办理：{}", "{}: nobody may take these steps: {}").format(
        first([one.name for one in where], NAMED), first([*actions.values(), *beside], STEPS)
    )
    if not roles:
        return Remark(text, LIST)
    needed = Words("（需要{}）", " (needed: {})").format(listed(map(known.words, roles)))
    return Remark(text + needed, f"{NEW}?role={roles[0]}")


def _is_of(move: Move, kind: ScopeKind) -> bool:
    return move.relation in _RELATIONS[kind] or (kind is ScopeKind.GRID and move.permission in _REPORTS)


def first(names: list[str], most: int) -> Words:
    """Name the first few, and say whether there are more."""
    return listed(names[:most]) + (Words("等", " and more") if len(names) > most else plain(""))
