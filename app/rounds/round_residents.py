"""Residents as stops of rounds: who sees them, what a start hands out, and what is put down of them, which is sealed.

Every round about people has the ground as its first stop, whoever is entered there; residents stand behind it, and are
there for their readers alone. So a round looks the same to everybody else with and without them: its stops, counts,
marks, steps and answers.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, insert, literal, select, update

from app.audit import service as audit
from app.audit.tags import SubjectKind, Tag
from app.catalogue import queries as catalogue
from app.catalogue.documents import Round
from app.core import encryption
from app.core.db import db
from app.core.digests import canonical
from app.core.permissions import Permission, Person
from app.residents import hand_outs
from app.residents.events import ResidentErased
from app.residents.hand_outs import HandedResident
from app.residents.models import Resident, ResidentCare
from app.residents.resident_errors import ResidentNotRevealed
from app.rounds import round_sight
from app.rounds.models import RoundRow, RoundStop
from app.rounds.round_errors import RoundStopUnknown
from app.rounds.round_sight import Duties

FIRST_STOP = 2  # of a resident: the first is the ground
STOPS_MOST = 999
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


def are_seen(row: RoundRow, person: Person, duties: Duties | None = None) -> bool:
    """Tell whether a person may know which residents a round is about."""
    plan = plan_of(row)
    if plan is None or not plan.care:
        return False
    own = round_sight.duties_of(person) if duties is None else duties
    return hand_outs.reads_all(plan.care, person, row.grid_path, serves=round_sight.serves(row, own))


def write_stops(plan: Round, round_ids: Sequence[UUID]) -> None:
    """Let the residents on the ground of some rounds be stops behind the ground itself; in the database alone."""
    if not plan.care:
        return
    end = func.substr(_R.grid_path, 1, func.length(_R.grid_path) - 1) + literal("0")
    number = func.row_number().over(partition_by=_R.round_id, order_by=(_P.grid_path, _P.resident_id))
    on_ground = (_P.grid_path >= _R.grid_path) & (_P.grid_path < end) & (_P.subject == plan.subject)
    numbered = (
        select(_R.round_id, (number + (FIRST_STOP - 1)).label("stop"), _P.resident_id)
        .join(_P, on_ground & _cared_for(plan.care))
        .where(_R.round_id.in_(round_ids))
        .subquery()
    )
    wanted = select(numbered).where(numbered.c.stop <= STOPS_MOST)
    db.session.execute(insert(RoundStop.__table__).from_select(["round_id", "stop", "resident_id"], wanted))


def handed_to(row: RoundRow, person: Person) -> Sequence[HandedStop]:
    """Open, inside a transaction, what a round that a person has started brings; each resident is one audit row."""
    plan = plan_of(row)
    if plan is None or not plan.care or not are_seen(row, person):
        return ()
    own = (RoundStop.round_id == row.round_id, RoundStop.resident_id.is_not(None))
    stops = {one.resident_id: one.stop for one in db.session.scalars(select(RoundStop).where(*own))}
    handed = hand_outs.hand_out([one for one in stops if one], plan.care, row.service, person)
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
    if not person.reaches(Permission.RESIDENT_REVEAL, row.grid_path):
        raise ResidentNotRevealed
    subject = (SubjectKind.RESIDENT, stop.resident_id)
    audit.record(
        Tag.RESIDENT_REVEALED, person_id=person.person_id, subject=subject, service=row.service, reason=purpose
    )
    return plan, opened(stop)


def forget(erased: ResidentErased) -> None:
    """Erase what rounds have put down of a resident of whom nothing may be kept."""
    own = update(RoundStop).where(RoundStop.resident_id == erased.resident_id)
    db.session.execute(own.values(key_id=None, sealed=None).execution_options(synchronize_session=False))


def _cared_for(cares: Collection[str]) -> ColumnElement[bool]:
    own = (ResidentCare.resident_id == _P.resident_id, ResidentCare.ended_at.is_(None))
    return exists().where(*own, ResidentCare.care.in_(cares))
