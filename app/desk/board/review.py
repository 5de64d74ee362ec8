"""Put before a supervisor what a case rests on: photos side by side, places and their distance, times, the proof."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.attachments import queries as attachments
from app.attachments.models import Attachment, AttachmentState, Purpose
from app.cases import file_proof, queries
from app.cases.file_proof import Proof
from app.cases.models import CaseStep
from app.cases.procedure import procedure_of
from app.cases.turn import Whole
from app.core.permissions import Person
from app.intake.duplicates import distance_m
from workflows import case as machine
from workflows.case_terms import CaseAction

SIDE_BY_SIDE = (Purpose.BEFORE, Purpose.AFTER, Purpose.CHECK)


@dataclass(frozen=True)
class Photo:
    """A photo that a step named: when it was taken, and how far from the place of the report, if that is known."""

    attachment_id: UUID
    is_here: bool
    taken_at: datetime | None
    metres: int | None


@dataclass(frozen=True)
class Checked:
    """Where and when somebody looked whether it is done, and how far that was from the place of the report."""

    at: datetime
    by: str
    label: tuple[str, str]
    metres: int | None


@dataclass(frozen=True)
class Said:
    """What a supervisor or a caller back found: solved or not, and the note beside it."""

    at: datetime
    by: str
    label: tuple[str, str]
    solved: bool
    note: str


@dataclass(frozen=True)
class Review:
    """One case with its evidence."""

    whole: Whole
    photos: Mapping[Purpose, list[Photo]]
    checks: list[Checked]
    said: list[Said]
    moments: list[tuple[tuple[str, str], datetime]]
    proof: Proof


def review(case_id: UUID, person: Person) -> Review:
    """Return a case that the person sees, proven a moment ago; raise CaseNotFound."""
    queries.whole(case_id, person)
    proof = file_proof.prove(case_id)
    whole = queries.whole(case_id, person)
    steps = queries.steps(case_id)
    return Review(
        whole=whole,
        photos=_photos(whole, attachments.of_case(case_id)),
        checks=_checks(whole, steps),
        said=_said(whole, steps),
        moments=_moments(whole, steps),
        proof=proof,
    )


def _photos(whole: Whole, named: Iterable[Attachment]) -> dict[Purpose, list[Photo]]:
    found: dict[Purpose, list[Photo]] = {purpose: [] for purpose in SIDE_BY_SIDE}
    for one in named:
        if one.purpose in found:
            metres = _metres(whole, one.lon, one.lat)
            here = one.state == AttachmentState.STORED
            found[Purpose(one.purpose)].append(Photo(one.attachment_id, here, one.taken_at, metres))
    return found


def _checks(whole: Whole, steps: Iterable[CaseStep]) -> list[Checked]:
    return [_checked(whole, step) for step in steps if step.action in machine.CHECK_ACTIONS]


def _checked(whole: Whole, step: CaseStep) -> Checked:
    data: Mapping[str, Any] = json.loads(step.data or "{}")
    place = [float(data[name]) if data.get(name) else None for name in ("lon", "lat")]
    return Checked(step.counts_at, step.actor_name, words(whole, step.action), _metres(whole, *place))


def _said(whole: Whole, steps: Iterable[CaseStep]) -> list[Said]:
    asked = [(step, json.loads(step.data or "{}")) for step in steps if step.action in _ASKED]
    return [
        Said(step.at, step.actor_name, words(whole, step.action), bool(data.get("solved")), data.get("note") or "")
        for step, data in asked
    ]


def _metres(whole: Whole, lon: float | None, lat: float | None) -> int | None:
    """Return how far a place lies from the case's, which is the report's, corrected where somebody did."""
    if lon is None or lat is None:
        return None
    return round(distance_m(whole.case.lon, whole.case.lat, lon, lat))


_ASKED = (CaseAction.CALL_BACK, CaseAction.SPOT_CHECK)
_TOLD = (
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


def _moments(whole: Whole, steps: Iterable[CaseStep]) -> list[tuple[tuple[str, str], datetime]]:
    """Return when the main steps were taken, in words."""
    return [(words(whole, step.action), step.counts_at) for step in steps if step.action in _TOLD]


def state_words(case: Mapping[str, Any]) -> tuple[str, str]:
    """Return what the state of a listed case is called."""
    said = procedure_of(case["workflow"]).workflow.states[case["state"]]
    return said.zh, said.en


def words(whole: Whole, action: str) -> tuple[str, str]:
    """Return what an action is called, in Chinese and in English; nothing for what is none."""
    said = procedure_of(whole.case.workflow).workflow.actions.get(action)
    return (said.zh, said.en) if said else ("", "")
