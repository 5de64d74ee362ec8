"""What keeps one thing waiting keeps no other; whoever saved something can give it up; a sign-in that has ended."""

import re

from playwright.sync_api import expect

from app.core import clock
from app.core.db import db
from app.identity.models import PersonRow
from tests.browser.test_phone import change_sessions, sent
from tests.browser.test_phone_offline import of, photo, photos_of
from tests.factories.town import GARBAGE, HERE, NEXT_GRID
from tests.support.accessibility import accessible
from tests.support.until import until


def queued(page, kind):
    """What waits in the queue, of a kind, in order."""
    return page.evaluate(
        """async (kind) => (await (await import('/static/phone/db.js')).db.queue.toArray())
        .filter((one) => one.kind === kind)""",
        kind,
    )


def test_a_photo_at_which_the_server_fails_keeps_no_other_waiting_and_can_be_given_up(worker, wired):
    page = wired.sign_in(worker.username)
    wired.wire.fails = lambda path: "/api/" in path
    wired.report("照片坏的", photo(1))
    bad = queued(page, "photo")[0]["id"]
    wired.report("照片好的", photo(2), photo(3))
    wired.wire.fails = lambda path: bad in path
    page.evaluate("window.dispatchEvent(new Event('online'))")
    until(lambda: wired.waiting() == 1 or page.wait_for_timeout(50), "all others have gone")
    until(lambda: any(bad in each for each in wired.wire.failed) or page.wait_for_timeout(50), "it was tried")
    assert [photos_of(worker, one) for one in of(worker)] == [0, 2]
    wired.report("后来的", photo(4))
    until(lambda: wired.waiting() == 1 or page.wait_for_timeout(50), "what came later has gone, too")
    wired.open("queue")
    expect(page.get_by_text("服务器出了问题").first).to_be_visible()
    page.get_by_role("button", name="放弃这一条").click()
    expect(page.get_by_text("案件里会缺这张照片")).to_be_visible()
    accessible(page)
    with page.expect_download():
        page.get_by_role("button", name="先导出到文件").click()
    page.get_by_role("button", name="不放弃").click()
    expect(page.get_by_role("button", name="放弃这一条")).to_be_focused()
    page.get_by_role("button", name="放弃这一条").click()
    page.get_by_role("button", name="确定放弃").click()
    expect(page.get_by_text("全部已发送")).to_be_visible()


def test_a_report_that_waits_can_be_given_up_with_its_photos(phone_town, worker, hold):
    hand = hold()
    page = hand.sign_in(worker.username)
    phone_town.house.kill("web")
    hand.report("不要了", photo(1), photo(2))
    hand.report("还要的", photo(3))
    hand.open("queue")
    page.get_by_role("listitem").filter(has_text="不要了").get_by_role("button", name="放弃这一条").click()
    page.get_by_role("button", name="确定放弃").click()
    expect(page.get_by_role("listitem").filter(has_text="不要了")).to_have_count(0)
    phone_town.house.start("web")
    (case,) = sent(hand, worker)
    assert case["description"] == "还要的"


def test_a_sign_in_that_has_ended_leaves_reporting_open_and_sends_it_for_nobody_else(phone_town, worker, hold):
    colleague = phone_town.hire("grid_worker", "grid", NEXT_GRID)
    with phone_town.app.app_context():
        username = db.session.get_one(PersonRow, colleague.id).username
    worker.report(GARBAGE, description="别人不该看到", at=HERE)
    hand = hold()
    page = hand.sign_in(worker.username)
    change_sessions(phone_town, worker, ended_at=clock.now(), ended_because="revoked")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.get_by_role("region", name="先上报")).to_contain_text("以“张明”的名义保存")
    phone_town.house.kill("web")
    hand.open()
    page.reload()
    accessible(page)
    page.get_by_role("link", name="上报", exact=True).click()
    expect(page.get_by_role("note")).to_contain_text("登录已失效")
    accessible(page)
    page.get_by_label("从相册选").set_input_files([photo(1)])
    expect(page.locator(".photos li")).to_have_count(1)
    expect(page.locator("[data-part=place] strong")).to_be_visible()
    page.get_by_label("看到了什么").fill("没登录时报的")
    expect(page.get_by_text("别人不该看到")).to_have_count(0)
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_text("已保存在手机里，重新登录后自动发送")).to_be_visible()
    expect(page.get_by_label("账号")).to_be_visible()
    hand.open("mine")
    expect(page.get_by_label("账号")).to_be_visible()  # what has been read is not shown
    phone_town.house.start("web")
    hand.sign_in(username)
    hand.open("queue")
    expect(page.get_by_text("等他登录后发送")).to_be_visible()
    expect(page.get_by_role("button", name="放弃这一条")).to_have_count(0)
    assert [one["description"] for one in of(colleague)] == []
    hand.open("settings")
    page.get_by_role("button", name="退出登录").click()
    with page.expect_download() as download:  # nobody who can send it may sign in here any more
        page.get_by_role("button", name="导出到文件").click()
    assert "没登录时报的" in download.value.path().read_text(encoding="utf-8")
    hand.sign_in(worker.username)
    hand.sent()
    assert "没登录时报的" in [one["description"] for one in of(worker)]


def test_whoever_has_left_leaves_nothing_open_for_the_next(phone_town, worker, hold):
    hand = hold()
    page = hand.sign_in(worker.username)
    hand.open("settings")
    expect(page.get_by_text("您的位置只在上报、核实、核查和看“附近案件”时取一次")).to_be_visible()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_label("账号")).to_be_visible()
    expect(page.get_by_role("region", name="先上报")).to_have_count(0)
    hand.open("report")
    expect(page.get_by_label("账号")).to_be_visible()
    expect(page.get_by_role("button", name="发送")).to_have_count(0)


def test_cases_that_may_be_the_same_are_shown_for_a_report_without_class_and_afterwards(phone_town, worker, hold):
    place = (round(HERE[0] + 0.021, 6), HERE[1])
    known = worker.report(GARBAGE, description="早就知道的", at=place, address="桥头").get_json()
    hand = hold(place=place)
    hand.keep_time(clock.now())
    page = hand.sign_in(worker.username)
    fresh = phone_town.next_worker.report(GARBAGE, description="手机还不知道", at=place, address="桥西").get_json()
    page.get_by_role("link", name="上报", exact=True).click()
    near = page.get_by_role("region", name="可能重复")
    expect(near).to_contain_text("附近有在办案件")
    expect(near).to_contain_text("早就知道的")
    page.get_by_label("用您平常的说法找").fill("垃圾")
    page.get_by_role("button", name=re.compile("^暴露垃圾")).click()
    expect(near).to_contain_text("附近已有同类案件")
    page.get_by_label("从相册选").set_input_files([photo(1)])
    expect(page.locator(".photos li")).to_have_count(1)
    page.get_by_role("button", name="发送").click()
    hand.sent()
    hand.open("mine")
    after = page.get_by_role("region", name="可能重复")
    for case, address in ((known, "桥头"), (fresh, "桥西")):
        expect(after).to_contain_text(f"{case['number']} {address}")
    accessible(page)
    after.get_by_role("button", name="知道了").click()
    expect(after).to_have_count(0)
