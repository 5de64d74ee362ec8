"""A service is one file: what is exported is imported as the same, and a new one brings its classes along."""

import pytest
import yaml

from app.catalogue import files, queries, service
from app.catalogue.cli import group
from app.catalogue.files import UploadedFile, read_uploads
from app.core.errors import NotFound
from app.core.transaction import transaction
from tests.factories.catalogue import SEED, class_content, import_seed, seed_documents

pytestmark = pytest.mark.one_database
SHIPPED = sorted(path.stem for path in (SEED / "services").glob("*.yaml"))
NEW = """
sources: {S1: 县民政局〔2026〕9号}
service:
  code: parks
  name: 公园管护
  kind: plus
  may_report: [grid_worker]
  admission: {from: '2026-01-01', until: '2026-12-31', decision: 示例, source: example}
  departments: [D-HOUSING]
  rounds: []
  classes: [PK-01, '0102-2']
code_system: parks
kind: event
prefix: PK-
defaults: {check: visit}
classes:
- {code: '01', name: 园路破损, major: 公园, source: S1}
- {code: '02', name: 座椅损坏, major: 公园, source: example, check: phone}
"""


def one_file(text, name="service.yaml"):
    """Import one file as the command does; return what it changes."""
    with transaction():
        return service.import_documents(read_uploads([UploadedFile(name, text.encode())]), by="test")


def test_every_shipped_service_is_exported_as_a_file_that_gives_the_same_and_is_written_as_the_same(app_context):
    import_seed()
    documents = {(one.kind, one.code): one.content for one in seed_documents()}
    assert len(SHIPPED) >= 20
    for code in SHIPPED:
        text = service.export_service(code)
        again = {(one.kind, one.code): one.content for one in read_uploads([UploadedFile("a.yaml", text.encode())])}
        classes = [("class", one) for one in documents["service", code]["classes"]]
        assert again == {key: documents[key] for key in (("service", code), *classes)}
        assert not one_file(text).changes, "it says what is in force"
    with pytest.raises(NotFound):
        service.export_service("nobody")


def test_a_file_that_was_exported_comes_back_as_the_same_bytes_where_it_is_imported(app_context):
    text = NEW.replace(", '0102-2'", ", PK-02")
    import_seed()
    one_file(text)
    first = service.export_service("parks")
    assert "source: S1" in first
    assert yaml.safe_load(first)["sources"] == {"S1": "县民政局〔2026〕9号"}
    changed = class_content(code="PK-02", local_code="02", code_system="parks", name="座椅损坏", major="公园")
    one_file(files.write([{"kind": "class", "code": "PK-02", "content": changed}]))
    assert service.export_service("parks") != first
    one_file(first)
    assert service.export_service("parks") == first


def test_a_new_service_is_one_file_with_its_classes_and_names_what_is_missing(app_context):
    import_seed()
    with pytest.raises(files.DocumentRefused) as refused:
        one_file(NEW)
    assert list(refused.value.fields) == ["service.yaml: service.classes"]
    changes = one_file(NEW.replace(", '0102-2'", ", PK-02")).changes
    assert {(one.kind, one.code) for one in changes} == {("service", "parks"), ("class", "PK-01"), ("class", "PK-02")}
    catalogue = queries.catalogue()
    assert catalogue.service_of("PK-01").code == "parks"
    assert (catalogue.get("PK-01").source, catalogue.get("PK-02").check) == ("县民政局〔2026〕9号", "phone")


def test_the_command_writes_a_service_as_its_file(app, tmp_path, app_context):
    import_seed()
    target = tmp_path / "care.yaml"

    def run(*arguments):
        return app.test_cli_runner().invoke(group, [str(each) for each in arguments])

    assert run("export", target, "--service", "care").exit_code == 0
    assert target.read_text("utf-8") == service.export_service("care")
    assert "没有变化" in run("diff", target).output
    assert run("export", target, "--service", "nobody").exit_code == 1
