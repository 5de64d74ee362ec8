"""Every page of the desk for everybody: signing in, refusals and results too; on a narrow screen; with a base map."""

import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tests.attachments.pictures import encoded, picture
from tests.factories.grids import GRIDS, INSIDE
from tests.factories.identity import PASSWORD
from tests.support.accessibility import accessible
from tests.support.seats import arrive, seated, username, visiting

expect = pytest.importorskip("playwright.sync_api", reason="Playwright is missing: ./gezhi test installs it").expect
MENU_LINE_PX = 50  # a link of one line, with room for a finger
NARROW = {"width": 360, "height": 740}
WIDER = "document.documentElement.scrollWidth - innerWidth"


@pytest.fixture(scope="module")
def tiles():
    """A server of map tiles; lists what was asked of it."""
    asked, tile = [], encoded(picture(16, 16), "PNG")

    class Tiles(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(tile)

        def log_message(self, *_):
            """Stay silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Tiles) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        server.asked = asked
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def world(desk_house, tiles):
    """A town whose county has a base map."""
    desk_house.house.settings["MAP_TILES"] = f"http://localhost:{tiles.server_port}/{{z}}/{{x}}/{{y}}.png"
    desk_house.house.start("web")
    return desk_house


PAGES = (
    "/desk/",
    "/desk/queues/to_accept",
    "/desk/cases",
    "/desk/cases?text=没有这样的",
    "/desk/report",
    "/desk/tickets",
    "/desk/phrases",
    "/desk/cases/{case}",
    "/desk/cases/{case}/act/verify",
    "/desk/cases/{case}/act/urgent",
    "/desk/cases/{case}/act/copy",
    "/desk/cases/{case}/beside/{other}",
    "/desk/bulk?case={case}&case={other}",
    "/desk/bulk?case={case}&case={other}&action=refuse",
    "/account",
)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_keep_nobody_out(world, language):
    case, other = (world.worker.report().get_json()["case_id"] for _ in range(2))
    world.acceptor.act({"case_id": case}, "comment", text="请尽快")
    with seated(world, world.acceptor) as page:
        for place in PAGES:
            path = place.format(case=case, other=other)
            arrive(page, f"{path}{'&' if '?' in path else '?'}lang={language}")
            accessible(page)


def test_signing_in_keeps_nobody_out(world):
    with visiting(world) as page:
        page.goto("/")
        accessible(page)
        page.get_by_label("账号").fill(username(world, world.duty))
        page.get_by_label("密码").fill("wrong")
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("alert")).to_contain_text("账号或密码不正确")
        accessible(page)


def test_handbooks_can_be_read_by_everybody_on_any_screen(world):
    with visiting(world, viewport=NARROW) as page:
        page.goto("/")
        page.get_by_role("link", name="使用手册").click()
        for number in range(1, 5):
            accessible(page)
            assert page.evaluate(WIDER) <= 0, page.url
            page.goto("/handbook/")
            page.locator("li a").nth(number - 1).click()
            page.locator(".contents a").last.click()
            expect(page.locator("main :is(h2, h3)").last).to_be_in_viewport()
        page.set_viewport_size({"width": 1366, "height": 768})
        accessible(page)


def test_looking_after_ones_account_keeps_nobody_out(world):
    with seated(world, world.duty) as page:
        for old, new, said in (("wrong", "better-staple-9", "原密码不正确"), (PASSWORD, "short", "密码")):
            page.goto("/account")
            page.get_by_label("原密码").fill(old)
            page.get_by_label("新密码").fill(new)
            page.get_by_role("button", name="修改").click()
            expect(page.get_by_role("alert")).to_contain_text(said)
            accessible(page)
        page.get_by_label("原密码").fill(PASSWORD)
        page.get_by_label("新密码").fill("better-staple-9")
        page.get_by_role("button", name="修改").click()
        expect(page.get_by_role("status")).to_contain_text("密码已修改")
        accessible(page)


def test_problems_are_told_to_everybody(world):
    case = world.worker.report().get_json()["case_id"]
    with seated(world, world.acceptor) as page:
        for path, status in ((f"/desk/cases/{world.photo()}", 404), ("/desk/queues/to_file", 404), ("/board/", 403)):
            assert page.goto(path).status == status
            expect(page.get_by_role("alert")).to_contain_text("未能完成")
            accessible(page)
        page.goto(f"/desk/cases/{case}/act/accept")
        world.acceptor.act({"case_id": case}, "refuse", reason="不属网格事项")
        with page.expect_navigation() as led:
            page.get_by_role("button", name="确认受理").click()
        assert led.value.status == 409
        accessible(page)


def test_a_refused_form_and_a_bulk_result_can_be_read_by_everybody(world):
    cases = [world.worker.report().get_json() for _ in range(2)]
    with seated(world, world.acceptor) as page:
        page.goto(f"/desk/cases/{cases[0]['case_id']}/act/refuse")
        page.get_by_label("理由").fill("  ")
        page.get_by_role("button", name="确认不予受理").click()
        expect(page.get_by_text("✗ 这一步必须填写")).to_be_visible()
        accessible(page)
        page.goto("/desk/bulk?" + "&".join(f"case={case['case_id']}" for case in cases) + "&action=refuse")
        page.get_by_label("理由").fill("不属网格事项")
        world.acceptor.act(cases[1], "accept")
        page.get_by_role("button", name="对这 2 件").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("办成 1 件，未办成 1 件")
        accessible(page)


def test_nothing_is_wider_than_a_narrow_screen(world):
    case = world.worker.report(description="路口垃圾堆放" * 20, address="很长的地址" * 10).get_json()["case_id"]
    with seated(world, world.acceptor, viewport=NARROW) as page:
        for path in ("/", "/account", "/desk/", "/desk/cases", "/desk/report", f"/desk/cases/{case}", "/desk/phrases"):
            arrive(page, path)
            assert page.evaluate(WIDER) <= 0, path
    with seated(world, world.supervisor, viewport=NARROW) as page:
        for path in ("/board/", "/board/cases", "/board/audit", f"/board/cases/{case}", f"/desk/cases/{case}/file"):
            arrive(page, path)
            assert page.evaluate(WIDER) <= 0, path


def test_maps_lie_on_the_countys_tiles(world, tiles):
    case = world.worker.report().get_json()["case_id"]
    for actor, path in (
        (world.acceptor, f"/desk/cases/{case}"),
        (world.acceptor, "/desk/report"),
        (world.supervisor, "/board/"),
    ):
        tiles.asked.clear()
        with seated(world, actor) as page:
            arrive(page, path)
            expect(page.locator("img.leaflet-tile-loaded").first).to_be_attached()
        assert all(re.fullmatch(r"/\d+/\d+/\d+\.png", one) for one in tiles.asked)
        assert tiles.asked, path


def zoom_out(page):
    """Look at the map from farther away, and wait until it stands still: while it moves it takes no other click."""
    seen = page.locator("#map .leaflet-proxy")
    before = seen.get_attribute("style")
    page.get_by_role("button", name="缩小").click()
    expect(seen).not_to_have_attribute("style", before)
    expect(page.locator("#map .leaflet-zoom-anim")).to_have_count(0)


def test_the_map_of_a_caller_names_the_grids(world):
    with seated(world, world.acceptor, viewport={"width": 1366, "height": 1000}) as page:
        page.goto("/desk/report")
        expect(page.locator(".place-name").first).to_be_attached()
        zoom_out(page)
        expect(page.locator(".place-name")).to_have_text(["城关镇", "河东镇"])  # villages have no room any more
        zoom_out(page)
        expect(page.locator(".place-name")).to_have_count(0)
        page.get_by_label("乡镇", exact=True).select_option(label="城关镇")
        page.get_by_label("村（社区）").select_option(label="西街社区")
        expect(page.locator("#near")).to_contain_text("所在网格：西街社区")
        expect(page.locator(".place-name", has_text="西街社区第一网格")).to_be_attached()
        page.locator("#map .leaflet-interactive").nth(1).click()
        expect(page.get_by_label("网格", exact=True)).to_have_value("141025100201001")
        accessible(page)


def test_degrees_that_are_typed_move_the_mark_and_the_lists(world):
    west, east = (INSIDE[code] for code in (GRIDS[0], GRIDS[2]))
    with seated(world, world.acceptor, viewport={"width": 1366, "height": 1000}) as page:
        page.goto("/desk/report")
        mark = page.locator("#map path[stroke='#1d4ed8']")
        page.locator("#map[data-ready]").wait_for()
        for (lon, lat), grid, name in ((west, GRIDS[0], "东街社区第一网格"), (east, GRIDS[2], "河东村网格")):
            before = mark.bounding_box() if mark.count() else None
            page.get_by_label("经度").fill(str(lon))
            page.get_by_label("纬度").fill(str(lat))
            page.keyboard.press("Tab")
            expect(page.get_by_label("网格", exact=True)).to_have_value(grid)
            expect(page.locator("#near")).to_contain_text(f"所在网格：{name}")
            assert mark.bounding_box() != before
        expect(page.get_by_label("乡镇", exact=True).locator("option:checked")).to_have_text("河东镇")
        page.get_by_label("经度").fill("100")
        page.keyboard.press("Tab")
        expect(page.get_by_label("乡镇", exact=True)).to_have_value("")
        page.get_by_label("经度").fill("")
        page.keyboard.press("Tab")
        expect(mark).to_have_count(0)


def test_the_menu_keeps_its_words_whole_on_a_narrow_screen(world):
    with seated(world, world.supervisor, viewport=NARROW) as page:
        for path in ("/board/", "/desk/", "/board/?lang=en"):
            page.goto(path)
            links = page.locator("header .nav-link").all()
            assert [one.inner_text() for one in links if one.bounding_box()["height"] > MENU_LINE_PX] == []
            assert page.evaluate(WIDER) <= 0


def test_a_form_that_stands_alone_has_no_line_above_it(world):
    case, other = (world.worker.report().get_json()["case_id"] for _ in range(2))
    line = "getComputedStyle(document.querySelector('form.act')).borderTopWidth"
    with seated(world, world.acceptor) as page:
        for path, wide in (
            (f"/desk/bulk?case={case}&case={other}&action=refuse", "0px"),
            (f"/desk/cases/{case}/beside/{other}", "0px"),
            (f"/desk/cases/{case}/act/refuse", "1px"),
        ):
            page.goto(path)
            assert page.evaluate(line) == wide, path
