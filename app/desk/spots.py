"""Show how somebody was on the spot who verified or checked: how far away, when, why, and what speaks against it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.cases import timeline
from app.cases.models import CaseStep
from app.cases.protocol import procedure_of
from app.cases.whole import Whole
from app.desk.words import spot_words
from workflows.words import Words


@dataclass(frozen=True)
class SpotView:
    """One look on the spot, as it was judged with its step and since, when its photos came."""

    seq: int
    label: Words
    by: str
    at: datetime
    text: Words
    is_marked: bool
    reason: str


def spots(whole: Whole, steps: Iterable[CaseStep]) -> Sequence[SpotView]:
    """Return the looks on the spot of a case, the newest first; of those before they were judged nothing is known."""
    by_seq = {step.seq: step for step in steps}
    labels = procedure_of(whole.case.workflow).workflow.actions
    looks = [(task.spot, by_seq[task.spot["seq"]]) for task in whole.tasks if task.spot]
    return [
        SpotView(
            seq=step.seq,
            label=labels[step.action],
            by=step.actor_name,
            at=step.counts_at,
            text=spot_words(spot),
            is_marked=bool(spot["marks"]),
            reason=timeline.step_data(step.data).get("reason") or "",
        )
        for spot, step in sorted(looks, key=lambda look: -look[1].seq)
    ]
