"""What a phone keeps while there is no server, and that all of it arrives, once and in order, by itself."""

import re

from playwright.sync_api import expect

from app.core.db import db
from app.identity.models import PersonRow
from tests.attachments.pictures import jpeg
from tests.factories.town import GARBAGE, NEXT_GRID
from tests.support.handset import ill_server
from tests.support.until import until

REPORTS, PHOTOS = 20, 3
WITHOUT_LOCKS = """Object.defineProperty(Navigator.prototype, 'locks', {get: () => undefined});
    delete ServiceWorkerRegistration.prototype.sync;"""
A_LONG_LEASE = """async () => (await import('/static/phone/db.js')).db.kept.put(
    {name: 'lease queue', value: {owner: 'a tab that is gone', until: Date.now() + 86_400_000}})"""


def photo(number, width=320, height=240):
    """A picture as an album gives it, unlike any other."""
    return {"name": f"{number}.jpg", "mimeType": "image/jpeg", "buffer": jpeg(width + number, height)}


def of(worker):
    """The worker's cases as the server has them, in the order in which they came."""
    items = worker.get("cases", limit=200).get_json()["items"]
    mine = [one for one in items if one["reporter_id"] == str(worker.id)]
    return sorted(mine, key=lambda one: one["number"])


def photos_of(worker, case):
    """The photos that have come for a case."""
    whole = worker.read(case)
    steps = worker.get(f"cases/{case['case_id']}/steps").get_json()["items"]
    return len(steps[0]["data"]["attachments"]) - whole["photos_awaited"]


def test_twenty_reports_with_sixty_photos_survive_a_dead_server_and_a_closed_browser(phone_town, worker, hold):
    hand = hold(keeps=True)
    hand.sign_in(worker.username)
    phone_town.house.kill("web")
    for number in range(REPORTS):
        hand.report(f"第{number:02}件", *(photo(PHOTOS * number + each) for each in range(PHOTOS)))
    assert hand.waiting() == REPORTS * (1 + PHOTOS)
    hand.context.close()

    hand = hold(keeps=True)
    page = hand.open()
    expect(page.get_by_role("link", name="上报", exact=True)).to_be_visible()
    expect(page.locator("[data-part=strip]")).to_contain_text("没有网络或联系不上服务器")
    assert hand.waiting() == REPORTS * (1 + PHOTOS)
    phone_town.house.start("web")
    hand.sent()
    cases = of(worker)
    assert [one["description"] for one in cases] == [f"第{number:02}件" for number in range(REPORTS)]
    assert [photos_of(worker, one) for one in cases] == [PHOTOS] * REPORTS


def test_a_server_that_fails_for_a_while_loses_nothing(phone_town, worker, hold):
    hand = hold()
    page = hand.sign_in(worker.username)
    phone_town.house.kill("web")
    with ill_server(phone_town.house.port) as asked:
        hand.report("服务器出错时", photo(1))
        until(lambda: "/api/v1/sync" in asked or page.wait_for_timeout(50), "the phone has tried")
        page.get_by_role("link", name=re.compile("等待发送")).first.click()
        expect(page.get_by_role("status").filter(has_text="服务器出了问题").first).to_be_visible()
        assert hand.waiting() == 2
    phone_town.house.start("web")
    hand.sent()
    assert [one["description"] for one in of(worker)] == ["服务器出错时"]


def test_two_tabs_send_each_thing_once(phone_town, worker, hold):
    hand = hold()
    sent_once_by_two_tabs(phone_town, worker, hand)


def test_two_tabs_send_each_thing_once_without_web_locks_and_background_sync(phone_town, worker, hold):
    hand = hold()
    hand.context.add_init_script(WITHOUT_LOCKS)
    sent_once_by_two_tabs(phone_town, worker, hand)


def test_a_lease_that_a_clock_set_back_made_long_holds_nobody_up(phone_town, worker, hold):
    hand = hold()
    hand.context.add_init_script(WITHOUT_LOCKS)
    hand.sign_in(worker.username)
    hand.page.evaluate(A_LONG_LEASE)
    hand.report("改过时间的手机", photo(1))
    hand.sent()
    assert [one["description"] for one in of(worker)] == ["改过时间的手机"]


def sent_once_by_two_tabs(phone_town, worker, hand):
    """Let two tabs of one phone stand before the same queue when the server comes."""
    hand.sign_in(worker.username)
    other = hand.tab()
    other.goto(hand.address)
    expect(other.get_by_role("link", name="上报", exact=True)).to_be_visible()
    hand.page.bring_to_front()
    phone_town.house.kill("web")
    for number in range(4):
        hand.report(f"两页{number}", photo(number))
    sent = []
    hand.context.on("request", lambda request: sent.append(request) if request.method != "GET" else None)
    phone_town.house.start("web")
    for tab in (hand.page, other):
        tab.evaluate("window.dispatchEvent(new Event('online'))")
    hand.sent()
    bodies = [one.post_data_json for one in sent if one.url.endswith("/sync") and one.response()]
    reported = [each["case_id"] for body in bodies for each in body["operations"]]
    uploaded = [one.url for one in sent if one.method == "PUT" and one.response()]
    assert len(reported) == len(set(reported)) <= 4
    assert len(uploaded) == len(set(uploaded)) <= 4
    assert [one["description"] for one in of(worker)] == [f"两页{number}" for number in range(4)]


def test_a_large_photo_goes_in_pieces(phone_town, worker, hold):
    hand = hold()
    hand.sign_in(worker.username)
    requests = []
    hand.context.on("request", lambda request: requests.append((request.method, request.url)))
    hand.page.evaluate("delete globalThis.createImageBitmap")  # a picture this browser cannot make smaller
    noise = {"name": "大.jpg", "mimeType": "image/jpeg", "buffer": jpeg(3000, 2000, quality=100) + bytes(600_000)}
    hand.report("大照片", noise)
    hand.sent()
    assert len([method for method, url in requests if method == "PATCH" and "/uploads/" in url]) > 1
    assert [photos_of(worker, one) for one in of(worker)] == [1]


def test_a_page_that_lost_its_connection_says_so_and_shows_what_it_has(phone_town, worker, hold):
    worker.report(GARBAGE, description="早先上报的")
    hand = hold()
    hand.sign_in(worker.username)
    phone_town.house.kill("web")
    page = hand.open("mine")
    page.reload()
    expect(page.get_by_text("早先上报的")).to_be_visible()
    page.get_by_role("link", name=re.compile("早先上报的")).click()
    expect(page.get_by_role("button", name="撤回")).to_be_visible()


def test_the_browser_wakes_the_service_worker_when_no_page_is_open(phone_town, worker, hold):
    hand = hold()
    page = hand.sign_in(worker.username)
    phone_town.house.kill("web")
    hand.report("页面关了", photo(1), photo(2))
    tools, seen = hand.context.new_cdp_session(page), []
    tools.on("ServiceWorker.workerRegistrationUpdated", lambda event: seen.extend(event["registrations"]))
    tools.send("ServiceWorker.enable")
    until(lambda: seen or page.wait_for_timeout(50), "the browser tells of the service worker")
    page.goto("about:blank")
    phone_town.house.start("web")
    sync = {"origin": hand.address.removesuffix("/m/"), "registrationId": seen[0]["registrationId"]}
    tools.send("ServiceWorker.dispatchSyncEvent", {**sync, "tag": "gezhi-queue", "lastChance": False})
    until(lambda: of(worker) or page.wait_for_timeout(50), "the report has come")
    (case,) = of(worker)
    until(lambda: photos_of(worker, case) == 2 or page.wait_for_timeout(50), "its photos have come")


def test_what_one_person_saved_waits_for_them_when_another_signs_in(phone_town, worker, hold):
    colleague = phone_town.hire("grid_worker", "grid", NEXT_GRID)
    with phone_town.app.app_context():
        username = db.session.get_one(PersonRow, colleague.id).username
    hand = hold()
    page = hand.sign_in(worker.username)
    phone_town.house.kill("web")
    hand.report("张明的", photo(1))
    hand.open("settings")
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_label("账号")).to_be_visible()
    phone_town.house.start("web")
    hand.sign_in(username)
    hand.open("queue")
    expect(page.get_by_text("等他登录后发送")).to_be_visible()
    assert of(worker) == []
    hand.open("settings")
    page.get_by_role("button", name="退出登录").click()
    hand.sign_in(worker.username)
    hand.sent()
    assert [one["description"] for one in of(worker)] == ["张明的"]
