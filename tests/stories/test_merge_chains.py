"""What a merge carried goes back along the whole chain, whoever carries it now, and whichever case of it is parted."""

from itertools import pairwise
from uuid import UUID

from app.cases.proof import verify
from tests.factories.town import GARBAGE
from tests.stories.test_tickets import _hotline, _ticket

SOONER, LATER = "2026-12-10T10:00:00+00:00", "2026-12-18T10:00:00+00:00"


def _chain(town, ticket, length=2):
    """Merge a ticket into a case, that into a further one, and so on; return them, the last one carries."""
    line = [ticket]
    for _ in range(length):
        line.append(town.worker.report(GARBAGE).get_json())
    for lower, upper in pairwise(line):
        town.acceptor.act(lower, "merge", into=upper["case_id"])
    return line


def _carries(town, case):
    case = town.acceptor.read(case)
    return case["ticket"]["numbers"], case["external_due"], case["secret"], case["ticket"]["reply_owed"]


def _proven(town, *cases):
    with town.app.app_context():
        return [fault for each in cases for fault in verify.now(UUID(each["case_id"]))] == []


def test_the_lowest_of_a_chain_takes_all_it_brought_out_of_every_case_above(town):
    for length in (1, 2, 3):
        ticket = _hotline(town, external_no=f"12345-{length}", external_due=LATER, secret=True, reply_wanted=True)
        line = _chain(town, ticket, length)
        assert _carries(town, line[-1]) == ([f"12345-{length}"], LATER, True, True)
        town.acceptor.act(ticket, "unmerge", reason="不是同一处")
        town.drain()
        assert [_carries(town, case) for case in line[1:]] == [([], None, False, False)] * length, length
        assert _carries(town, ticket) == ([f"12345-{length}"], LATER, True, True)
        assert _proven(town, *line)


def test_the_others_of_a_chain_keep_theirs_when_one_is_parted(town):
    ticket = _hotline(town, external_no="12345-1", external_due=LATER, secret=True)
    _, between, last = line = _chain(town, ticket)
    town.acceptor.act(between, "unmerge", reason="先分开")
    second = _ticket(town, external_no="督-2", external_due="2026-12-19T10:00:00+00:00")
    town.acceptor.act(second, "merge", into=between["case_id"])
    town.acceptor.act(between, "merge", into=last["case_id"])
    town.acceptor.act(ticket, "unmerge", reason="不是同一处")
    town.drain()
    assert _carries(town, last)[:3] == (["督-2"], "2026-12-19T10:00:00+00:00", False)
    town.acceptor.act(between, "unmerge", reason="也不是")
    town.drain()
    assert _carries(town, last)[:3] == ([], None, False)
    assert _carries(town, between)[:2] == (["督-2"], "2026-12-19T10:00:00+00:00")
    assert _proven(town, *line, second)


def test_what_its_sender_gave_at_the_top_of_a_chain_goes_home_to_the_lowest(town):
    ticket = _hotline(town, external_no="12345-1", external_due=SOONER)
    _, between, last = line = _chain(town, ticket, 2)
    town.acceptor.act(last, "ask_sender_time", sender_no="12345-1", external_due=LATER, reason="工程未完")
    town.acceptor.act(last, "sender_gave_time", external_due=LATER)
    town.acceptor.act(last, "note_ticket", sender_no="12345-1", external_no="12345-7", secret=True)
    further = "2026-12-20T10:00:00+00:00"
    town.acceptor.act(last, "ask_sender_time", sender_no="12345-7", external_due=further, reason="再申请")
    back = town.acceptor.act(ticket, "unmerge", reason="不是同一处")
    assert (back["external_no"], back["external_due"], back["secret"]) == ("12345-7", LATER, True)
    assert back["ticket"]["asked"] == "time"
    town.drain()
    assert town.acceptor.act(ticket, "sender_gave_time", external_due=further)["external_due"] == further
    assert [_carries(town, case) for case in (between, last)] == [([], None, False, False)] * 2
    assert town.acceptor.read(last)["ticket"]["asked"] is None
    assert _proven(town, *line)


def test_the_own_sender_of_a_case_between_keeps_what_it_gave_at_the_top(town):
    between, last = _ticket(town, external_no="督-1", external_due=SOONER), town.worker.report(GARBAGE).get_json()
    ticket = _hotline(town, external_no="12345-1", external_due=LATER)
    town.acceptor.act(ticket, "merge", into=between["case_id"])
    town.acceptor.act(between, "merge", into=last["case_id"])
    town.acceptor.act(last, "ask_sender_time", sender_no="督-1", external_due=LATER, reason="工程未完")
    town.acceptor.act(last, "sender_gave_time", external_due=LATER)
    back = town.acceptor.act(ticket, "unmerge", reason="不是同一处")
    assert (back["external_no"], back["external_due"]) == ("12345-1", LATER)
    town.drain()
    assert _carries(town, last)[:2] == (["督-1"], LATER)
    back = town.acceptor.act(between, "unmerge", reason="也不是")
    assert (back["external_no"], back["external_due"], back["ticket"]["numbers"]) == ("督-1", LATER, ["督-1"])
