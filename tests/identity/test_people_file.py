"""People come from a file: all of them or none, every fault by row and column."""

import re
from datetime import date, datetime

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from app.audit import queries as audit
from app.audit.tags import Tag
from app.core.clock import LOCAL
from app.core.db import db
from app.identity import queries, scopes
from app.identity.cli import commands
from app.identity.models import AssignmentRow, PersonRow
from app.identity.people_file import COLUMNS
from tests.factories.identity import person, role

pytestmark = pytest.mark.one_database
GOOD = ("王小明", "worker1", "13800000000", "网格员", "网格", "141025100001", "2026-11-01", "")


@pytest.fixture
def gezhi(app_context, monkeypatch):
    """Run a command of this room: `gezhi("people", "import", file)`."""
    role("grid_worker", name="网格员")
    role("handler", name="经办人", scope_kind="department")
    known = {"grid": {"141025100001": "141025/141025100/141025100001/"}, "department": {"D-HOUSING": ""}, "centre": {}}
    monkeypatch.setattr(scopes, "_resolvers", {kind: codes.get for kind, codes in known.items()})
    groups = {group.name: group for group in commands}
    runner = app_context.test_cli_runner()
    return lambda group, *arguments: runner.invoke(groups[group], [str(one) for one in arguments])


@pytest.fixture
def write(tmp_path):
    """Write rows below the header to a file."""

    def write(*rows, header=COLUMNS, name="人员.xlsx"):
        book = Workbook()
        for row in (header, *rows):
            book.active.append(list(row))
        book.save(tmp_path / name)
        return tmp_path / name

    return write


def row(**other):
    return [other.get(column, value) for column, value in zip(COLUMNS, GOOD, strict=True)]


def people():
    return db.session.scalar(select(func.count()).select_from(PersonRow))


def test_people_and_what_they_hold_are_imported_with_first_passwords(gezhi, write, tmp_path, client):
    file = write(GOOD, row(角色="经办人", 范围类型="部门", 范围代码="D-HOUSING"), row(姓名="李四", 账号="Worker2"))
    result = gezhi("people", "import", file)
    assert result.exit_code == 0, result.output
    assert "新建账号 2 个" in result.output
    target = tmp_path / "人员-初始密码.xlsx"
    assert target.stat().st_mode & 0o077 == 0
    _, first, second = load_workbook(target).active.iter_rows(values_only=True)
    assert (first[:2], second[:2]) == (("王小明", "worker1"), ("李四", "worker2"))
    answer = client.post("/api/v1/auth/login", json={"username": "worker1", "password": first[2], "device": "手机"})
    assert answer.json["person"]["must_change_password"] is True
    assert answer.json["person"]["roles"] == ["grid_worker", "handler"]
    assert [entry.data for entry in audit.search(tags=[Tag.PEOPLE_IMPORTED]).items] == [{"accounts": 2, "roles": 3}]


def test_a_dry_run_checks_and_writes_nothing(gezhi, write, tmp_path):
    file = write(GOOD)
    result = gezhi("people", "import", file, "--dry-run")
    assert (result.exit_code, people()) == (0, 0)
    assert "检查通过，未写入。新建账号 1 个" in result.output
    assert list(tmp_path.glob("*密码*")) == []


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("姓名", "", "必填"),
        ("姓名", "=1+1", "是公式"),
        ("姓名", "@张三", "不能以"),
        ("姓名", "张" * 41, "最多 40 个字"),
        ("账号", "王小明", "只能用字母"),
        ("手机", "一三八", "应为电话号码"),
        ("角色", "县长", "没有“县长”这个角色"),
        ("角色", "经办人", "范围类型应为部门"),
        ("范围类型", "全县", "应为网格、部门或中心"),
        ("范围代码", "141025999", "没有代码为“141025999”的网格"),
        ("范围代码", 1410251000010000001, "设为文本"),
        ("起", "明天", "应为日期"),
        ("起", "1926-11-01", "年份"),
        ("止", "2026-10-31", "早于开始日期"),
    ],
)
def test_a_fault_is_named_by_row_and_column_and_nobody_is_imported(gezhi, write, column, value, text):
    result = gezhi(
        "people", "import", write(GOOD, row(账号="worker2") if column == "账号" else GOOD, row(**{column: value}))
    )
    wrong = "范围类型" if (column, value) == ("角色", "经办人") else column
    assert result.exit_code == 1
    assert f"第 4 行「{wrong}」：" in result.output
    assert text in result.output
    assert people() == 0


def test_all_faults_are_told_at_once(gezhi, write):
    result = gezhi("people", "import", write(row(姓名="", 手机="x"), row(角色="县长")))
    assert result.output.splitlines()[0] == "读取的是工作表「Sheet」第 2—3 行。Read: the sheet “Sheet” rows 2–3."
    assert [line.partition("：")[0] for line in result.output.splitlines()[1:4]] == [
        "工作表「Sheet」第 2 行「姓名」",
        "工作表「Sheet」第 2 行「手机」",
        "工作表「Sheet」第 3 行「角色」",
    ]
    assert "共 3 处错误" in result.output


def test_what_the_system_does_not_know_is_named_by_sheet_row_column_and_what_was_read(gezhi, write):
    assert gezhi("people", "import", write(GOOD)).exit_code == 0
    for given, column, read in (
        ({"角色": "县长"}, "角色", "县长"),
        ({"角色": "经办人"}, "范围类型", "网格"),
        ({"范围代码": "141025999"}, "范围代码", "141…99"),
        ({"范围类型": "部门", "范围代码": "D-NOWHERE", "角色": "经办人"}, "范围代码", "D-NOWHERE"),
        ({"姓名": "李四"}, "账号", "worker1"),
    ):
        output = gezhi("people", "import", write(row(**given))).output
        assert f"工作表「Sheet」第 2 行「{column}」：读到“{read}”：" in output, output


def test_one_account_with_two_names_is_a_fault(gezhi, write):
    result = gezhi("people", "import", write(GOOD, row(姓名="李四")))
    assert "第 3 行「姓名」：读到“李四”：与第 2 行同一账号的填写不一致" in result.output


def test_a_fault_says_what_was_read_and_no_number_of_a_person_in_full(gezhi, write):
    for column, value, text in (
        ("起", "下月初", "「起」：读到“下月初”：应为日期"),
        ("起", "2026-13-45", "「起」：读到“2026-13-45”：应为日期"),
        ("起", date(1926, 11, 1), "「起」：读到“1926-11-01”：年份"),
        ("止", "2026-10-31", "「止」：读到“2026-10-31”：早于开始日期"),
        ("手机", "138 0013-80", "「手机」：读到“138…80”：应为电话号码"),
        ("手机", "１３８００１３８", "「手机」：读到“138…38”：应为电话号码"),
        ("起", "138-0013-8000", "「起」：读到“138…00”：应为日期"),
        ("范围类型", "14102519900101001X", "「范围类型」：读到“141…1X”：应为网格"),
        ("姓名", "张" * 41, f"「姓名」：读到“{'张' * 30}…”：最多 40 个字"),
        ("姓名", "张\n三", "「姓名」：读到“张 三”：应写在一行内"),
        ("姓名", "", "「姓名」：必填"),
    ):
        output = gezhi("people", "import", write(row(**{column: value}))).output
        assert text in output, output


def test_people_on_a_hidden_sheet_are_spoken_of_beside_a_filled_one(gezhi, write):
    for rows in ([GOOD], [row(起="明天")]):
        file = write(*rows)
        book = load_workbook(file)
        book.create_sheet("离任").sheet_state = "hidden"
        for given in (COLUMNS, row(账号="worker9")):
            book["离任"].append(list(given))
        book.save(file)
        assert "隐藏的工作表没有读取：离任。如果其中有" in gezhi("people", "import", file, "--dry-run").output, rows


def test_an_account_of_somebody_else_is_a_fault(gezhi, write):
    person(username="worker1", name="赵六")
    assert "已由另一人（赵六）使用" in gezhi("people", "import", write(GOOD)).output


def test_the_same_file_again_changes_nothing(gezhi, write):
    file = write(GOOD)
    gezhi("people", "import", file)
    result = gezhi("people", "import", file)
    assert result.exit_code == 0, result.output
    assert "新建账号 0 个，补充任职 0 项，已有任职 1 项" in result.output
    assert db.session.scalar(select(func.count()).select_from(AssignmentRow)) == 1


def test_who_is_known_receives_only_what_is_missing_and_keeps_the_password(gezhi, write):
    known = person(username="worker1", name="王小明")
    gezhi("people", "import", write(GOOD))
    db.session.rollback()
    account = queries.account(known.id)
    assert (account.password_hash, account.must_change_password) == (known.password_hash, False)
    assert [held.role for held in queries.assignments(known.id)] == ["grid_worker"]


def test_days_are_whole_days_of_the_county_and_numbers_are_codes(gezhi, write):
    file = write(row(手机=13800000000, 范围代码=141025100001, 起=date(2026, 11, 1), 止="2026/11/30"))
    result = gezhi("people", "import", file)
    assert result.exit_code == 0, result.output
    held = db.session.scalars(select(AssignmentRow)).one()
    assert held.scope_code == "141025100001"
    assert held.valid_from == datetime(2026, 11, 1, tzinfo=LOCAL)
    assert held.valid_to == datetime(2026, 12, 1, tzinfo=LOCAL)


def test_columns_may_stand_in_any_order_and_more_may_stand_beside_them(gezhi, write):
    file = write([*reversed(GOOD), "备注"], header=[*reversed(COLUMNS), "备注"])
    assert gezhi("people", "import", file).exit_code == 0


def test_a_missing_column_is_named(gezhi, write):
    result = gezhi("people", "import", write(GOOD[:-1], header=COLUMNS[:-1]))
    assert (result.exit_code, "表头缺少：止" in result.output) == (1, True)


def test_a_file_that_is_no_workbook_is_refused(gezhi, tmp_path):
    file = tmp_path / "people.xlsx"
    file.write_bytes(b"PK not a workbook")
    result = gezhi("people", "import", file)
    assert (result.exit_code, "xlsx" in result.output) == (1, True)


def test_passwords_written_before_are_not_overwritten(gezhi, write, tmp_path):
    (tmp_path / "人员-初始密码.xlsx").write_text("older")
    result = gezhi("people", "import", write(GOOD))
    assert (result.exit_code, people()) == (1, 0)
    assert (tmp_path / "人员-初始密码.xlsx").read_text() == "older"


def test_one_person_is_added_and_gets_a_new_password(gezhi, client):
    def log_in(result):
        password = re.search(r"(?:first password|one-time code): (\S+)", result.output)[1]
        return client.post("/api/v1/auth/login", json={"username": "worker1", "password": password, "device": "手机"})

    assert log_in(gezhi("people", "add", "worker1", "王小明")).status_code == 200
    assert "已有人使用" in gezhi("people", "add", "worker1", "王小明").output
    assert log_in(gezhi("people", "password", "worker1")).json["person"]["must_change_password"] is True
    assert gezhi("people", "password", "nobody").exit_code == 1
    assert gezhi("people", "password", "worker1", "--password", "short").exit_code == 1


@pytest.mark.both_databases
def test_a_first_administrator_is_added_with_a_role_and_its_ground_or_not_at_all(gezhi):
    gezhi("roles", "import")
    for wrong in (["--role", "administrator"], ["--scope", "141025"], ["--role", "king", "--scope", "141025"]):
        assert gezhi("people", "add", "admin", "王小明", *wrong).exit_code == 1
    assert gezhi("people", "add", "admin", "王小明", "--role", "administrator", "--scope", "nowhere").exit_code == 1
    assert people() == 0
    role_and_ground = ("--role", "administrator", "--scope", "141025100001")
    assert gezhi("people", "add", "admin", "王小明", *role_and_ground).exit_code == 0
    (held,) = db.session.scalars(select(AssignmentRow))
    assert (held.role, held.scope_kind, held.scope_code) == ("administrator", "grid", "141025100001")


def test_the_shipped_roles_are_restored(gezhi):
    result = gezhi("roles", "import")
    assert result.exit_code == 0, result.output
    assert queries.roles().names["acceptor"] == "受理员"
