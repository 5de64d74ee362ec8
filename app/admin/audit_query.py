"""Search the audit within what a reader may see, and find what its entries speak of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, literal, or_, select, true

from app.admin.audit_words import GROUPS
from app.audit import queries as audit
from app.audit.models import AuditEntry
from app.audit.tags import SubjectKind, Tag
from app.cases.models import Case
from app.cases.visibility import visible_to
from app.catalogue import queries as catalogue
from app.core import clock
from app.core.db import db
from app.core.permissions import Permission, Person, ScopeKind
from app.departments.queries import directory
from app.grids.levels import subtree_range
from app.grids.queries import grid_tree
from app.identity.models import AssignmentRow, PersonRow
from app.identity.queries import whole_county

SUBJECTS_MOST = 200  # things that one search word may mean
Subject = tuple[SubjectKind, object]
RefusalKey = tuple[UUID | None, str, str]  # who, in which hour, at which route


@dataclass(frozen=True)
class References:
    """What the entries of a page speak of: people and cases by id, and which of them the reader may open."""

    people: Mapping[UUID, str] = field(default_factory=dict)
    open_people: frozenset[UUID] = frozenset()
    cases: Mapping[str, str] = field(default_factory=dict)
    open_cases: frozenset[str] = frozenset()
    refusals: Mapping[RefusalKey, int] = field(default_factory=dict)


def search(person: Person, wanted: Mapping[str, Any], *, cursor: int | None = None, limit: int) -> audit.AuditPage:
    """Return the entries that the reader may see and that fit, the newest first."""
    return audit.search(**_conditions(person, wanted), cursor=cursor, limit=limit)


def ids(person: Person, wanted: Mapping[str, Any], most: int) -> Sequence[int]:
    """Return the numbers of the entries of a whole list, the newest first."""
    return audit.ids(most, **_conditions(person, wanted))


def _conditions(person: Person, wanted: Mapping[str, Any]) -> dict[str, Any]:
    who, about = wanted.get("who"), wanted.get("about")
    return {
        "tags": _tags(wanted.get("what")),
        "people": _named(who) if who else None,
        "subjects": _subjects_of(about) if about else None,
        "concerning": _in_ground(person),
        "address": wanted.get("address"),
        "since": _begins(wanted.get("since")),
        "until": _begins(wanted["until"] + timedelta(days=1)) if wanted.get("until") else None,
    }


def known(person: Person, entries: Sequence[AuditEntry]) -> References:
    """Find the people and cases that entries speak of and how often somebody was refused, in a statement each."""
    ids = {each for entry in entries for each in _people_of(entry)}
    cases = {as_id(entry.subject_id) for entry in entries if entry.subject_kind == SubjectKind.CASE} - {None}
    people = _people(person, ids)
    cases_by_id = _cases(person, cases)
    return References(
        {row.id: f"{row.name}（{row.username}）" for row in people},
        frozenset(row.id for row in people if row.open),
        {str(row.case_id): row.number for row in cases_by_id},
        frozenset(str(row.case_id) for row in cases_by_id if row.open),
        audit.times_refused(filter(None, map(refusal_key, entries))),
    )


def refusal_key(entry: AuditEntry) -> RefusalKey | None:
    """Return by what an entry's count is kept; None for an entry that is about no refusal."""
    if entry.tag != Tag.ACCESS_REFUSED or "hour" not in entry.data:
        return None
    return entry.person_id, str(entry.data["hour"]), str(entry.data.get("route"))


def _people(person: Person, ids: set[Any]) -> Sequence[Any]:
    if not ids:
        return ()
    ground = _in_ground(person)
    within: ColumnElement[bool] = true() if ground is None else PersonRow.id.in_(ground)
    may = person.may(Permission.PEOPLE_READ)
    columns = select(PersonRow.id, PersonRow.name, PersonRow.username, and_(literal(may), within).label("open"))
    return db.session.execute(columns.where(PersonRow.id.in_(ids))).all()


def _cases(person: Person, ids: set[Any]) -> Sequence[Any]:
    if not ids:
        return ()
    is_visible = visible_to(person).label("open")
    return db.session.execute(select(Case.case_id, Case.number, is_visible).where(Case.case_id.in_(ids))).all()


def _people_of(entry: AuditEntry) -> set[UUID]:
    ids = (
        entry.person_id,
        entry.subject_id if entry.subject_kind == SubjectKind.PERSON else None,
        entry.data.get("person"),
    )
    return {person_id for person_id in map(as_id, ids) if person_id}


def as_id(text: object) -> UUID | None:
    """Return what a text names by an id; None if it does not."""
    if isinstance(text, UUID):
        return text
    try:
        return UUID(str(text)) if text else None
    except ValueError:
        return None


def _tags(what: str | None) -> Sequence[Tag]:
    """Return the tags that a choice means: a group of them, one, or any."""
    if not what:
        return ()
    names = GROUPS[what][1] if what in GROUPS else (what,)
    return [tag for tag in Tag if tag.value in names]


def _named(text: str) -> Select[Any]:
    """Select the people whose account it is, or whose name holds it."""
    like = PersonRow.name.contains(text, autoescape=True)
    return select(PersonRow.id).where(or_(PersonRow.username == text, like))


def _subjects_of(text: str) -> list[Subject]:
    """Return what a word may mean: cases by number, people, departments, grids, documents of the catalogue."""
    subjects: list[Subject] = []
    numbered = select(Case.case_id).where(Case.number == text).limit(SUBJECTS_MOST)
    subjects += ((SubjectKind.CASE, str(each)) for each in db.session.scalars(numbered))
    subjects += ((SubjectKind.PERSON, str(each)) for each in db.session.scalars(_named(text).limit(SUBJECTS_MOST)))
    departments = directory().by_code.values()
    subjects += [
        (SubjectKind.DEPARTMENT, one.code) for one in departments if text in (one.code, one.name) or text in one.name
    ]
    subjects += [(SubjectKind.GRID, one.code) for one in grid_tree().current if text == one.code or text in one.name]
    classes = catalogue.catalogue().classes.values()
    subjects += [
        (SubjectKind.CATALOGUE, f"class:{one.code}")
        for one in classes
        if text == one.code or text in one.name or text in one.name.en
    ]
    return subjects[: SUBJECTS_MOST * 2]


def _in_ground(person: Person) -> Select[Any] | None:
    """Select the people whom a reader may see in the audit; None for whoever reads for the whole county.

    All that such a person holds now lies in the reader's ground; of somebody who holds nothing any more, all that they
    held.
    """
    if whole_county(person, Permission.AUDIT_READ):
        return None
    paths = [held.scope_path for held in person.holding(Permission.AUDIT_READ) if held.scope_path]
    now, row = clock.now(), AssignmentRow
    own, inside = row.person_id == PersonRow.id, _inside(paths)
    running = or_(row.valid_to.is_(None), row.valid_to > now)
    return select(PersonRow.id).where(
        exists().where(own),
        ~exists().where(own, running, ~inside),
        or_(exists().where(own, running), ~exists().where(own, ~inside)),
    )


def _inside(paths: Sequence[str]) -> ColumnElement[bool]:
    row = AssignmentRow
    ranges = [subtree_range(path) for path in paths]
    codes = {node.code for node in grid_tree().current if any(low <= node.path < high for low, high in ranges)}
    departments = [one.code for one in directory().by_code.values() if one.grid_code in codes]
    below = [and_(row.scope_path >= low, row.scope_path < high) for low, high in ranges]
    return or_(and_(row.scope_kind == ScopeKind.DEPARTMENT, row.scope_code.in_(departments)), *below)


def _begins(day: date | None) -> datetime | None:
    return clock.midnight(day) if day else None
