"""The pages of people in a real browser: somebody is hired, given a role, away, and a sheet is imported."""

import re
from contextlib import ExitStack

import pytest
from openpyxl import Workbook, load_workbook

from app.core import clock, revisions
from app.core.db import db
from app.core.transaction import transaction
from app.grids.models import Grid
from app.identity.models import PersonRow
from app.identity.people_file import COLUMNS
from tests.factories.grids import COUNTY, GRIDS, VILLAGES, WEST
from tests.factories.identity import PASSWORD
from tests.factories.town import GRID, HOUSING
from tests.plugins.application import MONDAY_MORNING
from tests.support.accessibility import accessible
from tests.support.house import inhabited
from tests.support.pictures import picture

expect = pytest.importorskip("playwright.sync_api", reason="Playwright is missing: ./gezhi test installs it").expect
OURS = re.compile("http://localhost:|data:|blob:")
REFUSED = re.compile(r"\((UNPROCESSABLE ENTITY|CONFLICT)\)")  # answered as pages, on purpose
PLACES = {
    COUNTY: "示例县", WEST: "城关镇", VILLAGES[0]: "东街社区", VILLAGES[1]: "西街社区",
    GRIDS[0]: "东街社区第一网格", GRIDS[1]: "西街社区第一网格",
}  # fmt: skip
PEOPLE = ("张明", "李秀英", "王建国", "刘芳", "陈伟", "杨丽", "赵强", "周敏", "吴刚", "郑洁", "孙勇", "宋岚")


@pytest.fixture(scope="module")
def world(request, sqlite_template, zygote, browser):
    """A town with an administrator, and its web server."""
    if request.config.getoption("--db") == "postgres":
        pytest.skip("browser tests run on SQLite only")
    with ExitStack() as end:
        database = end.enter_context(sqlite_template.fresh())
        town = end.enter_context(inhabited(zygote, database.url))
        end.enter_context(clock.at(MONDAY_MORNING))
        town.admin = town.hire("administrator", "grid", COUNTY)
        _give_names(town)
        town.house.start("valkey", "web")
        town.browser = browser
        yield town


def _give_names(town):
    """Call grids and people as a county would: the pictures of the handbook show them. All invented."""
    with town.app.app_context(), transaction() as session:
        for code, name in PLACES.items():
            session.execute(db.update(Grid).where(Grid.code == code).values(name=name))
        for number, (actor, name) in enumerate(zip(town.people, (*PEOPLE, "何敏"), strict=False)):
            row = session.get_one(PersonRow, actor.id)
            row.name, row.phone = name, f"138000{number:05}"
        town.admin.username = session.get_one(PersonRow, town.admin.id).username
        revisions.raise_("grids")


@pytest.fixture
def page(world):
    """A page of the administrator, signed in; faults of scripts and refused loads fail the test."""
    faults = []
    context = world.browser.new_context(
        base_url=f"http://localhost:{world.house.port}", locale="zh-CN", timezone_id="Asia/Shanghai",
        viewport={"width": 1280, "height": 900}, reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
    page.on("request", lambda one: None if OURS.match(one.url) else faults.append(one.url))
    page.goto("/")
    page.get_by_label("账号").fill(world.admin.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/admin/")
    yield page
    context.close()
    assert not [fault for fault in faults if not REFUSED.search(fault)]


def write(path, *rows):
    """Write a sheet of people."""
    book = Workbook()
    for row in (COLUMNS, *rows):
        book.active.append(list(row))
    book.save(path)
    return path


def test_somebody_is_hired_given_a_role_and_let_go(page, tmp_path):
    page.get_by_role("link", name="人员与任职").first.click()
    page.get_by_role("link", name="新建人员").click()
    page.get_by_label("姓名").fill("韩梅")
    page.get_by_label("账号").fill("hanmei")
    page.get_by_label("手机").fill("13800001234")
    page.get_by_label("角色").select_option(label="网格员")
    page.get_by_label("在哪里任职").press_sequentially("西街社区第")
    choice = page.locator("#scopes option")
    expect(choice).to_have_count(1)
    page.get_by_label("在哪里任职").fill(choice.get_attribute("value"))
    accessible(page)
    page.get_by_role("button", name="建立账号").click()
    expect(page.locator("#first-password")).to_have_text(re.compile("^[a-z2-9]{12}$"))
    accessible(page)
    page.get_by_role("link", name="已记下，查看此人").click()
    expect(page.get_by_text("网格员 · 西街社区第一网格（城关镇 西街社区）")).to_be_visible()
    page.get_by_role("link", name="新增任职").click()
    page.get_by_label("角色").select_option(label="部门经办台")
    page.get_by_label("在哪里任职").fill("县住房和城乡建设局")
    page.get_by_label("起始日期").fill("2099-01-01")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name="以后生效")).to_be_visible()
    page.get_by_role("link", name="登记请假").click()
    page.get_by_label("第一天").fill("2099-02-01")
    page.get_by_label("最后一天").fill("2099-02-03")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("2099-02-01 至 2099-02-03")).to_be_visible()
    page.locator("summary", has_text="结束").click()
    accessible(page)
    picture(page, "admin-people-one", tmp_path)
    page.get_by_role("button", name="结束任职").click()
    expect(page.get_by_text("任职已结束，立即生效。")).to_be_visible()
    page.locator("summary", has_text="关闭账号").click()
    page.get_by_role("button", name="关闭账号").click()
    expect(page.get_by_text("账号已关闭", exact=True)).to_be_visible()
    accessible(page)


def test_people_are_found_while_typing_and_choosing(page, tmp_path):
    page.goto("/admin/people/")
    picture(page, "admin-people-list", tmp_path)
    rows = page.locator("#found tbody tr")
    page.get_by_label("姓名、账号或手机后四位").fill("秀英")
    page.keyboard.press("Enter")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("李秀英")
    assert "秀英" not in page.url
    page.get_by_label("姓名、账号或手机后四位").fill("")
    page.get_by_label("角色").select_option(label="部门经办台")
    expect(rows).to_have_count(3)
    page.get_by_label("网格或部门").fill("县住房")
    expect(page.locator("#places option")).to_have_count(1)
    page.get_by_label("网格或部门").fill(page.locator("#places option").get_attribute("value"))
    page.get_by_role("button", name="查找").click()
    expect(rows).to_have_count(1)
    page.get_by_role("link", name="显示全部").click()
    page.get_by_label("显示").select_option(label="已关闭的账号")
    page.get_by_role("button", name="查找").click()
    expect(page.get_by_text("按条件查找的结果。")).to_be_visible()
    accessible(page)


def test_a_sheet_is_checked_confirmed_and_its_passwords_are_downloaded(page, tmp_path):
    page.goto("/admin/people/import")
    page.get_by_label("人员表（xlsx 或 csv）").set_input_files(
        write(tmp_path / "错.xlsx", ("", "x", "", "县长", "网格", GRID))
    )
    page.get_by_role("button", name="检查").click()
    expect(page.get_by_role("alert")).to_contain_text("表格有 2 处错误")
    accessible(page)
    rows = (f"周{number}" for number in "一二三四五六七八九十甲乙")
    good = [(name, f"zhou{at}", "", "网格员", "网格", GRID) for at, name in enumerate(rows)]
    good.append((*good[0][:3], "处置人员", "部门", HOUSING))
    page.get_by_label("人员表（xlsx 或 csv）").set_input_files(write(tmp_path / "人员.xlsx", *good))
    page.get_by_role("button", name="检查").click()
    expect(page.get_by_role("status")).to_contain_text("新建账号 12 个")
    accessible(page)
    picture(page, "admin-people-looked", tmp_path)
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_text("导入完成：新建账号 12 个")).to_be_visible()
    told = page.locator(".import-progress p:visible")
    expect(told).to_have_text(["已生成密码 10 / 12"])  # the newest alone, with nothing above or below it
    expect(told).to_be_in_viewport(ratio=1)
    accessible(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载初始密码表").click()
    assert download.value.suggested_filename == "初始密码.xlsx"
    download.value.save_as(tmp_path / "初始密码.xlsx")
    assert len(list(load_workbook(tmp_path / "初始密码.xlsx").active.iter_rows())) == 13
    with page.expect_download() as download:
        page.goto("/admin/people/import")
        page.get_by_role("link", name="下载空表").click()
    assert download.value.suggested_filename == "人员表.xlsx"


def test_what_is_at_fault_is_told_beside_its_field(world, page):
    page.goto("/admin/people/new")
    page.get_by_label("姓名").fill("=1")
    page.get_by_label("账号").fill("王")
    page.get_by_label("角色").select_option(label="网格员")
    page.get_by_label("在哪里任职").fill("月球")
    page.get_by_role("button", name="建立账号").click()
    expect(page.locator("#about-name")).to_contain_text("不能以")
    expect(page.get_by_label("姓名")).to_have_value("=1")
    accessible(page)
    page.goto(f"/admin/people/{world.admin.id}")
    page.locator("summary", has_text="结束").click()
    page.get_by_role("button", name="结束任职").click()
    expect(page.get_by_role("alert")).to_contain_text("不能结束自己在最上级的最后一个管理员任职")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="Roles held")).to_be_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_keeps_anybody_out(world, page, language):
    one = f"/admin/people/{world.worker.id}"
    more = (f"{one}{rest}" for rest in ("", "/details", "/roles", "/absences"))
    for path in ("/admin/people/", "/admin/people/roles", "/admin/people/import", *more):
        page.goto(f"{path}?lang={language}")
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        accessible(page)
        page.set_viewport_size({"width": 400, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 400, path
        page.set_viewport_size({"width": 1280, "height": 900})
