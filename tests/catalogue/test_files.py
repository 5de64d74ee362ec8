"""Files that are wrong name the field; files that are right become whole documents."""

from pathlib import Path

import pytest

from app.catalogue import document_kinds
from app.catalogue.files import Document, DocumentRefused, read
from app.catalogue.lookups import inconsistencies
from tests.factories.catalogue import class_content, documents_file, seed_catalogue, seed_content

CLASSES = """
sources: {S1: 某市标准}
code_system: test
kind: event
prefix: T-
defaults: {check: visit}
classes:
  - {code: '01', name: 甲, major: 测试, source: S1}
  - {code: '02', name: 乙, major: 测试, source: example, check: phone, kind: component}
"""


def write(folder, text, name="some.yaml"):
    path = Path(folder) / name
    path.write_text(text, encoding="utf-8")
    return path


def test_classes_take_prefix_defaults_and_full_names_of_sources(tmp_path):
    first, second = read([write(tmp_path, CLASSES)])
    assert (first.kind, first.code) == ("class", "T-01")
    assert first.content["local_code"] == "01"
    assert first.content["source"] == "某市标准"
    assert first.content["check"] == "visit"
    assert second.content["source"] == "example"
    assert (second.content["check"], second.content["kind"]) == ("phone", "component")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("classes: [", "some.yaml"),
        ("- 1", "some.yaml"),
        ("nothing: 1", "some.yaml"),
        ("settings: {}\nother: 1", "some.yaml"),
        ("a: 1\na: 2", "some.yaml"),
        (CLASSES + "more: 1", "some.yaml"),
        (CLASSES.replace("kind: event\n", ""), "some.yaml"),
        (CLASSES.replace("'01'", "01"), "some.yaml: classes[0].code"),
        (CLASSES.replace("source: S1}", "source: S2}"), "some.yaml: classes[T-01].source"),
        ("documents: [{kind: class}]", "some.yaml: documents[0]"),
        ("sources: [1]\nstages: {}", "some.yaml: sources"),
    ],
)
def test_a_file_of_another_shape_is_refused_with_its_place(tmp_path, text, where):
    with pytest.raises(DocumentRefused) as refused:
        read([write(tmp_path, text)])
    assert list(refused.value.fields) == [where]


def test_a_rule_for_all_matters_is_the_source_of_nothing(tmp_path):
    text = CLASSES.replace("{S1: 某市标准}", "{S1: {rule: 某市工单规则}}")
    with pytest.raises(DocumentRefused) as refused:
        read([write(tmp_path, text)])
    ((where, (said,)),) = refused.value.fields.items()
    assert where == "some.yaml: classes[T-01].source"
    assert "note" in said
    assert [each.code for each in read([write(tmp_path, text.replace("source: S1", "source: example"))])] == [
        "T-01", "T-02",
    ]  # fmt: skip


def test_the_same_code_in_two_places_is_refused(tmp_path):
    twice = CLASSES.replace("'02'", "'01'").replace(", kind: component", "")
    with pytest.raises(DocumentRefused, match="目录文件有误"):
        read([write(tmp_path, CLASSES), write(tmp_path, twice, "other.yaml")])


def test_the_same_code_twice_in_one_file_is_refused(tmp_path):
    with pytest.raises(DocumentRefused) as refused:
        read([write(tmp_path, CLASSES.replace("'02'", "'01'"))])
    assert list(refused.value.fields) == ["some.yaml: classes[T-01]"]


def test_a_path_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(DocumentRefused):
        read([tmp_path / "none.yaml"])


def refused_fields(content, kind="class"):
    with pytest.raises(DocumentRefused) as refused:
        document_kinds.load(Document(kind, "x", content, "x"))
    return refused.value.fields


def with_limit(limit):
    content = class_content()
    content["conditions"][0]["limits"]["A"] = limit
    return content


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (with_limit({"work_minutes": 240}), "x.conditions[0].limits.A.source"),
        (with_limit({"work_minutes": 0, "source": "example"}), "x.conditions[0].limits.A.work_minutes"),
        (with_limit({"work_days": "3", "source": "example"}), "x.conditions[0].limits.A.work_days"),
        (with_limit({"work_hours": 4, "source": "example"}), "x.conditions[0].limits.A.work_hours"),
        (with_limit({"source": "example"}), "x.conditions[0].limits.A"),
        (with_limit({"work_days": 1, "calendar_days": 1, "source": "example"}), "x.conditions[0].limits.A"),
        (class_content(check="maybe"), "x.check"),
        (class_content(verify="yes"), "x.verify"),
        (class_content(colour="red"), "x.colour"),
        (class_content(name=""), "x.name"),
        (class_content(name="甲\x00"), "x.name"),
        (class_content(code="甲"), "x.code"),
        (class_content(confidential={"readers": []}), "x.confidential.readers"),
        (class_content(reopen={"work_days": 3, "source": "example"}), "x.reopen"),
        (class_content(stages={"handle": {"work_days": 3, "source": "example"}}), "x.stages"),
        (class_content(stages={"sleep": {"work_days": 3, "source": "example"}}), "x.stages.sleep"),
        (class_content(routes=[{"when": {"area": ["D"]}, "lead": "X"}]), "x.routes[0].when.area[0]"),
        (class_content(routes=[{"when": {"condition": ["9"]}, "lead": "X"}]), "x.routes[0].when"),
        (class_content(form=[{"field": "a", "label": "甲", "type": "choice"}]), "x.form[0].choices"),
        (class_content(conditions=class_content()["conditions"] * 2), "x.conditions"),
    ],
)
def test_a_bad_document_names_the_field(content, where):
    fields = refused_fields(content)
    assert list(fields) == [where]
    assert any("\u4e00" <= letter <= "\u9fff" for text in fields[where] for letter in str(text)), fields


def test_settings_and_stages_must_be_whole():
    settings = seed_content("settings", "settings")
    del settings["settings"]["reopen_days"]
    assert list(refused_fields(settings, "settings")) == ["x.settings"]
    settings = seed_content("settings", "settings")
    settings["settings"]["self_fixed_check_percent"]["value"] = 101
    assert list(refused_fields(settings, "settings")) == ["x.settings.self_fixed_check_percent.value"]
    stages = seed_content("stages", "stages")
    del stages["stages"]["sign"]
    assert list(refused_fields(stages, "stages")) == ["x.stages"]


def test_a_kind_nobody_knows_is_refused():
    assert refused_fields({}, "spells") == {"x": ["没有“spells”这种文件。"]}


def test_a_service_ends_after_it_begins():
    service = seed_content("river", "service")
    service["admission"]["until"] = "2020-01-01"
    assert list(refused_fields(service, "service")) == ["x.admission.until"]


def test_a_service_names_only_classes_that_are_there_and_no_other_service_has(tmp_path):
    river = seed_content("river", "service")
    river["classes"] = [*river["classes"], "0102", "9999"]
    river["rounds"][0]["finding_classes"] = ["8888"]
    [document] = read([documents_file(tmp_path, ("service", "river", river))])
    shipped = seed_catalogue()
    changed = type(shipped)(
        classes=shipped.classes,
        services={**shipped.services, "river": document_kinds.load(document)},
        stages=shipped.stages,
        settings=shipped.settings,
    )
    wrong = inconsistencies(changed)
    assert "没有类别 9999。" in wrong["service[river].classes"]
    assert "service[river].rounds[river_village].finding_classes" in wrong
    assert any("0102" in text for texts in wrong.values() for text in texts)
