"""Kinds of objects are data: what is shipped is whole, what is wrong is named by file and field."""

import json

import pytest

from app.catalogue import document_kinds, files, service
from app.catalogue import queries as catalogue
from app.catalogue.files import Document, DocumentRefused, UploadedFile
from app.core.transaction import transaction
from app.objects import object_kinds as kinds
from app.objects.object_kinds import KIND
from tests.factories.catalogue import SEED, seed_catalogue
from workflows.words import Words

pytestmark = pytest.mark.usefixtures("lasting_app")  # which has entered what reads the document
SHIPPED = {
    "component", "bridge", "pipe", "self_built", "construction_site", "hazard_point", "flood_point", "small_place",
    "enterprise", "river_section", "forest_section", "shelter", "toilet", "heritage", "managed_estate",
    "three_nothing_estate",
}  # fmt: skip


@pytest.fixture(scope="module")
def document():
    (shipped,) = files.read([SEED / "objects.yaml"])
    return shipped


def refused(content):
    with pytest.raises(DocumentRefused) as raised:
        document_kinds.load(Document(KIND, KIND, content, "objects.yaml"))
    return raised.value.fields


def with_first(document, **changes):
    """The document as it is shipped, its first kind changed; None takes a field away."""
    content = json.loads(json.dumps(document.content))
    first = {name: value for name, value in {**content[KIND][0], **changes}.items() if value is not None}
    return {**content, KIND: [first, *content[KIND][1:]]}


def test_every_kind_that_is_shipped_is_whole_and_answers_to_classes_that_are_shipped(document):
    own, classes = kinds.load(document.content), seed_catalogue().classes
    assert set(own) == SHIPPED
    for kind in own.values():
        assert kind.condition_grades, kind.code
        assert kind.form, kind.code
        assert set(kind.classes) <= set(classes), kind.code
        for words in (kind.name, kind.layer, *(each.label for each in kind.form)):
            assert isinstance(words, Words), (kind.code, words)
            assert words.en != words, (kind.code, words)


def test_an_identifier_of_a_component_tells_its_class(document):
    component = kinds.load(document.content)["component"]
    assert component.identifier.fits("1410250102000001")
    assert component.classes_of("1410250102000001") == ("C0102",)
    assert component.sort_for("C0102") == "0102"
    for other in (None, "", "141025010200001", "14102501020000011", "14102501020000０1", "a410250102000001"):
        assert component.classes_of(other) == ()
        assert not other or not component.identifier.fits(other)
    assert component.sort_for("0102") is None
    bridge = kinds.load(document.content)["bridge"]
    assert (bridge.sort_for("C0207"), bridge.sort_for("C0101")) == ("", None)
    assert bridge.identifier.fits("G22-K104/1")
    assert not bridge.identifier.fits("桥1")


FIRST = "objects.yaml: objects[0]"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"geometry": "cube"}, f"{FIRST}.geometry"),
        ({"name_en": None}, f"{FIRST}.name_en"),
        ({"colour": "red"}, f"{FIRST}.colour"),
        ({"source": None}, f"{FIRST}.source"),
        ({"code": "bridge"}, "objects.yaml: objects"),
        ({"classes": ["C0101"]}, f"{FIRST}.class_prefix"),
        ({"identifier": {"source": "example"}}, f"{FIRST}.class_prefix"),
        (
            {"identifier": {"parts": [{"part": "major", "digits": 2}] * 2, "source": "example"}},
            f"{FIRST}.identifier.parts",
        ),
        ({"condition_grades": {"grades": [], "source": "example"}}, f"{FIRST}.condition_grades.grades"),
        (
            {"form": [{"field": "material", "label": "材质", "type": "choice"}]},
            f"{FIRST}.form[0].choices",
        ),
    ],
)
def test_a_fault_is_named_by_file_and_field(document, changes, field):
    assert field in refused(with_first(document, **changes))


def test_a_document_without_kinds_is_refused():
    assert "objects.yaml: objects" in refused({"objects": []})
    assert "objects.yaml: objects" in refused({"objects": "all"})
    with pytest.raises(DocumentRefused):
        files.read_uploads([UploadedFile("objects.yaml", b"objects: [\n")])


@pytest.mark.one_database
@pytest.mark.usefixtures("app_context")
def test_a_county_without_a_document_of_its_own_goes_by_the_one_that_is_shipped():
    assert set(kinds.kinds()) == SHIPPED


@pytest.mark.one_database
def test_a_county_adds_a_kind_by_a_file_alone(town, document):
    more = {**document.content[KIND][1], "code": "well", "name": "水井", "name_en": "Well", "classes": ["GX-9999"]}
    content = {KIND: [*document.content[KIND], more]}
    with town.app.app_context():
        put_in_force(town, content)
        assert kinds.kinds()["well"].name == "水井"
        warned = [text for text in kinds.warnings(catalogue.catalogue(), None) if "水井" in text]
        assert "GX-9999" in warned[0]


def put_in_force(town, content):
    with transaction():
        service.import_documents([Document(KIND, KIND, content, "objects.yaml")], by="test")
