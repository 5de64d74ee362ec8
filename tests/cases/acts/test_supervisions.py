"""Cards of an older version, which knew no orders."""

from sqlalchemy import delete

from app.cases.models import CaseSupervision
from app.core.transaction import transaction
from tests.support.looks import guarded


def test_a_card_that_an_older_version_has_shown_without_an_order_is_lifted(town):
    case = town.supervisor.act(town.handling(), "supervise", grade="red")
    with town.app.app_context(), transaction() as session:
        session.execute(delete(CaseSupervision))
    assert "lift_supervision" in town.supervisor.actions(case)
    case = town.supervisor.act(case, "lift_supervision")
    assert (case["supervision"], case["supervisions"]) == (None, [])
    guarded(town.supervisor.try_act(case, "lift_supervision"), "supervision_open")
