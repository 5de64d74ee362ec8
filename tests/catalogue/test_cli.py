"""`gezhi catalogue`."""

import pytest
import yaml

from app.audit import queries as audit
from app.audit.tags import Tag
from app.catalogue import queries
from app.catalogue.cli import group
from tests.factories.catalogue import SEED, documents_file, seed_content

pytestmark = pytest.mark.one_database


@pytest.fixture
def run(app):
    def run(*arguments):
        return app.test_cli_runner().invoke(group, [str(each) for each in arguments])

    return run


def test_import_shows_the_difference_and_what_is_left_to_do(run, app):
    result = run("import", SEED)
    assert result.exit_code == 0, result.output
    assert "＋ 类别 0102 暴露垃圾：新增" in result.output
    assert "要素齐全" in result.output
    with app.app_context():
        assert queries.catalogue().get("0102")


def test_a_dry_run_and_diff_write_nothing(run, app):
    assert "未写入" in run("import", SEED, "--dry-run").output
    assert "暴露垃圾" in run("diff", SEED).output
    with app.app_context():
        assert not queries.catalogue().classes


def test_a_day_of_validity_is_a_day_in_the_county(run, app, tmp_path, clock):
    run("import", SEED)
    path = documents_file(tmp_path, ("class", "0102", {**seed_content("0102"), "note": "改"}))
    assert run("import", path, "--valid-from", "2026-11-24").exit_code == 0
    clock.tick(hours=14, minutes=59)  # 23:59 in the county
    with app.app_context():
        assert queries.catalogue().get("0102").version == 1
    clock.tick(minutes=1)
    with app.app_context():
        assert queries.catalogue().get("0102").version == 2


def test_a_bad_file_is_one_message_with_its_fields(run, tmp_path):
    path = documents_file(tmp_path, ("class", "0102", {**seed_content("0102"), "check": "maybe"}))
    result = run("import", path)
    assert result.exit_code == 1
    assert "changes.yaml: class[0102].check：第 1 行：只能是：" in result.output


def test_an_import_is_entered_in_the_audit(run, app, tmp_path):
    run("import", SEED, "--dry-run")
    run("import", SEED)
    run("import", documents_file(tmp_path, ("class", "0102", {**seed_content("0102"), "note": "改"})))
    run("import", SEED / "settings.yaml")  # says nothing new
    with app.app_context():
        one, all_ = audit.search(tags=[Tag.CATALOGUE_IMPORTED]).items
    assert (one.subject_id, one.data["documents"], one.data["classes"]) == ("class:0102", {"class": 1}, ["0102"])
    assert all_.data["documents"]["class"] > 200
    assert all_.person_id is None


def test_an_export_can_be_imported_again(run, tmp_path):
    run("import", SEED)
    target = tmp_path / "all.yaml"
    assert "已导出" in run("export", target).output
    assert {row["kind"] for row in yaml.safe_load(target.read_text("utf-8"))["documents"]} >= {"class", "service"}
    assert "没有变化。" in run("diff", target).output
