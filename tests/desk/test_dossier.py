"""The printable case file: whatever happened to a case is told in words, in both languages, with its proof."""

import re

import pytest

from app.cases.protocol import procedure_of, schema_of, table_of
from app.desk import dossier_words as file_words
from tests.board.boards import closed, page
from tests.factories.lively import lively
from tests.factories.town import HOUSING
from workflows.case_terms import CaseAction

pytestmark = pytest.mark.one_database
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
CODE = re.compile(r"\b[a-z]+_[a-z_]+\b|[{}\[\]]|\bNone\b|\b(?:True|False|true|false|D-[A-Z]+|Q-[A-Z]+)\b")


def told(answer):
    """What the file tells: its main part without tags and digests."""
    main = re.search(r"(?s)<article.*</article>", answer.text).group()
    plain = re.sub(r"(?s)<(p|span) class=\"digest\">.*?</\1>", "", main)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", plain))


def test_every_kind_of_case_is_told_in_words(town, clock):
    cases = lively(town, clock)
    for name, case in cases.items():
        for language in ("zh", "en"):
            answer = page(town, town.supervisor, f"/desk/cases/{case['case_id']}/file", lang=language)
            assert answer.status_code == 200, name
            assert not UUID.search(told(answer)), name
            assert not CODE.search(told(answer)), (name, CODE.search(told(answer)))
            assert "其他内容" not in told(answer), name
            assert "✓" in told(answer), name


def test_the_file_says_who_did_what_for_whom(town):
    case = closed(town)
    text = told(page(town, town.supervisor, f"/desk/cases/{case['case_id']}/file"))
    assert "主办单位 县住房和城乡建设局" in text
    assert "处置结果 已清理" in text
    assert text.index("上报 ·") < text.index("派遣 ·") < text.index("核查通过 ·") < text.index("结案 ·")


def test_a_department_sees_the_file_of_its_case_and_not_of_others(town):
    mine, other = town.handling(lead=HOUSING), town.worker.report().get_json()
    assert page(town, town.housing, f"/desk/cases/{mine['case_id']}/file").status_code == 200
    assert page(town, town.housing, f"/desk/cases/{other['case_id']}/file").status_code == 404


def test_the_file_leads_back_to_the_page_it_was_opened_from_and_does_not_print_that(town):
    case_id = town.handling()["case_id"]
    for place in (f"/desk/cases/{case_id}", f"/board/cases/{case_id}"):
        address = re.search('href="([^"]+)">打印案卷', page(town, town.supervisor, place).text)[1]
        shown = page(town, town.supervisor, address)
        way = re.search(r'<p class="([^"]+)">\s*<a href="([^"]+)">← 回到案件', shown.text)
        assert (way[2], "d-print-none" in way[1]) == (place, True)


def fields_of(schema):
    """The names under which a step keeps what came by this schema."""
    return {field.attribute or name for name, field in schema.fields.items()}


@pytest.mark.usefixtures("app_context")
def test_the_file_has_words_for_everything_an_act_may_carry():
    forms = procedure_of("case").workflow.forms
    for action in table_of("case").rules:
        if action != CaseAction.REPORT:
            words = {*file_words._fields(forms[action]), *file_words._LABELS_ALONE, *file_words._SILENT}
            assert fields_of(schema_of("case", action)) - words == set(), action
