"""What a campaign owes: its rounds, some grids at a time, also where grids change; their end; what came of them.

Each part is a transaction of its own and looks at what is there: broken off or done twice, it makes nothing twice.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, and_, delete, insert, select

from app.campaigns import campaign_answers, queries, service
from app.campaigns.models import Campaign, CampaignResult
from app.catalogue import queries as catalogue
from app.catalogue.documents import Round, Service
from app.core import clock
from app.core.db import db
from app.core.logs import log
from app.core.permissions import SYSTEM
from app.core.transaction import breathe, transaction
from app.grids import queries as grids
from app.grids.tree import GridNode
from app.rounds import round_plans
from app.rounds import service as rounds
from app.rounds.models import RoundRow
from workflows.round import WAITING
from workflows.round_terms import RoundAction, RoundState

EVERY_SECONDS = 5.0
GRIDS_AT_ONCE = 50  # whose rounds are made in one transaction: others write in between
ROUNDS_AT_ONCE = 200
MOST = 5_000  # rounds of one sweep: the other periodic work waits for it; what is left is done by the next
GROUNDS_SECONDS = 3_600.0
_C, _R = Campaign, RoundRow


def sweep() -> int:
    """Do what campaigns owe that were opened or closed; return how many rounds were made or lifted."""
    begins = clock.local(clock.now()).date() + timedelta(days=round_plans.AHEAD_DAYS)
    to_make = and_(queries.UNDER_WAY, _C.made_at.is_(None), _C.begins_on <= begins)
    to_settle = and_(_C.closed_at.is_not(None), _C.settled_at.is_(None))
    return _for_each(to_settle, settle) + _for_each(to_make, make_rounds)


def sweep_grounds() -> int:
    """Follow the grid tree: lift what grids that have ended would do, and give rounds to grids that came since."""
    today = clock.local(clock.now()).date()
    running = and_(queries.UNDER_WAY, _C.made_at.is_not(None), _C.ends_on >= today)
    return _for_each(running, _lift_of_ended_grids) + _for_each(running, make_rounds)


def _for_each(wanted: ColumnElement[bool], work: Callable[[UUID], int]) -> int:
    """Do a work for some campaigns, those that end first first, until the sweep has done enough."""
    count = 0
    for campaign_id in db.session.scalars(select(_C.campaign_id).where(wanted).order_by(_C.ends_on)).all():
        if count >= MOST:
            break
        try:
            count += work(campaign_id)
        except Exception as error:  # whatever one campaign does, the others must go on; it is tried again next time
            log.error("campaign.failed", campaign_id=str(campaign_id), exc_info=error)
            db.session.rollback()
    return count


def make_rounds(campaign_id: UUID) -> int:
    """Make the rounds of a campaign that are not there yet, up to `MOST` and a few; return how many."""
    row = db.session.get_one(_C, campaign_id, populate_existing=True)
    known, plan = _plan(row)
    nodes = _without_rounds(row, plan)
    count = 0
    for start in range(0, len(nodes), GRIDS_AT_ONCE):
        if count >= MOST:
            return count
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


def _without_rounds(row: Campaign, plan: Round) -> Sequence[GridNode]:
    """Return where rounds of a campaign are lacking; once it is made, where none overlaps the ground either.

    Else a village whose officer came since would do again what its grids do.
    """
    paths = [ground.grid_path for ground in queries.grounds_of([row.campaign_id])[row.campaign_id]]
    wanted = select(_R.grid, _R.grid_path, _R.state).where(_R.origin_id == row.campaign_id).distinct()
    rounds_there = db.session.execute(wanted).all()
    codes = {one.grid for one in rounds_there}
    covered = [one.grid_path for one in rounds_there if row.made_at and one.state != RoundState.CANCELLED]
    nodes = round_plans.grounds_within(plan, paths)
    return [node for node in nodes if node.code not in codes and not round_plans.overlaps(node.path, covered)]


def _lift_of_ended_grids(campaign_id: UUID) -> int:
    return _lift(campaign_id, grids.has_ended(_R.grid))


def settle(campaign_id: UUID) -> int:
    """Lift what nobody has begun of a closed campaign; when nobody is on the way any more, keep what came of it."""
    count = _lift(campaign_id)
    if not _in_states(campaign_id, {*WAITING, RoundState.STARTED}):
        _keep_results(campaign_id)
    return count


def _lift(campaign_id: UUID, *wanted: ColumnElement[bool]) -> int:
    """Lift what nobody is on the way with of a campaign, up to `MOST` and a few; return how many."""
    count, key = 0, f"{RoundAction.LIFT}:{clock.now().isoformat()}"
    waits = and_(_R.state.in_(WAITING), *wanted)  # asked again of each: somebody may set out meanwhile
    while count < MOST and (some := _in_states(campaign_id, WAITING, *wanted)):
        with transaction():
            steps = [rounds.by_system(one, RoundAction.LIFT, SYSTEM, uuid5(one, key), waits) for one in some]
        lifted = sum(step is not None for step in steps)
        if not lifted:  # somebody was faster with all of them
            break
        count += lifted
        breathe()
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


def _in_states(campaign_id: UUID, states: Collection[RoundState], *more: ColumnElement[bool]) -> Sequence[UUID]:
    wanted = select(_R.round_id).where(_R.origin_id == campaign_id, _R.state.in_(states), *more)
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
