"""Where somebody is lacking (一村（格）一辅警), and one's own leave with who stands in."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import Response

from app.core.http import Blueprint, answer, current_person, needs
from app.core.permissions import Permission
from app.core.transaction import transaction
from app.grids import coverage, leaves, roster_schemas, rosters
from app.grids.coverage import Gap, Share
from app.grids.rosters import Appointment, PastService
from app.identity import accounts, register
from app.identity.people_forms import day_after

bp = Blueprint("roster", url_prefix="/api/v1/roster", description="网格花名册与请假 Roster and leave")


@bp.get("/coverage")
@needs(Permission.GRID_ROSTER_READ)
@bp.arguments(roster_schemas.CoverageIn, location="query")
@bp.response(200, roster_schemas.CoverageOut)
def read_coverage(wanted: dict[str, Any]) -> dict[str, Any]:
    """缺网格员、网格长的网格和缺辅警的村（社区），自何时起；按乡镇汇总，可看某日。Which grids lack somebody, or did."""
    person = current_person()
    gaps = coverage.gaps(person, wanted["under"], wanted["duty"], wanted["at"])
    shares = coverage.shares(person, wanted["under"], wanted["at"])
    return {"items": [_gap(one) for one in gaps], "townships": [_share(one) for one in shares]}


@bp.get("/grids/<code>")
@needs(Permission.GRID_ROSTER_READ)
@bp.response(200, roster_schemas.GridRosterOut)
def read_grid(code: str) -> dict[str, Any]:
    """一个网格现在由谁服务、缺谁，以前由谁服务（最近离开的在前，最多 100 条）。Who serves a grid, and who did."""
    line = rosters.line(code, current_person())
    serving = [one for several in line.served.values() for one in several]
    return {
        "grid": line.grid,
        "lacking": [{"duty": one, "duty_label": one.words, "duty_label_en": one.words.en} for one in line.lacking],
        "serving": [_service(one) | {"instead_of": one.instead_of} for one in serving],
        "past": [_service(one) for one in rosters.past(code)],
    }


@bp.get("/leaves")
@needs(Permission.IDENTITY_OWN)
@bp.response(200, roster_schemas.LeavesOut)
def list_leaves() -> Response:
    """本人现在和将来的请假、顶岗人员，以及可以顶岗的人。List one's own leave, who stands in, and who could."""
    return answer(_leaves())


@bp.post("/leaves")
@needs(Permission.IDENTITY_OWN)
@bp.arguments(roster_schemas.LeaveIn)
@bp.response(201, roster_schemas.LeavesOut)
def enter_leave(body: dict[str, Any]) -> Response:
    """登记本人的请假，可指定顶岗人员；同一天起的再次登记修改止日。Enter one's own leave, and who stands in."""
    person = current_person()
    with transaction():
        leaves.enter(_own_id(), body["since"], day_after(body["until"]), body["substitute"], by=person)
    return answer(_leaves(), 201)


@bp.post("/leaves/end")
@needs(Permission.IDENTITY_OWN)
@bp.arguments(roster_schemas.LeaveEndIn)
@bp.response(200, roster_schemas.LeavesOut)
def end_leave(body: dict[str, Any]) -> Response:
    """提前销假；尚未开始的视为没有请。End one's own leave now."""
    person = current_person()
    with transaction():
        accounts.take_back_absence(_own_id(), body["since"], by=person)
    return answer(_leaves())


def _own_id() -> UUID:
    person_id = current_person().person_id
    assert person_id is not None  # noqa: S101 - the system signs in nowhere
    return person_id


def _leaves() -> dict[str, Any]:
    person_id = _own_id()
    return {
        "items": [{"since": one.since, "until": one.until} for one in register.absences(person_id)],
        "substitutes": [asdict(one) for one in leaves.substitutes(person_id)],
        "candidates": [{"username": one.username, "name": one.name} for one in leaves.candidates(person_id)],
    }


def _service(one: Appointment | PastService) -> dict[str, Any]:
    return {
        "duty": one.duty, "duty_label": one.duty.words, "duty_label_en": one.duty.words.en, "name": one.name,
        "username": one.username, "valid_from": one.valid_from, "valid_to": one.valid_to,
    }  # fmt: skip


def _gap(one: Gap) -> dict[str, Any]:
    return {
        "grid": one.grid, "above": one.above[1:], "duty": one.duty, "duty_label": one.duty.words,
        "duty_label_en": one.duty.words.en, "since": one.since, "ever_served": one.ever_served, "away": one.away,
    }  # fmt: skip


def _share(one: Share) -> dict[str, Any]:
    return {
        "township": one.township, "duty": one.duty, "duty_label": one.duty.words, "duty_label_en": one.duty.words.en,
        "total": one.total, "lacking": one.lacking, "away": one.away,
    }  # fmt: skip
