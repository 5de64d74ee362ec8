"""What is sent as YAML is read within bounds, and refused in words that help."""

import pytest

from app.catalogue.files import DocumentRefused, UploadedFile, read_uploads, write
from app.catalogue.yaml_reader import LARGEST, Unreadable, read_yaml


def refusal(text):
    with pytest.raises(Unreadable) as refused:
        read_yaml(text if isinstance(text, bytes) else text.encode())
    return str(refused.value)


def test_plain_data_is_read_with_or_without_a_mark_of_order():
    assert read_yaml("﻿a: [1, 2026-01-01, null]".encode()) == {"a": [1, "2026-01-01", None]}


def test_a_fault_of_writing_is_told_by_its_line():
    assert refusal("a: 1\nb: [1, 2") == "不是有效的 YAML 文件：第 3 行第 1 列附近写法有误，请检查缩进、冒号和引号。"
    assert "第 2 行第 1 列附近“a”写了两次" in refusal("a: 1\na: 2")


def test_what_is_too_deep_is_refused_before_it_is_built():
    assert "层次过深" in refusal("[" * 100_000)
    assert "层次过深" in refusal("{a: " * 50 + "1" + "}" * 50)


def test_what_aliases_would_make_too_large_is_refused():
    doubling = "".join(f"- &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
    assert "内容过多" in refusal(f"- &a0 [x, x]\n{doubling}")
    assert "内容过多" in refusal("- x\n" * (LARGEST + 1))


def test_what_refers_to_itself_is_refused():
    assert "引用了自己" in refusal("a: &a [*a]")


@pytest.mark.parametrize("text", ["1: x", "a: {true: x}", "a: !!binary aGk=", "a: !!set {x}", "a: " + "9" * 5000])
def test_what_json_does_not_hold_is_refused(text):
    assert refusal(text)


def test_what_is_no_text_is_refused():
    assert refusal(b"\xff\xfe") == "文件不是 UTF-8 文本，或含有不能识别的内容。"
    assert refusal("a: \0")


def test_sent_files_are_named_in_their_faults():
    with pytest.raises(DocumentRefused) as refused:
        read_uploads([UploadedFile("甲.yaml", b"[]"), UploadedFile("x.yaml", b"a: 1")])
    assert list(refused.value.fields) == ["甲.yaml"]


def test_what_is_written_can_be_read():
    row = {"kind": "powers", "code": "powers", "content": {"powers": {"a": ["2026-01-01", "是", "0102"]}}}
    (document,) = read_uploads([UploadedFile("all.yaml", write([row]).encode())])
    assert (document.kind, document.content) == ("powers", row["content"])
