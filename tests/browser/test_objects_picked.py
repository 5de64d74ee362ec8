"""A component is picked on the map: on the phone with and without network, and at the desk for somebody who calls."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_phone import sent
from tests.browser.test_phone_offline import photo
from tests.factories.catalogue import seed_content
from tests.factories.grids import COUNTY
from tests.factories.objects import component, keep
from tests.factories.town import COVER, HERE
from tests.support.seats import arrive, seated

STEP = 0.0004  # degrees: some 40 metres


def covers(town, first):
    """Manhole covers in a row, each further from the worker than the one before."""
    keeper = town.hire("administrator", "grid", COUNTY)
    places = [(HERE[0] + STEP * (number + 1), HERE[1] + first * STEP / 10) for number in range(3)]
    return [keep(keeper, component(first + number, at=at)) for number, at in enumerate(places)]


def begin_report(page):
    name = seed_content(COVER)["name"]
    page.get_by_role("link", name="上报", exact=True).click()
    page.get_by_label("用您平常的说法找").fill(name)
    page.locator(".choices button").filter(has_text=name).first.click()
    page.get_by_label(re.compile("^现场危险")).select_option(label="破损")


def pick_on_map(page, cover):
    """Tap the mark of an object on the map."""
    part = page.locator("[data-part=object]")
    part.get_by_role("button", name="在地图上选").click()
    marks = part.locator("path.object")
    expect(marks.first).to_be_visible()
    part.get_by_label("名称或编号").fill(cover["identifier"])
    expect(marks).to_have_count(1)
    marks.first.click()
    expect(part.get_by_role("button", name=re.compile(cover["identifier"]))).to_have_attribute("aria-pressed", "true")


def test_on_the_phone_it_is_picked_on_the_map_and_named_in_the_case(phone_town, worker, hold):
    _, second, _ = covers(phone_town, 0)
    hand = hold()
    page = hand.sign_in(worker.username)
    begin_report(page)
    listed = page.locator("[data-part=object] .choices button")
    expect(listed.nth(2)).to_be_visible()
    assert [re.search(r"\d{16}", text)[0][-3:] for text in listed.all_inner_texts()][:3] == ["000", "001", "002"]
    pick_on_map(page, second)
    page.get_by_label("从相册选").set_input_files([photo(1)])
    page.get_by_role("button", name="发送").click()
    (case,) = sent(hand, worker)
    assert case["object"]["object_id"] == second["object_id"]


def test_without_network_it_is_found_among_those_of_the_own_grid(phone_town, worker, hold):
    first, _, last = covers(phone_town, 200)
    hand = hold()
    page = hand.sign_in(worker.username)
    kept = f"""async () => Boolean(await (await import('/static/phone/db.js')).db.objects.get('{last["object_id"]}'))"""
    hand.see(kept, "the objects are kept")
    phone_town.house.kill("web")
    page.get_by_role("link", name="对象", exact=True).click()
    page.get_by_label("名称或编号").fill(last["identifier"])
    page.get_by_role("button", name=re.compile(last["identifier"])).click()
    expect(page.get_by_role("status").filter(has_text=last["identifier"])).to_be_visible()
    page.get_by_role("link", name=re.compile("首页")).click()
    begin_report(page)
    pick_on_map(page, first)
    page.get_by_label("从相册选").set_input_files([photo(2)])
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_text("已保存在手机里")).to_be_visible()
    phone_town.house.start("web")
    (case,) = sent(hand, worker)
    assert case["object"]["identifier"] == first["identifier"]


@pytest.fixture(scope="module")
def world(desk_house):
    desk_house.house.start("web")
    return desk_house


def test_at_the_desk_it_is_picked_on_the_map_for_who_calls(world):
    _, second, _ = covers(world, 0)
    with seated(world, world.acceptor) as page:
        arrive(page, "/desk/report")
        page.get_by_label(re.compile("^反映的情况")).fill("井盖破损")
        page.get_by_label(re.compile("^类别")).fill(COVER)
        page.get_by_label("经度").fill(str(HERE[0]))
        page.get_by_label("纬度").fill(str(HERE[1]))
        page.get_by_label("纬度").blur()
        near = page.locator("#objects input[type=radio]")
        expect(near).to_have_count(3)
        marks = page.locator("#map path.object")
        expect(marks).to_have_count(3)
        marks.nth(1).click()
        expect(page.locator("#object")).to_have_value(second["identifier"])
        page.get_by_role("button", name="登记", exact=True).click()
        expect(page.get_by_text(f"{second['name']} · {second['identifier']}").first).to_be_visible()
