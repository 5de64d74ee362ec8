"""A round as the interface, the phone and the pages answer it."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from app.catalogue import queries as catalogue
from app.catalogue.documents import Round
from app.catalogue.schemas.responses import form_field
from app.core.permissions import Person
from app.grids.levels import Duty
from app.grids.queries import grid_name
from app.rounds import queries, round_acts, round_origins, round_plans, round_sight, service
from app.rounds.models import RoundRow, RoundStep
from app.rounds.queries import NamedStop, PlanCount, RoundParts
from app.rounds.round_origins import RoundOrigin
from app.rounds.round_sight import Duties
from app.rounds.service import RoundResult
from workflows.engine import Move
from workflows.forms import in_words
from workflows.round import ROUND
from workflows.round_terms import CONFIRM, RoundAction, RoundKind, RoundMark, RoundRelation, RoundState
from workflows.words import Words, plain


def summaries(rows: Sequence[RoundRow], person: Person) -> list[dict[str, Any]]:
    """Return some rounds as `RoundSummaryOut` describes them."""
    duties, seen = round_sight.duties_of(person), queries.findings_seen(rows, person)
    return [_summary(row, duties, seen.get(row.round_id, 0)) for row in rows]


def _summary(row: RoundRow, duties: Duties, findings: int) -> dict[str, Any]:
    state = RoundState.of(row.state)
    return {
        **names_of(row.service, row.code, row.version),
        "round_id": row.round_id,
        "kind": _called(row.kind, RoundKind.of(row.kind).words),
        "subject": row.subject,
        "drill": row.drill,
        "duty": _called(row.duty, Duty.of(row.duty).words),
        "grid": {"code": row.grid, "name": grid_name(row.grid)},
        "state": row.state,
        "state_label": state.words,
        "state_label_en": state.words.en,
        "first_day": round_plans.first_day(row),
        "last_day": round_plans.last_day(row),
        "doer": row.doer_name,
        "mine": round_sight.serves(row, duties),
        "marks": [_called(one, RoundMark.of(one).words) for one in row.marks],
        "findings": findings,
        **{name: getattr(row, name) for name in _PLAIN},
    }


def _action(move: Move, kind: str = "") -> dict[str, Any]:
    confirms = kind == RoundKind.WARNING and move.action == RoundAction.START
    words = CONFIRM if confirms else ROUND.actions[move.action]
    return {"action": move.action, "label": words, "label_en": words.en, "needs": list(move.needs)}


def _after(state: str) -> list[dict[str, Any]]:
    """Return what whoever serves can do in a state, by the table."""
    return [_action(move) for move in ROUND.moves if state in move.sources and move.relation == RoundRelation.SERVES]


THEN = {
    str(move.action): _after(move.target)
    for move in ROUND.moves
    if move.relation == RoundRelation.SERVES and move.target is not None
}
_ANSWER = Words("{}：{}", "{}: {}")
_PLAIN = (
    *("seq", "window_until", "started_at", "ended_at", "stops", "stops_done", "minutes", "metres"),
    "reason",
)


def whole(
    row: RoundRow,
    person: Person,
    parts: RoundParts | None = None,
    own: Duties | None = None,
    origins: Mapping[UUID, RoundOrigin] | None = None,
) -> dict[str, Any]:
    """Return a round with its form, stops and findings as `RoundOut` describes it."""
    parts = parts or queries.parts_of([row.round_id], person)
    findings = parts.findings.get(row.round_id, ())
    duties = round_sight.duties_of(person) if own is None else own
    plan = round_acts.plan_of(row)
    place = grid_name(row.grid)
    return {
        **_summary(row, duties, len(findings)),
        **_plan(plan),
        "origin": _origin(row, origins),
        "stop_list": [_stop(one, place) for one in parts.stops.get(row.round_id, ())],
        "finding_list": [{"case_id": one.case_id, "stop": one.stop, "at": one.at} for one in findings],
        "actions": [_action(move, row.kind) for move in service.actions_for(row, person, duties)],
        "then": THEN,
    }  # fmt: skip


def wholes(person: Person, rows: Sequence[RoundRow]) -> list[dict[str, Any]]:
    """Return some rounds whole; what belongs to them is read in one go."""
    parts = queries.parts_of([row.round_id for row in rows], person)
    duties = round_sight.duties_of(person)
    origins = round_origins.described({row.origin_id for row in rows if row.origin_id})
    return [whole(row, person, parts, duties, origins) for row in rows]


def acted(result: RoundResult, person: Person) -> dict[str, Any]:
    """Return what came of a step; whoever does not see the round any more gets the step alone."""
    step = {"seq": result.step.seq, "op_id": result.step.op_id}
    if not round_sight.shows(result.row, person):
        return {"round_id": result.row.round_id, "step": step}
    return {**whole(result.row, person), "step": step}


def step_views(row: RoundRow, person: Person) -> list[dict[str, Any]]:
    """Return all steps of a round as `RoundStepOut` describes them; cases are named to whoever sees them alone."""
    cases = queries.cases_seen(row.round_id, person) if row.findings else frozenset()
    return [_step_view(step, cases) for step in queries.steps(row.round_id)]


def _step_view(step: RoundStep, cases: Collection[UUID]) -> dict[str, Any]:
    label = ROUND.actions[step.action]
    return {
        "seq": step.seq, "op_id": step.op_id, "action": step.action, "label": label, "label_en": label.en,
        "from": step.state_from, "to": step.state_to, "actor": step.actor_name, "at": step.at,
        "phone_at": step.phone_at, "data": queries.step_data(step, cases),
    }  # fmt: skip


def plan_line(line: PlanCount) -> dict[str, Any]:
    """Return how a plan stands."""
    numbers = {name: getattr(line, name) for name in ("open", "missed", "done", "cancelled")}
    return {**names_of(line.service, line.code, line.version), **numbers}


def names_of(service_code: str, code: str, version: int) -> dict[str, Any]:
    """Return what service and plan are called, in the version that is kept."""
    service_words, plan_name = plan_words(service_code, code, version)
    return {"service": _called(service_code, service_words), "round": _called(code, plan_name)}


def plan_words(service_code: str, code: str, version: int) -> tuple[Words, Words]:
    """Return what service and plan are called as texts."""
    known = catalogue.service_at(service_code, version)
    plan = next((one for one in known.rounds if one.code == code), None) if known else None
    return plain(known.name if known else service_code), plan.called if plan else plain(code)


def answers_of(row: RoundRow) -> dict[int, Words]:
    """Return what was put down at each stop, as people read it."""
    plan = round_acts.plan_of(row)
    questions = {one.name: one for one in plan.form} if plan else {}
    texts: dict[int, Words] = {}
    for one in queries.stops_of([row.round_id]).get(row.round_id, ()):
        answers = json.loads(one.row.answers) if one.row.answers else {}
        known = {name: answer for name, answer in answers.items() if name in questions}
        each = [_ANSWER.format(questions[name].label, in_words(questions[name], known[name])) for name in known]
        if each:
            texts[one.row.stop] = Words("；", "; ").join(each)
    return texts


def _origin(row: RoundRow, known: Mapping[UUID, RoundOrigin] | None) -> dict[str, str] | None:
    if row.origin_id is None:
        return None
    origins = round_origins.described([row.origin_id]) if known is None else known
    origin = origins.get(row.origin_id)
    return {"label": str(origin.label), "label_en": origin.label.en, "text": origin.text} if origin else None


def _plan(plan: Round | None) -> dict[str, Any]:
    if plan is None:
        return {"form": [], "finding_classes": [], "min_minutes": None, "min_metres": None}
    return {
        "form": [form_field(one) for one in plan.form],
        "finding_classes": list(plan.finding_classes),
        "min_minutes": plan.frequency.min_minutes,
        "min_metres": plan.frequency.min_metres,
    }


def _stop(one: NamedStop, place: str) -> dict[str, Any]:
    row = one.row
    return {
        "stop": row.stop, "object_id": row.object_id, "name": one.name or place, "identifier": one.identifier,
        "lon": one.lon, "lat": one.lat, "answers": None if row.answers is None else json.loads(row.answers),
        "note": row.note, "visited_at": row.visited_at,
    }  # fmt: skip


def _called(code: str, name: Words) -> dict[str, str]:
    return {"code": str(code), "name": str(name), "name_en": name.en}
