"""Limits that were paused, extended and corrected: a correction neither gives nor takes time of its own."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories.grids import WEST
from tests.factories.town import GARBAGE, SIGN_FIRST
from tests.support.looks import clocks_of

WINTER = {"review_on": "2026-12-20", "reason": "冬季不宜路面施工"}
FRIDAY_EVENING = datetime(2026, 11, 27, 9, tzinfo=UTC)  # 17:00, an hour before offices close
MONDAY_MORNING = datetime(2026, 11, 30, 1, tzinfo=UTC)  # 09:00, an hour after they open


def _moments(case, name="due_at"):
    return {stage: datetime.fromisoformat(clocks_of(case, stage)[-1][name]) for stage in ("handle", "case")}


def _deferred_over(town, clock, case, until):
    town.housing.act(case, "ask_deferral", **WINTER)
    town.leader.act(case, "grant_deferral")
    clock.set(until)
    return town.housing.act(case, "resume")


def _extended(town, case, until):
    case = town.housing.act(case, "ask_extension", due_at=until, reason="连日大雨")
    long = any((task["ask_data"] or {}).get("long") for task in case["tasks"])
    return (town.leader if long else town.duty).act(case, "grant_extension", reason="情况属实")


@pytest.fixture
def rested(town, clock):
    """A town and a case with days to do the work, that stood still from Friday evening to Monday morning."""
    case = town.handling(class_code=SIGN_FIRST)
    clock.set(FRIDAY_EVENING)
    return town, _deferred_over(town, clock, case, MONDAY_MORNING)


def test_a_pause_is_counted_in_working_time_when_something_is_corrected(rested):
    town, case = rested
    corrected = town.duty.act(case, "correct", address="胜利街口")
    assert (_moments(corrected), _moments(corrected, "warn_at")) == (_moments(case), _moments(case, "warn_at"))


def test_a_class_corrected_away_and_back_has_the_limit_that_the_pause_had_left(rested):
    town, case = rested
    town.duty.act(case, "correct", **{"class": GARBAGE, "condition": "1"})
    back = town.duty.act(case, "correct", **{"class": SIGN_FIRST, "condition": "1"})
    assert _moments(back) == _moments(case)


def test_a_pause_is_counted_in_the_time_of_the_new_limit(town, clock):
    case = town.handling(class_code=SIGN_FIRST)
    case = _deferred_over(town, clock, case, MONDAY_MORNING)
    before = clocks_of(case, "case")[-1]
    limit = clocks_of(town.duty.act(case, "urgent"), "case")[-1]
    assert (before["limit_kind"], limit["limit_kind"]) == ("work_days", "urgent_minutes")
    # what runs day and night stood still for the whole week, its nights and its Sunday too
    assert datetime.fromisoformat(limit["due_at"]) == MONDAY_MORNING + timedelta(minutes=limit["limit"])


def test_a_limit_corrected_away_and_back_during_a_pause_goes_on_like_one_that_was_not(town, clock):
    cases = [town.handling(class_code=SIGN_FIRST) for _ in range(2)]
    clock.tick(hours=5)
    for case in cases:
        town.housing.act(case, "ask_deferral", **WINTER)
        town.leader.act(case, "grant_deferral")
    clock.set(FRIDAY_EVENING)
    for class_code in (GARBAGE, SIGN_FIRST):
        town.duty.act(cases[0], "correct", **{"class": class_code, "condition": "1"})
    corrected, untouched = (_moments(town.housing.act(case, "resume")) for case in cases)
    assert corrected == untouched


def test_an_extension_before_a_pause_is_whole_after_a_correction(town, clock):
    case = _extended(town, town.handling(class_code=SIGN_FIRST), "2026-12-10T10:00:00+08:00")
    case = _deferred_over(town, clock, case, datetime(2026, 12, 7, 1, tzinfo=UTC))
    assert _moments(case)["handle"] == datetime(2026, 12, 24, 2, tzinfo=UTC)
    corrected = town.duty.act(case, "correct", address="胜利街口")
    assert _moments(corrected) == _moments(case)
    town.duty.act(case, "correct", **{"class": GARBAGE, "condition": "1"})
    assert _moments(town.duty.act(case, "correct", **{"class": SIGN_FIRST, "condition": "1"})) == _moments(case)


def test_a_correction_leaves_the_warning_as_far_before_the_extended_end_as_it_was(town, clock, sweep):
    case = _extended(town, town.handling(class_code=SIGN_FIRST), "2027-01-20T10:00:00+08:00")
    warned = _moments(case, "warn_at")
    clock.set(datetime(2026, 12, 9, 2, tzinfo=UTC))  # past the warning of the limit that was not extended
    for correction in ({"address": "胜利街口"}, {"condition": "2"}, {"condition": "1"}):
        corrected = town.duty.act(case, "correct", **correction)
        assert _moments(corrected) == _moments(case)
        assert sweep() == (0, 0), correction
    assert _moments(corrected, "warn_at") == warned
    clock.set(warned["handle"])
    assert sweep() == (1, 0)


def test_a_limit_given_at_the_handing_down_is_not_moved_by_what_had_stood_still_before(rested):
    town, case = rested
    town.open_centre(WEST)
    below = town.hire("duty_officer", "centre", WEST)
    town.dispatcher.act(case, "recall", reason_code="not_ours", reason="不归他们管")
    case = town.duty.act(case, "hand_down", centre=WEST, due_at="2026-12-02T10:00:00+08:00")
    given = datetime(2026, 12, 2, 2, tzinfo=UTC)
    assert datetime.fromisoformat(case["case_due_at"]) == given
    assert datetime.fromisoformat(below.act(case, "correct", address="胜利街口")["case_due_at"]) == given
