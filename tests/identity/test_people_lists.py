"""Administrators find people, each on their own ground."""

import re

import pytest

from app.identity import register
from tests.desk.browser import Desk
from tests.factories.grids import COUNTY, EAST, GRIDS, WEST
from tests.factories.identity import assignment, person
from tests.factories.town import GRID, HOUSING, TOWNSHIP
from tests.identity.administration import LIST, held, ids, of, shown
from tests.support.elements import alert, elements, empty_title, errors_at, rows_of, texts_of, value_of


def test_a_list_tells_what_people_hold_by_the_names_of_places(town, desk):
    roles = [row[3] for row in rows_of(desk.get(LIST).text, class_="people")]
    assert f"网格员 · 格{GRID}（格{WEST} 格{GRID[:12]}）" in roles
    assert "部门经办台 · 县住房和城乡建设局" in roles


@pytest.mark.parametrize("text", ["小明", "XIAO", "0042"])
def test_people_are_found_by_a_part_of_the_name_the_username_or_the_end_of_the_phone(town, desk, text):
    with town.app.app_context():
        wanted = person(name="王小明", username="xiaoming", phone="13800000042")
    answer = desk.post(LIST, {"text": text})
    assert shown(answer) == [str(wanted.id)]
    assert [row[2] for row in rows_of(answer.text, class_="people")] == ["0042"]


@pytest.mark.parametrize("text", ["%", "_x_", "没有这个人"])
def test_a_search_that_finds_nobody_says_what_to_do(town, desk, text):
    answer = desk.post(LIST, {"text": text})
    assert (answer.status_code, shown(answer)) == (200, [])
    assert empty_title(answer.text) == "没有找到。"


def test_a_list_is_narrowed_by_role_by_place_and_by_standing(town, desk):
    def found(**query):
        return set(shown(desk.get(LIST, query_string=query)))

    assert found(role="grid_worker") == ids(town.worker, town.next_worker)
    assert found(place=TOWNSHIP) == set()
    assert found(place="县住房和城乡建设局") == ids(town.housing)
    assert found(place=f"格{WEST}") == ids(town.worker, town.next_worker, town.township, town.local)
    assert found(role="grid_worker", place=f"格{GRID}") == ids(town.worker)
    desk.post(of(town.water, "close"), {})
    assert found(show="closed") == ids(town.water)
    town.dismiss(town.housing, "department_desk")
    assert found(show="nothing") == ids(town.housing)


def test_a_place_that_means_nothing_is_told(town, desk):
    answer = desk.get(LIST, query_string={"place": "月球"})
    assert shown(answer) == []
    assert "没有这个" in " ".join(errors_at(answer.text, "place"))


def test_pages_follow_one_another_and_cost_the_same(town, desk, query_count, monkeypatch):
    with town.app.app_context():
        for number in range(12):
            assignment(person(username=f"z{number:02}"), role="grid_worker", scope_code=GRID)
    desk.get(LIST)
    costs = []
    for size in (3, 10):
        monkeypatch.setattr(register, "PAGE", size)
        with query_count() as seen:
            answer = desk.get(LIST)
        costs.append((len(shown(answer)), len(seen)))
    assert costs[0] == (3, costs[1][1])
    assert costs[1][1] <= 6
    monkeypatch.setattr(register, "PAGE", 20)
    first = desk.get(LIST)
    (following,) = elements(first.text, "a", rel="next")
    assert not set(shown(desk.get(following.attributes["href"]))) & set(shown(first))


def test_a_search_goes_on_without_names_in_its_address(town, desk, monkeypatch):
    monkeypatch.setattr(register, "PAGE", 1)
    answer = desk.post(LIST, {"text": "grid_worker"})
    assert not elements(answer.text, "a", rel="next")
    cursor = value_of(answer.text, "cursor")
    second = desk.post(LIST, {"text": "grid_worker", "cursor": cursor})
    assert {*shown(answer), *shown(second)} == ids(town.worker, town.next_worker)


def test_a_local_administrator_sees_whose_roles_all_lie_in_the_township(town, local):
    assert set(shown(local.get(LIST))) == ids(town.worker, town.next_worker, town.township, town.local)
    assert local.get(of(town.duty)).status_code == 404
    town.also(town.worker, "supervisor", "grid", EAST)
    assert local.get(of(town.worker)).status_code == 404
    assert local.post(of(town.worker, "close"), {}).status_code == 404


def test_who_holds_nothing_more_belongs_where_they_served(town, local):
    town.dismiss(town.worker, "grid_worker")
    assert local.get(of(town.worker)).status_code == 200
    with town.app.app_context():
        nobody = person()
    assert local.get(of(nobody)).status_code == 404


def test_nobody_gives_a_role_beyond_their_own_ground(town, local):
    for role, place in (("supervisor", COUNTY), ("grid_worker", GRIDS[2]), ("department_desk", HOUSING)):
        answer = local.post(of(town.worker, "roles"), {"role": role, "scope": place})
        assert answer.status_code == 403, role
        assert "超出您的管理范围" in alert(answer.text)
    assert held(town, town.worker) == [("grid_worker", GRID)]
    answer = local.post(of(town.worker, "roles"), {"role": "department_desk", "scope": TOWNSHIP})
    assert answer.status_code == 303
    assert local.get(of(town.worker)).status_code == 200


def test_only_what_lies_on_ones_ground_is_offered(town, local, desk):
    def offered(of, **query):
        return re.findall(r'value="([^"]+)"', of.get(f"{LIST}scopes", query_string=query).text)

    assert offered(local, role="department_desk") == [f"岳阳镇人民政府 {TOWNSHIP}"]
    assert len(offered(desk, role="department_desk")) == 5
    assert offered(desk, role="grid_worker", scope="河东") == []
    assert offered(desk, role="grid_worker", scope=EAST)[0] == f"格{EAST} {EAST}"
    assert offered(desk, role="acceptor") == [f"格{COUNTY}中心 {COUNTY}"]
    assert offered(desk) == []


def test_nobody_else_comes_in(town):
    for actor in (town.worker, town.duty, town.supervisor, town.housing):
        for path in ("", "new", "roles", "import", str(town.worker.id), "scopes"):
            assert Desk(town.app, actor).get(LIST + path).status_code == 403, path


def of_role(page, role):
    """All that the page of roles says of one."""
    (part,) = texts_of(page, "section", id=role)
    return part


def test_the_page_of_roles_says_in_words_what_each_may_do_and_how_many_hold_it(town, desk, local):
    page = desk.get(f"{LIST}roles").text
    worker = of_role(page, "grid_worker")
    assert "现有 2 人" in worker
    assert "核实属实、核实不属实、无法核实" in worker
    assert [text for text in texts_of(page, "body") if "case:step" in text] == []
    town.dismiss(town.worker, "grid_worker")
    assert "现有 1 人" in of_role(desk.get(f"{LIST}roles").text, "grid_worker")
    assert "现有 0 人" in of_role(local.get(f"{LIST}roles").text, "acceptor")


def test_ones_own_account_names_the_places_too(town, local):
    page = local.get("/account").text
    assert f"系统管理员 · 格{WEST}" in texts_of(page, "li")
    assert [text for text in texts_of(page, "li") if text.startswith("桌面浏览器")]
