"""Filters by name, texts used again, who else is at a case."""

import re

from app.desk.service import FILTERS_MOST
from tests.desk.browser import Desk, path_of
from tests.factories.town import HOUSING, Town
from tests.support.elements import tight
from workflows.case_keys import KEYS

COUNTY = "141025"


def test_a_filter_is_kept_by_name_and_thrown_away(app, town):
    desk = Desk(app, town.acceptor)
    kept = {"name": "主街垃圾", "query": "queue=to_accept&text=主街&class=0102&cursor=x"}
    answer = desk.post("/desk/filters", kept)
    assert answer.status_code == 303
    assert path_of(answer) == "/desk/queues/to_accept"
    shown = desk.part("/desk/filters").text
    assert "主街垃圾" in shown
    assert "cursor" not in shown
    assert "主街垃圾" not in Desk(app, town.duty).part("/desk/filters").text
    desk.post("/desk/filters/drop", {"name": "主街垃圾"})
    assert "主街垃圾" not in desk.part("/desk/filters").text


def test_where_as_many_as_may_be_are_kept_one_can_still_be_changed(app, town):
    desk = Desk(app, town.acceptor)
    for number in range(FILTERS_MOST):
        assert desk.post("/desk/filters", {"name": f"第{number}", "query": "text=甲"}).status_code == 303
    assert desk.post("/desk/filters", {"name": "再来一个", "query": "text=甲"}).status_code == 409
    assert desk.post("/desk/filters", {"name": " 第7 ", "query": "text=乙"}).status_code == 303
    shown = desk.part("/desk/filters").text
    assert shown.count("text=%E4%B9%99") == 1
    assert "再来一个" not in shown


def test_a_filter_has_a_name(app, town):
    assert Desk(app, town.acceptor).post("/desk/filters", {"name": " ", "query": "text=a"}).status_code == 422


def test_a_text_is_shared_within_a_department_and_not_beyond(app, town):
    colleague = town.hire("handler", "department", HOUSING)
    desk = Desk(app, town.housing)
    said = {"scope": HOUSING, "action": "finish", "text": "已清运并冲洗地面"}
    assert desk.post("/desk/phrases", said).status_code == 303
    assert "已清运" in Desk(app, colleague).part("/desk/phrases?action=finish").text
    assert "已清运" not in Desk(app, colleague).part("/desk/phrases?action=comment").text
    assert "已清运" not in Desk(app, town.water).part("/desk/phrases?action=finish").text
    page = desk.get("/desk/phrases").text
    assert "县住房和城乡建设局" in page
    address = page.split('action="/desk/phrases/')[1].split('"')[0]
    assert Desk(app, town.water).post(f"/desk/phrases/{address}", {}).status_code == 404
    assert desk.post(f"/desk/phrases/{address}", {}).status_code == 303
    assert "已清运" not in desk.part("/desk/phrases?action=finish").text


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
    assert "也在办理" not in first.part(f"{path}?acting=1").text
    assert "acceptor025 也在办理此案件" in second.part(path).text
    assert "也在办理" not in first.part(path).text, "who only looks is not acting"
    assert "也在办理" not in second.part(path).text
    assert Desk(app, town.housing).part(path).status_code == 404


def test_without_redis_nobody_is_shown_and_nothing_fails(app, town):
    case = town.worker.report().get_json()
    answer = Desk(app, town.acceptor).part(f"/desk/cases/{case['case_id']}/presence?acting=1")
    assert (answer.status_code, answer.text.strip()) == (200, "")


def test_texts_used_again_are_offered_wherever_one_writes_for_an_act(app, town):
    cases = [town.worker.report().get_json() for _ in range(2)]
    chosen = "&".join(f"case={each['case_id']}" for each in cases)
    page = Desk(app, town.acceptor).get(f"/desk/bulk?{chosen}&action=refuse").text
    assert 'hx-get="/desk/phrases?action=refuse"' in page
    assert (
        'hx-get="/desk/phrases?action=accept"'
        in Desk(app, town.acceptor).get(f"/desk/bulk?{chosen}&action=accept").text
    )
    board = Desk(app, town.supervisor).get(f"/board/cases/{town.handling()['case_id']}").text
    assert 'hx-get="/desk/phrases?action=supervise"' in board


def test_the_acts_on_several_cases_have_keys(app, town):
    cases = [town.worker.report().get_json() for _ in range(2)]
    chosen = "&".join(f"case={each['case_id']}" for each in cases)
    page = tight(Desk(app, town.acceptor).get(f"/desk/bulk?{chosen}").text)
    offered = re.findall(r'value="(\w+)" data-action data-key="(\w)"', page)
    assert [key for _, key in offered] == [KEYS[action] for action, _ in offered], "as with one case"
    assert offered[0][0] == "accept"
    assert re.findall(r'btn-primary" name="action" value="(\w+)"', page) == ["accept"]
    assert offered[-1][0] == "refuse"
