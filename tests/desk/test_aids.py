"""Filters by name, texts used again, who else is at a case."""

import re

from app.desk.service import FILTERS_MOST
from tests.desk.browser import Desk, path_of
from tests.factories.town import HOUSING, Town
from tests.support.elements import elements, links_of, rows_of, tight
from workflows.case_keys import KEYS

COUNTY = "141025"


def offered(desk, action):
    """The texts that one can put into a form by a click."""
    buttons = elements(desk.part(f"/desk/phrases?action={action}").text, "button")
    return [one.attributes["data-phrase"] for one in buttons]


def test_a_filter_is_kept_by_name_and_thrown_away(app, town):
    desk = Desk(app, town.acceptor)
    kept = {"name": "主街垃圾", "query": "queue=to_accept&text=主街&class=0102&cursor=x"}
    answer = desk.post("/desk/filters", kept)
    assert answer.status_code == 303
    assert path_of(answer) == "/desk/queues/to_accept"
    ((address, name),) = links_of(desk.part("/desk/filters").text).items()
    assert name == "主街垃圾"
    assert "cursor" not in address
    assert links_of(Desk(app, town.duty).part("/desk/filters").text) == {}
    desk.post("/desk/filters/drop", {"name": "主街垃圾"})
    assert links_of(desk.part("/desk/filters").text) == {}


def test_where_as_many_as_may_be_are_kept_one_can_still_be_changed(app, town):
    desk = Desk(app, town.acceptor)
    for number in range(FILTERS_MOST):
        assert desk.post("/desk/filters", {"name": f"第{number}", "query": "text=甲"}).status_code == 303
    assert desk.post("/desk/filters", {"name": "再来一个", "query": "text=甲"}).status_code == 409
    assert desk.post("/desk/filters", {"name": " 第7 ", "query": "text=乙"}).status_code == 303
    kept = links_of(desk.part("/desk/filters").text)
    assert [name for address, name in kept.items() if "text=%E4%B9%99" in address] == ["第7"]
    assert "再来一个" not in kept.values()


def test_a_filter_has_a_name(app, town):
    assert Desk(app, town.acceptor).post("/desk/filters", {"name": " ", "query": "text=a"}).status_code == 422


def test_a_text_is_shared_within_a_department_and_not_beyond(app, town):
    colleague = town.hire("handler", "department", HOUSING)
    desk = Desk(app, town.housing)
    said = {"scope": HOUSING, "action": "finish", "text": "已清运并冲洗地面"}
    assert desk.post("/desk/phrases", said).status_code == 303
    assert offered(Desk(app, colleague), "finish") == ["已清运并冲洗地面"]
    assert offered(Desk(app, colleague), "comment") == []
    assert offered(Desk(app, town.water), "finish") == []
    page = desk.get("/desk/phrases").text
    (row,) = rows_of(page)
    assert row[:3] == ["县住房和城乡建设局", "处置完成", "已清运并冲洗地面"]
    (address,) = [one.attributes["action"] for one in elements(page, "table")[0].all("form")]
    assert Desk(app, town.water).post(address, {}).status_code == 404
    assert desk.post(address, {}).status_code == 303
    assert offered(desk, "finish") == []


def test_nobody_writes_texts_for_others(app, town):
    desk = Desk(app, town.water)
    assert desk.post("/desk/phrases", {"scope": HOUSING, "action": "finish", "text": "好"}).status_code == 403
    assert desk.post("/desk/phrases", {"scope": "Q-WATER", "action": "warn", "text": "好"}).status_code == 422


def test_colleagues_see_each_other_at_a_case_and_nobody_else_does(make_app, valkey):
    app = make_app(REDIS_URL=valkey.url)
    town = Town(app)
    case = town.worker.report().get_json()
    colleague = town.hire("acceptor", "centre", COUNTY)
    first, second = Desk(app, town.acceptor), Desk(app, colleague)
    path = f"/desk/cases/{case['case_id']}/presence"
    assert first.part(f"{path}?acting=1").text.strip() == ""
    assert second.part(path).text.strip() == "acceptor025 也在办理此案件"
    assert first.part(path).text.strip() == "", "who only looks is not acting"
    assert second.part(path).text.strip() == ""
    assert Desk(app, town.housing).part(path).status_code == 404


def test_without_redis_nobody_is_shown_and_nothing_fails(app, town):
    case = town.worker.report().get_json()
    answer = Desk(app, town.acceptor).part(f"/desk/cases/{case['case_id']}/presence?acting=1")
    assert (answer.status_code, answer.text.strip()) == (200, "")


def test_texts_used_again_are_offered_wherever_one_writes_for_an_act(app, town):
    cases = [town.worker.report().get_json() for _ in range(2)]
    chosen = "&".join(f"case={each['case_id']}" for each in cases)
    for action in ("refuse", "accept"):
        page = Desk(app, town.acceptor).get(f"/desk/bulk?{chosen}&action={action}").text
        assert elements(page, "div", hx_get=f"/desk/phrases?action={action}"), action
    board = Desk(app, town.supervisor).get(f"/board/cases/{town.handling()['case_id']}").text
    assert elements(board, "div", hx_get="/desk/phrases?action=supervise")


def test_the_acts_on_several_cases_have_keys(app, town):
    cases = [town.worker.report().get_json() for _ in range(2)]
    chosen = "&".join(f"case={each['case_id']}" for each in cases)
    page = tight(Desk(app, town.acceptor).get(f"/desk/bulk?{chosen}").text)
    offered = re.findall(r'value="(\w+)" data-action data-key="(\w)"', page)
    assert [key for _, key in offered] == [KEYS[action] for action, _ in offered], "as with one case"
    assert offered[0][0] == "accept"
    assert re.findall(r'btn-primary" name="action" value="(\w+)"', page) == ["accept"]
    assert offered[-1][0] == "refuse"
