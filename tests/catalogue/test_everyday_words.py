"""What people call things, and how they say times."""

import pytest

from app.catalogue.documents import LimitFigure
from app.catalogue.files import DocumentRefused
from app.catalogue.lookups import Catalogue
from tests.factories.catalogue import case_class, seed_catalogue
from workflows.case_terms import LimitKind


def of(*classes):
    return Catalogue(classes={each.code: each for each in classes})


def codes(found):
    return [each.code for each in found]


@pytest.fixture(scope="module")
def seed():
    return seed_catalogue()


def test_a_class_is_found_by_an_everyday_word_in_what_is_said():
    lamp = case_class(code="L", words=["路灯不亮"])
    assert codes(of(lamp).called("门口的路灯不亮了")) == ["L"]
    assert of(lamp).called("路灯") == []


def test_the_longest_everyday_word_decides():
    heap, full = case_class(code="H", words=["垃圾"]), case_class(code="F", words=["垃圾桶满"])
    assert codes(of(heap, full).called("垃圾桶满了")) == ["F"]


def test_a_class_that_nobody_reports_under_is_not_called_by_its_words():
    assert of(case_class(code="N", words=["路灯"], offered=False)).called("路灯") == []


def test_an_everyday_word_stands_once_in_a_class():
    with pytest.raises(DocumentRefused):
        case_class(words=["路灯", "路灯"])


@pytest.mark.parametrize(
    ("said", "code"), [("电梯坏了", "CY-901503"), ("欠薪", "CY-900301"), ("野狗", "CY-90170201"), ("违建", "0101")]
)
def test_what_we_ship_knows_everyday_words(seed, said, code):
    assert codes(seed.called(said)) == [code]


def test_an_english_text_finds_the_classes_in_whose_english_name_it_stands(seed):
    assert codes(seed.called("Sewer manhole")) == ["C0102"]
    assert "0102" in codes(seed.called("garbage"))
    assert all("manhole" in each.name.en.lower() for each in seed.called("manhole"))
    assert codes(seed.called(" ")) == codes(seed.called("?!")) == []


def test_every_class_that_we_ship_has_an_english_name_of_its_own(seed):
    assert not [each.code for each in seed.classes.values() if not each.name.en.isascii()]


def test_nearly_all_classes_that_are_offered_have_everyday_words(seed):
    offered = [each for each in seed.classes.values() if each.offered]
    assert len([each for each in offered if each.words]) > len(offered) * 0.8


@pytest.mark.parametrize(
    ("kind", "amount", "said"),
    [
        ("work_minutes", 480, "8 个工作小时"),
        ("work_minutes", 90, "90 工作分钟"),
        ("urgent_minutes", 120, "2 小时（昼夜连续）"),
        ("urgent_minutes", 30, "30 分钟（昼夜连续）"),
        ("work_days", 2, "2 个工作日"),
    ],
)
def test_a_limit_is_said_in_hours_where_they_are_whole(kind, amount, said):
    assert LimitFigure(LimitKind.of(kind), amount, "example").words == said
