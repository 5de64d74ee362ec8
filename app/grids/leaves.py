"""Leave of somebody who serves grids, and who stands in: entered by themselves, or by whoever manages them.

The substitute serves the same grids as the same from the first day to the last: whoever is named to verify, check or go
round is found by the roster. Nobody gets a role by it; but rounds and receipts of those grids are theirs meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from app.audit import service as audit
from app.audit.tags import SubjectKind, Tag
from app.core import clock, events
from app.core.db import db
from app.core.errors import Invalid
from app.core.permissions import Permission, Person
from app.grids.levels import NEVER_ENFORCING, Level
from app.grids.models import Roster
from app.grids.queries import grid_tree, lasting
from app.identity import accounts, register
from app.identity import queries as identity
from app.identity.events import HoldsLess
from app.identity.models import PersonRow
from app.identity.queries import PersonName
from workflows.words import Words

_NOBODY = Words(
    "请从同一乡镇在岗的网格人员中选一位顶岗人员。", "Choose a substitute among those who serve grids in your township."
)
_SERVES_NOTHING = Words("此人没有在任何网格任职，不用安排顶岗。", "They serve no grid: no substitute is needed.")


def enter(person_id: UUID, since: datetime, until: datetime, substitute: str | None, *, by: Person) -> None:
    """Let a person be away, and another stand in for them meanwhile, inside a transaction.

    Raises NotFound, AbsenceTooShort, and Invalid where the substitute serves nothing near, or nothing is to be served.
    """
    accounts.enter_absence(person_id, since, until, by=by, serves_theirs=serves_ground_of(person_id, by))
    if substitute is None and _is_away_all_of(person_id, since, until):
        return  # a leave inside a longer one says nothing of who stands in meanwhile
    _end_substitutes(person_id, since, until)
    if substitute is None:
        return
    served = _serves(person_id, until)
    if not served:
        raise Invalid.at("substitute", _SERVES_NOTHING)
    chosen = next((one for one in candidates(person_id, since, until) if one.username == substitute), None)
    if chosen is None:
        raise Invalid.at("substitute", _NOBODY)
    for row in served:
        _stand_in(row, chosen.id, max(since, clock.now()), until, person_id)
    about = {"person": str(chosen.id)}
    audit.record(Tag.SUBSTITUTE_ENTERED, person_id=by.person_id, subject=(SubjectKind.PERSON, person_id), **about)


def take_back(person_id: UUID, since: datetime, *, by: Person) -> None:
    """Let a person be there again from now on, and nobody stand in any more; raise NotFound."""
    accounts.take_back_absence(person_id, since, by=by, serves_theirs=serves_ground_of(person_id, by))


def serves_ground_of(person_id: UUID, by: Person) -> bool:
    """Tell whether somebody serves a grid, now or from a day to come, on the ground where a person enters leave."""
    if not by.may(Permission.GRID_LEAVE):
        return False
    mine = select(Roster.grid).where(Roster.person_id == person_id, lasting(clock.now())).distinct()
    nodes = (grid_tree().get(code) for code in db.session.scalars(mine))
    return any(node is not None and by.reaches(Permission.GRID_LEAVE, node.path) for node in nodes)


def candidates(person_id: UUID, since: datetime | None = None, until: datetime | None = None) -> list[PersonName]:
    """Return who may stand in, by name: whoever serves a grid of the same townships, does rounds, and is there.

    They are there when they are not away on any of the days asked, by default now; and nobody who enforces stands in
    for one of those who never do.
    """
    tree, now = grid_tree(), clock.now()
    served = _serves(person_id, max(until or now, now))
    above = {tree.at_level(row.grid, Level.TOWNSHIP) for row in served} - {None}
    near = {node.code for one in above if one for node in tree.within(one.code)}
    serving = select(Roster.person_id, Roster.grid).where(Roster.valid_from <= now, _not_ended(now))
    ids = {row.person_id for row in db.session.execute(serving) if row.grid in near} - {person_id}
    barred = any(row.duty in NEVER_ENFORCING for row in served)
    able = [one for one in identity.people(sorted(ids)) if one.may(Permission.ROUND_ACT)]
    enforcing = identity.to_hold([one.person_id for one in able], Permission.ENFORCEMENT_POST) if barred else set()
    here = (
        {one.person_id for one in able}
        - enforcing
        - identity.away_within(max(since or now, now), max(until or now, now))
    )
    columns = (PersonRow.id, PersonRow.username, PersonRow.name)
    people = db.session.execute(select(*columns).where(PersonRow.id.in_(here)).order_by(PersonRow.name, PersonRow.id))
    return [PersonName(**row._mapping) for row in people]


@dataclass(frozen=True, slots=True)
class Substitute:
    """Who stands in for somebody, from when until when."""

    name: str
    username: str
    valid_from: datetime
    valid_to: datetime


def substitutes(person_id: UUID) -> list[Substitute]:
    """Return who stands in for a person now or from a day to come, each once."""
    statement = (
        select(PersonRow.name, PersonRow.username, Roster.valid_from, Roster.valid_to)
        .join(PersonRow, PersonRow.id == Roster.person_id)
        .where(Roster.stands_in_for == person_id, Roster.valid_to > clock.now())
    )
    ordered = statement.distinct().order_by(Roster.valid_from, PersonRow.username)
    return [Substitute(**row._mapping) for row in db.session.execute(ordered)]


def come_back(person_id: UUID, since: datetime, until: datetime) -> None:
    """Let nobody stand in any more for a person whose leave was taken back, unless other leave covers that time."""
    if not _is_away_all_of(person_id, since, until):
        _end_substitutes(person_id, since, until)


def _is_away_all_of(person_id: UUID, since: datetime, until: datetime) -> bool:
    """Tell whether another leave of a person, which began at another time, covers all of a time that is left."""
    left = max(since, clock.now())
    return any(one.since != since and one.since <= left and one.until >= until for one in register.absences(person_id))


def _end_substitutes(person_id: UUID, since: datetime, until: datetime) -> None:
    """Let nobody stand in for a person in this time, and leave other leave as it is."""
    now = clock.now()
    within = (Roster.valid_to > max(now, since), Roster.valid_from < until)
    rows = db.session.scalars(select(Roster).where(Roster.stands_in_for == person_id, *within)).all()
    for row in rows:
        ends, row.valid_to = row.valid_to, max(now, row.valid_from, since)
        if ends is not None and ends > until:  # the leave inside a longer one is over: that goes on as it was
            entry = {"grid": row.grid, "person_id": row.person_id, "duty": row.duty, "valid_from": max(now, until)}
            db.session.merge(Roster(**entry, valid_to=ends, stands_in_for=person_id))
        events.publish(HoldsLess(row.person_id))
    db.session.flush()


def end_all_substitutions(person_id: UUID) -> None:
    """Let nobody stand in for a person any more, nor them for anybody: their account is closed."""
    now = clock.now()
    either = or_(Roster.stands_in_for == person_id, Roster.stands_in_for.is_not(None) & (Roster.person_id == person_id))
    for row in db.session.scalars(select(Roster).where(either, lasting(now))).all():
        row.valid_to = max(now, row.valid_from)
        events.publish(HoldsLess(row.person_id))


def _serves(person_id: UUID, until: datetime) -> Sequence[Roster]:
    """Return what a person serves themselves, not for another, in grids of today, now or before their leave ends."""
    own = (Roster.person_id == person_id, Roster.stands_in_for.is_(None), Roster.valid_from <= until)
    rows = db.session.scalars(select(Roster).where(*own, lasting(clock.now())).order_by(Roster.grid, Roster.duty))
    tree = grid_tree()
    return [row for row in rows if (node := tree.get(row.grid)) and not node.ended]


def _stand_in(row: Roster, substitute: UUID, since: datetime, until: datetime, away: UUID) -> None:
    """Enter one service of a substitute for as long as the other's own, unless they serve it as the same already."""
    since, until = max(since, row.valid_from), min(until, row.valid_to or until)
    if until <= since:
        return
    same = (Roster.grid == row.grid, Roster.person_id == substitute, Roster.duty == row.duty)
    runs = (Roster.valid_from <= since, _not_ended(since))
    if db.session.scalar(select(Roster.grid).where(*same, *runs).limit(1)) is None:
        entry = {"grid": row.grid, "person_id": substitute, "duty": row.duty, "valid_from": since}
        db.session.merge(Roster(**entry, valid_to=until, stands_in_for=away))


def _not_ended(moment: datetime) -> ColumnElement[bool]:
    return Roster.valid_to.is_(None) | (Roster.valid_to > moment)
