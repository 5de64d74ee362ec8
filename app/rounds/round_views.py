"""A round as the interface, the phone and the pages answer it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.catalogue import class_forms
from app.catalogue import queries as catalogue
from app.catalogue.documents import Round
from app.catalogue.schemas.responses import form_field
from app.core.permissions import SYSTEM_EN, Permission, Person
from app.grids.levels import Duty
from app.grids.queries import grid_name
from app.residents import resident_views
from app.rounds import queries, round_origins, round_plans, round_residents, round_sight, service
from app.rounds.models import RoundRow, RoundStep
from app.rounds.queries import NamedStop, PlanCount, RoundParts
from app.rounds.round_origins import RoundOrigin
from app.rounds.round_sight import Duties
from app.rounds.service import RoundResult
from workflows.engine import Move
from workflows.forms import Field, in_words
from workflows.round import ROUND
from workflows.round_terms import CONFIRM, RoundAction, RoundKind, RoundMark, RoundRelation, RoundState
from workflows.words import Words, listed, plain


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


def _action(move: Move, kind: RoundKind | None = None) -> dict[str, Any]:
    confirms = kind == RoundKind.WARNING and move.action == RoundAction.START
    words = CONFIRM if confirms else ROUND.actions[move.action]
    return {"action": move.action, "label": words, "label_en": words.en, "needs": list(move.needs)}


def _then(person: Person) -> dict[str, list[dict[str, Any]]]:
    """Return what a person can do after each step without asking here: cases are not everybody's to begin."""
    if person.may(Permission.CASE_REPORT):
        return _THEN
    return {action: [one for one in after if one["action"] != RoundAction.FIND] for action, after in _THEN.items()}


def _after(state: RoundState) -> list[dict[str, Any]]:
    """Return what whoever serves can do in a state, by the table."""
    return [_action(move) for move in ROUND.moves if state in move.sources and move.relation == RoundRelation.SERVES]


_THEN = {
    str(move.action): _after(RoundState.of(move.target))
    for move in ROUND.moves
    if move.relation == RoundRelation.SERVES and move.target is not None
}
_ANSWER = Words("{}：{}", "{}: {}")
_PLAIN = (
    *("seq", "window_until", "started_at", "ended_at", "stops", "stops_done"),
    *("answers_open", "minutes", "metres", "reason"),
)


def whole(
    row: RoundRow,
    person: Person,
    parts: RoundParts | None = None,
    own: Duties | None = None,
    origins: Mapping[UUID, RoundOrigin] | None = None,
) -> dict[str, Any]:
    """Return a round with its form, stops and findings as `RoundOut` describes it."""
    parts = parts or queries.parts_of([row], person)
    findings = parts.findings.get(row.round_id, ())
    duties, kind = round_sight.duties_of(person) if own is None else own, RoundKind.of(row.kind)
    place = grid_name(row.grid)
    stops = _stops_seen(row, parts.stops.get(row.round_id, ()), round_residents.are_seen(row, person, duties))
    known = {one.row.stop for one in stops}
    return {
        **_summary(row, duties, len(findings)),
        **_counts(row, stops),
        **_plan(round_residents.plan_of(row)),
        "origin": _origin(row, origins),
        "stop_list": [_stop(one, place) for one in stops],
        "finding_list": [
            {"case_id": one.case_id, "stop": one.stop if one.stop in known else None, "at": one.at} for one in findings
        ],
        "actions": [_action(move, kind) for move in service.actions_for(row, person, duties, origins)],
        "then": _then(person),
    }  # fmt: skip


def _stops_seen(row: RoundRow, stops: Sequence[NamedStop], with_residents: bool) -> Sequence[NamedStop]:
    return [one for one in stops if with_residents or one.row.resident_id is None]


def _counts(row: RoundRow, stops: Sequence[NamedStop]) -> dict[str, Any]:
    """Return how many stops there are and were visited, and whether some are open, with the residents that are seen."""
    residents = [one.row for one in stops if one.row.resident_id]
    if not residents:
        return {"stops": len(stops)}
    visited, lacking = sum(bool(one.visited_at) for one in residents), sum(one.answers_open for one in residents)
    marks = list(row.marks)
    if row.state == RoundState.DONE:
        fresh = ((RoundMark.STOPS_OPEN, visited < len(residents)), (RoundMark.ANSWERS_OPEN, lacking > 0))
        marks += [str(mark) for mark, holds in fresh if holds and mark not in marks]
    return {
        "stops": len(stops),
        "stops_done": row.stops_done + visited,
        "answers_open": row.answers_open + lacking,
        "marks": [_called(one, RoundMark.of(one).words) for one in marks],
    }


def wholes(person: Person, rows: Sequence[RoundRow]) -> list[dict[str, Any]]:
    """Return some rounds whole; what belongs to them is read in one go."""
    parts = queries.parts_of(rows, person)
    duties = round_sight.duties_of(person)
    origins = round_origins.described({row.origin_id for row in rows if row.origin_id})
    return [whole(row, person, parts, duties, origins) for row in rows]


def acted(result: RoundResult, person: Person) -> dict[str, Any]:
    """Return what came of a step; whoever does not see the round any more gets the step alone."""
    step = {"seq": result.step.seq, "op_id": result.step.op_id}
    if not round_sight.shows(result.row, person):
        return {"round_id": result.row.round_id, "step": step}
    return {**whole(result.row, person), "step": step, **_handed(result)}


def _handed(result: RoundResult) -> dict[str, Any]:
    """Return what a start brings of residents: in its own answer, and nowhere else."""
    if not result.handed:
        return {}
    return {"residents": [{"stop": one.stop, **resident_views.handed(one.resident)} for one in result.handed]}


def step_views(row: RoundRow, person: Person) -> list[dict[str, Any]]:
    """Return the steps of a round as `RoundStepOut` describes them; what led to a case, to whoever sees that alone.

    Numbers of steps stay as they are: by the gaps it can be counted how many visits and findings were left out.
    """
    cases = {str(one) for one in queries.cases_seen(row.round_id, person)} if row.findings else set()
    hidden = round_residents.hidden_stops(row, person)
    steps = ((step, json.loads(step.data)) for step in queries.steps(row.round_id))
    return [
        _step_view(step, {name: value for name, value in data.items() if name != "stop" or value not in hidden})
        for step, data in steps
        if not (step.action == RoundAction.VISIT and data.get("stop") in hidden)
        and not (step.action == RoundAction.FIND and data["case_id"] not in cases)
    ]


def _step_view(step: RoundStep, data: dict[str, Any]) -> dict[str, Any]:
    label = ROUND.actions[step.action]
    return {
        "seq": step.seq, "op_id": step.op_id, "action": step.action, "label": label, "label_en": label.en,
        "from": step.state_from, "to": step.state_to, "actor": step.actor_name,
        "actor_en": step.actor_name if step.actor_id else SYSTEM_EN,
        "at": step.at, "phone_at": step.phone_at, "data": data,
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
    """Return what was put down at each stop, as people read it; of residents only that they were visited is shown."""
    plan = round_residents.plan_of(row)
    questions = {one.name: one for one in plan.form} if plan else {}
    texts: dict[int, Words] = {}
    for one in queries.stops_of([row]).get(row.round_id, ()):
        text = _in_words(questions, json.loads(one.row.answers) if one.row.answers else {})
        if text:
            texts[one.row.stop] = text
    return texts


def left_open_at(row: RoundRow) -> dict[int, Words]:
    """Return which questions were left open at each stop that must be answered; of residents not which."""
    plan = round_residents.plan_of(row)
    form = plan.form if plan else ()
    labels = {one.name: one.label for one in form}
    lacking = (one.row for one in queries.stops_of([row]).get(row.round_id, ()) if one.row.answers_open)
    return {
        one.stop: listed(labels[name] for name in class_forms.left_open(form, json.loads(one.answers)))
        for one in lacking
        if one.answers
    }


def stop_content(plan: Round, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was put down at the stop of a resident as `RevealedStopOut` describes it."""
    answers = content.get("answers", {})
    text = _in_words({one.name: one for one in plan.person_form}, answers)
    return {"answers": answers, "note": content.get("note"), "text": text, "text_en": text.en}


def _in_words(questions: Mapping[str, Field], answers: Mapping[str, Any]) -> Words:
    known = {name: answer for name, answer in answers.items() if name in questions}
    each = [_ANSWER.format(questions[name].label, in_words(questions[name], known[name])) for name in known]
    return Words("；", "; ").join(each)


def _origin(row: RoundRow, known: Mapping[UUID, RoundOrigin] | None) -> dict[str, str] | None:
    if row.origin_id is None:
        return None
    origins = round_origins.described([row.origin_id]) if known is None else known
    origin = origins.get(row.origin_id)
    return {"label": str(origin.label), "label_en": origin.label.en, "text": origin.text} if origin else None


def _plan(plan: Round | None) -> dict[str, Any]:
    if plan is None:
        return {"form": [], "person_form": [], "finding_classes": [], "min_minutes": None, "min_metres": None}
    return {
        "form": [form_field(one) for one in plan.form],
        "person_form": [form_field(one) for one in plan.person_form],
        "finding_classes": list(plan.finding_classes),
        "min_minutes": plan.frequency.min_minutes,
        "min_metres": plan.frequency.min_metres,
    }


def _stop(one: NamedStop, place: str) -> dict[str, Any]:
    row = one.row
    return {
        "stop": row.stop, "object_id": one.object_id, "name": one.number or one.name or place,
        "identifier": one.identifier, "resident": row.resident_id is not None, "lon": one.lon, "lat": one.lat,
        "answers": None if row.answers is None else json.loads(row.answers), "note": row.note,
        "visited_at": row.visited_at, "answers_open": row.answers_open,
    }  # fmt: skip


def _called(code: str, name: Words) -> dict[str, str]:
    return {"code": str(code), "name": str(name), "name_en": name.en}
