"""Some of one shift who hand it over at the same moment: one of them signs."""

import pytest
from sqlalchemy import delete

from app.core.transaction import transaction
from app.duty.models import Handover
from tests.factories.grids import COUNTY
from tests.support.until import at_once

pytestmark = pytest.mark.own_database
TOGETHER, ROUNDS = 6, 8


def test_of_several_who_hand_over_one_shift_one_signs(town):
    admin = town.hire("administrator", "grid", COUNTY)
    shift = [town.hire("duty_officer", "centre", COUNTY) for _ in range(TOGETHER)]
    (now,) = [one["now"] for one in shift[0].get("duty").get_json()["items"]]
    people = {"people": [str(one.id) for one in shift]}
    assert admin.send("PUT", f"duty/{COUNTY}/{now['day']}/{now['shift']}", people).status_code == 200
    for _ in range(ROUNDS):
        with town.app.app_context(), transaction() as session:
            session.execute(delete(Handover))
        answers = at_once(
            [lambda one=one: one.send("POST", f"duty/{COUNTY}/handovers", {"note": "交"}) for one in shift]
        )
        assert sorted(answer.status_code for answer in answers) == [201, *[409] * (TOGETHER - 1)]
