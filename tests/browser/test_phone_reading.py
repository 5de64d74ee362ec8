"""What the phone page tells: in English all of it, messages until they are read, photos by what they show."""

import re
from uuid import UUID, uuid4

from playwright.sync_api import expect

from app.core import clock
from app.core.transaction import transaction
from app.notices.models import Notice
from tests.attachments.pictures import jpeg
from tests.browser.test_phone_offline import photo
from tests.factories.identity import PASSWORD
from tests.factories.town import GARBAGE, HERE, HOUSING
from tests.support.accessibility import accessible
from tests.support.until import until

LINES = """(tile) => [tile.firstChild, tile.lastElementChild.firstChild].map((text) => {
    const range = document.createRange();
    range.selectNodeContents(text);
    return new Set([...range.getClientRects()].map((one) => Math.round(one.top))).size;
})"""


def test_whoever_reads_english_reads_no_chinese_but_names_and_what_people_wrote(phone_town, worker, hold):
    case = worker.report(GARBAGE, description="Rubbish").get_json()
    phone_town.acceptor.act(case, "accept", note="ok")
    hand = hold(place=(100.0, 30.0))
    page = hand.open()
    page.get_by_role("button", name="English").click()
    for password in ("wrong", PASSWORD):
        page.get_by_label("Account").fill(worker.username)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        if password == "wrong":
            expect(page.get_by_role("alert").filter(has_text="User name or password is wrong")).to_be_visible()
    expect(page.get_by_role("link", name="Report", exact=True)).to_be_visible()
    hand.open("settings")
    expect(page.get_by_text("张明 Grid worker")).to_be_visible()
    hand.open("password")
    page.get_by_label("Password until now").fill(PASSWORD)
    page.get_by_label("New password").fill("short")
    page.get_by_role("button", name="Change the password").click()
    expect(page.locator("p[role=alert]")).to_contain_text("characters at least")
    assert not re.search("[一-鿿]", page.locator("p[role=alert]").inner_text())
    hand.open("mine")
    expect(page.get_by_role("link", name=re.compile("Rubbish"))).to_contain_text("Accepted ·")
    page.get_by_role("link", name=re.compile("Rubbish")).click()
    expect(page.locator(".state")).to_contain_text("Accepted")
    expect(page.locator(".steps li").first).to_contain_text("Report · 张明")
    expect(page.locator(".steps li").last).to_contain_text("Accept ·")
    hand.open("report")
    expect(page.locator("[data-part=place]")).to_contain_text("This place lies in no grid")
    page.get_by_label("Search in your own words").fill("dispute between neighbours")
    page.locator(".choices button").filter(has_text=re.compile("Dispute")).first.click()
    kind = page.locator("#form-kind")
    expect(page.locator("label[for=form-kind]")).to_contain_text("Type")
    assert kind.locator("option").all_inner_texts()[1:] == [
        "Neighbours", "Marriage and family", "Homestead", "Damages", "Other",
    ]  # fmt: skip
    kind.select_option("邻里")
    page.locator("#form-people_count").fill("2")
    page.get_by_label("From the album").set_input_files([photo(1)])
    page.get_by_label("What you saw").fill("Outside")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("link", name="1 needs your decision").click()
    item = page.locator("li.item")
    expect(item).to_contain_text("This place is outside the county")
    expect(item).to_contain_text("· 1 photo")
    assert not re.search("[一-鿿：（）]", item.inner_text())


def test_a_message_that_was_opened_is_read_and_more_than_fit_are_counted_as_such(phone_town, worker, hold):
    case = worker.report(GARBAGE, description="有消息").get_json()
    with phone_town.app.app_context(), transaction() as session:
        for number in range(52):
            session.add(
                Notice(
                    outbox_id=-number - 1, person_id=worker.id, case_id=UUID(case["case_id"]), kind="CaseAccepted",
                    text=f"第{number}条", text_en=f"Message {number}", created_at=clock.now(),
                )
            )  # fmt: skip
    hand = hold()
    page = hand.sign_in(worker.username)
    page.evaluate("async () => (await import('/static/phone/db.js')).keep('settings', { language: 'en' })")
    tile = page.get_by_role("link", name="Messages")
    expect(tile.locator(".count")).to_have_text("50+")
    assert tile.evaluate(LINES) == [1, 1]  # neither word nor number is broken
    for number, left in ((51, "50+"), (50, "50")):
        hand.open("notices")
        page.get_by_role("link", name=re.compile(f"Message {number}$|Message {number} ")).click()
        expect(page.locator(".state")).to_be_visible()
        hand.open()
        expect(tile.locator(".count")).to_have_text(left)
        until(lambda n=number: worker.get("notices").get_json()["unread"] == n or page.wait_for_timeout(50), "told")
    phone_town.house.kill("web")
    hand.open("notices")
    page.get_by_role("link", name=re.compile("Message 49")).click()
    hand.open()
    expect(tile.locator(".count")).to_have_text("49")
    phone_town.house.start("web")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    until(lambda: worker.get("notices").get_json()["unread"] == 49 or page.wait_for_timeout(50), "it is told later")
    hand.open("notices")
    expect(page.get_by_text("[new]")).to_have_count(47)
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_text("[new]")).to_have_count(0)
    hand.open()
    expect(tile.locator(".count")).to_have_count(0)
    assert worker.get("notices").get_json()["unread"] == 0  # those too old for the phone among them


def test_the_photos_of_a_case_say_what_they_show_and_open_large(phone_town, worker, hold):
    ids = [str(uuid4()) for _ in range(8)]
    case = phone_town.dispatched(lead=HOUSING, at=HERE, description="看照片", attachments=ids[:7])
    for number, one in enumerate(ids[:7]):
        phone_town.worker.upload(case, jpeg(1000 + number, 600), purpose="before", attachment_id=one)
    phone_town.housing.act(case, "sign")
    phone_town.housing.act(case, "finish", result="已清理", attachments=ids[7:])
    phone_town.housing.upload(case, jpeg(900, 700), purpose="after", attachment_id=ids[7])
    hand = hold()
    page = hand.sign_in(worker.username)
    page.set_viewport_size({"width": 360, "height": 200})
    hand.open(f"case/{case['case_id']}")
    before, after = (page.get_by_role("region", name=f"{name}照片") for name in ("处置前", "处置后"))
    expect(before.get_by_role("listitem")).to_have_count(7)
    expect(after.get_by_role("listitem")).to_have_count(1)
    assert after.locator("img").count() == 0  # it comes when it is scrolled to
    after.scroll_into_view_if_needed()
    expect(after.locator("img")).to_have_count(1)
    page.set_viewport_size({"width": 360, "height": 1600})
    expect(before.locator("img")).to_have_count(7)
    after.get_by_role("button", name="处置后 第 1 张，放大").click()
    large = page.get_by_role("dialog", name="处置后 第 1 张")
    expect(large.locator("img")).to_be_visible()
    assert large.locator("img").evaluate("async (one) => (await one.decode(), one.naturalWidth)") == 900
    accessible(page)
    large.get_by_role("button", name="关闭").click()
    expect(large).to_have_count(0)
    expect(after.get_by_role("button")).to_be_focused()
