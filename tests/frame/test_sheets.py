"""A sheet that we write holds texts and nothing that a program would work out; every strict reader opens it."""

from io import BytesIO

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from app.core import letters
from app.frame import sheets
from tests.rules.sources import ROOT, python


def written(*rows):
    book = load_workbook(BytesIO(sheets.write("名单", (("姓名", 12), ("编码", 20)), rows)))
    return book.active


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@SUM(A1)", '=HYPERLINK("x")', "0012", "1e5"])
def test_what_looks_like_a_formula_is_a_text(text):
    cell = written((text, "")).cell(2, 1)
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_what_the_format_cannot_hold_is_left_out():
    assert written(("王\x08芳\x1f\ufffe\uffff\ud800\x00", "1")).cell(2, 1).value == "王芳"


def test_headings_come_first():
    sheet = written(("王芳", "1"))
    assert [cell.value for cell in sheet[1]] == ["姓名", "编码"]
    assert sheet.freeze_panes == "A2"


def test_what_looks_like_an_escape_comes_back_as_it_was():
    texts = ("_x0041_", "_x000D_", "a_x005F_x0041_b", "_x_", "=1+1", "a\nb")
    content = sheets.write("名单", (("一", 9),), [(text,) for text in texts])
    assert [row.cells[0] for row in sheets.read(content).sheets[0].rows[1:]] == list(texts)


@settings(max_examples=15)
@given(st.lists(st.text(st.characters(categories=None), max_size=20), min_size=1, max_size=40))
@example(["\n", " \n"])
def test_any_text_is_written_and_read_back_without_what_cannot_be_held(texts):
    content = sheets.write("名单", (("一", 9), ("二", 9)), [(text, "x") for text in texts])
    load_workbook(BytesIO(content))
    lines = [letters.without_unfit(text).replace("\r\n", "\n").replace("\r", "\n") for text in texts]
    cells = [row.cells[0] for row in sheets.read(content).sheets[0].rows[1:]]
    # whatever has no letter counts as empty, and the reader may leave it out
    assert [cell if cell.strip() else "" for cell in cells] == [line if line.strip() else "" for line in lines]


def test_the_house_has_one_reader_and_one_writer():
    libraries = ("openpyxl", "python_calamine", "import csv")
    using = {path for path, _ in python("app") if any(one in (ROOT / path).read_text("utf-8") for one in libraries)}
    assert using == {"app/frame/sheet_reader.py", "app/frame/sheet_writer.py"}
