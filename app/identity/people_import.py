"""Bring people from a file into the system, all or none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.audit.tags import Tag
from app.core import clock, revisions
from app.core.db import db
from app.core.permissions import SYSTEM, Permission, Person
from app.core.transaction import breathe
from app.identity import powers, queries, scopes, service
from app.identity.bounds import Bounds, ground_of, managed
from app.identity.models import AssignmentRow, PersonRow
from app.identity.people_file import CellFault, PeopleSheet, PersonLine
from workflows.words import Words

Held = tuple[UUID, str, str, str]
_NO_ACCOUNT = Words(
    "还没有这个账号，请系统管理员先导入这张表。", "No such account yet: the system administrator imports first."
)
_NOT_YOURS = Words("“{}”已有人使用，不归您管理。", "“{}” is somebody's user name whom you do not manage.")
_ANOTHERS = Words("“{}”已由另一人（{}）使用。", "“{}” is the user name of somebody else ({}).")
_NO_ROLE = Words("没有“{}”这个角色。", "There is no role “{}”.")
_ELSEWHERE = Words("{}的范围类型应为{}。", "{} is held in another kind of scope: {}.")
_BEYOND = Words("超出您的管理范围。", "Beyond your ground.")
_OWN = Words("不能给自己授予角色，请由另一位安全管理员办理。", "Not to oneself: ask another security administrator.")


@dataclass(frozen=True)
class AccountSnapshot:
    """What a file is compared with: the accounts it names, who of them is managed, what they hold, what can be held."""

    accounts: Mapping[str, tuple[UUID, str]]
    managed: frozenset[UUID]
    held: frozenset[Held]
    barred: Mapping[UUID, Words]  # who may hold no enforcing post, and why
    numbers: tuple[int, ...]


@dataclass
class PeoplePlan:
    """What an import would do: accounts to make, roles to give; `roles` has the role's code for each row."""

    fresh: dict[str, list[PersonLine]] = field(default_factory=dict)
    further: list[tuple[UUID, PersonLine]] = field(default_factory=list)
    held_already: int = 0
    roles: dict[int, str] = field(default_factory=dict)
    gives: bool = True
    faults: list[CellFault] = field(default_factory=list)


@dataclass(frozen=True)
class ImportedRows:
    """What an import writes: the accounts that are new, and what people hold from now on."""

    people: Sequence[PersonRow]
    assignments: Sequence[AssignmentRow]


def known(reading: PeopleSheet, *, by: Person = SYSTEM) -> AccountSnapshot:
    """Return what is known now of those whom a file names."""
    revisions.forget()
    row, named = PersonRow, {line.username for line in reading.lines}
    everybody = db.session.execute(select(row.username, row.id, row.name))
    accounts = {username: (person_id, name) for username, person_id, name in everybody if username in named}
    ids = {person_id for person_id, _ in accounts.values()}
    theirs = select(row.id).where(managed(ground_of(by, Permission.PEOPLE_IMPORT)))
    numbers = revisions.numbers(db.session())
    return AccountSnapshot(
        accounts,
        frozenset(ids.intersection(db.session.scalars(theirs))) if ids else frozenset(),
        frozenset(one for one in _held_now() if one[0] in ids) if ids else frozenset(),
        service.barred_from_enforcing(ids) if ids else {},
        tuple(numbers.get(what, 0) for what in ("roles", "grids", "departments")),
    )


def plan(reading: PeopleSheet, now: AccountSnapshot, *, by: Person = SYSTEM) -> PeoplePlan:
    """Compare a file with what is known; whoever has an account keeps it and receives the roles still missing.

    What lies beyond the ground of whoever imports is at fault. Where the powers are held apart, the same sheet is
    imported twice: by whoever keeps the people, which makes accounts, then by whoever grants, which gives the roles.
    """
    people_plan = PeoplePlan(faults=list(reading.faults), gives=by.is_system or by.may(Permission.ROLE_GRANT))
    makes = by.is_system or by.may(Permission.PEOPLE_MANAGE)
    ground = ground_of(by, Permission.PEOPLE_IMPORT)
    granted = ground_of(by, Permission.ROLE_GRANT) if people_plan.gives else ground
    by_name = {name: code for code, name in queries.roles().names.items()}
    for line in reading.lines:
        breathe()
        _check_role(line, people_plan, granted, by_name)
    for username, rows in reading.people().items():
        breathe()
        (account, name), lines = now.accounts.get(username, (None, "")), _distinct(rows)
        if account is None and not makes:
            people_plan.faults.append(lines[0].fault("账号", _NO_ACCOUNT))
        elif account is None:
            people_plan.fresh[username] = lines
        elif account not in now.managed:
            people_plan.faults.append(lines[0].fault("账号", _NOT_YOURS.format(username)))
        elif name != lines[0].name:
            people_plan.faults.append(lines[0].fault("账号", _ANOTHERS.format(username, name)))
        else:
            missing = [line for line in lines if _key(account, line, people_plan) not in now.held]
            if missing and people_plan.gives and powers.own_grant(account, by):
                people_plan.faults.append(missing[0].fault("账号", _OWN))
            people_plan.faults += _enforcing_faults(missing, people_plan, now.barred.get(account))
            people_plan.further += [(account, line) for line in missing if people_plan.gives]
            people_plan.held_already += len(lines) - len(missing)
    people_plan.faults.sort(key=lambda fault: fault.row)
    return people_plan


def rows_of(plan: PeoplePlan, hashes: Mapping[str, str]) -> ImportedRows:
    """Make what is to be written before the transaction, with the hash of each first password by user name."""
    people, assignments = [], []
    for username, lines in plan.fresh.items():
        breathe()
        person = service.account(username, lines[0].name, password_hash=hashes[username], phone=lines[0].phone)
        people.append(person)
        assignments += [_assignment(person.id, line, plan) for line in lines if plan.gives]
    for person_id, line in plan.further:
        breathe()
        assignments.append(_assignment(person_id, line, plan))
    return ImportedRows(people, assignments)


def carry_out(plan: PeoplePlan, rows: ImportedRows, *, by: Person = SYSTEM) -> None:
    """Make these accounts and give the roles, in the running transaction."""
    service.create_people(rows.people, rows.assignments, by=by)
    role_count = len(plan.roles) if plan.gives else 0
    audit.record(Tag.PEOPLE_IMPORTED, person_id=by.person_id, accounts=len(plan.fresh), roles=role_count)


def _distinct(rows: Sequence[PersonLine]) -> list[PersonLine]:
    """Leave out the rows that say the same once more."""
    return list({(one.role, one.scope_kind, one.scope_code, one.valid_from): one for one in reversed(rows)}.values())[
        ::-1
    ]


def _assignment(person_id: UUID, line: PersonLine, plan: PeoplePlan) -> AssignmentRow:
    role, lasting = plan.roles[line.row], {"valid_from": line.valid_from, "valid_to": line.valid_to}
    return service.assignment(person_id, role, line.scope_kind, line.scope_code, **lasting)


def _check_role(line: PersonLine, plan: PeoplePlan, ground: Bounds, by_name: Mapping[str, str]) -> None:
    """Find the role by its name or code, and the scope it is to be held in."""
    known = queries.roles()
    code = by_name.get(line.role, line.role)
    plan.roles[line.row] = code
    if code not in known.names:
        plan.faults.append(line.fault("角色", _NO_ROLE.format(line.role)))
    elif known.scope_kinds[code] != line.scope_kind:
        right = known.scope_kinds[code].words
        plan.faults.append(line.fault("范围类型", _ELSEWHERE.format(known.words(code), right)))
    try:
        scopes.path_of(line.scope_kind, line.scope_code)
    except scopes.ScopeUnknown as unknown:
        plan.faults.append(line.fault("范围代码", unknown.detail))
    else:
        if not ground.whole and not ground.holds(scopes.scope(line.scope_kind, line.scope_code)):
            plan.faults.append(line.fault("范围代码", _BEYOND))


def _enforcing_faults(missing: Sequence[PersonLine], plan: PeoplePlan, why: Words | None) -> list[CellFault]:
    """Find the enforcing posts that are to be given to somebody who may hold none, where this import gives roles."""
    if why is None or not plan.gives:
        return []
    permissions = queries.roles().permissions
    posts = [line for line in missing if Permission.ENFORCEMENT_POST in permissions.get(plan.roles[line.row], ())]
    return [line.fault("角色", why) for line in posts]


def _held_now() -> set[Held]:
    row = AssignmentRow
    lasting = row.valid_to.is_(None) | (row.valid_to > clock.now())
    rows = db.session.execute(select(row.person_id, row.role, row.scope_kind, row.scope_code).where(lasting))
    return {(one.person_id, one.role, one.scope_kind, one.scope_code) for one in rows}


def _key(person_id: UUID, line: PersonLine, plan: PeoplePlan) -> Held:
    return person_id, plan.roles[line.row], line.scope_kind, line.scope_code
