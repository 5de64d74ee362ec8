"""A warning is given at the desk, confirmed on a phone without network, and the desk sees who is silent and who not."""

from playwright.sync_api import expect

from app.core import clock
from app.core.transaction import transaction
from app.grids import service as grids
from app.grids.levels import Duty
from tests.factories import rounds
from tests.factories.town import GRID
from tests.support.accessibility import accessible
from tests.support.seats import arrive, seated

RECEIPT = rounds.plan(
    "receipt",
    name="预警签收",
    kind="warning",
    duty="instructor",
    frequency={"per": "year", "times": 1, "source": "example"},
    form=[
        {"field": "moved", "label": "转移人数", "type": "integer", "minimum": 0, "maximum": 1000},
        {"field": "returned", "label": "返回人数", "type": "integer", "minimum": 0, "maximum": 1000},
    ],
    finding_classes=[],
)


def give(desk):
    """Fill in the page of warnings and send it; return where the picture stands."""
    arrive(desk, "/desk/warnings/")
    accessible(desk)
    desk.get_by_label("种类").select_option("rainstorm")
    desk.get_by_label("级别").select_option("red")
    desk.get_by_label("范围").select_option(GRID[:12])
    desk.locator("#text").fill("三小时内有特大暴雨。")
    desk.get_by_label("发布单位").fill("县气象台")
    desk.get_by_role("button", name="发布").click()
    desk.locator("#picture").wait_for()
    return desk.url


def test_a_warning_given_at_the_desk_is_confirmed_on_a_phone_without_network(phone_town, browser, worker, hold):
    town = phone_town
    town.browser = browser
    with town.app.app_context(), transaction():
        grids.appoint(GRID, worker.id, Duty.INSTRUCTOR)
    rounds.provide(town.app, RECEIPT, code="flood")
    with seated(town, town.duty) as desk:
        picture = give(desk)
        accessible(desk)
        grids_of_village = desk.locator("#picture .lacking").count()
        expect(desk.locator("#picture strong")).to_have_text(f"0 / {grids_of_village}")
        hand = hold()
        hand.keep_time(clock.now())
        page = hand.sign_in(worker.username)
        page.get_by_role("link", name="我的巡查").click()
        page.locator("a.item", has_text="预警签收").click()
        town.house.kill("web")
        page.get_by_role("button", name="签收").click()
        stop = page.locator("[data-stop='1']")
        stop.get_by_role("button", name="填报").click()
        stop.locator("#form-moved").fill("12")
        stop.get_by_role("button", name="保存").click()
        expect(stop).to_contain_text("已填报")
        town.house.start("web")
        hand.open("queue").get_by_role("button", name="现在就发").click()
        hand.sent()
        desk.goto(picture)
        expect(desk.locator("#picture strong")).to_have_text(f"1 / {grids_of_village}")
        expect(desk.locator("#picture p")).to_contain_text("转移 12 人")
        expect(desk.locator("#picture .lacking")).to_have_count(grids_of_village - 1)
