"""Put before a supervisor what a case rests on: photos side by side, places and their distance, times, the proof."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.attachments import queries as attachments
from app.attachments.models import Attachment, AttachmentState
from app.cases import case_secrecy, queries, timeline
from app.cases.models import CaseStep
from app.cases.proof import case_proof as proofs
from app.cases.proof.case_proof import Proof
from app.cases.protocol import procedure_of
from app.cases.whole import Whole
from app.core.permissions import Person
from app.departments.queries import directory
from app.desk.dossier_words import StepWords, steps_in_words
from app.desk.maps import OnMap, on_map
from app.desk.words import spot_words
from app.grids.coordinates import Crs, Point, distance_m, to_wgs84
from app.grids.queries import grid_tree
from workflows import case as machine
from workflows.case_terms import CaseAction, Placement
from workflows.forms import Purpose
from workflows.words import Words, plain

SAME_PLACE_M = 0.5  # what rounding makes of one place
SIDE_BY_SIDE = (Purpose.BEFORE, Purpose.AFTER, Purpose.CHECK)


@dataclass(frozen=True)
class Distance:
    """How far something lies from the place of the report, and from the place as somebody corrected it since.

    None from where there is no point: the report was erased by rule, or named only a grid.
    """

    reported: int | None
    corrected: int | None
    erased: bool


@dataclass(frozen=True)
class EvidencePhoto:
    """A photo that a step named: when it was taken, and how far away, if that is known."""

    attachment_id: UUID
    is_here: bool
    unjudged: bool
    taken_at: datetime | None
    metres: Distance | None


@dataclass(frozen=True)
class SpotCheck:
    """When somebody looked whether it is done, and how far away."""

    at: datetime
    by: str
    label: Words
    metres: Distance | None
    grid: str | None  # the name of the grid that was chosen by hand instead of a point
    placed: Placement | None  # measured, or chosen by hand; phones have told this only of late
    accuracy_m: int | None
    judged: Words | None  # as it was judged then, with what speaks against it; earlier versions judged nothing
    is_marked: bool
    reason: str


@dataclass(frozen=True)
class DepartmentResult:
    """What a department says it did."""

    at: datetime
    by: str
    department: str | None
    text: str


@dataclass(frozen=True)
class Review:
    """One case with its evidence."""

    whole: Whole
    photos: Mapping[Purpose, list[EvidencePhoto]]
    checks: list[SpotCheck]
    verdicts: list[StepWords]
    moments: list[tuple[Words, datetime]]
    proof: Proof
    results: list[DepartmentResult]
    steps: list[StepWords]
    on_map: OnMap | None
    over: bool


def review(case_id: UUID, person: Person) -> Review:
    """Return a case that the person sees, proven a moment ago; raise CaseNotFound."""
    queries.whole(case_id, person)
    proof = proofs.prove(case_id)
    whole = queries.whole(case_id, person)
    steps = queries.steps(case_id)
    files = case_secrecy.papers_for(attachments.of_case(case_id), whole, person)
    places, workflow = _places(whole, steps), procedure_of(whole.case.workflow).workflow
    step_words = steps_in_words(whole, steps, workflow, files, person)
    return Review(
        whole=whole,
        photos=_photos(places, files),
        checks=[_checked(whole, places, step) for step in steps if step.action in machine.SPOT_ACTIONS],
        verdicts=_verdicts(whole, steps, step_words, person),
        moments=_moments(whole, steps),
        proof=proof,
        results=_results(steps),
        steps=step_words,
        on_map=on_map(whole.case),
        over=whole.case.state in workflow.groups["ENDS"],
    )


def _photos(places: "_CasePlaces", named: Iterable[Attachment]) -> dict[Purpose, list[EvidencePhoto]]:
    photos: dict[Purpose, list[EvidencePhoto]] = {purpose: [] for purpose in SIDE_BY_SIDE}
    for one in named:
        if one.purpose in photos:
            place = (one.lon, one.lat) if one.lon is not None and one.lat is not None else None
            here = one.state == AttachmentState.STORED
            unjudged = one.state == AttachmentState.UNJUDGED
            photo = EvidencePhoto(one.attachment_id, here, unjudged, one.taken_at, places.to(place))
            photos[Purpose.of(one.purpose)].append(photo)
    return photos


def _checked(whole: Whole, places: "_CasePlaces", step: CaseStep) -> SpotCheck:
    data: Mapping[str, Any] = timeline.step_data(step.data)
    spot = next((task.spot for task in whole.tasks if task.spot and task.spot["seq"] == step.seq), None)
    return SpotCheck(
        at=step.counts_at,
        by=step.actor_name,
        label=words(whole, step.action),
        metres=places.to(_place_in(step)),
        grid=_grid_in(data),
        placed=Placement.of(data["placed"]) if data.get("placed") else None,
        accuracy_m=data.get("accuracy_m"),
        judged=spot_words(spot) if spot else None,
        is_marked=bool(spot and spot["marks"]),
        reason=data.get("reason") or "",
    )


def _verdicts(
    whole: Whole, steps: Iterable[CaseStep], step_words: Iterable[StepWords], person: Person
) -> list[StepWords]:
    """Return what supervisors and callers back found, or that nobody was reached, as it was said."""
    hidden = procedure_of(whole.case.workflow).with_sender if case_secrecy.hides_sender(whole, person) else frozenset()
    numbers = {step.seq for step in steps if step.action in _WITH_VERDICT and step.action not in hidden}
    return [one for one in step_words if one.seq in numbers]


def _results(steps: Iterable[CaseStep]) -> list[DepartmentResult]:
    """Return what departments wrote when they were done, the newest first."""
    done = [(step, timeline.step_data(step.data)) for step in steps if step.action == CaseAction.FINISH]
    finishes = [
        DepartmentResult(
            step.at, step.actor_name, directory().name_of(step.on_behalf_of) if step.on_behalf_of else None, text
        )
        for step, data in done
        if (text := data.get("result"))
    ]
    return finishes[::-1]


@dataclass(frozen=True)
class _CasePlaces:
    """Where the report was made, as its step has it sealed; and where the case lies now, if that was corrected."""

    reported: Point | None  # None once the step was erased by rule, and where it named only a grid
    corrected: Point | None
    erased: bool

    def to(self, place: Point | None) -> Distance | None:
        """Return how far a place lies from both; None where there is no place."""
        if place is None:
            return None
        near, far = (round(distance_m(*one, *place)) if one else None for one in (self.reported, self.corrected))
        return Distance(near, far, self.erased)


def _places(whole: Whole, steps: Iterable[CaseStep]) -> _CasePlaces:
    first = next(step for step in steps if step.action == CaseAction.REPORT)
    reported, case = _place_in(first), whole.case
    now = (case.lon, case.lat) if case.lon is not None and case.lat is not None else None
    same = reported is not None and now is not None and distance_m(*reported, *now) < SAME_PLACE_M
    return _CasePlaces(reported, None if same else now, first.data is None)


def _place_in(step: CaseStep) -> Point | None:
    """Return the place that a step carries, in WGS-84."""
    data: Mapping[str, Any] = timeline.step_data(step.data)
    if not data.get("lon") or not data.get("lat"):
        return None
    return to_wgs84(float(data["lon"]), float(data["lat"]), data.get("crs") or Crs.WGS84)


def _grid_in(data: Mapping[str, Any]) -> str | None:
    """Return what the grid is called that a step names instead of a point."""
    node = grid_tree().get(data.get("grid"))
    return node.name if node else data.get("grid")


_WITH_VERDICT = (CaseAction.CALL_BACK, CaseAction.SPOT_CHECK)
_WITH_MOMENT = (
    CaseAction.REPORT,
    CaseAction.FILE,
    CaseAction.DISPATCH,
    CaseAction.SIGN,
    CaseAction.FINISH,
    *sorted(machine.CHECK_ACTIONS),
    CaseAction.CLOSE_FIXED,
    CaseAction.CLOSE,
    CaseAction.FORCE_CLOSE,
    CaseAction.REOPEN,
    CaseAction.CALL_BACK,
    CaseAction.SPOT_CHECK,
)


def _moments(whole: Whole, steps: Iterable[CaseStep]) -> list[tuple[Words, datetime]]:
    """Return when the main steps were taken, in words."""
    return [(words(whole, step.action), step.counts_at) for step in steps if step.action in _WITH_MOMENT]


def state_words(case: Mapping[str, Any]) -> Words:
    """Return what the state of a listed case is called."""
    return procedure_of(case["workflow"]).workflow.states[case["state"]]


def words(whole: Whole, action: str) -> Words:
    """Return what an action is called; nothing for what is none."""
    return procedure_of(whole.case.workflow).workflow.actions.get(action, plain(""))
