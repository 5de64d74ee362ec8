"""A round with five stops and a finding is done without network, and arrives whole."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from app.core import clock
from app.core.transaction import transaction
from app.grids import service as grids
from app.grids.levels import Duty
from tests.attachments.pictures import jpeg
from tests.board.boards import put_in_force
from tests.factories import rounds
from tests.factories.catalogue import seed_content
from tests.factories.objects import keep
from tests.factories.town import GARBAGE, GRID, HERE
from tests.support.handset import KEPT
from tests.support.until import until

PHOTO = {"name": "found.jpg", "mimeType": "image/jpeg", "buffer": jpeg(331, 240)}


@pytest.fixture
def bridges(phone_town):
    """Let what is found at a bridge be of the class that rounds expect; as it was again afterwards."""
    document, before = (seed_content("objects", "objects") for _ in range(2))
    (bridge,) = [one for one in document["objects"] if one["code"] == "bridge"]
    bridge["classes"] = [GARBAGE]
    put_in_force(phone_town, document, "objects")
    yield
    put_in_force(phone_town, before, "objects")


@pytest.mark.usefixtures("bridges")
def test_a_round_with_five_stops_and_a_finding_is_done_offline(phone_town, worker, hold):
    app = phone_town.app
    with app.app_context(), transaction():
        grids.appoint(GRID, worker.id, Duty.BUILDING_HEAD)
    for number in range(1, 6):
        # no components: those are another test's in this town
        keep(worker, {"kind": "bridge", "name": f"桥{number}", "lon": HERE[0], "lat": HERE[1]})
    rounds.provide(app, rounds.plan("covers", subject="bridge", duty="building_head"))
    rounds.make(app)
    one = rounds.today(worker, "covers")
    hand = hold()
    hand.keep_time(clock.now())
    page = hand.sign_in(worker.username)
    page.get_by_role("link", name="我的巡查").click()
    page.locator(f"a[href='#/round/{one['round_id']}']").click()
    expect(page.locator("[data-stop]")).to_have_count(5)
    phone_town.house.kill("web")
    page.locator("[data-action=start]").click()
    for stop in range(1, 6):
        part = page.locator(f"[data-stop='{stop}']")
        part.get_by_role("button", name="填报").click()
        part.locator("#form-clean").select_option("true")
        part.get_by_role("button", name="保存").click()
        expect(part).to_contain_text("已填报")
    page.locator("[data-stop='3']").get_by_role("link", name="上报问题").click()
    page.locator("input[type=file]").last.set_input_files([PHOTO])
    page.locator("#description").fill("井盖旁有垃圾")
    page.get_by_role("button", name="发送").click()
    page.locator("[data-action=finish]").click()
    expect(page.locator("[data-action]")).to_have_count(0)
    assert hand.waiting() == 9, "a start, five stops, a finding with its photo, the end"
    phone_town.house.start("web")
    hand.open("queue").get_by_role("button", name="现在就发").click()  # its own next try may be far off by now
    hand.sent()
    done = rounds.read(worker, one)
    assert (done["state"], done["stops_done"], done["findings"]) == ("done", 5, 1)
    (finding,) = done["finding_list"]
    case = worker.read(finding)
    assert (case["description"], finding["stop"]) == ("井盖旁有垃圾", 3)
    (stop,) = [each for each in done["stop_list"] if each["stop"] == 3]
    assert (case["object"]["object_id"], case["object"]["name"]) == (stop["object_id"], stop["name"])
    until(lambda: worker.read(finding)["photos_awaited"] == 0, "its photo has come")


def test_a_stop_whose_answers_are_left_open_is_saved_all_the_same_and_shown_before_the_end(phone_town, worker, hold):
    app = phone_town.app
    with app.app_context(), transaction():
        grids.appoint(GRID, worker.id, Duty.CHIEF)
    rounds.provide(app, rounds.plan("hasty", duty="chief"))
    rounds.make(app)
    one = rounds.today(worker, "hasty")
    hand = hold()
    hand.keep_time(clock.now())
    page = hand.sign_in(worker.username)
    page.get_by_role("link", name="我的巡查").click()
    page.locator(f"a[href='#/round/{one['round_id']}']").click()
    page.locator("[data-action=start]").click()
    page.get_by_role("button", name="填报").click()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="还没有填：是否整洁")).to_be_visible()
    page.get_by_role("button", name="照样保存").click()
    expect(page.locator("[data-stop='1']")).to_contain_text("漏填：是否整洁")
    expect(page.locator("[data-lacking]")).to_contain_text("1 个点有必填项漏填")
    page.locator("[data-action=finish]").click()
    expect(page.locator("[data-action]")).to_have_count(0)
    hand.sent()
    assert [mark["code"] for mark in rounds.read(worker, one)["marks"]] == ["answers_open"]


def test_a_track_goes_on_after_the_page_was_closed_and_is_gone_when_the_round_is_left(phone_town, worker, hold):
    app = phone_town.app
    with app.app_context(), transaction():
        grids.appoint(GRID, worker.id, Duty.FOREST_CHIEF)
    rounds.provide(app, rounds.plan("watch", duty="forest_chief"), code="river")
    rounds.make(app)
    one = rounds.today(worker, "watch")
    hand = hold(place=HERE)
    hand.keep_time(clock.now())
    page = hand.sign_in(worker.username)
    page.get_by_role("link", name="我的巡查").click()
    page.locator(f"a[href='#/round/{one['round_id']}']").click()
    page.locator("[data-action=start]").click()
    page.get_by_label("记录本次巡查的轨迹").check()
    hand.see(KEPT, "the track has begun", [f"track {one['round_id']}"])
    page.reload()
    expect(page.get_by_label("记录本次巡查的轨迹")).to_be_checked()
    page.locator("#form-break_off-reason").fill("暴雨")
    page.locator("[data-action=break_off]").click()
    expect(page.locator("[data-action=start]")).to_be_visible()
    hand.sent()
    left = rounds.read(worker, one)
    assert (left["state"], left["metres"]) == ("due", 0), "one place was kept of it, and sent"
    page.locator("[data-action=start]").click()
    expect(page.get_by_label("记录本次巡查的轨迹")).not_to_be_checked()


def find_offline(hand, one, words):
    """Set out on a round, lose the network, and report something from its first stop."""
    page = hand.page
    page.get_by_role("link", name="我的巡查").click()
    page.locator(f"a[href='#/round/{one['round_id']}']").click()
    page.locator("[data-action=start]").click()
    hand.sent()
    hand.context.set_offline(True)
    page.locator("[data-stop='1']").get_by_role("link", name="上报问题").click()
    page.locator("input[type=file]").last.set_input_files([PHOTO])
    page.locator("#description").fill(words)
    page.get_by_role("button", name="发送").click()
    expect(page.locator("[data-action=finish]")).to_be_visible()


def test_what_a_round_takes_no_more_goes_out_as_a_report_of_its_own(phone_town, worker, hold):
    app = phone_town.app
    with app.app_context(), transaction():
        grids.appoint(GRID, worker.id, Duty.RIVER_CHIEF)
    rounds.provide(app, rounds.plan("bank", duty="river_chief"), code="river")
    rounds.make(app)
    one = rounds.today(worker, "bank")
    hand = hold()
    hand.keep_time(clock.now())
    page = hand.sign_in(worker.username)
    find_offline(hand, one, "岸边有垃圾")
    rounds.take(phone_town.township, rounds.read(worker, one), "cancel", reason="汛情解除")
    hand.context.set_offline(False)
    hand.open("queue").get_by_role("button", name="现在就发").click()
    page.get_by_role("button", name="作为普通上报发送").click()
    hand.sent()
    items = worker.get("cases", limit=200).get_json()["items"]
    (case,) = [each for each in items if each["description"] == "岸边有垃圾"]
    until(lambda: worker.read(case)["photos_awaited"] == 0, "its photo has come")


def test_what_was_found_in_a_drill_does_not_go_out_as_a_report(phone_town, worker, hold):
    town = phone_town
    with town.app.app_context(), transaction():
        grids.appoint(GRID, worker.id, Duty.AUXILIARY_OFFICER)
    receipt = rounds.plan("receipt", name="预警签收", kind="warning", duty="auxiliary_officer", form=[])
    rounds.provide(town.app, receipt, code="forest")
    storm = {"kind": "forest_fire", "level": "red", "grid": GRID, "issuer": "县气象台", "text": "演练。", "drill": True}
    assert town.duty.send("PUT", f"warnings/{uuid4()}", storm).status_code == 201
    one = rounds.today(worker, "receipt")
    hand = hold()
    hand.keep_time(clock.now())
    page = hand.sign_in(worker.username)
    find_offline(hand, one, "演练：路边有垃圾")
    rounds.take(town.township, rounds.read(worker, one), "cancel", reason="演练结束")
    hand.context.set_offline(False)
    hand.open("queue").get_by_role("button", name="现在就发").click()
    expect(page.locator("[data-drill]")).to_contain_text("演练中发现的")
    expect(page.get_by_role("button", name="作为普通上报发送")).to_have_count(0)


def test_a_stop_that_is_filled_in_again_without_a_remark_has_none(phone_town, worker, hold):
    with phone_town.app.app_context(), transaction():
        grids.appoint(GRID, worker.id, Duty.PART_TIME)
    rounds.provide(phone_town.app, rounds.plan("again", duty="part_time"), code="river")
    rounds.make(phone_town.app)
    one = rounds.today(worker, "again")
    one = rounds.take(worker, one, "start")
    rounds.take(worker, one, "visit", stop=1, answers={"clean": True}, note="旧备注")
    hand = hold()
    hand.keep_time(clock.now())
    page = hand.sign_in(worker.username)
    page.get_by_role("link", name="我的巡查").click()
    page.locator(f"a[href='#/round/{one['round_id']}']").click()
    hand.context.set_offline(True)
    stop = page.locator("[data-stop='1']")
    stop.get_by_role("button", name="填报").click()
    expect(stop.locator("#form-visit-note")).to_have_value("旧备注")
    stop.locator("#form-visit-note").fill("")
    stop.get_by_role("button", name="保存").click()
    stop.get_by_role("button", name="填报").click()
    expect(stop.locator("#form-visit-note")).to_have_value("")
    hand.context.set_offline(False)
    hand.sent()
