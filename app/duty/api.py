"""Who is on duty, and handing over."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from app.cases import queries as cases
from app.core import paging
from app.core.errors import NotFound
from app.core.http import Blueprint, current_person, needs
from app.core.permissions import Permission
from app.core.schemas import day_of
from app.core.transaction import transaction
from app.duty import queries, service
from app.duty.models import Handover
from app.duty.queries import DutyNow, DutyShift
from app.duty.schemas import (
    DutyIn,
    DutyListIn,
    DutyListOut,
    DutyOut,
    HandoverIn,
    HandoverListIn,
    HandoverListOut,
    HandoverOut,
)

bp = Blueprint("duty", url_prefix="/api/v1/duty", description="值班与交接 Duty and handing over")


@bp.get("")
@needs(Permission.CASE_READ)
@bp.arguments(DutyListIn, location="query")
@bp.response(200, DutyListOut)
def list_duty(args: dict[str, Any]) -> Mapping[str, Any]:
    """本人所在中心、或一件案件所在中心谁值班。Tell who is on duty now and next where one works, or where a case is."""
    person, case_id = current_person(), args.get("case")
    centres = [cases.whole(case_id, person).case.centre] if case_id else queries.centres_of(person)
    return {"items": [_now(one) for one in queries.now(centres)]}


@bp.put("/<centre>/<day>/<shift>")
@needs(Permission.GRID_ROSTER)
@bp.arguments(DutyIn)
@bp.response(200, DutyOut)
def put_duty(args: dict[str, Any], centre: str, day: str, shift: str) -> Mapping[str, Any]:
    """排定一个中心某日某班的值班人员。Say who is on duty at a centre in a shift of a day, and nobody else."""
    on_day = _day(day)
    with transaction():
        service.put(centre, on_day, shift, args["people"], by=current_person())
    return {"items": [_shift(one) for one in queries.roster(centre, on_day, 1) if one.turn.shift.code == shift]}


@bp.get("/handovers")
@needs(Permission.CASE_READ)
@bp.arguments(HandoverListIn, location="query")
@bp.response(200, HandoverListOut)
def list_handovers(args: dict[str, Any]) -> Mapping[str, Any]:
    """本人所在中心的交接班记录，最近的在前。List the handovers of the centres where one works, the newest first."""
    after = queries.read_cursor(args["cursor"]) if args.get("cursor") else None
    records, following = queries.handovers(queries.centres_of(current_person()), after, args["limit"])
    items = [_record(one) for one in records]
    return {"items": items, "next_cursor": paging.encode(*following) if following else None}


@bp.post("/<centre>/handovers")
@needs(Permission.CASE_READ)
@bp.arguments(HandoverIn)
@bp.response(201, HandoverOut)
def leave(args: dict[str, Any], centre: str) -> Mapping[str, Any]:
    """交班：签字，未结急要件由系统填入。Hand over and sign; the system fills in the open urgent cases."""
    with transaction():
        record = service.leave(centre, args["note"], by=current_person())
    return _record(record)


@bp.post("/handovers/<uuid:record_id>/take")
@needs(Permission.CASE_READ)
@bp.response(200, HandoverOut)
def take(record_id: UUID) -> Mapping[str, Any]:
    """接班：签字。Sign as who takes over."""
    with transaction():
        record = service.take(record_id, by=current_person())
    return _record(record)


def _day(text: str) -> date:
    try:
        return day_of(text)
    except ValueError:
        raise NotFound from None


def _now(one: DutyNow) -> Mapping[str, Any]:
    parts = {name: _shift(part) if part else None for name, part in (("now", one.now), ("next", one.next))}
    return {"centre": one.centre, "name": one.name, **parts}


def _shift(one: DutyShift) -> Mapping[str, Any]:
    shift = one.turn.shift
    return {
        "day": one.turn.day, "shift": shift.code, "name": shift.name, "name_en": shift.name.en,
        "begins": one.turn.begins, "ends": one.turn.ends,
        "people": [{"person_id": each.person_id, "name": each.name} for each in one.people],
    }  # fmt: skip


def _record(one: Handover) -> Mapping[str, Any]:
    return {name: getattr(one, name) for name in HandoverOut().fields}
