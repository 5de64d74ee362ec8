"""Administrators look at the objects of their ground, merge what was entered twice, and bring files."""

import io

import pytest

from app.objects import jobs
from tests.desk.browser import Desk, path_of
from tests.factories.grids import COUNTY, EAST, INSIDE, WEST
from tests.factories.objects import component, keep
from tests.factories.town import HERE, HOUSING
from tests.objects.test_imports_of_objects import csv_of, line
from tests.support.elements import texts_of
from tests.support.exports import taken as rows_of

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


def test_objects_are_listed_on_the_own_ground_and_filtered(town, keeper, own_desk, local_desk):
    assert "还没有对象" in own_desk.get(URL).text
    keep(keeper, component(1, owner=HOUSING, grade="good"))
    keep(keeper, component(2, at=list(INSIDE.values())[3]))
    keep(keeper, {"kind": "bridge", "name": "东桥", "lon": HERE[0], "lat": HERE[1]})
    every = own_desk.get(URL).text
    assert all(name in every for name in ("井盖1", "井盖2", "东桥", "县住房和城乡建设局"))
    local = local_desk.get(URL).text
    assert ("井盖1" in local, "井盖2" in local) == (True, False)
    for query, there in (
        ("kind=bridge", ["东桥"]), ("grade=good&kind=component", ["井盖1"]), ("q=盖2", ["井盖2"]),
        (f"grid={EAST}", ["井盖2"]), (f"department={HOUSING}", ["井盖1"]), ("state=removed", []), ("grid=nowhere", []),
        ("state=nonsense&after=x", ["井盖1", "井盖2", "东桥"]),
    ):  # fmt: skip
        text = own_desk.get(f"{URL}?{query}").text
        assert [name for name in ("井盖1", "井盖2", "东桥") if name in text] == there, query
    assert "All but those removed" in own_desk.get(f"{URL}?lang=en").text


def test_a_long_list_turns_pages(town, keeper, own_desk, monkeypatch):
    monkeypatch.setattr("app.objects.pages.PAGE", 2)
    for number in range(1, 4):
        keep(keeper, component(number))
    first = own_desk.get(URL).text
    following = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = own_desk.get(following).text
    names = [[name for name in ("井盖1", "井盖2", "井盖3") if name in page] for page in (first, second)]
    assert sorted(names[0] + names[1]) == ["井盖1", "井盖2", "井盖3"]
    assert (len(names[0]), "回到第一页" in second) == (2, True)


def test_one_object_shows_its_history_and_is_changed_as_it_was_seen(town, keeper, own_desk, local_desk):
    kept = keep(keeper, component(1, owner=HOUSING, attributes={"material": "铸铁"}))
    page = f"{URL}{kept['object_id']}"
    text = own_desk.get(page).text
    assert all(words in text for words in ("材质：铸铁", "登记", "权属单位：— → 县住房和城乡建设局"))
    changed = own_desk.post(page, {"seen": "1", "state": "out_of_use", "grade": "damaged"})
    assert (changed.status_code, path_of(changed)) == (303, page)
    after = own_desk.get(changed.headers["Location"]).text
    assert "修改已保存" in after
    assert "状态：在用 → 停用" in after
    stale = own_desk.post(page, {"seen": "1", "state": "in_use"})
    assert (stale.status_code, "已有变化" in stale.text) == (422, True)
    assert own_desk.post(page, {"seen": "2", "state": "in_use", "grade": "none"}).status_code == 422
    far = keep(keeper, component(2, at=list(INSIDE.values())[3]))
    assert local_desk.get(f"{URL}{far['object_id']}").status_code == 404
    assert local_desk.get(page).status_code == 200
    assert "Grade of condition" in own_desk.get(f"{page}?lang=en").text


def test_one_entered_twice_is_merged_into_the_other(town, keeper, own_desk):
    bridge = {"kind": "bridge", "name": "东桥", "lon": HERE[0], "lat": HERE[1]}
    one, other = keep(keeper, {**bridge, "identifier": "G1"}), keep(keeper, bridge)
    page = f"{URL}{other['object_id']}"
    assert "并入它" in own_desk.get(page).text
    merged = own_desk.post(f"{page}/merge", {"seen": "1", "into": one["object_id"]})
    assert merged.status_code == 303
    text = own_desk.get(merged.headers["Location"]).text
    assert "已并入另一对象" in text
    assert "查看那个对象" in text
    assert own_desk.post(f"{page}/merge", {"seen": "2", "into": one["object_id"]}).status_code == 422


def bring(desk, content, name="survey.csv", **more):
    data = {"kind": "component", "crs": "wgs84", "file": (io.BytesIO(content), name), **more}
    return desk.post(IMPORT, data)


def test_a_file_is_checked_confirmed_and_taken_in_by_the_scheduler(town, own_desk, local_desk):
    assert "导入对象" in own_desk.get(IMPORT).text
    brought = bring(own_desk, csv_of([line(1), line(2)]))
    assert brought.status_code == 303, brought.text
    page = brought.headers["Location"]
    assert "确认导入" in texts_of(own_desk.get(page).text, "button", type="submit")
    assert local_desk.get(page).status_code == 303  # somebody else's
    assert own_desk.post(page, {}).status_code == 303
    assert "hx-get" in own_desk.get(f"{page}/progress").text
    assert own_desk.post(f"{page}/drop", {}).headers["Location"] == page
    with town.app.app_context():
        assert jobs.sweep_imports() == 2
    done = own_desk.get(page).text
    assert "已导入" in done
    assert f'hx-get="{URL}' not in done
    assert own_desk.post(page, {}).status_code == 303
    assert "井盖2" in own_desk.get(URL).text
    assert "survey.csv" in own_desk.get(IMPORT).text
    assert path_of(own_desk.post(f"{page}/drop", {})) == IMPORT
    assert path_of(own_desk.get(page)) == IMPORT


def test_a_faulty_file_says_where_and_takes_nothing_in(town, own_desk, monkeypatch):
    brought = bring(own_desk, csv_of([line(1), line(2, 经度="很远")]))
    text = own_desk.get(brought.headers["Location"]).text
    assert all(words in text for words in ("什么也没有导入", "应为数字", "经度"))
    assert "确认导入" not in text
    assert "A number, please" in own_desk.get(f"{brought.headers['Location']}?lang=en").text
    assert bring(own_desk, b"").status_code == bring(own_desk, b"\x00\x01").status_code == 422
    assert bring(own_desk, csv_of([line(1)]), kind="ufo").status_code == 422
    monkeypatch.setattr("app.objects.object_import_pages.MOST_BYTES", 2_000)
    large = bring(own_desk, csv_of([line(number) for number in range(20)]))
    assert (large.status_code, "split it, or let" in large.text) == (422, True)  # it reads English since


def test_an_empty_sheet_has_the_columns_of_a_kind(own_desk):
    sheet = own_desk.get(f"{IMPORT}template?kind=pipe")
    assert (sheet.status_code, sheet.data[:2]) == (200, b"PK")
    assert own_desk.get(f"{IMPORT}template?kind=ufo").status_code == 422


def test_the_list_is_taken_away_as_it_is_filtered(town, keeper, own_desk):
    keep(keeper, component(1, owner=HOUSING, attributes={"material": "铸铁"}))
    keep(keeper, {"kind": "bridge", "name": "东桥", "lon": HERE[0], "lat": HERE[1]})
    heading, *rows = rows_of(town.app, own_desk, "objects", "kind=component")
    assert heading[:4] == ["种类", "对象号", "编号", "名称"]
    ((kind, _, _, name, *rest),) = rows
    assert (kind, name) == ("部件", "井盖1")
    assert "材质：铸铁" in rest


def test_whoever_does_not_manage_objects_has_no_such_pages(town):
    for actor in (town.worker, town.housing, town.duty):
        desk = Desk(town.app, actor)
        assert desk.get(URL).status_code == desk.get(IMPORT).status_code == 403
