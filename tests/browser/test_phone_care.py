"""Nothing that somebody has done on the phone is lost without a word: drafts, photos, corrections."""

import re

from playwright.sync_api import expect

from app.core.db import db
from app.identity.models import PersonRow
from tests.browser.test_phone import DRAFT, DRAFT_PHOTOS, sent
from tests.browser.test_phone_offline import of, photo
from tests.factories.town import GARBAGE, HERE, NEXT_GRID

FOREIGN = (100.0, 30.0)  # in no grid


def begin(hand, words, *photos):
    """Write half a report."""
    page = hand.open("report")
    page.get_by_label("从相册选").set_input_files(list(photos))
    expect(page.locator(".photos li")).to_have_count(len(photos))
    page.get_by_label("看到了什么").fill(words)
    hand.see(DRAFT, "the draft is kept", words)
    return page


def test_a_half_written_step_survives_the_page(phone_town, worker, hold):
    case = phone_town.next_worker.report(GARBAGE, description="请核实").get_json()
    phone_town.acceptor.act(case, "verify", verifier=str(worker.id))
    hand = hold()
    page = hand.sign_in(worker.username)
    hand.open(f"case/{case['case_id']}")
    page.get_by_role("button", name="核实属实").click()
    page.get_by_label("从相册选").set_input_files([photo(1)])
    expect(page.locator(".photos li")).to_have_count(1)
    page.get_by_label("补充说明").fill("看到一半")
    hand.see(DRAFT, "the draft is kept", "看到一半")
    page.reload()
    expect(page.get_by_role("heading", name="核实属实")).to_be_focused()
    expect(page.get_by_label("补充说明")).to_have_value("看到一半")
    expect(page.locator(".photos li")).to_have_count(1)
    page.get_by_role("button", name="返回").click()
    page.get_by_role("button", name="核实属实（接着写）").click()
    expect(page.locator("[data-part=place] strong")).to_be_visible()
    page.get_by_role("button", name="提交").click()
    hand.sent()
    assert phone_town.acceptor.read(case)["finding"] == "true"
    assert not page.evaluate("async () => (await (await import('/static/phone/db.js')).db.photos.count())")


def test_a_step_that_is_another_s_by_now_shows_what_was_half_written_until_it_is_removed(phone_town, worker, hold):
    case = phone_town.next_worker.report(GARBAGE, description="会改派").get_json()
    phone_town.acceptor.act(case, "verify", verifier=str(worker.id))
    hand = hold()
    page = hand.sign_in(worker.username)
    hand.open(f"case/{case['case_id']}")
    page.get_by_role("button", name="核实属实").click()
    page.get_by_label("补充说明").fill("门前有积水")
    hand.see(DRAFT, "the draft is kept", "门前有积水")
    phone_town.acceptor.act(case, "recall_verify")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    half = page.get_by_role("region", name="没办完的内容")
    expect(half).to_contain_text("门前有积水")
    half.get_by_role("button", name="删除这份草稿").click()
    half.get_by_role("button", name="确定删除").click()
    expect(half).to_have_count(0)


def test_a_report_is_corrected_beside_one_that_is_half_written(worker, hold):
    hand = hold(place=FOREIGN)
    page = hand.sign_in(worker.username)
    page.get_by_role("link", name="上报", exact=True).click()
    expect(page.locator("[data-part=place]")).to_contain_text("不在任何网格内")
    page.get_by_label("从相册选").set_input_files([photo(1)])
    expect(page.locator(".photos li")).to_have_count(1)
    page.get_by_label("看到了什么").fill("位置不对")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("link", name=re.compile("需要您处理"))).to_be_visible()
    begin(hand, "写到一半", photo(2), photo(3))
    hand.open("queue")
    page.get_by_role("button", name="改好再发").click()
    expect(page.get_by_label("看到了什么")).to_have_value("位置不对")
    expect(page.locator(".photos li")).to_have_count(1)
    hand.open("queue")
    expect(page.get_by_role("button", name="改好再发")).to_be_visible()  # it waits on until the correction is saved
    hand.open("report")
    expect(page.get_by_label("看到了什么")).to_have_value("写到一半")
    expect(page.locator(".photos li")).to_have_count(2)
    hand.context.set_geolocation({"longitude": HERE[0], "latitude": HERE[1]})
    hand.open("queue")
    page.get_by_role("button", name="改好再发").click()
    expect(page.locator("[data-part=place] strong")).to_be_visible()
    page.get_by_role("button", name="发送").click()
    (case,) = sent(hand, worker)
    assert case["description"] == "位置不对"
    hand.open("report")
    expect(page.get_by_label("看到了什么")).to_have_value("写到一半")


def test_more_photos_than_fit_are_named_and_at_nine_no_more_is_asked(worker, hold):
    hand = hold()
    page = hand.sign_in(worker.username)
    hand.open("report")
    expect(page.get_by_role("group", name=re.compile("照片 最多 9 张"))).to_be_visible()
    page.get_by_label("从相册选").set_input_files([photo(number) for number in range(12)])
    expect(page.get_by_role("alert").filter(has_text="后面的 3 张没有放进来")).to_be_visible()
    expect(page.locator(".photos li")).to_have_count(9)
    expect(page.get_by_text("已有 9 张")).to_be_visible()
    expect(page.get_by_label("从相册选")).to_have_count(0)


def test_a_removed_photo_can_be_put_back(worker, hold):
    hand = hold()
    page = hand.sign_in(worker.username)
    begin(hand, "两张", photo(1), photo(2))
    before = page.locator(".photos img").first.get_attribute("src")
    page.get_by_role("button", name="删除第 1 张").click()
    expect(page.locator(".photos li")).to_have_count(1)
    expect(page.get_by_role("button", name="放回来")).to_be_focused()
    page.get_by_role("button", name="放回来").click()
    expect(page.locator(".photos li")).to_have_count(2)
    assert page.locator(".photos img").first.get_attribute("src") == before
    hand.see(DRAFT_PHOTOS, "the draft is kept", 2)
    page.reload()
    expect(page.locator(".photos li")).to_have_count(2)


def test_what_somebody_has_half_written_is_there_when_they_come_back(phone_town, worker, hold):
    colleague = phone_town.hire("grid_worker", "grid", NEXT_GRID)
    with phone_town.app.app_context():
        username = db.session.get_one(PersonRow, colleague.id).username
    hand = hold()
    page = hand.sign_in(worker.username)
    begin(hand, "张明写到一半", photo(1))
    for leaver in (worker.username, username):
        hand.open("settings")
        expect(page.get_by_role("link", name="使用手册")).to_have_attribute("href", "/handbook/grid-worker")
        page.get_by_role("button", name="退出登录").click()
        expect(page.get_by_label("账号")).to_be_visible()
        hand.sign_in(username if leaver == worker.username else worker.username)
        hand.open("report")
        expect(page.get_by_label("看到了什么")).to_have_value("" if leaver == worker.username else "张明写到一半")
    expect(page.locator(".photos li")).to_have_count(1)
    assert of(worker) == []
