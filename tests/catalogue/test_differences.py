"""What an import changes is said so that a person can read it."""

from app.catalogue.differences import Difference, compare
from tests.factories.catalogue import class_content
from workflows.words import Words


def test_nothing_is_said_of_a_document_that_says_the_same():
    assert compare("class", "T01", class_content(), class_content()) is None
    assert [(*map(str, (text, text.en)),) for text in Difference(()).texts] == [("没有变化。", "Nothing changes.")]
    assert not Difference(())


def test_a_new_class_is_named():
    change = compare("class", "T01", None, class_content())
    assert [*map(repr, change.texts)] == ["Words('＋ 类别 T01 测试类：新增', '+ Class T01 测试类: new')"]


def zh(change):
    """The Chinese lines."""
    return [*change.lines]


def test_a_changed_limit_says_from_what_to_what():
    changed = class_content()
    changed["conditions"][0]["limits"]["A"] = {"work_minutes": 90, "source": "某县 2026"}
    change = compare("class", "T01", class_content(), changed)
    assert [(str(line), line.en) for line in change.lines] == [
        (
            "立案条件 · 条件 1 · 时限 · A 类区域：4 个工作小时（示例，由县自定） → 90 工作分钟（某县 2026）",
            "Filing conditions · condition 1 · Limits · Area class A: "
            "4 working hours (Example, to be set by the county) → 90 working minutes (某县 2026)",
        )
    ]
    assert change.texts[0].en == "～ Class T01 测试类"
    assert change.texts[1].startswith("    立案条件")


def test_flags_words_lists_and_new_parts_are_said_in_words():
    changed = class_content(self_fix=True, name="新名称", check="phone")
    changed["routes"][0]["assist"] = ["township", "D-TWO"]
    called = {"D-TWO": Words("第二局", "Bureau two")}
    change = compare("class", "T01", class_content(), changed, lambda kind, code: called.get(code))
    assert "可自行处置：（无） → 是" in zh(change)
    assert "名称：“测试类” → “新名称”" in zh(change)
    assert "派遣规则 · 第 1 条 · 协办：所在乡镇政府 → 所在乡镇政府、第二局" in zh(change)
    assert "How it is checked: (none) → Phone" in [line.en for line in change.lines]


def test_of_a_figure_of_several_numbers_only_what_differs_is_said():
    changed = class_content()
    changed["evidence"]["finish"] = 2
    assert zh(compare("class", "T01", class_content(), changed)) == ["照片要求 · 处置后：1 → 2"]


def test_a_difference_is_known_again_by_its_digest():
    one, other = (Difference((compare("class", "T01", None, class_content(name=name)),)) for name in "甲乙")
    again = Difference((compare("class", "T01", None, class_content(name="甲")),))
    assert one.digest == again.digest != other.digest
