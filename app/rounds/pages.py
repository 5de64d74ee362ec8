"""The plans of rounds as administrators look at them: what services ask of the grids, and what became of it."""

from datetime import timedelta

from flask import Response

from app.catalogue import queries as catalogue
from app.catalogue.documents import EXAMPLE, Round
from app.catalogue.words import VALUES
from app.core import clock
from app.core.http import current_person, needs
from app.core.permissions import Permission
from app.frame.pages import Pages, render
from app.grids.levels import Duty, Level
from app.rounds import queries
from workflows.round_terms import RoundState
from workflows.words import Words

bp = Pages("rounds_admin", "app.rounds", url_prefix="/admin/rounds")
DAYS = 30  # how far back is counted; our figure
_OF_LEVEL = Words("{}（{}级）", "{} ({} level)")


@bp.get("/")
@needs(Permission.ROUND_OVERSEE)
def plans() -> Response:
    """List every plan with its frequency, and how its rounds of the last days stand."""
    first = clock.local(clock.now()).date() - timedelta(days=DAYS)
    counts = {(line.service, line.code): line for line in queries.plan_counts(current_person(), None, first, None)}
    rows = [
        (
            service,
            plan,
            _done_by(plan),
            VALUES["per"][plan.frequency.per],
            counts.get((service.code, plan.code)),
        )
        for service in catalogue.catalogue().services.values()
        for plan in service.rounds
    ]
    return render("rounds/plans.html", rows=rows, days=DAYS, example=EXAMPLE, words=RoundState)


def _done_by(plan: Round) -> Words:
    """Say as what somebody does it, and where they serve unless that is a grid."""
    duty = Duty.of(plan.duty).words
    return duty if plan.level is Level.GRID else _OF_LEVEL.format(duty, plan.level.words)
