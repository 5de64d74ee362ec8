"""A file of boundaries is checked, shown and confirmed before a grid changes."""

import json
import os
import time

import pytest
from shapely import Polygon, box

from app.audit import queries as audit
from app.audit.tags import Tag
from app.core import revisions, storage
from app.grids import geojson_writer, import_check, pending_files, queries, service
from app.grids.coordinates import Crs
from app.grids.levels import GridKind, Level
from tests.desk.browser import Desk, path_of
from tests.factories.grids import COUNTY, EAST, GRIDS, VILLAGES, WEST, draft, strip
from tests.factories.town import GRID
from tests.grids.files import feature, file_of, sent, whole_county
from tests.support.elements import alert, elements, errors_at, outcome, part_of, texts_of

pytestmark = pytest.mark.one_database
URL = "/admin/grids/import"
HALF = draft(GRID, box(112, 36, 112.05, 36.1))


@pytest.fixture
def desk(town):
    return Desk(town.app, town.hire("administrator", "grid", COUNTY))


@pytest.fixture
def local(town):
    return Desk(town.app, town.hire("administrator", "grid", WEST))


def bring(desk, content, **more):
    """Bring a file; return where its checks are to be seen."""
    answer = desk.post(f"{URL}/", sent(content, **more))
    assert answer.status_code == 303, answer.text
    return path_of(answer)


def confirm(desk, where):
    """Confirm what the preview shows."""
    page = desk.get(where).text
    revision = page.split('name="revision" value="')[1].split('"')[0]
    return desk.post(where, {"revision": revision})


def changed(page):
    """What a preview says of each grid that would not stay as it is."""
    card = part_of(page, "changes")
    return [one.says for one in card.all("li")]


def faults(page):
    """What a page says of each fault."""
    card = part_of(page, "faults-title")
    return [one.says for one in card.all("li")]


def tree(town):
    with town.app.app_context():
        revisions.forget()
        return queries.grid_tree()


def _kept():
    """The files that wait in the storage."""
    return [path for path in storage.here().root.glob("grid-files/*/*/*") if path.is_file()]


def drawn(desk, where):
    features = desk.get(f"{where}/outlines").get_json(force=True)["features"]
    return {(one["properties"].get("code"), one["properties"]["role"]) for one in features}


def test_a_file_is_shown_before_it_is_imported(town, desk):
    second = draft(f"{VILLAGES[0]}002", box(112.05, 36, 112.1, 36.1), name="东街第二网格")
    renamed = draft(GRIDS[1], strip(1, 2), name="西街网格")
    where = bring(
        desk, file_of(feature(HALF), feature(second), feature(renamed), feature(draft(GRIDS[2], strip(2, 3))))
    )
    page = desk.get(where).text
    (total,) = texts_of(page, id="sum")
    assert total.startswith("新建 1 个，修改 2 个，未变 1 个，停用 0 个。")
    changes = changed(page)
    assert [text for text in changes if text.startswith("东街第二网格")]
    assert [text for text in changes if f"（原：格{GRIDS[1]}）" in text]
    assert drawn(desk, where) >= {(second.code, "new"), (GRID, "changed"), (GRID, "before"), (GRIDS[2], "sound")}
    assert tree(town).get(second.code) is None


def test_a_confirmed_file_is_imported_and_forgotten(town, desk):
    where = bring(desk, file_of(feature(draft(GRID, strip(0, 1), name="东街网格"))))
    done = confirm(desk, where)
    assert outcome(desk.get(done.headers["Location"]).text).startswith("已导入：新建 0，修改 1，未变 0，停用 0")
    assert tree(town).get(GRID).name == "东街网格"
    assert path_of(desk.get(where)) == f"{URL}/"
    with town.app.app_context():
        (entry,) = audit.search(tags=[Tag.GRIDS_IMPORTED]).items[:1]
    assert entry.person_id == town.people[-1].id


def test_ended_grids_are_named_before_they_end(town, desk):
    code = f"{VILLAGES[0]}009"
    confirm(
        desk,
        bring(desk, file_of(feature(draft(code, strip(0, 1), kind=GridKind.DEDICATED, name="园区"), kind="dedicated"))),
    )
    gone = {
        "type": "Feature",
        "properties": {"code": code, "name": "园区", "level": "grid", "ended": True},
        "geometry": None,
    }
    where = bring(desk, file_of(gone))
    page = desk.get(where).text
    assert "停用 1 个" in texts_of(page, id="sum")[0]
    assert [text.split()[0] for text in changed(page)] == ["园区"]
    confirm(desk, where)
    assert tree(town).get(code).ended


@pytest.mark.both_databases
def test_open_cases_follow_a_grid_that_moves(town, desk):
    case = town.worker.report().get_json()
    moved = draft(VILLAGES[0], strip(0, 1), Level.VILLAGE, parent=EAST)
    # the west keeps nothing on the first column, the east takes it
    files = (
        draft(WEST, strip(1, 2), Level.TOWNSHIP),
        draft(EAST, strip(0, 1).union(strip(2, 4)), Level.TOWNSHIP),
        moved,
    )
    where = bring(desk, file_of(*(feature(one) for one in files)))
    assert [text for text in texts_of(desk.get(where).text, "p", class_="about") if "在办案件和人员任职跟着走" in text]
    confirm(desk, where)
    eastern = town.hire("supervisor", "grid", EAST)
    assert eastern.get(f"cases/{case['case_id']}").status_code == 200


@pytest.mark.parametrize(
    ("broken", "problem", "code"),
    [
        (HALF, "缝隙", VILLAGES[0]),
        (draft(GRID, strip(0, 2)), "超出上级", GRID),
        (draft(f"{VILLAGES[0]}002", strip(0, 1)), "重叠", GRID),
        (draft(GRID, strip(0, 1), parent="141025100999"), "孤立", GRID),
        (draft(GRID, Polygon([(112, 36), (112.1, 36.1), (112.1, 36), (112, 36.1)])), "边界无效", GRID),
    ],
)
def test_each_fault_is_named_in_words_and_drawn(town, desk, broken, problem, code):
    before = tree(town)
    where = bring(desk, file_of(feature(broken)))
    page = desk.get(where).text
    assert [text for text in faults(page) if text.startswith(f"{problem} · 格{code}")]
    assert elements(page, "button", data_fault="0")
    assert (code, "place") in drawn(desk, where)
    assert (code, "faulty") in drawn(desk, where)
    assert [text for text in texts_of(page, "body") if "Self" in text] == []
    assert tree(town) is before


def test_small_sound_grids_of_a_large_file_are_left_out_of_its_map(town, monkeypatch):
    def sound():
        with town.app.app_context():
            ground, _ = service.ground()
        features = json.loads(import_check.judge_file(whole_county(), Crs.WGS84, ground).outlines)["features"]
        return {one["properties"]["code"] for one in features if one["properties"]["role"] == "sound"}

    assert {GRID, VILLAGES[0]} <= sound()
    monkeypatch.setattr(geojson_writer, "MOST_SOUND", 10)
    assert GRID not in sound()
    assert VILLAGES[0] in sound()


def test_a_doubled_code_and_an_unknown_department_are_named(desk):
    twice = feature(draft(GRID, strip(0, 1)))
    page = desk.get(bring(desk, file_of(twice, twice))).text
    assert [text for text in faults(page) if text.startswith("编码重复")]
    page = desk.get(bring(desk, file_of(feature(draft(GRID, strip(0, 1)), responsible_department="NOBODY")))).text
    assert [text for text in faults(page) if "没有部门 NOBODY" in text]


def test_wrong_properties_are_named_feature_by_feature(desk):
    page = desk.get(bring(desk, file_of(feature(draft(GRID, strip(0, 1)), kind="red"), {"type": "Feature"}))).text
    assert [text for text in faults(page) if "kind：应为" in text]
    assert [text for text in faults(page) if "第 2 项" in text]


def test_faults_are_told_in_english_too(desk):
    page = desk.get(bring(desk, file_of(feature(HALF))) + "?lang=en").text
    assert [text for text in faults(page) if text.startswith("Gap") and "belong to nothing below it" in text]


def test_a_faulty_file_cannot_be_confirmed(town, desk):
    where = bring(desk, file_of(feature(HALF)))
    with town.app.app_context():
        revision = queries.revision()
    assert path_of(desk.post(where, {"revision": revision})) == where
    assert tree(town).get(GRID).boundary != HALF.values["boundary"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "请选择一个文件"),
        (b"PK\x03\x04 a zip", "不是有效的 JSON"),
        (b"[]", "不是 GeoJSON 的 FeatureCollection"),
        (file_of(), "文件里没有网格"),
    ],
)
def test_what_is_no_file_of_grids_is_refused_beside_the_field(desk, content, said):
    answer = desk.post(f"{URL}/", sent(content))
    assert answer.status_code == 422
    assert said in " ".join(errors_at(answer.text, "file"))


def test_a_file_that_is_too_large_is_refused_beside_the_field(desk, monkeypatch):
    monkeypatch.setattr(pending_files, "MOST_BYTES", 2_000)
    answer = desk.post(f"{URL}/", sent(whole_county()))
    assert answer.status_code == 422
    assert "文件超过" in " ".join(errors_at(answer.text, "file"))


def test_a_form_without_a_file_or_with_another_system_is_refused(desk):
    assert desk.post(f"{URL}/", {"crs": "wgs84"}).status_code == 422
    assert desk.post(f"{URL}/", sent(whole_county(), crs="mars")).status_code == 422


def test_a_file_in_another_system_is_converted(desk):
    where = bring(desk, file_of(feature(draft(GRID, strip(0, 1)))), crs="gcj02")
    assert [text for text in texts_of(desk.get(where).text, "p") if " · GCJ-02" in text]
    shapes = {one["properties"]["role"]: one for one in desk.get(f"{where}/outlines").get_json(force=True)["features"]}
    west = min(corner[0] for corner in shapes["faulty"]["geometry"]["coordinates"][0])
    assert 111.99 < west < 112 - 0.002


def test_a_tree_that_was_changed_meanwhile_is_looked_at_again(town, desk):
    where = bring(desk, file_of(feature(draft(GRID, strip(0, 1), name="东街网格"))))
    page = desk.get(where).text
    revision = page.split('name="revision" value="')[1].split('"')[0]
    desk.post(f"/admin/grids/{GRIDS[1]}", {"name": "别的", "area_class": "C"})
    again = desk.post(where, {"revision": revision})
    assert "请重新核对" in alert(desk.get(again.headers["Location"]).text)
    assert tree(town).get(GRID).name == f"格{GRID}"
    confirm(desk, where)
    assert tree(town).get(GRID).name == "东街网格"


def test_a_file_belongs_to_its_bringer(town, desk):
    where = bring(desk, whole_county())
    colleague = Desk(town.app, town.hire("administrator", "grid", COUNTY))
    assert path_of(colleague.get(where)) == f"{URL}/"
    assert colleague.get(f"{where}/outlines").status_code == 404
    colleague.post(f"{where}/drop", {})
    assert desk.get(where).status_code == 200


def test_a_file_waits_an_hour_and_is_then_swept(town, desk):
    where = bring(desk, whole_county())
    with town.app.app_context():
        (path,) = _kept()
        os.utime(path, (0, time.time() - pending_files.KEPT_SECONDS - 1))
        assert "已过期" in outcome(desk.get(desk.get(where).headers["Location"]).text)
        assert path_of(desk.post(where, {"revision": 1})) == f"{URL}/"
        assert (pending_files.sweep(), pending_files.sweep()) == (1, 0)


def test_a_new_file_takes_the_place_of_the_last_and_one_can_be_thrown_away(town, desk):
    first, second = bring(desk, whole_county()), bring(desk, whole_county())
    assert path_of(desk.get(first)) == f"{URL}/"
    assert desk.get(second).status_code == 200
    dropped = desk.post(f"{second}/drop", {})
    assert outcome(desk.get(dropped.headers["Location"]).text).startswith("文件已删除")
    with town.app.app_context():
        assert _kept() == []


@pytest.mark.parametrize("token", ["..", "x" * 32, "%2e%2e%2fgezhi", "a"])
def test_a_made_up_word_finds_nothing(desk, token):
    assert desk.get(f"{URL}/{token}").status_code in (302, 303, 404)


def test_who_administers_a_township_imports_only_what_lies_there(town, local):
    where = bring(local, file_of(feature(draft(GRIDS[2], strip(2, 3), name="夺来的网格"))))
    assert [text for text in faults(local.get(where).text) if "不在您的管理范围内" in text]
    with town.app.app_context():
        revision = queries.revision()
    local.post(where, {"revision": revision})
    assert tree(town).get(GRIDS[2]).name == f"格{GRIDS[2]}"
    confirm(local, bring(local, file_of(feature(draft(GRID, strip(0, 1), name="东街网格")))))
    assert tree(town).get(GRID).name == "东街网格"


def test_who_administers_a_township_moves_no_grid_out_of_it(local):
    moved = draft(VILLAGES[0], strip(0, 1), Level.VILLAGE, parent=EAST)
    page = local.get(bring(local, file_of(feature(moved)))).text
    assert [text for text in faults(page) if "不在您的管理范围内" in text]


def test_an_orphan_is_not_said_to_lie_elsewhere(desk):
    page = desk.get(bring(desk, file_of(feature(draft(GRID, strip(0, 1), parent="141025100999"))))).text
    assert faults(page)
    assert not [text for text in faults(page) if "不在您的管理范围内" in text]


def test_grids_that_are_each_others_parents_are_orphans(desk):
    one = draft(f"{VILLAGES[0]}002", strip(0, 1), parent=f"{VILLAGES[0]}003")
    other = draft(f"{VILLAGES[0]}003", strip(0, 1), parent=f"{VILLAGES[0]}002")
    page = desk.get(bring(desk, file_of(feature(one), feature(other)))).text
    assert [text for text in faults(page) if text.startswith("孤立")]


def test_names_of_a_file_are_escaped(desk):
    named = draft(GRID, strip(0, 1), name="<script>1</script>")
    where = bring(desk, file_of(feature(named)), name="<i>.geojson")
    page = desk.get(where).text
    assert [text for text in changed(page) if text.startswith("<script>1</script>")]
    assert [text for text in texts_of(page, "p") if text.startswith("<i>.geojson")]
    assert not elements(page, "i")
