"""What an import changes is said so that a person can read it."""

from app.catalogue.differences import Difference, compare
from tests.factories.catalogue import class_content


def test_nothing_is_said_of_a_document_that_says_the_same():
    assert compare("class", "T01", class_content(), class_content()) is None
    assert str(Difference(())) == "没有变化。"
    assert not Difference(())


def test_a_new_class_is_named():
    change = compare("class", "T01", None, class_content())
    assert str(change) == "＋ 类别 T01 测试类：新增"


def test_a_changed_limit_says_from_what_to_what():
    changed = class_content()
    changed["conditions"][0]["limits"]["A"] = {"work_minutes": 120, "source": "某县 2026"}
    change = compare("class", "T01", class_content(), changed)
    assert change.lines == ("立案条件 · 1 · 时限 · A：4 工作小时（示例） → 2 工作小时（某县 2026）",)
    assert str(change).startswith("～ 类别 T01 测试类\n    立案条件")


def test_flags_words_lists_and_new_parts_are_said_in_chinese():
    changed = class_content(self_fix=True, name="新名称")
    changed["routes"][0]["assist"] = ["township", "D-TWO"]
    lines = compare("class", "T01", class_content(), changed).lines
    assert "自行处置：（无） → 是" in lines
    assert "名称：“测试类” → “新名称”" in lines
    assert "派遣规则 · 1 · 协办：“township” → “township”、“D-TWO”" in lines
