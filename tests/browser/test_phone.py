"""The phone page as a grid worker uses it: reports, tasks, conflicts, an expired sign-in, a full phone, an update."""

import hashlib
import json
import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.core import clock
from app.core.db import db
from app.core.transaction import transaction
from app.demo import photos
from app.frame import libraries
from app.identity.models import PersonRow, SessionRow
from tests.attachments.pictures import jpeg
from tests.browser.test_phone_offline import of, photo, photos_of
from tests.factories.identity import PASSWORD
from tests.factories.town import GARBAGE, GRID, HERE, NEXT_GRID, SIGN_FIRST
from tests.plugins.phones import GRID_NAME
from tests.support.pictures import picture
from tests.support.until import until

FIRST_LOAD_BYTES = 400_000
QUOTA_BYTES = 2_000_000  # of which the page itself takes more than half

DRAFT = """async (words) => (await (await import('/static/phone/db.js')).db.kept.toArray()).some((row) =>
    row.name.startsWith('draft ') && (row.value.description === words || row.value.data?.note === words))"""
DRAFT_PHOTOS = """async (count) => (await (await import('/static/phone/db.js')).db.kept.toArray()).some((row) =>
    row.name.startsWith('draft ') && row.value.photos.length === count)"""


def sent(hand, worker, count=1):
    """See the queue run empty; return the worker's cases."""
    hand.sent()
    found = of(worker)
    assert len(found) == count
    return found


def test_three_taps_are_a_valid_report(worker, hold):
    hand = hold()
    page = hand.sign_in(worker.username)
    page.get_by_role("link", name="上报", exact=True).tap()
    expect(page.locator("[data-part=place]")).to_contain_text(GRID_NAME)
    page.get_by_label("拍照").set_input_files([photo(1, 4000, 3000)])  # the second tap opens the camera
    page.get_by_role("button", name="发送").tap()
    expect(page.get_by_text("已保存在手机里")).to_be_visible()
    (case,) = sent(hand, worker)
    expect(page.get_by_text("✓ 已发送")).to_be_visible()
    assert (case["class"], case["description"], case["source"]) == (None, "见照片", "worker")
    assert (case["lon"], case["lat"]) == pytest.approx(HERE)
    assert photos_of(worker, case) == 1


def test_an_auxiliary_reports_under_that_name_and_an_inspector_only_verifies_and_checks(phone_town, hold):
    auxiliary, inspector = (phone_town.hire(role, "grid", GRID) for role in ("auxiliary", "inspector"))
    with phone_town.app.app_context():
        names = [db.session.get_one(PersonRow, one.id).username for one in (auxiliary, inspector)]
    hand = hold()
    hand.sign_in(names[0])
    hand.report("辅警看到的", photo(12))
    (case,) = sent(hand, auxiliary)
    assert case["source"] == "auxiliary"
    hand = hold()
    page = hand.open()
    page.get_by_label("账号").fill(names[1])
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("link", name="我的任务")).to_be_visible()
    expect(page.get_by_role("link", name="上报", exact=True)).to_have_count(0)


def test_a_class_is_found_by_words_and_a_likely_duplicate_is_shown_without_network(phone_town, worker, hold):
    worker.report(GARBAGE, description="早先的垃圾")
    worker.report(GARBAGE, description="七十米外的垃圾", at=(HERE[0], HERE[1] + 70 / 111_195))
    hand = hold()
    hand.keep_time(clock.now())
    page = hand.sign_in(worker.username)
    hand.see("async () => (await indexedDB.databases()).length > 0", "the cases are kept")
    phone_town.house.kill("web")
    page.get_by_role("link", name="上报", exact=True).click()
    page.get_by_label("用您平常的说法找").fill("垃圾")
    page.get_by_role("button", name=re.compile("^暴露垃圾")).click()
    alike = page.get_by_role("region", name="可能重复")
    expect(alike).to_contain_text("早先的垃圾")
    expect(alike).not_to_contain_text("七十米外")  # the county's figure is 50 m, and the phone has no other
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("alert").filter(has_text="请拍一张照片")).to_be_visible()
    page.get_by_label("从相册选").set_input_files([photo(2)])
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_text("已保存在手机里")).to_be_visible()
    phone_town.house.start("web")
    assert sent(hand, worker, 3)[2]["class"]["code"] == GARBAGE


def test_without_position_the_grid_is_chosen_and_a_large_picture_is_made_small(worker, hold):
    hand = hold(place=None)
    page = hand.sign_in(worker.username)
    page.get_by_role("link", name="上报", exact=True).click()
    expect(page.locator("[data-part=place]")).to_contain_text("请选择网格")
    page.get_by_label("网格名称").fill("东街")
    page.get_by_label("网格", exact=True).select_option(label=GRID_NAME)
    page.get_by_label("地址或标志物").fill("村委会门前")
    page.get_by_label("看到了什么").fill("没有定位")
    hand.see(DRAFT, "the draft is kept", "没有定位")
    page.reload()
    expect(page.locator("[data-part=place]")).to_contain_text(f"{GRID_NAME} 内某处（手选网格，没有定位点）")
    page.get_by_role("button", name="看地图").click()
    expect(page.locator(".map path.somewhere")).to_have_count(1)  # the grid as a whole, and no mark in it
    expect(page.locator(".map path.here")).to_have_count(0)
    original = photo(3, 3000, 2000)
    page.get_by_label("从相册选").set_input_files([original])
    expect(page.locator(".photos li")).to_have_count(1)
    assert page.locator(".photos img").evaluate("one => Math.max(one.naturalWidth, one.naturalHeight)") == 1600
    page.get_by_role("button", name="发送").click()
    (case,) = sent(hand, worker)
    assert (case["grid"]["code"], case["address"]) == (GRID, "村委会门前")
    assert (case["place"], case["lon"], case["lat"]) == ("grid", None, None)
    said = worker.get(f"cases/{case['case_id']}/steps").get_json()["items"][0]["data"]
    assert [*said["originals"].values()] == [hashlib.sha256(original["buffer"]).hexdigest()]


def test_a_half_written_report_survives_the_page(worker, hold):
    hand = hold()
    page = hand.sign_in(worker.username)
    page.get_by_role("link", name="上报", exact=True).click()
    page.get_by_label("从相册选").set_input_files([photo(4)])
    expect(page.locator(".photos li")).to_have_count(1)
    page.get_by_label("看到了什么").fill("写到一半")
    hand.see(DRAFT, "the draft is kept", "写到一半")
    page.reload()
    expect(page.get_by_label("看到了什么")).to_have_value("写到一半")
    expect(page.locator(".photos li")).to_have_count(1)


def test_a_named_verifier_confirms_on_the_spot(phone_town, worker, hold):
    case = phone_town.next_worker.report(GARBAGE, description="请核实").get_json()
    phone_town.acceptor.act(case, "verify", verifier=str(worker.id))
    hand = hold()
    page = hand.sign_in(worker.username)
    page.get_by_role("link", name="我的任务").click()
    page.get_by_role("link", name=re.compile("请核实")).click()
    page.get_by_role("button", name="核实属实").click()
    expect(page.locator("[data-part=place] strong")).to_be_visible()
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("alert").filter(has_text="至少需要 1 张照片")).to_be_visible()
    page.get_by_label("从相册选").set_input_files([photo(5)])
    expect(page.locator(".photos li")).to_have_count(1)
    page.get_by_role("button", name="提交").click()
    hand.sent()
    assert phone_town.acceptor.read(case)["finding"] == "true"
    expect(page.get_by_text("现在没有要您办的事")).to_be_visible()


def test_an_expired_token_is_renewed_and_an_ended_session_keeps_the_queue(phone_town, worker, hold):
    hand = hold()
    page = hand.sign_in(worker.username)
    change_sessions(phone_town, worker, access_expires_at=clock.now() - timedelta(hours=1))
    hand.report("令牌过期", photo(6))
    sent(hand, worker)
    phone_town.house.kill("web")
    hand.report("会话结束", photo(7))
    change_sessions(phone_town, worker, ended_at=clock.now(), ended_because="revoked")
    phone_town.house.start("web")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.get_by_text(re.compile("请重新登录。手机里保存的 2 条内容都在"))).to_be_visible()
    hand.sign_in(worker.username)
    sent(hand, worker, 2)


def change_sessions(town, worker, **values):
    """Change the rows of a person's sessions behind their back."""
    with town.app.app_context(), transaction():
        phones = SessionRow.device != "测试手机"  # that is the test's own
        db.session.execute(db.update(SessionRow).where(SessionRow.person_id == worker.id, phones).values(**values))


def test_a_case_that_changed_meanwhile_shows_both_sides(phone_town, worker, hold, tmp_path):
    drawn = photos.draw()

    def one(purpose):
        return {"name": f"{purpose}.jpg", "mimeType": "image/jpeg", "buffer": drawn[purpose][0]}

    case = worker.report(GARBAGE, description="垃圾桶倒在路口", address="东街 3 号").get_json()
    hand = hold()
    page = hand.sign_in(worker.username)
    page.get_by_role("link", name="我的上报").click()
    page.get_by_role("link", name=re.compile("垃圾桶倒在路口")).click()
    phone_town.house.kill("web")
    page.get_by_role("button", name="撤回").click()
    page.get_by_label("补充说明").fill("看错了")
    page.get_by_label("从相册选").set_input_files([one("before"), one("after")])
    expect(page.locator(".photos li")).to_have_count(2)
    page.get_by_role("button", name="提交").click()
    hand.context.set_offline(True)  # it must not send before the centre has acted
    phone_town.house.start("web")
    phone_town.acceptor.act(case, "accept")
    phone_town.duty.act(case, "correct", **{"class": SIGN_FIRST, "note": "归住建局"})
    hand.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.get_by_role("link", name=re.compile("1 条需要您处理")).click()
    expect(page.get_by_role("heading", name="您办的")).to_be_visible()
    mine, now = page.locator(".sides section").all()
    expect(mine).to_contain_text(re.compile("看错了.*照片 2 张"))
    expect(mine.locator("img")).to_have_count(2)
    expect(now).to_contain_text(re.compile("待立案.*垃圾桶倒在路口.*类别 道路破损.*地址 东街 3 号"))
    expect(now).to_contain_text(re.compile("最后一步 更正.*归住建局"))
    page.set_viewport_size({"width": 360, "height": 1000})
    picture(page, "phone-sides", tmp_path)
    page.get_by_role("button", name="仍按我办的提交").click()
    hand.sent()
    assert worker.read(case)["ended_how"] == "withdraw"


def test_a_task_given_to_somebody_else_meanwhile_is_kept_and_explained(phone_town, worker, hold):
    case = phone_town.next_worker.report(GARBAGE, description="会改派").get_json()
    phone_town.acceptor.act(case, "verify", verifier=str(worker.id))
    hand = hold()
    page = hand.sign_in(worker.username)
    page.get_by_role("link", name="我的任务").click()
    page.get_by_role("link", name=re.compile("会改派")).click()
    phone_town.house.kill("web")
    page.get_by_role("button", name="无法核实").click()
    page.get_by_label("补充说明").fill("大门锁着")
    page.get_by_role("button", name="提交").click()  # no photo that could be kept with the case instead
    hand.context.set_offline(True)  # it must not send before the case is recalled
    phone_town.house.start("web")
    phone_town.acceptor.act(case, "recall_verify")
    hand.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.get_by_role("link", name=re.compile("1 条需要您处理")).click()
    expect(page.get_by_text("您没有办理这一步的权限")).to_be_visible()
    mine, now = page.locator(".sides section").all()
    expect(mine).to_contain_text(re.compile("无法核实.*大门锁着"))
    expect(now).to_contain_text(re.compile("会改派.*最后一步 收回核实"))
    expect(page.get_by_role("link", name="打开案件")).to_have_attribute("href", f"#/case/{case['case_id']}")
    phone_town.dismiss(worker, "grid_worker", GRID)
    phone_town.also(worker, "grid_worker", "grid", NEXT_GRID)
    page.get_by_role("button", name="再试一次").click()
    expect(now).to_contain_text("您已看不到这个案件")
    expect(mine).to_contain_text("大门锁着")
    expect(page.get_by_role("link", name="打开案件")).to_have_count(0)
    page.get_by_role("button", name="放弃这一条").click()
    page.get_by_role("button", name="确定放弃").click()
    expect(page.get_by_text("全部已发送")).to_be_visible()


def test_a_refused_report_is_corrected_and_sent(worker, hold):
    hand = hold(place=(100.0, 30.0))
    page = hand.sign_in(worker.username)
    page.get_by_role("link", name="上报", exact=True).click()
    expect(page.locator("[data-part=place]")).to_contain_text("不在任何网格内")
    page.get_by_label("看到了什么").fill("位置不对")
    page.get_by_role("button", name="发送").click()
    page.get_by_role("link", name=re.compile("1 条需要您处理")).click()
    expect(page.get_by_text("服务器没有接受")).to_be_visible()
    hand.context.set_geolocation({"longitude": HERE[0], "latitude": HERE[1]})
    page.get_by_role("button", name="改好再发").click()
    expect(page.get_by_label("看到了什么")).to_have_value("位置不对")
    page.get_by_role("button", name="重新定位").click()
    expect(page.locator("[data-part=place] strong")).to_be_visible()
    page.get_by_role("button", name="发送").click()
    sent(hand, worker)


def test_a_full_phone_says_so_before_work_is_lost(phone_town, worker, hold):
    hand = hold()
    tools = hand.context.new_cdp_session(hand.page)
    origin = {"origin": hand.address.removesuffix("/m/")}
    tools.send("Storage.overrideQuotaForOrigin", {**origin, "quotaSize": QUOTA_BYTES})  # the browser looks at it early
    page = hand.sign_in(worker.username)
    phone_town.house.kill("web")
    hand.report("放得下", photo(8))
    page.get_by_role("link", name="上报", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="存储空间快满了")).to_be_visible()
    page.evaluate("delete globalThis.createImageBitmap")
    page.get_by_label("看到了什么").fill("放不下")
    big = {"name": "b.jpg", "mimeType": "image/jpeg", "buffer": jpeg() + bytes(2_000_000)}
    page.get_by_label("从相册选").set_input_files([big])
    expect(page.locator(".photos li")).to_have_count(1)
    expect(page.get_by_role("alert").filter(has_text="手机存储已满")).to_be_visible()
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("alert").filter(has_text="没有保存：手机存储已满")).to_be_visible()
    expect(page.get_by_label("看到了什么")).to_have_value("放不下")
    tools.send("Storage.overrideQuotaForOrigin", origin)
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_text("已保存在手机里")).to_be_visible()
    phone_town.house.start("web")
    assert [one["description"] for one in sent(hand, worker, 2)] == ["放得下", "放不下"]


def test_a_new_version_comes_while_items_wait(phone_town, worker, hold, tmp_path):
    hand = hold()
    page = hand.sign_in(worker.username)
    house = phone_town.house
    house.kill("web")
    hand.report("升级时等着", photo(9))
    before = dict(house.settings)
    house.settings["BROWSER_FILES"] = str(newer_files(tmp_path / "files", phone_town.app.config["BROWSER_FILES"]))
    try:
        house.start("web")
        hand.context.set_offline(True)  # so that they still wait; the page below is asked for by a tap alone
        page.reload()
        hand.context.set_offline(False)
        page.evaluate("async () => (await navigator.serviceWorker.getRegistration('/m/')).update()")
        with page.expect_navigation():
            page.get_by_role("button", name="有新版本").click()
        expect(page.get_by_role("link", name="上报", exact=True)).to_be_visible()
        sent(hand, worker)
        assert page.evaluate("async () => (await caches.keys()).length") == 1
    finally:
        house.kill("web")
        house.settings = before


def newer_files(folder, old):
    """Libraries of which one has changed."""
    for name in libraries.FILES.values():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(Path(old) / name, target)
    (folder / libraries.FILES["htm.js"]).write_text(
        (Path(old) / libraries.FILES["htm.js"]).read_text(encoding="utf-8") + "\n// newer\n", encoding="utf-8"
    )
    return folder


def test_the_queue_of_a_broken_phone_is_taken_from_a_file(phone_town, worker, hold, tmp_path):
    hand = hold()
    page = hand.sign_in(worker.username)
    phone_town.house.kill("web")
    hand.report("从文件来", photo(10), photo(11))
    hand.open("queue")
    with page.expect_download() as download:
        page.get_by_role("button", name="导出到文件").click()
    file = tmp_path / "queue.json"
    download.value.save_as(file)
    hand.context.close()
    assert json.loads(file.read_text(encoding="utf-8"))["format"] == "gezhi-queue"
    phone_town.house.start("web")
    phone_town.house.command("intake", "import", str(file))
    (case,) = of(worker)
    assert (case["description"], photos_of(worker, case)) == ("从文件来", 2)


def test_the_page_is_small_installable_and_comes_from_here_alone(phone_town, hold):
    hand = hold(keeps=True)
    page, received, asked = hand.page, [], []
    tools = hand.context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    hand.context.on("request", lambda request: asked.append(request.url))
    hand.open()
    expect(page.get_by_label("账号")).to_be_visible()
    hand.see("async () => Boolean((await navigator.serviceWorker.ready).active)", "the shell is kept")
    until(lambda: received or page.wait_for_timeout(50), "bytes were counted")
    assert sum(received) <= FIRST_LOAD_BYTES, sum(received)
    own = hand.address.removesuffix("m/")
    assert {url for url in asked if not url.startswith((own, "blob:", "data:"))} == set()
    assert tools.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
