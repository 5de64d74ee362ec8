"""Who is told what, once, and only while they may know of it."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update

from app.cases import jobs as case_jobs
from app.cases.models import Case, CaseClock
from app.core import clock as core_clock
from app.core import outbox
from app.core.db import db
from app.core.outbox import ClaimedEffect, OutboxRow
from app.core.transaction import transaction
from app.identity.models import AssignmentRow
from app.notices import words
from app.notices.jobs import tell
from app.notices.models import Notice
from tests.factories.grids import COUNTY
from tests.factories.town import GARBAGE, HERE, HOUSING, TEAM, WATER
from workflows.case_clocks import Stage
from workflows.case_notices import TABLE
from workflows.case_terms import CaseAction as A


def drain(town):
    with town.app.app_context():
        while outbox.drain():  # an effect may owe another one
            pass
        assert outbox.owed() == 0


def told(town, person, **query):
    """What a person is told, the newest first, as (kind, text)."""
    drain(town)
    answer = person.get("notices", **query)
    assert answer.status_code == 200, answer.get_json()
    return [(each["kind"], each["text"]) for each in answer.get_json()["items"]]


def kinds(town, person):
    return [kind for kind, _ in told(town, person)]


def test_the_reporter_is_told_of_a_refusal_with_number_class_and_address_and_nothing_more(town):
    case = town.worker.report(address="岳阳镇东街", description="王五家门口").get_json()
    town.acceptor.act(case, "refuse", reason="王五自己会清理")
    assert told(town, town.worker) == [
        ("refused", f"您上报的案件{case['number']}（暴露垃圾，岳阳镇东街）不予受理，原因请打开案件查看。")
    ]
    assert told(town, town.acceptor) == []


def test_of_a_confidential_case_only_the_number_is_told(town):
    case = town.worker.report(address="岳阳镇东街").get_json()
    town.acceptor.act(case, "refuse", reason="不属于网格事项")
    with town.app.app_context(), transaction() as session:
        session.execute(update(Case).where(Case.case_id == UUID(case["case_id"])).values(confidential=True))
    assert told(town, town.worker) == [("refused", f"您上报的案件{case['number']}不予受理，原因请打开案件查看。")]


def test_the_way_of_an_ordinary_case_tells_each_whose_turn_it_is(town):
    case = town.dispatched(assist=[WATER])
    assert (kinds(town, town.housing), kinds(town, town.water), kinds(town, town.team)) == (
        ["to_sign"],
        ["to_sign"],
        [],
    )
    town.water.act(case, "sign")
    town.water.act(case, "finish", result="已关阀", attachments=[str(uuid4())])
    town.housing.act(case, "sign")
    town.housing.act(case, "finish", result="已清理", attachments=[str(uuid4())])
    assert kinds(town, town.worker) == ["to_check"]
    photo = str(uuid4())
    failed = town.worker.act(case, "fail_check", lon=HERE[0], lat=HERE[1], attachments=[photo], tasks=[1])
    assert failed["state"] == "dispatched"
    assert (kinds(town, town.housing)[0], kinds(town, town.water)) == ("rework", ["to_sign"])


def test_the_reporters_of_merged_cases_are_told_the_end_of_the_one_that_carries_them(town):
    carrier = town.worker.report().get_json()
    merged = town.next_worker.report().get_json()
    town.acceptor.act(merged, "merge", into=carrier["case_id"])
    assert kinds(town, town.next_worker) == ["merged"]
    case = town.acceptor.act(carrier, "accept")
    town.leader.act(case, "force_close", reason="无法解决", attachments=[str(uuid4())])
    (kind, text), *_ = told(town, town.next_worker)
    assert kind == "closed"
    assert merged["number"] in text
    assert carrier["number"] not in text
    assert kinds(town, town.worker) == ["closed"]


def test_a_rejection_is_not_told_to_those_merged_into_the_case_but_that_they_stand_alone_again(town):
    carrier = town.worker.report().get_json()
    merged = town.next_worker.report().get_json()
    town.acceptor.act(merged, "merge", into=carrier["case_id"])
    town.acceptor.act(carrier, "refuse", reason="不属于网格事项")
    assert kinds(town, town.next_worker) == ["unmerged", "merged"]


def test_urging_reaches_the_department_at_work_and_a_card_its_leader_too(town):
    chief = town.hire("department_leader", "department", HOUSING)
    case = town.handling()
    town.dispatcher.act(case, "urge")
    assert (kinds(town, town.housing)[0], kinds(town, chief), kinds(town, town.leader)) == ("urged", [], [])
    town.supervisor.act(case, "supervise", grade="yellow")
    told_desk = told(town, town.housing)[0]
    assert told_desk[0] == "supervised"
    assert told_desk[1].startswith("黄牌：请尽快办理案件")
    assert (kinds(town, chief), kinds(town, town.leader)) == (["supervised"], ["supervised"])
    assert kinds(town, town.water) == []


def test_near_and_passed_limits_are_told_to_whoever_is_answerable(town, clock):
    town.worker.report()
    with town.app.app_context():
        due = db.session.scalar(select(func.min(CaseClock.due_at)))
        clock.set(due)
        clock.tick(minutes=1)
        case_jobs.sweep_clocks()
        outbox.drain()
        [notice] = db.session.scalars(select(Notice)).all()
    assert (notice.person_id, notice.kind) == (town.acceptor.id, "limit_passed")
    assert notice.text.endswith(f"受理时限（{core_clock.local(due):%m-%d %H:%M}）已过，请立即办理。")


def test_a_limit_of_a_confidential_case_is_told_only_to_those_who_see_it(town, clock):
    case = town.worker.report().get_json()
    with town.app.app_context():
        with transaction() as session:
            session.execute(update(Case).where(Case.case_id == UUID(case["case_id"])).values(confidential=True))
        clock.set(db.session.scalar(select(func.min(CaseClock.due_at))))
        clock.tick(minutes=1)
        assert case_jobs.sweep_clocks() == 1
        outbox.drain()
        assert db.session.scalars(select(Notice)).all() == []


def test_nobody_is_told_what_they_did_themselves(town):
    said = {"source": "hotline", "reporter": {"anonymous": True}}
    case = town.acceptor.report(**said).get_json()
    town.acceptor.act(case, "refuse", reason="不属于网格事项")
    assert told(town, town.acceptor) == []


def test_a_copy_reaches_departments_that_do_not_see_the_case(town):
    case = town.accepted()
    town.acceptor.act(case, "copy", to=[TEAM])
    [(kind, text)] = told(town, town.team)
    assert (kind, text.startswith("抄送：案件")) == ("copied", True)


def test_what_departments_ask_reaches_those_who_decide_and_the_answer_whoever_asked(town, clock):
    case = town.handling()
    clock.tick(minutes=1)
    case = town.housing.act(case, "ask_return", reason="不属本部门", reason_code="not_ours")
    assert told(town, town.duty) == [("to_decide", f"案件{case['number']}（暴露垃圾）有退件申请待批。")]
    assert kinds(town, town.leader) == []
    town.duty.act(case, "deny_return", reason="属于贵部门")
    assert told(town, town.housing)[0] == ("ask_denied", f"案件{case['number']}（暴露垃圾）的退件申请未获同意。")
    case = town.housing.act(case, "ask_return", reason="不属本部门", reason_code="not_ours")
    town.duty.act(case, "grant_return")
    assert kinds(town, town.housing)[0] == "ask_granted", "also to those who see it no longer"


def test_a_case_found_unsolved_is_told_to_those_who_may_reopen_it(town):
    case = town.leader.act(town.accepted(), "force_close", reason="无法解决", attachments=[str(uuid4())])
    town.acceptor.act(case, "call_back", solved=True)
    assert kinds(town, town.supervisor) == []
    town.acceptor.act(case, "call_back", solved=False, why="仍有垃圾")
    assert kinds(town, town.supervisor) == kinds(town, town.leader) == ["unsolved"]


def test_whoever_is_named_to_verify_or_to_check_is_told(town):
    case = town.worker.report().get_json()
    town.acceptor.act(case, "verify", verifier=str(town.next_worker.id))
    assert kinds(town, town.next_worker) == ["to_verify"]
    case = town.handled()
    town.acceptor.act(case, "assign_check", checker=str(town.next_worker.id))
    assert kinds(town, town.next_worker)[0] == "to_check"


def test_an_effect_that_happens_twice_tells_once(town):
    case = town.worker.report().get_json()
    town.acceptor.act(case, "refuse", reason="不属于网格事项")
    drain(town)
    with town.app.app_context():
        row = db.session.scalars(select(OutboxRow).where(OutboxRow.topic == "case.stepped")).one()
        owed = ClaimedEffect(row.id, row.topic, row.key, row.payload, 2)
        db.session.rollback()
        with transaction():
            tell(owed)
        assert db.session.scalar(select(func.count()).select_from(Notice)) == 1


def test_whoever_lost_their_place_meanwhile_is_not_told(town, clock):
    other = town.hire("department_desk", "department", HOUSING)
    town.dispatched()
    with town.app.app_context(), transaction() as session:
        held = update(AssignmentRow).where(AssignmentRow.person_id == other.id)
        session.execute(held.values(valid_to=core_clock.now()))
    clock.tick(seconds=1)
    drain(town)
    with town.app.app_context():
        people = db.session.scalars(select(Notice.person_id)).all()
    assert people == [town.housing.id]


def test_a_department_from_which_the_case_was_taken_before_it_was_told_hears_only_that(town):
    case = town.dispatched()
    town.dispatcher.act(case, "withdraw_dispatch")
    assert kinds(town, town.housing) == ["task_ended"]


def test_messages_are_read_once_named_or_up_to_a_time(town, clock):
    first = town.worker.report().get_json()
    town.acceptor.act(first, "refuse", reason="不属于网格事项")
    drain(town)
    until = clock.tick(minutes=1)
    clock.tick(minutes=1)
    second = town.worker.report().get_json()
    town.acceptor.act(second, "refuse", reason="不属于网格事项")
    drain(town)
    answer = town.worker.get("notices").get_json()
    assert answer["unread"] == 2
    assert [each["case_id"] for each in answer["items"]] == [second["case_id"], first["case_id"]]
    for body in ({"until": until.isoformat()}, {"until": until.isoformat(), "ids": []}):  # an empty list names none
        assert town.worker.send("POST", "notices/read", body).get_json() == {"unread": 1}
    left = town.worker.get("notices", unread="true").get_json()["items"]
    assert [each["case_id"] for each in left] == [second["case_id"]]
    ids = {"ids": [each["id"] for each in left]}
    assert town.next_worker.send("POST", "notices/read", ids).status_code == 200
    assert town.worker.get("notices").get_json()["unread"] == 1, "another's messages are left alone"
    assert town.worker.send("POST", "notices/read", ids).get_json() == {"unread": 0}


@pytest.mark.parametrize(
    "body", [{}, {"ids": []}, {"ids": [0]}, {"ids": [2**63]}, {"ids": [1], "until": "2026-11-23T09:00:00+08:00"}]
)
def test_a_request_that_names_nothing_or_both_is_told_what_is_wrong(town, body):
    answer = town.worker.send("POST", "notices/read", body)
    assert (answer.status_code, bool(answer.get_json()["fields"])) == (422, True)


def test_pages_follow_each_other_without_gap_and_a_wrong_cursor_is_refused(town):
    with town.app.app_context(), transaction() as session:
        session.add_all(_notice(town.worker.id, number) for number in range(5))
    seen, cursor = [], {}
    while cursor is not None:
        page = town.worker.get("notices", limit=2, **cursor).get_json()
        seen += [each["text"] for each in page["items"]]
        cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else None
    assert seen == ["4", "3", "2", "1", "0"]
    for wrong in ("xx", "WyJ4Il0", "W3RydWVd", "WzFlMzBd"):
        assert town.worker.get("notices", cursor=wrong).get_json()["code"] == "cursor_invalid"


def test_a_page_costs_the_same_however_long_it_is(town, query_count):
    with town.app.app_context(), transaction() as session:
        session.add_all(_notice(town.worker.id, number) for number in range(60))
    town.worker.get("notices", limit=1)  # the process reads the roles once
    with query_count() as seen:
        assert len(town.worker.get("notices", limit=50).get_json()["items"]) == 50
    assert len(seen) <= 3, seen


def test_telling_many_costs_no_more_than_telling_one(town, query_count):
    def statements():
        town.dispatched()
        with query_count() as seen:
            drain(town)
        return len(seen)

    one = statements()
    for _ in range(5):
        town.hire("department_desk", "department", HOUSING)
    assert statements() == one


def test_every_text_can_be_filled_in_both_languages():
    words = dict.fromkeys(("case", "ask", "stage", "due", "grade"), "x")
    for templates in TABLE.values():
        for template in templates:
            assert template.text.format(**words).endswith("。")
            assert template.text.en.format(**words).endswith(".")


def _notice(person_id, number):
    return Notice(
        outbox_id=number + 1, person_id=person_id, case_id=uuid4(), kind="closed", text=str(number), text_en="",
        created_at=core_clock.now(),
    )  # fmt: skip


@pytest.mark.parametrize("stage", [*Stage])
def test_every_limit_is_called_by_what_it_is_for(town, stage):
    case_id = town.worker.report().get_json()["case_id"]
    with town.app.app_context():
        case = db.session.get_one(Case, UUID(case_id))
        for action, ends in ((A.WARN, "ends"), (A.OVERDUE, "ended")):
            text = words.fill(TABLE[action][0], case, words.of_clock(stage, core_clock.now()))
            assert f"): the limit “{stage.words.en}” {ends} at " in text.en
            assert "的时限" not in text


def test_who_loses_work_and_who_waits_for_an_answer_are_told(town):
    ticket = town.acceptor.report(source="superior", external_no="督-7").get_json()
    case = town.acceptor.act(ticket, "accept")
    case = town.duty.act(case, "file", **{"class": GARBAGE, "condition": "1"})
    case = town.dispatcher.act(case, "dispatch", lead=HOUSING, assist=[WATER])
    order = town.supervisor.act(case, "supervise", grade="yellow")
    town.housing.act(order, "reply_supervision", answer="已到现场")
    assert kinds(town, town.supervisor) == ["supervision_answered"]
    town.supervisor.act(case, "lift_supervision")
    assert kinds(town, town.housing) == ["supervision_lifted", "supervised", "to_sign"]
    town.dispatcher.act(case, "drop_assist", assist=[WATER])
    town.acceptor.act(case, "ask_sender", reason="地点在邻县")
    colleague = town.hire("acceptor", "centre", COUNTY)
    town.drain()
    case = colleague.act(case, "sender_took_back")
    assert kinds(town, town.water) == ["task_ended", "supervision_lifted", "supervised", "to_sign"]
    assert (kinds(town, town.housing)[0], kinds(town, town.acceptor)) == ("task_ended", ["sender_answered"])
    colleague.act(case, "second_order", reason="经核在本县")
    assert kinds(town, town.acceptor)[0] == "reopened"


def test_a_reopening_that_is_declined_is_told_to_who_wanted_it_and_to_the_reporter(town):
    case = town.checked()
    town.bring_photos(case)
    case = town.duty.act(case, "close")
    town.acceptor.act(case, "call_back", solved=False, satisfaction="not", why="又堆上了")
    town.supervisor.act(case, "decline_reopen", reason="系新的垃圾")
    assert (kinds(town, town.acceptor)[0], kinds(town, town.worker)[0]) == ("not_reopened", "not_reopened")
