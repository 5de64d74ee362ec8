"""Every act that leads from an end back into life: what of the case it resets, what it keeps, and why."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from app.cases.models import Case, CaseTicket
from app.core.db import db
from app.core.transaction import transaction
from tests.desk.browser import Desk
from tests.factories.grids import COUNTY, WEST
from tests.factories.town import GARBAGE, HOUSING
from tests.support.elements import facts_of, texts_of
from tests.support.looks import clocks_of, running
from workflows.case import CASE, ENDS, OPEN

OTHER_DATE = "2026-12-30T18:00:00+08:00"
FILING = {"class": GARBAGE, "condition": "1"}
REASON = {"reason": "情况属实"}

# What every round begins without.
RESET = {
    "closed_at": "it has not ended",
    "ended_how": "it has not ended",
    "lead": "nobody leads until it is dispatched",
    "review_at": "nothing is put off",
    "own_judged": "nothing of this round was judged",
    **dict.fromkeys(("follow_up_at", "follow_ups"), "no end of this round is followed up"),
    "reopen_wanted": "it was taken up",
    "self_fixed": "what was called fixed is not (of a report that is judged again it still has to be said)",
}
# What steps of their own set, in any round.
MOVED = {
    "state": "the machine's",
    "seq": "the timeline's",
    "turned_seq": "the timeline's",
    "hash": "the timeline's",
    "changed_at": "the timeline's",
    "round": "one more",
    "filed_at": "of the filing of this round: of the step itself where it leads behind the filing, else none yet",
    "due_at": "the clocks' of this round",
    "case_due_at": "the clocks' of this round",
}
KEPT = {
    **dict.fromkeys(("case_id", "number", "workflow", "form"), "it is the same case"),
    **dict.fromkeys(("source", "external_no", "reporter_id", "citizen_id"), "who sent or reported it did"),
    **dict.fromkeys(("external_due_at", "handed_down_due_at"), "whoever set a date moves it, and nobody else"),
    **dict.fromkeys(("service", "class_code", "condition", "catalogue_version", "confidential"),
                    "the trouble is of that kind until it is filed or corrected"),
    **dict.fromkeys(("grid", "grid_path", "area_class", "lon", "lat", "address", "description"), "it is there"),
    **dict.fromkeys(("level", "centre", "handed_down_by"), "it is still theirs, and closed by who handed it down"),
    **dict.fromkeys(("urgent", "urgent_since", "danger_remains"), "a danger ends when somebody says so"),
    **dict.fromkeys(("object_id", "object_identifier"), "it is about that object"),
    "colour": "the risk is that of the class, until it is filed or corrected",
    "outside_admission": "it was judged when it was reported",
    "drill": "what is practised stays practice",
    "missed_by_patrol": "said of the trouble, until it is said anew",
    "finding": "what somebody saw, until somebody looks again",
    "supervision": "it is lifted by who looks on",
    "merged_from": "only what is merged has it",
    **dict.fromkeys(("reworks", "wrong_dispatches"), "counted over all rounds"),
    **dict.fromkeys(("found_at", "reported_at"), "it was found and reported once"),
}  # fmt: skip


def _row(town, case):
    with town.app.app_context():
        row = db.session.get(Case, UUID(case["case_id"]), populate_existing=True)
        return {column.key: getattr(row, column.key) for column in Case.__table__.columns}


def _ticket(town):
    case = town.acceptor.report(source="superior", external_no="督〔2026〕7号", external_due=OTHER_DATE).get_json()
    case = town.duty.act(town.acceptor.act(case, "accept"), "file", missed_by_patrol=True, **FILING)
    return town.acceptor.act(case, "ask_sender", reason="地点在邻县")


def _deferred(town, case):
    case = town.housing.act(town.dispatcher.act(case, "dispatch", lead=HOUSING), "sign")
    case = town.housing.act(case, "ask_deferral", review_on="2026-12-20", reason="冬季不宜施工")
    return town.leader.act(case, "grant_deferral")


def _forced(town, case):
    said = {"reply": "请另行申报", "outcome": "explained"} if case["ticket"] else {}
    return town.leader.act(case, "force_close", reason="无法解决", attachments=[town.photo()], **said)


# --- the ways into an end; each as much used as it can be ---
def handled_below_sent_up_and_declined(town):
    town.open_centre(WEST)
    below = {role: town.hire(role, "centre", WEST) for role in ("duty_officer", "dispatcher", "centre_leader")}
    case = town.duty.act(town.duty.act(town.filed(), "urgent"), "hand_down", centre=WEST)
    case = below["duty_officer"].act(case, "file", **FILING)
    case = town.housing.act(below["dispatcher"].act(case, "dispatch", lead=HOUSING), "sign")
    case = below["centre_leader"].act(case, "escalate", reason="无力办理")
    return town.duty.act(case, "decline", reason="不够立案条件")


def refused_as_reported_fixed(town):
    case = town.worker.report(fixed=True, attachments=[town.photo(), town.photo()]).get_json()
    return town.acceptor.act(case, "refuse", reason="不属网格")


def taken_back_while_deferred(town):
    return town.acceptor.act(_deferred(town, _ticket(town)), "sender_took_back")


def closed_by_force_while_deferred(town):
    return _forced(town, _deferred(town, _ticket(town)))


def closed_by_force_before_filing(town):
    case = town.acceptor.report(source="superior", external_no="督〔2026〕9号").get_json()
    return _forced(town, town.acceptor.act(case, "accept"))


# the act, its way into the end, where it leads, and by whom
BACK = (
    ("reconsider", handled_below_sent_up_and_declined, "reported", "supervisor"),
    ("reconsider", refused_as_reported_fixed, "reported", "supervisor"),
    ("second_order", taken_back_while_deferred, "reported", "acceptor"),
    ("second_order", closed_by_force_while_deferred, "filed", "acceptor"),
    ("second_order", closed_by_force_before_filing, "accepted", "acceptor"),
    ("reopen", closed_by_force_while_deferred, "filed", "supervisor"),
    ("reopen", closed_by_force_before_filing, "accepted", "leader"),
)
STANDS_AGAIN = {"unmerge"}  # a case that was merged had not ended: it goes on where it stood, in its round


def test_every_act_that_leads_back_into_life_is_in_the_table():
    back = {(move.action, target) for move in CASE.moves if set(move.sources) & ENDS
            for target in move.ends() if target in OPEN}  # fmt: skip
    assert back == {(act, state) for act, _, state, _ in BACK} | {
        (act, state) for act, state in back if act in STANDS_AGAIN
    }


def test_every_column_of_a_case_is_reset_moved_or_kept():
    named = [*RESET, *MOVED, *KEPT]
    assert sorted(named) == sorted(column.key for column in Case.__table__.columns)


@pytest.mark.parametrize(("act", "ended", "state", "who"), BACK)
def test_a_round_begins_with_what_it_has_and_without_what_the_one_before_had(town, clock, act, ended, state, who):
    case = ended(town)
    before, clocks_before, tasks_before = _row(town, case), case["clocks"], case["tasks"]
    now = clock.tick(days=3)
    case = getattr(town, who).act(case, act, **REASON)
    after = _row(town, case)
    fixed = ended is refused_as_reported_fixed
    expected = {name: None for name in RESET} | {"reopen_wanted": False, "self_fixed": fixed, "follow_ups": 0}
    assert {name: after[name] for name in RESET} == expected
    assert {name: after[name] for name in KEPT} == {name: before[name] for name in KEPT}
    assert (after["state"], after["round"]) == (state, before["round"] + 1)
    assert after["filed_at"] == (now if state == "filed" else None)
    assert (case["clocks"][: len(clocks_before)], case["tasks"]) == (clocks_before, tasks_before)
    begun = case["clocks"][len(clocks_before) :]
    assert {(one["round"], datetime.fromisoformat(one["started_at"])) for one in begun} == {(after["round"], now)}
    stage = {"reported": {"accept"}, "accepted": {"file"}, "filed": {"dispatch", "case"}}[state]
    assert running(case) == {one["stage"] for one in begun} == stage
    assert {one["result"] for one in begun} == {None}
    if case["ticket"] is not None:
        assert (case["ticket"]["asked"], case["ticket"]["calls"]) == (None, 0)
    step = town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"][-1]
    assert (step["action"], step["round"] if "round" in step else after["round"]) == (act, after["round"])


WAYS_OUT = {
    "resume": lambda town, case: town.housing.act(case, "resume"),
    "recall": lambda town, case: town.dispatcher.act(case, "recall", reason_code="silent", reason="久拖"),
    "force_close": _forced,
    "sender_took_back": lambda town, case: town.acceptor.act(case, "sender_took_back"),
}
STAYS_PUT_OFF = {"grant_deferral"}


def test_every_act_that_leads_out_of_a_deferral_is_in_the_table():
    out = {move.action for move in CASE.moves if "deferred" in move.sources and set(move.ends()) - {"deferred", None}}
    assert out == set(WAYS_OUT) | (out & STAYS_PUT_OFF)


@pytest.mark.parametrize("way", WAYS_OUT)
def test_whichever_way_leads_out_of_a_deferral_its_day_and_what_was_asked_in_it_end(town, way):
    case = _deferred(town, _ticket(town))
    case = town.housing.act(case, "ask_deferral", review_on="2026-12-22", reason="仍不宜施工")
    assert (case["review_at"], case["tasks"][0]["ask"]) == ("2026-12-20T01:00:00+00:00", "deferral")
    case = WAYS_OUT[way](town, case)
    assert (case["review_at"], case["tasks"][0]["ask"]) == (None, None)
    assert case["ticket"]["asked"] == (None if case["state"] in ENDS else "return")
    row = _row(town, case)
    with town.app.app_context():
        asked = db.session.get(CaseTicket, UUID(case["case_id"])).asked
    assert (row["review_at"], asked) == (None, case["ticket"]["asked"])


def test_what_older_versions_have_left_behind_is_not_shown(town, clock):
    case = _forced(town, _deferred(town, _ticket(town)))
    with town.app.app_context(), transaction():
        db.session.execute(update(Case).values(review_at=datetime(2027, 1, 15, tzinfo=UTC)))
        db.session.execute(update(CaseTicket).values(asked="return", asked_at=datetime(2026, 11, 23, tzinfo=UTC)))
    listed = town.acceptor.get("cases", state="closed").get_json()["items"][0]
    assert (town.supervisor.read(case)["review_at"], listed["review_at"]) == (None, None)
    ticket = town.acceptor.read(case)["ticket"]
    assert (ticket["asked"], ticket["asked_at"]) == (None, None)
    page = Desk(town.app, town.acceptor).get(f"/desk/cases/{case['case_id']}").text
    assert [fact for fact in facts_of(page) if fact[0] == "已向来源申请"] == []
    assert [text for text in texts_of(page, "main") if "2027-01-15" in text] == []
    with town.app.app_context(), transaction():  # the proof of the story looks at what the steps have written
        db.session.execute(update(Case).values(review_at=None))
        db.session.execute(update(CaseTicket).values(asked=None, asked_at=None))


def test_what_was_declined_and_reconsidered_is_filed_anew_led_by_nobody_and_has_its_whole_time(town, clock):
    case = handled_below_sent_up_and_declined(town)
    (first,) = clocks_of(case, "case")
    clock.tick(days=3)
    case = town.acceptor.act(town.supervisor.act(case, "reconsider", **REASON), "accept")
    filed = clock.tick(minutes=5)
    case = town.duty.act(case, "file", **FILING)
    assert datetime.fromisoformat(case["filed_at"]) == filed
    assert (case["lead"], case["round"]) == (None, 2)
    old, new = clocks_of(case, "case")
    assert old == first
    length = datetime.fromisoformat(first["due_at"]) - datetime.fromisoformat(first["started_at"])
    assert datetime.fromisoformat(new["due_at"]) == filed + length  # urgent: day and night
    case = town.dispatcher.act(case, "dispatch", lead=HOUSING)
    assert [(one["round"], one["result"]) for one in clocks_of(case, "handle")] == [(1, "none"), (2, None)]
    assert clocks_of(case, "handle")[1]["due_at"] > clocks_of(case, "handle")[0]["due_at"]


def test_a_reply_of_the_round_before_is_none_in_the_next(town):
    case = town.acceptor.report(source="hotline", external_no="12345-1", ticket_kind="help").get_json()
    case = town.acceptor.act(case, "refuse", reason="不属网格")
    assert not case["ticket"]["reply_owed"]
    assert town.supervisor.act(case, "reconsider", **REASON)["ticket"]["reply_owed"]


def test_a_review_of_the_round_before_bounds_no_deferral_of_the_next(town):
    case = town.supervisor.act(closed_by_force_while_deferred(town), "reopen", **REASON)
    case = town.housing.act(town.dispatcher.act(case, "dispatch", lead=HOUSING), "sign")
    sooner = {"review_on": "2026-12-10", "reason": "冬季不宜施工"}
    assert town.housing.act(case, "ask_deferral", **sooner)["tasks"][-1]["ask"] == "deferral"


def test_a_case_merged_and_standing_alone_again_goes_on_in_its_round(town, clock):
    into, case = town.worker.report().get_json(), town.accepted()
    case = town.acceptor.act(case, "merge", into=into["case_id"])
    clock.tick(minutes=5)
    case = town.acceptor.act(case, "unmerge", reason="不是同一处")
    assert (case["state"], case["round"]) == ("accepted", 1)
    first, again = clocks_of(case, "file")
    gap = datetime.fromisoformat(again["started_at"]) - datetime.fromisoformat(first["stopped_at"])
    assert datetime.fromisoformat(again["due_at"]) - datetime.fromisoformat(first["due_at"]) == gap


def test_a_case_sent_up_and_filed_again_in_its_round_keeps_its_filing(town, clock):
    town.open_centre(WEST)
    leader = town.hire("centre_leader", "centre", WEST)
    case = town.filed()
    filed = case["filed_at"]
    clock.tick(minutes=5)
    case = leader.act(town.duty.act(case, "hand_down", centre=WEST), "escalate", reason="无力办理")
    case = town.duty.act(case, "file", **FILING)
    assert (case["filed_at"], case["round"], case["centre"]) == (filed, 1, COUNTY)


def test_what_was_filed_in_an_earlier_round_alone_is_reopened_before_filing(town, clock):
    case = town.supervisor.act(handled_below_sent_up_and_declined(town), "reconsider", **REASON)
    case = _forced(town, case)
    clock.tick(hours=1)
    case = town.supervisor.act(case, "reopen", **REASON)
    assert (case["state"], case["round"], case["filed_at"]) == ("accepted", 3, None)
    assert timedelta() < datetime.fromisoformat(case["due_at"]) - clock.tick()
