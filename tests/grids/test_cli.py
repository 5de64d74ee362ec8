"""`gezhi grids import` takes a file whole, or says line by line what is wrong with it."""

import json

import pytest
import shapely
from click.testing import CliRunner
from shapely import box

from app.grids import queries
from app.grids.cli import grids
from app.grids.drafts import Draft
from tests.factories.grids import COUNTY, GRIDS, VILLAGES, county, draft

pytestmark = [pytest.mark.one_database, pytest.mark.usefixtures("app_context")]


@pytest.fixture
def run(tmp_path):
    def import_file(drafts: list[Draft], *options: str, **properties: str):
        file = tmp_path / "grids.geojson"
        features = [feature(one, **properties) for one in drafts]
        file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
        return CliRunner().invoke(grids, ["import", str(file), *options])

    return import_file


def feature(one: Draft, **properties: str):
    known = {"code": one.code, "name": one.name, "level": one.level, "parent": one.parent, **properties}
    return {"type": "Feature", "properties": known, "geometry": json.loads(shapely.to_geojson(one.geometry))}


def test_a_sound_file_is_imported(run):
    outcome = run(county())
    done = "已导入：新建 11，修改 0，未变 0，停用 0。Imported: 11 new, 0 changed, 0 unchanged, 0 ended.\n"
    assert (outcome.exit_code, outcome.stdout) == (0, done)
    assert queries.grid(GRIDS[0]).parent == VILLAGES[0]


def test_a_dry_run_writes_nothing(run):
    outcome = run(county(), "--dry-run")
    assert outcome.exit_code == 0
    assert outcome.stdout.startswith(
        "检查通过，未写入：新建 11，修改 0，未变 0，停用 0。Checked, nothing written: 11 new"
    )
    assert queries.grid_tree().current == ()


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_faults_of_boundaries_are_told_line_by_line_and_nothing_is_imported(run, options):
    half = draft(GRIDS[0], box(112, 36, 112.05, 36.1))
    outcome = run([half if one.code == GRIDS[0] else one for one in county()], *options)
    assert outcome.exit_code == 1
    first, last = outcome.stderr.splitlines()
    assert first.startswith(f"{VILLAGES[0]}\t有约 ")
    assert "有 1 处错误" in last
    assert queries.grid_tree().current == ()


def test_faults_of_properties_are_told_for_each_feature(run):
    outcome = run(county(), kind="red")
    assert outcome.exit_code == 1
    assert outcome.stderr.count("kind：") == 11


def test_a_file_in_another_system_is_converted(run):
    assert run(county()[:1], "--crs", "gcj02").exit_code == 0
    assert queries.locate(112.0001, 36.05, "gcj02").grid.code == COUNTY
    with pytest.raises(queries.PlaceOutside):
        queries.locate(112.3999, 36.05)
