"""A campaign that is sent twice at one moment is opened once, and sweeps at one moment make no round twice."""

from uuid import uuid4

import pytest
from sqlalchemy import func, select

from app.core.db import db
from app.rounds.models import RoundRow, RoundStop
from tests.factories import campaigns, rounds
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
