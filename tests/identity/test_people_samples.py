"""Sheets of people as programs and people leave them are read, or a sentence says where and what was read."""

from pathlib import Path

import pytest

from app.identity.people_file import COLUMNS, FileRefused, read, read_bytes
from tests.support.workbooks import book, saved

SAMPLES = Path(__file__).parent / "samples"
GRID = "141025100005001"
ROW = ("张三丰", "zsf01", "13800138000", "网格员", "网格", GRID, "2026-01-01", "")
NAMES = {
    "people-padded-name.xlsx": ["张三"],
    "people-private-use-letter.xlsx": ["李\ue863"],
    "people-carriage-return.xlsx": ["Zhang"],
    "people-dimension-header-only.xlsx": ["张三丰", "张三丰"],
}


def sheet(*rows, **named):
    return saved(book(rows, **named))


def row(**other):
    return tuple(other.get(column, value) for column, value in zip(COLUMNS, ROW, strict=True))


def test_every_sample_is_read_as_the_sound_one():
    found = sorted(SAMPLES.glob("*.xlsx"))
    assert len(found) == 12
    for path in found:
        reading = read(path)
        assert reading.faults == [], path.name
        assert [line.name for line in reading.lines] == NAMES.get(path.name, ["张三丰"]), path.name
        assert {line.phone for line in reading.lines} <= {"13800138000", "13800138001"}, path.name
        assert {(line.scope_code, line.valid_from.year) for line in reading.lines} == {(GRID, 2026)}, path.name


def test_where_the_rows_were_read_is_told():
    reading = read_bytes(sheet(("古县花名册",), ("（2026 年）",), COLUMNS, ROW, row(账号="zsf02")))
    assert (reading.place, [line.row for line in reading.lines]) == ("工作表「Sheet1」第 4—5 行", [4, 5])


def test_headers_are_known_by_what_they_are_commonly_called():
    header = (
        "姓　名（必填）",
        "用户名*",
        "联系电话：",
        "角 色",
        "范围类型\n",
        "范围编码",
        "开始日期",
        "结束日期(可空)",
        "备注",
    )
    assert [line.username for line in read_bytes(sheet(header, (*ROW, "x"))).lines] == ["zsf01"]


def test_days_and_numbers_may_be_written_as_texts_and_in_full_width():
    for written in (
        "2026-1-2",
        "2026/01/02",
        "2026.1.2",
        "2026年1月2日",
        "20260102",
        "２０２６－０１－０２",
        "2026-01-02 00:00:00",
    ):
        reading = read_bytes(
            sheet(COLUMNS, row(起=written, 账号="ＺＳＦ０１", 范围代码="１４１０２５１００００５００１"))
        )
        assert reading.faults == [], written
        assert (reading.lines[0].valid_from.day, reading.lines[0].username) == (2, "zsf01")
        assert reading.lines[0].scope_code == GRID
    for written in ("2026-13-01", "46023", "1月2日", "长期"):
        assert [fault.column for fault in read_bytes(sheet(COLUMNS, row(止=written))).faults] == ["止"]


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        (sheet(("请按要求填写",)), ["工作表「Sheet1」第 1 行读到“请按要求填写”", "全部列名"]),
        (sheet(("说明",), ("姓名", "账号", "手机")), ["第 2 行读到“姓名、账号、手机”", "缺少：角色、范围类型"]),
        (sheet((*COLUMNS, "姓名"), ROW), ["缺少：姓名", "有且只有一次"]),
        (sheet(COLUMNS), ["工作表「Sheet1」第 1 行是表头，下面没有读到人员"]),
        (sheet(("",)), ["没有读到任何内容"]),
        (sheet(COLUMNS, ROW, 乡镇=[COLUMNS, ROW]), ["工作表「Sheet1」和工作表「乡镇」都有人员"]),
        ("姓名,账号\n张三,z".encode("gb18030"), ["在第 1 行读到“姓名、账号”", "缺少：手机"]),
        (",".join(COLUMNS).encode(), ["第 1 行是表头，下面没有读到人员"]),
    ],
)
def test_nothing_read_is_a_sentence_and_never_nothing_to_do(content, texts):
    with pytest.raises(FileRefused) as refused:
        read_bytes(content)
    assert [text for text in texts if text not in refused.value.detail] == []
    assert refused.value.detail.en


def test_people_on_a_hidden_sheet_are_not_dropped_in_silence():
    made = book([("说明",)], 人员=[COLUMNS, ROW])
    made["人员"].sheet_state = "hidden"
    with pytest.raises(FileRefused, match="隐藏的工作表没有读取：人员"):
        read_bytes(saved(made))


def test_an_empty_sheet_of_people_beside_a_filled_one_is_left_alone():
    assert len(read_bytes(sheet(COLUMNS, 人员=[COLUMNS, ROW])).lines) == 1


def test_a_csv_of_people_is_read_in_the_encodings_in_use():
    for delimiter in ",;\t":
        text = "\r\n".join(delimiter.join(cells) for cells in (("古县花名册",), COLUMNS, ROW)) + "\r\n"
        for encoding in ("utf-8", "utf-8-sig", "gbk", "utf-16"):
            (line,) = read_bytes(text.encode(encoding)).lines
            assert (line.row, line.name, line.phone) == (3, "张三丰", "13800138000")


def test_a_merged_name_counts_for_every_row_of_it():
    made = book([COLUMNS, ROW, (*[None] * 3, *row(角色="受理员")[3:])])
    for column in "ABC":
        made.active.merge_cells(f"{column}2:{column}3")
    assert [(line.name, line.role) for line in read_bytes(saved(made)).lines] == [
        ("张三丰", "网格员"),
        ("张三丰", "受理员"),
    ]


def test_telephones_are_kept_in_one_form_and_dashes_are_none():
    for typed, kept in (
        ("+86 138 0013 8000", "13800138000"),
        ("0357—8322123转801", "0357-8322123-801"),
        ("-----", None),
    ):
        assert read_bytes(sheet(COLUMNS, row(手机=typed))).lines[0].phone == kept
    assert read_bytes(sheet(COLUMNS, row(手机=13800138000))).lines[0].phone == "13800138000"


def test_names_that_show_nothing_are_missing():
    for name in ("\u3164", "\u200b", "　"):
        (fault,) = read_bytes(sheet(COLUMNS, row(姓名=name))).faults
        assert fault.text == "必填。"
