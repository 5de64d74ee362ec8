"""What a sender gave while its ticket was merged goes home with the case that stands alone again."""

import pytest

from tests.factories.town import GARBAGE, HOUSING
from tests.stories.test_tickets import _ticket

NEW_DUE = "2027-01-20T18:00:00+08:00"


@pytest.mark.parametrize("way", ["gave_time", "consent"])
def test_a_date_that_its_sender_gave_while_it_was_merged_goes_home_with_a_case(town, way):
    own = town.filed()
    first = _ticket(town, external_due="2026-11-25T15:00:00+08:00")
    second = _ticket(town, external_no="督〔2026〕8号", external_due="2027-03-01T16:00:00+08:00", source="hotline")
    for case in (first, second):
        town.acceptor.act(case, "merge", into=own["case_id"])
    if way == "gave_time":
        town.acceptor.act(own, "ask_sender_time", sender_no="督〔2026〕7号", external_due=NEW_DUE, reason="工程未完")
        town.acceptor.act(own, "sender_gave_time", external_due=NEW_DUE)
    else:
        _consent(town, own)
    back = town.acceptor.act(first, "unmerge", reason="不是同一处")
    assert back["external_due"] == "2027-01-20T10:00:00+00:00"
    assert town.acceptor.act(second, "unmerge", reason="不是同一处")["external_due"] == "2027-03-01T08:00:00+00:00"
    town.drain()
    assert town.acceptor.read(own)["external_due"] is None


def _consent(town, own):
    """Let a department have more time than the date from above, to which its giver consents."""
    case = town.housing.act(town.dispatcher.act(own, "dispatch", lead=HOUSING), "sign")
    case = town.housing.act(case, "ask_extension", due_at="2026-11-26T09:00:00+08:00", reason="等待材料")
    paper = {"consent": "热线 电话同意", "consent_due_at": NEW_DUE, "reason": "情况属实"}
    town.leader.act(case, "grant_extension", **paper)


def test_a_number_and_an_earlier_date_of_a_second_order_go_home_through_two_cases(town):
    """The hotline's ticket lies in a worker's case, that one in another, which closes and is ordered again."""
    ticket = _ticket(town, source="hotline", external_no="12345-1", external_due=NEW_DUE)
    between, own = town.worker.report(GARBAGE).get_json(), town.checked()
    town.acceptor.act(ticket, "merge", into=between["case_id"])
    town.acceptor.act(between, "merge", into=own["case_id"])
    town.bring_photos(own)
    case = town.duty.act(own, "close", reply="已清理", outcome="solved")
    sooner = "2026-12-20T18:00:00+08:00"
    town.acceptor.act(case, "second_order", reason="仍有垃圾", external_no="12345-2", external_due=sooner)
    back = town.acceptor.act(between, "unmerge", reason="不是同一处")
    assert (back["ticket"]["numbers"], back["external_due"]) == (["12345-2", "12345-1"], "2026-12-20T10:00:00+00:00")
    town.drain()
    back = town.acceptor.act(ticket, "unmerge", reason="不是同一处")
    assert (back["external_no"], back["external_due"]) == ("12345-2", "2026-12-20T10:00:00+00:00")
    assert set(back["ticket"]["numbers"]) == {"12345-1", "12345-2"}
    town.drain()
    assert town.acceptor.read(between)["ticket"]["numbers"] == []


def test_what_was_noted_of_a_merged_ticket_goes_home_with_its_case(town):
    own, ticket = town.filed(), _ticket(town, source="hotline", external_no="12345-1")
    town.acceptor.act(ticket, "merge", into=own["case_id"])
    town.acceptor.act(own, "note_ticket", sender_no="12345-1", external_no="12345-7", secret=True, reply_wanted=False)
    back = town.acceptor.act(ticket, "unmerge", reason="不是同一处")
    assert (back["external_no"], back["secret"], back["ticket"]["reply_owed"]) == ("12345-7", True, False)
