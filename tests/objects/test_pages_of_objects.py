"""Administrators look at the objects of their ground, merge what was entered twice, and bring files."""

import io

import pytest

from app.catalogue.files import DocumentRefused
from app.objects import jobs
from tests.board.boards import put_in_force
from tests.desk.browser import Desk, path_of
from tests.factories import rounds
from tests.factories.catalogue import seed_content
from tests.factories.grids import COUNTY, EAST, INSIDE, WEST
from tests.factories.objects import component, enter, keep
from tests.factories.town import HERE, HOUSING
from tests.objects.test_imports_of_objects import csv_of, line
from tests.support.elements import (
    alert,
    elements,
    empty_title,
    errors_at,
    facts_of,
    links_of,
    outcome,
    rows_of,
    texts_of,
)
from tests.support.exports import made, taken

pytestmark = pytest.mark.one_database
URL = "/admin/objects/"
IMPORT = f"{URL}import/"


@pytest.fixture
def keeper(town):
    return town.hire("administrator", "grid", COUNTY)


@pytest.fixture
def own_desk(town, keeper):
    return Desk(town.app, keeper)


@pytest.fixture
def local_desk(town):
    """An administrator of the western township."""
    return Desk(town.app, town.hire("administrator", "grid", WEST))


def names(page):
    """The objects that a page lists."""
    return {row[0] for row in rows_of(page, class_="listing")}


def history(page):
    """What a page says of each change: when, what, by whom, which values."""
    (table,) = [one for one in elements(page, "div", aria_labelledby="history")]
    return [[cell.says for cell in row.all("th", "td")] for row in table.all("tr")[1:]]


def test_objects_are_listed_on_the_own_ground_and_filtered(town, keeper, own_desk, local_desk):
    assert empty_title(own_desk.get(URL).text) == "还没有对象"
    keep(keeper, component(1, owner=HOUSING, grade="good"))
    keep(keeper, component(2, at=list(INSIDE.values())[3]))
    keep(keeper, {"kind": "bridge", "name": "东桥", "lon": HERE[0], "lat": HERE[1]})
    owners = {row[0]: row[4] for row in rows_of(own_desk.get(URL).text, class_="listing")}
    assert owners == {"井盖1": "县住房和城乡建设局", "井盖2": "—", "东桥": "—"}
    assert names(local_desk.get(URL).text) == {"井盖1", "东桥"}
    for query, there in (
        ("kind=bridge", {"东桥"}), ("grade=good&kind=component", {"井盖1"}), ("q=盖2", {"井盖2"}),
        (f"grid={EAST}", {"井盖2"}), (f"department={HOUSING}", {"井盖1"}), ("state=removed", set()),
        ("grid=nowhere", set()), ("state=nonsense&after=x", {"井盖1", "井盖2", "东桥"}),
    ):  # fmt: skip
        assert names(own_desk.get(f"{URL}?{query}").text) == there, query
    (states,) = elements(own_desk.get(f"{URL}?lang=en").text, "select", id="state")
    assert states.all("option")[0].says == "All but those removed"


def test_a_long_list_turns_pages(town, keeper, own_desk, monkeypatch):
    monkeypatch.setattr("app.objects.pages.PAGE", 2)
    for number in range(1, 4):
        keep(keeper, component(number))
    first = own_desk.get(URL).text
    (following,) = elements(first, "a", rel="next")
    second = own_desk.get(following.attributes["href"]).text
    assert names(first) | names(second) == {"井盖1", "井盖2", "井盖3"}
    assert (len(names(first)), len(names(second))) == (2, 1)
    assert links_of(second)[URL] == "回到第一页"


def test_one_object_shows_its_history_and_is_changed_as_it_was_seen(town, keeper, own_desk, local_desk):
    kept = keep(keeper, component(1, owner=HOUSING, attributes={"material": "铸铁"}))
    page = f"{URL}{kept['object_id']}"
    text = own_desk.get(page).text
    assert ("登记内容", "材质：铸铁") in facts_of(text)
    (entered,) = history(text)
    assert entered[1] == "登记"
    assert "权属单位：— → 县住房和城乡建设局" in entered[3]
    changed = own_desk.post(page, {"seen": "1", "state": "out_of_use", "grade": "damaged"})
    assert (changed.status_code, path_of(changed)) == (303, page)
    after = own_desk.get(changed.headers["Location"]).text
    assert outcome(after).startswith("修改已保存")
    assert [row for row in history(after) if "状态：在用 → 停用" in row[3]]
    stale = own_desk.post(page, {"seen": "1", "state": "in_use"})
    assert stale.status_code == 422
    assert "已有变化" in alert(stale.text)
    assert own_desk.post(page, {"seen": "2", "state": "in_use", "grade": "none"}).status_code == 422
    far = keep(keeper, component(2, at=list(INSIDE.values())[3]))
    assert local_desk.get(f"{URL}{far['object_id']}").status_code == 404
    assert local_desk.get(page).status_code == 200
    assert "Grade of condition" in [label for label, _ in facts_of(own_desk.get(f"{page}?lang=en").text)]


def test_one_entered_twice_is_merged_into_the_other(town, keeper, own_desk):
    bridge = {"kind": "bridge", "name": "东桥", "lon": HERE[0], "lat": HERE[1]}
    one, other = keep(keeper, {**bridge, "identifier": "G1"}), keep(keeper, bridge)
    page = f"{URL}{other['object_id']}"
    assert elements(own_desk.get(page).text, "input", name="into", value=one["object_id"])
    merged = own_desk.post(f"{page}/merge", {"seen": "1", "into": one["object_id"]})
    assert merged.status_code == 303
    text = own_desk.get(merged.headers["Location"]).text
    assert links_of(text)[f"{URL}{one['object_id']}"] == "查看那个对象"
    assert not elements(text, "form", action=page)
    assert own_desk.post(f"{page}/merge", {"seen": "2", "into": one["object_id"]}).status_code == 422


def bring(desk, content, name="survey.csv", **more):
    data = {"kind": "component", "crs": "wgs84", "file": (io.BytesIO(content), name), **more}
    return desk.post(IMPORT, data)


def test_a_file_is_checked_confirmed_and_taken_in_by_the_scheduler(town, own_desk, local_desk):
    assert texts_of(own_desk.get(IMPORT).text, "h1") == ["导入对象"]
    brought = bring(own_desk, csv_of([line(1), line(2)]))
    assert brought.status_code == 303, brought.text
    page = brought.headers["Location"]
    assert "确认导入" in texts_of(own_desk.get(page).text, "button", type="submit")
    assert local_desk.get(page).status_code == 303  # somebody else's
    assert own_desk.post(page, {}).status_code == 303
    assert elements(own_desk.get(f"{page}/progress").text, "div", hx_get=f"{page}/progress")
    assert own_desk.post(f"{page}/drop", {}).headers["Location"] == page
    with town.app.app_context():
        assert jobs.sweep_imports() == 2
    done = own_desk.get(page).text
    assert facts_of(done)[0] == ("状态", "已导入")
    assert not elements(done, "div", hx_get=f"{page}/progress")
    assert own_desk.post(page, {}).status_code == 303
    assert "井盖2" in names(own_desk.get(URL).text)
    assert links_of(own_desk.get(IMPORT).text)[page] == "survey.csv"
    assert path_of(own_desk.post(f"{page}/drop", {})) == IMPORT
    assert path_of(own_desk.get(page)) == IMPORT


def test_a_faulty_file_says_where_and_takes_nothing_in(town, own_desk, monkeypatch):
    brought = bring(own_desk, csv_of([line(1), line(2, 经度="很远")]))
    text = own_desk.get(brought.headers["Location"]).text
    assert "什么也没有导入" in alert(text)
    ((_, column, fault),) = rows_of(text)
    assert (column, "应为数字" in fault) == ("经度", True)
    assert "确认导入" not in texts_of(text, "button", type="submit")
    ((_, _, fault),) = rows_of(own_desk.get(f"{brought.headers['Location']}?lang=en").text)
    assert "A number, please" in fault
    assert bring(own_desk, b"").status_code == bring(own_desk, b"\x00\x01").status_code == 422
    assert bring(own_desk, csv_of([line(1)]), kind="ufo").status_code == 422
    monkeypatch.setattr("app.objects.object_import_pages.MOST_BYTES", 2_000)
    large = bring(own_desk, csv_of([line(number) for number in range(20)]))
    assert large.status_code == 422
    assert "split it, or let" in " ".join(errors_at(large.text, "file"))  # it reads English since


def test_an_empty_sheet_has_the_columns_of_a_kind(own_desk):
    sheet = own_desk.get(f"{IMPORT}template?kind=pipe")
    assert (sheet.status_code, sheet.data[:2]) == (200, b"PK")
    assert own_desk.get(f"{IMPORT}template?kind=ufo").status_code == 422


def test_the_list_is_taken_away_as_it_is_filtered(town, keeper, own_desk):
    keep(keeper, component(1, owner=HOUSING, attributes={"material": "铸铁"}))
    keep(keeper, {"kind": "bridge", "name": "东桥", "lon": HERE[0], "lat": HERE[1]})
    heading, *rows = taken(town.app, own_desk, "objects", "kind=component")
    assert heading[:4] == ["种类", "对象号", "编号", "名称"]
    ((kind, _, _, name, *rest),) = rows
    assert (kind, name) == ("部件", "井盖1")
    assert "材质：铸铁" in rest


def test_whoever_does_not_manage_objects_has_no_such_pages(town):
    for actor in (town.worker, town.housing, town.duty):
        desk = Desk(town.app, actor)
        assert desk.get(URL).status_code == desk.get(IMPORT).status_code == 403


def test_names_and_numbers_of_private_owners_stay_in_the_house(town, keeper, own_desk):
    house = {"kind": "self_built", "name": "王家13900001111", "owner_text": "王小明", "maintainer": HOUSING,
             "lon": HERE[0], "lat": HERE[1], "attributes": {"measures": "电话13900001111加固"}}  # fmt: skip
    keep(keeper, house)
    keep(keeper, component(1, owner_text="某公司13900001111"))
    content = made(town.app, own_desk, "objects").decode("utf-8-sig")
    assert [one for one in ("王小明", "13900001111") if one in content] == []
    assert [one for one in ("王家", "某公司", "加固") if one not in content] == []


def test_a_kind_that_something_uses_cannot_be_left_out(town, keeper):
    def without(*kinds):
        document = seed_content("objects", "objects")
        document["objects"] = [one for one in document["objects"] if one["code"] not in kinds]
        put_in_force(town, document, "objects")

    keep(keeper, {"kind": "bridge", "name": "东桥", "lon": HERE[0], "lat": HERE[1]})
    rounds.provide(town.app, rounds.plan("look", name="查看河段", subject="river_section"))
    for kind, user in (("bridge", "已登记的对象"), ("river_section", "查看河段")):
        with pytest.raises(DocumentRefused) as refused:
            without(kind)
        ((where, (text,)),) = [(each, texts) for each, texts in refused.value.fields.items() if "rounds" not in each]
        assert (where.endswith("objects"), user in text) == (True, True)
    without("heritage")
    assert enter(keeper, {"kind": "heritage", "name": "古塔", "lon": HERE[0], "lat": HERE[1]}).status_code == 422
