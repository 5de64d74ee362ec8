"""The ground in a real browser: a file of boundaries from its faults to its import, a department, the roster."""

import json
import re
from contextlib import ExitStack

import pytest
from shapely import box

from app.core import clock, revisions
from app.core.db import db
from app.core.transaction import transaction
from app.departments.models import Department
from app.grids.levels import Level
from app.grids.models import Grid
from app.identity.models import PersonRow
from tests.factories.grids import COUNTY, EAST, GRIDS, VILLAGES, WEST, draft, strip
from tests.factories.identity import PASSWORD
from tests.factories.town import GRID, HOUSING
from tests.grids.files import feature, file_of
from tests.plugins.application import MONDAY_MORNING
from tests.support.accessibility import accessible
from tests.support.house import inhabited
from tests.support.pictures import picture

expect = pytest.importorskip("playwright.sync_api", reason="Playwright is missing: ./gezhi test installs it").expect
OURS = re.compile("http://localhost:|data:|blob:")
REFUSED = re.compile("UNPROCESSABLE")  # forms that are shown again, on purpose
PLACES = {
    COUNTY: "示例县", WEST: "城关镇", EAST: "河东镇", VILLAGES[0]: "东街社区", VILLAGES[1]: "西街社区",
    VILLAGES[2]: "河东村", VILLAGES[3]: "柳湾村", GRIDS[0]: "东街社区第一网格", GRIDS[1]: "西街社区第一网格",
    GRIDS[2]: "河东村网格", GRIDS[3]: "柳湾村网格",
}  # fmt: skip
PEOPLE = ("张明", "李秀英", "王建国", "刘芳", "陈伟", "杨丽", "赵强", "周敏", "吴刚", "郑洁", "孙勇", "宋岚", "何平")
SECOND = f"{VILLAGES[0]}002"


@pytest.fixture(scope="module")
def world(request, sqlite_template, zygote, browser):
    """A town with an administrator, its web server, and the browser."""
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
        town.username = session.get_one(PersonRow, town.admin.id).username
        for code, name in PLACES.items():
            session.execute(db.update(Grid).where(Grid.code == code).values(name=name))
        for actor, name in zip(town.people, PEOPLE, strict=False):
            session.execute(db.update(PersonRow).where(PersonRow.id == actor.id).values(name=name))
        session.execute(db.update(Department).where(Department.grid_code == WEST).values(name="城关镇人民政府"))
        revisions.raise_("grids")
        revisions.raise_("departments")


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
    page.on("console", lambda said: _note(faults, said))
    page.on("request", lambda one: None if OURS.match(one.url) else faults.append(one.url))
    page.goto("/")
    page.get_by_label("账号").fill(world.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/admin/")
    yield page
    context.close()
    assert not faults


def _note(faults, said):
    if said.type in ("error", "warning") and not REFUSED.search(said.text):
        faults.append(said.text)


def named(one):
    """A grid of a file, called as the county calls it."""
    return feature(one, name=PLACES.get(one.code, one.name))


def bring(page, *drafts):
    """Bring a file by the form, and wait for its map."""
    page.goto("/admin/grids/import/")
    content = file_of(*(named(one) for one in drafts))
    file = {"name": "东街社区.geojson", "mimeType": "application/geo+json", "buffer": content}
    page.locator("#file").set_input_files(files=[file])
    page.get_by_role("button", name="上传并检查").click()
    page.locator("#ground[data-ready]").wait_for()


def drawn(page):
    """Wait until the map of the page, if it has one, is drawn."""
    if page.locator("#ground").count():
        page.locator("#ground[data-ready]").wait_for()


HALF = draft(GRID, box(112, 36, 112.05, 36.1))
OTHER_HALF = draft(SECOND, box(112.05, 36, 112.1, 36.1), name="东街社区第二网格")
TOO_WIDE = draft(SECOND, box(112.04, 36, 112.09, 36.1), name="东街社区第二网格")


def test_a_faulty_file_is_mended_and_imported(page, tmp_path):
    page.get_by_role("link", name="网格", exact=True).first.click()
    page.get_by_role("link", name="导入边界").click()
    bring(page, HALF, TOO_WIDE)
    expect(page.get_by_role("heading", name="有 2 处错误，没有导入")).to_be_visible()
    before = page.locator("#map .leaflet-zoom-animated path").first.get_attribute("d")
    page.get_by_role("button", name=re.compile("在地图上看：东街社区 缝隙")).click()
    expect(page.locator("#map path").first).not_to_have_attribute("d", before)
    accessible(page)
    picture(page, "admin-grid-faults", tmp_path)
    page.get_by_role("link", name="重新上传").click()
    bring(page, HALF, OTHER_HALF)
    expect(page.locator("#sum")).to_contain_text("新建 1 个，修改 1 个，未变 0 个，停用 0 个")
    accessible(page)
    picture(page, "admin-grid-preview", tmp_path)
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_role("status")).to_contain_text("已导入：新建 1，修改 1")
    page.locator("summary").filter(has_text="城关镇").click()
    page.get_by_role("link", name="东街社区第二网格").click()
    page.locator("#ground[data-ready]").wait_for()
    expect(page.locator("#map path")).to_have_count(2)


def test_the_tree_is_a_file_to_take_away(page):
    page.goto("/admin/grids/")
    with page.expect_download() as coming:
        page.get_by_role("link", name="导出 GeoJSON").click()
    with open(coming.value.path(), encoding="utf-8") as file:
        codes = [one["properties"]["code"] for one in json.load(file)["features"]]
    assert {COUNTY, *GRIDS} <= set(codes)


def test_a_grid_is_changed_by_its_form(page):
    page.goto(f"/admin/grids/{GRIDS[1]}")
    page.get_by_label("区域类别").select_option("A")
    page.get_by_label("责任部门").select_option(label="县住房和城乡建设局")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status").filter(has_text="修改已保存")).to_be_visible()
    expect(page.locator("dl.facts")).to_contain_text("A 类区域")


def test_a_department_is_made_renamed_ended_and_revived(page):
    page.goto("/admin/departments/")
    page.get_by_role("link", name="新建部门").click()
    page.get_by_label("名称").fill("县水利局")
    page.get_by_label("类型").select_option(label="县直部门")
    page.get_by_label("代码").fill(HOUSING)
    page.get_by_role("button", name="建立").click()
    expect(page.get_by_text("✗ 这个部门代码已经使用")).to_be_visible()
    accessible(page)
    page.get_by_label("代码").fill("D-RIVERS")
    page.get_by_role("button", name="建立").click()
    expect(page.get_by_role("status")).to_contain_text("部门已建立")
    page.get_by_label("添加别名").fill("水利局")
    page.get_by_role("button", name="添加").click()
    page.get_by_label("名称").fill("县水务局")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("section", has=page.locator("#aliases"))).to_contain_text("县水利局")
    page.get_by_text("撤销这个部门…").click()
    accessible(page)
    page.get_by_role("button", name="确定撤销").click()
    expect(page.get_by_role("button", name="恢复")).to_be_visible()
    accessible(page)
    page.get_by_role("button", name="恢复").click()
    expect(page.get_by_role("status")).to_contain_text("部门已恢复")


def test_a_grid_gets_its_full_time_worker(page, tmp_path):
    page.get_by_role("link", name="个网格没有专职网格员").click()
    expect(page.locator("tbody tr").first).to_contain_text("缺")
    page.get_by_role("link", name="河东村网格").click()
    page.get_by_label("姓名或账号").fill("刘")
    page.get_by_role("button", name="安排").click()
    page.get_by_label("刘芳").check()
    accessible(page)
    page.get_by_role("button", name="安排").click()
    expect(page.get_by_role("status")).to_contain_text("已安排，立即生效")
    expect(page.locator("section", has=page.locator("#served"))).to_contain_text("专职网格员 刘芳")
    page.get_by_text("免去…").click()
    accessible(page)
    page.goto("/admin/roster/")
    picture(page, "admin-roster", tmp_path)
    page.goto(f"/admin/roster/{GRIDS[2]}")
    page.get_by_text("免去…").click()
    page.get_by_role("button", name="确定免去").click()
    expect(page.get_by_text("还没有专职网格员")).to_be_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_keeps_anybody_out(page, language):
    paths = (
        "/admin/", "/admin/departments/", "/admin/departments/?q=没有的", "/admin/departments/new",
        f"/admin/departments/{HOUSING}", "/admin/grids/", "/admin/grids/?q=东街", "/admin/grids/?q=没有的",
        f"/admin/grids/{WEST}", f"/admin/grids/{GRID}", "/admin/grids/import/", "/admin/roster/",
        "/admin/roster/?q=没有的", f"/admin/roster/{GRID}",
    )  # fmt: skip
    for path in paths:
        page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
        drawn(page)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        expect(page.locator(".twigs > li > .twigs")).to_have_count(4 if path == "/admin/grids/" else 0)
        accessible(page)


def test_nothing_is_wider_than_a_small_screen(page):
    page.set_viewport_size({"width": 400, "height": 800})
    for path in (
        "departments/",
        f"departments/{HOUSING}",
        f"grids/{WEST}",
        "grids/import/",
        "roster/",
        f"roster/{GRID}",
    ):
        page.goto(f"/admin/{path}")
        drawn(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 400, path


def test_pictures_of_the_handbook(page, tmp_path):
    page.goto("/admin/grids/")
    page.locator("summary").filter(has_text="城关镇").click()
    page.get_by_role("link", name="东街社区", exact=True).wait_for()
    picture(page, "admin-grids", tmp_path)
    page.goto("/admin/departments/T-" + WEST)
    picture(page, "admin-department", tmp_path)


def test_a_whole_village_moves_with_the_map_in_view(page):
    moved = draft(VILLAGES[1], strip(1, 2), Level.VILLAGE, parent=EAST)
    bring(page, draft(WEST, strip(0, 1), Level.TOWNSHIP), draft(EAST, strip(1, 4), Level.TOWNSHIP), moved)
    expect(page.get_by_text("在办案件和人员任职跟着走")).to_be_visible()
    page.get_by_role("button", name="放弃这个文件").click()
    expect(page.get_by_role("status").filter(has_text="文件已删除")).to_be_visible()
