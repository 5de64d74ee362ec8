"""What a campaign owes after it was opened or closed: its rounds, some grids at a time; their end; what came of them.

Each part is a transaction of its own and looks at what is there: broken off or done twice, it makes nothing twice.
"""

from collections.abc import Sequence
from uuid import UUID, uuid5

from sqlalchemy import delete, insert, select

from app.campaigns import campaign_answers, queries, service
from app.campaigns.models import Campaign, CampaignResult
from app.catalogue import queries as catalogue
from app.catalogue.documents import Round, Service
from app.core import clock
from app.core.db import db
from app.core.permissions import SYSTEM
from app.core.transaction import breathe, transaction
from app.grids.tree import GridNode
from app.rounds import round_plans
from app.rounds import service as rounds
from app.rounds.models import RoundRow
from workflows.round_terms import RoundAction, RoundState

EVERY_SECONDS = 5.0
GRIDS_AT_ONCE = 50  # whose rounds are made in one transaction: others write in between
ROUNDS_AT_ONCE = 200
_C, _R = Campaign, RoundRow


def sweep() -> int:
    """Do what campaigns owe; return how many rounds were made or lifted."""
    unsettled = select(_C.campaign_id, _C.closed_at, _C.made_at).where(_C.settled_at.is_(None)).order_by(_C.ends_on)
    owed = db.session.execute(unsettled).all()
    count = sum(make_rounds(one.campaign_id) for one in owed if one.closed_at is None and one.made_at is None)
    return count + sum(settle(one.campaign_id) for one in owed if one.closed_at is not None)


def make_rounds(campaign_id: UUID) -> int:
    """Make the rounds of a campaign that are not there yet; return how many."""
    row = db.session.get_one(_C, campaign_id, populate_existing=True)
    known, plan = _plan(row)
    paths = [ground.grid_path for ground in queries.grounds_of([campaign_id])[campaign_id]]
    there = set(db.session.scalars(select(_R.grid).where(_R.origin_id == campaign_id).distinct()))
    nodes = [node for node in round_plans.grounds_within(plan, paths) if node.code not in there]
    count = 0
    for start in range(0, len(nodes), GRIDS_AT_ONCE):
        with transaction():
            number = _make(campaign_id, known, plan, nodes[start : start + GRIDS_AT_ONCE])
        if number is None:  # it was closed meanwhile
            return count
        count += number
        breathe()
    with transaction():
        row = _locked(campaign_id)
        row.made_at = row.made_at or clock.now()
    return count


def settle(campaign_id: UUID) -> int:
    """Lift what nobody has begun of a closed campaign; when nobody is on the way any more, keep what came of it."""
    count = 0
    while some := _in_states(campaign_id, (RoundState.PLANNED, RoundState.DUE)):
        with transaction():
            steps = [rounds.by_system(one, RoundAction.LIFT, SYSTEM, uuid5(one, RoundAction.LIFT)) for one in some]
        lifted = sum(step is not None for step in steps)
        if not lifted:  # somebody was faster with all of them
            break
        count += lifted
        breathe()
    if not _in_states(campaign_id, (RoundState.PLANNED, RoundState.DUE, RoundState.STARTED)):
        _keep_results(campaign_id)
    return count


def _plan(row: Campaign) -> tuple[Service, Round]:
    known = catalogue.service_at(row.service, row.version)
    assert known is not None  # noqa: S101 - a campaign keeps a version that was in force
    return known, next(one for one in known.rounds if one.code == row.round_code)


def _make(campaign_id: UUID, known: Service, plan: Round, nodes: Sequence[GridNode]) -> int | None:
    row = _locked(campaign_id)
    if row.closed_at is not None:
        return None
    return round_plans.make_parts(campaign_id, known, plan, nodes, row.begins_at, service.ends_at(row), drill=row.drill)


def _in_states(campaign_id: UUID, states: Sequence[RoundState]) -> Sequence[UUID]:
    wanted = select(_R.round_id).where(_R.origin_id == campaign_id, _R.state.in_(states))
    return db.session.scalars(wanted.order_by(_R.round_id).limit(ROUNDS_AT_ONCE)).all()


def _keep_results(campaign_id: UUID) -> None:
    row = db.session.get_one(_C, campaign_id, populate_existing=True)
    _, plan = _plan(row)
    rows = campaign_answers.summed(plan.form, queries.answers_of(campaign_id))
    with transaction():
        row = _locked(campaign_id)
        if row.settled_at is not None:
            return
        db.session.execute(delete(CampaignResult).where(CampaignResult.campaign_id == campaign_id))
        if rows:
            db.session.execute(insert(CampaignResult), [{"campaign_id": campaign_id, **vars(one)} for one in rows])
        row.settled_at = clock.now()


def _locked(campaign_id: UUID) -> Campaign:
    return db.session.get_one(_C, campaign_id, with_for_update=True, populate_existing=True)
