"""Over plain http browsers hold back much: the page says so before anybody signs in, and works all the same."""

import hashlib
import json
import re

from playwright.sync_api import expect

from app.core.connection import HttpsRequired
from tests.attachments.pictures import jpeg
from tests.browser.test_phone import sent
from tests.browser.test_phone_offline import photo, photos_of
from tests.factories.identity import PASSWORD
from tests.factories.town import GRID
from tests.plugins.phones import GRID_NAME

HOST = "gezhi.test"  # as at an address of the county's own network


def test_at_a_plain_http_address_the_page_says_what_it_cannot_do_and_photos_go_out(worker, hold):
    hand = hold(host=HOST, keeps=True)
    page = hand.open()
    assert page.evaluate("[isSecureContext, Boolean(crypto.subtle), Boolean(navigator.serviceWorker)]") == [False] * 3
    notice = page.get_by_role("region", name="网址不安全 Not a secure address")
    expect(notice).to_contain_text("没有网络时打开页面；取位置")
    expect(notice).to_contain_text("如果不让登录，只能改用 https 网址")
    expect(notice).to_contain_text("请管理员改用 https 网址")
    expect(notice).to_contain_text("Ask the administrator for an https address")
    refused = {"status": 403, "code": "https_required", "detail": HttpsRequired.__doc__, "detail_en": HttpsRequired.en}
    answer = {"status": 403, "content_type": "application/problem+json", "body": json.dumps(refused)}
    page.route("**/auth/login", lambda route: route.fulfill(**answer), times=1)  # as where the operator chose no trial
    page.get_by_label("账号").fill(worker.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert").filter(has_text="不能登录")).to_be_visible()
    page.get_by_role("button", name="登录").click()
    page.get_by_role("link", name="上报", exact=True).click()
    place = page.locator("[data-part=place]")
    expect(place).to_contain_text("网址不是 https，浏览器不给位置")
    page.get_by_label("网格名称").fill("东街")
    page.get_by_label("网格", exact=True).select_option(label=GRID_NAME)
    small = photo(1, 3000, 2000)
    large = {"name": "大.jpg", "mimeType": "image/jpeg", "buffer": jpeg(320, 240) + bytes(700_000)}
    page.get_by_label("从相册选").set_input_files([small])
    expect(page.locator(".photos li")).to_have_count(1)
    page.evaluate("delete globalThis.createImageBitmap")  # what this browser cannot make small goes out in pieces
    page.get_by_label("从相册选").set_input_files([large])
    expect(page.locator(".photos li")).to_have_count(2)
    expect(page.get_by_role("alert").filter(has_text=re.compile("重新拍|再选一次|故障"))).to_have_count(0)
    page.get_by_label("看到了什么").fill("没有 https")
    page.get_by_role("button", name="发送").click()
    (case,) = sent(hand, worker)
    assert (case["grid"]["code"], photos_of(worker, case)) == (GRID, 2)
    step = worker.get(f"cases/{case['case_id']}/steps").get_json()["items"][0]["data"]
    assert set(step["originals"].values()) == {hashlib.sha256(one["buffer"]).hexdigest() for one in (small, large)}
