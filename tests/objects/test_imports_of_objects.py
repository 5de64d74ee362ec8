"""Objects come from xlsx, csv and GeoJSON: checked whole, taken a few rows at a time, gone on with after a kill."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from app.core.db import db
from app.core.permissions import SYSTEM, Assignment, Permission, Person
from app.core.transaction import transaction
from app.frame.staging import ImportStage
from app.identity import queries as identity
from app.identity.models import AssignmentRow
from app.objects import jobs, object_imports, queries
from app.objects.cli import objects
from app.objects.models import ObjectImport, ObjectImportRow, ObjectRow
from tests.factories.grids import COUNTY, INSIDE, WEST
from tests.factories.objects import BOX, component, keep
from tests.factories.town import HERE, HOUSING, THERE
from tests.support.workbooks import book, saved

SIZE = "尺寸（毫米）"
HEAD = (
    "编号",
    "名称",
    "经度",
    "纬度",
    "权属单位",
    "养护单位",
    "状态",
    "状况等级",
    "材质",
    "尺寸（毫米）",
    "初始日期",
    "备注",
)


def line(number, at=HERE, **changes):
    """A row of a survey."""
    cells = {
        "编号": f"{BOX}0102{number:06}", "名称": f"井盖{number}", "经度": str(at[0]), "纬度": str(at[1]),
        "权属单位": "县住房和城乡建设局", "养护单位": "某养护公司", "状态": "在用", "状况等级": "完好", "材质": "铸铁",
        SIZE: "700", "初始日期": "2020/5/1", "备注": "无", **changes,
    }  # fmt: skip
    return [cells.get(name, "") for name in HEAD]


def csv_of(lines, head=HEAD):
    return "\n".join(",".join(row) for row in [head, *lines]).encode()


@pytest.fixture
def run(town, tmp_path):
    """The command on a file."""

    def run_on(content, *options, name="survey.csv", kind="component"):
        path = tmp_path / name
        path.write_bytes(content)
        with town.app.app_context():
            return CliRunner().invoke(objects, ["import", str(path), "--kind", kind, *options])

    return run_on


def counted(town, of=ObjectRow):
    with town.app.app_context():
        return db.session.scalar(select(func.count()).select_from(of))


def test_a_survey_comes_in_whole_and_the_same_again_changes_nothing(town, run):
    content = csv_of([line(1), line(2, at=THERE), line(3, 状况等级="破损")])
    outcome = run(content)
    assert outcome.exit_code == 0, outcome.output
    assert "新增 3，修改 0，未变 0" in outcome.stdout
    assert "未导入的列：备注" in outcome.stderr
    (first, *_), items = town.worker.get("objects").get_json()["items"], town.duty.get("objects").get_json()["items"]
    assert len(items) == 3
    assert first["owner"]["code"] == HOUSING
    assert first["maintainer"] == {"code": None, "name": "某养护公司"}
    assert first["attributes"] == {"built_on": "2020-05-01", "material": "铸铁", "size_mm": 700}
    assert "新增 0，修改 0，未变 3" in run(content).stdout
    changed = run(csv_of([line(1), line(3, 状况等级="丢失", 名称="新名")]))
    assert "新增 0，修改 1，未变 1" in changed.stdout
    third = town.duty.get("objects", q="新名").get_json()["items"][0]
    assert (third["grade"]["code"], third["version"]) == ("lost", 2)
    read = town.duty.get(f"objects/{third['object_id']}").get_json()
    assert [entry["edit"] for entry in read["history"]] == ["imported", "imported"]


def test_a_workbook_and_geojson_say_the_same(town, run):
    assert "新增 1" in run(saved(book([HEAD, line(1)])), name="survey.xlsx").stdout
    properties = {
        "ObjID": f"{BOX}0102000002",
        "ObjName": "井盖2",
        "材质": "铸铁",
        "size_mm": 700,
        "built_on": "2020-05-01",
    }
    point = {"type": "Point", "coordinates": list(HERE)}
    features = [{"type": "Feature", "properties": properties, "geometry": point}]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    assert "新增 1" in run(content, name="survey.geojson").stdout
    one, other = town.worker.get("objects").get_json()["items"]
    assert one["attributes"] == other["attributes"]
    line_of = {"type": "LineString", "coordinates": [list(HERE), [HERE[0] + 0.01, HERE[1]]]}
    pipes = [{"type": "Feature", "properties": {"名称": "管1", "输送介质": "供水"}, "geometry": line_of}]
    content = json.dumps({"type": "FeatureCollection", "features": pipes}).encode()
    assert "新增 1" in run(content, name="pipes.geojson", kind="pipe").stdout
    assert "未变 1" in run(content, name="pipes.geojson", kind="pipe").stdout


def test_a_file_with_faults_changes_nothing_and_names_row_and_column(town, run):
    keep(town.worker, component(9))
    content = csv_of(
        [
            line(1), line(2, 经度="很远"), line(3, 编号="12"), line(4, 状态="坏了"), line(5, 状况等级="不错"),
            line(6, **{SIZE: "大"}), line(7, 初始日期="去年"), line(1), line(8, at=(10.0, 10.0)), line(10, 名称=""),
        ]
    )  # fmt: skip
    outcome = run(content)
    assert outcome.exit_code == 1
    for number, column in (
        (3, "经度"), (4, "编号"), (5, "状态"), (6, "状况等级"), (7, SIZE), (8, "初始日期"), (9, "编号"), (10, "经度"),
        (11, "名称"),
    ):  # fmt: skip
        assert f"第 {number} 行“{column}”" in outcome.stderr, (number, column, outcome.stderr)
    assert "有 9 行有错，没有导入" in outcome.stderr
    assert counted(town) == 1
    assert run(b"a,b\n1,2\n").exit_code == run(b"{}").exit_code == run(csv_of([])).exit_code == 1
    assert run(content, kind="ufo").exit_code == 1


def test_rows_by_their_ids_cannot_take_what_is_anothers(town, run):
    keeper = town.hire("administrator", "grid", COUNTY)
    one, other = keep(keeper, component(1)), keep(keeper, component(2))
    bridge = keep(keeper, {"kind": "bridge", "name": "东桥", "lon": HERE[0], "lat": HERE[1]})
    head = ("对象号", *HEAD)
    swapped = csv_of([[one["object_id"], *line(2)]], head)
    assert "已用于别的对象" in run(swapped).stderr
    assert "另一种类" in run(csv_of([[bridge["object_id"], *line(3)]], head)).stderr
    assert "不是有效的对象号" in run(csv_of([["12", *line(3)]], head)).stderr
    renamed = run(csv_of([[other["object_id"], *line(5)]], head))
    assert "修改 1" in renamed.stdout, renamed.output
    assert keeper.get(f"objects/{other['object_id']}").get_json()["identifier"] == f"{BOX}0102000005"


@pytest.mark.one_database
def test_a_dry_run_takes_nothing_in(town, run):
    outcome = run(csv_of([line(1)]), "--dry-run")
    assert (outcome.exit_code, "未导入，共 1 行" in outcome.stdout) == (0, True)
    assert counted(town) == 0
    assert "新增 1" in run(csv_of([line(1)])).stdout


@pytest.mark.one_database
def test_places_are_converted_from_the_system_of_the_file(town, run):
    assert run(csv_of([line(1)]), "--crs", "gcj02").exit_code == 0
    (kept,) = town.duty.get("objects").get_json()["items"]
    assert kept["lon"] != HERE[0]
    assert abs(kept["lon"] - HERE[0]) < 0.02


def test_what_was_broken_off_goes_on_where_it_stopped(town, run, monkeypatch):
    monkeypatch.setattr(object_imports, "STAGING", replace(object_imports.STAGING, at_once=4))
    content = csv_of([line(number) for number in range(1, 11)])
    with town.app.app_context():
        staged = object_imports.stage(content, "component", "wgs84", "survey.csv", by=SYSTEM)
        assert (staged.stage, staged.rows) == (ImportStage.CHECKED, 10)
        with transaction():
            object_imports.STAGING.confirm(staged.id, by=SYSTEM)
        assert object_imports.take_batch(staged.id) == 4
    assert counted(town) == 4
    outcome = run(content)  # whoever runs it again after a kill
    assert "新增 10，修改 0，未变 0" in outcome.stdout
    assert (counted(town), counted(town, ObjectImport)) == (10, 1)


def test_the_sweep_takes_in_what_was_confirmed_and_forgets_what_is_old(town, clock, monkeypatch):
    monkeypatch.setattr(object_imports, "STAGING", replace(object_imports.STAGING, at_once=3))
    with town.app.app_context():
        staged = object_imports.stage(
            csv_of([line(number) for number in range(1, 8)]), "component", "wgs84", "a", by=SYSTEM
        )
        assert jobs.sweep_imports() == 0
        with transaction():
            object_imports.STAGING.confirm(staged.id, by=SYSTEM)
        assert jobs.sweep_imports() == 7
        done = object_imports.STAGING.one(staged.id, SYSTEM)
        assert (done.stage, done.created, done.settled) == (ImportStage.DONE, 7, 7)
        with pytest.raises(object_imports.ImportNotReady), transaction():
            object_imports.STAGING.confirm(staged.id, by=SYSTEM)
        assert object_imports.STAGING.tidy() == 0
        clock.tick(days=8)
        assert object_imports.STAGING.tidy() == 1
    assert (counted(town), counted(town, ObjectImport), counted(town, ObjectImportRow)) == (7, 0, 0)


def test_what_has_changed_since_the_check_is_left_out_and_named(town):
    with town.app.app_context():
        staged = object_imports.stage(csv_of([line(1), line(2)]), "component", "wgs84", "a", by=SYSTEM)
        with transaction():
            object_imports.STAGING.confirm(staged.id, by=SYSTEM)
    keep(town.worker, component(2, name="先登记"))
    with town.app.app_context():
        assert object_imports.take_batch(staged.id) == 2
        done = object_imports.STAGING.one(staged.id, SYSTEM)
        assert (done.created, done.changed, done.faults) == (1, 1, 0)


@pytest.mark.one_database
def test_an_administrator_imports_on_the_own_ground_alone(town):
    manages = frozenset({Permission.OBJECT_MANAGE, Permission.OBJECT_READ})
    local = Person(None, "乡镇", (Assignment("a", "grid", WEST, f"{COUNTY}/{WEST}/", manages),))
    far = list(INSIDE.values())[3]
    with town.app.app_context():
        staged = object_imports.stage(csv_of([line(1), line(2, at=far)]), "component", "wgs84", "a", by=local)
        assert staged.stage == ImportStage.FAULTY
        ((number, column, text),) = object_imports.STAGING.faults(staged.id, 10)
        assert (number, column, text.en) == (3, "经度", "It is not on your ground.")


@pytest.mark.one_database
def test_what_is_exported_as_geojson_comes_back_unchanged(town, run, tmp_path):
    run(csv_of([line(1), line(2, at=THERE)]))
    target = tmp_path / "out.geojson"
    with town.app.app_context():
        outcome = CliRunner().invoke(objects, ["export", str(target), "--kind", "component"])
    assert "已写出 2 个对象" in outcome.stdout
    back = run(target.read_bytes(), name="back.geojson")
    assert "新增 0，修改 0，未变 2" in back.stdout, back.output
    with town.app.app_context():
        assert {row.version for row in queries.page(SYSTEM, {}, None, 10).items} == {1}


def test_rows_are_taken_in_by_what_their_bringer_may_do_then(town):
    keeper = town.hire("administrator", "grid", COUNTY)
    with town.app.app_context():
        first = object_imports.stage(csv_of([line(1)]), "component", "wgs84", "one.csv", by=identity.person(keeper.id))
        with transaction():
            object_imports.STAGING.confirm(first.id, by=identity.person(keeper.id))
        assert object_imports.take_batch(first.id) == 1
        both = csv_of([line(1, 状况等级="破损"), line(2, at=THERE)])
        staged = object_imports.stage(both, "component", "wgs84", "two.csv", by=identity.person(keeper.id))
        with transaction():
            object_imports.STAGING.confirm(staged.id, by=identity.person(keeper.id))
            db.session.query(AssignmentRow).filter_by(person_id=keeper.id).delete()
        object_imports.take_batch(staged.id)
        done = db.session.get(ObjectImport, staged.id)
        assert (done.created, done.changed, done.faults) == (0, 0, 2)
        assert db.session.scalars(select(ObjectRow.grade)).all() == ["good"]


def test_two_rows_that_mean_one_object_are_told_apart_from_two_objects(town, run):
    run(csv_of([line(1)]))
    with town.app.app_context():
        (object_id,) = db.session.scalars(select(ObjectRow.object_id)).all()
    by_id, by_identifier = [*line(1, 编号=""), str(object_id)], [*line(1), ""]
    answer = run(csv_of([by_id, by_identifier], (*HEAD, "对象号")), name="again.csv")
    assert answer.exit_code == 1
    assert "第 2 行" in answer.output
