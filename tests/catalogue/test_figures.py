"""What is marked as an example is found, counted and set."""

from app.catalogue.figures import Decision, count, figures, settle, settle_all
from tests.factories.catalogue import class_content, seed_documents
from workflows.case_terms import LimitKind


def test_every_example_of_what_we_ship_is_listed_once():
    for document in seed_documents():
        found = figures(document.content)
        assert len(found) == len({figure.path for figure in found}) == count(document.content), document.where


def test_a_figure_can_be_set_to_another_number_and_another_kind():
    content = class_content()
    labels = [figure.label for figure in figures(content)]
    place = labels.index("立案条件 1：有问题 · 时限 · A 类区域")
    settled = settle(content, "县发〔2026〕1号", {place: Decision({"work_minutes": 3}, LimitKind.WORK_DAYS)})
    assert settled["conditions"][0]["limits"]["A"] == {"work_days": 3, "source": "县发〔2026〕1号"}
    assert count(settled) == count(content) - 1
    assert content == class_content()  # untouched


def test_photos_are_three_numbers():
    content = class_content()
    (photos,) = (figure for figure in figures(content) if figure.path == ("evidence",))
    assert [(number.label, number.value) for number in photos.numbers] == [("上报", 1), ("处置后", 1), ("核查", 1)]
    settled = settle(content, "依据", {photos.place: Decision({"finish": 2, "unheard": 5})})
    assert settled["evidence"] == {"report": 1, "finish": 2, "check": 1, "source": "依据"}


def test_all_examples_can_be_adopted_as_they_stand():
    content = settle_all(class_content(), "依据")
    assert count(content) == 0
    assert content["conditions"][0]["limits"]["B"] == {"work_days": 1, "source": "依据"}


def test_an_admission_is_no_figure_and_stays_an_example_when_the_rest_is_adopted():
    service = next(one.content for one in seed_documents() if (one.kind, one.code) == ("service", "gas"))
    settled = settle_all(service, "依据")
    assert count(settled) == 0
    assert (settled["rounds"][0]["frequency"]["source"], settled["admission"]["source"]) == ("依据", "example")
    assert [figure.path for figure in figures(service) if "admission" in figure.path] == []
