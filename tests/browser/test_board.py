"""The board in a real browser: figures lead to cases, the slider moves the map, a closing passes or fails."""

import re
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest

from app.catalogue import service as catalogue
from app.core import clock, revisions
from app.core.db import db
from app.core.transaction import transaction
from app.demo import photos
from app.grids.models import Grid
from tests.board.boards import closed, county_rules, forced
from tests.factories.catalogue import documents_file, seed_content
from tests.factories.grids import GRIDS, INSIDE
from tests.factories.town import GARBAGE, HERE, HOUSING
from tests.plugins.application import MONDAY_MORNING
from tests.support.accessibility import accessible
from tests.support.pictures import picture
from tests.support.seats import PLACES, arrive, seated

expect = pytest.importorskip("playwright.sync_api", reason="Playwright is missing: ./gezhi test installs it").expect
FIGURES = ("/board/", "/board/?level=grid&days=90")
LISTS = ("/board/cases", "/board/cases?show=overdue", "/board/audit")
LATER = timedelta(hours=2)
CLASSES_SHOWN = "echarts.getInstanceByDom(document.getElementById('classes')).getOption().yAxis[0].data"
EVIL = '<img src="x" onerror="window.ran = 1"><b>名</b>'
FINDINGS = (("通过：确已解决", "✓ 通过"), ("不通过：没有解决", "✗ 不通过"))


@pytest.fixture(scope="module")
def world(desk_house, tmp_path_factory):
    """A town at work: open, closed and forced cases, everything drawn for audit; and its web server."""
    town = desk_house
    town.client = town.app.test_client()
    town.worker.report(description="<b>路口垃圾</b>")  # nobody has taken it on in time
    town.client = town.house.client
    town.house.start("valkey", "web", later_seconds=LATER.total_seconds())
    with clock.at(MONDAY_MORNING + LATER):
        yield _at_work(town, tmp_path_factory.mktemp("rules"))


def _at_work(town, folder):
    with town.app.app_context(), transaction():
        document = ("audit", "audit", county_rules(("全部结案", {})))
        catalogue.import_files([documents_file(folder, document)], by="test")
    town.open_case = town.handling()
    town.cases = [_closed_with_photos(town), closed(town), forced(town)]
    town.hire("grid_worker", "grid", GRIDS[2]).report("0110", at=INSIDE[GRIDS[2]], description="路面有积水")
    return town


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


@pytest.fixture
def page(world):
    """A page of the supervisor, signed in, at what a supervisor sees first."""
    with seated(world, world.supervisor, viewport={"width": 1280, "height": 900}) as page:
        page.goto("/")
        page.wait_for_url("**/board/")
        yield page


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
    arrive(page, f"/board/cases/{world.cases[0]['case_id']}")
    pictures = page.locator(".photos img")
    expect(pictures).to_have_count(3)
    assert page.evaluate("[...document.images].every((one) => one.naturalWidth > 50)")
    assert len({round(one.bounding_box()["y"]) for one in pictures.all()}) == 1
    expect(page.locator("section", has=page.locator("#places"))).to_contain_text("距上报位置 27 米")
    expect(page.locator("#map path")).to_have_count(2)  # the grid, and the place in it
    expect(page.locator("section", has=page.locator("#results"))).to_contain_text("已清运并冲洗路面")


def test_charts_have_tables_of_the_same_figures(page):
    drawn(page)
    expect(page.locator("#trend canvas")).to_be_visible()
    page.get_by_text("表格：各类别案件").click()
    row = page.locator("#classes-table tbody tr").filter(has_text="暴露垃圾")
    expect(row.locator("td")).to_have_text(["5", "2", "1", "0"])
    row.get_by_role("link", name="5").click()
    expect(page.locator("#total")).to_contain_text("共 5 件")


def test_the_slider_moves_map_and_table_through_the_days(page):
    drawn(page)
    slider = page.get_by_label(re.compile(r"^\s*时间"))
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
    expect(popup).to_contain_text("现在未结案：2其中超时：1")
    accessible(page)
    popup.get_by_role("link", name="1", exact=True).click()
    expect(page.locator("#total")).to_contain_text("共 1 件")
    page.go_back()
    drawn(page)
    page.locator("#map path").first.click(force=True)
    popup.get_by_role("link", name="查看案件").click()
    expect(page.locator("#total")).to_contain_text("共 2 件")


def test_a_closing_passes_and_another_fails(world, page):
    page.get_by_role("link", name="结案抽查").click()
    expect(page.locator("#sampled")).to_contain_text("结案 3 件，抽中 3 件，待抽查 3 件")
    for case, (finding, shown) in zip(world.cases, FINDINGS, strict=False):
        page.get_by_role("link", name=case["number"]).click()
        page.get_by_label(finding, exact=True).check()
        page.get_by_label("补充说明").first.fill("看过照片")
        page.get_by_role("button", name="抽查").click()
        expect(page.get_by_role("status").filter(has_text="已办理：抽查")).to_be_visible()
        accessible(page)
        expect(page.locator("section", has=page.locator("#verdicts"))).to_contain_text("看过照片")
        page.get_by_role("link", name="回到抽查清单").click()
        expect(page.locator("#drawn tr").filter(has_text=case["number"])).to_contain_text(shown)
    expect(page.locator("#sampled")).to_contain_text("待抽查 1 件")
    page.get_by_role("link", name="不通过 1 件").click()
    expect(page.locator("#drawn tbody tr")).to_have_count(1)
    accessible(page)
    page.get_by_role("link", name="今日总览").click()
    expect(page.locator("[data-show=reopen_wanted] .glance-count")).to_have_text("1")


def test_an_open_case_gets_a_card(world, page):
    page.goto(f"/board/cases/{world.open_case['case_id']}")
    page.get_by_label("黄牌").check()
    page.get_by_role("button", name="督办").click()
    expect(page.get_by_role("status").filter(has_text="已办理：督办")).to_be_visible()
    expect(page.locator(".grade-yellow")).to_have_text("黄牌")


def test_a_refusal_can_be_read_by_everybody(world, page):
    page.goto(f"/board/cases/{world.cases[2]['case_id']}")
    page.get_by_label("理由").fill("   ")
    page.get_by_role("button", name="重办").click()
    expect(page.get_by_role("alert")).to_contain_text("这一步必须填写")
    accessible(page)


def test_the_case_file_prints_without_the_frame(world, page):
    page.goto(f"/desk/cases/{world.cases[0]['case_id']}/file")
    expect(page.get_by_role("button", name="打印")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="打印")).to_be_hidden()
    expect(page.locator("header.navbar")).to_be_hidden()
    expect(page.get_by_text("✓ 打印前核对")).to_be_visible()
    accessible(page)


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


@contextmanager
def evil_names(town):
    """A grid and a class whose names are markup, as long as this lasts."""
    content = seed_content(GARBAGE)

    def name(grid, of_class):
        with town.app.app_context(), transaction() as session:
            session.execute(db.update(Grid).where(Grid.code == GRIDS[0]).values(name=grid))
            revisions.raise_("grids")
            file = documents_file(town.app.config["DATA_DIR"], ("class", GARBAGE, {**content, "name": of_class}))
            catalogue.import_files([file], by="test")

    name(EVIL, EVIL)
    try:
        yield
    finally:
        name(PLACES[GRIDS[0]], content["name"])


def test_what_others_named_and_wrote_is_text_in_maps_charts_and_tables(world, page):
    with evil_names(world):
        case = world.worker.report(description=EVIL, address=EVIL).get_json()
        page.goto("/board/?level=grid")
        drawn(page)
        page.locator("#map path").first.click(force=True)
        expect(page.locator(".leaflet-popup-content strong")).to_have_text(EVIL)
        page.locator("#classes").hover(position={"x": 400, "y": 80})  # the tip of a bar
        assert EVIL in page.evaluate(
            "echarts.getInstanceByDom(document.getElementById('classes')).getOption().yAxis[0].data"
        )
        expect(page.locator("#grids-table th", has_text=EVIL)).to_have_count(1)
        expect(page.locator("#classes-table th", has_text=EVIL)).to_have_count(1)
        harmless(page)
        for path in ("/board/cases", "/board/cases/{}", "/desk/cases/{}", "/desk/cases/{}/file", "/desk/cases"):
            arrive(page, path.format(case["case_id"]))
            expect(page.get_by_text(EVIL).first).to_be_attached()
            harmless(page)
        world.acceptor.act(case, "refuse", reason="不属网格事项")


def harmless(page):
    """Find nothing of what markup would have made, and nothing that ran."""
    expect(page.locator("[src='x']")).to_have_count(0)
    assert page.evaluate("window.ran") is None


def test_pictures_of_the_handbook(world, page, tmp_path):
    drawn(page)
    picture(page, "board-glance", tmp_path)
    page.locator("#map-title").scroll_into_view_if_needed()
    picture(page.locator("#grids"), "board-map", tmp_path)
    for name, path in (("board-cases", "/board/cases?show=open"), ("board-audit", "/board/audit")):
        page.goto(path)
        picture(page, name, tmp_path)
    for name, path in (("board-case", "/board/cases/{}"), ("case-file", "/desk/cases/{}/file")):
        arrive(page, path.format(world.cases[0]["case_id"]))
        picture(page, name, tmp_path, full_page=True)


def test_a_case_without_a_point_lies_at_the_name_of_its_grid(world, page):
    case_id = str(uuid4())
    said = {"class": None, "description": "村里某处有垃圾", "grid": GRIDS[0]}
    assert world.worker.send("PUT", f"cases/{case_id}", said).status_code == 201
    arrive(page, f"/board/cases/{case_id}")
    expect(page.locator("#map .place-name")).to_contain_text("内某处")
    expect(page.locator("#map path")).to_have_count(1)  # the grid, and no mark in it
