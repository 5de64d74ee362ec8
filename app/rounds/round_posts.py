"""Rounds that wait where nobody serves any more, since somebody else of the same line does: a post has moved."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import Row, select

from app.catalogue import queries as catalogue
from app.catalogue.documents import Round
from app.core import clock
from app.core.db import db
from app.grids import queries as grids
from app.grids.levels import Duty
from app.rounds import round_plans
from app.rounds.models import RoundRow
from workflows.round import WAITING

_R = RoundRow
Waiting = Row[UUID, str, str, str, str]


def moved() -> Sequence[UUID]:
    """Return the rounds that nobody has begun on a ground that is no post any more, where another that is served is.

    Where nobody serves at all they stay: whoever comes has them.
    """
    services = catalogue.catalogue().services.values()
    plans = {(service.code, plan.code): plan for service in services for plan in service.rounds}
    return [one.round_id for key, rows in _waiting().items() if key in plans for one in _moved(plans[key], rows)]


def _moved(plan: Round, rows: Sequence[Waiting]) -> Sequence[Waiting]:
    served = grids.grids_with(Duty.of(plan.duty))
    lost = [one for one in rows if one.grid not in served]
    if not lost:
        return ()
    nodes = round_plans.grounds(plan)
    posts, paths = {node.code for node in nodes}, [node.path for node in nodes if node.code in served]
    return [one for one in lost if one.grid not in posts and round_plans.overlaps(one.grid_path, paths)]


def _waiting() -> Mapping[tuple[str, str], Sequence[Waiting]]:
    """Return the rounds of plans whose time is not over and that nobody has begun, by their plans; one statement."""
    named = (_R.round_id, _R.service, _R.code, _R.grid, _R.grid_path)
    wanted = (_R.origin_id.is_(None), _R.started_at.is_(None), _R.state.in_(WAITING), _R.window_until > clock.now())
    rows = defaultdict[tuple[str, str], list[Waiting]](list)
    for one in db.session.execute(select(*named).where(*wanted).order_by(_R.round_id)):
        rows[one.service, one.code].append(one)
    return rows
