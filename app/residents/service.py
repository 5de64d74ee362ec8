"""Enter residents and households, change them, end their care, reveal one field; each leaves its row in the audit.

What stands in fields is sealed, and neither the history of a record nor the audit holds it. Digests by which the same
again is known have a key, for the same reason.
"""

import base64
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal, select, update
from sqlalchemy.exc import IntegrityError

from app.audit import service as audit
from app.audit.tags import SubjectKind, Tag
from app.core import clock, encryption
from app.core.db import db, upsert
from app.core.digests import canonical
from app.core.errors import Invalid
from app.core.permissions import Permission, Person
from app.core.transaction import running
from app.grids.levels import subtree_range
from app.residents import erasures, queries, resident_changes, resident_drafts, resident_sight, sealed_fields
from app.residents.models import Resident, ResidentCare, ResidentChange, ResidentEdit, ResidentEnd
from app.residents.queries import SeenResident
from app.residents.resident_drafts import ResidentDraft
from app.residents.resident_errors import (
    ResidentFieldUnknown,
    ResidentIdTaken,
    ResidentNotRevealed,
    ResidentOpTaken,
    ResidentsNotKeptHere,
    ResidentStale,
    ResidentUnknown,
)
from app.residents.resident_rules import BIRTH, GUARDIAN, rules
from workflows.resident_terms import ResidentSubject
from workflows.words import Words

_NOT_CARED = Words("没有这种关爱。", "They are not cared for so.")
_NUMBER_LETTERS = 10


@dataclass(frozen=True)
class ResidentOutcome:
    """What came of a call: the resident as the person sees them since, if they do, and whether it was new."""

    resident_id: UUID
    seen: SeenResident | None
    fresh: bool


def enter(resident_id: UUID, body: Mapping[str, Any], *, by: Person) -> ResidentOutcome:
    """Enter a resident, inside a transaction, under an id that the sender has made; sent again, it is the same one.

    Raises Invalid with the fields at fault, ResidentsNotKeptHere, ResidentIdTaken.
    """
    running()
    fingerprint = canonical(body)
    if (again := db.session.get(Resident, resident_id, populate_existing=True)) is not None:
        return _same_again(again, fingerprint, by)
    draft = resident_drafts.fresh(body)
    resident_drafts.judge(draft, by)
    household_id = _household(body.get("household_id"), draft.subject, by)
    now = clock.now()
    table = Resident.__table__
    row = {
        "resident_id": resident_id, "subject": draft.subject, "number": number_of(resident_id),
        "household_id": household_id, "grid": draft.node.code, "grid_path": draft.node.path,
        "digest": encryption.digest(fingerprint), "entered_at": now, "entered_by": by.person_id,
    }  # fmt: skip
    entered = upsert(table).values(**row).on_conflict_do_nothing().returning(table.c.resident_id)
    if db.session.scalar(entered) is None:
        return _same_again(db.session.get_one(Resident, resident_id, populate_existing=True), fingerprint, by)
    resident = db.session.get_one(Resident, resident_id, populate_existing=True)
    db.session.add_all(ResidentCare(resident_id=resident_id, care=care, since=now) for care in sorted(draft.cares))
    sealed_fields.put(resident, {}, draft.fresh, draft.consent)
    resident_changes.append(resident_id, ResidentEdit.ENTERED, draft.fresh, draft.cares, by)
    _record(Tag.RESIDENT_ENTERED, resident_id, by, of_fields=sorted(draft.fresh))
    db.session.flush()  # the rows, before the answer reads them
    return ResidentOutcome(resident_id, queries.one(resident_id, by), fresh=True)


def change(resident_id: UUID, changes: Mapping[str, Any], *, seen: str, op_id: UUID, by: Person) -> ResidentOutcome:
    """Change a record that is as it was `seen`, inside a transaction; the same `op_id` again changes nothing more.

    An answer of None is deleted at once. Raises ResidentUnknown, ResidentsNotKeptHere, ResidentStale, ResidentOpTaken,
    Invalid.
    """
    running()
    fingerprint = canonical({"changes": changes})
    _lock(resident_id)
    if _was_done(resident_id, op_id, fingerprint, by):
        return ResidentOutcome(resident_id, _seen_still(resident_id, by), fresh=False)
    known = _kept_here(resident_id, seen, by)
    row = known.row
    fields = {one.field: one for one in known.fields}
    draft = _draft_of(known, changes)
    resident_drafts.judge(draft, by)
    if "household_id" in changes:
        row.household_id = _household(changes["household_id"], draft.subject, by, but=resident_id)
    touched = {*draft.fresh, *_move(row, draft)}
    sealed_fields.put(row, fields, draft.fresh, draft.consent)
    if changes.get("consent") and draft.consent and not _bearing(draft.fresh):  # to what is kept already
        touched |= {*sealed_fields.agree({code: fields[code] for code in draft.held & {*fields}}, draft.consent)}
    _care_for(resident_id, draft.fresh_cares)
    resident_changes.append(resident_id, ResidentEdit.CHANGED, touched, draft.fresh_cares, by, op_id, fingerprint)
    _record(Tag.RESIDENT_CHANGED, resident_id, by, of_fields=sorted(touched))
    _flush()
    return ResidentOutcome(resident_id, _seen_still(resident_id, by), fresh=True)


def end(
    resident_id: UUID, reason: ResidentEnd, cares: Collection[str] = (), *, seen: str, op_id: UUID, by: Person
) -> ResidentOutcome:
    """End some kinds of care of a resident, unnamed all that the person sees, inside a transaction.

    Once none is left the times of retention run; with consent withdrawn, and where it was a mistake, all is erased at
    once. Raises as `change` does.
    """
    running()
    fingerprint = canonical({"reason": reason, "cares": sorted(cares)})
    _lock(resident_id)
    if _was_done(resident_id, op_id, fingerprint, by):
        return ResidentOutcome(resident_id, _seen_still(resident_id, by), fresh=False)
    known = _kept_here(resident_id, seen, by)
    row, now = known.row, clock.now()
    over = [one for one in known.cares if not cares or one.care in cares]
    if not over:
        raise Invalid.at("cares", _NOT_CARED)
    for care in over:
        care.ended_at, care.reason = now, str(reason)
    resident_changes.append(resident_id, ResidentEdit.ENDED, (), [one.care for one in over], by, op_id, fingerprint)
    _record(Tag.RESIDENT_ENDED, resident_id, by, why=f"resident_{reason}")
    _flush()
    active = select(ResidentCare.care).where(ResidentCare.resident_id == resident_id, ResidentCare.ended_at.is_(None))
    if db.session.scalar(active.limit(1)) is None:
        row.ended_at = now
        if reason.erases:
            erasures.erase(row, by=by)
    elif reason is ResidentEnd.WITHDRAWN:  # others care on, without what rested on consent
        codes = erasures.withdraw(row, by=by)
        resident_changes.append(resident_id, ResidentEdit.ERASED, codes, (), by)
    db.session.flush()  # the end, before the answer reads whether they are seen still
    return ResidentOutcome(resident_id, _seen_still(resident_id, by), fresh=True)


def reveal(resident_id: UUID, code: str, purpose: str, person: Person) -> Any:
    """Return what one field holds, inside a transaction that also writes down who looked and why.

    Raises ResidentUnknown, ResidentNotRevealed, ResidentFieldUnknown, KeyMissing.
    """
    running()
    known = queries.one(resident_id, person)
    if not person.reaches(Permission.RESIDENT_REVEAL, known.row.grid_path):
        raise ResidentNotRevealed
    row = next((one for one in known.fields if one.field == code), None)
    if row is None:
        raise ResidentFieldUnknown
    answer = sealed_fields.opened(row)
    _record(Tag.RESIDENT_REVEALED, resident_id, person, of_fields=[code], reason=purpose)
    return answer


def follow_grid(old_path: str, new_path: str) -> None:
    """Rewrite the copies of a grid's path, and of those below it, when it has moved in the tree."""
    low, high = subtree_range(old_path)
    rest = func.substr(Resident.grid_path, len(old_path) + 1)
    moved = update(Resident).where(Resident.grid_path >= low, Resident.grid_path < high)
    db.session.execute(moved.values(grid_path=literal(new_path) + rest).execution_options(synchronize_session=False))


def search(code: str, text: str, person: Person) -> Sequence[SeenResident]:
    """Return whom a person finds by the whole of one field, inside a transaction that also writes down who looked.

    Raises Invalid.
    """
    running()
    matches = queries.sought(person, code, text)
    audit.record(Tag.RESIDENT_SOUGHT, person_id=person.person_id, of_fields=[code], matches=len(matches))
    return matches


def number_of(resident_id: UUID) -> str:
    """Return by what people name a resident: letters that follow from the id, so that no number counts anybody."""
    letters = base64.b32encode(hashlib.sha256(resident_id.bytes).digest()).decode()[:_NUMBER_LETTERS]
    return f"{letters[:5]}-{letters[5:]}"


def _draft_of(known: SeenResident, changes: Mapping[str, Any]) -> ResidentDraft:
    """Return what a record is to hold after some changes; of what is kept only what they name is opened."""
    row, fields = known.row, {one.field: one for one in known.fields}
    typed = {code: None if answer == "" else answer for code, answer in (changes.get("fields") or {}).items()}
    fresh = {code: one for code, one in typed.items() if one != sealed_fields.opened_if_any(fields.get(code))}
    deleted = {code for code, answer in fresh.items() if answer is None}
    of_age = queries.field_rows(row.resident_id, (BIRTH, GUARDIAN))
    cares = frozenset(one.care for one in known.cares)
    wanted = cares | frozenset(changes.get("cares") or ())
    return ResidentDraft(
        ResidentSubject.of(row.subject),
        resident_drafts.node_of(changes.get("grid") or row.grid),
        wanted,
        held=frozenset({*fields, *fresh} - deleted),
        agreed=frozenset(one.field for one in known.fields if one.consent_by),
        consent=resident_drafts.consent_in(changes) or known.consent,
        fresh_cares=wanted - cares,
        fresh=fresh,
        born=fresh.get(BIRTH, sealed_fields.opened_if_any(of_age.get(BIRTH))),
        has_guardian=bool(fresh.get(GUARDIAN, GUARDIAN in of_age)),
    )


def _bearing(fresh: Mapping[str, Any]) -> bool:
    return any(answer is not None and rules().fields[code].bears_consent for code, answer in fresh.items())


def _same_again(row: Resident, fingerprint: str, by: Person) -> ResidentOutcome:
    """Return a resident who was entered before; raise ResidentIdTaken for other content or another's."""
    if row.entered_by != by.person_id or row.digest not in encryption.digests(fingerprint):
        raise ResidentIdTaken
    return ResidentOutcome(row.resident_id, _seen_still(row.resident_id, by), fresh=False)


def _lock(resident_id: UUID) -> None:
    """Let whoever sends the same at once wait: they are answered alike."""
    db.session.execute(select(Resident.resident_id).where(Resident.resident_id == resident_id).with_for_update())


def _was_done(resident_id: UUID, op_id: UUID, fingerprint: str, by: Person) -> bool:
    own = (ResidentChange.op_id == op_id, ResidentChange.by_id == by.person_id)
    wanted = select(ResidentChange).where(ResidentChange.resident_id == resident_id, *own)
    before = db.session.scalar(wanted.execution_options(populate_existing=True))
    if before is None:
        return False
    if before.digest is not None and before.digest not in encryption.digests(fingerprint):
        raise ResidentOpTaken
    return True


def _seen_still(resident_id: UUID, by: Person) -> SeenResident | None:
    try:
        return queries.one(resident_id, by)
    except ResidentUnknown:
        return None


def _kept_here(resident_id: UUID, seen: str, by: Person) -> SeenResident:
    """Return a resident, locked, whose record the person keeps and who is as they have seen them."""
    known = queries.one(resident_id, by, lock=True)
    if not resident_sight.may_enter_at(by, known.row.grid_path):
        raise ResidentsNotKeptHere
    if known.mark != seen:
        raise ResidentStale
    return known


def _household(household_id: UUID | None, subject: ResidentSubject, by: Person, but: UUID | None = None) -> UUID | None:
    if household_id is None:
        return None
    known = _seen_still(household_id, by) if subject is ResidentSubject.PERSON and household_id != but else None
    if known is None or known.row.subject != ResidentSubject.HOUSEHOLD:
        raise Invalid.at("household_id", queries.NO_HOUSEHOLD)
    return household_id


def _move(row: Resident, draft: ResidentDraft) -> set[str]:
    """Put what lies open into a row; return what of it is otherwise."""
    touched = {"grid"} if row.grid != draft.node.code else set()
    row.grid, row.grid_path = draft.node.code, draft.node.path
    return touched


def _care_for(resident_id: UUID, cares: Collection[str]) -> None:
    for care in sorted(cares):
        row = db.session.get(ResidentCare, (resident_id, care))
        if row is None:
            db.session.add(ResidentCare(resident_id=resident_id, care=care, since=clock.now()))
        else:
            row.since, row.ended_at, row.reason = clock.now(), None, None


def _record(tag: Tag, resident_id: UUID, by: Person, **data: Any) -> None:
    audit.record(tag, person_id=by.person_id, subject=(SubjectKind.RESIDENT, resident_id), **data)


def _flush() -> None:
    try:
        db.session.flush()  # here the database tells apart two who use one id at once
    except IntegrityError as error:
        raise ResidentOpTaken from error
