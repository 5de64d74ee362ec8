"""A campaign that is sent twice at one moment is opened once, and sweeps at one moment make no round twice."""

from uuid import uuid4

import pytest
from sqlalchemy import func, select

from app.campaigns.models import Campaign
from app.core.db import db
from app.rounds.models import RoundRow, RoundStop
from tests.factories import campaigns, rounds
from tests.factories.town import GRID
from tests.support.until import at_once

pytestmark = pytest.mark.own_database
TRIES = 3


def test_the_same_campaign_at_once_is_one_with_one_round_for_each_grid(town):
    rounds.provide(town.app, campaigns.check_up())
    assert town.duty.headers  # signed in
    for _ in range(TRIES):
        campaign_id = uuid4()
        body = campaigns.body()
        answers = at_once([lambda: town.duty.send("PUT", f"campaigns/{campaign_id}", body)] * 2)  # noqa: B023
        assert sorted(answer.status_code for answer in answers) == [200, 201]
        at_once([lambda: campaigns.sweep(town)] * 2)
        with town.app.app_context():
            own = RoundRow.origin_id == campaign_id
            grids = db.session.scalars(select(RoundRow.grid).where(own)).all()
            stops = select(func.count()).select_from(RoundStop).join(RoundRow, RoundRow.round_id == RoundStop.round_id)
            assert (len(grids), len(set(grids)), db.session.scalar(stops.where(own))) == (4, 4, 4)


def test_nobody_sets_out_for_a_campaign_that_is_closed_at_that_moment(town):
    """Either they were on the way when it was closed, or they are told that it is."""
    rounds.provide(town.app, campaigns.check_up())
    assert town.duty.headers  # signed in
    for _ in range(TRIES):
        campaign_id = uuid4()
        assert town.duty.send("PUT", f"campaigns/{campaign_id}", campaigns.body()).status_code == 201
        campaigns.sweep(town)
        rounds.later(town.app)
        with town.app.app_context():
            own = select(RoundRow).where(RoundRow.origin_id == campaign_id, RoundRow.grid == GRID)
            mine = db.session.scalars(own).one()
            address, body = f"rounds/{mine.round_id}/steps", {"op_id": str(uuid4()), "action": "start", "data": {}}
            body["seen"] = mine.seq
        started, closed = at_once([
            lambda: town.worker.send("POST", address, body),  # noqa: B023
            lambda: town.duty.send("POST", f"campaigns/{campaign_id}/close", {}),  # noqa: B023
        ])  # fmt: skip
        assert closed.status_code == 200, closed.get_json()
        assert started.status_code in (201, 409), started.get_json()
        with town.app.app_context():
            row = db.session.scalars(own.execution_options(populate_existing=True)).one()
            campaign = db.session.get_one(Campaign, campaign_id, populate_existing=True)
            if started.status_code == 201:
                assert row.started_at <= campaign.closed_at
            else:
                assert row.started_at is None
