"""A table is read as programs and people leave it; a file that cannot be read ends in a sentence, never in a crash."""

import base64
import os
import random
import signal
from datetime import date, datetime, time

import pytest

from app.core.apart import Apart
from app.core.errors import Busy
from app.frame import sheet_reader, sheets
from tests.support.workbooks import SHEET, book, cell_at, changed, saved

ROWS = [("姓名", "电话"), ("张三", "13800138000"), ("李四", "")]
READ = [(1, ("姓名", "电话")), (2, ("张三", "13800138000")), (3, ("李四", ""))]


def rows_of(content, sheet=0):
    return [(row.number, row.cells) for row in sheets.read(content).sheets[sheet].rows]


def plain():
    return saved(book(ROWS))


def test_the_size_that_a_sheet_states_is_not_believed():
    for stated in ("A1", "A1:B1", "A1:XFD1048576", "nonsense", ""):
        content = changed(plain(), lambda text, stated=stated: text.replace('ref="A1:B3"', f'ref="{stated}"', 1))
        assert rows_of(content) == READ, stated


def test_what_shows_nothing_is_left_out_wherever_it_stands():
    for ref in ("A4", "B60000", "B1048576"):
        assert rows_of(changed(plain(), cell_at(ref))) == READ, ref
    formatted = 's="0"/>'
    assert rows_of(changed(plain(), cell_at("XFD1048576", formatted))) == READ
    blanks = [("　", "\u3164"), ("\xa0\n", None)]
    assert rows_of(saved(book([*ROWS, *blanks]))) == READ


def test_columns_far_to_the_right_are_not_read():
    wide = cell_at("XFD4", 't="inlineStr"><is><t>x</t></is></c>')
    assert rows_of(changed(plain(), wide))[:3] == READ
    for far in ("XFD5000", "XFD1048576", "IW9", "JA5000"):
        assert rows_of(changed(plain(), cell_at(far))) == READ, far


def test_cells_are_read_as_they_show():
    moment = datetime(2026, 1, 2, 3, 4)  # noqa: DTZ001 - a sheet has no zones
    row = (1.5, 13800138000, True, date(2026, 1, 2), moment, time(3, 4), 0, "0012", "a\r\nb")
    shown = ("1.5", "13800138000", "TRUE", date(2026, 1, 2), date(2026, 1, 2), "03:04:00", "0", "0012", "a\nb")
    assert rows_of(saved(book([row]))) == [(1, shown)]


def test_an_escape_is_one_letter_and_never_kept():
    content = changed(plain(), lambda text: text.replace("张三", "张三_x000D_"))
    assert rows_of(content)[1] == (2, ("张三\n", "13800138000"))


def test_formulas_never_worked_out_errors_and_numbers_cut_short_are_told_wherever_they_stand():
    made = book([("a",), (None,), (None, "=1+1"), ("#N/A",), (1410251000010000001,), (None, None, "=A1")])
    made.active["A4"].data_type = "e"
    found = [cell.words for _, cells in rows_of(saved(made)) for cell in cells if isinstance(cell, sheets.Flaw)]
    assert found == [
        "是公式，请改为文字。",
        "单元格有错误值。",
        sheets._FLAWS["long_number"].words,
        "是公式，请改为文字。",
    ]


def test_a_formula_shows_what_was_worked_out():
    content = changed(
        saved(book([("a", "=A1")])),
        lambda text: text.replace("<f>A1</f><v />", "<f>A1</f><v>7</v>").replace("<v/>", ""),
    )
    assert rows_of(content) == [(1, ("a", "7"))]
    empty = '<c r="B1" t="str"><f>IF(A1="","","")</f><v></v></c>'
    content = changed(saved(book([("a", "=A1")])), lambda text: text.replace('<c r="B1"><f>A1</f><v /></c>', empty))
    assert rows_of(content) == [(1, ("a", ""))]


def test_cells_merged_downwards_hold_what_the_first_one_holds():
    made = book([("花名册", None), ("张三", "甲"), (None, "乙"), (None, "丙")])
    made.active.merge_cells("A1:B1")
    made.active.merge_cells("A2:A3")
    assert rows_of(saved(made)) == [(1, ("花名册", "")), (2, ("张三", "甲")), (3, ("张三", "乙")), (4, ("", "丙"))]


def test_hidden_sheets_are_named_and_not_read():
    made = book(甲=[("a",)], 乙=ROWS, 丙=[("c",)])
    made["甲"].sheet_state, made["丙"].sheet_state = "hidden", "veryHidden"
    read = sheets.read(saved(made))
    assert ([one.name for one in read.sheets], read.hidden) == (["乙"], ("甲", "丙"))


def test_a_csv_is_read_in_the_encodings_and_with_the_delimiters_in_use():
    for delimiter in ",;\t":
        text = f'姓名{delimiter}电话\r\n"张{delimiter}\n三"{delimiter}="0012"\r\n\r\n李\ue863{delimiter}\r\n'
        read = [(1, ("姓名", "电话")), (2, (f"张{delimiter}\n三", "0012")), (4, ("李\ue863", ""))]
        for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
            assert rows_of(text.encode(encoding)) == read, (delimiter, encoding)
    assert rows_of("sep=;\n姓名;甲,乙".encode()) == [(2, ("姓名", "甲,乙"))]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"PK not a workbook", "文件无法读取"),
        (b"%PDF-1.4\n%\x80\x00\x01", "文件无法读取"),
        (b"\xff\xff\xff", "文件无法读取"),
        (b"<html><table><tr><td>\xe5\xa7\x93", "网页"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
        (("a," * 10 + "\n").encode() * 100_002, "行，请分成几个文件"),
        (b"a" * 40_000, "个字，请缩短"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(content, text):
    with pytest.raises(sheets.SheetRefused) as refused:
        sheets.read(content)
    assert text in refused.value.detail
    assert refused.value.detail.en


def test_a_file_that_says_less_of_its_size_than_it_unpacks_to_is_refused(monkeypatch):
    monkeypatch.setattr(sheet_reader, "UNPACKED_BYTES", 200_000)
    content = changed(plain(), lambda text: text + "<!--" + "0" * 300_000 + "-->")
    with pytest.raises(sheet_reader.SheetUnreadable, match="too_large"):
        sheet_reader.tables_of(content)
    stated = content.replace((300_000).to_bytes(4, "little"), (9).to_bytes(4, "little"))
    with pytest.raises(sheet_reader.SheetUnreadable):
        sheet_reader.tables_of(stated)


def test_a_letter_that_cannot_be_used_is_named_by_its_line():
    for letter in ("\x00", "\ufffe", "\x1b"):
        with pytest.raises(sheets.SheetRefused, match="第 3 行"):
            sheets.read(f"姓名,电话\n张三,13800138000\n李{letter}四,13900139000\n".encode())


def test_a_cell_at_the_far_corner_ends_the_reading_process_and_not_ours():
    with pytest.raises(sheets.SheetRefused, match="规定的时间和内存"):
        sheets.read(changed(plain(), cell_at("IV1048576")))


def answer(question):
    """Be a reader that ends as the file says."""
    how = base64.b64decode(question["content"]).decode()
    if how == "MemoryError":
        raise MemoryError
    if how != "exit":
        os.kill(os.getpid(), getattr(signal, how))
    os._exit(0)


def test_a_file_is_refused_by_the_readers_own_end_only_and_otherwise_to_be_tried_again(monkeypatch):
    monkeypatch.setattr(sheets, "_reading", Apart(__name__, 1, sheets.MEMORY_BYTES, 20, 60))
    for how in ("MemoryError", "SIGABRT", "SIGXCPU"):
        with pytest.raises(sheets.SheetRefused, match="规定的时间和内存"):
            sheets.read(how.encode())
    for how in ("SIGKILL", "SIGTERM", "SIGSEGV", "exit"):
        with pytest.raises(Busy):
            sheets.read(how.encode())


def outcome(content):
    """Read a file: `read`, or why it is refused; whatever else is raised fails the test."""
    try:
        sheet_reader.tables_of(content)
    except sheet_reader.SheetUnreadable as refused:
        return refused.args[0]
    return "read"


def test_damaged_files_are_read_or_refused():
    """Hundreds of damaged files in one process: a crash of the library would end it."""
    chance, whole = random.Random(8), plain()  # noqa: S311 - the same files every time
    outcomes = []
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        content = bytes(damaged[: chance.randint(1, len(damaged))] if chance.random() < 0.3 else damaged)
        outcomes.append(outcome(content))
    assert {"read"} < set(outcomes) <= {"read", *sheets._REFUSED}


def test_xml_spoilt_within_is_read_or_refused():
    chance, whole = random.Random(9), plain()  # noqa: S311 - the same files every time
    outcomes = []

    def spoil(text):
        at = chance.randrange(len(text))
        return (
            text[:at]
            + chance.choice(("", "<", "&", "\ufffe", "]]>", '"', "<c>", "9" * 30))
            + text[at + chance.randint(0, 9) :]
        )

    for name in (SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"):
        for _ in range(40):
            outcomes.append(outcome(changed(whole, spoil, name)))
    assert {"read"} < set(outcomes) <= {"read", *sheets._REFUSED}
