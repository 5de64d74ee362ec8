"""See what is missing among people: who holds nothing, and what no case gets past because nobody may do it."""

from collections.abc import Iterator

from sqlalchemy import func, select

from app.core import clock
from app.core.db import db
from app.core.permissions import Permission, Person, ScopeKind
from app.identity import queries
from app.identity.bounds import Bounds, ground_of, lasting, managed
from app.identity.models import AssignmentRow, PersonRow
from app.identity.scopes import Scope
from workflows.case import CASE
from workflows.case_terms import CaseAction
from workflows.words import Words, listed

TextAndPath = tuple[Words, str]  # and where to go
LIST, NEW = "/admin/people/", "/admin/people/new"
_LOOP = (CaseAction.ACCEPT, CaseAction.FILE, CaseAction.DISPATCH, CaseAction.CLOSE)  # a centre without one stands still


def remarks(person: Person) -> Iterator[TextAndPath]:
    """Yield what an administrator of people should look at."""
    ground = ground_of(person, Permission.PEOPLE_READ)
    holding = select(AssignmentRow.id).where(AssignmentRow.person_id == PersonRow.id, lasting()).exists()
    idle = select(func.count()).select_from(PersonRow).where(PersonRow.active, ~holding, managed(ground))
    if count := db.session.scalar(idle) or 0:
        text = Words("{} 人没有任职，什么也办不了", "People without any role: {}")
        yield text.format(count), f"{LIST}?show=nothing"
    yield from _idle_centres(ground)


def _idle_centres(ground: Bounds) -> Iterator[TextAndPath]:
    """Yield the centres at which nobody may take a step that every case needs."""
    centres = {one.code: one for one in ground.offered(ScopeKind.CENTRE)}
    if not centres:
        return
    row, now = AssignmentRow, clock.now()
    running = (row.valid_from <= now, row.valid_to.is_(None) | (row.valid_to > now))
    here = (row.scope_kind == ScopeKind.CENTRE, row.scope_code.in_(centres), PersonRow.active)
    held = select(row.scope_code, row.role).join(PersonRow, PersonRow.id == row.person_id).where(*here, *running)
    permissions = queries.roles().permissions
    may: dict[str, set[str]] = {code: set() for code in centres}
    for code, role in db.session.execute(held.distinct()):
        may[code] |= permissions.get(role, frozenset())
    for code, centre in centres.items():
        missing = [action for action in _LOOP if not _permissions(action) & may[code]]
        if missing:
            yield _remark(centre, missing)


def _remark(centre: Scope, missing: list[CaseAction]) -> TextAndPath:
    known = queries.roles()
    wanted = frozenset().union(*map(_permissions, missing))
    at_centres = (role for role, kind in known.scope_kinds.items() if kind is ScopeKind.CENTRE)
    roles = [role for role in at_centres if known.permissions[role] & wanted]
    text = Words("{}没有人能办理：{}", "{}: nobody may take these steps: {}").format(
        centre.name, listed(CASE.actions[action] for action in missing)
    )
    if not roles:
        return text, LIST
    needed = Words("（需要{}）", " (needed: {})").format(listed(map(known.words, roles)))
    return text + needed, f"{NEW}?role={roles[0]}"


def _permissions(action: CaseAction) -> frozenset[str]:
    return frozenset(move.permission for move in CASE.moves if move.action == action and move.permission)
