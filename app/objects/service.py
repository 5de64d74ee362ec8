"""Enter objects, change and merge them. Whatever changes one appends what was there and what is there since."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.audit import service as audit
from app.audit.tags import SubjectKind, Tag
from app.core import clock
from app.core.db import db, upsert
from app.core.digests import canonical, digest
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.permissions import Person
from app.grids import queries as grids
from app.grids.service import follow_path
from app.objects import object_drafts as drafts
from app.objects import object_kinds, queries, sight
from app.objects.models import ALIVE, ObjectChange, ObjectEdit, ObjectRow, ObjectState
from workflows.words import Words

_METHOD = "sha256"


class ObjectConflict(Conflict):
    """对象的内容与系统中的不一致，请查看后再登记。"""

    code = "object_conflict"
    en = "This does not agree with what is kept of the object: look at it first."

    def __init__(self, row: ObjectRow | None = None) -> None:
        super().__init__()
        self.row = row


class ObjectStale(ObjectConflict):
    """对象在您查看之后已有变化，请看过最新情况再修改。"""

    code = "object_stale"
    en = "The object has changed since you looked at it: look at it as it is now, then change it."


class ObjectIdTaken(ObjectConflict):
    """这个对象号已用于别的内容，请重新登记。"""

    code = "object_id_taken"
    en = "This id stands for something else: enter the object anew."


class ObjectOpTaken(ObjectConflict):
    """这个操作号已用于别的修改，请重新提交。"""

    code = "object_op_taken"
    en = "The id of this change stands for another one: send it anew."


class IdentifierTaken(ObjectConflict):
    """这个编号已用于同一种类的另一对象，请核对编号。"""

    code = "identifier_taken"
    en = "Another object of this kind bears this identifier: check it."


class ObjectMerged(ObjectConflict):
    """这个对象已并入另一对象，请修改那一个。"""

    code = "object_merged"
    en = "This object was merged into another: change that one."


class NotKeptHere(Forbidden):
    """您不能登记或修改这里的对象。"""

    code = "object_not_kept_here"
    en = "You may not enter or change objects here."


@dataclass(frozen=True)
class ObjectOutcome:
    """An object as it is now, and whether this call has changed it."""

    row: ObjectRow
    fresh: bool


def enter(object_id: UUID, body: Mapping[str, Any], *, by: Person) -> ObjectOutcome:
    """Enter an object under an id that its sender has made; sent again, it is the same one.

    Raises Invalid with the fields at fault, PlaceOutside, NotKeptHere, ObjectIdTaken, IdentifierTaken.
    """
    fingerprint = digest(canonical({name: value for name, value in body.items() if value is not None}), _METHOD)
    again = db.session.get(ObjectRow, object_id, populate_existing=True)
    if again is not None:
        return _same_again(again, fingerprint, by)
    values = drafts.fresh(body)
    if not sight.may_enter_at(values["grid_path"], by):
        raise NotKeptHere
    if values["state"] == ObjectState.REMOVED:
        raise Invalid.at("state", Words("已拆除的不必登记。", "What was removed is not entered."))
    row = row_values(object_id, values, fingerprint, by)
    entered = upsert(ObjectRow.__table__).values(**row).on_conflict_do_nothing()
    if db.session.scalar(entered.returning(ObjectRow.__table__.c.object_id)) is None:
        again = db.session.get(ObjectRow, object_id, populate_existing=True)
        if again is None:
            raise IdentifierTaken
        return _same_again(again, fingerprint, by)
    append(object_id, 1, ObjectEdit.ENTERED, drafts.differences({}, values), by=by)
    return ObjectOutcome(db.session.get_one(ObjectRow, object_id, populate_existing=True), fresh=True)


def change(
    object_id: UUID, changes: Mapping[str, Any], *, seen: int, op_id: UUID | None = None, by: Person
) -> ObjectOutcome:
    """Change some fields of an object that is as it was `seen`; the same `op_id` again changes nothing more.

    Raises ObjectUnknown, NotKeptHere, ObjectMerged, ObjectStale, Invalid, PlaceOutside, IdentifierTaken.
    """
    row = queries.one(object_id, by, lock=True)
    fingerprint = digest(canonical({"changes": changes}), _METHOD)
    if _was_done(row, op_id, fingerprint):
        return ObjectOutcome(row, fresh=False)
    _require_rights(row, by)
    _require_as_seen(row, seen)
    before = drafts.values_of(row)
    values = drafts.changed(row, changes)
    _require_allowed(row, values, by)
    differences = drafts.differences(before, values)
    if not differences:
        return ObjectOutcome(row, fresh=False)
    if values["identifier"] != row.identifier or values["state"] != row.state:
        _require_free(row.kind, values["identifier"], row.object_id, ObjectState.of(values["state"]))
    write(row, values, ObjectEdit.CHANGED, differences, by=by, op_id=op_id, fingerprint=fingerprint)
    try:
        db.session.flush()  # here the database tells apart two that take one identifier at once
    except IntegrityError as error:
        raise IdentifierTaken from error
    return ObjectOutcome(row, fresh=True)


def merge(object_id: UUID, into: UUID, *, seen: int, op_id: UUID | None = None, by: Person) -> ObjectOutcome:
    """Let an object that was entered twice give way to the other, which gets what it lacks of it.

    That is identifier, grade, who owns, manages and maintains it, the line or area where none is drawn, and answers.

    Raises ObjectUnknown, NotKeptHere, ObjectMerged, ObjectStale, Invalid at `into`.
    """
    if object_id == into:
        raise Invalid.at("into", Words("不能并入自己。", "An object cannot be merged into itself."))
    rows = {each: queries.one(each, by, lock=True) for each in sorted((object_id, into))}
    loser, winner = rows[object_id], rows[into]
    fingerprint = digest(canonical({"into": into}), _METHOD)
    if _was_done(loser, op_id, fingerprint):
        return ObjectOutcome(loser, fresh=False)
    _require_rights(loser, by)
    _require_as_seen(loser, seen)
    if not all(sight.may_manage_at(each.grid_path, by) for each in (loser, winner)):
        raise NotKeptHere
    if winner.kind != loser.kind:
        raise Invalid.at("into", Words("两个对象种类不同。", "They are not of one kind."))
    if winner.merged_into is not None or winner.state == ObjectState.REMOVED:
        raise Invalid.at("into", Words("那个对象已不在用。", "That object is no longer there."))
    _merge(loser, winner, op_id, fingerprint, by)
    return ObjectOutcome(loser, fresh=True)


def _merge(loser: ObjectRow, winner: ObjectRow, op_id: UUID | None, fingerprint: str, by: Person) -> None:
    before, joined = drafts.values_of(loser), drafts.values_of(winner)
    inherited = drafts.inheritance(before, joined)
    gone = {**before, "state": ObjectState.REMOVED}
    differences = {**drafts.differences(before, gone), "merged_into": [None, str(winner.object_id)]}
    loser.merged_into = winner.object_id
    write(loser, gone, ObjectEdit.MERGED, differences, by=by, op_id=op_id, fingerprint=fingerprint)
    db.session.flush()  # the identifier is free before the other has it
    heir = {**joined, **inherited}
    more = {**drafts.differences(joined, heir), "joined_by": [None, str(loser.object_id)]}
    winner.placed_by = min(winner.placed_by, loser.placed_by)  # its place may be the other's
    write(winner, heir, ObjectEdit.JOINED, more, by=by)
    audit.record(
        Tag.OBJECT_MERGED,
        person_id=by.person_id,
        subject=(SubjectKind.OBJECT, loser.object_id),
        into=str(winner.object_id),
    )


def write(
    row: ObjectRow,
    values: Mapping[str, Any],
    edit: ObjectEdit,
    differences: Mapping[str, Any],
    *,
    by: Person,
    op_id: UUID | None = None,
    fingerprint: str | None = None,
) -> None:
    """Put values into a row that is locked, and append what is otherwise."""
    for name, value in values.items():
        setattr(row, name, value)
    row.sort = _sort(row.kind, row.identifier)
    row.version += 1
    row.changed_at = clock.now()
    append(row.object_id, row.version, edit, differences, by=by, op_id=op_id, fingerprint=fingerprint)


def append(
    object_id: UUID,
    version: int,
    edit: ObjectEdit,
    differences: Mapping[str, Any],
    *,
    by: Person,
    op_id: UUID | None = None,
    fingerprint: str | None = None,
) -> None:
    """Append to the history of an object."""
    entry = change_values(object_id, version, edit, differences, by)
    db.session.add(ObjectChange(**entry, op_id=op_id, digest=fingerprint if op_id else None))


def change_values(
    object_id: UUID, version: int, edit: ObjectEdit, differences: Mapping[str, Any], by: Person
) -> dict[str, Any]:
    """Return what a row of the history holds."""
    return {
        "object_id": object_id, "n": version, "edit": edit, "at": clock.now(), "by_id": by.person_id,
        "by_name": by.name, "changed": canonical(differences),
    }  # fmt: skip


def follow_grid(old_path: str, new_path: str) -> None:
    """Rewrite the copies of a grid's path, and of those below it, when it has moved in the tree."""
    follow_path(ObjectRow, old_path, new_path)


def row_values(object_id: UUID, values: Mapping[str, Any], fingerprint: str, by: Person) -> dict[str, Any]:
    """Return what the row of a fresh object holds."""
    now = clock.now()
    return {
        **values, "object_id": object_id, "sort": _sort(values["kind"], values["identifier"]),
        "placed_by": grids.revision(), "version": 1, "digest": fingerprint, "merged_into": None,
        "entered_at": now, "entered_by": by.person_id, "changed_at": now,
    }  # fmt: skip


def _sort(kind: str, identifier: str | None) -> str:
    known = object_kinds.kinds().get(kind)
    return known.sort(identifier) if known else ""


def _same_again(row: ObjectRow, fingerprint: str, by: Person) -> ObjectOutcome:
    """Return an object that was entered before; raise ObjectIdTaken for other content or another's object."""
    if row.digest != fingerprint or row.entered_by != by.person_id:
        raise ObjectIdTaken(row if sight.shows(row, by) else None)
    return ObjectOutcome(row, fresh=False)


def _was_done(row: ObjectRow, op_id: UUID | None, fingerprint: str) -> bool:
    """Tell whether a change bearing this id was made before; raise ObjectOpTaken where it was another one."""
    if op_id is None:
        return False
    own = select(ObjectChange.digest).where(ObjectChange.object_id == row.object_id, ObjectChange.op_id == op_id)
    before = db.session.scalar(own)
    if before not in (None, fingerprint):
        raise ObjectOpTaken(row)
    return before is not None


def _require_rights(row: ObjectRow, by: Person) -> None:
    if not sight.may_enter_at(row.grid_path, by):
        raise NotKeptHere


def _require_as_seen(row: ObjectRow, seen: int) -> None:
    if row.merged_into is not None:
        raise ObjectMerged(row)
    if row.version != seen:
        raise ObjectStale(row)


def _require_allowed(row: ObjectRow, values: Mapping[str, Any], by: Person) -> None:
    """Refuse to move an object to ground of others, and to let it end or come back, to whoever does not manage it."""
    if not sight.may_enter_at(values["grid_path"], by):
        raise NotKeptHere
    ends = ObjectState.REMOVED in (values["state"], row.state) and values["state"] != row.state
    if ends and not sight.may_manage_at(row.grid_path, by):
        raise NotKeptHere


def _require_free(kind: str, identifier: str | None, but: UUID, state: ObjectState) -> None:
    """Raise IdentifierTaken where another object bears it; two at once are kept apart by the database."""
    if identifier is None or state == ObjectState.REMOVED:
        return
    same = (ObjectRow.kind == kind, ObjectRow.identifier == identifier, ALIVE)
    if db.session.scalar(select(ObjectRow.object_id).where(*same, ObjectRow.object_id != but)) is not None:
        raise IdentifierTaken
