"""A warning that is sent twice at the same moment is given once, and nobody sets out for one that has ended."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from app.core.db import db
from app.rounds.models import RoundRow
from app.warnings.models import WarningRow
from tests.factories import rounds
from tests.factories.grids import COUNTY
from tests.factories.town import GRID
from tests.support.until import at_once

pytestmark = pytest.mark.own_database
STORM = {"kind": "forest_fire", "level": "red", "grid": COUNTY, "issuer": "县气象台", "text": "未来六小时有大风。"}
TRIES = 4


def provide_receipt(town):
    """Let a warning be confirmed in every grid."""
    yearly = {"per": "year", "times": 1, "source": "example"}
    receipt = rounds.plan("receipt", kind="warning", frequency=yearly, form=[], finding_classes=[])
    rounds.provide(town.app, receipt, code="forest")


def test_the_same_warning_at_once_is_one_with_one_receipt_for_each_grid(town):
    provide_receipt(town)
    assert town.duty.headers  # signed in
    for _ in range(TRIES):
        warning_id = uuid4()
        answers = at_once([lambda: town.duty.send("PUT", f"warnings/{warning_id}", STORM)] * 2)  # noqa: B023
        assert sorted(answer.status_code for answer in answers) == [200, 201]
        with town.app.app_context():
            own = select(RoundRow.grid).where(RoundRow.origin_id == warning_id)
            assert len(db.session.scalars(own).all()) == 4


def test_nobody_sets_out_for_a_warning_that_is_ended_at_that_moment(town):
    """Either they set out before its end and go on, or they are told of it."""
    provide_receipt(town)
    assert town.worker.headers  # signed in
    for _ in range(TRIES):
        warning_id = uuid4()
        assert town.duty.send("PUT", f"warnings/{warning_id}", STORM).status_code == 201
        with town.app.app_context():
            own = select(RoundRow).where(RoundRow.origin_id == warning_id, RoundRow.grid == GRID)
            mine = db.session.scalars(own).one()
            address, body = f"rounds/{mine.round_id}/steps", {"op_id": str(uuid4()), "action": "start", "data": {}}
            body["seen"] = mine.seq
        started, ended = at_once([
            lambda: town.worker.send("POST", address, body),  # noqa: B023
            lambda: town.duty.send("POST", f"warnings/{warning_id}/end", {}),  # noqa: B023
        ])  # fmt: skip
        assert ended.status_code == 200, ended.get_json()
        assert started.status_code in (201, 409), started.get_json()
        with town.app.app_context():
            row = db.session.scalars(own.execution_options(populate_existing=True)).one()
            warning = db.session.get_one(WarningRow, warning_id, populate_existing=True)
            if started.status_code == 201:
                assert (row.state, row.started_at <= warning.ended_at) == ("started", True)
            else:
                assert (row.state, row.started_at) == ("cancelled", None)
