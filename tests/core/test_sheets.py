"""A sheet that we write holds texts and nothing that a program would work out."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from app.core import sheets


def written(*rows):
    book = load_workbook(BytesIO(sheets.write("名单", (("姓名", 12), ("编码", 20)), rows)))
    return book.active


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@SUM(A1)", '=HYPERLINK("x")', "0012", "1e5"])
def test_what_looks_like_a_formula_is_a_text(text):
    cell = written((text, "")).cell(2, 1)
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_what_the_format_cannot_hold_is_left_out():
    assert written(("王\x08芳\x1f", "1")).cell(2, 1).value == "王芳"


def test_headings_come_first():
    sheet = written(("王芳", "1"))
    assert [cell.value for cell in sheet[1]] == ["姓名", "编码"]
    assert sheet.freeze_panes == "A2"
