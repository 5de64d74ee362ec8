"""Judge whether whoever verified or checked what has to be looked at on the spot was there; mark what speaks against.

A case at a point: how far the place given lies from it, along a great circle. A case of which only the grid is known:
how far the place lies outside that grid, nothing within it. What a fix may be wrong by is counted in. A place given as
a grid has no distance: it is far if neither of the two grids lies in the other.

What is far needs a reason. What was done without a connection cannot be asked for one any more: it is taken and marked.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from app.attachments.models import KEPT
from app.cases.acts import evidence, places
from app.cases.acts.evidence import Named
from app.cases.acts.facts import check_kind
from app.cases.errors import DataMissing
from app.cases.turn import Turn
from app.cases.whole import PastStep
from app.catalogue import queries as catalogue_queries
from app.grids.coordinates import distance_m
from app.grids.queries import grid_tree, of_today
from workflows import case as machine
from workflows.case_terms import CaseAction, CheckKind, Placement, SpotMark, TaskPart
from workflows.words import Words

SPOT = "spot"  # in the data of the step, and on the task of whoever took it
_FAR = Words(
    "您的位置离案件约 {} 米，超过 {} 米：请说明理由，或到现场后再提交。",
    "You are about {} m from the case, and {} m is the most: say why, or go there first.",
)
_ELSEWHERE = Words(
    "所选网格不是案件所在的网格：请说明理由，或到现场后再提交。",
    "The case lies in another grid than the one chosen: say why, or go there first.",
)


def judge(turn: Turn, part: TaskPart) -> None:
    """Note on the task of whoever verifies or checks how far away that was; raise DataMissing where a reason is owed.

    Only what is looked at on the spot is judged; of a visit a place that was given is measured, and asks nothing.
    """
    places.hold(turn)
    kind = check_kind(turn)
    if turn.action not in machine.SPOT_ACTIONS or not (kind == CheckKind.ON_SPOT or _is_placed_visit(turn, kind)):
        return
    metres = _metres(turn, turn.data.get("lon"), turn.data.get("lat"))
    accuracy = None if turn.data.get("placed") == Placement.CHOSEN else turn.data.get("accuracy_m")
    marks = {*_place_marks(turn, metres, accuracy)}
    if kind == CheckKind.ON_SPOT and SpotMark.FAR in marks and not turn.data.get("reason"):
        if not turn.offline:
            text = _ELSEWHERE if metres is None else _FAR.format(metres, _most())
            raise DataMissing.at("data.reason", text)
        marks.add(SpotMark.NO_REASON)
    marks |= {*_photo_marks(turn, evidence.take(turn), _seen_since(turn, turn.case.seq + 1))}
    facts = {"seq": turn.case.seq + 1, "distance_m": metres, "accuracy_m": accuracy, "marks": _ordered(marks)}
    turn.data = turn.data | {SPOT: facts}
    for task in turn.live_tasks(part):
        task.spot = facts


def _is_placed_visit(turn: Turn, kind: CheckKind) -> bool:
    return kind == CheckKind.VISIT and any(turn.data.get(name) is not None for name in ("lon", "grid"))


def judge_arrived(turn: Turn) -> None:
    """Look at photos that came after the step which named them, and add to that step's marks what they show."""
    for photo in evidence.take(turn):
        seq = evidence.row_of(photo)["step"]
        task = next((one for one in turn.tasks if one.spot and one.spot["seq"] == seq), None)
        marks = {*_photo_marks(turn, [photo], _seen_since(turn, seq))} if task else set()
        if task and task.spot and marks:
            task.spot = task.spot | {"marks": _ordered(marks | {*map(SpotMark.of, task.spot["marks"])})}
            turn.data = turn.data | {SPOT: {"seq": seq, "marks": _ordered(marks)}}


def _ordered(marks: Iterable[SpotMark]) -> list[str]:
    return [str(mark) for mark in SpotMark if mark in marks]


def _most() -> int:
    return catalogue_queries.catalogue().setting("on_spot_metres")


def _metres(turn: Turn, lon: float | None, lat: float | None) -> int | None:
    """Return how far a place lies from the case, or outside the grid in which it is somewhere; None where unknown."""
    case = turn.case
    if lon is None or lat is None:
        return None
    if case.lon is not None and case.lat is not None:
        return round(distance_m(case.lon, case.lat, lon, lat))
    return round(grid_tree().metres_to(case.grid, lon, lat)) if of_today(case.grid) else None


def _place_marks(turn: Turn, metres: int | None, accuracy: int | None) -> Iterator[SpotMark]:
    chosen = of_today(turn.data["grid"]) if turn.data.get("grid") else None
    if chosen is not None:
        here = turn.case.grid_path
        if not (chosen.path.startswith(here) or here.startswith(chosen.path)):
            yield SpotMark.FAR
    elif metres is not None and metres - (accuracy or 0) > _most():
        yield SpotMark.FAR
    if chosen is not None or turn.data.get("placed") == Placement.CHOSEN:
        yield SpotMark.BY_HAND
    if accuracy is not None and accuracy > _most():
        yield SpotMark.INEXACT


def _photo_marks(turn: Turn, photos: Iterable[Named], since: datetime) -> Iterator[SpotMark]:
    """Judge the photos whose bytes are here; one that says neither when nor where it was taken is not judged."""
    drift = timedelta(minutes=catalogue_queries.catalogue().setting("phone_drift_minutes"))
    for row in (evidence.row_of(photo) for photo in photos if photo.state in KEPT):
        if row["taken_at"] is not None and row["taken_at"] < since - drift:
            yield SpotMark.PHOTO_EARLY
        metres = _metres(turn, row["lon"], row["lat"])
        if metres is not None and metres > _most():
            yield SpotMark.PHOTO_FAR


def _seen_since(turn: Turn, seq: int) -> datetime:
    """Return since when there was something to see for the step of this number.

    For a check since departments were last done, for a verification since somebody was sent; else since the report.
    """
    earlier = [step for step in turn.past if step.seq < seq]
    step = next((one for one in turn.past if one.seq == seq), None)
    wanted = _ENDED if (step.action if step else turn.action) in machine.CHECK_ACTIONS else _SENT
    return _last(earlier, wanted) or earlier[0].counts_at


def _last(steps: list[PastStep], actions: frozenset[CaseAction]) -> datetime | None:
    return next((step.counts_at for step in reversed(steps) if step.action in actions), None)


_ENDED = frozenset({CaseAction.FINISH, CaseAction.ENFORCEMENT_ENDED})
_SENT = frozenset({CaseAction.VERIFY})
