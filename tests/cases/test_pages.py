"""Queues, lists and cases as desks see them, and the acts taken there."""

from tests.desk.browser import Desk, path_of
from tests.factories.town import WATER, Town


def test_the_whole_loop_by_forms(app):
    town = Town(app)
    case = town.worker.report().get_json()
    case_id = case["case_id"]
    acceptor = Desk(app, town.acceptor)
    assert "待受理" in acceptor.get("/desk/").text
    listed = acceptor.get("/desk/queues/to_accept")
    assert case["number"] in listed.text
    page = acceptor.get(f"/desk/cases/{case_id}?queue=to_accept")
    assert page.status_code == 200, page.text
    done = acceptor.act(case, "accept", {"queue": "to_accept"})
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
    where = {"lon": "111.95", "lat": "36.26", "attachments": [town.photo()]}
    done = Desk(app, town.worker).act(case, "pass_check", **where)
    assert done.status_code == 303, done.text
    town.bring_photos(case)
    done = Desk(app, town.duty).act(case, "close")
    assert done.status_code == 303, done.text
    assert town.supervisor.read(case)["state"] == "closed"
    assert "已结案" in Desk(app, town.duty).get(f"/desk/cases/{case_id}").text
