"""Everything within reach of a thumb: what sends is always there and hides nothing; the map says where it is."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_phone import sent
from tests.browser.test_phone_offline import photo
from tests.factories.town import GARBAGE, GRID
from tests.plugins.phones import GRID_NAME
from tests.support.until import until

LOOKS = "async (looks) => (await import('/static/phone/db.js')).keep('settings', looks)"
HIDDEN = """() => {
    const one = document.activeElement;
    if (one === document.body || one.classList.contains('hidden')) return null;
    const { left, right, top, bottom } = one.getBoundingClientRect();
    const inside = [[0.5, 0.1], [0.5, 0.5], [0.5, 0.9]].map(([x, y]) =>
        document.elementFromPoint(left + (right - left) * x, top + (bottom - top) * y));
    return inside.some((each) => each && (one.contains(each) || each.contains(one))) ? null : one.outerHTML;
}"""
SHORT = {"width": 360, "height": 380}


@pytest.fixture
def reporting(worker, hold):
    """A phone that shows the form of a report with a photo."""
    hand = hold()
    hand.sign_in(worker.username)
    page = hand.open("report")
    expect(page.locator("[data-part=place] strong")).to_be_visible()
    page.locator("#album").set_input_files([photo(1)])
    expect(page.locator(".photos li")).to_have_count(1)
    return hand


@pytest.mark.parametrize("looks", [{}, {"large": True}, {"large": True, "language": "en"}], ids=str)
def test_what_sends_is_on_the_screen_without_scrolling_and_hides_no_focus(reporting, looks):
    page = reporting.page
    page.evaluate(LOOKS, looks)
    send = page.get_by_role("button", name=re.compile("^(发送|Send)$"))
    expect(send).to_be_in_viewport(ratio=1)
    page.locator("h1").focus()
    hidden, stops = [], 0
    while not send.evaluate("one => one === document.activeElement") and stops < 60:
        page.keyboard.press("Tab")
        stops += 1
        hidden += [found for found in [page.evaluate(HIDDEN)] if found]
    assert hidden == []
    assert stops > 10
    expect(send).to_be_in_viewport(ratio=1)


def test_on_a_screen_too_low_for_both_the_form_has_all_of_it(reporting):
    page = reporting.page
    page.set_viewport_size(SHORT)
    assert page.locator(".fields").evaluate("one => one.scrollHeight <= one.clientHeight")
    page.get_by_role("button", name="发送").scroll_into_view_if_needed()
    expect(page.get_by_role("button", name="发送")).to_be_in_viewport()


def test_photo_class_and_send_are_three_taps_without_scrolling(worker, hold):
    hand = hold()
    page = hand.sign_in(worker.username)
    hand.open("report")
    expect(page.locator("[data-part=place] strong")).to_be_visible()
    page.get_by_label("拍照").set_input_files([photo(1)])
    expect(page.locator(".photos li")).to_have_count(1)
    chosen = page.get_by_role("group", name="常用类别").get_by_role("button", name="暴露垃圾")
    expect(chosen).to_be_in_viewport(ratio=1)
    chosen.tap()
    page.get_by_role("button", name="发送").tap()
    (case,) = sent(hand, worker)
    assert case["class"]["code"] == GARBAGE


def test_the_map_names_the_grids_and_takes_a_name_for_no_html(reporting):
    page = reporting.page
    page.evaluate(
        """async (code) => {
            const { keep, recall } = await import('/static/phone/db.js');
            const map = await recall('grids');
            map.features.find((one) => one.properties.code === code).properties.name = '<b>甲</b>&乙';
            await keep('grids', map);
        }""",
        GRID,
    )
    page.get_by_role("button", name="看地图").click()
    expect(page.locator(".grid-name").filter(has_text="<b>甲</b>&乙")).to_be_visible()
    assert page.locator(".grid-name b").count() == 0


def test_names_without_room_are_left_out(reporting):
    page = reporting.page
    page.get_by_role("button", name="看地图").click()
    expect(page.locator(".grid-name").filter(has_text=GRID_NAME)).to_be_visible()
    for _ in range(5):
        page.locator(".leaflet-control-zoom-out").click()
    expect(page.locator(".grid-name")).to_have_count(0)


def test_where_an_address_of_tiles_is_set_the_map_lies_on_them(phone_town, worker, hold):
    house = phone_town.house
    house.kill("web")
    before = dict(house.settings)
    house.settings["MAP_TILES"] = f"http://127.0.0.1:{house.port}/tiles/{{z}}/{{x}}/{{y}}.png"
    try:
        house.start("web")
        hand, asked = hold(), []
        hand.context.on("request", lambda request: asked.append(request.url))
        page = hand.sign_in(worker.username)
        hand.open("report")
        page.get_by_role("button", name="看地图").click()
        tile = re.compile(r"/tiles/\d+/\d+/\d+\.png$")
        until(lambda: any(map(tile.search, asked)) or page.wait_for_timeout(50), "a tile was asked for")
    finally:
        house.kill("web")
        house.settings = before
