"""The desk in a real browser: the whole loop by mouse, and again by keyboard alone; nobody kept out."""

import re
from contextlib import ExitStack, contextmanager

import pytest

from app.core import clock, revisions
from app.core.db import db
from app.core.transaction import transaction
from app.demo import photos
from app.grids.models import Grid
from app.identity.models import PersonRow
from tests.attachments.pictures import jpeg
from tests.factories.grids import COUNTY, VILLAGES, WEST
from tests.factories.identity import PASSWORD
from tests.factories.town import GRID, HERE, NEXT_GRID
from tests.plugins.application import MONDAY_MORNING
from tests.support.accessibility import accessible
from tests.support.house import inhabited
from tests.support.pictures import picture

expect = pytest.importorskip("playwright.sync_api", reason="Playwright is missing: ./gezhi test installs it").expect
OURS = re.compile("http://localhost:|data:|blob:")
PEOPLE = ("郭小梅", "李建国", "王雪", "赵志强", "孙丽", "周海", "吴敏", "郑卫东", "冯涛", "陈静", "褚亮")  # invented
PLACES = {
    COUNTY: "示例县",
    WEST: "城关镇",
    VILLAGES[0]: "主街社区",
    GRID: "主街社区第一网格",
    NEXT_GRID: "主街社区第二网格",
}
REPORTED = (
    ("路口垃圾堆放，占了半边人行道", "主街路口"),
    ("垃圾桶满溢，周边有散落", "文化广场旁"),
    ("建筑垃圾倒在绿化带里", "小学南侧"),
)
REFUSED = re.compile("(CONFLICT|NOT FOUND)")  # answered as pages, on purpose
PHOTO = {"name": "现场.jpg", "mimeType": "image/jpeg"}


@pytest.fixture(scope="module")
def world(request, sqlite_template, zygote, chromium):
    """A town, its web server with Valkey, and one browser."""
    if request.config.getoption("--db") == "postgres":
        pytest.skip("browser tests run on SQLite only")
    with ExitStack() as end:
        database = end.enter_context(sqlite_template.fresh())
        town = end.enter_context(inhabited(zygote, database.url))
        end.enter_context(clock.at(MONDAY_MORNING))
        _give_names(town)
        town.house.start("valkey", "web")
        town.browser = chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        end.callback(town.browser.close)
        yield town


def _give_names(town):
    """Call grids and people as a county would: the pictures of the handbook show them. All invented."""
    with town.app.app_context(), transaction() as session:
        for code, name in PLACES.items():
            session.execute(db.update(Grid).where(Grid.code == code).values(name=name))
        for actor, name in zip(town.people, PEOPLE, strict=False):
            session.execute(db.update(PersonRow).where(PersonRow.id == actor.id).values(name=name))
        revisions.raise_("grids")


@contextmanager
def seated(world, actor):
    """A page of somebody who has signed in; faults of scripts and loads from elsewhere fail the test."""
    with world.app.app_context():
        username = db.session.get_one(PersonRow, actor.id).username
    faults = []
    context = world.browser.new_context(
        base_url=f"http://localhost:{world.house.port}", locale="zh-CN", timezone_id="Asia/Shanghai",
        viewport={"width": 1366, "height": 768}, reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda said: faults.append(said.text) if said.type == "error" and not REFUSED.search(said.text) else None,
    )
    page.on("request", lambda one: None if OURS.match(one.url) else faults.append(one.url))
    page.goto("/")
    page.get_by_label("账号").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: not url.endswith("/sign-in") and len(url.split("/", 3)[3]) > 0)
    try:
        yield page
    finally:
        context.close()
    assert not faults


def by_mouse(page, queue, number, button, fill=None):
    """Go from the desk to a queue, to the case, open a form, fill it in, confirm."""
    page.goto("/desk/")
    page.locator(".side").get_by_role("link", name=re.compile(f"^{queue}")).click()
    page.get_by_role("link", name=number).click()
    page.get_by_role("link", name=button, exact=True).click()
    page.get_by_role("heading", name=button, exact=True).wait_for()
    accessible(page)
    if fill:
        fill(page)
    page.get_by_role("button", name=f"确认{button}").click()
    expect(page.get_by_role("status")).to_contain_text(f"已办理：{button}")


def file_it(page):
    """Choose the first condition of the class."""
    page.get_by_role("radio").first.check()


def choose_lead(page):
    """Send it to another department than the route suggests."""
    page.get_by_label("县住房和城乡建设局").uncheck()
    page.get_by_label("主办单位").fill("县住房和城乡建设局")


def show_work(page):
    """Write what was done, and send a photo of it."""
    page.get_by_label("处置结果").fill("已清理")
    page.locator("form.act input[type=file]").set_input_files([{**PHOTO, "buffer": jpeg()}])
    page.get_by_text("✓ 已上传 现场.jpg").wait_for()


def look(page):
    """Say where one stands, by the map, and send a photo."""
    page.locator("#map").click(position={"x": 60, "y": 60})
    expect(page.get_by_label("经度")).not_to_have_value("")
    page.locator("form.act input[type=file]").set_input_files([{**PHOTO, "buffer": jpeg(height=50)}])
    page.get_by_text("✓ 已上传 现场.jpg").wait_for()


def test_the_whole_loop_by_mouse(world):
    with seated(world, world.acceptor) as page:
        page.get_by_role("link", name="代为登记").click()
        accessible(page)
        page.get_by_label("热线", exact=True).check()
        page.get_by_label("反映的情况").fill("主街路口垃圾成堆")
        page.get_by_label("类别").fill("0102 暴露垃圾")
        page.get_by_label("经度").fill(str(HERE[0]))
        page.get_by_label("纬度").fill(str(HERE[1]))
        page.get_by_role("button", name="登记").click()
        page.get_by_text("已办理：上报").wait_for()
        number = page.locator("h1 small").text_content()
        verifier = page.url.split("/cases/")[1][:36]
        by_mouse(page, "待受理", number, "派核实")
    case = {"case_id": verifier}
    world.worker.act(case, "confirm_true", lon=HERE[0], lat=HERE[1], attachments=[world.photo()])
    world.bring_photos(case)
    with seated(world, world.acceptor) as page:
        by_mouse(page, "待受理", number, "受理")
    with seated(world, world.duty) as page:
        by_mouse(page, "待立案", number, "立案", file_it)
    with seated(world, world.dispatcher) as page:
        by_mouse(page, "待派遣", number, "派遣", choose_lead)
    with seated(world, world.housing) as page:
        by_mouse(page, "待签收", number, "签收")
        by_mouse(page, "处置中", number, "处置完成", show_work)
    with seated(world, world.worker) as page:
        page.goto("/desk/")
        by_mouse(page, "待我核查", number, "核查通过", look)
    with seated(world, world.duty) as page:
        by_mouse(page, "待结案", number, "结案")
    assert world.supervisor.read(case)["state"] == "closed"


def by_keys(page, queue, button, keys=()):
    """Do the same without a mouse: the first case of a queue, its button by digit, the form by keys, Ctrl+Enter."""
    page.goto(f"/desk/queues/{queue}")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="我能办理").wait_for()
    digit = page.locator("[data-action]", has_text=re.compile(rf"^{button}\s")).first.get_attribute("data-key")
    page.keyboard.press(digit)
    page.get_by_role("heading", name=button, exact=True).wait_for()
    for key in keys:
        page.keyboard.insert_text(key[1:]) if key.startswith("=") else page.keyboard.press(key)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status")).to_contain_text(f"已办理：{button}")


def test_the_whole_loop_by_keyboard(world):
    case = world.worker.report(description="第二处垃圾").get_json()
    with seated(world, world.acceptor) as page:
        by_keys(page, "to_accept", "受理")
    with seated(world, world.duty) as page:
        by_keys(page, "to_file", "立案", ("Tab", "Space"))
    with seated(world, world.dispatcher) as page:
        by_keys(page, "to_dispatch", "派遣", ("Control+a", "=县住房和城乡建设局", "Tab", "Space"))
    with seated(world, world.housing) as page:
        by_keys(page, "to_sign", "签收")
        photo = {"buffer": jpeg(height=44), **PHOTO}
        page.goto("/desk/queues/to_handle")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="我能办理").wait_for()
        digit = page.locator("[data-action]", has_text="处置完成").get_attribute("data-key")
        page.keyboard.press(digit)
        page.get_by_label("处置结果").wait_for()
        page.keyboard.insert_text("已清理")
        page.locator("form.act input[type=file]").set_input_files([photo])  # the system's own dialog is no page
        page.get_by_text("✓ 已上传").wait_for()
        page.keyboard.press("Control+Enter")
        page.get_by_text("已办理：处置完成").wait_for()
    with seated(world, world.worker) as page:
        page.goto("/desk/queues/to_check")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="我能办理").wait_for()
        digit = page.locator("[data-action]", has_text="核查通过").get_attribute("data-key")
        page.keyboard.press(digit)
        page.get_by_label("经度").wait_for()
        page.keyboard.insert_text(str(HERE[0]))
        page.keyboard.press("Tab")
        page.keyboard.insert_text(str(HERE[1]))
        page.locator("form.act input[type=file]").set_input_files([{"buffer": jpeg(height=46), **PHOTO}])
        page.get_by_text("✓ 已上传").wait_for()
        page.keyboard.press("Control+Enter")
        page.get_by_text("已办理：核查通过").wait_for()
    with seated(world, world.duty) as page:
        by_keys(page, "to_close", "结案")
    assert world.supervisor.read(case)["state"] == "closed"
    assert world.steps(case)[-1] == "close"


def test_keys_are_shown_and_can_be_switched_off(world):
    world.worker.report()
    with seated(world, world.acceptor) as page:
        page.keyboard.press("?")
        dialog = page.get_by_role("dialog")
        accessible(page)
        dialog.get_by_label("使用单键快捷键").uncheck()
        page.keyboard.press("Escape")
        page.goto("/desk/queues/to_accept")
        page.keyboard.press("j")
        expect(page.locator("tr.at")).to_have_count(0)


def test_somebody_else_at_the_same_case_is_shown(world):
    case = world.worker.report().get_json()
    colleague = world.hire("acceptor", "centre", COUNTY)
    with seated(world, world.acceptor) as first, seated(world, colleague) as second:
        first.goto(f"/desk/cases/{case['case_id']}/act/accept")
        first.wait_for_load_state("networkidle")
        second.goto(f"/desk/cases/{case['case_id']}")
        second.get_by_text("也在办理此案件").wait_for()
        accessible(second)


def test_what_somebody_else_did_meanwhile_is_shown_and_what_was_typed_is_kept(world):
    case = world.worker.report().get_json()
    with seated(world, world.acceptor) as page:
        page.goto(f"/desk/cases/{case['case_id']}/act/refuse")
        page.get_by_label("理由").fill("不属网格事项")
        world.acceptor.act(case, "urgent")
        world.acceptor.act(case, "verify", verifier=str(world.next_worker.id))
        world.acceptor.act(case, "recall_verify")
        page.get_by_role("button", name="确认不予受理").click()
        page.get_by_text("您填写的内容还在").wait_for()
        expect(page.get_by_label("理由")).to_have_value("不属网格事项")
        accessible(page)
        page.get_by_role("button", name="确认不予受理").click()
        page.wait_for_url(re.compile("done=refuse"))


PAGES = (
    "/desk/",
    "/desk/queues/to_accept",
    "/desk/cases",
    "/desk/cases?text=没有这样的",
    "/desk/report",
    "/desk/phrases",
    "/desk/cases/{case}",
    "/desk/cases/{case}/act/verify",
    "/desk/cases/{case}/act/urgent",
    "/desk/cases/{case}/act/copy",
    "/desk/cases/{case}/beside/{other}",
    "/desk/bulk?case={case}&case={other}",
    "/desk/bulk?case={case}&case={other}&action=refuse",
    "/desk/cases/{not_there}",
)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_keep_nobody_out(world, language):
    case, other = (world.worker.report().get_json()["case_id"] for _ in range(2))
    world.acceptor.act({"case_id": case}, "comment", text="请尽快")
    with seated(world, world.acceptor) as page:
        for place in PAGES:
            path = place.format(case=case, other=other, not_there=world.photo())
            page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
            page.wait_for_load_state("networkidle")
            accessible(page)


def test_the_pictures_of_the_handbook(world, tmp_path):
    cases = [world.worker.report(description=what, address=where).get_json() for what, where in REPORTED]
    photo, stored = world.worker.upload(cases[0], photos.draw()["before"][0], purpose="before")
    assert stored.status_code == 201
    world.worker.act(cases[0], "attach", attachments=[photo])
    for case in cases:
        world.acceptor.act(case, "accept")
    with seated(world, world.duty) as page:
        page.goto("/desk/queues/to_file")
        picture(page, "desk-queue", tmp_path)
        page.goto(f"/desk/cases/{cases[0]['case_id']}/act/file?list=queue%3Dto_file")
        page.wait_for_load_state("networkidle")
        picture(page, "desk-case", tmp_path)
        page.get_by_role("radio").first.check()
        page.get_by_role("button", name="确认立案").click()
        page.get_by_text("这是下一件").wait_for()
