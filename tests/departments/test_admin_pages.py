"""Administrators find, make, rename, end and revive departments; each only on their own ground."""

import pytest

from app.audit import queries as audit
from app.audit.tags import Tag
from app.core.transaction import transaction
from app.departments import service
from app.departments.kinds import DepartmentKind
from app.departments.queries import directory
from app.identity import queries as identity
from tests.desk.browser import Desk, path_of
from tests.factories.departments import department
from tests.factories.grids import COUNTY, EAST, WEST
from tests.factories.town import HOUSING, TOWNSHIP, WATER
from tests.support.elements import elements, empty_title, errors_at, outcome, part_of, rows_of, value_of
from tests.support.queries import counted

pytestmark = pytest.mark.one_database
URL = "/admin/departments"
NEW = {"name": "县水利局", "kind": "county_bureau", "code": "D-WATER", "calendar": "office"}


@pytest.fixture
def desk(town):
    return Desk(town.app, town.hire("administrator", "grid", COUNTY))


@pytest.fixture
def local(town):
    """An administrator of the western township."""
    return Desk(town.app, town.hire("administrator", "grid", WEST))


def names(page):
    """The departments that stand in the tables of a page."""
    return [row[0] for row in rows_of(page, class_="listing")]


def entry(town, code):
    with town.app.app_context():
        return directory().get(code)


def changes(town):
    with town.app.app_context():
        return [one.data["change"] for one in audit.search(tags=[Tag.DEPARTMENT_CHANGED]).items]


def test_departments_are_listed_by_kind_and_those_that_ended_apart(town, desk):
    assert desk.post(f"{URL}/{WATER}/end", {}).status_code == 303
    page = desk.get(f"{URL}/").text
    places = [names(page).index(name) for name in ("县住房和城乡建设局", "岳阳镇人民政府", "县综合行政执法队")]
    assert places == sorted(places)
    assert "县城乡水务公司" not in names(page)
    ended = part_of(page, "ended")
    assert [link.says for link in ended.all("a")] == ["县城乡水务公司"]


@pytest.mark.parametrize("text", ["住建局", "d-housing", "住房和城乡"])
def test_a_department_is_found_by_alias_code_and_name(town, desk, text):
    desk.post(f"{URL}/{HOUSING}/aliases", {"alias": "县住建局"})
    found = desk.get(f"{URL}/", query_string={"q": text}).text
    assert names(found) == ["县住房和城乡建设局"]
    assert empty_title(desk.get(f"{URL}/?q=没有的").text) == "没有找到部门"


def test_a_list_that_is_asked_nonsense_asks_nothing(desk):
    assert "县住房和城乡建设局" in names(desk.get(f"{URL}/?kind=circus&after=nobody").text)


def test_a_department_is_made_and_takes_work_as_soon_as_somebody_signs_there(town, desk):
    made = desk.post(f"{URL}/new", NEW)
    assert (made.status_code, path_of(made)) == (303, f"{URL}/D-WATER")
    assert outcome(desk.get(made.headers["Location"]).text).startswith("部门已建立")
    assert (entry(town, "D-WATER").name, entry(town, "D-WATER").kind) == ("县水利局", DepartmentKind.COUNTY_BUREAU)
    town.hire("department_desk", "department", "D-WATER")
    case = town.dispatched(lead="D-WATER")
    assert case["state"] == "dispatched"
    assert changes(town)[0] == "made"


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"name": ""}, "name", "必填"),
        ({"name": "县住房和城乡建设局"}, "name", "已经叫这个名称"),
        ({"kind": "circus"}, "kind", "请从列表中选择"),
        ({"kind": ""}, "kind", "必填"),
        ({"code": HOUSING}, "code", "已经使用"),
        ({"code": "d water"}, "code", "大写字母"),
        ({"code": ""}, "code", "请填写部门代码"),
        ({"calendar": "lunar"}, "calendar", "没有这个工作日历"),
        ({"grid_code": WEST}, "grid_code", "只有乡镇和执法队"),
        ({"kind": "township", "code": ""}, "grid_code", "请选择是哪个乡镇"),
        ({"kind": "township", "grid_code": "999"}, "grid_code", "没有这个乡镇"),
        ({"extra": "1"}, "extra", ""),
    ],
)
def test_a_wrong_field_is_told_beside_it_and_nothing_is_made(town, desk, changed, field, said):
    sent = {**NEW, **changed}
    answer = desk.post(f"{URL}/new", sent)
    assert answer.status_code == 422
    if field != "extra":
        assert said in " ".join(errors_at(answer.text, field))
        assert value_of(answer.text, "name") == sent["name"]
    assert entry(town, "D-WATER") is None


def test_faults_are_told_in_english_too(desk):
    answer = desk.post(f"{URL}/new?lang=en", {**NEW, "name": "", "code": HOUSING})
    assert errors_at(answer.text, "name") == ["Please fill this in."]
    (fault,) = errors_at(desk.post(f"{URL}/new?lang=en", {**NEW, "code": HOUSING}).text, "code")
    assert fault.startswith("This code is in use")


def test_a_townships_department_gets_the_code_by_which_routes_find_it(town, desk):
    sent = {"name": "河东镇人民政府", "kind": "township", "grid_code": EAST, "calendar": "office"}
    assert path_of(desk.post(f"{URL}/new", sent)) == f"{URL}/T-{EAST}"
    team = {**sent, "name": "河东镇执法队", "kind": "enforcement_team"}
    assert path_of(desk.post(f"{URL}/new", team)) == f"{URL}/E-{EAST}"
    with town.app.app_context():
        assert directory().township_of(EAST).code == f"T-{EAST}"


def test_a_township_has_one_department_of_a_kind_that_is_revived_and_not_made_again(town, desk):
    sent = {"name": "城关镇人民政府", "kind": "township", "grid_code": WEST, "calendar": "office"}
    desk.post(f"{URL}/{TOWNSHIP}/end", {})
    answer = desk.post(f"{URL}/new", sent)
    assert answer.status_code == 422
    assert "请在列表下方找到它再恢复" in " ".join(errors_at(answer.text, "grid_code"))
    assert entry(town, TOWNSHIP).name == "岳阳镇人民政府"


def test_a_renamed_department_is_found_by_its_old_name_too(town, desk):
    renamed = desk.post(f"{URL}/{HOUSING}", {"name": "县住建局", "calendar": "office"})
    assert outcome(desk.get(renamed.headers["Location"]).text).startswith("修改已保存")
    with town.app.app_context():
        assert directory().find("县住房和城乡建设局").code == directory().find("县住建局").code == HOUSING
    back = desk.post(f"{URL}/{HOUSING}", {"name": "县住房和城乡建设局", "calendar": "office"})
    assert back.status_code == 303
    with town.app.app_context():
        assert directory().aliases[HOUSING] == ("县住建局",)


def test_a_name_of_another_department_is_refused(town, desk):
    answer = desk.post(f"{URL}/{WATER}", {"name": "县住房和城乡建设局", "calendar": "office"})
    assert (answer.status_code, entry(town, WATER).name) == (422, "县城乡水务公司")


@pytest.mark.both_databases
def test_a_calendar_is_changed_and_nothing_else_is_said_to_be(town, desk):
    sent = {"name": "县城乡水务公司", "calendar": "town"}
    assert desk.post(f"{URL}/{WATER}", sent).headers["Location"].endswith("done=changed")
    assert entry(town, WATER).calendar == "town"
    assert desk.post(f"{URL}/{WATER}", sent).headers["Location"].endswith("done=unchanged")
    assert desk.post(f"{URL}/{WATER}", {**sent, "calendar": "lunar"}).status_code == 422


@pytest.mark.both_databases
def test_an_alias_comes_and_goes(town, desk):
    desk.post(f"{URL}/{HOUSING}/aliases", {"alias": "住建局"})
    taken = desk.post(f"{URL}/{WATER}/aliases", {"alias": "住建局"})
    assert taken.status_code == 422
    assert "另一个部门" in " ".join(errors_at(taken.text, "alias"))
    assert desk.post(f"{URL}/{WATER}/aliases", {"alias": "县住房和城乡建设局"}).status_code == 422
    desk.post(f"{URL}/{HOUSING}/aliases/remove", {"alias": "住建局"})
    assert desk.post(f"{URL}/{WATER}/aliases", {"alias": "住建局"}).status_code == 303
    assert changes(town)[:3] == ["alias_added", "alias_removed", "alias_added"]


def test_ending_says_first_what_leans_on_the_department(town, desk):
    town.dispatched()
    leaning = [one.says for one in part_of(desk.get(f"{URL}/{HOUSING}").text, "ending").all("li")]
    for said in ("1 件任务还没有办完", "1 人在此任职", "个类别的派遣规则派给它"):
        assert [one for one in leaning if said in one], said


def test_an_ended_department_takes_no_work_until_it_is_revived(town, desk):
    case = town.filed()
    ended = desk.post(f"{URL}/{HOUSING}/end", {})
    shown = desk.get(ended.headers["Location"]).text
    assert elements(shown, "form", action=f"{URL}/{HOUSING}/revive")
    assert not elements(shown, "form", action=f"{URL}/{HOUSING}/end")
    assert town.dispatcher.try_act(case, "dispatch", lead=HOUSING).status_code == 422
    desk.post(f"{URL}/{HOUSING}/revive", {})
    town.dispatcher.act(case, "dispatch", lead=HOUSING)
    assert changes(town)[:2] == ["revived", "ended"]


def test_an_ended_department_is_not_changed_or_ended_again(town, desk):
    desk.post(f"{URL}/{HOUSING}/end", {})
    assert desk.post(f"{URL}/{HOUSING}/end", {}).status_code == 422
    assert desk.post(f"{URL}/{HOUSING}/aliases", {"alias": "住建局"}).status_code == 422


def test_who_administers_a_township_manages_its_departments_alone(town, local):
    listed = names(local.get(f"{URL}/").text)
    assert ("岳阳镇人民政府" in listed, "县住房和城乡建设局" in listed) == (True, False)
    assert local.get(f"{URL}/{TOWNSHIP}").status_code == 200
    assert local.post(f"{URL}/{TOWNSHIP}/aliases", {"alias": "岳阳镇"}).status_code == 303
    for path in (f"{URL}/{HOUSING}", f"{URL}/T-{EAST}", f"{URL}/NOBODY"):
        assert local.get(path).status_code == 404
    for act in ("/end", "/revive", "/aliases", "/aliases/remove", ""):
        assert local.post(f"{URL}/{HOUSING}{act}", {"alias": "x y"}).status_code == 404
    assert local.post(f"{URL}/new", NEW).status_code == 403
    assert entry(town, HOUSING).valid_to is None


@pytest.mark.usefixtures("local")
def test_the_service_itself_keeps_to_the_ground(town):
    with town.app.app_context():
        of_the_west = identity.person(town.people[-1].id)
        for act in (service.end, service.revive):
            with pytest.raises(service.NotYourGround), transaction():
                act(HOUSING, by=of_the_west)


@pytest.mark.parametrize("name", ["worker", "duty", "supervisor", "housing"])
def test_nobody_else_comes_in(town, name):
    desk = Desk(town.app, getattr(town, name))
    for path in (f"{URL}/", f"{URL}/new", f"{URL}/{HOUSING}"):
        assert desk.get(path).status_code == 403
    assert desk.post(f"{URL}/{HOUSING}/end", {}).status_code == 403


def test_a_change_needs_the_pages_token(town, desk):
    desk.csrf = "x"
    assert desk.post(f"{URL}/{HOUSING}/end", {}).status_code == 403
    assert entry(town, HOUSING).valid_to is None


@pytest.mark.both_databases
def test_names_are_escaped(town, desk):
    desk.post(f"{URL}/{HOUSING}", {"name": "<b>住建</b>", "calendar": "office"})
    assert "<b>住建" not in desk.get(f"{URL}/").text + desk.get(f"{URL}/{HOUSING}").text


def test_the_list_costs_the_same_however_many_there_are_and_is_paged(town, desk):
    desk.get(f"{URL}/")
    with counted() as few:
        desk.get(f"{URL}/")
    with town.app.app_context():
        for number in range(120):
            department(f"Z-{number:03}", f"单位{number:03}", DepartmentKind.ENTERPRISE)
    first = desk.get(f"{URL}/").text
    with counted() as many:
        assert desk.get(f"{URL}/").text == first
    assert len(many) == len(few) <= 2
    (following,) = elements(first, "a", rel="next")
    second = desk.get(following.attributes["href"]).text
    assert ["单位110" in names(page) for page in (first, second)] == [False, True]
