"""The desk in a real browser: the whole loop by mouse, and again by keyboard alone; what helps on the way."""

import re

import pytest

from app.demo import photos
from tests.attachments.pictures import jpeg
from tests.factories.grids import COUNTY, GRIDS
from tests.factories.identity import PASSWORD
from tests.factories.town import HERE, THERE
from tests.support.accessibility import accessible
from tests.support.pictures import picture
from tests.support.seats import PLACES, arrive, seated, step_key, username, visiting

expect = pytest.importorskip("playwright.sync_api", reason="Playwright is missing: ./gezhi test installs it").expect
PHOTO = {"name": "现场.jpg", "mimeType": "image/jpeg"}
TABS_MOST = 80
REPORTED = (
    ("路口垃圾堆放，占了半边人行道", "主街路口"),
    ("垃圾桶满溢，周边有散落", "文化广场旁"),
    ("建筑垃圾倒在绿化带里", "小学南侧"),
)


@pytest.fixture(scope="module")
def world(desk_house):
    """A town with its web server, and Valkey, by which colleagues see each other."""
    desk_house.house.start("valkey", "web")
    return desk_house


def by_mouse(page, queue, number, button, fill=None):
    """Go from the desk to a queue, to the case, open a form, fill it in, confirm."""
    page.get_by_role("link", name="工作台", exact=True).first.click()
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
    photograph(page, 64)


def look(page):
    """Say where one stands, by the map, and send a photo."""
    outline = page.locator("#map .leaflet-interactive").first
    box = outline.bounding_box()
    outline.click(position={"x": box["width"] / 2, "y": box["height"] / 4})  # in the grid, beside the case's own mark
    expect(page.get_by_label("经度")).not_to_have_value("")
    page.get_by_label(re.compile("^理由")).fill("从网格北边走来，手机定位未更新")  # some kilometres away
    photograph(page, 50)


def photograph(page, height):
    """Choose a photo; the system's own dialog is no page."""
    page.locator("form.act input[type=file]").set_input_files([{**PHOTO, "buffer": jpeg(height=height)}])
    page.get_by_text("✓ 已上传 现场.jpg").wait_for()


def tell(page):
    """Type in what somebody tells on the telephone; the map names the grid at once."""
    page.get_by_role("link", name="代为登记").click()
    page.get_by_label("热线", exact=True).check()
    page.get_by_label("反映的情况").fill("东街路口垃圾成堆")
    page.get_by_label("类别").fill("0102 暴露垃圾")
    page.locator("#map .leaflet-interactive").first.click()
    expect(page.locator("#near")).to_contain_text(f"所在网格：{PLACES[COUNTY + '100200001']}")
    accessible(page)
    page.get_by_role("button", name="登记").click()
    page.get_by_text("已办理：上报").wait_for()


def enter(page, name):
    """Sign in by the form."""
    page.goto("/")
    page.get_by_label("账号").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/desk/")


def test_the_whole_loop_by_mouse(world):
    with visiting(world) as page:
        enter(page, username(world, world.acceptor))
        tell(page)
        number = page.locator("h1 small").text_content()
        case = {"case_id": page.url.split("/cases/")[1][:36]}
        by_mouse(page, "待受理", number, "派核实")
    for actor, *steps in (
        (world.worker, ("待我核实", "核实属实", look)),
        (world.acceptor, ("待受理", "受理", None)),
        (world.duty, ("待立案", "立案", file_it)),
        (world.dispatcher, ("待派遣", "派遣", choose_lead)),
        (world.housing, ("待签收", "签收", None), ("处置中", "处置完成", show_work)),
        (world.worker, ("待我核查", "核查通过", look)),
        (world.duty, ("待结案", "结案", None)),
    ):
        with seated(world, actor) as page:
            page.goto("/desk/")
            for queue, button, fill in steps:
                by_mouse(page, queue, number, button, fill)
    assert world.supervisor.read(case)["state"] == "closed"


def reach(page, target):
    """Go on by the Tab key until somebody is there."""
    for _ in range(TABS_MOST):
        if target.evaluate("(one) => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{target} is out of reach of the keyboard")


def go(page, target):
    """Go on by `j` until somebody is there, and open it."""
    target.wait_for()
    for _ in range(TABS_MOST):
        page.keyboard.press("j")
        if target.evaluate("(one) => one === document.activeElement"):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"{target} is out of reach of j")


def write(page, target, text):
    """Write into a field."""
    reach(page, target)
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def by_keys(page, queue, number, button, fill=None):
    """Do the same without a mouse: queue and case by letters, the form by its digit, Ctrl+Enter."""
    page.wait_for_load_state()  # a page that is still coming does not listen yet
    if queue:
        page.keyboard.press("g")
        if not page.locator(".side a:focus").text_content().strip().startswith(queue):
            go(page, page.locator("#counts").get_by_role("link", name=re.compile(f"^{queue}")))
        else:
            page.keyboard.press("Enter")
        page.get_by_role("heading", name=queue, exact=True).wait_for()
        go(page, page.get_by_role("link", name=number))
    page.get_by_role("heading", name="我能办理").wait_for()
    page.wait_for_load_state()
    step_key(page.locator("[data-action]", has_text=re.compile(rf"^\s*{button}\s")).first)
    page.get_by_role("heading", name=button, exact=True).wait_for()
    page.locator("form.act :focus").wait_for()
    if fill:
        fill(page)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status")).to_contain_text(f"已办理：{button}")


def file_by_keys(page):
    """Choose the first condition of the class."""
    reach(page, page.get_by_role("radio").first)
    page.keyboard.press("Space")


def choose_lead_by_keys(page):
    """Send it to a department: nobody can sign where the route leads, so nothing is suggested."""
    write(page, page.get_by_label("主办单位"), "县住房和城乡建设局")


def show_work_by_keys(page):
    """Write what was done, and send a photo of it."""
    write(page, page.get_by_label("处置结果"), "已清理")
    photograph(page, 44)


def look_by_keys(page):
    """Say where one stands, and send a photo."""
    write(page, page.get_by_label("经度"), str(HERE[0]))
    write(page, page.get_by_label("纬度"), str(HERE[1]))
    photograph(page, 46)


def tell_by_keys(page):
    """Type in what somebody tells, and choose its place from the lists."""
    page.wait_for_load_state()
    page.keyboard.press("g")
    go(page, page.get_by_role("link", name="代为登记"))
    page.locator("#map[data-ready]").wait_for()
    write(page, page.get_by_label("反映的情况"), "东街第二处垃圾")
    write(page, page.get_by_label("类别"), "0102 暴露垃圾")
    for level in ("乡镇", "村（社区）", "网格"):
        reach(page, page.get_by_label(level, exact=True))
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+Enter")
    page.get_by_text("已办理：上报").wait_for()


def test_the_whole_loop_by_keyboard(world):
    with visiting(world) as page:
        page.goto("/")
        for typed, then in ((username(world, world.acceptor), "Tab"), (PASSWORD, "Enter")):
            page.keyboard.insert_text(typed)
            page.keyboard.press(then)
        page.wait_for_url("**/desk/")
        tell_by_keys(page)
        number = page.locator("h1 small").text_content()
        case = {"case_id": page.url.split("/cases/")[1][:36]}
        by_keys(page, None, number, "派核实")
    for actor, *steps in (
        (world.worker, ("待我核实", "核实属实", look_by_keys)),
        (world.acceptor, ("待受理", "受理", None)),
        (world.duty, ("待立案", "立案", file_by_keys)),
        (world.dispatcher, ("待派遣", "派遣", choose_lead_by_keys)),
        (world.housing, ("待签收", "签收", None), ("处置中", "处置完成", show_work_by_keys)),
        (world.worker, ("待我核查", "核查通过", look_by_keys)),
        (world.duty, ("待结案", "结案", None)),
    ):
        with seated(world, actor) as page:
            page.goto("/desk/")
            for queue, button, fill in steps:
                by_keys(page, queue, number, button, fill)
    assert world.supervisor.read(case)["state"] == "closed"
    assert world.supervisor.read(case)["grid"]["name"] == PLACES[COUNTY + "100200001"]


def test_several_at_once_by_keyboard(world):
    cases = [world.worker.report(at=THERE).get_json() for _ in range(2)]
    said = {"scope": COUNTY, "action": "refuse", "text": "不属网格事项，已告知上报人"}
    with seated(world, world.acceptor) as page:
        page.goto("/desk/phrases")
        token = page.locator("meta[name=csrf-token]").get_attribute("content")
        page.request.post("/desk/phrases", form={"csrf_token": token, **said})
        page.goto(f"/desk/queues/to_accept?grid={GRIDS[1]}")
        for _ in cases:
            page.keyboard.press("j")
            page.keyboard.press("x")
        page.keyboard.press("b")
        page.get_by_role("heading", name="批量办理 2 件").wait_for()
        page.wait_for_load_state()
        page.locator("[data-action]:focus").wait_for()
        step_key(page.get_by_role("button", name="不予受理"))
        expect(page.get_by_label("理由")).to_be_focused()
        accessible(page)
        page.get_by_role("button", name="不属网格事项").click()
        expect(page.get_by_label("理由")).to_have_value(said["text"])
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("办成 2 件，未办成 0 件")
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_contain_text("办成 2 件")
    assert {world.supervisor.read(case)["state"] for case in cases} == {"rejected"}


def test_keys_are_shown_and_can_be_switched_off(world):
    world.worker.report()
    with seated(world, world.acceptor) as page:
        page.goto("/desk/")
        page.keyboard.press("?")
        dialog = page.get_by_role("dialog")
        accessible(page)
        for letter, step in (("a", "受理"), ("r", "不予受理、不予立案、核查不通过、不予结案"), ("Shift + X", "作废")):
            expect(dialog.locator("dt", has=page.get_by_text(letter, exact=True)).locator("+ dd")).to_have_text(step)
        dialog.get_by_label("使用单键快捷键").uncheck()
        page.keyboard.press("Escape")
        page.goto("/desk/queues/to_accept")
        page.keyboard.press("j")
        expect(page.locator("tr.at")).to_have_count(0)


def test_what_was_typed_is_not_thrown_away_unasked(world):
    case = world.worker.report().get_json()
    with seated(world, world.acceptor) as page:
        page.goto(f"/desk/cases/{case['case_id']}")
        page.get_by_role("link", name="不予受理", exact=True).click()
        page.get_by_label("理由").wait_for()
        page.keyboard.press("Escape")
        expect(page.locator("form.act")).to_have_count(0)  # nothing was lost
        page.get_by_role("link", name="不予受理", exact=True).click()
        page.get_by_label("理由").fill("不属网格事项")
        dialog = page.get_by_role("dialog", name="放弃已填写的内容？")
        for leaving in (lambda: page.keyboard.press("Escape"), page.get_by_role("link", name="受理", exact=True).click):
            leaving()
            dialog.wait_for()
            accessible(page)
            page.keyboard.press("Enter")  # goes on writing
            expect(dialog).to_be_hidden()
            expect(page.get_by_label("理由")).to_have_value("不属网格事项")
        asked = []
        page.on("dialog", lambda one: (asked.append(one.type), one.dismiss()))
        page.locator("#back").click()
        expect(page.get_by_label("理由")).to_have_value("不属网格事项")
        assert asked == ["beforeunload"]
        page.keyboard.press("Escape")
        dialog.get_by_role("button", name="放弃").click()
        expect(page.locator("form.act")).to_have_count(0)
        page.locator("#back").click()
        page.wait_for_url("**/desk/cases")
        assert asked == ["beforeunload"]


def test_somebody_else_at_the_same_case_is_shown(world):
    case = world.worker.report().get_json()
    colleague = world.hire("acceptor", "centre", COUNTY)
    with seated(world, world.acceptor) as first, seated(world, colleague) as second:
        for page in (first, second):
            page.goto(f"/desk/cases/{case['case_id']}")
            page.wait_for_load_state()
        with first.expect_response(lambda one: "presence?acting=1" in one.url):
            first.get_by_role("link", name=re.compile("^受理")).click()
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


def test_a_filter_is_kept_under_a_name_and_deleted_when_that_is_meant(world):
    case = world.worker.report(address="文化广场旁").get_json()
    with seated(world, world.acceptor) as page:
        page.goto("/desk/queues/to_accept")
        page.get_by_label("查找").fill("文化广场")
        page.get_by_role("button", name="筛选", exact=True).click()
        page.get_by_text("给这个筛选起名保存").click()
        page.get_by_label("名称").fill("广场")
        page.get_by_role("button", name="保存").click()
        page.get_by_role("link", name="全部案件").click()
        page.get_by_role("link", name="广场", exact=True).click()
        expect(page.locator("tr[data-row] th a")).to_have_text([case["number"]])
        page.locator("summary", has_text="×").click()
        accessible(page)
        page.get_by_role("button", name="确认删除").click()
        expect(page.get_by_role("link", name="广场", exact=True)).to_have_count(0)
    world.acceptor.act(case, "accept")


def test_a_text_used_again_is_filled_in_by_a_click(world):
    case = world.handling()
    with seated(world, world.housing) as page:
        page.goto("/desk/phrases")
        page.get_by_label("用于哪一步").select_option(label="处置完成")
        page.get_by_label("内容", exact=True).fill("已清运并冲洗地面")
        page.get_by_role("button", name="保存").click()
        page.goto(f"/desk/cases/{case['case_id']}/act/finish")
        page.get_by_role("button", name="已清运并冲洗地面").click()
        expect(page.get_by_label("处置结果")).to_have_value("已清运并冲洗地面")
        photograph(page, 66)
        page.get_by_role("button", name="确认处置完成").click()
        page.get_by_text("已办理：处置完成").wait_for()


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
        arrive(page, f"/desk/cases/{cases[0]['case_id']}/act/file?list=queue%3Dto_file")
        picture(page, "desk-case", tmp_path)
        page.get_by_role("radio").first.check()
        page.get_by_role("button", name="确认立案").click()
        page.get_by_text("这是下一件").wait_for()
    with seated(world, world.acceptor) as page:
        page.goto("/desk/report")
        page.get_by_label("反映的情况").fill("文化广场北门外有人倒建筑垃圾")
        page.locator("#map .leaflet-interactive").first.click()
        expect(page.locator("#near")).to_contain_text("所在网格")
        picture(page, "desk-report", tmp_path)
