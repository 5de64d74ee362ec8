"""A ticket that was merged into another case keeps its own sender: what is said of it is said of no other."""

from uuid import UUID

from app.cases.proof import verify
from tests.support.looks import refused

CITIZEN = {"name": "李小红", "phone": "13800001234", "consent": True}


def _ticket(town, number, **body):
    return town.acceptor.report(external_no=number, reply_wanted=False, **{"source": "superior", **body}).get_json()


def _hotline(town, number):
    return _ticket(town, number, source="hotline", reporter=CITIZEN)


def test_the_sender_of_a_merged_ticket_takes_nothing_back_but_its_own(town):
    own = _ticket(town, "督-1")
    carried = _hotline(town, "12345-7")
    town.acceptor.act(carried, "merge", into=own["case_id"])

    def other(action, number, **said):
        fields = refused(town.acceptor.try_act(own, action, sender_no=number, **said), 422)["fields"]
        assert "督-1" in str(fields["data.sender_no"]), fields

    for number in ("12345-7", carried["number"]):
        other("ask_sender", number, reason="地点在邻县")
    town.acceptor.act(own, "ask_sender", reason="地点在邻县", sender_no="督-1")
    for number in ("12345-7", carried["number"]):
        other("sender_took_back", number)
        other("sender_refused", number, reason="请就近处理")
    assert town.acceptor.read(own)["ticket"]["asked"] == "return"
    ended = town.acceptor.act(own, "sender_took_back", sender_no=own["number"])
    assert ended["ended_how"] == "returned_to_sender"


def test_what_is_noted_of_a_merged_ticket_stays_with_that_ticket(town):
    own = _ticket(town, "督-1")
    carried = _hotline(town, "12345-7")
    town.acceptor.act(carried, "merge", into=own["case_id"])
    refused(town.acceptor.try_act(own, "note_ticket", sender_no="12345-7"), 422)
    kind = town.acceptor.try_act(own, "note_ticket", sender_no="12345-7", ticket_kind="help")
    assert set(refused(kind, 422)["fields"]) == {"data.ticket_kind"}
    case = town.acceptor.act(
        own, "note_ticket", sender_no="12345-7", secret=True, reply_wanted=True, external_no="12345-8"
    )
    assert (case["external_no"], case["ticket"]["numbers"]) == ("督-1", ["督-1", "12345-8", "12345-7"])
    assert (case["secret"], case["ticket"]["reply_wanted"]) == (True, True)
    town.acceptor.act(carried, "unmerge", reason="不是同一处")
    town.drain()
    case = town.acceptor.read(own)
    assert (case["secret"], case["ticket"]["reply_wanted"], case["ticket"]["numbers"]) == (False, False, ["督-1"])
    alone = town.acceptor.report(source="citizen", reporter=CITIZEN, external_no="微-3").get_json()
    assert town.acceptor.act(alone, "note_ticket", sender_no="微-3", ticket_kind="help")["ticket_kind"] == "help"
    refused(town.acceptor.try_act(alone, "note_ticket", sender_no="微-4", ticket_kind="ask"), 422)
    with town.app.app_context():
        assert [fault for each in (own, carried, alone) for fault in verify.now(UUID(each["case_id"]))] == []
