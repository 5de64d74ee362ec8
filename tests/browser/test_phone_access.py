"""Every screen of the phone page for everybody: no violation of WCAG 2.2 A and AA, in every language and look."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from app.core.db import db
from app.demo import photos
from app.identity.models import PersonRow
from tests.attachments.pictures import jpeg
from tests.browser.test_phone_offline import photo
from tests.factories.town import GARBAGE, HERE, HOUSING
from tests.support.accessibility import accessible
from tests.support.pictures import picture

SCREENS = ("", "report", "tasks", "mine", "near", "notices", "queue", "settings", "password")
TEXT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-|\{\"|undefined|NaN|\[object")


def look(hand):
    """Look at the screen as somebody who cannot see well, and as somebody who reads no programs."""
    accessible(hand.page)
    assert not TEXT.search(hand.page.inner_text("body")), hand.page.inner_text("body")
    assert hand.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "wider than the phone"


@pytest.fixture
def busy(phone_town, worker):
    """A worker with a task, a case seen to, and a message."""
    case = phone_town.next_worker.report(GARBAGE, description="请核实").get_json()
    phone_town.acceptor.act(case, "verify", verifier=str(worker.id))
    mine = worker.report(GARBAGE, description="我报的").get_json()
    worker.upload(mine, jpeg(), purpose="before", attachment_id=str(uuid4()))
    phone_town.acceptor.act(mine, "refuse", reason="不属于本级")
    phone_town.drain()
    return worker


@pytest.mark.parametrize("looks", [{}, {"language": "en", "large": True}, {"contrast": True}], ids=str)
def test_every_screen_can_be_used_by_everybody(busy, hold, looks):
    hand = hold()
    hand.open()
    expect(hand.page.get_by_label("账号")).to_be_visible()
    look(hand)
    hand.page.get_by_label("大字").check()
    expect(hand.page.locator("html")).to_have_class("large")
    look(hand)
    page = hand.sign_in(busy.username)
    page.evaluate("async (looks) => (await import('/static/phone/db.js')).keep('settings', looks)", looks)
    for screen in SCREENS:
        hand.open(screen)
        expect(page.locator("h1")).to_be_visible()
        look(hand)
    hand.open("report")
    expect(page.locator("[data-part=place] strong")).to_be_visible()
    page.locator("#album").set_input_files([photo(1)])
    expect(page.locator(".photos li")).to_have_count(1)
    page.locator("#class-words").fill("垃圾")
    expect(page.locator(".choices li").first).to_be_visible()
    look(hand)
    for number in (1, 2):  # choose a grid; the map
        page.locator("fieldset", has=page.locator("[data-part=place]")).get_by_role("button").nth(number).click()
    expect(page.locator(".leaflet-container svg, .leaflet-container canvas").first).to_be_attached()
    look(hand)


def test_a_case_its_steps_and_what_waits_can_be_used_by_everybody(phone_town, busy, hold):
    hand = hold()
    page = hand.sign_in(busy.username)
    page.get_by_role("link", name="我的任务").click()
    page.get_by_role("link", name=re.compile("请核实")).click()
    expect(page.get_by_role("button", name="核实属实")).to_be_visible()
    look(hand)
    for action in ("核实属实", "批注"):
        page.get_by_role("button", name=action).click()
        expect(page.get_by_role("heading", name=action)).to_be_focused()
        look(hand)
        page.get_by_role("button", name="返回").click()
    phone_town.house.kill("web")
    page.get_by_role("button", name="批注").click()
    page.get_by_label("内容").fill("路口有积水")
    page.get_by_role("button", name="提交").click()
    hand.open("queue")
    expect(page.get_by_text("没有网络或联系不上服务器").first).to_be_visible()
    look(hand)


def test_conflicts_and_refusals_can_be_used_by_everybody(phone_town, worker, hold):
    case = worker.report(GARBAGE, description="将被受理").get_json()
    hand = hold(place=(100.0, 30.0))
    page = hand.sign_in(worker.username)
    hand.open(f"case/{case['case_id']}")
    expect(page.get_by_role("button", name="撤回")).to_be_visible()  # it is on the phone
    hand.open()
    phone_town.house.kill("web")
    page.get_by_role("link", name="上报", exact=True).click()
    expect(page.locator("[data-part=place]")).to_contain_text("不在任何网格内")
    page.get_by_label("看到了什么").fill("位置不对")
    page.get_by_role("button", name="发送").click()
    hand.open(f"case/{case['case_id']}")
    page.get_by_role("button", name="撤回").click()
    page.get_by_role("button", name="提交").click()
    phone_town.house.start("web")
    phone_town.acceptor.act(case, "accept")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.get_by_role("link", name=re.compile("2 条需要您处理")).click()
    expect(page.get_by_role("heading", name="您办的")).to_be_visible()
    look(hand)
    page.get_by_role("button", name="放弃这一条").first.click()
    look(hand)


def test_a_department_signs_and_finishes_on_the_phone(phone_town, hold):
    case = phone_town.dispatched(lead=HOUSING, at=HERE, description="请处置")
    with phone_town.app.app_context():
        username = db.session.get_one(PersonRow, phone_town.housing.id).username
    hand = hold()
    page = hand.sign_in(username)
    page.get_by_role("link", name="我的任务").click()
    page.get_by_role("link", name=re.compile("请处置")).click()
    page.get_by_role("button", name="签收").click()
    page.get_by_role("button", name="提交").click()
    hand.sent()
    hand.open(f"case/{case['case_id']}")
    page.get_by_role("button", name="处置完成").click()
    page.get_by_label("处置结果").fill("已清理")
    page.get_by_label("从相册选").set_input_files([photo(2)])
    expect(page.locator(".photos li")).to_have_count(1)
    look(hand)
    page.get_by_role("button", name="提交").click()
    hand.sent()
    assert [one for one in phone_town.steps(case) if one in ("sign", "finish")] == ["sign", "finish"]


def test_the_pictures_of_the_handbook(phone_town, busy, hold, tmp_path):
    drawn = photos.draw()
    hand = hold()
    page = hand.sign_in(busy.username)
    expect(page.get_by_text("我的任务").locator("..").locator(".count")).to_be_visible()
    picture(page, "phone-home", tmp_path)
    hand.open("report")
    expect(page.locator("[data-part=place] strong")).to_be_visible()
    page.locator("#album").set_input_files([{"name": "1.jpg", "mimeType": "image/jpeg", "buffer": drawn["before"][0]}])
    page.locator("#class-words").fill("垃圾")
    expect(page.locator(".photos li")).to_have_count(1)
    page.set_viewport_size({"width": 360, "height": 1500})
    picture(page, "phone-report", tmp_path)
    page.get_by_role("button", name="删除第 1 张").click()
    page.set_viewport_size({"width": 360, "height": 740})
    hand.open("tasks")
    page.get_by_role("link", name=re.compile("请核实")).click()
    expect(page.get_by_role("button", name="核实属实")).to_be_visible()
    picture(page, "phone-task", tmp_path)
    phone_town.house.kill("web")
    hand.open()
    hand.report("路口垃圾桶倒了", {"name": "1.jpg", "mimeType": "image/jpeg", "buffer": drawn["before"][0]})
    hand.open("queue")
    expect(page.get_by_text("没有网络或联系不上服务器").first).to_be_visible()
    picture(page, "phone-queue", tmp_path)


def test_a_browser_that_can_keep_nothing_says_so(phone_town, hold):
    hand = hold()
    hand.context.add_init_script("indexedDB.open = () => { throw new DOMException('no', 'InvalidStateError'); };")
    hand.open()
    expect(hand.page.get_by_role("alert")).to_contain_text("不能保存数据")
    look(hand)
    hand.faults.clear()
