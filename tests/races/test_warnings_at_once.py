"""A warning that is sent twice at the same moment is given once."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from app.core.db import db
from app.rounds.models import RoundRow
from tests.factories import rounds
from tests.factories.grids import COUNTY
from tests.support.until import at_once

pytestmark = pytest.mark.own_database
STORM = {"kind": "forest_fire", "level": "red", "grid": COUNTY, "issuer": "县气象台", "text": "未来六小时有大风。"}
TRIES = 4


def test_the_same_warning_at_once_is_one_with_one_receipt_for_each_grid(town):
    yearly = {"per": "year", "times": 1, "source": "example"}
    receipt = rounds.plan("receipt", kind="warning", frequency=yearly, form=[], finding_classes=[])
    rounds.provide(town.app, receipt, code="forest")
    assert town.duty.headers  # signed in
    for _ in range(TRIES):
        warning_id = uuid4()
        answers = at_once([lambda: town.duty.send("PUT", f"warnings/{warning_id}", STORM)] * 2)  # noqa: B023
        assert sorted(answer.status_code for answer in answers) == [200, 201]
        with town.app.app_context():
            own = select(RoundRow.grid).where(RoundRow.origin_id == warning_id)
            assert len(db.session.scalars(own).all()) == 4
