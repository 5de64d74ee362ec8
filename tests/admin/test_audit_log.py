"""The audit in the browser: found by what, who, about what and when; said in words; bounded by ground; taken away."""

import ast
import io
import re
from uuid import uuid4

import pytest
from openpyxl import load_workbook

from app.admin import audit_log, audit_words
from app.audit import queries, service
from app.audit.tags import Tag
from app.core.db import db
from app.core.telephones import HIDDEN, without_numbers
from app.core.transaction import transaction
from app.frame import sheets
from app.identity.models import PersonRow
from tests.desk.browser import Desk
from tests.factories.grids import COUNTY, EAST, GRIDS, WEST
from tests.factories.town import GRID
from tests.rules.sources import python
from tests.support.elements import alert, empty_title, errors_at, links_of, rows_of, texts_of
from tests.support.exports import download, order, taken, write
from tests.support.queries import counted

FRONT = "/admin/audit/"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}")
NAMES = {"admin": "赵管理", "local": "孙乡管", "worker": "李网格", "far": "周东边", "duty": "吴值班"}


@pytest.fixture
def town(app, town):
    town.admin = town.hire("administrator", "grid", COUNTY)
    town.local = town.hire("administrator", "grid", WEST)
    town.far = town.hire("grid_worker", "grid", GRIDS[2])
    with app.app_context(), transaction() as session:
        for attribute, name in NAMES.items():
            session.get_one(PersonRow, getattr(town, attribute).id).name = name
    return town


@pytest.fixture
def desk(town):
    return Desk(town.app, town.admin)


def entered(town, tag, by=None, **more):
    with town.app.app_context(), transaction():
        service.record(tag, person_id=by.id if by else None, **more)


def lines(answer):
    """The sentences of the page."""
    return [row[2] for row in rows_of(answer.text, id="entries")]


def test_every_tag_has_words_a_name_and_a_group():
    grouped = [tag for _, tags in audit_words.GROUPS.values() for tag in tags]
    for tag in Tag:
        assert tag in audit_words.SENTENCES, f"say in audit_words what {tag} means"
        assert tag in audit_words.NAMES, tag
        assert grouped.count(tag) == 1, tag
    assert set(grouped) == set(audit_words.NAMES) == set(audit_words.SENTENCES)


def test_every_field_that_is_entered_has_words():
    plain = {"person_id", "subject", "address"}
    known = set(audit_words.FIELDS) | set(audit_words.IN_SENTENCES) | plain
    for path, tree in python("app"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record":
                names = {keyword.arg for keyword in node.keywords if keyword.arg}
                assert names <= known, f"{path}:{node.lineno}: {names - known}"


def test_entries_are_sentences_with_names_and_no_codes(desk, town):
    case = town.worker.report().get_json()
    entered(
        town,
        Tag.ASSIGNMENT_MADE,
        town.admin,
        subject=("person", town.worker.id),
        role="acceptor",
        scope=f"centre:{COUNTY}",
    )
    entered(
        town, Tag.CITIZEN_REVEALED, town.duty, subject=("case", case["case_id"]), reason="核实情况，电话 13800138000"
    )
    entered(town, Tag.SIGN_IN_REFUSED, address="10.1.2.3")
    entered(town, Tag.GRIDS_IMPORTED, created=1, changed=2, unchanged=3, ended=4)
    entered(
        town,
        Tag.DEPARTMENT_CHANGED,
        town.admin,
        subject=("department", "D-HOUSING"),
        change="calendar",
        calendar="town",
    )
    entered(town, Tag.SESSION_REVOKED, town.worker, subject=("session", uuid4()))
    page = desk.get(FRONT)
    told = lines(page)
    by = {name: f"{NAMES[name]}（{username(town, name)}）" for name in ("admin", "worker", "duty")}
    assert told[0] == f"{by['worker']} 让自己的设备退出登录"
    assert told[1].startswith(f"{by['admin']} 修改了部门 县住房和城乡建设局（改用工作日历；工作日历：镇区服务日历")
    assert told[2] == "系统（命令行） 导入了网格和边界（新增 1 个；修改 2 个；未变 3 个；停用 4 个）"
    assert told[3] == "不明账号 登录被拒绝：账号或密码不对"
    assert told[4] == f"{by['duty']} 查看了 {case['number']} 上报群众的姓名和电话（理由：核实情况，电话 {HIDDEN}）"
    assert told[5] == f"{by['admin']} 任命 {by['worker']} 为受理员，范围：格141025中心"
    rows = rows_of(page.text, id="entries")
    assert "10.1.2.3" in [address for *_, address in rows]
    assert not [row for row in rows if "13800138000" in " ".join(row)]
    assert not [line for line in told if UUID.search(line) or "{" in line]


def username(town, name):
    with town.app.app_context():
        return db.session.get_one(PersonRow, getattr(town, name).id).username


def test_every_kind_of_entry_can_be_told_in_both_languages(desk, town):
    data = {
        "role": "acceptor", "scope": "department:D-HOUSING", "person": str(town.worker.id), "duty": "chief",
        "what": "roster", "rows": 3, "sessions": 2, "count": 4, "changed": ["phone"], "fields": ["area_class"],
        "change": "alias_added", "documents": {"class": 2}, "classes": ["0102"],
        "valid_from": "2026-12-01T00:00:00+08:00", "unheard": "secret_code",
    }  # fmt: skip
    chinese, english = [], []
    for tags in ([*Tag][:30], [*Tag][30:]):  # a page of entries holds no more
        for tag in tags:
            entered(town, tag, town.admin, subject=("person", town.worker.id), **data)
        chinese += lines(desk.get(f"{FRONT}?lang=zh"))[: len(tags)]
        english += lines(desk.get(f"{FRONT}?lang=en"))[: len(tags)]
    told = [line.replace(town.worker.name, "") for line in [*chinese, *english]]  # a name of the test
    assert len(told) == 2 * len(Tag)
    assert not any("secret" in line or "{" in line or "_" in line for line in told)
    assert any("类别 2 份；类别：0102 暴露垃圾；自 2026-12-01 00:00 起生效" in line for line in told)
    assert any("had" in line or "made 李网格" in line for line in english)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"what": "citizen:revealed"}, 1),
        ({"what": "people"}, 1),
        ({"who": "赵管"}, 1),
        ({"who": "没有这人"}, 0),
        ({"about": "李网格"}, 1),
        ({"about": "number"}, 1),
        ({"about": "县住房"}, 0),
        ({"about": "没有"}, 0),
        ({"address": "10.9"}, 1),
        ({"address": "10_9"}, 0),
        ({"since": "2026-11-23", "until": "2026-11-23"}, 3),
        ({"until": "2026-11-22"}, 0),
    ],
)
def test_entries_are_found(desk, town, query, found):
    case = town.worker.report().get_json()
    entered(town, Tag.PERSON_CREATED, town.admin, subject=("person", town.worker.id))
    entered(town, Tag.CITIZEN_REVEALED, town.duty, subject=("case", case["case_id"]), reason="核实")
    entered(town, Tag.SIGN_IN_REFUSED, address="10.9.8.7")
    asked = {name: case["number"] if value == "number" else value for name, value in query.items()}
    answer = desk.get(FRONT, query_string=asked)
    mine = [line for line in lines(answer) if any(word in line for word in ("建立了", "查看了", "被拒绝"))]
    assert len(mine) == found, lines(answer)
    assert lines(answer) or empty_title(answer.text) == "没有符合的日志"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        *(("what=x", "what"), ("since=x", "since"), ("since=2026-11-02&until=2026-11-01", "until"), ("after=-1", None)),
        *((f"who={'x' * 41}", "who"), ("until=9999-12-31", "until"), ("since=0001-01-01", "since")),
    ],
)
def test_a_search_that_makes_no_sense_is_told_beside_its_field(desk, query, field):
    answer = desk.get(f"{FRONT}?{query}")
    assert answer.status_code == 422
    assert alert(answer.text)
    assert field is None or errors_at(answer.text, field)


def test_pages_follow_one_another_newest_first(desk, town, monkeypatch):
    monkeypatch.setattr(audit_log, "PAGE", 2)
    for rows in range(5):
        entered(town, Tag.EXPORT_MADE, town.admin, what="roster", rows=rows)
    seen, path = [], f"{FRONT}?what=export:made"
    while path:
        answer = desk.get(path)
        seen += lines(answer)
        following = re.search(r'rel="next" href="([^"]+)"', answer.text)
        path = following[1].replace("&amp;", "&") if following else None
    assert [re.search(r"(\d) 行", line)[1] for line in seen] == ["4", "3", "2", "1", "0"]


def test_a_page_costs_the_same_however_many_entries(desk, town):
    costs = []
    for _ in range(2):
        for _ in range(10):
            case = town.worker.report().get_json()
            entered(town, Tag.CITIZEN_REVEALED, town.duty, subject=("case", case["case_id"]), reason="核实")
            entered(
                town, Tag.PERSON_CREATED, town.admin, subject=("person", town.hire("acceptor", "centre", COUNTY).id)
            )
        desk.get(FRONT)
        with counted() as statements:
            desk.get(FRONT)
        costs.append(len(statements))
    assert costs[0] == costs[1] <= 6


def test_names_and_numbers_lead_where_the_reader_may_go(desk, town):
    case = town.worker.report().get_json()
    entered(town, Tag.CITIZEN_REVEALED, town.duty, subject=("case", case["case_id"]), reason="核实")
    person, number = f"/admin/people/{town.duty.id}", f"/desk/cases/{case['case_id']}"
    shown = links_of(desk.get(FRONT).text)
    assert (person in shown, number in shown) == (True, False)  # administrators see no cases
    shown = links_of(Desk(town.app, town.supervisor).get(FRONT).text)
    assert (person in shown, number in shown) == (False, True)


def test_a_township_sees_what_its_people_did_and_what_concerns_them(town):
    entered(town, Tag.PERSON_CREATED, town.admin, subject=("person", town.worker.id))
    entered(town, Tag.PERSON_CLOSED, town.admin, subject=("person", town.far.id))
    entered(town, Tag.EXPORT_MADE, town.worker, what="roster")
    entered(town, Tag.EXPORT_MADE, town.far, what="grids")
    entered(town, Tag.GRIDS_IMPORTED, town.admin, created=1)
    entered(town, Tag.SIGN_IN_REFUSED)
    page = Desk(town.app, town.local).get(FRONT)
    told = [line for line in lines(page) if "登录" not in line]
    assert [line.split(" ")[1] for line in told] == ["导出了网格花名册", "建立了"]
    assert f"/admin/people/{town.admin.id}" not in links_of(page.text)
    assert f"/admin/people/{town.worker.id}" in links_of(page.text)


def test_who_is_transferred_is_seen_where_they_are_now(town):
    entered(town, Tag.EXPORT_MADE, town.far, what="grids")
    town.dismiss(town.far, "grid_worker")
    desk = Desk(town.app, town.local)

    def told():
        return [line for line in lines(desk.get(FRONT)) if line.startswith("周东边")]

    assert not told()
    town.also(town.far, "grid_worker", "grid", GRID)
    assert told()
    town.also(town.far, "grid_worker", "grid", EAST)  # and there as well: only the county sees them
    assert not told()


def test_a_department_of_the_township_belongs_to_its_ground(town):
    clerk = town.hire("department_desk", "department", f"T-{WEST}")
    entered(town, Tag.EXPORT_MADE, clerk, what="grids")
    entered(town, Tag.EXPORT_MADE, town.housing, what="roster")
    told = lines(Desk(town.app, town.local).get(f"{FRONT}?what=export:made"))
    assert len(told) == 1
    assert "导出了网格" in told[0]


def test_what_was_found_is_taken_away_as_text_and_entered(desk, town):
    with town.app.app_context(), transaction() as session:
        session.get_one(PersonRow, town.worker.id).name = "=HYPERLINK(1)"
    entered(town, Tag.EXPORT_MADE, town.worker, what="roster", address="10.0.0.1")
    entered(town, Tag.EXPORT_MADE, town.far, what="grids")
    heading, *rows = taken(town.app, desk, "audit", "who=HYPERLINK")
    assert heading == ["时间", "事项", "内容", "地址"]
    assert len(rows) == 1
    assert rows[0][2].startswith("'=HYPERLINK(1)（")
    with town.app.app_context():
        (entry,) = queries.search(tags=[Tag.EXPORT_MADE], person_id=town.admin.id).items
    assert entry.data == {"what": "audit", "rows": 1}


def test_no_text_that_once_came_in_makes_an_export_that_cannot_be_opened(desk, town):
    case = town.worker.report().get_json()
    entered(town, Tag.CITIZEN_REVEALED, town.duty, subject=("case", case["case_id"]), reason="回访\ufffe_x0041_\x08")
    order(desk, "audit", "what=citizen:revealed", kind="xlsx")
    write(town.app)
    content = download(desk)
    load_workbook(io.BytesIO(content))
    assert any("回访_x0041_" in cell for row in sheets.read(content).sheets[0].rows for cell in row.cells)


def test_phone_and_identity_numbers_are_hidden_and_case_numbers_are_not():
    for text in (
        "13800138000",
        "138 0013 8000",
        "+86-13800138000",
        "010-12345678",
        "03571234567",
        "8322123",
        "14102519900101123X",
    ):
        assert without_numbers(f"找{text}问") == f"找{HIDDEN}问"
    assert without_numbers("141025-20261123-0042") == "141025-20261123-0042"


def test_nobody_else_comes_in(town):
    for actor in (town.worker, town.duty, town.housing):
        desk = Desk(town.app, actor)
        assert desk.get(FRONT).status_code == 403
        assert order(desk, "audit").status_code == 404


def test_what_stands_open_is_told_on_the_first_page(desk, town):
    remarks = texts_of(desk.get("/admin/").text, "p", class_="remark")
    assert [text for text in remarks if "项数字是示例，须由县里确定" in text]
    assert [text for text in remarks if "缺少 2027 年的法定节假日" in text]


def test_an_import_is_told_by_the_document_or_by_what_it_held(desk, town):
    one = {"documents": {"class": 1}, "classes": ["0102"], "valid_from": "2026-11-30T16:00:00+00:00"}
    many = {**one, "documents": {"class": 2, "stages": 1}, "classes": ["0102", "C0102"]}
    entered(town, Tag.CATALOGUE_IMPORTED, subject=("catalogue", "class:0102"), **one)
    entered(town, Tag.CATALOGUE_IMPORTED, **many)
    since = "自 2026-12-01 00:00 起生效"
    assert lines(desk.get(FRONT))[:2] == [
        f"系统（命令行） 修改了目录（类别 2 份、环节时限 1 份；类别：0102 暴露垃圾、C0102 污水井盖；{since}）",
        f"系统（命令行） 修改了目录 类别 0102 暴露垃圾（{since}）",
    ]


def test_a_role_ended_is_told_by_the_door_that_ended_it(desk, town):
    town.dismiss(town.worker, "grid_worker")
    assert "免去 李网格" in " ".join(lines(desk.get(FRONT)))


def test_what_is_done_over_the_network_says_from_where_and_what_the_system_does_does_not(desk, town):
    answer = desk.post("/admin/people/new", {})
    assert answer.status_code == 422
    closed = desk.post(f"/admin/people/{town.water.id}/close", {})
    assert closed.status_code == 303
    with town.app.app_context():
        entries = queries.search(tags=[Tag.PERSON_CLOSED, Tag.ROLES_LOADED]).items
    assert [(entry.tag, entry.address) for entry in entries] == [
        ("person:closed", "127.0.0.1"),
        ("roles:loaded", None),
    ]
