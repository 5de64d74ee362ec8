"""Residents as stops of rounds: who sees them, what a start hands out, and what is put down of them, which is sealed.

Every round about people has the ground as its first stop, whoever is entered there; residents stand behind it, and are
there for their readers alone. So a round looks the same to everybody else with and without them: its stops, counts,
marks, steps and answers. One thing others can count, by the gaps between the numbers of its steps: how many visits
there were, and findings that became cases hidden from them; never to whom, of what, nor of how many.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, update

from app.audit import service as audit
from app.audit.tags import SubjectKind, Tag
from app.catalogue import queries as catalogue
from app.catalogue.documents import Round
from app.core import clock, encryption
from app.core.db import db, overwrite_deleted
from app.core.digests import canonical
from app.core.permissions import Permission, Person
from app.core.transaction import transaction
from app.residents import hand_outs
from app.residents.events import ConsentWithdrawn, ResidentErased
from app.residents.hand_outs import HandedResident
from app.residents.models import Resident
from app.residents.resident_errors import ResidentNotRevealed
from app.rounds import round_sight
from app.rounds.models import RoundRow, RoundStop
from app.rounds.round_errors import RoundStopUnknown
from app.rounds.round_sight import Duties
from workflows.forms import Field

FIRST_STOP = 2  # of a resident: the first is the ground
STOPS_MOST = 9_999  # one round has them all: by how many there are nobody may count them; our figure
DAYS = "visit_answer_days"
_R, _P = RoundRow, Resident
_KEYED = "hmac:"
encryption.holds(RoundStop.key_id, RoundStop.sealed)


@dataclass(frozen=True)
class HandedStop:
    """A resident at a stop of a round that was started."""

    stop: int
    resident: HandedResident


def plan_of(row: RoundRow) -> Round | None:
    """Return the plan of a round in the version it keeps."""
    service = catalogue.service_at(row.service, row.version)
    return next((one for one in service.rounds if one.code == row.code), None) if service else None


def form_of(plan: Round | None, stop: RoundStop | None) -> Sequence[Field]:
    """Return what a plan asks at a stop: of a resident it is another form."""
    if plan is None:
        return ()
    return plan.person_form if stop is not None and stop.resident_id is not None else plan.form


def are_seen(row: RoundRow, person: Person, duties: Duties | None = None) -> bool:
    """Tell whether a person may know which residents a round is about."""
    plan = plan_of(row)
    if plan is None or not plan.care:
        return False
    own = round_sight.duties_of(person) if duties is None else duties
    return hand_outs.reads_all(plan.care, person, row.grid_path, stands_in=round_sight.stands_in(row, own))


def hidden_stops(row: RoundRow, person: Person) -> frozenset[int]:
    """Return the stops of a round of which a person may not know, whether they are there still or not."""
    if are_seen(row, person):
        return frozenset()
    own = (RoundStop.round_id == row.round_id, RoundStop.resident_id.is_not(None))
    return frozenset(db.session.scalars(select(RoundStop.stop).where(*own)))


def are_there(rows: Iterable[RoundRow]) -> ColumnElement[bool]:
    """Return the condition on stops of some rounds, with round and resident beside each, that they are there still.

    Whoever has moved away or is not cared for so any more is no stop; unless they were visited before.
    """
    by_cares = defaultdict[tuple[str, ...], list[UUID]](list)
    for row in rows:
        plan = plan_of(row)
        if plan is not None and plan.care:
            by_cares[plan.care].append(row.round_id)
    still = [and_(_R.round_id.in_(ids), hand_outs.is_visited(cares, _R.grid_path)) for cares, ids in by_cares.items()]
    return or_(RoundStop.resident_id.is_(None), RoundStop.sealed.is_not(None), *still)


def is_there(row: RoundRow, stop: RoundStop) -> bool:
    """Tell whether the resident of a stop is one whom the round visits now."""
    plan = plan_of(row)
    if plan is None or not plan.care:
        return False
    one = select(_P.resident_id).where(_P.resident_id == stop.resident_id)
    return db.session.scalar(one.where(hand_outs.is_visited(plan.care, row.grid_path))) is not None


def write_stops(plan: Round, round_ids: Sequence[UUID]) -> None:
    """Let the residents on the ground of some rounds be stops behind the ground itself; in the database alone."""
    if not plan.care:
        return
    number = func.row_number().over(partition_by=_R.round_id, order_by=(_P.grid_path, _P.resident_id))
    visited = and_(_P.subject == plan.subject, hand_outs.is_visited(plan.care, _R.grid_path))
    numbered = (
        select(_R.round_id, (number + (FIRST_STOP - 1)).label("stop"), _P.resident_id)
        .join(_P, visited)
        .where(_R.round_id.in_(round_ids))
        .subquery()
    )
    wanted = select(numbered).where(numbered.c.stop <= STOPS_MOST)
    db.session.execute(insert(RoundStop.__table__).from_select(["round_id", "stop", "resident_id"], wanted))


def handed_to(row: RoundRow, person: Person) -> Sequence[HandedStop]:
    """Open, inside a transaction, what a round that a person has started brings; each resident is one audit row."""
    plan = plan_of(row)
    duties = round_sight.duties_of(person)
    if plan is None or not are_seen(row, person, duties):
        return ()
    own = (RoundStop.round_id == row.round_id, RoundStop.resident_id.is_not(None))
    stops = {one.resident_id: one.stop for one in db.session.scalars(select(RoundStop).where(*own))}
    stands_in = round_sight.stands_in(row, duties)
    handed = hand_outs.hand_out(
        [one for one in stops if one], plan, row.service, person, row.grid_path, stands_in=stands_in
    )
    return sorted((HandedStop(stops[one.resident_id], one) for one in handed), key=lambda one: one.stop)


def put_down(stop: RoundStop, data: dict[str, Any]) -> dict[str, Any]:
    """Seal what was found at a resident's stop; return what the step may say of it, which is where it was."""
    content = {name: value for name, value in data.items() if name in ("answers", "note")}
    stop.key_id, (stop.sealed,) = encryption.seal(canonical(content))
    return {"stop": data["stop"]}


def opened(stop: RoundStop) -> dict[str, Any]:
    """Return what was put down at a resident's stop; nothing where nobody was there, or all was erased."""
    if stop.key_id is None or stop.sealed is None:
        return {}
    (text,) = encryption.unseal(stop.key_id, stop.sealed)
    return dict(json.loads(text)) if text else {}


def kept_digest(stop: RoundStop | None, request_digest: str) -> str:
    """Return by what the same request is known again: of what is said of a resident, nothing without the key."""
    of_resident = stop is not None and stop.resident_id is not None
    return f"{_KEYED}{encryption.digest(request_digest)}" if of_resident else request_digest


def is_digest_of(known: str, request_digest: str) -> bool:
    """Tell whether a digest that is kept is that of this request."""
    keyed = known.removeprefix(_KEYED)
    return known == request_digest or (known.startswith(_KEYED) and keyed in encryption.digests(request_digest))


def reveal(row: RoundRow, number: int, purpose: str, person: Person) -> tuple[Round, dict[str, Any]]:
    """Return what was put down at a resident's stop, inside a transaction that also writes down who looked and why.

    Raises RoundStopUnknown, ResidentNotRevealed, KeyMissing.
    """
    stop, plan = db.session.get(RoundStop, (row.round_id, number)), plan_of(row)
    if stop is None or stop.resident_id is None or plan is None or not are_seen(row, person):
        raise RoundStopUnknown
    if not is_there(row, stop):
        raise RoundStopUnknown
    if not person.reaches(Permission.RESIDENT_REVEAL, row.grid_path):
        raise ResidentNotRevealed
    subject = (SubjectKind.RESIDENT, stop.resident_id)
    audit.record(
        Tag.RESIDENT_REVEALED, person_id=person.person_id, subject=subject, service=row.service, reason=purpose
    )
    return plan, opened(stop)


def forget(erased: ResidentErased) -> None:
    """Erase what rounds have put down of a resident of whom nothing may be kept."""
    _erase(RoundStop.resident_id == erased.resident_id)


def forget_unvisited(withdrawn: ConsentWithdrawn) -> None:
    """Erase what rounds have put down of a resident whom they do not visit any more, since nobody has agreed to it."""
    own = (RoundStop.resident_id == withdrawn.resident_id, RoundStop.sealed.is_not(None))
    pairs = db.session.execute(select(_R, RoundStop).join(RoundStop, RoundStop.round_id == _R.round_id).where(*own))
    for round_id, number in [(row.round_id, stop.stop) for row, stop in pairs if not is_there(row, stop)]:
        _erase(and_(RoundStop.round_id == round_id, RoundStop.stop == number))


def tidy() -> int:
    """Erase what was put down of residents so long ago that it is not needed any more; return of how many stops."""
    known = catalogue.catalogue()
    if not known.settings:  # a county without a catalogue has no rounds
        return 0
    days = known.setting(DAYS)
    with transaction():
        return _erase(RoundStop.sealed.is_not(None) & (RoundStop.visited_at <= clock.now() - timedelta(days=days)))


def _erase(which: ColumnElement[bool]) -> int:
    overwrite_deleted()
    emptied = update(RoundStop).where(which).values(key_id=None, sealed=None).returning(RoundStop.round_id)
    return len(db.session.scalars(emptied.execution_options(synchronize_session=False)).all())
