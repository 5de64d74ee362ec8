"""What is drawn for a case is possible for where it came from."""

from random import Random
from types import SimpleNamespace

import pytest

from app.catalogue.documents import Target
from app.demo import scenarios
from workflows.case_facts import OWN_SOURCES
from workflows.case_terms import CaseAction, CaseSource, CheckKind

DRAWN = 3_000
GARBAGE = SimpleNamespace(
    condition=lambda _: SimpleNamespace(milestones=()), confidential=False, urgent=False, check=CheckKind.ON_SPOT
)
COUNTY = SimpleNamespace(
    route=lambda *_: Target("D-HOUSING"), handlers_of=lambda _: ("handler1",), copied=lambda _: "E-COUNTY"
)


def drawn(source):
    """Which acts occur in many courses of a source."""
    chance = Random(1)  # noqa: S311
    courses = [scenarios.steps(GARBAGE, None, source, COUNTY, chance, "1") for _ in range(DRAWN)]
    return {step.action for course in courses for step in course}


def test_what_a_superior_sent_ends_by_closing_alone():
    ends = {CaseAction.WITHDRAW, CaseAction.REFUSE, CaseAction.DECLINE, CaseAction.VOID}
    assert drawn(CaseSource.SUPERIOR).isdisjoint(ends)
    assert drawn(CaseSource.WORKER) >= ends


@pytest.mark.parametrize("source", [source for source in CaseSource if source not in OWN_SOURCES])
def test_nobody_withdraws_what_was_registered_for_another(source):
    assert CaseAction.WITHDRAW not in drawn(source)
