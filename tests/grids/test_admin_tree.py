"""Administrators see the tree, change what a grid is called and who answers for it, and open centres."""

import json

import pytest

from app.audit import queries as audit
from app.audit.tags import Tag
from app.core.transaction import transaction
from app.grids import geojson, plans, queries, service
from app.grids.levels import AreaClass, Duty, GridKind
from tests.desk.browser import Desk
from tests.factories.departments import department
from tests.factories.grids import COUNTY, EAST, GRIDS, VILLAGES, WEST, draft, import_grids, strip
from tests.factories.town import GRID, HOUSING
from tests.support.elements import (
    alert,
    elements,
    empty_title,
    errors_at,
    facts_of,
    links_of,
    outcome,
    part_of,
    texts_of,
)
from tests.support.queries import counted

pytestmark = pytest.mark.one_database
URL = "/admin/grids"
SAME = {"name": f"格{GRID}", "area_class": "C"}


@pytest.fixture
def desk(town):
    return Desk(town.app, town.hire("administrator", "grid", COUNTY))


@pytest.fixture
def local(town):
    """An administrator of the western township."""
    return Desk(town.app, town.hire("administrator", "grid", WEST))


def node(town, code):
    with town.app.app_context():
        return queries.grid(code)


def replace(town, *drafts, ended=()):
    with town.app.app_context():
        import_grids(drafts, ended)


def dedicated(code=f"{VILLAGES[0]}009"):
    return draft(code, strip(0, 1), kind=GridKind.DEDICATED, name="示例园区")


def test_the_tree_shows_townships_with_their_counts(desk):
    page = desk.get(f"{URL}/").text
    assert [text for text in texts_of(page, "summary") if text.startswith(f"格{WEST} ") and "2 个村（社区）" in text]
    assert f"{URL}/{VILLAGES[0]}" not in links_of(page)
    assert links_of(desk.part(f"{URL}/{WEST}/below").text)[f"{URL}/{GRID}"] == f"格{GRID}"


def test_a_grid_is_found_by_name_and_by_code(desk):
    for text in (GRID, f"格{GRID[:14]}"):
        assert f"{URL}/{GRID}" in links_of(desk.get(f"{URL}/", query_string={"q": text}).text)
    assert empty_title(desk.get(f"{URL}/?q=没有的").text) == "没有找到网格"


def test_a_county_without_grids_is_told_how_to_begin(app):
    with app.app_context():
        assert queries.grid_tree().current == ()
    # nobody can hold a role on no ground: the first grids come by the command line
    assert app.test_client().get(f"{URL}/", headers={"Accept": "text/html"}).status_code == 302


def test_the_page_of_a_grid_says_where_it_lies_and_who_serves_it(town, desk):
    page = desk.get(f"{URL}/{GRID}").text
    (way,) = texts_of(page, "p", class_="crumbs")
    assert all(said in way for said in (f"格{COUNTY}", f"格{WEST}", f"格{VILLAGES[0]}"))
    assert ("区域类别", "C 类区域") in facts_of(page)
    (served,) = part_of(page, "facts").all("li")
    assert served.says.startswith(f"专职网格员：{town.worker.name}")
    assert GRID not in way, "the way leads to it, and does not name it"


def test_the_map_of_a_grid_has_what_lies_around_it(desk):
    answer = desk.get(f"{URL}/{WEST}/outlines")
    assert answer.mimetype == "application/geo+json"
    roles = {one["properties"]["code"]: one["properties"]["role"] for one in answer.get_json(force=True)["features"]}
    assert roles == {WEST: "own", EAST: "beside", VILLAGES[0]: "below", VILLAGES[1]: "below"}


@pytest.mark.both_databases
def test_plain_properties_are_changed_without_a_file(town, desk):
    sent = {"name": "东街第一网格", "area_class": "A", "responsible_department": HOUSING}
    changed = desk.post(f"{URL}/{GRID}", sent)
    assert outcome(desk.get(changed.headers["Location"]).text).startswith("修改已保存")
    now = node(town, GRID)
    assert (now.name, now.area_class, now.responsible_department) == ("东街第一网格", AreaClass.A, HOUSING)
    with town.app.app_context():
        (entry,) = audit.search(tags=[Tag.GRID_CHANGED], subject=("grid", GRID)).items
    assert entry.data == {"fields": ["name", "area_class", "responsible_department"]}
    assert desk.post(f"{URL}/{GRID}", sent).headers["Location"].endswith("done=unchanged")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": ""}, "必填"),
        ({"area_class": "Z"}, "请从列表中选择"),
        ({"responsible_department": "NOBODY"}, "没有这个部门"),
        ({"trade_department": HOUSING}, None),  # of a general grid
        ({"level": "county"}, None),
    ],
)
def test_a_wrong_property_is_told_and_nothing_is_changed(town, desk, changed, said):
    before = node(town, GRID)
    answer = desk.post(f"{URL}/{GRID}", {**SAME, **changed})
    assert answer.status_code == 422
    assert "填写内容有误" in alert(answer.text)
    assert said is None or said in " ".join(errors_at(answer.text, *changed))
    assert node(town, GRID) == before


@pytest.mark.both_databases
def test_an_ended_department_can_stay_but_not_be_chosen(town, desk):
    desk.post(f"{URL}/{GRID}", {**SAME, "responsible_department": HOUSING})
    desk.post(f"/admin/departments/{HOUSING}/end", {})
    assert desk.post(f"{URL}/{GRID}", {**SAME, "name": "新名", "responsible_department": HOUSING}).status_code == 303
    assert desk.post(f"{URL}/{GRIDS[1]}", {**SAME, "responsible_department": HOUSING}).status_code == 422


@pytest.mark.both_databases
def test_a_dedicated_grid_has_a_trade_department(town, desk):
    replace(town, dedicated())
    code = dedicated().code
    assert ("行业主管部门", "—") in facts_of(desk.get(f"{URL}/{code}").text)
    desk.post(f"{URL}/{code}", {"name": "示例园区", "area_class": "C", "trade_department": HOUSING})
    assert node(town, code).trade_department == HOUSING
    ending = part_of(desk.get(f"/admin/departments/{HOUSING}").text, "ending")
    assert [one.says for one in ending.all("li") if "1 个网格以它为责任部门" in one.says]


def test_a_centre_is_opened_once_asked_and_can_then_be_staffed(town, desk):
    (form,) = elements(desk.get(f"{URL}/{WEST}").text, "form", action=f"{URL}/{WEST}/centre")
    assert f"确定在“格{WEST}”开设中心吗？" in form.says
    opened = desk.post(f"{URL}/{WEST}/centre", {})
    assert "安排本中心的受理员" in outcome(desk.get(opened.headers["Location"]).text)
    assert node(town, WEST).has_centre
    acceptor = town.hire("acceptor", "centre", WEST)
    town.worker.report()
    assert acceptor.get("queues").status_code == 200


def test_an_ended_grid_is_shown_apart_and_cannot_be_changed(town, desk):
    replace(town, dedicated())
    replace(town, ended={dedicated().code})
    branches = elements(desk.get(f"{URL}/").text, "details", class_="branch")
    (apart,) = [one for one in branches if one.all("summary")[0].says.startswith("已停用的网格")]
    assert "示例园区" in [link.says for link in apart.all("a")]
    (remark,) = texts_of(desk.get(f"{URL}/{dedicated().code}").text, "p", class_="remark")
    assert remark.startswith("已停用：")
    assert desk.post(f"{URL}/{dedicated().code}", SAME).status_code == 422
    assert desk.get(f"{URL}/{VILLAGES[0]}002").status_code == 404


@pytest.mark.both_databases
def test_the_tree_goes_out_as_a_file_that_changes_nothing_when_it_comes_back(town, desk):
    with town.app.app_context():
        department("D-TRADE", "县工信局")
    replace(town, dedicated())
    desk.post(f"{URL}/{dedicated().code}", {"name": "示例园区", "area_class": "B", "trade_department": "D-TRADE"})
    answer = desk.get(f"{URL}/export")
    assert "attachment" in answer.headers["Content-Disposition"]
    reading = geojson.read(answer.data)
    assert (reading.faults, len(reading.drafts)) == ((), 12)
    with town.app.app_context():
        made = plans.plan(queries.grid_tree(), reading.drafts, reading.ended)
        (entry,) = audit.search(tags=[Tag.EXPORT_MADE]).items
    assert (made.unchanged, made.does_something) == (12, False)
    assert entry.data == {"what": "grids", "rows": 12}


def test_a_part_of_the_tree_goes_out_alone(desk):
    codes = [
        one["properties"]["code"] for one in json.loads(desk.get(f"{URL}/export?under={VILLAGES[0]}").data)["features"]
    ]
    assert codes == [VILLAGES[0], GRID]


def test_who_administers_a_township_sees_and_changes_only_what_lies_there(town, local):
    shown = links_of(local.get(f"{URL}/").text)
    assert (f"{URL}/{WEST}" in shown, f"{URL}/{EAST}" in shown) == (True, False)
    assert local.get(f"{URL}/{GRID}").status_code == 200
    assert local.post(f"{URL}/{GRID}", {**SAME, "name": "新名网格"}).status_code == 303
    for path in (f"{URL}/{COUNTY}", f"{URL}/{EAST}", f"{URL}/{EAST}/below", f"{URL}/{GRIDS[2]}/outlines"):
        assert local.get(path).status_code == 404
    assert local.get(f"{URL}/export?under={EAST}").status_code == 404
    for act in ("", "/centre"):
        assert local.post(f"{URL}/{EAST}{act}", SAME).status_code == 404
    codes = {one["properties"]["code"] for one in json.loads(local.get(f"{URL}/export").data)["features"]}
    assert codes == {WEST, *VILLAGES[:2], *GRIDS[:2]}
    assert not node(town, EAST).has_centre


@pytest.mark.parametrize("name", ["worker", "duty", "supervisor", "housing"])
def test_nobody_else_comes_in(town, name):
    desk = Desk(town.app, getattr(town, name))
    for path in (f"{URL}/", f"{URL}/{GRID}", f"{URL}/export", f"{URL}/import", f"{URL}/{WEST}/below"):
        assert desk.get(path).status_code == 403
    assert desk.post(f"{URL}/{GRID}", SAME).status_code == 403


def test_the_tree_costs_the_same_however_many_grids_there_are(town, desk):
    desk.get(f"{URL}/")
    with counted() as few:
        desk.get(f"{URL}/")
    more = [draft(f"{VILLAGES[0]}1{number:02}", strip(0, 1), kind=GridKind.DEDICATED) for number in range(1)]
    replace(town, *more)
    with town.app.app_context(), transaction():
        for number in range(5):
            service.appoint(GRIDS[number % 4], town.people[number].id, Duty.INSTRUCTOR)
    desk.get(f"{URL}/")
    with counted() as many:
        desk.get(f"{URL}/")
    assert len(many) == len(few) <= 2
