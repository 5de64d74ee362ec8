"""The pages of the catalogue: what is in force, versions, differences, files out and in again."""

import io
import re
from datetime import timedelta

import pytest

from app.audit import queries as audit
from app.audit.tags import Tag
from app.catalogue import queries, service
from app.core import clock
from app.core.transaction import transaction
from tests.desk.browser import Desk
from tests.factories.catalogue import documents_file, seed_content
from tests.factories.grids import COUNTY, WEST
from tests.factories.town import DISPUTE, GARBAGE
from tests.support.elements import (
    alert,
    empty_title,
    errors_at,
    items_of,
    links_of,
    outcome,
    rows_of,
    texts_of,
    value_of,
)
from tests.support.queries import counted

pytestmark = pytest.mark.one_database
FRONT, IMPORT = "/admin/catalogue/", "/admin/catalogue/import"
CALLED = "0102 暴露垃圾"  # as lists call it


@pytest.fixture
def town(town):
    town.admin = town.hire("administrator", "grid", COUNTY)
    town.local = town.hire("administrator", "grid", WEST)
    return town


@pytest.fixture
def desk(town):
    return Desk(town.app, town.admin)


def quicker(**changes):
    """The class of garbage with another limit."""
    content = seed_content(GARBAGE)
    content["conditions"][0]["limits"]["A"] = {"work_minutes": 60, "source": "县发〔2026〕9号"}
    return {**content, **changes}


def imported(town, folder, content, days=0):
    path = documents_file(folder, ("class", GARBAGE, content))
    with town.app.app_context(), transaction():
        service.import_files([path], valid_from=clock.now() + timedelta(days=days), by="test", note="文号")


def sent(folder, *rows, name="改.yaml"):
    return io.BytesIO(documents_file(folder, *rows).read_bytes()), name


def fields(answer):
    """The hidden fields of the confirmation."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.text))


def listed(desk, query=""):
    """The rows of the list: name, kind, major class, versions, who imported them and why, figures to be set."""
    return rows_of(desk.get(f"{FRONT}{query}").text, id="documents")


def said_by(desk, code, query=""):
    """What the page of a class says, block by block: their titles and rows."""
    page = desk.get(f"{FRONT}class/{code}{query}").text
    return texts_of(page, "h2", class_="h4") + [" ".join(row) for row in rows_of(page, class_="content")]


def version(town):
    with town.app.app_context():
        return queries.catalogue().get(GARBAGE).version


def test_documents_are_listed_and_found(desk):
    every = {row[0]: row for row in listed(desk)}
    assert {CALLED, "环节时限", "工作日历", "抽查规则"} <= set(every)
    assert every[CALLED][1:4] == ["类别", "市容环境", every[CALLED][3]]
    assert every[CALLED][3].startswith("第 1 版")
    assert [row[0] for row in listed(desk, "?q=暴露")] == [CALLED]
    assert empty_title(desk.get(f"{FRONT}?q=没有这样的").text) == "没有符合的内容"
    assert {row[1] for row in listed(desk, "?kind=class")} == {"类别"}


def test_placeholders_are_counted_and_listed(desk, town, tmp_path):
    address = f"{FRONT}?placeholders=1"
    assert address not in links_of(desk.get(FRONT).text)
    content = seed_content(GARBAGE)
    content["conditions"][0]["placeholder"] = True
    imported(town, tmp_path, content)
    assert links_of(desk.get(FRONT).text)[address] == "占位的立案条件 1"
    assert links_of(desk.get(f"{FRONT}?lang=en").text)[address] == "Placeholders for filing conditions 1"
    assert [row[0] for row in listed(desk, "?placeholders=1&lang=zh")] == [CALLED]
    shown = rows_of(desk.get(f"{FRONT}class/{GARBAGE}").text, class_="content")
    assert [row for row in shown if "占位文字，须改写" in row[0]]


def test_a_list_costs_the_same_however_long(desk, town):
    desk.get(FRONT)
    with counted() as seen:
        desk.get(FRONT)
    assert len(seen) <= 6, seen


def test_a_document_is_shown_in_words_with_its_sources(desk):
    shown = said_by(desk, GARBAGE)
    for said in ("立案条件 1：主次干道", "4 个工作小时", "县住房和城乡建设局", "示例", "renrendoc.com", "现场核查"):
        assert [row for row in shown if said in row], said
    english = said_by(desk, GARBAGE, "?lang=en")
    for said in ("Filing condition 1", "4 working hours"):
        assert [row for row in english if said in row], said


def test_a_limit_that_is_the_same_everywhere_stands_on_one_line(town, desk, tmp_path):
    assert [row for row in said_by(desk, DISPUTE) if "A 类区域" in row], "examples are decided one by one"
    content = seed_content(DISPUTE)
    for limit in content["conditions"][0]["limits"].values():
        limit["source"] = "示例文号〔2026〕1号"
    with town.app.app_context(), transaction():
        service.import_files([documents_file(tmp_path, ("class", DISPUTE, content))], by="test")
    shown = said_by(desk, DISPUTE)
    assert [row for row in shown if "时限 · 各类区域" in row]
    assert not [row for row in shown if "A 类区域" in row]


def test_an_unknown_document_or_version_is_not_found(desk):
    for path in ("class/nothing", "nothing/0102", f"class/{GARBAGE}?version=9", f"class/{GARBAGE}/difference?old=9"):
        assert desk.get(FRONT + path).status_code == 404, path


def test_versions_are_compared_in_both_languages(desk, town, tmp_path):
    imported(town, tmp_path, quicker())
    imported(town, tmp_path, quicker(note="以后的"), days=30)
    versions = texts_of(desk.get(f"{FRONT}class/{GARBAGE}").text, "th", scope="row")[-3:]
    assert versions == ["第 3 版 将生效", "第 2 版 现行", "第 1 版"]
    (remark,) = texts_of(desk.get(f"{FRONT}class/{GARBAGE}?version=1").text, "p", class_="remark")
    assert remark.startswith("⚠ 这是第 1 版，不是现行版本。")
    path = f"{FRONT}class/{GARBAGE}/difference?old=1&new=2"
    zh, en = (items_of(desk.get(f"{path}&lang={lang}").text, class_="differences") for lang in ("zh", "en"))
    assert [line for line in zh if "A 类区域：4 个工作小时" in line]
    assert [line for line in en if "→ 1 working hour (县发〔2026〕9号)" in line]
    same = desk.get(f"{FRONT}class/{GARBAGE}/difference?old=2&new=2&lang=zh").text
    assert empty_title(same) == "两个版本内容相同"
    (row,) = [row for row in listed(desk, f"?q={GARBAGE}") if row[0] == CALLED]
    assert "第 3 版 · 将于" in row[3]


def test_a_preview_shows_the_difference_and_writes_nothing(desk, town, tmp_path):
    answer = desk.post(IMPORT, {"files": sent(tmp_path, ("class", GARBAGE, quicker())), "note": "试"})
    assert answer.status_code == 200
    assert [line for line in items_of(answer.text, class_="mb-0") if "A 类区域：4 个工作小时" in line]
    assert version(town) == 1


def test_a_confirmed_import_makes_versions_and_is_audited(desk, town, tmp_path):
    shown = desk.post(IMPORT, {"files": sent(tmp_path, ("class", GARBAGE, quicker())), "note": "县发〔2026〕9号"})
    answer = desk.post(f"{IMPORT}/confirm", fields(shown))
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{FRONT}?done=1")
    assert version(town) == 2
    assert outcome(desk.get(answer.headers["Location"]).text).startswith("已导入：1 份")
    (row,) = [row for row in listed(desk, f"?q={GARBAGE}") if row[0] == CALLED]
    assert row[4] == "administrator025 · 县发〔2026〕9号"
    with town.app.app_context():
        (entry,) = audit.search(tags=[Tag.CATALOGUE_IMPORTED], person_id=town.admin.id).items
    assert entry.data["classes"] == [GARBAGE]


def test_an_import_from_a_day_holds_from_that_day(desk, town, tmp_path, clock):
    form = {"files": sent(tmp_path, ("class", GARBAGE, quicker())), "valid_from": "2026-12-01"}
    desk.post(f"{IMPORT}/confirm", fields(desk.post(IMPORT, form)))
    assert version(town) == 1
    clock.tick(days=20)
    assert version(town) == 2


def test_a_day_that_has_passed_is_refused_beside_its_field(desk, tmp_path):
    form = {"files": sent(tmp_path, ("class", GARBAGE, quicker())), "valid_from": "2020-01-01", "note": "留下"}
    answer = desk.post(IMPORT, form)
    assert answer.status_code == 422
    assert errors_at(answer.text, "valid_from") == ["生效日期不能早于今天。"]
    assert value_of(answer.text, "note") == "留下"


def test_every_fault_is_shown_with_its_place_in_words(desk, town, tmp_path):
    bad = quicker(check="maybe")
    bad["conditions"][0]["limits"]["A"] = {"work_days": 1}
    answer = desk.post(IMPORT, {"files": sent(tmp_path, ("class", GARBAGE, bad), ("class", "X!", quicker(code="X!")))})
    assert answer.status_code == 422
    faults = [" ".join(row) for row in rows_of(answer.text, id="faults")]
    assert all("改.yaml" in fault for fault in faults)
    for said in ("类别 · 0102 · 立案条件 · 第 1 条 · 时限", "核查方式", "编码只能用字母", "必填"):
        assert [fault for fault in faults if said in fault], said
    assert version(town) == 1


def test_what_is_no_catalogue_file_is_refused(desk):
    for content in (b"", b"[" * 100_000, b"\xff", b"a: &a [*a]", b"{}"):
        assert desk.post(IMPORT, {"files": (io.BytesIO(content), "x.yaml")}).status_code == 422
    answer = desk.post(IMPORT, {"note": "x"})
    assert answer.status_code == 422
    assert "请选择要导入的文件" in alert(answer.text)


def test_nothing_is_imported_that_was_not_shown(desk, town, tmp_path):
    shown = fields(desk.post(IMPORT, {"files": sent(tmp_path, ("class", GARBAGE, quicker()))}))
    imported(town, tmp_path, quicker(note="别人刚改"))
    answer = desk.post(f"{IMPORT}/confirm", shown)
    assert answer.status_code == 409
    assert "请重新核对差异" in alert(answer.text)
    assert [line for line in items_of(answer.text, class_="mb-0") if "“别人刚改”" in line]
    assert version(town) == 2
    assert desk.post(f"{IMPORT}/confirm", {**shown, "carried": "AAAA"}).status_code == 422
    assert desk.post(f"{IMPORT}/confirm", {**shown, "more": "x"}).status_code == 422


def test_what_is_in_force_can_be_taken_away_and_imported_again(desk):
    whole = desk.get(f"{FRONT}export")
    assert "attachment" in whole.headers["Content-Disposition"]
    answer = desk.post(IMPORT, {"files": (io.BytesIO(whole.data), "all.yaml")})
    assert (answer.status_code, empty_title(answer.text)) == (200, "没有变化")
    one = desk.get(f"{FRONT}export?kind=class&code={GARBAGE}")
    assert [line.strip("- ") for line in one.text.splitlines()].count("kind: class") == 1


def test_an_administrator_of_a_township_reads_and_changes_nothing(town, tmp_path):
    desk = Desk(town.app, town.local)
    assert [
        text for text in texts_of(desk.get(FRONT).text, "p", class_="about") if "只有管理全县的管理员可以修改" in text
    ]
    assert desk.get(f"{FRONT}export").status_code == 200
    form = {"files": sent(tmp_path, ("class", GARBAGE, quicker()))}
    for answer in (desk.get(IMPORT), desk.post(IMPORT, form), desk.post(f"{IMPORT}/confirm", {})):
        assert answer.status_code == 403


def test_nobody_else_comes_in(town):
    for actor in (town.worker, town.duty, town.supervisor):
        assert Desk(town.app, actor).get(FRONT).status_code == 403


def test_an_empty_catalogue_says_what_to_do(app, monkeypatch, town):
    monkeypatch.setattr("app.catalogue.document_list._every", list)
    assert empty_title(Desk(app, town.admin).get(FRONT).text) == "目录是空的"
