"""More time: asked for by departments, given or denied by the centre, never after the limit."""

from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import update

from app.cases.models import CaseTask
from app.catalogue import queries as catalogue_queries
from app.catalogue import service as catalogue
from app.core.transaction import transaction
from app.deadlines import limits as arithmetic
from app.deadlines.limits import Limit
from app.deadlines.queries import calendars
from tests.factories.catalogue import documents_file, seed_content
from tests.factories.town import COVER, GARBAGE, HOUSING, WATER
from tests.support.looks import clocks_of, guarded, refused
from workflows.case_terms import LimitKind

MINUTES = LimitKind.URGENT_MINUTES
TUESDAY = datetime.fromisoformat("2026-11-24T09:30:00+08:00")
SUPERIORS = "2026-11-24T06:00:00+00:00"


def due(case, stage="handle", place=0):
    """When a clock of the case ends."""
    return datetime.fromisoformat(clocks_of(case, stage)[place]["due_at"])


def later(case, **amount):
    """A new end, so much after the handle clock's."""
    return (due(case) + timedelta(**amount)).isoformat()


def asked(town, case=None):
    """A case whose lead has asked for a day more."""
    case = case or town.handling()
    return town.housing.act(case, "ask_extension", due_at=later(case, days=1), reason="等待材料")


def extended_once(town):
    """A case whose limit was moved once."""
    return town.duty.act(asked(town), "grant_extension")


@pytest.fixture
def chief():
    """Hire the leader of the housing bureau into a town."""
    return lambda town: town.hire("department_leader", "department", HOUSING)


def test_a_first_extension_moves_the_tasks_clock_and_the_cases(town):
    before = town.handling()
    case = asked(town, before)
    assert (due(case), case["tasks"][0]["ask"]) == (due(before), "extension")
    case = town.duty.act(case, "grant_extension")
    assert due(case) == due(before) + timedelta(days=1)
    assert due(case, "case") > due(before, "case")
    assert (case["tasks"][0]["ask"], case["tasks"][0]["extensions"]) == (None, 1)
    assert case["case_due_at"] == clocks_of(case, "case")[0]["due_at"]


def test_only_whoever_decides_an_extension_has_it_in_a_queue(town, chief):
    case = asked(town)
    assert _queued(town) == (1, 0)
    town.duty.act(case, "grant_extension")
    chief(town).act(case, "ask_extension", due_at=later(town.duty.read(case), days=1), reason="等待材料")
    assert _queued(town) == (0, 1)


def _notices(town, actor):
    """What somebody has been told of."""
    town.drain()
    return actor.get("notices").get_json()["items"]


def _queued(town):
    """How many extensions wait for the duty officer, and how many for the leader."""
    counts = [
        {one["queue"]: one["count"] for one in actor.get("queues").get_json()["items"]}
        for actor in (town.duty, town.leader)
    ]
    return counts[0]["asked_extension"], counts[1]["asked_again"]


def test_a_denied_extension_leaves_the_limit(town):
    before = town.handling()
    case = asked(town, before)
    refused(town.duty.try_act(case, "deny_extension"), 422, "data_missing")
    case = town.duty.act(case, "deny_extension", reason="材料已到")
    assert (due(case), case["tasks"][0]["ask"], case["tasks"][0]["extensions"]) == (due(before), None, 0)


def test_a_first_extension_is_the_duty_officers_to_grant(town):
    case = asked(town)
    for other in (town.housing, town.dispatcher, town.acceptor, town.supervisor):
        refused(other.try_act(case, "grant_extension"), 403, "act_forbidden")
    guarded(town.leader.try_act(case, "grant_extension"), "beyond_bounds")


def test_an_extension_names_a_later_end_and_a_reason(town):
    case = town.handling()
    for body in ({}, {"due_at": later(case, days=1)}, {"reason": "等待材料"}):
        refused(town.housing.try_act(case, "ask_extension", **body), 422, "data_missing")
    for wanted in (due(case).isoformat(), later(case, hours=-1)):
        answer = town.housing.try_act(case, "ask_extension", due_at=wanted, reason="等待材料")
        assert "data.due_at" in refused(answer, 422)["fields"]


def test_a_second_extension_is_asked_for_by_the_departments_leader_and_granted_by_the_centres(town, chief):
    case = extended_once(town)
    head = chief(town)
    ask = {"due_at": later(case, days=2), "reason": "连续降雨"}
    guarded(town.housing.try_act(case, "ask_extension", **ask), "first_extension")
    case = head.act(case, "ask_extension", **ask)
    for other in (town.housing, head, town.dispatcher):
        refused(other.try_act(case, "grant_extension"), 403, "act_forbidden")
    guarded(town.duty.try_act(case, "grant_extension"), "first_extension")
    guarded(town.duty.try_act(case, "deny_extension", reason="不同意"), "first_extension")
    before = due(case)
    assert "data.reason" in refused(town.leader.try_act(case, "grant_extension"), 422, "data_missing")["fields"]
    case = town.leader.act(case, "grant_extension", reason="工期确需延长")
    assert (due(case), case["tasks"][0]["extensions"]) == (before + timedelta(days=2), 2)


def test_a_first_extension_beyond_the_classs_extra_limit_is_the_centre_leaders_with_a_reason(town):
    """The lead signs on a Monday at 09:00 with eight work hours: due on Tuesday at 09:30; a day more: Wednesday."""
    before = town.handling()
    asked = {"due_at": (due(before) + timedelta(days=1, minutes=1)).isoformat(), "reason": "等待材料"}
    case = town.housing.act(before, "ask_extension", **asked)
    assert (case["tasks"][0]["ask_data"]["long"], _queued(town)) == (True, (0, 1))
    assert {notice["kind"] for notice in _notices(town, town.leader)} == {"to_decide"}
    assert _notices(town, town.duty) == []
    for action in ("grant_extension", "deny_extension"):
        guarded(town.duty.try_act(case, action, reason="理由"), "within_bounds")
    assert "data.reason" in refused(town.leader.try_act(case, "grant_extension"), 422, "data_missing")["fields"]
    case = town.leader.act(case, "grant_extension", reason="停工待料")
    assert due(case) == due(before) + timedelta(days=1, minutes=1)


def test_where_the_class_presets_nothing_the_countys_share_bounds_a_first_extension(town):
    """Manhole covers have no extra limit: half of the limit, upwards, counted on from its end."""
    case = town.accepted(class_code=COVER)
    case = town.duty.act(case, "file", **{"class": COVER, "condition": "1"})
    case = town.housing.act(town.dispatcher.act(case, "dispatch", lead=HOUSING), "sign")
    limit = clocks_of(case, "handle")[0]
    share = -(-limit["limit"] // 2)  # half of it, upwards
    with town.app.app_context():
        kind, calendar = LimitKind.of(limit["limit_kind"]), calendars().default
        most = arithmetic.due(due(case), Limit(share, kind), calendar)
    over = town.housing.act(case, "ask_extension", due_at=(most + timedelta(minutes=1)).isoformat(), reason="等待材料")
    assert over["tasks"][0]["ask_data"]["long"] is True
    within = town.housing.act(town.housing.act(over, "withdraw_ask"), "ask_extension", due_at=most.isoformat(),
                              reason="等待材料")  # fmt: skip
    assert within["tasks"][0]["ask_data"]["long"] is False
    assert due(town.duty.act(within, "grant_extension")) == most


@pytest.mark.parametrize(
    ("presets", "shares", "most"),
    [
        ({"extra_limit": {"work_days": 1}, "urgent_extra_limit": {"urgent_minutes": 90}}, {}, Limit(90, MINUTES)),
        ({"extra_limit": {"work_days": 1}}, {}, Limit(1, LimitKind.WORK_DAYS)),
        ({}, {"urgent_minutes_extension_percent": 25, "work_minutes_extension_percent": 75}, Limit(120, MINUTES)),
        ({}, {}, Limit(48, MINUTES)),
    ],
)
def test_of_an_urgent_case_what_the_class_presets_bounds_it_else_the_share_of_its_kind(town, presets, shares, most):
    """Eight hours, day and night: what is set for urgent cases, for all, a quarter of such limits, a tenth of all."""
    content = {**seed_content(GARBAGE), "urgent_limit": {"urgent_minutes": 480, "source": "example"}}
    content = {name: one for name, one in content.items() if not name.endswith("extra_limit")}
    content |= {name: {**one, "source": "example"} for name, one in presets.items()}
    content["conditions"] = [
        {**one, "limits": {area: {"work_days": 2, "source": "example"} for area in "ABC"}}
        for one in content["conditions"]
    ]
    figures = seed_content("settings", "settings")["settings"]
    figures = {name: one for name, one in figures.items() if not name.endswith("extension_percent")}
    figures |= {name: {"value": one, "source": "x"} for name, one in {"extension_percent": 10, **shares}.items()}
    settings = {"code": "settings", "settings": figures}
    folder = Path(town.app.config["DATA_DIR"])
    folder.mkdir(exist_ok=True)
    rows = (("class", GARBAGE, content), ("settings", "settings", settings))
    with town.app.app_context(), transaction():
        catalogue.import_files([documents_file(folder, *rows)], by="test")
    case = town.duty.act(town.handling(), "urgent")
    assert (clocks_of(case, "handle")[0]["limit"], clocks_of(case, "handle")[0]["limit_kind"]) == (480, MINUTES)
    with town.app.app_context():
        end = arithmetic.due(due(case), most, calendars().default)
    over = town.housing.act(case, "ask_extension", due_at=(end + timedelta(minutes=1)).isoformat(), reason="等待材料")
    assert over["tasks"][0]["ask_data"]["long"] is True
    within = town.housing.act(over, "withdraw_ask")
    within = town.housing.act(within, "ask_extension", due_at=end.isoformat(), reason="等待材料")
    assert within["tasks"][0]["ask_data"]["long"] is False


def test_every_class_has_a_figure_for_a_first_extension_by_itself_or_by_the_kind_of_its_limit(town):
    with town.app.app_context():
        every = catalogue_queries.catalogue()
        for each in every.classes.values():
            for condition, area, urgent in product(each.conditions, "ABC", (False, True)):
                limit = every.limit_for(each, condition.condition, area, "handle", urgent)
                if limit is not None:
                    figure = every.extension(each, limit, urgent)
                    assert figure.amount >= figure.kind.step
                    preset = (urgent and each.urgent_extra_limit) or each.extra_limit
                    assert figure == preset if preset else figure.kind is limit.kind


def test_of_an_ask_of_an_older_version_it_is_looked_at_now_whether_it_is_long(town):
    before = town.handling()
    asked_for = {"due_at": (due(before) + timedelta(days=1, minutes=1)).isoformat(), "reason": "等待材料"}
    case = town.housing.act(before, "ask_extension", **asked_for)
    with town.app.app_context(), transaction() as session:
        session.execute(update(CaseTask).where(CaseTask.ask == "extension").values(ask_data=asked_for))
    guarded(town.duty.try_act(case, "grant_extension"), "within_bounds")
    assert town.leader.act(case, "grant_extension", reason="情况属实")["tasks"][0]["extensions"] == 1


def test_a_superiors_date_is_passed_only_with_its_consent_and_moves_with_it(town):
    case = town.acceptor.report(source="superior", external_no="S-1", external_due=SUPERIORS).get_json()
    case = town.duty.act(town.acceptor.act(case, "accept"), "file", **{"class": GARBAGE, "condition": "1"})
    case = town.housing.act(town.dispatcher.act(case, "dispatch", lead=HOUSING), "sign")
    assert (due(case), case["case_due_at"]) == (TUESDAY, SUPERIORS)
    until = {"due_at": SUPERIORS, "reason": "等待材料"}
    granted = town.duty.act(town.housing.act(case, "ask_extension", **until), "grant_extension")
    assert (due(granted).isoformat(), granted["case_due_at"]) == (SUPERIORS, SUPERIORS)  # up to it, and never beyond
    chief = town.hire("department_leader", "department", HOUSING)
    case = chief.act(granted, "ask_extension", due_at="2026-11-25T01:00:00+00:00", reason="等待材料")
    why = {"reason": "确需延期"}
    asked = refused(town.leader.try_act(case, "grant_extension", **why), 422, "data_missing")["fields"]
    assert set(asked) == {"data.consent", "data.consent_due_at"}
    paper = {"consent": "市督查室 11月24日 电话同意", "consent_due_at": "2026-11-24T23:00:00+00:00"}
    assert "data.consent_due_at" in refused(town.leader.try_act(case, "grant_extension", **why, **paper), 422)["fields"]
    paper["consent_due_at"] = "2026-11-26T01:00:00+00:00"
    case = town.leader.act(case, "grant_extension", **why, **paper)
    assert due(case).isoformat() == "2026-11-25T01:00:00+00:00"
    assert datetime.fromisoformat(case["case_due_at"]) <= datetime.fromisoformat(paper["consent_due_at"])
    last = town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"][-1]["data"]
    assert last["consent"] == paper["consent"]
    assert last["changed"]["external_due_at"].startswith("2026-11-26T01:00:00")


def test_nothing_is_asked_for_after_the_limit(town, clock):
    case = town.handling()
    clock.set(due(case) + timedelta(seconds=1))
    answer = town.housing.try_act(case, "ask_extension", due_at=later(case, days=2), reason="等待材料")
    guarded(answer, "before_due")


def test_what_nobody_decided_by_the_limit_is_denied_by_the_timer_once(town, clock, sweep):
    case = asked(town)
    limit = due(case)
    clock.set(limit - timedelta(seconds=1))
    assert sweep()[1] == 0
    clock.set(limit)
    assert sweep()[1] == 1
    assert sweep()[1] == 0
    case = town.supervisor.read(case)
    assert (case["tasks"][0]["ask"], due(case)) == (None, limit)
    steps = town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"]
    expired = next(step for step in steps if step["action"] == "expire_ask")
    assert expired["actor"] == {"person_id": None, "name": "系统", "name_en": "System", "on_behalf_of": None}
    guarded(town.duty.try_act(case, "grant_extension"), "extension_pending")


def test_that_an_ask_expired_makes_nobodys_sight_of_the_case_stale(town, clock, sweep):
    case = asked(town)
    clock.set(due(case) + timedelta(minutes=1))
    sweep()
    assert "expire_ask" in town.steps(case)
    answer = town.housing.try_act(case, "finish", seen=case["seq"], result="已清理", attachments=[str(uuid4())])
    assert answer.status_code == 201, answer.get_json()


def test_an_extension_is_not_granted_after_the_limit_though_the_timer_is_late(town, clock):
    case = asked(town)
    clock.set(due(case) + timedelta(minutes=5))
    guarded(town.duty.try_act(case, "grant_extension"), "extension_pending")
    assert "grant_extension" not in town.duty.actions(case)


def test_a_task_has_one_ask_at_a_time_and_takes_it_back_itself(town):
    case = asked(town)
    again = {"due_at": later(case, days=2), "reason": "再等两天"}
    guarded(town.housing.try_act(case, "ask_extension", **again), "no_pending_ask")
    guarded(town.housing.try_act(case, "ask_return", reason_code="other", reason="不归我们管"), "no_pending_ask")
    refused(town.duty.try_act(case, "withdraw_ask"), 403, "act_forbidden")
    case = town.housing.act(case, "withdraw_ask")
    assert case["tasks"][0]["ask"] is None
    guarded(town.housing.try_act(case, "withdraw_ask"), "ask_pending")
    guarded(town.duty.try_act(case, "grant_extension"), "extension_pending")
    assert town.housing.act(case, "ask_extension", **again)["tasks"][0]["ask"] == "extension"


def test_each_department_asks_for_its_own_task(town):
    case = town.handling(assist=[WATER])
    town.water.act(case, "sign")
    asked(town, case)
    case = town.water.act(case, "ask_extension", due_at=later(case, days=1), reason="等待停水许可")
    assert [task["ask"] for task in case["tasks"]] == ["extension", "extension"]
    assert "data.task" in refused(town.duty.try_act(case, "deny_extension", reason="不同意"), 422)["fields"]
    case = town.duty.act(case, "grant_extension", task=2)
    assert [task["extensions"] for task in case["tasks"]] == [0, 1]
    assert due(case, place=1) - due(case) == timedelta(days=1)


def test_whoever_asked_for_time_never_grants_it(town):
    both = town.hire("department_desk", "department", HOUSING)
    town.also(both, "duty_officer", "centre", "141025")
    case = town.handling()
    case = both.act(case, "ask_extension", due_at=later(case, days=1), reason="等待材料")
    guarded(both.try_act(case, "grant_extension"), "asker_does_not_decide")
    assert town.duty.act(case, "grant_extension")["tasks"][0]["extensions"] == 1


def test_finishing_takes_back_what_was_asked_for(town):
    case = town.housing.act(asked(town), "finish", result="已清理", attachments=[str(uuid4())])
    assert (case["state"], case["tasks"][0]["ask"]) == ("handled", None)


def test_a_corrected_limit_moves_the_end_of_what_is_asked_for(town, clock, sweep):
    case = asked(town)
    first = due(case)
    case = town.duty.act(case, "correct", condition="2")
    assert due(case) > first
    clock.set(first)
    assert sweep()[1] == 0
    clock.set(due(case))
    assert sweep()[1] == 1


@pytest.mark.parametrize("way", ["recall", "grant_return"])
def test_who_was_given_more_time_asks_again_after_a_new_dispatch_as_the_clock_goes_on(town, chief, way):
    leader, case = chief(town), extended_once(town)
    if way == "recall":
        case = town.dispatcher.act(case, "recall", reason_code="other", reason="重新派遣")
    else:
        case = town.housing.act(case, "ask_return", reason_code="other", reason="须重新派遣")
        case = town.duty.act(case, "grant_return")
    case = town.dispatcher.act(case, "dispatch", lead=HOUSING, assist=[WATER])
    case = town.water.act(town.housing.act(case, "sign"), "sign")
    assert [one["extensions"] for one in case["tasks"] if one["state"] == "signed"] == [1, 0]
    end = {"due_at": _second(case, 0), "reason": "等待材料"}
    guarded(town.housing.try_act(case, "ask_extension", **end), "first_extension")
    case = leader.act(case, "ask_extension", **end)
    assert _queued(town) == (0, 1)
    assert "grant_extension" not in town.duty.actions(case)
    case = town.leader.act(case, "grant_extension", reason="情况属实")
    case = town.water.act(case, "ask_extension", due_at=_second(case, 1), reason="等待材料")  # its first
    assert town.duty.act(case, "grant_extension")["state"] == "handling"


def _second(case, place):
    """A day more than what a task that runs now has left."""
    ends = [one["due_at"] for one in clocks_of(case, "handle") if not one["stopped_at"]]
    return (datetime.fromisoformat(ends[place]) + timedelta(days=1)).isoformat()
