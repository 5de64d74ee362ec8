"""Objects on the map by layers: at the desk within what the map shows, on the phone from what is kept there."""

import re

import pytest
from playwright.sync_api import expect

from tests.factories.grids import COUNTY
from tests.factories.objects import component, keep
from tests.factories.town import HERE
from tests.support.accessibility import accessible
from tests.support.seats import arrive, seated

STEP = 0.0004  # degrees: some 40 metres
AWAY = (HERE[0], HERE[1] + 25 * STEP)  # further than what other tests pick
LINE = {"type": "LineString", "coordinates": [[AWAY[0] - STEP, AWAY[1]], [AWAY[0] + STEP, AWAY[1] + STEP]]}


def things(town, first):
    """A cover with a grade and a line of pipes, close to each other."""
    keeper = town.hire("administrator", "grid", COUNTY)
    cover = keep(keeper, component(first, at=(AWAY[0], AWAY[1] + 2 * STEP), grade="good"))
    pipe = {"kind": "pipe", "name": f"热力管线{first}", "geometry": LINE, "attributes": {"carries": "热力"}}
    return cover, keep(keeper, pipe)


@pytest.fixture(scope="module")
def world(desk_house):
    desk_house.house.start("web")
    return desk_house


def test_at_the_desk_layers_and_what_the_map_shows_decide_what_is_drawn_and_listed(world):
    cover, pipe = things(world, 300)
    with seated(world, world.acceptor) as page:
        arrive(page, "/desk/objects/")
        listed, marks = page.locator("#listed tbody tr"), page.locator("#map path.object")
        both = re.compile(f"{cover['name']}|{pipe['name']}")
        expect(listed.filter(has_text=both)).to_have_count(2)
        count = listed.count()
        expect(marks).to_have_count(count)
        expect(page.locator("#shown")).to_have_text(f"地图范围内有 {count} 个对象。")
        accessible(page)
        page.get_by_label("城市部件").uncheck()
        expect(listed.filter(has_text=cover["name"])).to_have_count(0)
        expect(listed.filter(has_text=pipe["name"])).to_have_count(1)
        page.get_by_label("城市部件").check()
        page.get_by_label("名称或编号").fill(cover["identifier"])
        page.get_by_role("button", name="查找").click()
        expect(marks).to_have_count(1)
        marks.first.click()
        facts = page.locator(".leaflet-popup")
        expect(facts).to_contain_text(cover["identifier"])
        expect(facts).to_contain_text(cover["grade"]["name"])
        facts.get_by_role("link", name=cover["name"]).click()
        expect(page.get_by_role("heading", name=re.compile(cover["name"]))).to_be_visible()


def test_at_the_desk_what_the_map_does_not_show_is_not_asked_for(world):
    cover, _ = things(world, 301)
    with seated(world, world.acceptor) as page:
        arrive(page, "/desk/objects/")
        row = page.locator("#listed tbody tr").filter(has_text=cover["identifier"])
        expect(row).to_have_count(1)
        box = page.locator("#map").bounding_box()
        for _ in range(2):
            page.mouse.move(box["x"] + 60, box["y"] + 60)
            page.mouse.down()
            page.mouse.move(box["x"] + box["width"] - 60, box["y"] + 60, steps=4)
            page.mouse.up()
        expect(row).to_have_count(0)
        expect(page.locator("#shown")).to_have_text("地图范围内没有您能看到的对象。")


def test_on_the_phone_layers_map_and_search_come_from_what_is_kept(phone_town, worker, hold):
    cover, pipe = things(phone_town, 400)
    hand = hold()
    page = hand.sign_in(worker.username)
    kept = f"""async () => Boolean(await (await import('/static/phone/db.js')).db.objects.get('{pipe["object_id"]}'))"""
    hand.see(kept, "the objects are kept")
    phone_town.house.kill("web")
    page.get_by_role("link", name="对象", exact=True).click()
    page.get_by_label("名称或编号").fill(cover["identifier"])
    listed = page.locator("main .choices button")
    expect(listed).to_have_count(1)
    page.get_by_label("城市部件").uncheck()
    expect(page.get_by_text("没有找到对象")).to_be_visible()
    page.get_by_label("名称或编号").fill(pipe["name"])
    expect(listed).to_have_count(1)
    page.get_by_role("button", name="在地图上看").click()
    marks = page.locator("main .map path.object")
    expect(marks).to_have_count(1)
    expect(page.get_by_text("地图范围内有 1 个对象。")).to_be_visible()
    listed.first.click()
    expect(page.get_by_role("status").filter(has_text="管线")).to_contain_text(pipe["name"])
    page.get_by_label("名称或编号").fill("")
    page.get_by_label("城市部件").check()
    expect(page.get_by_role("list", name="地图范围内的对象").locator("button")).to_have_count(marks.count())
    accessible(page)
    phone_town.house.start("web")
