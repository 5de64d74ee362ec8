"""The plans of rounds as administrators look at them: what services ask of the grids, and what became of it."""

from flask import Response

from app.core.http import current_person, needs
from app.core.permissions import Permission
from app.frame.pages import Pages, render
from app.rounds import plan_lines, queries
from workflows.round_terms import RoundState

bp = Pages("rounds_admin", "app.rounds", url_prefix="/admin/rounds")


@bp.get("/")
@needs(Permission.ROUND_OVERSEE)
def plans() -> Response:
    """List every plan with its frequency, and how its rounds of the last days stand."""
    rows = list(plan_lines.lines(current_person()))
    return render("rounds/plans.html", rows=rows, days=queries.LISTED_DAYS, words=RoundState)
