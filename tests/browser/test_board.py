"""The board in a real browser: figures lead to cases, the slider moves the map, a closing passes or fails."""

import re
from contextlib import ExitStack
from uuid import uuid4

import pytest

from app.catalogue import service as catalogue
from app.core import clock, revisions
from app.core.db import db
from app.core.transaction import transaction
from app.demo import photos
from app.grids.models import Grid
from app.identity.models import PersonRow
from tests.desk.boards import closed, county_rules, forced
from tests.factories.catalogue import documents_file
from tests.factories.grids import COUNTY, EAST, GRIDS, INSIDE, VILLAGES, WEST
from tests.factories.identity import PASSWORD
from tests.factories.town import GARBAGE, HERE, HOUSING
from tests.plugins.application import MONDAY_MORNING
from tests.support.accessibility import accessible
from tests.support.house import inhabited
from tests.support.pictures import picture

expect = pytest.importorskip("playwright.sync_api", reason="Playwright is missing: ./gezhi test installs it").expect
OURS = re.compile("http://localhost:|data:|blob:")
PLACES = {
    COUNTY: "示例县", WEST: "城关镇", EAST: "河东镇", VILLAGES[0]: "东街社区", VILLAGES[1]: "西街社区",
    GRIDS[0]: "东街社区第一网格", GRIDS[1]: "西街社区第一网格", GRIDS[2]: "河东村网格", GRIDS[3]: "柳湾村网格",
}  # fmt: skip
PEOPLE = ("张明", "李秀英", "王建国", "刘芳", "陈伟", "杨丽", "赵强", "周敏", "吴刚", "郑洁", "孙勇")
FIGURES = ("/board/", "/board/?level=grid&days=90")
LISTS = ("/board/cases", "/board/cases?show=overdue", "/board/audit")
FINDINGS = (("通过：确已解决", "✓ 通过"), ("不通过：没有解决", "✗ 不通过"))


@pytest.fixture(scope="module")
def world(request, sqlite_template, zygote, chromium, tmp_path_factory):
    """A town at work: open, closed and forced cases, everything drawn for audit; and its web server."""
    if request.config.getoption("--db") == "postgres":
        pytest.skip("browser tests run on SQLite only")
    with ExitStack() as end:
        database = end.enter_context(sqlite_template.fresh())
        town = end.enter_context(inhabited(zygote, database.url))
        end.enter_context(clock.at(MONDAY_MORNING))
        town.house.start("valkey", "web")
        with town.app.app_context(), transaction():
            document = ("audit", "audit", county_rules(("全部结案", {})))
            catalogue.import_files([documents_file(tmp_path_factory.mktemp("rules"), document)], by="test")
        _give_names(town)
        town.worker.report(description="<b>路口垃圾</b>")
        town.open_case = town.handling()
        town.cases = [_closed_with_photos(town), closed(town), forced(town)]
        town.hire("grid_worker", "grid", GRIDS[2]).report("0110", at=INSIDE[GRIDS[2]], description="路面有积水")
        town.browser = chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        end.callback(town.browser.close)
        yield town


def _closed_with_photos(town):
    """A case with a photo of before, after and the check, which was taken some steps away."""
    drawn = photos.draw()
    before, after, check = (str(uuid4()) for _ in range(3))
    case = town.worker.report(address="东街 18 号门前", attachments=[before]).get_json()
    town.acceptor.act(case, "accept")
    town.duty.act(case, "file", **{"class": GARBAGE, "condition": "1"})
    town.dispatcher.act(case, "dispatch", lead=HOUSING)
    town.housing.act(case, "sign")
    town.housing.act(case, "finish", result="已清运并冲洗路面", attachments=[after])
    town.worker.act(case, "pass_check", lon=HERE[0] + 0.0003, lat=HERE[1], attachments=[check])
    sent = ((town.worker, "before", before), (town.housing, "after", after), (town.worker, "check", check))
    for actor, purpose, photo in sent:
        actor.upload(case, drawn[purpose][0], purpose=purpose, attachment_id=photo)
    return town.duty.act(case, "close")


def _give_names(town):
    """Call grids and people as a county would: the pictures of the handbook show them. All invented."""
    with town.app.app_context(), transaction() as session:
        town.username = session.get_one(PersonRow, town.supervisor.id).username
        for code, name in PLACES.items():
            session.execute(db.update(Grid).where(Grid.code == code).values(name=name))
        for actor, name in zip(town.people, PEOPLE, strict=False):
            session.execute(db.update(PersonRow).where(PersonRow.id == actor.id).values(name=name))
        revisions.raise_("grids")


@pytest.fixture
def page(world):
    """A page of the supervisor, signed in; faults of scripts and refused loads fail the test."""
    faults = []
    context = world.browser.new_context(
        base_url=f"http://localhost:{world.house.port}", locale="zh-CN", timezone_id="Asia/Shanghai",
        viewport={"width": 1280, "height": 900}, reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
    page.on("request", lambda one: None if OURS.match(one.url) else faults.append(one.url))
    page.goto("/")
    page.get_by_label("账号").fill(world.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/board/")
    yield page
    context.close()
    assert not faults


def drawn(page):
    """Wait until charts and map have their figures."""
    page.locator("#charts[data-ready]").wait_for()
    page.locator("#grids[data-ready]").wait_for()


def test_a_figure_leads_to_its_cases_and_a_case_to_its_evidence(world, page):
    card = page.locator("[data-show=open]")
    expect(card.locator(".glance-count")).to_have_text("3")
    card.click()
    expect(page.locator("#total")).to_contain_text("共 3 件")
    page.get_by_role("link", name=world.open_case["number"]).click()
    expect(page.get_by_role("heading", name=world.open_case["number"])).to_be_visible()
    expect(page.get_by_text("✓ 刚刚核对")).to_be_visible()


def test_photos_stand_side_by_side_with_the_distance_of_the_check(world, page):
    page.goto(f"/board/cases/{world.cases[0]['case_id']}", wait_until="networkidle")
    pictures = page.locator(".photos img")
    expect(pictures).to_have_count(3)
    assert page.evaluate("[...document.images].every((one) => one.naturalWidth > 50)")
    assert len({round(one.bounding_box()["y"]) for one in pictures.all()}) == 1
    expect(page.locator("section", has=page.locator("#places"))).to_contain_text("距上报位置 27 米")


def test_charts_have_tables_of_the_same_figures(page):
    drawn(page)
    expect(page.locator("#trend canvas")).to_be_visible()
    page.get_by_text("表格：各类别案件").click()
    row = page.locator("#classes-table tbody tr").filter(has_text="暴露垃圾")
    expect(row.locator("td")).to_have_text(["5", "2", "0"])
    row.get_by_role("link", name="5").click()
    expect(page.locator("#total")).to_contain_text("共 5 件")


def test_the_slider_moves_map_and_table_through_the_days(page):
    drawn(page)
    slider = page.get_by_label(re.compile("^时间"))
    rows = page.locator("#grids-table tbody tr")
    expect(page.locator("#day-shown")).to_have_text("现在未结案")
    expect(rows.locator("td").first).to_have_text("2")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#day-shown")).to_have_text("2026-11-23 当日上报")
    expect(page.locator(".grid-count")).to_have_text(["5", "1"])
    expect(rows.locator("td").first).to_have_text("5")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_text("没有案件。把滑块移到别的日子看看。")).to_be_visible()
    page.keyboard.press("End")
    page.locator(".grid-count").first.click(force=True)
    page.locator("#map path").first.click(force=True)
    popup = page.locator(".leaflet-popup-content")
    expect(popup).to_contain_text("现在未结案：2")
    popup.get_by_role("link", name="查看案件").click()
    expect(page.locator("#total")).to_contain_text("共 2 件")


def test_a_closing_passes_and_another_fails(world, page):
    page.get_by_role("link", name="结案抽查").click()
    expect(page.locator("#sampled")).to_contain_text("结案 3 件，抽中 3 件，待抽查 3 件")
    for case, (finding, shown) in zip(world.cases, FINDINGS, strict=False):
        page.get_by_role("link", name=case["number"]).click()
        page.get_by_label(finding, exact=True).check()
        page.get_by_label("说明（可不填）").first.fill("看过照片")
        page.get_by_role("button", name="抽查").click()
        expect(page.get_by_role("status").filter(has_text="已办理：抽查")).to_be_visible()
        expect(page.locator("section", has=page.locator("#said"))).to_contain_text("看过照片")
        page.get_by_role("link", name="回到抽查清单").click()
        expect(page.locator("#drawn tr").filter(has_text=case["number"])).to_contain_text(shown)
    expect(page.locator("#sampled")).to_contain_text("待抽查 1 件")
    page.get_by_role("link", name="今日总览").click()
    expect(page.locator("[data-show=reopen_wanted] .glance-count")).to_have_text("1")


def test_an_open_case_gets_a_card(world, page):
    page.goto(f"/board/cases/{world.open_case['case_id']}")
    page.get_by_label("黄牌").check()
    page.get_by_role("button", name="督办").click()
    expect(page.get_by_role("status").filter(has_text="已办理：督办")).to_be_visible()
    expect(page.locator(".grade-yellow")).to_have_text("黄牌")


def test_the_case_file_prints_without_the_frame(world, page):
    page.goto(f"/desk/cases/{world.cases[0]['case_id']}/file")
    expect(page.get_by_role("button", name="打印")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="打印")).to_be_hidden()
    expect(page.locator("header.navbar")).to_be_hidden()
    expect(page.get_by_text("✓ 打印前核对")).to_be_visible()


def test_the_look_for_violations_sees_one(page):
    page.evaluate("document.querySelector('select').labels[0].remove()")
    with pytest.raises(AssertionError, match="select-name"):
        accessible(page)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_keeps_anybody_out(world, page, language):
    case = f"/board/cases/{world.cases[0]['case_id']}"
    for path in (*FIGURES, *LISTS, case, f"/board/cases/{world.open_case['case_id']}", f"/desk{case[6:]}/file"):
        page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
        if path in FIGURES:
            drawn(page)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        accessible(page)


def test_pictures_of_the_handbook(world, page, tmp_path):
    drawn(page)
    picture(page, "board-glance", tmp_path)
    page.locator("#map-title").scroll_into_view_if_needed()
    picture(page.locator("#grids"), "board-map", tmp_path)
    for name, path in (("board-cases", "/board/cases?show=open"), ("board-audit", "/board/audit")):
        page.goto(path)
        picture(page, name, tmp_path)
    for name, path in (("board-case", "/board/cases/{}"), ("case-file", "/desk/cases/{}/file")):
        page.goto(path.format(world.cases[0]["case_id"]), wait_until="networkidle")
        picture(page, name, tmp_path, full_page=True)
