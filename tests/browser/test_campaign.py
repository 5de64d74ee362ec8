"""A campaign on the board in a real browser: opened by a form, its progress by township and grid, closed."""

import pytest

from app.core import clock
from tests.factories import campaigns, rounds
from tests.factories.grids import EAST, WEST
from tests.plugins.application import MONDAY_MORNING
from tests.support.accessibility import accessible
from tests.support.seats import PLACES, arrive, seated

expect = pytest.importorskip("playwright.sync_api", reason="Playwright is missing: ./gezhi test installs it").expect
ANSWERS = {"parking": 12, "access": True, "content": "满意", "lacks": ["车位"]}


@pytest.fixture(scope="module")
def world(desk_house):
    """A town whose service has a check-up, and its web server."""
    town = desk_house
    rounds.provide(town.app, campaigns.check_up())
    town.house.start("valkey", "web")
    with clock.at(MONDAY_MORNING):
        yield town


def test_a_campaign_is_opened_and_its_progress_is_seen_by_township_and_grid(world):
    with seated(world, world.leader) as page:
        arrive(page, "/board/campaigns/")
        page.get_by_label("名称").fill("城市体检")
        page.get_by_label("做什么").select_option("urban:check_up")
        page.locator("#kind").select_option("check_up")
        page.locator("#grid").select_option([WEST, EAST])
        page.get_by_label("开始日期").fill(campaigns.day())
        page.get_by_label("截止日期").fill(campaigns.day(10))
        page.get_by_role("button", name="下达").click()
        expect(page.get_by_role("heading", name="城市体检")).to_be_visible()
        assert campaigns.sweep(world) == 4
        rounds.later(world.app)
        campaigns.fill_in(world.worker, campaigns.mine(world.worker)[0], **ANSWERS)
        here = page.url.partition("?")[0]
    with seated(world, world.supervisor) as page:
        arrive(page, "/board/")
        page.get_by_role("link", name="专项普查").click()
        page.get_by_role("link", name="城市体检").click()
        expect(page.locator("#total")).to_contain_text("1 / 4 项任务完成")
        row = page.locator("#townships tbody tr").filter(has_text=PLACES[WEST])
        expect(row.locator("td").first).to_have_text("1 / 2")
        row.get_by_role("link").click()
        expect(page.locator("#grids tbody tr")).to_have_count(2)
        expect(page.locator("#grids progress").first).to_have_js_property("value", 1)
        expect(page.get_by_text("结束普查…")).to_have_count(0)
        accessible(page)
    with seated(world, world.leader) as page:
        arrive(page, here)
        page.get_by_text("结束普查…").click()
        page.get_by_role("button", name="确定结束").click()
        expect(page.get_by_role("status")).to_contain_text("普查已结束")
        campaigns.sweep(world)
        page.reload()
        expect(page.locator("#results-table tbody tr").first).to_contain_text("停车缺口")
        accessible(page)
        page.get_by_role("link", name="历年结果对照").click()
        expect(page.locator("#years tbody tr").first).to_contain_text("停车缺口")
        accessible(page)
