"""Importing makes versions; an open case keeps the one it was filed under."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.catalogue import queries, service
from app.catalogue.files import DocumentRefused
from app.catalogue.models import CatalogueVersion
from app.core import clock, revisions
from app.core.db import db
from app.core.transaction import transaction
from tests.factories.catalogue import SEED, class_content, documents_file, import_seed, seed_content
from workflows.case_clocks import Stage


@pytest.fixture
def seeded(app_context):
    return import_seed()


def versions():
    return db.session.scalar(select(func.count()).select_from(CatalogueVersion))


def import_class(folder, content, *, days=0):
    path = documents_file(folder, ("class", content["code"], content))
    with transaction():
        return service.import_files([path], valid_from=clock.now() + timedelta(days=days), by="test", note="文号")


def shorter(code="0102", minutes=60):
    content = seed_content(code)
    content["conditions"][0]["limits"]["A"] = {"work_minutes": minutes, "source": "example"}
    return content


def test_importing_the_seed_adds_every_document(seeded):
    assert len(seeded.changes) == versions() > 200
    assert all(change.added for change in seeded.changes)
    assert {row.version for row in db.session.scalars(select(CatalogueVersion))} == {1}
    assert queries.catalogue().get("0102").version == 1


def test_importing_the_same_again_changes_nothing(seeded):
    before = versions()
    with transaction():
        difference = service.import_files([SEED], by="test")
    assert not difference
    assert versions() == before


def test_only_what_has_changed_gets_a_new_version(seeded, tmp_path):
    before = versions()
    difference = import_class(tmp_path, shorter())
    assert [(change.code, change.added) for change in difference.changes] == [("0102", False)]
    assert versions() == before + 1
    row = db.session.get(CatalogueVersion, ("class", "0102", 2))
    assert (row.imported_by, row.note) == ("test", "文号")
    assert len(row.sha256) == 64


def test_an_open_case_keeps_the_version_it_was_filed_under(seeded, tmp_path):
    filed = queries.catalogue().get("0102")
    import_class(tmp_path, shorter(minutes=60))
    now = queries.catalogue()
    kept = queries.class_at("0102", filed.version)
    assert kept == filed
    assert now.limit_for(kept, "1", "A", Stage.HANDLE).amount == 240
    assert now.limit_for(queries.class_at("0102", None), "1", "A", Stage.HANDLE).amount == 60
    assert queries.class_at("0102", 2) is now.get("0102")
    assert queries.class_at("0102", 3) is None
    assert queries.class_at("none", None) is None


def test_a_version_holds_from_its_moment_on_without_another_import(seeded, tmp_path, clock):
    import_class(tmp_path, shorter(), days=10)
    assert queries.catalogue().get("0102").version == 1
    clock.tick(days=9, hours=23)
    assert queries.catalogue().get("0102").version == 1
    clock.tick(hours=1)
    assert queries.catalogue().get("0102").version == 2


def test_a_later_import_for_an_earlier_day_holds_until_the_day_of_the_other(seeded, tmp_path, clock):
    import_class(tmp_path, shorter(minutes=60), days=10)
    import_class(tmp_path, shorter(minutes=90))
    assert queries.catalogue().get("0102").version == 3
    clock.tick(days=10)
    assert queries.catalogue().get("0102").version == 2


def test_the_catalogue_of_a_past_moment_can_be_asked_for(seeded, tmp_path, clock):
    then = clock.tick(days=1)
    clock.tick(days=1)
    import_class(tmp_path, shorter())
    assert queries.catalogue(then).get("0102").version == 1
    assert queries.catalogue().get("0102").version == 2


def test_before_the_first_import_there_is_nothing(app_context):
    assert not queries.catalogue().classes
    assert queries.class_at("0102", None) is None
    assert queries.catalogue().limit_for(None, None, "A", Stage.ACCEPT) is None


def test_a_dry_run_tells_the_difference_and_writes_nothing(seeded, tmp_path):
    before, number = versions(), revisions.numbers(db.session())["catalogue"]
    path = documents_file(tmp_path, ("class", "0102", shorter()))
    difference = service.import_files([path], by="test", dry_run=True)
    assert any("4 个工作小时" in text and "4 working hours" in text.en for text in difference.texts)
    assert versions() == before
    revisions.forget()
    assert revisions.numbers(db.session())["catalogue"] == number


def test_a_file_with_one_bad_document_writes_nothing(seeded, tmp_path):
    before = versions()
    bad = {**seed_content("0103"), "check": "maybe"}
    path = documents_file(tmp_path, ("class", "0102", shorter()), ("class", "0103", bad))
    with pytest.raises(DocumentRefused) as refused, transaction():
        service.import_files([path], by="test")
    assert list(refused.value.fields) == ["changes.yaml: class[0103].check"]
    assert versions() == before


def test_documents_that_do_not_go_together_are_refused(app_context, tmp_path):
    path = documents_file(tmp_path, ("class", "T01", class_content()))
    with pytest.raises(DocumentRefused) as refused, transaction():
        service.import_files([path], by="test")
    assert set(refused.value.fields) == {"stages", "settings"}


def test_what_was_exported_imports_as_no_change(seeded, tmp_path):
    rows = [(row["kind"], row["code"], row["content"]) for row in service.export()]
    path = documents_file(tmp_path, *rows)
    assert not service.import_files([path], by="test", dry_run=True)


def test_new_calendars_are_noticed_by_those_who_keep_calendars(app_context):
    import_seed()
    revisions.forget()
    assert revisions.numbers(db.session())["calendars"] == 1
    assert "calendars" in queries.catalogue().others["calendars", "calendars"]


def test_the_catalogue_is_made_once_and_then_costs_no_query(seeded, query_count):
    first = queries.catalogue()
    with query_count() as seen:
        assert queries.catalogue() is first
        assert queries.class_at("0102", 1)
    assert seen == []
