"""A ticket comes from somebody who waits for it: it is sent back, given time, answered, ordered again, called back."""

from uuid import UUID, uuid4

import pytest

from app.cases.proof import verify
from tests.attachments.pictures import jpeg
from tests.factories.town import GARBAGE, HERE, HOUSING
from tests.support.looks import clocks_of, guarded, refused, results

CITIZEN = {"name": "李小红", "phone": "13800001234", "consent": True}
DUE = "2026-12-20T18:00:00+08:00"


def _ticket(town, **body):
    said = {"source": "superior", "external_no": "督〔2026〕7号", "external_due": DUE, "ticket_kind": "complaint"}
    return town.acceptor.report(**{**said, **body}).get_json()


def _hotline(town, **body):
    said = {"source": "hotline", "external_no": "12345-0042", "reporter": CITIZEN}
    return _ticket(town, **{**said, **body})


def _handled(town, case, but=()):
    """Bring a ticket to where the duty officer closes it."""
    if case["source"] != "superior":
        case = town.acceptor.act(case, "verify", verifier=str(town.worker.id))
        case = town.worker.act(case, "confirm_true", lon=HERE[0], lat=HERE[1], attachments=[town.photo()])
    case = town.acceptor.act(case, "accept")
    case = town.duty.act(case, "file", **{"class": GARBAGE, "condition": "1"})
    case = town.dispatcher.act(case, "dispatch", lead=HOUSING)
    town.housing.act(case, "sign")
    town.housing.act(case, "finish", result="已清理", attachments=[town.photo()])
    case = town.worker.act(case, "pass_check", lon=HERE[0], lat=HERE[1], attachments=[town.photo()])
    town.bring_photos(case, but)
    return case


def test_a_superiors_case_ends_by_its_senders_taking_it_back_too(town, clock):
    case = _ticket(town)
    assert (case["ticket_kind"], case["external_due"], case["ticket"]["numbers"]) == (
        "complaint", "2026-12-20T10:00:00+00:00", ["督〔2026〕7号"],
    )  # fmt: skip
    guarded(town.acceptor.try_act(case, "sender_took_back"), "sender_asked_return")
    refused(town.duty.try_act(case, "ask_sender", reason="不属本县"), 403, "act_forbidden")
    refused(town.acceptor.try_act(case, "ask_sender"), 422, "data_missing")
    case = town.acceptor.act(case, "ask_sender", reason="地点在邻县")
    assert case["ticket"]["asked"] == "return"
    (queue,) = (one for one in town.acceptor.get("queues").get_json()["items"] if one["queue"] == "sender_asked")
    assert queue["count"] == 1
    guarded(town.acceptor.try_act(case, "ask_sender", reason="再问"), "sender_unasked")
    case = town.acceptor.act(case, "sender_refused", reason="请就近处理")
    guarded(town.acceptor.try_act(case, "ask_sender", reason="再问"), "sender_asks_left")
    second = _ticket(town, external_no="督〔2026〕8号")
    town.acceptor.act(second, "accept")
    town.acceptor.act(second, "ask_sender", reason="地点在邻县")
    clock.tick(hours=30)
    ended = town.acceptor.act(second, "sender_took_back", note="电话告知")
    assert (ended["state"], ended["ended_how"]) == ("rejected", "returned_to_sender")
    late = _ticket(town, external_no="督〔2026〕9号")
    clock.tick(hours=25)
    guarded(town.acceptor.try_act(late, "ask_sender", reason="地点在邻县"), "sender_hours_left")
    again = town.acceptor.act(ended, "second_order", reason="经核在本县", external_due="2026-12-30T18:00:00+08:00")
    assert (again["state"], again["round"], again["ended_how"]) == ("reported", 2, None)
    assert town.acceptor.act(again, "ask_sender", reason="仍在邻县")["ticket"]["asked"] == "return"
    own = town.worker.report().get_json()
    guarded(town.acceptor.try_act(own, "ask_sender", reason="不是我们的"), "from_sender")


def test_only_the_sender_moves_its_date_and_the_end_of_the_case_with_it(town):
    case = town.acceptor.act(_ticket(town, external_due="2026-11-23T15:00:00+08:00"), "accept")
    case = town.duty.act(case, "file", **{"class": GARBAGE, "condition": "1"})
    assert clocks_of(case, "case")[0]["due_at"] == "2026-11-23T07:00:00+00:00"  # the sender wants it before the class
    guarded(town.acceptor.try_act(case, "sender_gave_time", external_due=DUE), "sender_asked_time")
    past = town.acceptor.try_act(case, "ask_sender_time", external_due="2026-11-01T09:00:00+08:00", reason="雨天")
    assert set(refused(past, 422)["fields"]) == {"data.external_due"}
    for answer in ("sender_kept_date", "sender_gave_time"):
        case = town.acceptor.act(case, "ask_sender_time", external_due="2026-11-23T17:00:00+08:00", reason="雨天")
        data = {"external_due": "2026-11-23T16:00:00+08:00"} if answer == "sender_gave_time" else {"reason": "按期办结"}
        case = town.acceptor.act(case, answer, **data)
    assert case["external_due"] == "2026-11-23T08:00:00+00:00"
    assert clocks_of(case, "case")[0]["due_at"] == "2026-11-23T08:00:00+00:00"


@pytest.mark.parametrize("by", ["reply", "close", "force_close"])
def test_what_wants_a_reply_is_not_closed_without_one(town, by):
    case = _handled(town, _hotline(town))
    assert case["ticket"]["reply_owed"]
    fields = {"data.reply", "data.outcome"}
    assert set(refused(town.duty.try_act(case, "close"), 422, "data_missing")["fields"]) == fields
    forced = {"reason": "无法解决", "attachments": [town.photo()]}
    assert set(refused(town.leader.try_act(case, "force_close", **forced), 422, "data_missing")["fields"]) == fields
    said = {"reply": "已清理，谢谢反映", "outcome": "solved"}
    if by == "reply":
        case = town.acceptor.act(case, "reply", **said)
        half = town.duty.try_act(case, "close", reply="又一次")
        assert set(refused(half, 422)["fields"]) == {"data.outcome"}
        closed = town.duty.act(case, "close")
    else:
        closed = (town.duty if by == "close" else town.leader).act(
            case, by, **said, **(forced if by == "force_close" else {})
        )
    assert (closed["state"], closed["ticket"]["reply"], closed["ticket"]["outcome"]) == (
        "closed", said["reply"], "solved",
    )  # fmt: skip


def test_a_reason_is_the_reply_where_it_is_not_taken_on_and_who_wants_none_gets_none(town):
    refused_case = town.acceptor.act(_hotline(town), "refuse", reason="不属于网格事项")
    assert (refused_case["ticket"]["reply"], refused_case["ticket"]["outcome"]) == ("不属于网格事项", "not_taken")
    silent = _handled(town, _hotline(town, reply_wanted=False))
    assert town.duty.act(silent, "close")["ticket"]["reply"] is None
    noted = _handled(town, town.acceptor.report(source="citizen", reporter=CITIZEN).get_json())
    noted = town.acceptor.act(noted, "note_ticket", reply_wanted=True, ticket_kind="help", external_no="微-3")
    assert (noted["ticket_kind"], noted["external_no"]) == ("help", "微-3")
    refused(town.duty.try_act(noted, "close"), 422, "data_missing")
    refused(town.acceptor.try_act(noted, "note_ticket"), 422)


def test_a_second_order_opens_a_round_with_its_own_number_date_and_reply(town):
    case = _handled(town, _hotline(town))
    case = town.duty.act(case, "close", reply="已清理", outcome="solved")
    again = town.acceptor.act(
        case, "second_order", reason="仍有垃圾", external_no="12345-0099", external_due="2026-12-24T18:00:00+08:00"
    )
    assert (again["state"], again["round"]) == ("filed", 2)
    assert (again["external_no"], again["external_due"]) == ("12345-0099", "2026-12-24T10:00:00+00:00")
    assert again["ticket"]["numbers"] == ["12345-0099", "12345-0042"]
    assert results(again, "case") == [("case", "in_time"), ("case", None)]
    assert again["ticket"]["reply_owed"]
    found = town.acceptor.get("cases", text="12345-0042").get_json()["items"]
    assert [one["case_id"] for one in found] == [case["case_id"]]


def test_what_its_sender_took_back_comes_again_by_its_sender_alone_and_from_the_beginning(town):
    case = town.acceptor.act(_ticket(town), "accept")
    case = town.duty.act(case, "file", **{"class": GARBAGE, "condition": "1"})
    case = town.acceptor.act(case, "ask_sender", reason="地点在邻县")
    case = town.housing.act(town.dispatcher.act(case, "dispatch", lead=HOUSING), "sign")
    case = town.acceptor.act(case, "sender_took_back")
    assert (case["state"], case["ended_how"]) == ("rejected", "returned_to_sender")
    assert "reconsider" not in town.supervisor.actions(case)
    guarded(town.supervisor.try_act(case, "reconsider", reason="应当受理"), "not_taken_back")
    again = town.acceptor.act(case, "second_order", reason="经核在本县")
    assert (again["state"], again["round"], again["ended_how"], again["lead"]) == ("reported", 2, None, None)
    again = town.duty.act(town.acceptor.act(again, "accept"), "file", **{"class": GARBAGE, "condition": "1"})
    assert again["lead"] is None
    assert results(again, "case") == [("case", "none"), ("case", None)]


def test_a_ticket_that_is_merged_in_after_the_reply_wants_one_too(town, clock):
    case = town.acceptor.act(_ticket(town, reply_wanted=True), "reply", reply="已办", outcome="solved")
    assert not case["ticket"]["reply_owed"]
    clock.tick(minutes=1)
    silent, asking = (_ticket(town, external_no=f"督〔2026〕{n}号", reply_wanted=n == 9) for n in (8, 9))
    town.acceptor.act(silent, "merge", into=case["case_id"])
    assert not town.acceptor.read(case)["ticket"]["reply_owed"]
    town.acceptor.act(asking, "merge", into=case["case_id"])
    case = town.acceptor.read(case)
    assert case["ticket"]["reply_owed"]
    clock.tick(minutes=1)
    assert not town.acceptor.act(case, "reply", reply="均已办", outcome="solved")["ticket"]["reply_owed"]


def test_what_was_asked_of_the_sender_in_an_earlier_round_stops_nobody_from_asking_again(town):
    case = _handled(town, _ticket(town, reply_wanted=False))
    case = town.acceptor.act(case, "ask_sender_time", external_due="2027-01-10T18:00:00+08:00", reason="雨天")
    case = town.supervisor.act(town.duty.act(case, "close"), "reopen", reason="没有解决")
    assert case["ticket"]["asked"] is None
    case = town.acceptor.act(case, "ask_sender_time", external_due="2027-01-11T18:00:00+08:00", reason="雨天")
    assert case["ticket"]["asked"] == "time"


def test_who_is_called_back_is_reached_or_not_content_or_not_and_says_why(town, clock):
    case = town.duty.act(_handled(town, _hotline(town, reply_wanted=False)), "close")

    def waiting():
        listed = town.acceptor.get("cases", queue="to_call_back").get_json()["items"]
        return [one["case_id"] for one in listed]

    assert waiting() == [case["case_id"]]
    case = town.acceptor.act(case, "call_back", contacted=False, note="无人接听")
    assert (case["ticket"]["calls"], case["ticket"]["called_back"], waiting()) == (1, False, [case["case_id"]])
    refused(town.acceptor.try_act(case, "call_back", contacted=True), 422, "data_missing")
    for said in ({"solved": False}, {"solved": False, "satisfaction": "satisfied"}):
        assert set(refused(town.acceptor.try_act(case, "call_back", **said), 422)["fields"]) == {"data.why"}
    why = town.acceptor.try_act(case, "call_back", contacted=True, solved=True, satisfaction="partly")
    assert set(refused(why, 422)["fields"]) == {"data.why"}
    case = town.acceptor.act(case, "call_back", contacted=True, solved=False, satisfaction="not", why="又堆上了")
    assert (case["ticket"]["satisfaction"], case["reopen_wanted"], waiting()) == ("not", True, [])
    refused(town.supervisor.try_act(case, "decline_reopen"), 422, "data_missing")
    refused(town.duty.try_act(case, "decline_reopen", reason="已解决"), 403, "act_forbidden")
    case = town.supervisor.act(case, "decline_reopen", reason="系新的垃圾，另行上报")
    assert not case["reopen_wanted"]
    guarded(town.leader.try_act(case, "decline_reopen", reason="再次"), "reopening_wanted")
    assert town.acceptor.act(case, "call_back", solved=True)["ticket"]["calls"] == 3  # as clients have said it so far
    other = town.duty.act(_handled(town, _hotline(town, external_no="12345-7", reply_wanted=False)), "close")
    assert waiting() == [other["case_id"]]
    clock.tick(days=8)
    assert waiting() == []


def test_departments_see_nothing_by_which_a_secret_sender_is_known(town):
    case = _hotline(town, secret=True)
    paper, _ = town.acceptor.upload(case, b"%PDF-1.4 12345", purpose="document", kind="application/pdf")
    town.acceptor.act(case, "attach", attachments=[paper])
    case = _handled(town, case, but=(paper,))
    closed = town.duty.act(case, "close", reply="李女士您好，已清理", outcome="solved")
    town.acceptor.act(closed, "call_back", solved=True, satisfaction="satisfied", note="李女士满意")
    seen = town.housing.read(closed)
    assert (seen["secret"], seen["external_no"], seen["reporter_id"]) == (True, None, None)
    assert (seen["ticket"]["numbers"], seen["ticket"]["reply"]) == ([], None)
    (listed,) = town.housing.get("cases").get_json()["items"]
    assert (listed["external_no"], listed["reporter_id"], listed["secret"]) == (None, None, True)
    assert town.housing.get("cases", text="12345-0042").get_json()["items"] == []
    steps = town.housing.get(f"cases/{case['case_id']}/steps").text
    for told in ("12345-0042", "李女士", str(town.acceptor.id) + '","reporter', paper):
        assert told not in steps.replace(" ", ""), told
    assert town.housing.get(f"cases/{case['case_id']}/attachments/{paper}").status_code == 404
    synced = town.housing.send("POST", "sync", {"cursor": None, "operations": []}).get_json()["changes"]
    assert [one["external_no"] for one in synced] == [None]
    # who takes tickets in is told, and whoever watches over all of it
    for actor in (town.acceptor, town.supervisor):
        assert actor.read(closed)["external_no"] == "12345-0042"
        assert [one["external_no"] for one in actor.get("cases").get_json()["items"]] == ["12345-0042"]
    assert len(town.acceptor.get("cases", text="12345-0042").get_json()["items"]) == 1
    open_one = _handled(town, _hotline(town, external_no="12345-8"))
    assert town.housing.read(open_one)["external_no"] == "12345-8"


def test_a_secret_sender_is_not_known_by_files_consents_or_whoever_took_it_in(town):
    scan, case_id = town.photo(), str(uuid4())
    town.acceptor.upload(case_id, jpeg(), purpose="before", attachment_id=scan)  # the order, photographed
    due = "2026-11-24T09:00:00+08:00"
    case = _ticket(town, secret=True, case_id=case_id, attachments=[scan], external_due=due)
    case = town.acceptor.act(case, "accept")
    case = town.duty.act(case, "file", **{"class": GARBAGE, "condition": "1"})
    case = town.dispatcher.act(case, "dispatch", lead=HOUSING)
    town.housing.act(case, "sign")
    town.housing.act(case, "ask_extension", due_at="2026-11-25T09:00:00+08:00", reason="雨天")
    consent = {"consent": "市局督〔2026〕7号张科长", "consent_due_at": "2026-11-25T09:00:00+08:00", "reason": "同意"}
    town.duty.act(case, "grant_extension", **consent)
    own = town.photo()
    town.housing.act(case, "finish", result="已清理", attachments=[own])
    case = town.worker.act(case, "pass_check", lon=HERE[0], lat=HERE[1], attachments=[town.photo()])
    town.bring_photos(case, but=(scan,))
    case = town.duty.act(case, "close", reply="已清理", outcome="solved")
    record, _ = town.acceptor.upload(case, jpeg(), purpose="check")
    town.acceptor.act(case, "call_back", solved=True, satisfaction="satisfied", attachments=[record])
    path = f"cases/{case['case_id']}"
    assert [_opened(town.housing, path, one) for one in (scan, record, own)] == [404, 404, 200]
    steps = town.housing.get(f"{path}/steps").get_json()["items"]
    told = [one for one in (scan, record, "张科长", "督〔2026〕") if one in str(steps)]
    first = steps[0]
    assert (told, first["actor"]["person_id"], first["actor"]["name_en"]) == ([], None, "Kept secret")
    full = town.acceptor.get(f"{path}/steps").get_json()["items"]
    assert [one in str(full) for one in (scan, record, "张科长")] == [True] * 3
    assert full[0]["actor"]["person_id"] == str(town.acceptor.id)
    assert [_opened(town.acceptor, path, one) for one in (scan, record, own)] == [200] * 3


def _opened(actor, path, attachment_id):
    with actor.get(f"{path}/attachments/{attachment_id}") as answer:
        return answer.status_code


def test_whoever_also_works_for_the_department_is_not_told_either(town):
    town.also(town.duty, "department_desk", "department", HOUSING)
    case = _hotline(town, secret=True)
    assert town.duty.read(case)["external_no"] == "12345-0042"
    case = town.acceptor.act(case, "verify", verifier=str(town.worker.id))
    case = town.worker.act(case, "confirm_true", lon=HERE[0], lat=HERE[1], attachments=[town.photo()])
    case = town.acceptor.act(case, "accept")
    case = town.duty.act(case, "file", **{"class": GARBAGE, "condition": "1"})
    town.dispatcher.act(case, "dispatch", lead=HOUSING)
    assert town.duty.read(case)["external_no"] is None


def test_a_merged_ticket_brings_its_number_date_and_wishes_and_takes_them_back(town):
    own = town.filed()
    ends = clocks_of(own, "case")[0]["due_at"]
    first = _ticket(town, external_due="2026-11-23T15:00:00+08:00", secret=True)
    second = _ticket(town, external_no="督〔2026〕8号", external_due="2026-11-23T16:00:00+08:00", source="hotline")
    for case in (first, second):
        town.acceptor.act(case, "merge", into=own["case_id"])
    carrier = town.acceptor.read(own)
    assert carrier["ticket"]["numbers"] == ["督〔2026〕7号", "督〔2026〕8号"]
    assert (carrier["external_due"], carrier["secret"]) == ("2026-11-23T07:00:00+00:00", True)
    assert clocks_of(carrier, "case")[0]["due_at"] == "2026-11-23T07:00:00+00:00"
    assert carrier["ticket"]["reply_owed"]
    assert town.steps(own)[-2:] == ["carry", "carry"]
    for number in ("督〔2026〕7号", "督〔2026〕8号"):
        found = {one["case_id"] for one in town.acceptor.get("cases", text=number).get_json()["items"]}
        assert own["case_id"] in found
    town.dispatcher.act(own, "dispatch", lead=HOUSING)
    assert town.housing.read(own)["ticket"]["numbers"] == []
    assert town.housing.get("cases", text="督〔2026〕7号").get_json()["items"] == []
    (listed,) = town.housing.get("cases").get_json()["items"]
    assert (listed["secret"], listed["external_no"], listed["reporter_id"]) == (True, None, None)
    steps = town.housing.get(f"cases/{own['case_id']}/steps").get_json()["items"]
    assert not [step["action"] for step in steps if "督〔2026〕" in str(step)]
    town.acceptor.act(first, "unmerge", reason="不是同一处")
    town.drain()
    carrier = town.acceptor.read(own)
    assert (carrier["ticket"]["numbers"], carrier["external_due"]) == (["督〔2026〕8号"], "2026-11-23T08:00:00+00:00")
    assert not carrier["secret"]
    # merged there again before the job came: it stays
    town.acceptor.act(second, "unmerge", reason="不是同一处")
    town.acceptor.act(second, "merge", into=own["case_id"])
    town.drain()
    assert town.acceptor.read(own)["ticket"]["numbers"] == ["督〔2026〕8号"]
    town.acceptor.act(second, "unmerge", reason="不是同一处")
    town.drain()
    carrier = town.acceptor.read(own)
    assert (carrier["ticket"]["numbers"], carrier["external_due"]) == ([], None)
    assert clocks_of(carrier, "case")[0]["due_at"] == ends


def test_whoever_waits_behind_a_merged_ticket_gives_time_orders_again_and_is_called_back(town):
    own = town.filed()
    for number, due in (("12345-7", "2026-11-23T15:00:00+08:00"), ("督-8", "2026-11-23T16:00:00+08:00")):
        source = "hotline" if number == "12345-7" else "superior"
        citizen = {"reporter": CITIZEN} if source == "hotline" else {}
        ticket = _ticket(town, external_no=number, source=source, external_due=due, **citizen)
        town.acceptor.act(ticket, "merge", into=own["case_id"])
    guarded(town.acceptor.try_act(own, "ask_sender", reason="不是我们的"), "from_sender")  # it is not theirs to take
    wanted = {"external_due": "2026-11-23T17:00:00+08:00", "reason": "雨天"}
    which = refused(town.acceptor.try_act(own, "ask_sender_time", **wanted), 422)["fields"]["data.sender_no"]
    assert "12345-7" in str(which)
    assert set(refused(town.acceptor.try_act(own, "ask_sender_time", sender_no="1", **wanted), 422)["fields"]) == {
        "data.sender_no"
    }
    case = town.acceptor.act(own, "ask_sender_time", sender_no="12345-7", **wanted)
    case = town.acceptor.act(
        case, "sender_gave_time", sender_no="12345-7", external_due="2026-11-23T17:00:00+08:00", reason="同意"
    )
    assert case["external_due"] == "2026-11-23T08:00:00+00:00"  # that of the other, the earliest now
    case = town.acceptor.act(case, "ask_sender_time", sender_no="督-8", **wanted)
    case = town.acceptor.act(case, "sender_gave_time", sender_no="督-8", external_due="2026-11-23T18:00:00+08:00")
    assert case["external_due"] == clocks_of(case, "case")[0]["due_at"] == "2026-11-23T09:00:00+00:00"
    case = town.leader.act(
        case, "force_close", reason="无法解决", attachments=[town.photo()], reply="已清理", outcome="solved"
    )
    waiting = town.acceptor.get("cases", queue="to_call_back").get_json()["items"]
    assert [one["case_id"] for one in waiting] == [own["case_id"]]
    case = town.acceptor.act(
        case, "second_order", reason="仍有垃圾", sender_no="督-8", external_no="督-9", external_due=DUE
    )
    assert (case["external_no"], case["ticket"]["numbers"], case["round"]) == (None, ["12345-7", "督-9", "督-8"], 2)
    assert case["ticket"]["reply_owed"]
    with town.app.app_context():
        assert verify.now(UUID(case["case_id"])) == []


def test_an_answer_is_that_of_the_sender_who_was_asked_and_keeps_a_case_from_being_merged(town):
    own = town.acceptor.act(_ticket(town, external_no="督-1", external_due="2026-11-23T18:00:00+08:00"), "accept")
    first, second = (
        _hotline(town, external_no="12345-7", external_due=due)
        for due in ("2026-11-23T15:00:00+08:00", "2026-11-23T16:00:00+08:00")
    )
    for ticket in (first, second):  # both are known by one number
        town.acceptor.act(ticket, "merge", into=own["case_id"])
    wanted = {"external_due": "2026-11-23T17:00:00+08:00", "reason": "雨天"}
    which = refused(town.acceptor.try_act(own, "ask_sender_time", sender_no="12345-7", **wanted), 422)["fields"]
    assert first["number"] in str(which["data.sender_no"])
    case = town.acceptor.act(own, "ask_sender_time", sender_no=second["number"], **wanted)
    for answer, words in (("sender_gave_time", wanted), ("sender_kept_date", {"reason": "不宜延期"})):
        other = refused(town.acceptor.try_act(case, answer, sender_no="督-1", **words), 422)["fields"]
        assert second["number"] in str(other["data.sender_no"])
    case = town.acceptor.act(case, "sender_gave_time", **wanted)
    assert case["external_due"] == "2026-11-23T07:00:00+00:00"  # that of the first, unmoved
    later = {**wanted, "external_due": "2026-11-23T19:00:00+08:00"}
    case = town.acceptor.act(case, "ask_sender_time", sender_no=first["number"], **later)
    case = town.acceptor.act(case, "sender_gave_time", sender_no=first["number"], **later)
    assert case["external_due"] == "2026-11-23T09:00:00+00:00"  # that of the second, and not the case's own
    case = town.acceptor.act(case, "ask_sender_time", sender_no=second["number"], **later)
    town.acceptor.act(second, "unmerge", reason="不是同一处")
    town.drain()
    case = town.acceptor.read(own)
    assert (case["ticket"]["asked"], case["external_due"]) == (None, "2026-11-23T10:00:00+00:00")
    case = town.acceptor.act(case, "ask_sender_time", sender_no=own["number"], **later)
    into = town.worker.report().get_json()
    guarded(town.acceptor.try_act(case, "merge", into=into["case_id"]), "sender_unasked")
    case = town.acceptor.act(case, "sender_kept_date", sender_no="督-1", reason="不宜延期")
    assert town.acceptor.act(case, "merge", into=into["case_id"])["state"] == "merged"
    with town.app.app_context():
        assert [fault for each in (own, second, into) for fault in verify.now(UUID(each["case_id"]))] == []


def test_nonsense_about_a_ticket_is_refused_and_leaves_nothing(town):
    for wrong in ({"ticket_kind": "nonsense"}, {"secret": "maybe"}, {"reply_wanted": []}):
        refused(town.acceptor.report(source="hotline", case_id=str(uuid4()), **wrong), 422)
    case = _ticket(town)
    refused(town.acceptor.try_act(case, "reply", reply="已办", outcome="perhaps"), 422)
    refused(town.acceptor.try_act(case, "carry", **{"from": case["case_id"]}), 403, "act_forbidden")
    assert town.steps(case) == ["report"]
