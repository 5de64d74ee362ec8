"""A ticket that was voided is ordered again; of those that are closed, who can be called is called back."""

from tests.support.looks import guarded


def test_a_ticket_that_was_voided_is_ordered_a_second_time_too(town):
    case = town.acceptor.report(source="hotline", external_no="12345-0031").get_json()
    case = town.duty.act(case, "void", reason="重复登记")
    assert "second_order" in town.acceptor.actions(case)
    again = town.acceptor.act(case, "second_order", reason="并非重复")
    assert (again["state"], again["round"], again["ended_how"]) == ("reported", 2, None)
    own = town.worker.act(town.worker.report().get_json(), "withdraw")
    guarded(town.acceptor.try_act(own, "second_order", reason="再办"), "any_sender")


def test_only_who_can_be_called_stands_to_be_called_back_and_not_for_ever(town):
    def closed(number, reporter):
        case = town.acceptor.report(source="hotline", external_no=number, reply_wanted=False, reporter=reporter)
        paper = {"reason": "无法解决", "attachments": [town.photo()]}
        return town.leader.act(case.get_json(), "force_close", **paper)

    def waiting():
        listed = town.acceptor.get("cases", queue="to_call_back").get_json()["items"]
        return [one["case_id"] for one in listed]

    known = {"name": "张三", "consent": True}
    closed("12345-1", {"anonymous": True})
    closed("12345-2", known)
    case = closed("12345-3", known | {"phone": "13800000000"})
    for left in ([case["case_id"]], [case["case_id"]], []):
        town.acceptor.act(case, "call_back", contacted=False, note="无人接听")
        assert waiting() == left
