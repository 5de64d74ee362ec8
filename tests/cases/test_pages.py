"""Queues, lists and cases as desks see them, and the acts taken there."""

from tests.attachments.pictures import jpeg
from tests.desk.browser import Desk, Fields, path_of
from tests.factories.town import HERE, WATER, Town

LIST = {"list": "queue=to_accept"}


def test_the_whole_loop_by_forms(app):
    town = Town(app)
    case = town.worker.report().get_json()
    case_id = case["case_id"]
    acceptor = Desk(app, town.acceptor)
    assert "待受理" in acceptor.get("/desk/").text
    listed = acceptor.get("/desk/queues/to_accept")
    assert case["number"] in listed.text
    page = acceptor.get(f"/desk/cases/{case_id}?list=queue%3Dto_accept")
    assert page.status_code == 200, page.text
    done = acceptor.act(case, "accept", LIST)
    assert done.status_code == 303, done.text
    assert path_of(done) == "/desk/queues/to_accept"
    done = Desk(app, town.duty).act(case, "file", condition="1")
    assert done.status_code == 303, done.text
    done = Desk(app, town.dispatcher).act(case, "dispatch", lead="县住房和城乡建设局", assist=[WATER])
    assert done.status_code == 303, done.text
    for desk in (Desk(app, town.water), Desk(app, town.housing)):
        assert desk.act(case, "sign").status_code == 303
        answer = desk.act(case, "finish", result="已清理", attachments=[town.photo()])
        assert answer.status_code == 303, answer.text
    where = {"lon": str(HERE[0]), "lat": str(HERE[1]), "attachments": [town.photo()]}
    done = Desk(app, town.worker).act(case, "pass_check", **where)
    assert done.status_code == 303, done.text
    town.bring_photos(case)
    done = Desk(app, town.duty).act(case, "close")
    assert done.status_code == 303, done.text
    assert town.supervisor.read(case)["state"] == "closed"
    assert "已结案" in Desk(app, town.duty).get(f"/desk/cases/{case_id}").text


def test_several_cases_are_acted_on_at_once_and_each_has_its_result(app):
    town = Town(app)
    cases = [town.worker.report().get_json() for _ in range(3)]
    desk = Desk(app, town.acceptor)
    chosen = "&".join(f"case={each['case_id']}" for each in cases)
    page = desk.get(f"/desk/bulk?{chosen}")
    assert page.status_code == 200
    assert "受理" in page.text
    assert 'value="verify"' in page.text
    page = desk.get(f"/desk/bulk?{chosen}&action=accept&list=queue%3Dto_accept")
    read = Fields()
    read.feed(page.text)
    town.acceptor.act(cases[2], "refuse", reason="不属网格事项")
    answer = desk.post(read.action, read.values)
    assert answer.status_code == 200, answer.text
    assert "办成 2 件，未办成 1 件" in answer.text
    assert [town.acceptor.read(each)["state"] for each in cases] == ["accepted", "accepted", "rejected"]
    again = desk.post(read.action, read.values)
    assert "办成 2 件" in again.text
    assert town.steps(cases[0]) == ["report", "accept"]


def test_what_not_all_chosen_cases_offer_is_not_offered(app):
    town = Town(app)
    cases = [town.worker.report().get_json(), town.accepted()]
    chosen = "&".join(f"case={each['case_id']}" for each in cases)
    desk = Desk(app, town.acceptor)
    assert 'value="accept"' not in desk.get(f"/desk/bulk?{chosen}").text
    assert desk.get(f"/desk/bulk?{chosen}&action=accept").status_code == 403


def test_a_photo_shows_when_it_was_taken_and_nothing_where_that_is_unknown(app):
    town = Town(app)
    with_time, without = town.photo(), town.photo()
    case = town.worker.report(attachments=[with_time]).get_json()
    other = town.worker.report(attachments=[without]).get_json()
    taken = {"taken_at": "2026-11-23T01:30:00Z", "purpose": "before"}
    town.client.put(
        f"/api/v1/cases/{case['case_id']}/attachments/{with_time}", query_string=taken, data=jpeg(),
        content_type="image/jpeg", headers=town.worker.headers,
    )  # fmt: skip
    town.worker.upload(other, jpeg(), purpose="before", attachment_id=without)
    desk = Desk(app, town.acceptor)
    captions = [desk.get(f"/desk/cases/{each['case_id']}").text.count("<figcaption>") for each in (case, other)]
    assert captions == [1, 0]
