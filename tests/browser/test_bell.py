"""Messages at a desk in a real browser: the tab counts them, a tone for urgent ones, one click to the case."""

import re

import pytest

from tests.support.accessibility import accessible
from tests.support.seats import arrive, seated

expect = pytest.importorskip("playwright.sync_api", reason="Playwright is missing: ./gezhi test installs it").expect
ICON = "document.querySelector('link[rel=icon]').href"
NARROW = {"width": 360, "height": 740}
WIDER = "document.documentElement.scrollWidth - innerWidth"
ASK = "htmx.trigger('body', 'bell')"  # as time does every half minute


@pytest.fixture(scope="module")
def world(desk_house):
    """A town with its web server."""
    desk_house.house.start("web")
    return desk_house


def test_the_tab_counts_and_a_tone_sounds_for_urgent_ones_where_it_is_wanted(world):
    with seated(world, world.housing) as page:
        arrive(page, "/notices/choices")
        bell = page.locator("#bell")
        expect(bell).to_have_text("消息")
        title, plain = page.title(), page.evaluate(ICON)
        page.get_by_label(re.compile("急要件的新消息响一声")).check()
        expect(bell).to_have_attribute("data-rung", "0")  # so that one hears how it sounds
        first = world.dispatched()
        world.drain()
        page.evaluate(ASK)
        expect(bell).to_have_text(re.compile("消息 *1"))
        expect(page).to_have_title(f"(1) {title}")
        assert page.evaluate(ICON).startswith("data:image/svg+xml,")
        assert page.evaluate(ICON) != plain
        expect(bell).to_have_attribute("data-rung", "0")
        world.acceptor.act(first, "urgent")
        world.dispatcher.act(first, "urge")
        world.drain()  # two more: that it is urgent now, and that it is urged
        page.evaluate(ASK)
        expect(bell).to_have_text(re.compile("消息 *3"))
        expect(bell).not_to_have_attribute("data-rung", "0")
        page.goto("/desk/")
        expect(bell).to_have_text(re.compile("消息 *3"))
        expect(page).to_have_title(re.compile(r"^\(3\) "))
        assert bell.get_attribute("data-rung") is None, "once for each message, not for each page"
        bell.click()
        accessible(page)
        for words in ("已派给贵部门", "已标为急要件"):
            expect(page.get_by_role("button", name=re.compile(f"^案件{first['number']}.*{words}"))).to_have_count(1)
        page.get_by_role("button", name=re.compile("^催办：")).click()
        expect(page.locator("h1")).to_contain_text(first["number"])
        expect(page).to_have_title(re.compile(r"^\(2\) "))


def test_its_pages_keep_nobody_out_on_any_screen_and_work_without_scripts(world):
    case = world.dispatched()
    world.acceptor.act(case, "urgent")
    world.drain()
    for language in ("zh", "en"):
        with seated(world, world.housing) as page:
            for path in ("/notices/", "/notices/?about=copies", "/notices/choices"):
                arrive(page, f"{path}{'&' if '?' in path else '?'}lang={language}")
                accessible(page)
    with seated(world, world.housing, viewport=NARROW) as page:
        for path in ("/notices/", "/notices/choices"):
            arrive(page, path)
            assert page.evaluate(WIDER) <= 0, path
    with seated(world, world.housing, java_script_enabled=False) as page:
        page.goto("/desk/")
        page.get_by_role("link", name=re.compile("^消息")).click()
        page.get_by_role("button", name="标为已读", exact=False).last.click()
        page.get_by_role("button", name=re.compile(f"^案件{case['number']}.*已标为急要件")).click()
        expect(page.locator("h1")).to_contain_text(case["number"])
