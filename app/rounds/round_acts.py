"""What a step of a round brings about, and what is remarkable about one that is done."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.cases.service import Phone
from app.catalogue import class_forms
from app.core.db import db
from app.core.permissions import Person
from app.grids.coordinates import to_wgs84
from app.rounds import round_objects, round_residents, round_tracks
from app.rounds.models import RoundFinding, RoundRow, RoundStop
from workflows.round_terms import RoundAction, RoundKind, RoundMark, RoundState


@dataclass
class RoundTurn:
    """A step that is asked for, as far as it is known."""

    row: RoundRow
    person: Person
    action: RoundAction
    data: dict[str, Any]
    phone: Phone
    now: datetime
    counts_at: datetime
    stop: RoundStop | None = None
    serves: bool = False
    origin_open: bool = True


def _plan(request: RoundTurn) -> dict[str, Any]:
    request.row.reason = request.row.ended_at = None
    return {}


def _start(request: RoundTurn) -> dict[str, Any]:
    row = request.row
    row.doer_id, row.doer_name = request.person.person_id, request.person.name
    row.reason = row.ended_at = None
    if not (_is_receipt(row) and row.started_at):  # a warning is confirmed once, also where it is gone on with later
        row.started_at = request.counts_at
    return {}


def _is_receipt(row: RoundRow) -> bool:
    return row.kind == RoundKind.WARNING


def _visit(request: RoundTurn) -> dict[str, Any]:
    stop, data = request.stop, request.data
    assert stop is not None  # noqa: S101 - the guard has seen to it
    form = round_residents.form_of(round_residents.plan_of(request.row), stop)
    was_open, stop.answers_open = stop.answers_open, bool(class_forms.left_open(form, data["answers"]))
    if stop.resident_id is not None:
        stop.visited_at = request.counts_at
        return round_residents.put_down(stop, data)
    if stop.visited_at is None:
        request.row.stops_done += 1
    request.row.answers_open += int(stop.answers_open) - int(was_open)
    stop.answers, stop.note = json.dumps(data["answers"], ensure_ascii=False), data.get("note")
    stop.visited_at = request.counts_at
    if "lon" in data:
        stop.lon, stop.lat = to_wgs84(data["lon"], data["lat"], data["crs"])
    return data


def _find(request: RoundTurn) -> dict[str, Any]:
    row, data = request.row, request.data
    known = db.session.get(RoundFinding, (data["case_id"], row.round_id))
    if known is None:
        db.session.add(
            RoundFinding(round_id=row.round_id, case_id=data["case_id"], stop=data.get("stop"), at=request.counts_at)
        )
        row.findings += 1
    return {name: value for name, value in data.items() if name != "report"}


def _break_off(request: RoundTurn) -> dict[str, Any]:
    row = request.row
    row.reason = request.data["reason"]
    step_data = _with_track(request)
    row.minutes = _minutes(request)
    row.doer_id = row.doer_name = None
    return step_data


def _finish(request: RoundTurn) -> dict[str, Any]:
    row = request.row
    step_data = _with_track(request)
    row.minutes = _minutes(request)
    row.stops = round_objects.count_there(row.round_id)
    row.marks = [str(one) for one in _marks(request)]
    return step_data | {"minutes": row.minutes, "metres": row.metres, "marks": row.marks}


def _minutes(request: RoundTurn) -> int:
    """Return how long a round has taken, with what it took before it was broken off."""
    row = request.row
    begun = row.started_at or request.counts_at
    earlier = 0 if _is_receipt(row) else row.minutes or 0  # a receipt counts from when it was confirmed
    return earlier + max(0, int((request.counts_at - begun) / timedelta(minutes=1)))


def _with_track(request: RoundTurn) -> dict[str, Any]:
    """Keep the track beside the step: what the step says stays, the track is deleted by its date."""
    points = request.data.get("track")
    if points:
        length = round_tracks.keep(request.row, request.row.seq + 1, points)
        request.row.metres = (request.row.metres or 0) + length
    return {name: value for name, value in request.data.items() if name != "track"}


def _marks(request: RoundTurn) -> list[RoundMark]:
    """Return what is remarkable about a round that is done; nothing of it keeps anybody from finishing."""
    row, plan = request.row, round_residents.plan_of(request.row)
    frequency = plan.frequency if plan else None
    least_time = frequency.min_minutes if frequency else None
    least_way = frequency.min_metres if frequency else None
    return [
        mark
        for mark, holds in (
            (RoundMark.LATE, request.counts_at > row.window_until),
            (RoundMark.TOO_SOON, frequency is not None and _is_too_soon(row, frequency.min_gap_hours)),
            (RoundMark.SHORT_TIME, least_time is not None and (row.minutes or 0) < least_time),
            (RoundMark.SHORT_WAY, least_way is not None and row.metres is not None and row.metres < least_way),
            (RoundMark.NO_TRACK, least_way is not None and row.metres is None),
            (RoundMark.STOPS_OPEN, row.stops_done < row.stops),
            (RoundMark.ANSWERS_OPEN, row.answers_open > 0),
        )
        if holds
    ]


def _is_too_soon(row: RoundRow, hours: int | None) -> bool:
    if hours is None or row.started_at is None:
        return False
    same = (
        RoundRow.service == row.service, RoundRow.code == row.code, RoundRow.grid == row.grid,
        RoundRow.drill == row.drill,
    )  # fmt: skip
    before = select(RoundRow.ended_at).where(
        *same, RoundRow.state == RoundState.DONE, RoundRow.round_id != row.round_id, RoundRow.ended_at <= row.started_at
    )
    last = db.session.scalar(before.order_by(RoundRow.ended_at.desc()).limit(1))
    return last is not None and row.started_at - last < timedelta(hours=hours)


def _reason(request: RoundTurn) -> dict[str, Any]:
    request.row.reason = request.data["reason"]
    return request.data


def _release(request: RoundTurn) -> dict[str, Any]:
    row = request.row
    left = {"name": row.doer_name}  # how long they were at it nobody knows
    row.doer_id = row.doer_name = None
    return left


EFFECTS = {
    RoundAction.PLAN: _plan,
    RoundAction.START: _start,
    RoundAction.VISIT: _visit,
    RoundAction.FIND: _find,
    RoundAction.BREAK_OFF: _break_off,
    RoundAction.RELEASE: _release,
    RoundAction.FINISH: _finish,
    RoundAction.EXPLAIN: _reason,
    RoundAction.CANCEL: _reason,
}
