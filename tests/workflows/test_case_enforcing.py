"""Who may take the steps that lead into enforcement, and when."""

from tests.workflows.test_case_guards import LEAD, refusal
from workflows.case import CASE
from workflows.case_terms import ENFORCING


def test_referring_needs_the_power_that_day_and_no_open_assisting_task() -> None:
    assert refusal("handling", "refer", **LEAD) == "power_in_force"
    assert refusal("handling", "refer", **LEAD, power_in_force=True, assisting_open=1) == "assisting_done"


def test_nobody_who_serves_grids_takes_an_enforcing_step_whatever_else_they_hold() -> None:
    enforcing = [move for move in CASE.moves if move.permission in ENFORCING]
    assert {str(move.action) for move in enforcing} == {"refer"}
    assert all("not_of_grids" in move.guards for move in enforcing)
    assert refusal("handling", "refer", **LEAD, power_in_force=True, serves_grids=True) == "not_of_grids"
    assert refusal("handling", "refer", **LEAD, power_in_force=True) is None
